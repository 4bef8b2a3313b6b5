"""Markdown by example: what is said, as what, and what is left out."""

import pytest
from ingest_pieces import document, kinds, said, sentences

from chatbot.ingest import chunk
from chatbot.ingest.markdown import front_matter
from chatbot.ingest.markup import mask_html, mask_markdown, plain

LINES = {
    "A [link](https://a.b/c_(d)_e) here.": "A link here.",
    "A [link]( https://a.b 'title (x)' ) here.": "A link here.",
    "A [link](<https://a.b/c d>) here.": "A link here.",
    "A [link](https://a.b (title)) here.": "A link here.",
    "A [**bold** `code`](x) here.": "A bold code here.",
    "A [nested [inner] text](x) here.": "A nested [inner] text here.",
    "A [reference][r] and [another] here.": "A reference and [another] here.",
    "[![badge](b.svg)](https://a.b) Text.": "Text.",
    "![alt [x]](a.png) Text.": "Text.",
    "Not a [link] (aside).": "Not a [link] (aside).",
    "**_Both_** and ***all*** and ~~gone~~.": "Both and all and gone.",
    "snake_case and __init__ in `__init__`.": "snake_case and init in __init__.",
    "これは*重要*です。": "これは重要です。",
    "2**10 is 1024 and 5 * 3 is 15.": "2**10 is 1024 and 5 * 3 is 15.",
    r"\*Literal\* stars, 1\. and \[brackets\].": "*Literal* stars, 1. and [brackets].",
    r"A \<tag> stays, <b>this</b> does not.": "A <tag> stays, this does not.",
    "Tom &amp; Jerry &lt; 3 &#x1F917; &nbsp;x": "Tom & Jerry < 3 \U0001f917 x",
    "AT&T; Q&As; &unknown; stay.": "AT&T; Q&As; &unknown; stay.",
    "See <https://hf.co/a_b> or <a@b.co>.": "See https://hf.co/a_b or a@b.co.",
    "Use `<script>` first and `</script>` last.": "Use first and last.",
    "Run `a_b *c* [d](e)` now.": "Run a_b *c* [d](e) now.",
    "Code ``with ` tick`` here.": "Code with tick here.",
    "A note[^1] and [[open-in-colab]] mark.": "A note and mark.",
    "Before {/* hidden */} after <!-- x --> end.": "Before after end.",
    "One<br>two, a < b and c > d.": "One two, a < b and c > d.",
    '<Tip warning={true} on={() => <b a="x"/>}>Said.</Tip>': "Said.",
    '<a title="a > b" href=x>Said</a> twice.': "Said twice.",
    "日本語の\n文は続く。": "日本語の文は続く。",
    "English\nline and 日本\nword.": "English line and 日本 word.",
    "👩‍👩‍👧 family and 🇯🇵 flag.": "👩‍👩‍👧 family and 🇯🇵 flag.",
}


@pytest.mark.parametrize("source", LINES)
def test_inline_markup_is_read_as_people_see_it(source):
    assert plain(mask_markdown(source)) == LINES[source]
    assert len(mask_markdown(source)) == len(source)


def test_offsets_are_those_of_the_raw_text():
    text = "# T\n\nFirst **one** [a](b).  Second&hellip; &ldquo;Third.&rdquo;\n"
    made = sentences(text)
    assert [text[each.start : each.end] for each in made] == [
        "T",
        "First **one** [a](b).",
        "Second&hellip; &ldquo;Third.&rdquo;",
    ]
    assert made[-1].text == "Second… “Third.”"


def test_a_sentence_that_ends_in_an_entity_keeps_all_of_it():
    text = "Written by Tom &amp; Jerry &amp;"
    assert [text[each.start : each.end] for each in sentences(text)] == [text]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("---\ntitle: A\n---\nBody.", "title: A\n"),
        ("\ufeff---\r\n".replace("\r", "") + "a: b\n...\nBody.", "a: b\n"),
        ("---\n---\nBody.", ""),
        ("+++\ntitle = 'A'\n+++\nBody.", "title = 'A'\n"),
        ("---\n# a comment\ntitle: A\n---\nBody.", "# a comment\ntitle: A\n"),
    ],
)
def test_front_matter_is_set_apart(text, source):
    assert front_matter(text)[0] == source
    assert said(text) == ["Body."]


def test_prose_between_two_rules_is_no_front_matter():
    assert said("---\n\nSome prose here.\n\n---\n\nMore.") == ["Some prose here.", "More."]
    assert said("---\n# Title\n\nText.\n\n---\n") == ["Title", "Text."]
    assert said("---\nSee https://a.b for it.\n\n---\n") == ["See https://a.b for it."]


def test_a_byte_order_mark_does_not_hide_the_first_heading():
    assert kinds("\ufeff# Title\n\nText.") == [("heading", "Title"), ("prose", "Text.")]


HEADINGS = {
    "## Two ##": "Two",
    "# C#": "C#",
    "Setext\n======": "Setext",
    "Two lines\nof setext\n---": "Two lines of setext",
    "## Anchor[[the-anchor]]": "Anchor",
    "> # Quoted": "Quoted",
    "- # In a list": "In a list",
    "## 3. Numbered": "Numbered",
    "# **Bold** [link](x)": "Bold link",
}


@pytest.mark.parametrize("source", HEADINGS)
def test_headings_lose_their_marks(source):
    assert kinds(f"{source}\n\nText.")[0] == ("heading", HEADINGS[source])


def test_nested_lists_become_items():
    text = "Lead:\n\n- one\n  - two\n    1. three\n\n       more of three. And more.\n- [x] four\n\nAfter."
    assert kinds(text) == [
        ("lead", "Lead:"),
        ("item", "one"),
        ("item", "two"),
        ("item", "three"),
        ("item", "more of three."),
        ("prose", "And more."),
        ("item", "four"),
        ("prose", "After."),
    ]


@pytest.mark.parametrize("quote", ["> ", ">> ", "> > > "])
def test_text_after_a_quoted_list_is_prose(quote):
    assert kinds(f"{quote}- item\n\nAfter.") == [("item", "item"), ("prose", "After.")]


def test_quotes_lose_their_marks_on_every_line():
    assert said("> A quote\n> of two lines.\n>\n> > Deeper.\n\n> [!WARNING]\n> Take care.") == [
        "A quote of two lines.",
        "Deeper.",
        "Take care.",
    ]


@pytest.mark.parametrize("marks", ["・{}\n・{}", "• {}\n• {}", "①{}\n②{}", "- {}\n- {}", "1) {}\n2) {}"])
def test_lists_are_known_by_any_bullet(marks):
    assert [kind for kind, _ in kinds(marks.format("最初の項目", "次の項目"))] == ["item", "item"]


def test_a_dash_before_a_name_is_no_list():
    assert kinds("Words of wisdom.\n\n— Jane Doe") == [("prose", "Words of wisdom."), ("prose", "Jane Doe")]


def test_table_rows_are_whole_and_their_cells_apart():
    text = "| Name | Size |\n|:--|--:|\n| A. B. | 5 |\n|**C**|`d`|\n| e \\| f | |\n"
    assert kinds(text) == [("row", "Name | Size"), ("row", "A. B. | 5"), ("row", "C | d"), ("row", "e | f")]


def test_short_code_is_one_row_and_a_listing_is_left_out():
    assert kinds("```python\nx = 1. * 2\n```\n\n~~~\nopen\n\nstill") == [("row", "x = 1. * 2"), ("row", "open still")]
    assert said("Text.\n\n```\n" + "long()\n" * 200 + "```\n") == ["Text."]


def test_an_image_line_says_nothing():
    assert said("![A figure](a.png)\n\n<p align=center><img src='b.png' alt='B'></p>\n\nText.") == ["Text."]


HIDDEN = {
    "script over blank lines": "<div>\n<script>\nvar a;\n\nSECRET\n\n</script>\n</div>",
    "navigation in Markdown": "<nav>\n\n- [SECRET](/)\n\n</nav>",
    "navigation in navigation": "<nav><nav>a</nav>SECRET</nav>",
    "comment over blank lines": "Text <!-- one\n\nSECRET --> text.",
    "comment with a fence": "<!--\n```\nSECRET\n-->",
    "comment with a backtick": "<!-- don`t SECRET -->\nSome `code`.",
    "hidden element": "<div hidden>\n\nSECRET <div>x</div> SECRET\n\n</div>",
    "style attribute": "<span style='display : none'>SECRET</span>",
    "unclosed script": "Text.\n\n<script>\nSECRET\n\nSECRET",
    "imports": "import A from 'SECRET'\nimport B from 'SECRET'",
    "export": "export const meta = {\n  a: 'SECRET',\n}",
    "void element": "<img hidden>\n\n<!-- SECRET -->",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_things_say_nothing_and_hide_nothing_after(name):
    shown = " ".join(said(f"Before.\n\n{HIDDEN[name]}" + ("" if "unclosed" in name else "\n\nAfter.")))
    assert "SECRET" not in shown
    assert shown.startswith("Before.")
    assert "unclosed" in name or shown.endswith("After.")


SHOWN = [
    "export controls on chips matter.",
    "The <nav> element without an end.",
    "`<nav>` opens it.\n\nThis is said.\n\n`</nav>` closes it.",
    "```html\n<nav>\n```\n\nThis is said.\n\n</nav>",
    '<p class="overflow hidden">This is said.</p>',
    "<!-- x --> This is said.",
    "a {/* This has no end.",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_only_looks_hidden_is_said(text):
    assert any(word in " ".join(said(text)) for word in ("chips", "without an end", "This is said", "This has no end"))


def test_html_in_markdown_keeps_its_structure():
    text = "<h2>Title</h2>\n<ul><li>One.</li><li>Two.</li></ul>\n<table><tr><td>a</td><td>b</td></tr></table>\n"
    assert kinds(text) == [("heading", "Title"), ("item", "One."), ("item", "Two."), ("row", "a b")]


def test_html_masks_keep_what_is_between_tags():
    assert plain(mask_html("<p>a<br>b &copy; <!-- <b> -->c</p>")) == "a b © c"


def test_code_in_a_passage_stands_as_it_is():
    passage = next(chunk(document("```\na || b  # <b>&amp;\n```")))
    assert passage.text == "a || b # <b>&amp;"
