"""The files of an index: FAISS' own format and JSON lines, with a manifest of checksums. Nothing is pickled.

manifest.json     version, encoder, hash of the corpus, number of rows, SHA-256 of the other files
documents.jsonl   one document a line
passages.jsonl    one passage a line: number of its document, headings, sentences as [start, end, text, kind]
passages.faiss    one vector for each passage
sentences.faiss   one vector for each sentence of each passage
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chatbot.errors import IndexDamaged, IndexForeign, IndexMissing, IndexStale, IndexWriteError
from chatbot.retrieve.collection import Collection
from chatbot.retrieve.vectors import flat
from chatbot.types import Document, Passage, Sentence

# Raised whenever chunking, masking or the files themselves change, so that older indexes are built again.
VERSION = 1
MANIFEST = "manifest.json"
_FILES = ("documents.jsonl", "passages.jsonl", "passages.faiss", "sentences.faiss")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made of."""

    encoder: str
    """Name, for people."""
    fingerprint: str
    """Of the encoder's weights and prefixes."""
    corpus: str
    """Hash of the documents."""


def corpus_hash(folder: Path, files: Iterable[Path]) -> str:
    """Hash names and contents of a corpus' files; an unreadable file counts by its name."""
    digest = hashlib.sha256()
    for path in (*files, folder / "manifest.json"):
        # A name need not be UTF-8, and a pipe would be read for ever.
        digest.update(os.fsencode(path.relative_to(folder).as_posix()) + b"\0")
        try:
            digest.update(_digest(path).digest() if path.is_file() else b"\0")
        except OSError:
            digest.update(b"\0")
    return digest.hexdigest()[:32]


def write(folder: Path, collection: Collection, stamp: Stamp) -> None:
    """Write an index beside its place and move it there whole; an older one is replaced.

    Raises:
        IndexWriteError: If the folder cannot be written, or holds anything but an index; what stood there still stands.
    """
    made: Path | None = None
    try:
        place = Path(os.path.realpath(folder))
        _refuse_to_replace_others(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        _write_files(made, collection, stamp)
        _put(made, place)
    except OSError as cause:
        raise IndexWriteError(folder, cause) from cause
    finally:
        # Also on Ctrl-C: nothing half-written may stay.
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def read(folder: Path, stamp: Stamp | None = None) -> Collection:
    """Read an index and check that it is whole and, if a stamp is given, made of the same documents by the same encoder.

    Raises:
        IndexMissing, IndexDamaged, IndexForeign, IndexStale: Each names the remedy.
    """
    manifest = read_manifest(folder)
    if manifest.get("version") != VERSION:
        raise IndexForeign(folder, f"version {manifest.get('version')}, not {VERSION}")
    if stamp and manifest.get("fingerprint") != stamp.fingerprint:
        raise IndexForeign(folder, f"encoder {manifest.get('encoder')}, not {stamp.encoder}")
    for name in _FILES:
        _check(folder, name, manifest.get("files"))
    if stamp and manifest.get("corpus") != stamp.corpus:
        raise IndexStale(folder)
    return _collection(folder, tuple(str(problem) for problem in manifest.get("problems", ())))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest alone.

    Raises:
        IndexMissing, IndexDamaged
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        if any((folder / name).exists() for name in _FILES):
            raise IndexDamaged(folder, f"{MANIFEST} is not there") from None
        raise IndexMissing(folder) from None
    except (OSError, ValueError, RecursionError) as cause:
        raise IndexDamaged(folder, f"{MANIFEST} cannot be read") from cause
    if not isinstance(manifest, dict):
        raise IndexDamaged(folder, f"{MANIFEST} is not an object")
    return manifest


def _write_files(folder: Path, collection: Collection, stamp: Stamp) -> None:
    import faiss

    documents = collection.documents
    numbers = {document.path: n for n, document in enumerate(documents)}
    _lines(folder / "documents.jsonl", (asdict(document) for document in documents))
    _lines(folder / "passages.jsonl", (_row(passage, numbers) for passage in collection.passages))
    for name, vectors in (("passages", collection.vectors), ("sentences", collection.sentence_vectors)):
        # Through Python's own file, as FAISS reports a full disk only as a RuntimeError.
        (folder / f"{name}.faiss").write_bytes(faiss.serialize_index(flat(vectors)).tobytes())
    manifest = {
        "version": VERSION,
        **asdict(stamp),
        "documents": len(documents),
        "passages": len(collection.passages),
        "sentences": len(collection.sentence_vectors),
        "problems": list(collection.problems),
        "dim": int(collection.vectors.shape[1]),
        "files": {name: _digest(folder / name).hexdigest() for name in _FILES},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _row(passage: Passage, numbers: dict[str, int]) -> list[Any]:
    sentences = [[s.start, s.end, s.text, s.kind] for s in passage.sentences]
    return [numbers[passage.document.path], list(passage.headings), sentences]


def _lines(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _refuse_to_replace_others(folder: Path) -> None:
    """Raise OSError if putting an index in the place of a folder would cost anything but an older index."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder")
    others = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    others = [name for name in others if name not in (MANIFEST, *_FILES, ".DS_Store")]
    if others:
        raise FileExistsError(errno.EEXIST, f"it holds other files, as {others[0]}")


def _put(made: Path, folder: Path) -> None:
    made.chmod(0o755)
    if not folder.exists():
        os.replace(made, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    try:
        os.replace(folder, old)
        os.replace(made, folder)
    except BaseException:
        # Also on Ctrl-C between the two.
        if not folder.exists():
            os.replace(old, folder)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def _check(folder: Path, name: str, checksums: object) -> None:
    """Raise IndexDamaged unless a file is the one that was written."""
    try:
        if not (folder / name).is_file():
            raise IndexDamaged(folder, f"{name} is not there")
        whole = isinstance(checksums, dict) and _digest(folder / name).hexdigest() == checksums.get(name)
    except OSError as cause:
        raise IndexDamaged(folder, f"{name} cannot be read") from cause
    if not whole:
        raise IndexDamaged(folder, f"{name} was altered")


def _collection(folder: Path, problems: tuple[str, ...]) -> Collection:
    import faiss
    import numpy as np

    try:
        documents = [Document(**row) for row in _parsed(folder / "documents.jsonl")]
        passages = tuple(
            Passage(documents[number], tuple(headings), tuple(Sentence(*sentence) for sentence in sentences))
            for number, headings, sentences in _parsed(folder / "passages.jsonl")
        )
        vectors, sentence_vectors = (
            faiss.deserialize_index(np.fromfile(folder / f"{name}.faiss", dtype=np.uint8)) for name in ("passages", "sentences")
        )
    except (OSError, ValueError, TypeError, RuntimeError, IndexError) as cause:
        raise IndexDamaged(folder, "its files do not fit together") from cause
    if vectors.ntotal != len(passages) or sentence_vectors.ntotal != sum(len(p.sentences) for p in passages):
        raise IndexDamaged(folder, "its files do not fit together")
    of_passages, of_sentences = (index.reconstruct_n(0, index.ntotal) for index in (vectors, sentence_vectors))
    return Collection(passages, of_passages, of_sentences, problems)


def _parsed(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _digest(path: Path) -> Any:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")
