"""The reading view: every sentence has its place, the structure stays, and nothing of a document's markup passes."""

import html as markup
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.ingest import chunk
from chatbot.serve.site.body import body
from chatbot.serve.site.library import gather
from chatbot.serve.ui.escape import safe
from chatbot.types import Document

TEXTS = {
    "markdown": [
        "# Title\n\nOne **bold** word and `code <b>` here. A [link](https://example.org/a_(b)) and *more*.\n",
        "- first item. It goes on.\n- second\n  - nested **item**\n\n1. one\n2. two\n\n   Second paragraph of two.\n",
        "| Name | Count |\n|---|---|\n| a \\| b | 10 |\n| [c](https://example.org) | **20** |\n",
        "> Quoted words.\n> More of them.\n\n```python\nprint('<script>')\n```\n\n"
        "Setext\n======\n\n日本語の\n文が\nここです。次の文。\n",
        "<div>Inside **html** <a href='https://example.org'>link</a>. And <b>bold</b>.</div>\n\n"
        "R&amp;D is it&quot;. &lt;b&gt; too&hellip;\n",
    ],
    "html": [
        "<html><body><h1>Title</h1><p>One <b>bold</b> word. <a href='https://example.org'>A link</a> ends.</p>"
        "<ul><li>first<ul><li>nested</li></ul></li><li>second</li></ul><ol><li>one</li></ol>"
        "<table><tr><th>Name</th><th>Count</th></tr><tr><td>a</td><td>10</td></tr></table><pre>code here</pre></body></html>",
    ],
    "text": ["Plain words. More words <b>here</b>.\n\n- one\n- two\n\n① 一つ目。\n② 二つ目。\n"],
}
PIECES = [
    *(text for texts in TEXTS.values() for text in texts),
    "\n\n",
    "**",
    "`",
    "<b>",
    "</p>",
    "](",
    "|",
    "> ",
    "&amp;",
    "日本",
    "_",
    "<!--",
]


def view(document, resolve=lambda target: target):
    library = gather(list(chunk(document)))
    return body(document, library.sentences(document.path) if library.documents else (), resolve, "Link")


def document_of(text, kind="markdown", title=""):
    return Document("made.md", text, kind, title, "en")


def check(document, page_of, fold):
    shown = view(document)
    page = page_of(f"<h1>{shown.title}</h1>{shown.html}")
    assert not page.wrong
    for passage in chunk(document):
        for sentence in passage.sentences:
            assert fold(page.ids[f"s{sentence.start}-{sentence.end}"]) == fold(markup.unescape(safe(sentence.text)))
    allowed = "h1 h2 h3 h4 h5 h6 p ul ol li blockquote pre code table tbody tr td th div span a strong em del sub sup".split()
    assert {tag for tag, _ in page.elements} <= set(allowed)
    assert {name for _, values in page.elements for name in values} <= {
        *"id class href rel lang value scope tabindex role aria-label".split()
    }
    return page


def test_every_sentence_of_the_documents_that_come_with_the_program_has_its_place(bundled_library, page_of, fold):
    assert len(bundled_library.documents) > 80
    for path, document in bundled_library.documents.items():
        sentences = bundled_library.sentences(path)
        shown = body(document, sentences, lambda target: target, "Link")
        page = page_of(f"<h1>{shown.title}</h1>{shown.html}")
        assert not page.wrong
        for sentence in sentences:
            assert fold(page.ids[f"s{sentence.start}-{sentence.end}"]) == fold(sentence.text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TEXTS.items() for text in texts])
def test_every_sentence_of_marked_up_documents_has_its_place(kind, text, page_of, fold):
    check(document_of(text, kind), page_of, fold)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=8).map("".join), kind=st.sampled_from(list(TEXTS))
)
def test_every_sentence_of_any_document_has_its_place(text, kind, page_of, fold):
    check(document_of(re.sub(r"[\0\r]", "", text).encode("utf-8", "ignore").decode(), kind), page_of, fold)


def test_emphasis_code_and_links_stay():
    html = view(document_of(TEXTS["markdown"][0])).html
    assert "<strong>bold</strong>" in html
    assert "<em>more</em>" in html
    assert '<a href="https://example.org/a_(b)" rel="noopener noreferrer">link</a>' in html


def test_emphasis_across_sentences_is_whole_in_each():
    html = view(document_of("**First sentence. Second sentence.** Third one.\n")).html
    assert html.count("<strong>") == 2
    assert "<strong>Third" not in html


def test_lists_keep_nesting_and_numbers(page_of):
    html = view(document_of(TEXTS["markdown"][1])).html
    assert re.search(r"<li>[^/]*second</span><ul><li>.*nested", html)
    assert '<ol><li value="1">' in html
    assert '<li value="2">' in html
    assert "Second paragraph of two.</span></p></li></ol>" in html


def test_tables_keep_rows_cells_and_headings():
    html = view(document_of(TEXTS["markdown"][2])).html
    assert '<th scope="col">Name</th><th scope="col">Count</th>' in html
    assert "<td>a | b</td><td>10</td>" in html
    assert "<td><strong>20</strong></td>" in html


def test_a_page_of_html_keeps_its_structure():
    html = view(document_of(TEXTS["html"][0], "html")).html
    assert "<strong>bold</strong>" in html
    assert '<th scope="col">Name</th>' in html
    assert "<ol><li>" in html
    assert re.search(r"first</span><ul><li>", html)


def test_quotes_code_and_headings_are_told_apart():
    shown = view(document_of(TEXTS["markdown"][3]))
    assert shown.html.count("<blockquote>") == 1
    assert "<pre" in shown.html
    assert "&lt;script&gt;" in shown.html
    assert [heading.text for heading in shown.contents] == ["Setext"]
    # Lines of Japanese are joined without a space, in their own language.
    assert "日本語の文がここです。" in shown.html
    assert '<p lang="ja">' in shown.html


def test_the_heading_that_is_the_title_is_not_said_twice():
    shown = view(document_of("# The title\n\nWords here.\n\n## Next\n\nMore.\n", title="The title"))
    assert "The title" in shown.title
    assert "The title" not in shown.html
    assert [heading.text for heading in shown.contents] == ["Next"]


def test_code_too_long_to_be_cited_is_still_shown():
    listing = "\n".join(f"value_{n} = compute(<{n}>)" for n in range(60))
    html = view(document_of(f"Before it.\n\n```python\n{listing}\n```\n\nAfter it.\n")).html
    assert "value_59 = compute(&lt;59&gt;)" in html
    assert html.index("Before") < html.index("value_0 ") < html.index("After")


@pytest.mark.parametrize("tag", ["script", "style", "nav", "template"])
def test_what_a_page_does_not_say_is_not_shown(tag):
    hidden = "secret words " * 100
    for kind in ("html", "markdown"):
        html = view(document_of(f"<p>Said aloud.</p>\n\n<{tag}>{hidden}</{tag}>\n\n<p>And this.</p>\n", kind)).html
        assert "Said aloud" in html
        assert "secret" not in html
