"""An index comes back as it was, tells what is wrong with it, and is never half-written."""

import errno
import hashlib
import json
import os
import tempfile

import numpy as np
import pytest

from chatbot.errors import IndexDamaged, IndexForeign, IndexMissing, IndexStale, IndexWriteError
from chatbot.retrieve import store
from chatbot.retrieve.store import Stamp

STAMP = Stamp("hashed", "0123456789abcdef", "corpus-hash")
FILES = ("documents.jsonl", "passages.jsonl", "passages.faiss", "sentences.faiss")


@pytest.fixture
def collection(corpus, encoder, make_collection):
    return make_collection(corpus, encoder)


@pytest.fixture
def folder(tmp_path, collection):
    store.write(tmp_path / "place" / "index", collection, STAMP)
    return tmp_path / "place" / "index"


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewritten(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


# --- whole -----------------------------------------------------------------------------------------------------------


def test_an_index_comes_back_as_it_was(folder, collection):
    back = store.read(folder, STAMP)
    assert back.passages == collection.passages
    assert back.documents == collection.documents
    np.testing.assert_array_equal(back.vectors, collection.vectors)
    np.testing.assert_array_equal(back.sentence_vectors, collection.sentence_vectors)
    assert back.vectors.dtype == back.sentence_vectors.dtype == np.float32


def test_without_a_stamp_only_wholeness_counts(folder):
    assert store.read(folder).passages


def test_the_folder_holds_these_files_and_no_others(folder):
    assert sorted(contents(folder)) == sorted((*FILES, "manifest.json"))
    assert os.listdir(folder.parent) == ["index"]


def test_the_manifest_names_encoder_corpus_version_and_checksums(folder):
    manifest = store.read_manifest(folder)
    assert set(manifest) == set("version encoder fingerprint corpus documents passages sentences problems dim files".split())
    assert (manifest["encoder"], manifest["fingerprint"], manifest["corpus"]) == ("hashed", STAMP.fingerprint, STAMP.corpus)
    assert manifest["files"] == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def test_the_same_collection_gives_the_same_bytes(folder, collection, tmp_path):
    store.write(tmp_path / "again", collection, STAMP)
    assert contents(tmp_path / "again") == contents(folder)


# --- what is wrong with it -------------------------------------------------------------------------------------------


def test_no_folder_and_an_empty_folder_are_a_missing_index(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("none", "empty"):
        with pytest.raises(IndexMissing, match=f"No index in .*{name}.*openstance index --out"):
            store.read(tmp_path / name, STAMP)


@pytest.mark.parametrize("name", FILES)
def test_an_absent_file_is_damage(folder, name):
    (folder / name).unlink()
    with pytest.raises(IndexDamaged, match=f"{name} is not there.*Build it again with: openstance index"):
        store.read(folder, STAMP)


def test_an_absent_manifest_beside_other_files_is_damage(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(IndexDamaged, match=r"manifest\.json is not there"):
        store.read(folder, STAMP)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("cut", [0, 1, 0.5])
def test_a_file_cut_short_is_damage(folder, name, cut):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * cut)] if isinstance(cut, float) or cut == 0 else data[:-1])
    with pytest.raises(IndexDamaged, match=f"{name} was altered"):
        store.read(folder, STAMP)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_byte_is_damage(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(IndexDamaged, match=f"{name} was altered"):
        store.read(folder, STAMP)


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"\0" * 10, b"[" * 100_000])
def test_a_manifest_of_garbage_is_damage(folder, garbage):
    (folder / "manifest.json").write_bytes(garbage)
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        store.read(folder, STAMP)


@pytest.mark.parametrize("files", [None, [], "text", 3, {}, {"documents.jsonl": None}])
def test_checksums_of_garbage_are_damage(folder, files):
    rewritten(folder, files=files)
    with pytest.raises(IndexDamaged, match="was altered"):
        store.read(folder, STAMP)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("documents.jsonl", b'{"path": "x"}\n'),
        ("documents.jsonl", b"[1]\n"),
        ("passages.jsonl", b'[99, [], [[0, 1, "a", "prose"]]]\n'),
        ("passages.jsonl", b"[0, []]\n"),
        ("passages.jsonl", b""),
        ("passages.faiss", b"not an index"),
        ("sentences.faiss", b""),
    ],
)
def test_files_that_do_not_fit_together_are_damage(folder, name, content):
    (folder / name).write_bytes(content)
    files = {each: hashlib.sha256((folder / each).read_bytes()).hexdigest() for each in FILES}
    rewritten(folder, files=files)
    with pytest.raises(IndexDamaged, match="do not fit together"):
        store.read(folder, STAMP)


def test_a_file_that_may_not_be_read_is_damage(folder, monkeypatch):
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EACCES, "no")))
    with pytest.raises(IndexDamaged, match="cannot be read"):
        store.read(folder, STAMP)


@pytest.mark.parametrize("version", [0, 999, None, "1"])
def test_another_version_is_foreign(folder, version):
    rewritten(folder, version=version)
    with pytest.raises(IndexForeign, match=f"version {version}, not {store.VERSION}.*Build it again"):
        store.read(folder, STAMP)


def test_another_encoder_is_foreign(folder):
    with pytest.raises(IndexForeign, match="encoder hashed, not other.*Build it again"):
        store.read(folder, Stamp("other", "f" * 16, STAMP.corpus))


def test_other_documents_are_stale(folder):
    with pytest.raises(IndexStale, match="documents changed.*Build it again"):
        store.read(folder, Stamp(STAMP.encoder, STAMP.fingerprint, "other"))


# --- written whole or not at all -------------------------------------------------------------------------------------


BREAKS = [("_lines", 0), ("_lines", 1), ("flat", 0), ("flat", 1), ("_digest", 3), ("replace", 0), ("replace", 1)]


def break_at(monkeypatch, name, after, error):
    """Let a function that writing calls fail once, and work again from then on, as a disk does that someone tidies up."""
    owner = os if name == "replace" else store
    real, calls = getattr(owner, name), []

    def fail(*arguments, **options):
        calls.append(arguments)
        if len(calls) == after + 1:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, fail)


@pytest.mark.parametrize(("place", "after"), BREAKS)
def test_a_full_disk_leaves_the_old_index_whole(folder, collection, monkeypatch, place, after):
    before = contents(folder)
    break_at(monkeypatch, place, after, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(IndexWriteError, match=r"\(No space left on device\); nothing there was changed\. Free some space"):
        store.write(folder, collection, Stamp("hashed", "new", "new"))
    monkeypatch.undo()
    assert contents(folder) == before
    assert os.listdir(folder.parent) == ["index"]
    assert store.read(folder, STAMP).passages == collection.passages


@pytest.mark.parametrize(("place", "after"), BREAKS)
def test_an_interruption_leaves_the_old_index_whole(folder, collection, monkeypatch, place, after):
    before = contents(folder)
    break_at(monkeypatch, place, after, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        store.write(folder, collection, Stamp("hashed", "new", "new"))
    monkeypatch.undo()
    assert contents(folder) == before
    assert os.listdir(folder.parent) == ["index"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_where_nothing_was(tmp_path, collection, monkeypatch, error):
    (tmp_path / "fresh").mkdir()
    break_at(monkeypatch, "flat", 1, error)
    with pytest.raises((IndexWriteError, KeyboardInterrupt)):
        store.write(tmp_path / "fresh" / "index", collection, STAMP)
    assert os.listdir(tmp_path / "fresh") == []


def test_a_read_only_place_is_told_with_the_remedy(tmp_path, collection, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(IndexWriteError, match=r"Read-only file system.*name a writable folder with --out.*OPENSTANCE_CACHE"):
        store.write(tmp_path / "index", collection, STAMP)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_without_permission_is_told(tmp_path, collection):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(IndexWriteError, match="Permission denied"):
        store.write(tmp_path / "locked" / "index", collection, STAMP)


def test_a_place_below_a_file_is_told(tmp_path, collection):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexWriteError, match="nothing there was changed"):
            store.write(place, collection, STAMP)
    assert (tmp_path / "file").read_text("utf-8") == "x"


def test_a_newer_index_replaces_an_older_one(folder, collection):
    newer = Stamp("hashed", STAMP.fingerprint, "newer")
    store.write(folder, collection, newer)
    assert store.read(folder, newer).passages == collection.passages
    assert os.listdir(folder.parent) == ["index"]


def test_an_empty_folder_and_a_damaged_index_are_replaced(tmp_path, collection):
    (tmp_path / "index").mkdir()
    store.write(tmp_path / "index", collection, STAMP)
    (tmp_path / "index" / "manifest.json").write_bytes(b"garbage")
    store.write(tmp_path / "index", collection, STAMP)
    assert store.read(tmp_path / "index", STAMP).passages


def test_a_folder_of_documents_is_never_replaced(corpus, collection):
    before = contents(corpus)
    with pytest.raises(IndexWriteError, match=r"it holds other files, as bridge\.ja\.md"):
        store.write(corpus, collection, STAMP)
    assert contents(corpus) == before


def test_a_link_to_a_folder_stays_a_link(tmp_path, collection):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    store.write(tmp_path / "link", collection, STAMP)
    assert (tmp_path / "link").is_symlink()
    assert store.read(tmp_path / "real", STAMP).passages


def hashed(folder):
    return store.corpus_hash(folder, sorted(path for path in folder.rglob("*.*") if path.name != "manifest.json"))


def test_the_hash_of_a_corpus_changes_with_names_contents_and_metadata(corpus):
    seen = [hashed(corpus), hashed(corpus)]
    assert seen[0] == seen[1]
    (corpus / "notes.txt").write_text("The fish market is held on Sundays.", encoding="utf-8")
    seen.append(hashed(corpus))
    (corpus / "notes.txt").rename(corpus / "note.txt")
    seen.append(hashed(corpus))
    (corpus / "manifest.json").write_text("[]", encoding="utf-8")
    seen.append(hashed(corpus))
    (corpus / "note.txt").unlink()
    seen.append(hashed(corpus))
    assert len(set(seen)) == 5


def test_names_that_are_not_utf8_and_pipes_can_be_hashed(corpus):
    (corpus / os.fsdecode(b"\x83\x65.txt")).write_text("text", encoding="utf-8")
    os.mkfifo(corpus / "pipe.txt")
    assert hashed(corpus)
