"""Folders of files: what is served, what is known about it, and what is told about the rest."""

import os
import pathlib
from importlib import import_module

import pytest

from chatbot.errors import CorpusEmpty, DocumentError
from chatbot.ingest import chunk, load
from chatbot.ingest.load import files

GOOD = {"good.md": "Good text."}
JAPANESE = "日本語の文書です。オープンソースについて、いくつかのことを述べています。"


def paths(folder):
    return [path.relative_to(folder).as_posix() for path in files(folder)]


def only_error(folder):
    documents, (error,) = load(folder)
    assert [document.path for document in documents] == ["good.md"]
    assert isinstance(error, DocumentError)
    return error


# --- which files -----------------------------------------------------------------------------------------------------


def test_documents_come_in_order_of_path_from_any_depth(put):
    folder = put({"b.md": "B.", "a/c.txt": "C.", "a/b/d.html": "<p>D.", "x.py": "no", "x": "no"})
    assert paths(folder) == ["a/b/d.html", "a/c.txt", "b.md"]
    assert [document.path for document in load(folder)[0]] == paths(folder)


def test_readme_and_hidden_files_are_left_out(put):
    assert paths(put({**GOOD, "README.md": "x", "a/Readme.txt": "x", ".x.md": "x", ".git/y.md": "x"})) == ["good.md"]


def test_a_folder_named_like_a_document_is_walked_into(put):
    assert paths(put({**GOOD, "x.md/y.md": "Y."})) == ["good.md", "x.md/y.md"]


def test_links_are_followed_within_the_folder_only(put, tmp_path):
    folder = put(GOOD)
    (tmp_path / "outside.md").write_text("Outside.", encoding="utf-8")
    (folder / "out.md").symlink_to(tmp_path / "outside.md")
    (folder / "in.md").symlink_to(folder / "good.md")
    assert paths(folder) == ["good.md", "in.md"]


@pytest.mark.parametrize("target", ["loop.md", "nowhere.md"])
def test_a_link_to_nothing_or_itself_is_told(put, target):
    folder = put(GOOD)
    (folder / "loop.md").symlink_to(folder / target)
    assert "loop.md: the file cannot be read" in str(only_error(folder))


def test_a_pipe_is_told_and_not_waited_for(put):
    folder = put(GOOD)
    os.mkfifo(folder / "pipe.md")
    assert "no ordinary file" in str(only_error(folder))


def test_a_name_that_is_no_text_can_be_printed(put):
    folder = put(GOOD)
    try:
        pathlib.Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_bytes(b"\0")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert str(only_error(folder)).encode("utf-8").startswith(b"\\xff.md: ")


def test_missing_and_empty_folders_are_told_apart(put, tmp_path):
    folder = put({"x.py": "", **GOOD})
    (tmp_path / "empty").mkdir()
    for path, cause in (
        (tmp_path / "none", "no such folder"),
        (folder / "good.md", "not a folder"),
        (tmp_path / "empty", "no usable"),
    ):
        with pytest.raises(CorpusEmpty, match=cause) as told:
            load(path)
        assert str(path) in str(told.value)
        assert "name another folder" in str(told.value)


def test_a_folder_of_bad_files_says_what_is_wrong_with_them(put):
    with pytest.raises(CorpusEmpty, match=r"a\.md: the file is empty"):
        load(put({"a.md": b""}))


def test_a_corpus_of_one_word(put):
    (made,), errors = load(put({"x.txt": "Word"}))
    assert [passage.text for passage in chunk(made)] == ["Word"]
    assert errors == []


# --- bad files -------------------------------------------------------------------------------------------------------

BAD = {
    "zero.md": (b"", "the file is empty", "Fill it"),
    "blank.md": (b" \r\n\t\n", "the file is empty", "Fill it"),
    "mark.txt": (b"\xef\xbb\xbf\n", "the file is empty", "Fill it"),
    "front.md": (b"---\ntitle: Only this\n---\n", "there is no text in it", "Check"),
    "image.md": (b"---\ntitle: T\n---\n![a](b.png)\n", "there is no text in it", "Check"),
    "emoji.md": ("\U0001f917 !!!".encode(), "there is no text in it", "Check"),
    "script.html": (b"<script>SECRET</script>", "there is no text in it", "Check"),
    "picture.md": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\xff\xd8" * 20, "binary", "ending"),
    "control.txt": (b"text \0 with \0 zeros and so on", "binary", "ending"),
    "noise.md": (bytes(range(256)) * 4, "binary", "ending"),
    "sjis.md": (JAPANESE.encode("shift_jis"), "looks like Shift_JIS", "iconv -f CP932"),
    "cp932.md": (f"{JAPANESE}①〜ｶﾅ".replace("〜", "").encode("cp932"), "looks like Shift_JIS", "iconv -f CP932"),
    "euc.md": (JAPANESE.encode("euc_jp"), "looks like EUC-JP", "iconv -f EUC-JP"),
    "jis.txt": (JAPANESE.encode("iso2022_jp"), "looks like ISO-2022-JP", "iconv -f ISO-2022-JP"),
    "utf16.md": (JAPANESE.encode("utf-16"), "looks like UTF-16", "iconv -f UTF-16 "),
    "utf16le.md": ("Plain English text.\n".encode("utf-16-le"), "looks like UTF-16LE", "iconv -f UTF-16LE"),
    "utf16be.md": ("Plain English text.\n".encode("utf-16-be"), "looks like UTF-16BE", "iconv -f UTF-16BE"),
    "utf16ja.md": (JAPANESE.encode("utf-16-le"), "looks like UTF-16LE", "iconv -f UTF-16LE"),
    "kana.md": ("ひらがなだけのぶん".encode("utf-16-be"), "looks like UTF-16BE", "iconv -f UTF-16BE"),
    "latin.md": ("Déjà vu à la carte, naïve café.".encode("latin-1"), "looks like ISO-8859-1", "iconv -f ISO-8859-1"),
    "gbk.txt": ("开放源代码和人工智能政策的文件。" * 3).encode("gbk"),
}
BAD["gbk.txt"] = (BAD["gbk.txt"], "unknown encoding", "Save it as UTF-8")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_and_the_others_are_served(put, name):
    content, cause, remedy = BAD[name]
    error = only_error(put({name: content, **GOOD}))
    assert error.path == name
    assert str(error).startswith(f"{name}: ")
    assert cause in str(error)
    assert remedy in str(error)


@pytest.mark.parametrize(
    "content", ["B0D0F0A0 1020304050 " * 20, "00000000", "café", "ｶﾀｶﾅ だけ", "a\x0cb", JAPANESE, "é" * 50]
)
def test_utf8_is_taken_for_nothing_else(put, content):
    (made,), errors = load(put({"x.txt": content}))
    assert made.text == content
    assert errors == []


def test_a_file_that_may_not_be_read_is_told(put, monkeypatch):
    folder = put({"secret.md": "Text.", **GOOD})
    read = pathlib.Path.read_bytes

    def refuse(path):
        if path.name == "secret.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
    assert "secret.md: the file cannot be read (Permission denied). Check" in str(only_error(folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(put):
    folder = put({"secret.md": "Text.", **GOOD})
    (folder / "secret.md").chmod(0)
    assert "secret.md: the file cannot be read" in str(only_error(folder))


def test_a_file_too_large_is_told(put, monkeypatch):
    monkeypatch.setattr(import_module("chatbot.ingest.load"), "MAX_BYTES", 20)
    assert "Split it" in str(only_error(put({"large.md": "word " * 20, **GOOD})))
