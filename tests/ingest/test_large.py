"""Large and twisted input takes time in proportion to its size."""

import time

import pytest
from ingest_pieces import check_structure

from chatbot.ingest import chunk, load

SIZE = 120_000
# In seconds: what grows with the square of the size takes minutes for this much.
LIMIT = 6.0

REPEATED = {
    "full stops": ".",
    "marks and masks": ".\0",
    "full stops apart": ". ",
    "open brackets": "(",
    "square brackets": "[",
    "links without an end": "](",
    "images without an end": "![",
    "reference links": "[a][b]",
    "backticks": "` `` ",
    "stars": "*a ",
    "underscores": "_a ",
    "backslashes": "\\",
    "quotes": "> ",
    "list marks": "- ",
    "less-than signs": "<",
    "tags without an end": "<a ",
    "tags in a row": "<a<",
    "quotation marks in tags": '<a "',
    "braces in tags": "<a {",
    "comments without an end": "<!--",
    "declarations": "<!",
    "instructions": "<?",
    "expressions": "{/*",
    "scripts without an end": "<script>",
    "navigation without an end": "<nav>",
    "hidden elements": "<span hidden>",
    "paragraphs without an end": "<p>",
    "closed by another": "<p></b>",
    "end tags": "</p>",
    "entities": "&lt;",
    "ampersands": "&",
    "cells": "|a",
    "lines": "a\n",
    "setext headings": "a\n=\n",
    "headings": "# a\n",
    "blank lines": "\n",
    "spaces": " ",
    "words": "word ",
    "Japanese": "日本語の文。",
    "Japanese lines": "日本語\n",
    "bullets": "・a\n",
    "definitions": "[a]: b\n",
    "comments": "<!-- a -->",
    "fences": "```\n",
}


def endings(piece):
    """The formats to which a piece may mean something."""
    return [".md", *([".html"] if set(piece) & set("<&") else []), *([".txt"] if set(piece) & set(". \n。・(") else [])]


@pytest.mark.parametrize(("name", "ending"), [(name, ending) for name in REPEATED for ending in endings(REPEATED[name])])
def test_repetition_takes_no_long_time(put, name, ending):
    piece = REPEATED[name]
    body = "Start " + piece * (SIZE // 4 // len(piece)) + "x end"
    folder = put({f"x{ending}": body.replace("\0", "\u200b"), "good.md": "Good."})
    began = time.perf_counter()
    documents, _ = load(folder)
    for made in documents:
        list(chunk(made))
    assert time.perf_counter() - began < LIMIT


TWISTED = {
    "heading with spaces.md": "# a" + " " * SIZE + "b",
    "heading with marks.md": "# " + "#" * SIZE + "x",
    "nested list.md": "".join("  " * depth + f"- item {depth}\n" for depth in range(300)),
    "nested quotes.md": "\n>\n".join("> " * depth + f"quote {depth}" for depth in range(1, 300)),
    "runs of backticks.md": "".join("`" * length + " " for length in range(600)) + "word",
    "link with spaces.md": "[a](" + " " * SIZE + "b",
    "wide table.md": "|a" * 5000 + "\n" + "|-" * 5000 + "\n" + "|b" * 5000,
    "long front matter.md": "---\n" + "key: value\n" * 20_000 + "---\nText.",
    "open front matter.md": "---\na: b\n" + "c: d\n" * 20_000,
    "nested divs.html": "<div>" * 20_000 + "Text." + "</div>" * 20_000,
    "attributes.html": "<p " + "a=b " * 20_000 + ">Text.",
}


@pytest.mark.parametrize("name", TWISTED)
def test_twisted_structure_takes_no_long_time(put, name):
    folder = put({name: TWISTED[name], "good.md": "Good."})
    began = time.perf_counter()
    documents, errors = load(folder)
    for made in documents:
        check_structure(made)
    assert time.perf_counter() - began < LIMIT
    assert errors == []


@pytest.mark.parametrize("depth", [10, 60])
def test_deep_nesting_loses_nothing(put, depth):
    text = "".join("  " * level + f"- item {level}\n" for level in range(depth // 2))
    text += "\n" + "".join("> " * level + f"quote {level}\n{'> ' * level}\n" for level in range(1, depth))
    (made,), _ = load(put({"x.md": text}))
    said = [sentence.text for passage in chunk(made) for sentence in passage.sentences]
    assert set(said) >= {f"item {level}" for level in range(depth // 2)} | {f"quote {level}" for level in range(1, depth)}


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        (".md", "An open model is **good** for [all](x). "),
        (".html", "An open model is <b>good</b> for all. "),
        (".txt", "日本語の文は「括弧。」も含む。"),
    ],
)
def test_a_single_line_of_a_megabyte_is_read(put, ending, sentence):
    count = (1 << 20) // len(sentence.encode())
    began = time.perf_counter()
    (made,), _ = load(put({f"x{ending}": sentence * count}))
    assert sum(len(passage.sentences) for passage in chunk(made)) == count
    assert time.perf_counter() - began < LIMIT


def test_two_hundred_pages_of_text_are_read(put):
    page = "# Page {0}\n\n" + "A sentence on page {0} with some more words in it. " * 40 + "\n\n- one\n- two\n\n"
    began = time.perf_counter()
    (made,), _ = load(put({"book.md": "".join(page.format(number) for number in range(200))}))
    assert sum(len(passage.sentences) for passage in chunk(made)) == 200 * 43
    assert time.perf_counter() - began < LIMIT
