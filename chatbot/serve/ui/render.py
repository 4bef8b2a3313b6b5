"""Exchanges to HTML. Pure: the same exchange gives the same page. Whatever was typed or read from a document is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chatbot.answer.phrases import phrases, refusal
from chatbot.serve.ui.cards import cards, place
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.exchange import Exchange, Segment
from chatbot.serve.ui.how import how_html
from chatbot.serve.ui.words import LANGUAGES, Words
from chatbot.types import Citation, Language, Refused

_MARK = re.compile(r"\[(\d{1,4})\]")
_ITEM = re.compile(r"[-•] ")
_YEAR = re.compile(r"\d{4}")


def talk_html(talk: Iterable[Exchange], said: Words) -> str:
    """Render exchanges, oldest first."""
    return "".join(exchange_html(exchange, said) for exchange in talk)


def exchange_html(exchange: Exchange, said: Words) -> str:
    """Render a question, its answer as far as it has come, and the sources."""
    number = exchange.number
    busy = ' aria-busy="true"' if exchange.going else ""
    return (
        f'<article class="exchange" id="exchange-{number}" tabindex="-1" aria-labelledby="question-{number}"{busy}>'
        f'<h2 class="question" id="question-{number}" dir="auto">'
        f'<span class="unseen">{safe(said.you_asked)} </span>{safe(exchange.question)}</h2>'
        f'<div class="answer">{_body(exchange, said)}</div>{cards(exchange, said)}</article>'
    )


def welcome_html(said: Words, sample: Exchange | None) -> str:
    """Render what a first visitor sees: what can be asked, and what an answer looks like."""
    questions = "".join(f"<li>{_ask(question, question)}</li>" for question in said.examples)
    shown = f'<h2 class="label">{safe(said.sample_heading)}</h2>{exchange_html(sample, said)}' if sample else ""
    return (
        '<div class="welcome">'
        f'<div class="about"><h2 class="heading">{safe(said.heading)}</h2><p class="lead">{safe(said.lead)}</p></div>'
        f'<div class="examples"><h2 class="label">{safe(said.examples_heading)}</h2><ul class="asks">{questions}</ul></div>'
        f'<div class="sample">{shown}</div></div>'
    )


def name_html(said: Words) -> str:
    """Render the page's name."""
    return f'<h1 class="name">{safe(said.name)}</h1>'


def controls_html(said: Words, language: Language) -> str:
    """Render the switches between the languages and between light and dark."""
    languages = "".join(
        f'<button type="button" class="language" lang="{code}" data-language="{code}"'
        f' aria-pressed="{_truth(code == language)}">{safe(name)}</button>'
        for name, code in LANGUAGES
    )
    theme = safe(said.theme)
    return (
        f'<div class="languages" role="group" aria-label="{safe(said.language)}">{languages}</div>'
        f'<button type="button" class="theme" aria-label="{theme}" title="{theme}">'
        '<span class="half" aria-hidden="true"></span></button>'
    )


def foot_html(said: Words) -> str:
    """Render the small print."""
    return f'<p class="small">{safe(said.independent)}</p>'


def in_language(html: str, language: Language) -> str:
    """Say which language a part of the page is in."""
    return f'<div lang="{language}">{html}</div>'


def ready(exchange: Exchange, said: Words) -> str:
    """Say, for those who hear the page, that an answer is complete."""
    if exchange.trouble or exchange.refused:
        return safe(exchange.trouble or exchange.text)
    return safe(said.ready.format(n=len(exchange.citations)))


def _truth(holds: bool) -> str:
    return "true" if holds else "false"


def _body(exchange: Exchange, said: Words) -> str:
    if exchange.refused:
        return _refusal(exchange.refused, exchange, said) + how_html(exchange, said)
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
    return "".join(parts) + how_html(exchange, said)


def _remarks(exchange: Exchange, said: Words) -> tuple[str, str, str]:
    return said.stopped if exchange.stopped else "", exchange.trouble, exchange.done.note if exchange.done else ""


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
        return f'<p class="refused" dir="auto">{safe(lead)}</p>'
    topics = "".join(f"<li>{_ask(topic, said.topic_question.format(topic=topic))}</li>" for topic in refused.topics)
    return (
        f'<p class="refused" dir="auto">{safe(lead)}</p>'
        f'<p class="label">{safe(said.topics_heading)}</p><ul class="asks">{topics}</ul>'
    )


def _ask(shown: str, question: str) -> str:
    return f'<button type="button" class="ask" dir="auto" data-ask="{safe(question)}">{safe(shown)}</button>'


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
