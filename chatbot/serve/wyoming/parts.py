"""What a server of smart speakers offers; each part is made when it is first needed, so that it can say at once what it has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from chatbot.protocols import Recognizer, Speaker, Spotter
from chatbot.types import Event, Language, Turn

T = TypeVar("T")
LANGUAGES: tuple[Language, ...] = ("en", "ja")


class Asked(Protocol):
    """What can be asked."""

    def ask(self, question: str, past: Sequence[Turn] = ()) -> Generator[Event, None, None]:
        """Yield the events of one answer."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A model or a voice, for those who list what there is."""

    name: str
    languages: tuple[Language, ...]
    maker: str
    url: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Something that hears or speaks."""

    make: Callable[[], T]
    """Raises ChatbotError if it cannot be had after all. What is made for several connections can be shared by them."""
    models: tuple[Made, ...]

    @property
    def languages(self) -> tuple[Language, ...]:
        """Of all its models, each once."""
        return tuple(dict.fromkeys(language for model in self.models for language in model.languages))


@dataclass(frozen=True, slots=True)
class Parts:
    """What is offered; None where it is not."""

    bot: Callable[[], Asked]
    """May wait until the documents are read."""
    recognizer: Part[Recognizer] | None = None
    speaker: Part[Speaker] | None = None
    spotter: Part[Spotter] | None = None
    """Made anew for each stream, which it leans on; the name of a model is the phrase."""
    languages: tuple[Language, ...] = field(default=LANGUAGES)
    """Those of the answers."""


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Return what makes something when it is first asked for, on whatever thread, and gives the same one ever after."""
    lock, made = threading.Lock(), list[T]()

    def get() -> T:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get
