"""The events of an answer to the sentences that are said of it, each with its source, no more than a breath at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.language import detect
from chatbot.spoken import brief
from chatbot.types import Cited, Delta, Document, Done, Event, Found, Language, Refused, Writing
from chatbot.voice.cut import Cut
from chatbot.voice.events import Replied
from chatbot.voice.memory import Sentence
from chatbot.voice.phrases import phrases

# Said before it is known how many there are.
_AT_ONCE = 2
# «(The source is in Japanese …)», 「(2025年…付の資料)」: for the eye; the ear is told the source before the sentence.
_NOTES = ("(", "（")
# A sentence that says itself who says so, at its beginning or as English adds it at the end.
_ALREADY = re.compile(r"^(?:according to|as stated in)\b|, according to\b|^.{1,60}?(?:によると|によれば)[、,]", re.IGNORECASE)


class Answer:
    """One answer as it comes."""

    def __init__(self, language: Language, writes: bool = False) -> None:
        """Begin.

        Args:
            language: Until the answer shows its own.
            writes: Whether a writer is set: then its answer is said, and the first one only if the writer fails.
        """
        self.language = language
        self.text = ""
        self.said: tuple[Sentence, ...] = ()
        self._cut = Cut()
        self._waiting: list[Sentence] = []
        self._loose: list[str] = []
        self._document: Document | None = None
        self._first: list[Sentence] = []
        self._held = writes
        self._phrases = 0
        self.over = False
        self.offer = ""
        """The question whether to go on, once it is over; empty if all is said."""

    @property
    def rest(self) -> tuple[Sentence, ...]:
        """What was not said of it, once it is over."""
        return tuple(self._waiting)

    def follow(self, event: Event) -> Iterator[Replied]:
        """Take the next event and pass it on."""
        yield Replied(event)
        match event:
            case Found(query=query):
                self.language = query.language
            case Delta(text=text):
                self.language = self.language if self.text else _language(text, self.language)
                self.text += text
                self._loose += self._cut.feed(text)
                # The source of the last one may still come.
                self._settle(None, keep=1)
            case Cited():
                self._loose += self._cut.finish()
                self._settle(event)
            case Refused(topics=topics):
                own = phrases(self.language)
                self.text = own.refused
                self._waiting.append(Sentence(own.refused, self.language))
                if topics:
                    self._waiting.append(Sentence(own.nearest.format(topic=topics[0]), self.language))
            case Writing():
                self._write()
            case Done():
                self._end(event)
            case _:
                pass

    def ready(self) -> tuple[Sentence, ...]:
        """Return what is to be said now, each sentence once."""
        if self._held:
            return ()
        most = _AT_ONCE
        if self.over:
            cut = brief([each.text for each in (*self.said[self._phrases :], *self._waiting)], self.language)
            most, self.offer = len(cut.told), cut.offer
        room = max(0, most + self._phrases - len(self.said))
        taken, self._waiting = tuple(self._waiting[:room]), self._waiting[room:]
        self.said += taken
        return taken

    def _settle(self, cited: Cited | None, keep: int = 0) -> None:
        """Let the loose sentences be said, but for some last ones; the very last of them has the source."""
        free = len(self._loose) - keep
        plain = [text for text in self._loose[: max(0, free)] if not text.startswith(_NOTES)]
        self._loose = self._loose[max(0, free) :]
        for at, text in enumerate(plain):
            source = cited.citation if cited and at == len(plain) - 1 else None
            told = source is None or source.document == self._document or _ALREADY.search(text) is not None
            if source is not None:
                self._document = source.document
            self._waiting.append(Sentence(text, self.language, None if told else source))

    def _write(self) -> None:
        """Another answer follows, which is the one to be said."""
        self._loose += self._cut.finish()
        self._settle(None)
        if self._held:
            self._first, self._waiting = self._waiting, [Sentence(phrases(self.language).moment, self.language)]
            self._phrases, self._document, self._held = 1, None, False

    def _end(self, done: Done) -> None:
        self._loose += self._cut.finish()
        self._settle(None)
        if self._phrases and len(self.said) + len(self._waiting) <= self._phrases:
            self._waiting += self._first
        self.text, self.over, self._held = (self.text if done.refused else done.answer), True, False


def _language(text: str, usual: Language) -> Language:
    return detect(text) if any(char.isalpha() for char in text) else usual
