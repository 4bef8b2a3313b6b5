"""What a spoken conversation tells, as lines for people and as JSON for lights, pages and meters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from chatbot.serve import terminal, wire
from chatbot.types import Cited, Done, Event, Found
from chatbot.voice.events import Failed, Heard, Interrupted, Latency, Replied, Saying, State, Utterance, VoiceEvent

Json = dict[str, Any]


def row(event: VoiceEvent, at: float) -> Json:
    """Render an event; `at` is the second of the sound heard at which it came."""
    told: Json = {"event": type(event).__name__.lower(), "at": round(at, 3)}
    match event:
        case Replied(event=reply):
            return told | _reply(reply)
        case Heard(transcript=heard):
            others = list(heard.others)
            return told | {"text": heard.text, "lang": heard.language, "confidence": heard.confidence, "others": others}
        case Utterance():
            return told | {"start": round(event.start, 3), "end": round(event.end, 3), "decided": round(event.decided, 3)}
        case Latency():
            return told | latency(event)
        case Saying():
            return told | {"text": event.text, "lang": event.language}
        case _:
            return told | {field.name: getattr(event, field.name) for field in fields(event)}


def latency(event: Latency) -> Json:
    """Render the times of one turn."""
    told = {field.name + "_ms": getattr(event, field.name) for field in fields(event)}
    return told | {"reply_ms": None if event.reply is None else round(event.reply, 1)}


def _reply(event: Event) -> Json:
    kind = type(event).__name__.lower()
    match event:
        case Done():
            return {"kind": kind, "answer": wire.answer(event, event.query.asked)}
        case Cited(citation=citation):
            return {"kind": kind, "citation": wire.citation(citation)}
        case Found(query=query, hits=hits):
            return {"kind": kind, "query": query.text, "lang": query.language, "hits": len(hits)}
        case _:
            return {"kind": kind} | {field.name: getattr(event, field.name) for field in fields(event)}


class Page:
    """A conversation as lines on a terminal: questions, answers with their sources, and what it does meanwhile."""

    def __init__(self, colour: bool = False) -> None:
        self._colour = colour
        self._answer: list[Event] = []

    def answers(self, event: VoiceEvent) -> Iterator[str]:
        """Yield what belongs to the conversation."""
        match event:
            case Heard(transcript=heard):
                self._answer = []
                yield f"? {terminal.safe(heard.text) or '…'}\n"
            case Replied(event=reply):
                self._answer.append(reply)
                if isinstance(reply, Done):
                    yield from terminal.answer((each for each in self._answer), self._colour)
            case _:
                pass

    def notices(self, event: VoiceEvent) -> Iterator[str]:
        """Yield what is only about it."""
        match event:
            case State(name=name):
                yield f"· {name}"
            case Interrupted(by=by, played=played):
                yield f"· interrupted by {by} after {played:.1f} s"
            case Failed(message=message):
                yield terminal.safe(message)
            case Latency():
                sound = "no sound" if event.first_audio is None else f"first sound {event.first_audio:.0f} ms"
                yield f"· end of turn {event.endpoint:.0f} ms, transcript {event.transcript:.0f} ms, {sound} after speech"
            case _:
                pass
