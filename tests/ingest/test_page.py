"""HTML pages by example."""

import pytest
from ingest_pieces import kinds, said, sentences

from chatbot.ingest.page import metadata

PAGE = """<!DOCTYPE html>
<!-- SECRET -->
<html lang="en"><head>
<title>The page &amp; its <i>title</i></title>
<meta property="article:published_time" content="2024-05-06T07:08:09Z">
<meta property="og:site_name" content="The &quot;Site&quot;">
<link rel="canonical" href="https://a.example/b">
<style>p { content: "SECRET" }</style><script>document.write("<p>SECRET</p>")</script>
</head><body>
<header>SECRET</header><nav><ul><li><a href="/">SECRET</a></li></ul></nav>
<main><h1>Heading<br>one</h1>
<p>First &ldquo;sentence.&rdquo; Second <b>one</b>, with <a href="SECRET">a link</a>.
<p>Third<span hidden>SECRET</span> sentence <button>SECRET</button>goes on.
<p hidden>SECRET<p>Fourth.
<ul><li>Item one<ul><li>inner</li></ul></li><li><p>Item two.</p><p>More of it.</p></li></ul>
<table><caption>Sizes</caption><tr><th>Name</th><td><p>Big</p><p>One</p></td></tr><tr><td>a</td><td>1&nbsp;GB</td></tr></table>
<dl><dt>Term</dt><dd>What it means.</dd></dl>
<blockquote>Quoted.</blockquote><pre><code><span class="x">x</span> = 1 &lt; 2</code></pre>
<div style="DISPLAY: none"><div>SECRET</div>SECRET</div>
<aside>SECRET</aside><form>SECRET</form><svg><text>SECRET</text></svg>
<img src="SECRET" alt="SECRET"><video>SECRET</video>
Loose text.</main>
<footer>SECRET</footer><script>SECRET</body></html>"""


def test_a_page_is_told_apart_into_what_it_says():
    assert kinds(PAGE, "html") == [
        ("heading", "Heading one"),
        ("prose", "First “sentence.”"),
        ("prose", "Second one, with a link."),
        ("prose", "Third sentence goes on."),
        ("prose", "Fourth."),
        ("item", "Item one"),
        ("item", "inner"),
        ("item", "Item two."),
        ("item", "More of it."),
        ("prose", "Sizes"),
        ("row", "Name Big One"),
        ("row", "a 1 GB"),
        ("item", "Term"),
        ("item", "What it means."),
        ("prose", "Quoted."),
        ("row", "x = 1 < 2"),
        ("prose", "Loose text."),
    ]


def test_the_head_says_title_language_date_publisher_and_address():
    assert metadata(PAGE) == {
        "language": "en",
        "title": "The page & its <i>title</i>",
        "date": "2024-05-06T07:08:09Z",
        "publisher": 'The "Site"',
        "url": "https://a.example/b",
    }


def test_a_stated_title_goes_before_that_of_the_window():
    head = '<title>Window</title><meta property="og:title" content="Stated">'
    assert metadata(head)["title"] == "Stated"
    assert metadata("<title>First</title><svg><title>Second</title></svg>")["title"] == "First"
    assert metadata("<p>no head</p>") == {}


@pytest.mark.parametrize("end", ["</head><body>", "<body>", ""])
def test_end_tags_may_be_left_out(end):
    text = f"<html><head><title>SECRET</title><meta charset=utf-8>{end}<h1>Said</h1><p>One.<p>Two.<li>Three<li>Four"
    assert said(text, "html") == ["Said", "One.", "Two.", "Three", "Four"]


HIDDEN = {
    "list item": "<ul><li hidden>SECRET<li>After.</ul>",
    "closed from outside": "<div><span hidden>SECRET</div><p>After.",
    "cell": "<table><tr><td hidden>SECRET<td>After.</table>",
    "unclosed comment": "<p>After.</p><!-- SECRET <p>SECRET",
    "unclosed style": "<p>After.</p><style>SECRET <p>SECRET",
    "script that writes": "<script>'<!--' + \"</p>\" + '<p>SECRET'</script>After.",
    "navigation by role": "<div role=navigation><div>SECRET</div></div>After.",
    "visibility": "<p style='visibility:hidden'>SECRET</p>After.",
    "head of a frame": "<iframe>SECRET</iframe><noscript>SECRET</noscript><template><p>SECRET</p></template>After.",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_elements_say_nothing_and_hide_nothing_after(name):
    assert said(HIDDEN[name], "html") == ["After."]


def test_something_hidden_amid_a_sentence_does_not_cut_it():
    text = "<p>The sentence <!-- x --> goes <span hidden>SECRET</span> on <svg><title>SECRET</title></svg> here.</p>"
    (made,) = sentences(text, "html")
    assert made.text == "The sentence goes on here."
    assert text[made.start : made.end] == text[3:-4]


def test_navigation_between_blocks_keeps_them_apart():
    assert said("<div>Above<nav>SECRET</nav>below</div>", "html") == ["Above", "below"]


def test_signs_that_open_no_tag_are_text():
    assert said("<p>1 < 2, a<b & c <3 <</p><p>\n< after</p>", "html") == ["1 < 2, a<b & c <3 <", "< after"]


def test_a_row_that_lays_out_a_page_is_no_row():
    text = f"<table><tr><td><p>{'Some prose. ' * 200}</p><p>The last.</p></td></tr></table>"
    assert {kind for kind, _ in kinds(text, "html")} == {"prose"}


def test_a_listing_is_left_out():
    assert said("<pre>" + "x = 1\n" * 200 + "</pre><p>Said.", "html") == ["Said."]
