"""Exchanges to HTML. Pure: the same exchange gives the same page. Whatever was typed or read from a document is escaped."""

from __future__ import annotations

import re

from chatbot.answer.phrases import phrases, refusal
from chatbot.language import detect
from chatbot.serve.ui.cards import cards, place
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.exchange import Exchange, Segment
from chatbot.serve.ui.how import how_html
from chatbot.serve.ui.words import Words
from chatbot.types import Citation, Language, Refused

_MARK = re.compile(r"\[(\d{1,4})\]")
_ITEM = re.compile(r"[-•] ")
_YEAR = re.compile(r"\d{4}")


def exchange_html(exchange: Exchange, said: Words, doing: str = "") -> str:
    """Render a question, its answer as far as it has come, and the sources.

    Args:
        exchange: What is shown.
        said: Texts of the page.
        doing: What can be done with the answer, as HTML.
    """
    number = exchange.number
    busy = ' aria-busy="true"' if exchange.going else ""
    own = ' data-own="true"' if exchange.own_words else ""
    return (
        f'<article class="exchange" id="exchange-{number}" tabindex="-1" aria-labelledby="question-{number}"'
        f' data-state="{exchange.state}"{own}{busy}>'
        f'<h2 class="question" id="question-{number}"><span class="unseen">{safe(said.you_asked)} </span>'
        f'<span class="asked" dir="auto"{_language(exchange)}>{safe(exchange.question)}</span></h2>'
        f'<div class="answer">{answer_html(exchange, said)}</div><div class="sourced">{cards(exchange, said)}</div>'
        f'<div class="after">{doing}</div></article>'
    )


def answer_html(exchange: Exchange, said: Words) -> str:
    """Render an answer as far as it has come, and what is to be said about it."""
    return _body(exchange, said)


def ready(exchange: Exchange, said: Words) -> str:
    """Say, for those who hear the page, that an answer is complete."""
    if exchange.trouble or exchange.refused:
        return safe(exchange.trouble or exchange.text)
    return safe(said.ready.format(n=len(exchange.citations)))


def _body(exchange: Exchange, said: Words) -> str:
    if exchange.refused:
        return _refusal(exchange.refused, exchange, said) + _how(exchange, said)
    parts = [_lines("".join(_segment(exchange, segment, said) for segment in exchange.segments))]
    if exchange.going and not exchange.segments:
        parts.append(f'<p class="waiting">{safe(said.waiting)}</p>')
    if exchange.writer and exchange.going:
        parts.append(_growing(exchange, said))
    parts += [f'<p class="note" dir="auto">{safe(line)}</p>' for line in _remarks(exchange, said) if line]
    if exchange.done and exchange.citations:
        parts.append(f'<p class="support">{_support(exchange, said)}</p>')
    if exchange.done and exchange.struck:
        parts.append(_struck(exchange, said))
    return "".join(parts) + _how(exchange, said)


def _how(exchange: Exchange, said: Words) -> str:
    # What a browser kept has no scores.
    return how_html(exchange, said) if exchange.done and exchange.done.timings_ms else ""


def _remarks(exchange: Exchange, said: Words) -> tuple[str, ...]:
    return (
        said.stopped if exchange.stopped else "",
        exchange.trouble,
        exchange.done.note if exchange.done else "",
        said.unchecked if exchange.unchecked else "",
    )


def _growing(exchange: Exchange, said: Words) -> str:
    """Render the second answer below the first, whose sources are still the ones shown: its marks lead nowhere yet."""
    text = _lines("".join(safe(segment.text) for segment in exchange.written))
    label = safe(said.writing.format(writer=exchange.writer))
    return f'<div class="growing"><p class="label">{label}</p>{text}</div>'


def _struck(exchange: Exchange, said: Words) -> str:
    """Render what was written and is not carried, folded away."""
    rows = "".join(f'<li dir="auto"><s>{safe(each.sentence)}</s> {safe(each.why)}</li>' for each in exchange.struck)
    summary = safe(said.struck.format(n=len(exchange.struck)))
    return f'<details class="struck"><summary>{summary}</summary><ul>{rows}</ul></details>'


def _refusal(refused: Refused, exchange: Exchange, said: Words) -> str:
    lead = refused.why
    if exchange.done and refused.topics and lead == refusal(exchange.done.query.language, refused.topics):
        # The topics stand below as buttons; the sentence that lists them would say them twice.
        lead = phrases(exchange.done.query.language)["refusal"]
    if not refused.topics:
        return f'<p class="refused" dir="auto"{_language(exchange)}>{safe(lead)}</p>'
    topics = "".join(f"<li>{ask_html(topic, said.topic_question.format(topic=topic))}</li>" for topic in refused.topics)
    return (
        f'<p class="refused" dir="auto"{_language(exchange)}>{safe(lead)}</p>'
        f'<p class="label">{safe(said.topics_heading)}</p><ul class="asks">{topics}</ul>'
    )


def _language(exchange: Exchange) -> str:
    return f' lang="{exchange.done.query.language}"' if exchange.done else ""


def ask_html(shown: str, question: str) -> str:
    """Render a button that asks a question."""
    told = f'dir="auto" lang="{detect(shown)}" data-ask="{safe(question)}"'
    return f'<button type="button" class="ask" {told}>{safe(shown)}</button>'


def _segment(exchange: Exchange, segment: Segment, said: Words) -> str:
    """Render text with the marks of its sources as links; a mark that the text lacks is put at its end."""
    links = {str(citation.number): _mark(exchange, citation, said) for citation in segment.citations}
    if not links:
        return safe(segment.text)
    # A document may have a «[1]» of its own; ours is the last one of its number.
    ours = {match.group(1): match for match in _MARK.finditer(segment.text) if match.group(1) in links}
    parts, at = [], 0
    for match in sorted(ours.values(), key=lambda found: found.start()):
        parts += [safe(segment.text[at : match.start()]), links.pop(match.group(1))]
        at = match.end()
    html = "".join([*parts, safe(segment.text[at:]), *links.values()])
    own = exchange.done.query.language if exchange.done and exchange.own_words else segment.citations[0].document.language
    return _spoken_in(html, own)


def _spoken_in(html: str, language: Language) -> str:
    # A line break or the dash of an item must stand outside, or it could not part lines.
    return "\n".join(
        f'{dash}<span lang="{language}">{line}</span>' if line else ""
        for dash, line in (_parted(line) for line in html.split("\n"))
    )


def _parted(line: str) -> tuple[str, str]:
    dash = _ITEM.match(line)
    return (dash.group(), line[dash.end() :]) if dash else ("", line)


def _mark(exchange: Exchange, citation: Citation, said: Words) -> str:
    there = place(exchange, citation)
    label = safe(said.source.format(n=citation.number, title=citation.document.title or said.untitled))
    return f'<a class="mark" href="#{there}" aria-label="{label}" title="{label}">[{citation.number}]</a>'


def _lines(html: str) -> str:
    """Put lines into paragraphs, those that start with a dash into a list."""
    parts: list[str] = []
    items: list[str] = []
    for line in [*html.split("\n"), ""]:
        dash, rest = _parted(line)
        if dash:
            items.append(f'<li dir="auto">{rest}</li>')
            continue
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if rest.strip():
            parts.append(f'<p dir="auto">{rest}</p>')
    return "".join(parts)


def _support(exchange: Exchange, said: Words) -> str:
    given = sum(1 for segment in exchange.segments if segment.citations)
    # What was struck from a written answer counts; beside the documents' own sentences it does not.
    total = given + (len(exchange.struck) if exchange.own_words else 0)
    parts = [said.supported.format(n=given, total=total)]
    years = sorted(found.group() for citation in exchange.citations if (found := _YEAR.match(citation.document.date)))
    if years:
        parts.append((said.year if years[0] == years[-1] else said.years).format(first=years[0], last=years[-1]))
    return safe(" · ".join(parts))
