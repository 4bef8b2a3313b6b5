"""The files of an index: FAISS' own format and JSON lines, with a manifest of checksums. Nothing is pickled.

manifest.json     version, encoder, hash of the corpus, number of rows, SHA-256 of the other files
documents.jsonl   one document a line
passages.jsonl    one passage a line: number of its document, headings, sentences as [start, end, text, kind]
passages.faiss    one vector for each passage
sentences.faiss   one vector for each sentence of each passage
"""

from __future__ import annotations

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
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"\0")
    return digest.hexdigest()[:32]


def write(folder: Path, collection: Collection, stamp: Stamp) -> None:
    """Write an index beside its place and move it there whole; an older one is replaced.

    Raises:
        IndexWriteError: If the folder cannot be written; what stood there before still stands.
    """
    made: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        _write_files(made, collection, stamp)
        _put(made, folder)
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
        if not (folder / name).is_file():
            raise IndexDamaged(folder, f"{name} is not there")
        if _checksum(folder / name) != manifest.get("files", {}).get(name):
            raise IndexDamaged(folder, f"{name} was altered")
    if stamp and manifest.get("corpus") != stamp.corpus:
        raise IndexStale(folder)
    return _collection(folder)


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
    except (OSError, ValueError) as cause:
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
        "dim": int(collection.vectors.shape[1]),
        "files": {name: _checksum(folder / name) for name in _FILES},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _row(passage: Passage, numbers: dict[str, int]) -> list[Any]:
    sentences = [[s.start, s.end, s.text, s.kind] for s in passage.sentences]
    return [numbers[passage.document.path], list(passage.headings), sentences]


def _lines(path: Path, rows: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _put(made: Path, folder: Path) -> None:
    made.chmod(0o755)
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        os.replace(folder, old)
        try:
            os.replace(made, folder)
        except OSError:
            os.replace(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(made, folder)


def _collection(folder: Path) -> Collection:
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
    except (ValueError, TypeError, RuntimeError, IndexError) as cause:
        raise IndexDamaged(folder, "its files do not fit together") from cause
    if vectors.ntotal != len(passages) or sentence_vectors.ntotal != sum(len(p.sentences) for p in passages):
        raise IndexDamaged(folder, "its files do not fit together")
    rows = (index.reconstruct_n(0, index.ntotal) for index in (vectors, sentence_vectors))
    return Collection(passages, *rows)


def _parsed(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
