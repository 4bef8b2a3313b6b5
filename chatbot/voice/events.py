"""What a spoken conversation tells those who watch it: a terminal, a page, a light, a meter. Frozen values, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from chatbot.types import Audio, Event, Language, Transcript

StateName = Literal["muted", "idle", "listening", "thinking", "speaking"]
Cause = Literal["speech", "wake", "stop", "mute"]


@dataclass(frozen=True, slots=True)
class State:
    """What it does from now on."""

    name: StateName


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake word was heard, or the button pressed."""


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody began to speak."""

    start: float
    """On the clock of the sound heard, in seconds."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Somebody has spoken and is done."""

    audio: Audio = field(repr=False)
    """From shortly before the first syllable."""
    start: float
    """All three on the clock of the sound heard, in seconds."""
    end: float
    """Of the last speech."""
    decided: float
    """When it was clear that nothing would follow."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Commanded:
    """It was not a question but a command."""

    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """This question was put to the documents."""

    question: str


@dataclass(frozen=True, slots=True)
class Replied:
    """An event of the answer, as it came."""

    event: Event


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, or a phrase of the program's own; as an event: its sound begins."""

    text: str
    """In spoken form."""
    language: Language


@dataclass(frozen=True, slots=True)
class Said:
    """All that was to be said was played."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """It fell silent before its end."""

    by: Cause
    played: float
    """Seconds of this answer that were heard."""
    dropped: float
    """Seconds that were ready and will not be."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one turn took, in milliseconds from the end of speech; None for what it had none of."""

    endpoint: float
    """Until the end of the turn was decided, on the clock of the sound heard."""
    transcript: float
    first_text: float | None
    """Until the answer's first words were there."""
    first_audio: float | None
    """Until the first sound of the reply was there to be played."""

    def since(self, endpoint: float) -> Latency:
        """Return the times of a turn whose end was decided then: what was there before could only be used from then on."""
        decided = round(endpoint, 1)
        first_text, first_audio = (None if at is None else max(at, decided) for at in (self.first_text, self.first_audio))
        return Latency(decided, max(self.transcript, decided), first_text, first_audio)

    @property
    def reply(self) -> float | None:
        """From the transcript to the first sound."""
        return None if self.first_audio is None else self.first_audio - self.transcript


@dataclass(frozen=True, slots=True)
class Failed:
    """Something broke; the conversation goes on."""

    message: str
    """Cause and remedy."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation is over, and what was said in it forgotten."""

    by: Literal["stop", "silence"]


VoiceEvent = (
    State
    | Woken
    | Began
    | Utterance
    | Heard
    | Commanded
    | Asked
    | Replied
    | Saying
    | Said
    | Interrupted
    | Latency
    | Failed
    | Ended
)
