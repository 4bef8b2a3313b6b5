"""Documents put together from pieces: what is said holds words that begin with KEPT, what is not holds SECRET."""

import html
import re
from itertools import count

from hypothesis import strategies as st

from chatbot.ingest import chunk
from chatbot.types import Document

# --- looking at results ----------------------------------------------------------------------------------------------


def document(text, form="markdown"):
    return Document("x", text, form, "", "en")


def sentences(text, form="markdown", size=900):
    return [sentence for passage in chunk(document(text, form), size) for sentence in passage.sentences]


def said(text, form="markdown"):
    """The sentences of a document as people read them."""
    return [sentence.text for sentence in sentences(text, form)]


def kinds(text, form="markdown"):
    return [(sentence.kind, sentence.text) for sentence in sentences(text, form)]


def is_subsequence(short, long):
    rest = iter(long)
    return all(char in rest for char in short)


def check_structure(made, size=900):
    """What holds for the passages of any document whatever."""
    passages = list(chunk(made, size))
    end = 0
    for passage in passages:
        assert passage.sentences
        for sentence in passage.sentences:
            assert end <= sentence.start < sentence.end <= len(made.text)
            raw = made.text[sentence.start : sentence.end]
            assert raw == raw.strip()
            assert raw
            assert sentence.text == " ".join(sentence.text.split())
            letters = re.sub(r"[\s|]", "", sentence.text)
            assert letters
            assert is_subsequence(letters, raw) or is_subsequence(letters, html.unescape(raw))
            end = sentence.end
        start, stop = passage.span
        assert start == passage.sentences[0].start
        assert stop == passage.sentences[-1].end
    # Sentences do not depend on where passages end: none is cut.
    whole = [sentence for passage in chunk(made, 1 << 30) for sentence in passage.sentences]
    assert [sentence for passage in passages for sentence in passage.sentences] == whole
    return passages


# --- Markdown --------------------------------------------------------------------------------------------------------

_INLINE = [
    "KEPT",
    "**KEPT**",
    "_KEPT_",
    "*KEPT*",
    "`KEPT`",
    "`` KEPT ` ``",
    "<b>KEPT</b>",
    "KEPT &amp; more &hellip;",
    "[KEPT](https://secret.example/SECRET_(x))",
    "[KEPT](<https://secret.example/SECRET> 'SECRET')",
    "[KEPT **bold**][SECRET]",
    "![SECRET](SECRET.png)",
    '![SECRET (a)](SECRET_(1).png "SECRET")',
    "[![SECRET](SECRET.png)](https://secret.example)",
    "<!-- SECRET -->",
    "{/* SECRET */}",
    "<span hidden>SECRET <span>SECRET</span> SECRET</span>",
    '<span style="color: red; display: none">SECRET</span>',
    "<script>if (a < b) { SECRET }</script>",
    'KEPT <img src="SECRET.png" alt="SECRET">',
    "<br/>KEPT",
    "KEPT[^1]",
    "\U0001f917 KEPT \U0001f1ef\U0001f1f5",
    "KEPT、日本語の文。次は「KEPT。」である！",
    "ＫＥＰＴ ＡＩ KEPT",
    "KEPT שלום עולם \u200f",
    "KEPT\0",
    "Dr. KEPT of the U.S. said e.g. 2.2%.",
    "KEPT... \"Really?\" 'Yes.' (KEPT.)",
    "https://secret.example/a_b_c?d=1 KEPT",
    "KEPT ^",
    "2**10 KEPT 5*3",
    "\\*KEPT\\*",
]
_BLOCKS = [
    "# LINE",
    "### LINE ##",
    "LINE\n======",
    "LINE",
    "LINE\nLINE",
    "- LINE\n- LINE\n  - LINE\n    1. LINE\n\n      LINE\n- [x] LINE",
    "1. LINE\n2. LINE",
    "> LINE\n> LINE",
    "> - LINE\n>\n> > LINE",
    "| LINE | a |\n| --- | ---: |\n| b | LINE |",
    "・LINE\n・LINE",
    "```python\nKEPT = 1\n```",
    "~~~\nKEPT\n~~~",
    "    KEPT",
    "---",
    "![SECRET](SECRET.png)\n![SECRET](SECRET.png)",
    "<script>\nlet a = `SECRET`;\n\n# SECRET\n\n- SECRET\n</script>",
    "<div>\n<style>\n.a > b { color: SECRET }\n\nSECRET\n</style>\n</div>",
    "<nav>\n\n- [SECRET](SECRET)\n\n<nav>SECRET</nav>\n\nSECRET\n\n</nav>",
    "<!-- SECRET\n\nSECRET\n\n```\nSECRET -->",
    '<div hidden>\n\nSECRET\n\n<div class="a">SECRET</div>\n\nSECRET\n\n</div>',
    "import { SECRET } from '../SECRET.js'\nimport SECRET from \"./SECRET\"",
    "export const meta = { SECRET: 1 }",
    "<Tip warning={true} render={() => <b/>}>\n\nLINE\n\n</Tip>",
    '<p align="center">\n<b>LINE</b>\n</p>',
    "<table><tr><td>LINE</td><td>KEPT</td></tr></table>",
    "<details>\n<summary>LINE</summary>\n\nLINE\n\n</details>",
    "[SECRET]: https://secret.example/SECRET",
]
_MOST = max(block.count("LINE") for block in _BLOCKS)
_FRONTS = [
    "",
    "---\ntitle: SECRET\nthumbnail: SECRET.png\nauthors:\n- user: SECRET\n---\n\n",
    "---\n---\n\n",
    '+++\ntitle = "SECRET"\n+++\n',
    "---\ndate: 2023-13-45\ntitle: a: SECRET\n---\n",
]
_HTML_BLOCKS = [
    "<h2>LINE</h2>",
    "<p>LINE</p>",
    "<p>LINE<p>LINE",
    "<ul><li>LINE<li>LINE</ul>",
    "<ol><li><p>LINE</p><ul><li>LINE</li></ul></li></ol>",
    "<table><tr><th>LINE</th><td>LINE</td></tr></table>",
    "<blockquote>LINE</blockquote>",
    "<div>LINE<div>LINE</div>LINE</div>",
    "<pre><code>KEPT &lt;b&gt;</code></pre>",
    "<nav><ul><li>SECRET</li></ul></nav>",
    "<script>document.write('<p>SECRET</p>')</script>",
    "<style>p > a::before { content: 'SECRET' }</style>",
    "<!-- <p>SECRET</p> -->",
    "<p hidden>SECRET",
    '<div style="display:none"><div>SECRET</div>SECRET</div>',
    '<div role="navigation">SECRET</div>',
    "<footer><p>SECRET</p></footer>",
    "<form><button>SECRET</button></form>",
    "<hr>",
    "<p>< KEPT & KEPT",
]
_HTML_INLINE = [piece for piece in _INLINE if not re.search(r"[\\\[`*_^]|\{/", piece)]


def _blocks(templates, inline):
    line = st.lists(st.sampled_from(inline), min_size=1, max_size=4).map(" ".join)
    return st.tuples(st.sampled_from(templates), st.lists(line, min_size=_MOST, max_size=_MOST)).map(_filled)


def _filled(parts):
    template, lines = parts
    left = iter(lines)
    return re.sub("LINE", lambda _: next(left), template)


def _numbered(text):
    """Make every KEPT a word of its own, to be found again."""
    numbers = count()
    return re.sub("KEPT", lambda _: f"KEPT{next(numbers)}q", text)


def markdown_documents():
    body = st.lists(_blocks(_BLOCKS, _INLINE), max_size=8).map("\n\n".join)
    return st.tuples(st.sampled_from(["", "\ufeff"]), st.sampled_from(_FRONTS), body).map(
        lambda parts: _numbered("".join(parts))
    )


def html_documents():
    body = st.lists(_blocks(_HTML_BLOCKS, _HTML_INLINE), max_size=8).map("\n".join)
    start = "<!DOCTYPE html><html lang=en><head><title>SECRET</title><style>SECRET</style></head><body>"
    return st.tuples(st.sampled_from(["", start]), body).map(lambda parts: _numbered("".join(parts)))


_PLAIN = [
    "KEPT",
    "Dr. KEPT.",
    "KEPT、日本語。",
    "\n",
    "\n\n",
    "\r\n",
    "・KEPT",
    "1. KEPT",
    "- KEPT",
    "\u3000",
    "\0",
    "\u200f",
    "「KEPT。」",
]


def plain_documents():
    return st.lists(st.sampled_from(_PLAIN), max_size=20).map(lambda parts: _numbered(" ".join(parts)))


def wild_texts():
    """Anything at all, mostly of characters that mean something to one of the parsers."""
    marks = st.sampled_from(
        list("<>/&;!-[](){}*_`#|~\\\"'=:.。「」 \t\n\0\ufeffaB1あ漢") + ["<!--", "-->", "<p hidden>", "</p>", "---\n"]
    )
    return st.one_of(st.lists(marks, max_size=60).map("".join), st.text(max_size=60))
