"""What one spoken turn leaves to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chatbot.types import Citation, Language, Turn

# More would only make the next question slower to read in.
_REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said in one breath."""

    text: str
    """As written: marks and all."""
    language: Language
    citation: Citation | None = None
    """Its source, if that is to be said with it."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A conversation so far, as far as it matters for what comes."""

    language: Language = "en"
    """That of the last turn."""
    past: tuple[Turn, ...] = ()
    said: tuple[Sentence, ...] = ()
    """What «repeat that» says again."""
    rest: tuple[Sentence, ...] = ()
    """What «go on» says."""
    choices: tuple[str, ...] = ()
    """The two readings that were asked about."""
    pace: float = 1.0
    """How fast to speak, 1 as it was set."""
    missed: int = 0
    """Turns in a row in which nothing was understood."""

    def asked(self, question: str, answer: str) -> Memory:
        """Return the memory with an answer, as far as it has come, in the place of the last one if the question is the same."""
        past = self.past[:-1] if self.past and self.past[-1].question == question else self.past
        return replace(self, past=(*past, Turn(question, answer))[-_REMEMBERED:])
