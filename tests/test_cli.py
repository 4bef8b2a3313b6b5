"""The commands as people and programs use them: what goes where, and what the exit code says."""

import json
import os
import subprocess
import sys

import pytest

from chatbot import __version__, assemble
from chatbot.retrieve.encode import SentenceEncoder

ASK_KEYS = "id question standalone lang answer refused citations supported writer timings_ms struck note grounds".split()
CITATION_KEYS = "n document title date url lang quote start end".split()

TALL = "How tall is the harbour tower?"
UNKNOWN = "Who owns the Zeppelin of Vienna?"
ODD = {
    "emoji": "😊🎉",
    "control": "\x01\x1b[31m tower \x07",
    "surrogates": "half \ud83d of a pair \udc80",
    "right to left": "ما هو البرج؟ \u202e",
    "mixed": "What is 大橋 in metres?",
    "markup": "<script>alert(1)</script> [1] **tower**",
}


# --- one question ----------------------------------------------------------------------------------------------------


def test_a_question_is_answered_on_stdout_with_its_sources(run, corpus):
    code, out, err = run("ask", TALL, "--corpus", corpus)
    assert code == 0
    assert "It is 48 metres tall and carries a white lamp.[" in out
    assert "The harbour tower · 2024-05-17 · https://example.org/tower" in out
    assert "\033" not in out
    assert err == ""


def test_a_refusal_is_an_answer(run, corpus):
    code, out, err = run("ask", UNKNOWN, "--corpus", corpus)
    assert (code, err) == (0, "")
    assert out.startswith("The documents here do not say that.")


def test_json_is_one_object_of_exactly_these_keys(run, corpus):
    code, out, err = run("ask", TALL, "--json", "--corpus", corpus)
    row = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert list(row) == ASK_KEYS
    assert (row["id"], row["question"], row["standalone"], row["lang"]) == (None, TALL, TALL, "en")
    assert (row["refused"], row["writer"], row["supported"]) == (False, "reader", 1.0)
    assert list(row["timings_ms"]) == ["retrieve", "read", "total"]
    assert [cited["n"] for cited in row["citations"]] == list(range(1, len(row["citations"]) + 1))
    for cited in row["citations"]:
        assert list(cited) == CITATION_KEYS
        text = (corpus / cited["document"]).read_text("utf-8")
        assert text[cited["start"] : cited["end"]] == cited["quote"] != ""


@pytest.mark.parametrize("question", ODD.values(), ids=ODD)
def test_an_odd_question_is_answered_or_refused_in_valid_json(run, corpus, question):
    code, out, _ = run("ask", question, "--json", "--corpus", corpus)
    assert code == 0
    assert json.loads(out)["question"] == question


@pytest.mark.parametrize(("question", "cause"), [("", "is empty"), (" \n\t", "is empty"), ("\0\u200b", "is empty")])
def test_an_empty_question_is_bad_input(run, corpus, question, cause):
    code, out, err = run("ask", question, "--corpus", corpus)
    assert (code, out) == (2, "")
    assert cause in err


@pytest.mark.parametrize("question", ["x" * 1_000_000, "塔" * 350_000, "😊" * 250_000])
def test_a_question_of_a_megabyte_is_bad_input(run, corpus, question):
    code, out, err = run("ask", question, "--corpus", corpus)
    assert (code, out) == (2, "")
    assert "characters. Ask in at most 2,000." in err
    assert len(err) < 500


# --- bad usage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "x", "--batch", "y.jsonl"),
        ("ask", "x", "--colour"),
        ("ask", "x", "--writer", "poet"),
        ("search",),
        ("search", "x", "--k", "0"),
        ("search", "x", "--k", "many"),
        ("read",),
        ("read", "--batch", "none.jsonl"),
        ("ask", "x", "--corpus", "no/such/folder"),
        ("ask", "x", "--config", "none.toml"),
        ("index", "--corpus", "no/such/folder"),
        ("list", "--corpus", "no/such/folder"),
        ("paint",),
    ],
)
def test_bad_usage_is_told_on_stderr(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "./none"])
def test_a_model_that_cannot_be_loaded_is_a_failure(run, corpus, name):
    code, out, err = run("ask", TALL, "--corpus", corpus, "--encoder", name)
    assert (code, out) == (1, "")
    assert f"Cannot load the model {name}" in err


def test_settings_come_from_flag_over_environment_over_file(run, corpus, tmp_path, monkeypatch):
    (tmp_path / "work" / "openstance.toml").write_text(f'corpus = "{tmp_path / "file"}"\n', encoding="utf-8")
    assert str(tmp_path / "file") in run("list")[2]
    monkeypatch.setenv("OPENSTANCE_CORPUS", str(tmp_path / "environment"))
    assert str(tmp_path / "environment") in run("list")[2]
    assert run("list", "--corpus", corpus)[0] == 0


def test_the_version_is_told(run):
    assert run("--version")[:2] == (0, f"openstance {__version__}\n")


# --- documents and their index ---------------------------------------------------------------------------------------


def test_documents_are_listed(run, corpus):
    code, out, err = run("list", "--corpus", corpus)
    assert (code, err) == (0, "")
    assert [line.split("\t")[0] for line in out.splitlines()] == sorted(path.name for path in corpus.iterdir())
    assert "tower.en.md\ten\t2024-05-17\tThe harbour tower\n" in out


def test_an_index_is_made_once_and_used_again(run, corpus, cache, monkeypatch):
    first = run("ask", TALL, "--corpus", corpus)
    made = list(cache.iterdir())
    assert len(made) == 1
    monkeypatch.setattr(assemble, "collect", None)
    assert run("ask", TALL, "--corpus", corpus) == first
    assert list(cache.iterdir()) == made


def test_a_bad_file_is_named_each_time_also_from_a_ready_index(run, corpus):
    (corpus / "broken.pdf").write_bytes(b"no PDF at all")
    for _ in range(2):
        code, _, err = run("ask", TALL, "--corpus", corpus)
        assert code == 0
        assert "broken.pdf" in err


def test_the_same_documents_elsewhere_share_an_index(run, corpus, cache, tmp_path):
    run("ask", TALL, "--corpus", corpus)
    corpus.rename(tmp_path / "moved")
    assert run("ask", TALL, "--corpus", tmp_path / "moved")[0] == 0
    assert len(list(cache.iterdir())) == 1


def test_a_changed_document_is_indexed_anew(run, corpus):
    run("ask", TALL, "--corpus", corpus)
    text = (corpus / "tower.en.md").read_text("utf-8").replace("48 metres", "51 metres")
    (corpus / "tower.en.md").write_text(text, encoding="utf-8")
    assert "51 metres" in run("ask", TALL, "--corpus", corpus)[1]


def test_a_damaged_cache_is_made_again(run, corpus, cache):
    run("ask", TALL, "--corpus", corpus)
    (made,) = cache.iterdir()
    (made / "passages.jsonl").write_bytes(b"garbage")
    code, out, _ = run("ask", TALL, "--corpus", corpus)
    assert (code, "48 metres" in out) == (0, True)
    assert (made / "passages.jsonl").read_bytes() != b"garbage"


def test_a_cache_that_cannot_be_written_costs_a_warning_and_no_answer(run, corpus, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("OPENSTANCE_CACHE", str(tmp_path / "file" / "cache"))
    code, out, err = run("ask", TALL, "--corpus", corpus)
    assert (code, "48 metres" in out) == (0, True)
    assert "Cannot write the index" in err
    assert "OPENSTANCE_CACHE" in err


def test_an_index_goes_where_it_is_told(run, corpus, tmp_path):
    code, out, err = run("index", "--corpus", corpus, "--out", tmp_path / "made")
    assert (code, out) == (0, "")
    assert "Indexed 5 documents" in err
    assert "manifest.json" in os.listdir(tmp_path / "made")


def test_an_index_never_replaces_documents(run, corpus):
    before = sorted(os.listdir(corpus))
    code, out, err = run("index", "--corpus", corpus, "--out", corpus)
    assert (code, out) == (1, "")
    assert "it holds other files" in err
    assert sorted(os.listdir(corpus)) == before


def test_a_full_disk_is_a_failure_that_leaves_nothing(run, corpus, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("chatbot.retrieve.store._lines", full)
    (tmp_path / "place").mkdir()
    code, out, err = run("index", "--corpus", corpus, "--out", tmp_path / "place" / "made")
    assert (code, out) == (1, "")
    assert "No space left on device" in err
    assert os.listdir(tmp_path / "place") == []


@pytest.mark.parametrize("arguments", [("ask", TALL), ("index", "--out", "made")])
def test_ctrl_c_while_indexing_leaves_nothing_half_written(run, corpus, cache, tmp_path, monkeypatch, arguments):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(SentenceEncoder, "encode", interrupted)
    code, out, err = run(*arguments, "--corpus", corpus)
    assert (code, out) == (130, "")
    assert "nothing half-written" in err
    assert os.listdir(tmp_path / "work") == []
    assert not cache.exists()


BAD = {
    "empty.md": b"",
    "blank.txt": b" \n ",
    "sjis.md": "図書館は町にあります。本を貸し出しています。".encode("cp932"),
    "utf16.txt": "The tower is tall.".encode("utf-16"),
    "binary.md": bytes(range(256)) * 8,
    "broken.pdf": b"%PDF-1.7 garbage",
    "broken.docx": b"PK\x03\x04 garbage",
}


def test_good_files_are_served_and_bad_ones_named(run, corpus, write):
    write(corpus, BAD)
    code, out, err = run("ask", TALL, "--corpus", corpus)
    assert (code, "48 metres" in out) == (0, True)
    assert sorted(line.split(":")[0] for line in err.splitlines()) == sorted(BAD)
    assert run("list", "--corpus", corpus)[2] == err


NOTHING = {"none": {}, "readme": {"README.md": b"About."}, "other": {"picture.png": b"x"}, "bad": BAD}


@pytest.mark.parametrize("files", NOTHING.values(), ids=NOTHING)
def test_a_folder_without_a_usable_document_is_bad_input(run, tmp_path, write, files):
    (tmp_path / "docs").mkdir()
    code, out, err = run("ask", TALL, "--corpus", write(tmp_path / "docs", files))
    assert (code, out) == (2, "")
    assert "Put Markdown, HTML, PDF, DOCX or text files there" in err


def test_a_corpus_of_one_word_can_be_asked(run, tmp_path, write):
    folder = write(tmp_path / "docs", {"word.txt": b"tower"})
    for question in (TALL, "tower", "塔?"):
        assert run("ask", question, "--corpus", folder)[0] == 0


def test_a_file_is_no_folder_of_documents(run, corpus):
    code, _, err = run("ask", TALL, "--corpus", corpus / "notes.txt")
    assert (code, "not a folder" in err) == (2, True)


# --- as a program of its own -----------------------------------------------------------------------------------------


def test_as_a_program_it_prints_json_and_nothing_else(corpus, model_folder, cache):
    file = cache.parent / "batch.jsonl"
    file.write_text(json.dumps({"id": 1, "question": TALL}) + "\nnot json\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "chatbot.cli",
        "ask",
        "--batch",
        file,
        "--json",
        "--corpus",
        corpus,
        "--encoder",
        model_folder,
    ]
    # As people have it: quiet by the program's own doing.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TOKENIZERS_"))}
    done = subprocess.run(command, capture_output=True, timeout=120, check=False, env=environment)
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert done.returncode == 2
    assert [row["id"] for row in rows] == [1, None]
    assert done.stderr.decode("utf-8").splitlines() == [rows[1]["error"]]


def test_a_reader_that_goes_away_is_no_reason_for_a_traceback(corpus, model_folder, cache):
    command = f"{sys.executable} -m chatbot.cli list --corpus {corpus} | head -c 0"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
