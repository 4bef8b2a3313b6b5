"""What is known about a document: front matter, manifest, name, and the text itself."""

import json

import pytest

from chatbot.ingest import load
from chatbot.ingest.metadata import listed, stated


def only(folder):
    (made,), _ = load(folder)
    return made


def test_front_matter_is_read(put):
    front = (
        "title: A 'title'\npublisher: P\ndate: 2024-05-06\nurl: https://a.b/c\nlanguage: ja\nkind: policy\ntranslation_of: x.md"
    )
    made = only(put({"x.md": f"---\n{front}\nother: [1]\n---\n# Heading\n\nText."}))
    assert (made.title, made.publisher, made.date, made.url) == ("A 'title'", "P", "2024-05-06", "https://a.b/c")
    assert (made.language, made.kind, made.translation_of) == ("ja", "policy", "x.md")


DATES = {
    "2024-05-06": "2024-05-06",
    "2024-05-06 07:08:09": "2024-05-06",
    "2024-05-06T07:08:09Z": "2024-05-06",
    "'2024-05'": "2024-05",
    "2024": "2024",
    "2024-13-45": "2024",
    "May 6, 2024": "",
    "20240506": "",
    "[2024]": "",
}


@pytest.mark.parametrize("written", DATES)
def test_dates_are_iso_or_unknown(put, written):
    assert only(put({"x.md": f"---\ntitle: T\ndate: {written}\n---\nText."})).date == DATES[written]


BROKEN = {
    "a colon too many": "title: One: two\ndate: 2024-05-06",
    "an open bracket": "title: One: two\ntags: [a, b\ndate: '2024-05-06'",
    "a tab": "title: One: two\n\tx: 1\ndate: 2024-05-06",
    "deep nesting": f"title: 'One: two'\ndate: 2024-05-06\na: {'[' * 3000}",
    "an unknown tag": "title: !!python/object:os.system 'x'\ntitle: 'One: two'\ndate: 2024-05-06",
    "a huge value": f"title: 'One: two'\ndate: 2024-05-06\na: {'b' * 30_000}",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_front_matter_still_says_what_its_lines_say(put, name):
    made = only(put({"x.md": f"---\n{BROKEN[name]}\n---\nText."}))
    assert made.title.strip("'").endswith("One: two")
    assert made.date == "2024-05-06"


def test_toml_front_matter_is_read():
    assert stated("+++\ntitle = 'T'\ndate = 2024-05-06\n+++\nText.") == {"title": "T", "date": "2024-05-06"}


@pytest.mark.parametrize("source", ["- a\n- b", "just text", "", "title:", "title: [a]", "title: {a: b}"])
def test_front_matter_without_values_says_nothing(source):
    assert stated(f"---\n{source}\n---\nText.").get("title", "") in ("", "[a]", "{a: b}")


def test_the_title_is_the_first_of_the_highest_headings_or_the_name(put):
    assert only(put({"a.md": "## Low\n\n# High\n\n# Second\n\nText."})).title == "High"
    assert only(put({"a.md": "No heading."})).title == "a"


def test_a_manifest_describes_files_that_do_not_state_their_own(put):
    entries = [{"file": "a/x.md", "title": "Listed", "date": "2024", "url": "ftp://x"}, {"file": 3}, "odd", {"title": "none"}]
    folder = put({"manifest.json": json.dumps(entries), "a/x.md": "---\ntitle: Own\n---\nText."})
    made = only(folder)
    assert (made.title, made.date, made.url) == ("Own", "2024", "")
    assert listed(folder) == {"a/x.md": {"title": "Listed", "date": "2024", "url": "ftp://x"}}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"{}", b"[" * 100_000, b"3"])
def test_a_broken_manifest_is_as_none(put, content):
    assert only(put({"manifest.json": content, "x.md": "Text."})).title == "x"


def test_half_characters_do_not_get_into_what_is_printed(put):
    front = '---\ntitle: "a\\uD800b"\n---\nText.'
    entry = json.dumps([{"file": "x.md", "publisher": "\ud800P\n"}])
    made = only(put({"x.md": front, "manifest.json": entry}))
    assert made.title.encode("utf-8").startswith(b"a")
    assert made.publisher == "P"


LANGUAGES = {
    ("x.md", "日本語の文書です。"): "ja",
    ("x.md", "An English text."): "en",
    ("x.ja.md", "Text"): "ja",
    ("x.en.md", "日本語"): "en",
    ("x.md", "---\ntitle: T\n---\nEnglish.\n\nMore.\n\nOne line quotes 「日本語」.\n\nMore."): "en",
    ("x.md", "---\ntitle: An English title\nauthors: me\n---\n日本語です。"): "ja",
    ("x.md", "---\nlanguage: Japanese\n---\nText."): "ja",
    ("x.html", "<html lang=ja><p>Text"): "ja",
    ("x.html", "<script>var english = 1</script><p>日本語です。"): "ja",
    ("x.txt", "日本語です。\n\nこれも。\n\nEnglish."): "ja",
}


@pytest.mark.parametrize(("name", "content"), LANGUAGES)
def test_language_is_as_stated_or_that_of_most_of_the_text(put, name, content):
    assert only(put({name: content})).language == LANGUAGES[name, content]
