"""The corpus benchmark: shared runs and coverage, on small made-up documents."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus.py"
FRONT = '---\npublisher: {publisher}\nlanguage: {language}\noriginal_title: "{title}"\noriginal_language: {of}\n---\n'


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("corpus_under_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def document(text, language="en", of="en", publisher="Hugging Face", title="X"):
    return FRONT.format(publisher=publisher, language=language, of=of, title=title) + text


@pytest.fixture
def folders(tmp_path):
    corpus, sources = tmp_path / "corpus", tmp_path / "sources"
    for folder in (corpus, sources):
        folder.mkdir()
    files = {
        corpus / "README.md": "# Not a document\n",
        corpus / "fox.en.md": document("# Fox\n\nA quick brown fox was seen. It cost 1,500 dollars in May.\n"),
        corpus / "fox.ja.md": document("# 狐\n\n狐が見られました。5月に1500ドルでした。\n", language="ja"),
        corpus / "hub.ja.md": document("# ハブ\n\nハブはモデルを共有する場です。\n", language="ja", of="ja"),
        corpus / "hub.en.md": document("# Hub\n\nThe hub shares models.\n", of="ja"),
        corpus / "own.en.md": document("# Own\n\nOur own words.\n", publisher="OpenStance"),
        sources / "fox.md": "# Fox\n\nThe [quick](https://example.org/a) <b>brown</b> fox was quick.\n",
        sources / "hub.md": "# ハブ\n\nここはモデルを共有する 広場です。\n",
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return corpus, sources


def line(**fields):
    return json.dumps({"id": "q", "answerable": True, "facts": [["fox"]], "documents": ["fox.md"], **fields})


# Shared runs


def test_the_longest_run_is_found_across_links_and_tags(bench, folders):
    runs = bench.shared_runs(*folders)
    assert [(run.document, run.length, run.unit) for run in runs] == [
        ("hub.ja.md", 9, "characters"),
        ("fox.en.md", 4, "words"),
    ]
    assert runs[1].text == "quick brown fox was"
    assert runs[0].text == "はモデルを共有する"


@pytest.mark.parametrize("quoted", ["“one two three four”", '"one two three four"', "「one two three four」"])
def test_a_marked_quotation_is_left_out(bench, quoted):
    original = "one two three four five"
    assert bench.shared_run("a", f"he said {quoted} five", original, "en").length == 1
    assert bench.shared_run("a", "he said one two three four", original, "en").length == 4


def test_words_on_both_sides_of_a_quotation_make_no_run(bench):
    assert bench.shared_run("a", 'one two "x" three four', "one two three four", "en").length == 2


def test_the_title_of_the_original_is_left_out_if_it_is_long(bench):
    title = "A Very Long Title Of One Original Document"
    assert bench.shared_run("a", document(f"On {title} here", title=title), f"# {title}", "en").length == 0
    short = document("See Model Cards here", title="Model Cards")
    assert bench.shared_run("a", short, "# Model Cards", "en").length == 2


def test_front_matter_is_not_compared(bench):
    assert bench.shared_run("a", document("nothing"), document("otherwise"), "en").length == 0


def test_a_latin_word_in_japanese_counts_as_one_character(bench):
    assert bench.shared_run("a", "これはTransformersです", "Transformersで学ぶ", "ja").length == 2


@pytest.mark.parametrize(("digest", "original"), [("", "a b"), ("a b", ""), ("", "")])
def test_an_empty_text_shares_nothing(bench, digest, original):
    assert bench.shared_run("a", digest, original, "en").length == 0


def test_the_run_agrees_with_trying_every_pair_of_places(bench):
    piece = tuple("abcabdcabcdea")
    original = tuple("xbcabcdabcdey")
    slow = max(
        n
        for i in range(len(piece))
        for j in range(len(original))
        for n in range(min(len(piece) - i, len(original) - j) + 1)
        if piece[i : i + n] == original[j : j + n]
    )
    assert len(bench.longest_run([piece], original)) == slow == 5


def test_runs_prints_worst_first_and_the_maximum(bench, folders, capsys):
    corpus, sources = folders
    assert bench.main(["runs", "--sources", str(sources), "--corpus", str(corpus)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "hub.ja.md" in out[0]
    assert out[-1] == "longest: 4 words, 9 characters (Japanese)"


def test_runs_prints_json(bench, folders, capsys):
    corpus, sources = folders
    bench.main(["runs", "--sources", str(sources), "--corpus", str(corpus), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["longest"] == {"words": 4, "characters": 9}
    assert report["runs"][1] == {"document": "fox.en.md", "length": 4, "unit": "words", "text": "quick brown fox was"}


# Coverage


def test_facts_are_searched_in_folded_text(bench):
    assert bench.searchable("1,500,000\n  users  2.5％, 3") == "1500000 users 2.5%, 3"


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ([["quick"], ["1500"]], True),
        ([["QUICK BROWN"]], True),
        ([["slow", "brown fox"]], True),
        ([["slow"], ["fox"]], False),
        ([], True),
    ],
)
def test_a_question_is_covered_if_every_fact_has_a_matching_alternative(bench, folders, facts, met):
    questions = bench.read_questions([line(facts=facts)])
    assert (bench.coverage(questions, folders[0])["en"]["covered"] == 1) is met


def test_facts_may_be_spread_over_the_listed_documents(bench, folders):
    apart = bench.read_questions([line(facts=[["fox"], ["models"]], documents=["fox.md", "hub.md"])])
    either = bench.read_questions([line(facts=[["models"]], documents=["fox.md", "hub.md"])])
    assert bench.coverage(apart, folders[0])["en"]["covered"] == 1
    assert bench.coverage(either, folders[0])["en"]["covered"] == 1
    unlisted = bench.read_questions([line(facts=[["fox"], ["models"]], documents=["fox.md"])])
    assert bench.coverage(unlisted, folders[0])["en"]["covered"] == 0


def test_languages_are_counted_apart_and_unanswerable_questions_not_at_all(bench, folders):
    lines = [line(id="a"), line(id="b", facts=[["狐"]]), line(id="c", answerable=False), ""]
    report = bench.coverage(bench.read_questions(lines), folders[0])
    assert report["en"] == {"questions": 2, "covered": 1, "share": 0.5, "not_covered": ["b"]}
    assert report["ja"]["not_covered"] == ["a"]


def test_a_document_that_has_no_digest_covers_nothing(bench, folders):
    report = bench.coverage(bench.read_questions([line(documents=["gone.md"])]), folders[0])
    assert report["en"]["share"] == 0


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_coverage_prints_both_languages(bench, folders, tmp_path, capsys, flags):
    questions = tmp_path / "questions.jsonl"
    questions.write_text(line() + "\n", encoding="utf-8")
    assert bench.main(["coverage", "--questions", str(questions), "--corpus", str(folders[0]), *flags]) == 0
    out = capsys.readouterr().out
    if flags:
        assert json.loads(out)["en"]["share"] == 1
    else:
        assert "en: 1 of 1 answerable questions (100.0%)" in out
        assert "ja: 0 of 1" in out


# Inputs that are missing or faulty


@pytest.mark.parametrize("command", ["runs", "coverage"])
def test_a_missing_input_is_told_on_stderr_with_code_2(bench, folders, capsys, command):
    flag = {"runs": "--sources", "coverage": "--questions"}[command]
    assert bench.main([command, flag, "nowhere", "--corpus", str(folders[0])]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nowhere" in printed.err
    assert flag in printed.err


def test_a_missing_original_is_named(bench, folders, capsys):
    corpus, sources = folders
    (sources / "fox.md").unlink()
    assert bench.main(["runs", "--sources", str(sources), "--corpus", str(corpus)]) == 2
    assert "fox.md" in capsys.readouterr().err


def test_an_empty_corpus_is_refused(bench, folders, tmp_path, capsys):
    assert bench.main(["runs", "--sources", str(folders[1]), "--corpus", str(tmp_path)]) == 2
    assert "--corpus" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["{", "[]", '"text"', "{}", line(facts=[["("]]), line(facts=None), line(documents=[1])])
def test_a_faulty_line_is_named(bench, bad):
    with pytest.raises(bench.InputError, match="Line 2"):
        bench.read_questions([line(), bad])


def test_a_set_without_answerable_questions_is_refused(bench, folders):
    with pytest.raises(bench.InputError, match="no answerable"):
        bench.coverage(bench.read_questions([line(answerable=False)]), folders[0])


def test_a_missing_flag_is_bad_usage(bench, capsys):
    with pytest.raises(SystemExit) as stop:
        bench.main(["runs"])
    assert stop.value.code == 2
    assert "--sources" in capsys.readouterr().err
