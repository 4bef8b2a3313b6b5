"""Sources to HTML: one card a document, in it every sentence that was cited, in its surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.serve.ui.escape import at_text, reading, safe, web
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.words import Words
from chatbot.types import Citation, Document, Hit, Passage

# In Latin letters, a Japanese one counting as two: enough to recognise the place, not so much that the quote is lost in it.
_AROUND = 90
_ISO = re.compile(r"\d{4}(-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A cited sentence as people read it, and what stands around it."""

    heading: str
    before: str
    quote: str
    after: str


def place(exchange: Exchange, citation: Citation) -> str:
    """Name the place on the page where a citation's source is shown."""
    return f"source-{exchange.number}-{citation.number}"


def cards(exchange: Exchange, said: Words) -> str:
    """Render the sources of an answer; nothing if it has none."""
    if not exchange.citations:
        return ""
    shown = "".join(_card(exchange, group, said) for group in _by_document(exchange.citations))
    number = exchange.number
    title = f'{safe(said.sources)} <span class="count">{len(exchange.citations)}</span>'
    return (
        f'<section class="sources" aria-labelledby="sources-{number}">'
        f'<h3 id="sources-{number}"><span class="wide">{title}</span>'
        f'<button type="button" class="fold" aria-expanded="false" aria-controls="cards-{number}">{title}</button></h3>'
        f'<ol class="cards" id="cards-{number}">{shown}</ol></section>'
    )


def excerpt(citation: Citation, hits: Sequence[Hit], cited: frozenset[int] = frozenset()) -> Excerpt:
    """Show a cited sentence in its surroundings.

    Args:
        citation: Which sentence.
        hits: Passages that were found; the one that has the sentence gives it as people read it. Without it, the file's
            own characters are shown.
        cited: Where cited sentences of the document start: what stands beside one and is cited too is not repeated.
    """
    for hit in hits:
        if hit.passage.document.path == citation.document.path:
            for at, sentence in enumerate(hit.passage.sentences):
                if sentence.start == citation.start:
                    return _read(hit.passage, at, cited)
    text, start, end = citation.document.text, citation.start, citation.end
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = text[end : end + _AROUND].partition("\n")[0]
    return Excerpt("", _tail(before), " ".join(citation.quote.split()), _head(after))


def _read(passage: Passage, at: int, cited: frozenset[int]) -> Excerpt:
    sentences = passage.sentences

    def beside(other: int) -> str:
        if not 0 <= other < len(sentences):
            return ""
        sentence = sentences[other]
        return "" if sentence.kind == "heading" or sentence.start in cited else sentence.text

    heading = passage.headings[-1] if passage.headings else ""
    return Excerpt(heading, _tail(beside(at - 1)), sentences[at].text, _head(beside(at + 1)))


def _by_document(citations: Sequence[Citation]) -> list[list[Citation]]:
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.document.path, []).append(citation)
    return list(groups.values())


def _card(exchange: Exchange, group: Sequence[Citation], said: Words) -> str:
    document = group[0].document
    cited = frozenset(citation.start for citation in group)
    quotes, under = "", document.title
    for citation in group:
        found = excerpt(citation, exchange.hits, cited)
        # A heading stands once above all that is quoted from below it.
        if found.heading not in ("", under, found.quote):
            quotes += f'<p class="under" dir="auto">{safe(found.heading)}</p>'
            under = found.heading
        quotes += _quote(place(exchange, citation), citation, found, said)
    return (
        f'<li class="card"><h4 class="title" dir="auto" lang="{document.language}">{safe(document.title or said.untitled)}</h4>'
        f'<p class="facts">{" · ".join(_facts(document, said))}</p>{quotes}</li>'
    )


def _facts(document: Document, said: Words) -> Iterator[str]:
    date = document.date
    if _ISO.fullmatch(date):
        yield f'<time datetime="{date}">{date}</time>'
    else:
        yield safe(date or said.undated)
    if document.kind:
        yield safe(said.kinds.get(document.kind, document.kind))
    if document.publisher:
        yield f'<span dir="auto">{safe(document.publisher)}</span>'
    yield safe(said.languages[document.language])


def _quote(there: str, citation: Citation, found: Excerpt, said: Words) -> str:
    document = citation.document
    gap = "" if document.language == "ja" else " "
    before = f'<span class="around">{safe(found.before)}{gap}</span>' if found.before else ""
    after = f'<span class="around">{gap}{safe(found.after)}</span>' if found.after else ""
    return (
        f'<div class="quote" id="{there}" tabindex="-1"><span class="number">{citation.number}</span>'
        f'<blockquote dir="auto" lang="{document.language}">{before}<mark>{safe(found.quote)}</mark>{after}</blockquote>'
        f'<p class="ways"><a class="here" href="{safe(reading(document.path, citation.start, citation.end))}">'
        f"{safe(said.read_here)}</a>{_original(document.url, found.quote, said)}</p></div>"
    )


def _original(url: str, quote: str, said: Words) -> str:
    address = web(url.strip())
    if not address:
        return ""
    return (
        f'<a class="original" href="{safe(at_text(address, quote))}" target="_blank" rel="noopener noreferrer">'
        f'{safe(said.original)}<span class="unseen"> ({safe(said.new_tab)})</span></a>'
    )


def _tail(text: str) -> str:
    """The last words of a text."""
    return _cut(text[::-1])[::-1]


def _head(text: str) -> str:
    """The first words of a text."""
    return _cut(text)


def _cut(text: str) -> str:
    folded = " ".join(text.split())
    kept, width = 0, 0
    while kept < len(folded) and width < _AROUND:
        width += 1 if folded[kept] < "\u2e80" else 2
        kept += 1
    if kept == len(folded):
        return folded
    # Between words where there are spaces.
    space = folded.rfind(" ", 0, kept)
    return folded[: space if space > kept // 2 else kept].rstrip() + "…"
