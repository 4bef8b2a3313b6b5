"""Sound in: what was said (`transcribe`), and whether the wake word was (`detect`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wyoming.asr import Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.event import Event
from wyoming.wake import Detection, NotDetected

from chatbot.errors import PeerError
from chatbot.protocols import Recognizer, Spotter
from chatbot.serve.wyoming.framing import Peer
from chatbot.serve.wyoming.parts import Part
from chatbot.types import Audio
from chatbot.voice.rates import Frames
from chatbot.voice.wav import Format, decode

# Rates, bytes of a sample, channels.
_KNOWN = (range(4000, 192_001), range(1, 5), range(1, 9))


class Utterance:
    """Sound to be recognised as a whole."""

    def __init__(self, longest: float) -> None:
        self._longest, self._pieces, self._seconds = longest, list[Audio](), 0.0

    def add(self, audio: Audio) -> None:
        """Keep a piece.

        Raises:
            PeerError: If it makes the whole too long.
        """
        self._seconds += audio.seconds
        if self._seconds > self._longest:
            raise PeerError(f"An utterance of more than {self._longest:g} seconds. End it with audio-stop before that.")
        self._pieces.append(audio)

    def whole(self) -> Audio:
        """Return all of it."""
        rate = self._pieces[0].rate if self._pieces else 16_000
        return Audio(b"".join(piece.samples for piece in self._pieces), rate)


class Watch:
    """Sound in which a wake word may be heard, for as long as it goes on; only the last frames of it are kept."""

    def __init__(self, spotter: Spotter) -> None:
        self._spotter, self._frames, self._seconds = spotter, Frames(), 0.0
        self.heard = False
        """Whether it was, at any time."""

    def add(self, audio: Audio) -> bool:
        """Return whether the wake word ends in this piece."""
        self._seconds += audio.seconds
        # Not any(...): every frame has to pass the spotter, or it would miss a part of the stream.
        spotted = [self._spotter.spot(frame) for frame in self._frames.push(audio)]
        self.heard = self.heard or any(spotted)
        return any(spotted)

    @property
    def milliseconds(self) -> int:
        """How much has been heard."""
        return round(1000 * self._seconds)


class Hearing:
    """The sound of one connection.

    Args:
        peer: Who sends it.
        recognizer: Hears what was said; None if nothing can.
        spotter: Hears the wake word; None if nothing can.
        longest: Seconds of an utterance.
    """

    def __init__(self, peer: Peer, recognizer: Part[Recognizer] | None, spotter: Part[Spotter] | None, longest: float) -> None:
        self._peer, self._recognizer, self._spotter, self._longest = peer, recognizer, spotter, longest
        self._wanted: list[str] | None = None
        """Names of wake words, where one is to be heard; None where an utterance is to be recognised."""
        self._format: Format | None = None
        self._taking: Utterance | Watch | None = None

    @property
    def takes(self) -> Mapping[str, Callable[[Event], None]]:
        """What to do with which events."""
        return {
            "transcribe": self._transcribe,
            "detect": self._detect,
            "audio-start": self._start,
            "audio-chunk": self._chunk,
            "audio-stop": self._stop,
        }

    def _transcribe(self, event: Event) -> None:
        if self._recognizer is None:
            raise PeerError("Nothing here recognises speech. See docs/smart-speakers.md for what to install.")
        self._wanted = self._taking = None

    def _detect(self, event: Event) -> None:
        if self._spotter is None:
            raise PeerError("Nothing here hears a wake word. See docs/smart-speakers.md for what to install.")
        known, names = [model.name for model in self._spotter.models], event.data.get("names")
        self._wanted = [name for name in known if name in names] if isinstance(names, list) and names else known
        if not self._wanted:
            raise PeerError(f"None of these wake words is known here. Ask for one of: {', '.join(known)}.")
        self._taking = None

    def _start(self, event: Event) -> None:
        self._format = _format(event)
        if self._wanted is None:
            if self._recognizer is None:
                raise PeerError("Nothing here recognises speech. See docs/smart-speakers.md for what to install.")
            self._taking = Utterance(self._longest)
        else:
            assert self._spotter is not None
            self._taking = Watch(self._spotter.make())

    def _chunk(self, event: Event) -> None:
        if self._taking is None:
            self._start(event)
        if _format(event) != self._format:
            raise PeerError("Sound that changes its form on the way. Send audio-start when it does.")
        audio = decode(event.payload or b"", _format(event))
        if isinstance(self._taking, Utterance):
            self._taking.add(audio)
        elif isinstance(self._taking, Watch) and self._taking.add(audio):
            assert self._wanted
            self._peer.send(Detection(self._wanted[0], _timestamp(event, self._taking.milliseconds)).event())

    def _stop(self, event: Event) -> None:
        taken, self._taking = self._taking, None
        if isinstance(taken, Watch) and not taken.heard:
            self._peer.send(NotDetected().event())
        elif isinstance(taken, Utterance):
            self._recognise(taken.whole())

    def _recognise(self, audio: Audio) -> None:
        assert self._recognizer is not None
        heard = self._recognizer.make().recognize(audio)
        # The recogniser gives an utterance as a whole; who reads streams gets it as one piece.
        start, chunk = TranscriptStart(language=heard.language), TranscriptChunk(heard.text)
        whole = Transcript(heard.text, language=heard.language)
        self._peer.send(start.event(), chunk.event(), whole.event(), TranscriptStop().event())


def _format(event: Event) -> Format:
    told = [event.data.get(name) for name in ("rate", "width", "channels")]
    numbers = [number for number in told if isinstance(number, int)]
    if len(numbers) < 3 or not all(number in known for number, known in zip(numbers, _KNOWN, strict=True)):
        raise PeerError("Sound whose rate, width or channels cannot be. Send PCM, best of 16000 Hz, 2 bytes and 1 channel.")
    rate, width, channels = numbers
    return Format(rate, channels, width)


def _timestamp(event: Event, otherwise: int) -> int:
    told = event.data.get("timestamp")
    return told if isinstance(told, int) else otherwise
