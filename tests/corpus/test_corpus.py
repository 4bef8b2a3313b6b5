"""The bundled corpus keeps its form, its pairs agree in every figure, and it repeats no original."""

import datetime
import importlib.util
import os
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from corpus_numbers import disagreements, figures, sections

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
DOCUMENTS = sorted(path.name for path in CORPUS.glob("*.md") if path.name != "README.md")
STEMS = sorted({re.sub(r"\.(en|ja)\.md$", "", name) for name in DOCUMENTS})
KEYS = [
    "title", "publisher", "date", "url", "language", "kind", "licence",
    "original_licence", "original_title", "original_language", "authors",
]  # fmt: skip
KINDS = {"policy", "blog", "article", "docs"}
LICENCES = {"CC-BY-4.0"}
ORIGINAL_LICENCES = ("not stated", "Apache-2.0", "CC-BY-SA-4.0", "CC-BY-4.0")
OWN = "OpenStance"
LIMITS = {"words": 10, "characters": 25}

ALL_DOCUMENTS = pytest.mark.parametrize("name", DOCUMENTS)
ALL_PAIRS = pytest.mark.parametrize("stem", STEMS)


def text_of(name: str) -> str:
    return (CORPUS / name).read_text(encoding="utf-8")


def front_of(name: str) -> dict[str, str]:
    block = text_of(name).split("---\n", 2)[1]
    return {key: str(value) for key, value in yaml.safe_load(block).items()}


def body_of(name: str) -> str:
    return text_of(name).split("---\n", 2)[2]


def bodies_of(stem: str) -> tuple[str, str]:
    return body_of(f"{stem}.en.md"), body_of(f"{stem}.ja.md")


def sources() -> dict[str, dict[str, object]]:
    listed = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))["source"]
    return {row["stem"]: row for row in listed}


def originals() -> Path | None:
    named = os.environ.get("OPENSTANCE_SOURCES")
    beside = ROOT.parent / "shared" / "policy"
    return Path(named) if named else beside if beside.is_dir() else None


@pytest.fixture(scope="module")
def benchmark_corpus() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("benchmarks_corpus", ROOT / "benchmarks" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_the_corpus_has_documents():
    assert len(STEMS) >= 3


# Front matter


@ALL_DOCUMENTS
def test_front_matter_has_every_key_in_order(name):
    front = front_of(name)
    second = front["language"] != front["original_language"]
    assert list(front) == [*KEYS, "translation_of"] if second else list(front) == KEYS


@ALL_DOCUMENTS
def test_front_matter_values_are_in_the_allowed_sets(name):
    front = front_of(name)
    assert front["kind"] in KINDS
    assert front["licence"] in LICENCES
    assert front["original_licence"].startswith(ORIGINAL_LICENCES)
    assert front["original_language"] in ("en", "ja")
    assert name.endswith(f".{front['language']}.md")


@ALL_DOCUMENTS
def test_title_publisher_and_original_title_are_not_empty(name):
    front = front_of(name)
    assert all(front[key].strip() for key in ("title", "publisher", "original_title"))


@ALL_DOCUMENTS
def test_date_is_a_year_a_month_or_a_day(name):
    written = front_of(name)["date"]
    assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", written)
    assert datetime.date.fromisoformat((written + "-01-01")[:10])


@ALL_DOCUMENTS
def test_url_is_secure_or_empty(name):
    front = front_of(name)
    assert re.fullmatch(r"https://\S+", front["url"]) or front["url"] == ""
    assert front["url"] or front["publisher"] != "Hugging Face"


# Pairs


@ALL_PAIRS
def test_a_document_is_there_in_both_languages(stem):
    assert {f"{stem}.en.md", f"{stem}.ja.md"} <= set(DOCUMENTS)


@ALL_PAIRS
def test_the_second_of_a_pair_names_the_first(stem):
    for language, other in (("en", "ja"), ("ja", "en")):
        front = front_of(f"{stem}.{language}.md")
        expected = f"{stem}.{other}.md" if language != front["original_language"] else None
        assert front.get("translation_of") == expected


@ALL_PAIRS
def test_a_pair_agrees_on_its_original(stem):
    english, japanese = front_of(f"{stem}.en.md"), front_of(f"{stem}.ja.md")
    for key in ("publisher", "date", "url", "kind", "original_licence", "original_title", "original_language"):
        assert english[key] == japanese[key], key


@ALL_PAIRS
def test_a_pair_has_the_same_headings_and_list_items(stem):
    english, japanese = bodies_of(stem)
    assert len(sections(english)) == len(sections(japanese))
    assert english.count("\n- ") == japanese.count("\n- ")


@ALL_PAIRS
def test_every_figure_of_one_language_is_in_the_other(stem):
    assert disagreements(*bodies_of(stem)) == []


# That the check of figures works on the real files


def changes(text: str, other: str, most: int = 4) -> Iterator[str]:
    """`text` with one number changed to a value that neither text has, at up to `most` places."""
    places = list(re.finditer(r"\d+", text))
    taken = {int(run) for run in re.findall(r"\d+", text + other)} | set(range(32))
    for place in places[:: max(1, len(places) // most)]:
        value = next(n for n in range(int(place[0]) + 1, int(place[0]) + 10_000) if n not in taken)
        yield text[: place.start()] + str(value) + text[place.end() :]


def values_of(text: str) -> set[object]:
    return {value for figure in figures(text) for value in figure.readings}


def losses(text: str, most: int = 4) -> Iterator[str]:
    """`text` without one number whose value it has nowhere else, at up to `most` places."""
    runs = [int(run) for run in re.findall(r"\d+", text)]
    once = [place for place in re.finditer(r"\d+", text) if int(place[0]) > 31 and runs.count(int(place[0])) == 1]
    for place in once[:: max(1, len(once) // most)]:
        shorter = text[: place.start()] + text[place.end() :]
        if values_of(text) - values_of(shorter):  # not where the value is told twice: 「70億(7B)」
            yield shorter


@ALL_PAIRS
def test_an_altered_figure_is_caught_in_either_file(stem):
    english, japanese = bodies_of(stem)
    before = set(disagreements(english, japanese))
    for altered in changes(english, japanese):
        assert set(disagreements(altered, japanese)) - before
    for altered in changes(japanese, english):
        assert set(disagreements(english, altered)) - before


@ALL_PAIRS
def test_a_missing_figure_is_caught_in_either_file(stem):
    english, japanese = bodies_of(stem)
    before = set(disagreements(english, japanese))
    for shorter in losses(english):
        assert set(disagreements(shorter, japanese)) - before
    for shorter in losses(japanese):
        assert set(disagreements(english, shorter)) - before


def test_the_corpus_has_figures_to_check():
    assert sum(len(figures(body_of(name))) for name in DOCUMENTS) > 100


# Form of the text


@ALL_DOCUMENTS
def test_file_is_plain_utf8(name):
    raw = (CORPUS / name).read_bytes()
    text = raw.decode("utf-8")
    assert name.isascii()
    assert b"\r" not in raw
    assert not text.startswith("\ufeff")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@ALL_DOCUMENTS
def test_body_has_one_title_and_headings(name):
    lines = [line for line in body_of(name).splitlines() if line]
    assert lines[0].startswith("# ")
    assert sum(line.startswith("# ") for line in lines) == 1
    assert sum(line.startswith("## ") for line in lines) >= 2


@ALL_DOCUMENTS
@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("HTML", r"</?[a-zA-Z][^>]*>|<!--"),
        ("image", r"!\["),
        ("link", r"\]\(|\]\[|<https?:"),
        ("bold", r"\*\*|(?<!\w)__(?!\w*__\w)"),
        ("italic", r"(?<![\w*])\*[^\s*]|(?<![\w`])_[^\s_][^_\n]*_(?!\w)"),
        ("table", r"(?m)^\|"),
    ],
)
def test_body_is_plain_text(name, what, pattern):
    prose = re.sub(r"`[^`\n]*`", "", body_of(name))
    assert not re.search(pattern, prose), what


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.endswith(".ja.md")])
def test_japanese_uses_half_width_digits_letters_and_brackets(name):
    assert re.findall("[０-９Ａ-Ｚａ-ｚ（）]", body_of(name)) == []


# Sources


def test_sources_and_digests_list_the_same_originals():
    digested = {stem for stem in STEMS if front_of(f"{stem}.en.md")["publisher"] != OWN}
    assert digested == set(sources())


@pytest.mark.parametrize("stem", sorted(sources()))
def test_a_source_says_what_its_digests_say(stem):
    row = sources()[stem]
    assert row["digests"] == {"en": f"{stem}.en.md", "ja": f"{stem}.ja.md"}
    front = front_of(f"{stem}.en.md")
    same = {"title": "original_title", "language": "original_language", "licence": "original_licence"}
    for key in ("title", "url", "date", "language", "licence", "kind", "publisher"):
        assert row[key] == front[same.get(key, key)], key


def test_sources_name_no_path_of_a_machine():
    text = (CORPUS / "sources.toml").read_text(encoding="utf-8")
    assert not re.search(r'"/|\.\./|shared', text)


@ALL_DOCUMENTS
def test_no_long_run_of_an_original_is_repeated(name, benchmark_corpus):
    front = front_of(name)
    if front["publisher"] == OWN or front["language"] != front["original_language"]:
        pytest.skip("no original in this language to compare with")
    folder = originals()
    if folder is None:
        pytest.skip("the originals are not at hand: name their folder in OPENSTANCE_SOURCES")
    original = (folder / re.sub(r"\.(en|ja)\.md$", ".md", name)).read_text(encoding="utf-8")
    run = benchmark_corpus.shared_run(name, text_of(name), original, front["language"])
    assert run.length <= LIMITS[run.unit], run.text
