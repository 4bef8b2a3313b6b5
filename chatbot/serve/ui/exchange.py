"""A question with its answer as far as it has come: events folded into a value that can be shown and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chatbot.pipeline import WRITER
from chatbot.types import Citation, Cited, Delta, Done, Event, Found, Hit, Refused, Struck, Turn, Writing

State = Literal["going", "answered", "refused", "stopped", "trouble"]
# More would only make the next question slower to read in.
REMEMBERED = 10
"""Turns that a question may lean on."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Text of an answer up to where its sources are given."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what has come of it."""

    number: int
    """Counts from 1 in a conversation; names the exchange on the page."""
    question: str
    segments: tuple[Segment, ...] = ()
    hits: tuple[Hit, ...] = ()
    refused: Refused | None = None
    done: Done | None = None
    stopped: bool = False
    writer: str = ""
    """Who is writing a second answer; empty before and after."""
    written: tuple[Segment, ...] = ()
    """The second answer as far as it holds; once whole it takes the place of the first."""
    struck: tuple[Struck, ...] = ()
    trouble: str = ""
    """What to say if there is no answer because something went wrong."""
    unchecked: bool = False
    """Whether its words came back from a browser and do not stand in the documents."""

    @property
    def text(self) -> str:
        """What was answered so far."""
        said = "".join(segment.text for segment in self.segments)
        return self.refused.why if self.refused and not said else said

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The sources given so far, each once, in order."""
        given = (citation for segment in self.segments for citation in segment.citations)
        return tuple({citation.number: citation for citation in given}.values())

    @property
    def own_words(self) -> bool:
        """Whether the answer is not in the documents' own sentences."""
        return self.done is not None and bool(self.citations) and self.done.writer != WRITER

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.trouble:
            return "trouble"
        if self.stopped:
            return "stopped"
        return "going" if self.done is None else "refused" if self.done.refused else "answered"

    @property
    def going(self) -> bool:
        """Whether more is to come."""
        return not (self.done or self.stopped or self.trouble)


def follow(exchange: Exchange, event: Event) -> Exchange:
    """Return the exchange after one more event."""
    match event:
        case Found(hits=hits):
            return replace(exchange, hits=hits)
        case Delta(text=text):
            return _told(exchange, _extended(_telling(exchange), text))
        case Cited(citation=citation):
            return _told(exchange, _cited(_telling(exchange), citation))
        case Refused():
            return replace(exchange, refused=event)
        case Writing(writer=writer):
            return replace(exchange, writer=writer)
        case Struck():
            return replace(exchange, struck=(*exchange.struck, event))
        case Done():
            holds = exchange.written and not event.note
            segments = exchange.written if holds else exchange.segments
            return replace(exchange, done=event, segments=segments, writer="", written=(), struck=event.struck)


def _telling(exchange: Exchange) -> tuple[Segment, ...]:
    return exchange.written if exchange.writer else exchange.segments


def _told(exchange: Exchange, segments: tuple[Segment, ...]) -> Exchange:
    return replace(exchange, written=segments) if exchange.writer else replace(exchange, segments=segments)


def past(talk: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return the turns that the next question may lean on."""
    return tuple(Turn(each.question, each.text) for each in talk if not each.trouble)[-REMEMBERED:]


def _extended(segments: tuple[Segment, ...], text: str) -> tuple[Segment, ...]:
    # A writer may give a sentence in many pieces; it ends where its sources are given.
    if segments and not segments[-1].citations:
        return (*segments[:-1], Segment(segments[-1].text + text))
    return (*segments, Segment(text))


def _cited(segments: tuple[Segment, ...], citation: Citation) -> tuple[Segment, ...]:
    last = segments[-1] if segments else Segment("")
    return (*segments[:-1], replace(last, citations=(*last.citations, citation)))
