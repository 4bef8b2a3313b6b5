"""Events to text for a terminal: the answer as it comes, its sources below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from chatbot.answer.phrases import phrases
from chatbot.errors import InputError
from chatbot.pipeline import Chatbot
from chatbot.types import Citation, Delta, Done, Event, Found, Language, Refused, Turn, Writing

_ACCENT, _DIM, _PLAIN = "\033[36m", "\033[2m", "\033[0m"
# What a document holds must not steer the terminal, nor turn the direction of the lines around it.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_QUOTE = 160
# More would only make the next question slower to read in.
_REMEMBERED = 10
PROMPT = "\n? "


def answer(events: Iterable[Event], colour: bool = False) -> Iterator[str]:
    """Yield the text of one answer as it comes, then its sources."""
    language: Language = "en"
    for event in events:
        match event:
            case Found(query=query):
                language = query.language
            case Delta(text=text):
                yield safe(text)
            case Refused(why=why):
                yield safe(why)
            case Writing(writer=writer):
                yield f"\n\n{_dimmed(phrases(language)['written'].format(writer=safe(writer)), colour)}\n"
            case Done():
                yield "\n"
                yield from _end(event, colour)


def _end(done: Done, colour: bool) -> Iterator[str]:
    if done.struck:
        yield _dimmed(phrases(done.query.language)["struck_count"].format(n=len(done.struck)), colour) + "\n"
    if done.note:
        yield _dimmed(safe(done.note), colour) + "\n"
    for cited in done.citations:
        yield _source(cited, colour)


def _dimmed(text: str, colour: bool) -> str:
    return f"{_DIM}{text}{_PLAIN}" if colour else text


def chat(bot: Chatbot, questions: Iterable[str], colour: bool = False) -> Iterator[str]:
    """Yield a conversation: a prompt, an answer to each question, until the questions end or one says «exit».

    Ctrl-C during an answer stops that answer.
    """
    past: list[Turn] = []
    yield "Ask in Japanese or English; exit or Ctrl-D ends. 日本語でも英語でもどうぞ。\n" + PROMPT
    for line in questions:
        question = line.strip()
        if question.lower() in ("exit", "quit", "終了"):
            break
        if question:
            said: list[str] = []
            try:
                for text in answer(bot.ask(question, past), colour):
                    said.append(text)
                    yield text
            except InputError as error:
                yield f"{safe(str(error))}\n"
            except KeyboardInterrupt:
                yield "…\n"
            if said:
                past = [*past, Turn(question, "".join(said))][-_REMEMBERED:]
        yield PROMPT
    yield "\n"


def found(row: Mapping[str, Any], colour: bool = False) -> Iterator[str]:
    """Yield the hits of a search, best first."""
    for number, hit in enumerate(row["hits"], 1):
        head = f"{number}. {safe(hit['document'])}  {hit['score']:.2f}"
        yield f"{_ACCENT}{head}{_PLAIN}\n" if colour else f"{head}\n"
        yield "   " + _short(hit["text"], 300) + "\n"


def lines(stream: IO[str]) -> Iterator[str]:
    """Yield the lines of a stream, what is not text in it replaced."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")
    yield from stream


def _source(cited: Citation, colour: bool) -> str:
    document = cited.document
    facts = " · ".join(safe(part) for part in (document.title, document.date, document.url or document.path) if part)
    head, quote = f"[{cited.number}] {facts}", f"    «{_short(cited.quote, _QUOTE)}»"
    return f"{_ACCENT}{head}{_PLAIN}\n{_DIM}{quote}{_PLAIN}\n" if colour else f"{head}\n{quote}\n"


def safe(text: str) -> str:
    """Drop what would steer the terminal."""
    return _COMMANDS.sub("", text)


def _short(text: str, width: int) -> str:
    folded = " ".join(safe(text).split())
    return folded if len(folded) <= width else folded[: width - 1] + "…"
