"""Text in, sound out: `synthesize`, whole or sentence by sentence as the text comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Protocol

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import SynthesizeStopped

from chatbot.errors import PeerError
from chatbot.language import detect, sentences
from chatbot.protocols import Speaker
from chatbot.serve.wyoming.framing import Peer
from chatbot.serve.wyoming.parts import Part
from chatbot.types import Audio, Language
from chatbot.voice.rates import resample

_WIDTH = 2
# Of one event: short enough that whoever plays it can stop at once.
_CHUNK_SECONDS = 0.1
_EMPTY_RATE = 22_050


class Run(Protocol):
    """Words of one language, in spoken form."""

    @property
    def text(self) -> str:
        """What is said."""

    @property
    def language(self) -> Language:
        """Whose voice says it."""


Spoken = Callable[[str, Language], tuple[Run, ...]]


class Speaking:
    """The speech of one connection.

    Args:
        peer: Who wants it.
        speaker: Speaks; None if nothing can.
        spoken: A text and its language to what is said in which voice.
        longest: Characters of a text.
    """

    def __init__(self, peer: Peer, speaker: Part[Speaker] | None, spoken: Spoken, longest: int) -> None:
        self._peer, self._speaker, self._spoken, self._longest = peer, speaker, spoken, longest
        self._coming: str | None = None
        """Text of a stream that is not spoken yet; None outside of one."""
        self._taken = 0
        self._rate = 0
        """Of all the sound of a connection, that of the first voice; 0 before the first sound."""

    @property
    def takes(self) -> Mapping[str, Callable[[Event], None]]:
        """What to do with which events."""
        return {
            "synthesize": self._whole,
            "synthesize-start": self._start,
            "synthesize-chunk": self._chunk,
            "synthesize-stop": self._stop,
        }

    def _whole(self, event: Event) -> None:
        # Within a stream it repeats the text for those who do not know streams.
        if self._coming is None:
            self._taken = 0
            self._say(self._text(event))

    def _start(self, event: Event) -> None:
        self._coming, self._taken = "", 0

    def _chunk(self, event: Event) -> None:
        if self._coming is None:
            raise PeerError("A chunk of text outside of a stream. Send synthesize-start first.")
        self._coming += self._text(event)
        spans = list(sentences(self._coming))
        # The last sentence may go on in the next chunk.
        for start, end in spans[:-1]:
            self._say(self._coming[start:end])
        if spans:
            self._coming = self._coming[spans[-1][0] :]

    def _stop(self, event: Event) -> None:
        left, self._coming = self._coming or "", None
        if left.strip():
            self._say(left)
        self._peer.send(SynthesizeStopped().event())

    def _text(self, event: Event) -> str:
        text = event.data.get("text")
        if not isinstance(text, str):
            raise PeerError("Nothing to speak. Send it as text.")
        self._taken += len(text)
        if self._taken > self._longest:
            raise PeerError(f"A text of more than {self._longest} characters. Send it in parts.")
        return text

    def _say(self, text: str) -> None:
        if self._speaker is None:
            raise PeerError("Nothing here speaks. See docs/smart-speakers.md for what to install.")
        begun = False
        for start, end in sentences(text):
            for audio in self._sound(text[start:end]):
                if not begun:
                    self._rate = self._rate or audio.rate
                    self._peer.send(AudioStart(self._rate, _WIDTH, 1).event())
                    begun = True
                self._peer.send(*_chunks(resample(audio, self._rate)))
        if not begun:
            self._peer.send(AudioStart(self._rate or _EMPTY_RATE, _WIDTH, 1).event())
        self._peer.send(AudioStop().event())

    def _sound(self, sentence: str) -> Iterator[Audio]:
        assert self._speaker is not None
        speaker = self._speaker.make()
        for run in self._spoken(sentence, detect(sentence)):
            with closing(speaker.speak(run.text, run.language)) as speech:
                yield from speech


def _chunks(audio: Audio) -> Iterator[Event]:
    size = 2 * max(1, round(_CHUNK_SECONDS * audio.rate))
    for start in range(0, len(audio.samples), size):
        yield AudioChunk(audio.rate, _WIDTH, 1, audio.samples[start : start + size]).event()
