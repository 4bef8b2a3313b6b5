"""The roles that can be filled by another object. Each has one method."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from chatbot.types import Audio, Examined, Hit, Language, Passage, Prompt, Query, Reading, Term, Transcript

EncodingKind = Literal["query", "passage"]


class Encoder(Protocol):
    """Text to vectors."""

    def encode(self, texts: Sequence[str], kind: EncodingKind) -> NDArray[np.float32]:
        """Return (n, dim) float32 with unit rows."""


class Searcher(Protocol):
    """A query to passages."""

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return at most `k` hits, best first."""


class Vocabulary(Protocol):
    """What a collection's documents call things; two questions that only one and the same index of words can answer."""

    def look_up(self, text: str, language: Language) -> tuple[Term, ...]:
        """Return the words of a question as documents of a language would have them, each once, in order."""

    def strangers(self, question: str) -> tuple[str, ...]:
        """Return the names and figures of a question that no document has."""


class Reranker(Protocol):
    """A second, closer look at what a searcher found."""

    def rerank(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first, each with a score for every sentence."""


class Reader(Protocol):
    """A question and one context to the answer in it."""

    def read(self, question: str, context: str) -> Reading:
        """Return the best span, together with how likely it is that there is none."""


class Examiner(Protocol):
    """A question and passages to what each of them has to do with it."""

    def examine(self, question: str, passages: Sequence[Passage]) -> list[Examined]:
        """Look at each passage together with the question."""


class Judge(Protocol):
    """Claims and quotes to whether the one is said by the other."""

    def support(self, couples: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (claim, quote), how likely the quote says what the claim says, 0 to 1."""


class Writer(Protocol):
    """Sources and a question to an answer in the model's own words."""

    def stream(self, prompt: Prompt) -> Generator[str, None, None]:
        """Yield the answer piece by piece; closing the generator ends the model's work.

        A piece may be empty: while the writer waits for its turn, a model or a server, and while the prompt is read, it yields
        some ten times a second, so that a stop is never far off.

        Raises:
            WriterError: If the writer cannot write, or not to the end.
        """


class Detector(Protocol):
    """Sound to whether somebody speaks."""

    def speech(self, frame: Audio) -> float:
        """Return how likely there is speech in the next frame of a stream, 0 to 1; it may lean on the frames before."""


class Spotter(Protocol):
    """Sound to whether the wake word was said."""

    def spot(self, frame: Audio) -> bool:
        """Return whether the wake word ends in the next frame of a stream."""


class Recognizer(Protocol):
    """What was said to text."""

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said; a transcript without text if nothing was, or nothing understood.

        Raises:
            VoiceError: If it cannot be recognised at all.
        """


class Speaker(Protocol):
    """Text to sound."""

    def speak(self, text: str, language: Language) -> Generator[Audio, None, None]:
        """Yield the sound of a text in spoken form, piece by piece; closing the generator ends the work.

        Raises:
            VoiceError: If it cannot be spoken.
        """
