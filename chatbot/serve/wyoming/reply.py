"""A question to what a smart speaker says: a few short sentences, each source named, the rest when it is wanted."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from chatbot.language import detect
from chatbot.serve.wyoming.conversations import Conversation
from chatbot.serve.wyoming.parts import Asked
from chatbot.serve.wyoming.words import consent, words
from chatbot.types import Cited, Delta, Document, Done, Event, Found, Language, Refused, Turn, Writing

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-\d{2})?$")
_MARK = re.compile(r"\s*\[\d{1,3}\]")
_BULLET = re.compile(r"^\s*[-*•]\s+")
# A title that is longer is said up to where its subtitle begins.
_LONG_TITLE = 60
_SUBTITLE = re.compile(r"\s*(?::\s|：|\s[-–—|]\s|——)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of an answer."""

    text: str
    """As written."""
    language: Language
    """That of the answer as a whole."""
    source: Document | None = None
    """What says it; None for the program's own words."""


class Replying:
    """Questions to sentences to be spoken; safe to use from several threads.

    Args:
        bot: Gives who is asked; may wait until it is ready.
        sentences: How many are said before it asks whether to go on.
        aloud: A text and its language to its spoken form.
    """

    def __init__(self, bot: Callable[[], Asked], sentences: int, aloud: Callable[[str, Language], str]) -> None:
        self._bot, self._sentences, self._aloud = bot, sentences, aloud

    def reply(self, question: str, before: Conversation, lasting: bool) -> Generator[str | Conversation, None, None]:
        """Yield what is to be said, sentence by sentence, and last the conversation as it is then.

        Closing the generator stops the answer.

        Args:
            question: As it was understood.
            before: The conversation so far.
            lasting: Whether it will be known when the next question comes; if not, going on is not offered.

        Raises:
            QuestionError: If it is no question.
            ChatbotError: If it cannot be answered.
        """
        wish = consent(question, before.language or detect(question)) if before.rest else ""
        if wish:
            yield from self._rest(before, wish == "yes")
            return
        with closing(self._bot().ask(question, before.turns)) as events:
            yield from self._answer(question, before, pieces(events, detect(question)), lasting)

    def _rest(self, before: Conversation, wanted: bool) -> Iterator[str | Conversation]:
        said = words(before.language or "en")
        now = before.rest[: self._sentences] if wanted else (said.enough,)
        later = before.rest[self._sentences :] if wanted else ()
        yield from now
        if later:
            yield said.go_on
        yield replace(before, rest=later)

    def _answer(
        self, question: str, before: Conversation, answer: Iterator[Piece], lasting: bool
    ) -> Iterator[str | Conversation]:
        language = detect(question)
        written: list[str] = []
        rest: list[str] = []
        named: Document | None = None
        for number, piece in enumerate(answer):
            language = piece.language
            written.append(piece.text)
            spoken = self._spoken(piece, named)
            named = piece.source or named
            if number < self._sentences:
                yield spoken
            elif piece.source:
                # A remark on the sources, which comes last, is not worth going on for.
                rest.append(spoken)
        if rest and lasting:
            yield words(language).go_on
        turn = Turn(question, "".join(written))
        yield Conversation((*before.turns, turn), tuple(rest) if lasting else (), language)

    def _spoken(self, piece: Piece, named: Document | None) -> str:
        sentence = _BULLET.sub("", _MARK.sub("", piece.text)).strip()
        if piece.source and piece.source is not named:
            sentence = sourced(sentence, piece.source, piece.language)
        return self._aloud(sentence, piece.language).strip()


def pieces(events: Iterator[Event], language: Language) -> Iterator[Piece]:
    """Yield the sentences of an answer, each with what says it, up to where a larger model would write another one.

    Args:
        events: Of one answer.
        language: Of the question, until the events tell better.
    """
    waiting = ""
    for event in events:
        if isinstance(event, Found | Done):
            language = event.query.language
        match event:
            case Delta(text=text):
                yield from _own(waiting, language)
                waiting = text
            case Cited(citation=citation) if waiting:
                yield Piece(waiting, language, citation.document)
                waiting = ""
            case Refused(why=why):
                yield Piece(why, language)
            case Writing():
                # Nobody waits in silence for a larger model to write; what was said so far stands by itself.
                break
    yield from _own(waiting, language)


def _own(text: str, language: Language) -> Iterator[Piece]:
    if text:
        yield Piece(text, language)


def sourced(sentence: str, document: Document, language: Language) -> str:
    """Return a sentence with what says it named in front, as one would in talking."""
    said = words(language)
    title = document.title
    if len(title) > _LONG_TITLE:
        title = _SUBTITLE.split(title, maxsplit=1)[0]
    date = _month(document.date, language)
    form = said.sourced if date else said.sourced_undated
    return form.format(title=title, date=date, sentence=sentence)


def _month(date: str, language: Language) -> str:
    """Return the month of a date as it is said, or the year if no more is known; empty if it is no date."""
    found = _DATE.match(date)
    if not found:
        return ""
    year, month = found.group(1), int(found.group(2) or 0)
    if not 1 <= month <= 12:
        return f"{year}年" if language == "ja" else year
    return f"{year}年{month}月" if language == "ja" else f"{calendar.month_name[month]} {year}"
