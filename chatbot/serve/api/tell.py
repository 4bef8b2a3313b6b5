"""Segments of an answer to the text that a program gets: marks as links, no longer than wanted, up to a stop sequence."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Literal

from chatbot.serve.ui.escape import web
from chatbot.serve.ui.exchange import Exchange, Segment, follow
from chatbot.types import Citation, Done, Event

# What is counted as a token: up to six Latin letters or digits, or one other character. No model's tokenizer is at work.
_TOKEN = re.compile(r"[A-Za-z0-9]{1,6}|\S")
_MARK = re.compile(r"\[(\d{1,4})\]")
# What would end a Markdown link before its address does.
_ENDING = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "\\": "%5C"})


@dataclass(frozen=True, slots=True)
class Style:
    """How an answer is told."""

    spoken: bool = False
    limit: int | None = None
    """Tokens, as `tokens` counts them."""
    stops: tuple[str, ...] = ()
    json: bool = False
    """Whether the text is one JSON object."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the telling ended."""

    reason: Literal["stop", "length"]
    tokens: int
    citations: tuple[Citation, ...]
    """Of what was told."""
    done: Done | None
    """None where the telling ended before the answer did."""


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    return sum(1 for _ in _TOKEN.finditer(text))


def told(events: Iterator[Event], final: bool, style: Style) -> Generator[str, None, Ending]:
    """Yield the text of an answer piece by piece.

    Args:
        events: Of one question.
        final: Whether to wait for the end: a second answer may still fail its check, and what is sent cannot be taken back.
        style: How it is told.

    Returns:
        How it ended.
    """
    stops = _Stops(style.stops)
    cited: dict[int, Citation] = {}
    steps, spent = _segments(events, final), 0
    while True:
        try:
            segment = next(steps)
        except StopIteration as end:
            yield from filter(None, [stops.rest()])
            return Ending("stop", spent, tuple(cited.values()), end.value)
        cited |= {citation.number: citation for citation in segment.citations}
        for text, cost in _pieces(segment, style.spoken):
            over = style.limit is not None and spent + cost > style.limit
            shown = _cut(text, style.limit - spent) if over and style.limit is not None and cost > 1 else "" if over else text
            spent = style.limit if over and style.limit is not None else spent + cost
            yield from filter(None, [stops.passed(shown), stops.rest() if over else ""])
            if over or stops.met:
                return Ending("stop" if stops.met else "length", spent, tuple(cited.values()), None)


def _segments(events: Iterator[Event], final: bool) -> Generator[Segment, None, Done | None]:
    """Yield the sentences of the answer that holds, each with its sources once all of them are known."""
    exchange, given = Exchange(1, ""), 0
    for event in events:
        exchange = follow(exchange, event)
        if isinstance(event, Done):
            break
        if not final:
            yield from exchange.segments[given:-1]
            given = max(given, len(exchange.segments) - 1)
    yield from exchange.segments[given:] or (() if given else (Segment(exchange.text),))
    return exchange.done


def _pieces(segment: Segment, spoken: bool) -> Iterator[tuple[str, int]]:
    """Yield the text between marks and the marks as they are shown, each with its cost in tokens; all in one to be spoken."""
    ours = {int(found[1]): found for found in _MARK.finditer(segment.text)}
    # A document may have a «[1]» of its own; ours is the last one of its number.
    marks = sorted(
        ((ours[each.number], each) for each in segment.citations if each.number in ours), key=lambda pair: pair[0].start()
    )
    texts, at = [], 0
    for mark, _ in marks:
        texts.append(segment.text[at : mark.start()])
        at = mark.end()
    texts.append(segment.text[at:])
    if spoken:
        yield _counted(_said("".join(texts)))
        return
    yield _counted(texts[0])
    for (_, citation), text in zip(marks, texts[1:], strict=True):
        yield _link(citation), 1
        yield _counted(text)


def _said(text: str) -> str:
    """Return a text as it is to be spoken; the white space around it keeps sentences and lines apart."""
    # It loads dictionaries, which only those pay for who want it.
    from chatbot.language import detect
    from chatbot.spoken import aloud

    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return text[:start] + aloud(inner, detect(inner)) + text[start + len(inner) :]


def _counted(text: str) -> tuple[str, int]:
    return text, tokens(text)


def _link(citation: Citation) -> str:
    url = web(citation.document.url).translate(_ENDING)
    return f"[{citation.number}]({url})" if url else f"[{citation.number}]"


def _cut(text: str, limit: int) -> str:
    """Return as much of a text as has so many tokens."""
    ends = [found.end() for found, _ in zip(_TOKEN.finditer(text), range(limit), strict=False)]
    return text[: ends[-1]] if ends else ""


class _Stops:
    """Looks for stop sequences in a text that comes in pieces."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.met = False
        self._stops = stops
        self._held = ""
        # The last characters may be the beginning of one.
        self._hold = max(map(len, stops), default=1) - 1

    def passed(self, text: str) -> str:
        """Take a piece and return what can be told by now."""
        if not self._stops:
            return text
        self._held += text
        # The one that is complete first counts, so that it does not matter how the text was cut.
        found = [(at + len(stop), at) for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.met = True
            told, self._held = self._held[: min(found)[1]], ""
            return told
        keep = max(0, len(self._held) - self._hold)
        told, self._held = self._held[:keep], self._held[keep:]
        return told

    def rest(self) -> str:
        """Return what was held back."""
        held, self._held = self._held, ""
        return held
