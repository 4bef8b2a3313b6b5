"""One spoken turn: what was said to what is said, sentence by sentence while the rest is still being found.

A turn is a generator. It ends wherever it is closed, and the recognising, the asking and the speaking end with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from chatbot.discourse.leaning import asks_more
from chatbot.errors import ChatbotError, QuestionError
from chatbot.protocols import Recognizer, Speaker
from chatbot.spoken import Run, brief, source, spoken
from chatbot.types import Audio, Event, Transcript, Turn
from chatbot.voice.answer import Answer
from chatbot.voice.events import Asked, Commanded, Failed, Heard, Latency, Saying, Utterance, VoiceEvent, Woken
from chatbot.voice.memory import Memory, Sentence
from chatbot.voice.overhear import overhear
from chatbot.voice.phrases import Command, command, phrases
from chatbot.voice.wake import called

Ask = Callable[[str, Sequence[Turn]], Generator[Event, None, None]]
_SLOWEST, _FASTEST, _SLOWER = 0.6, 1.5, 0.8


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of what is to be played."""

    audio: Audio = field(repr=False)
    of: Saying


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn works with."""

    recognizer: Recognizer
    speaker: Callable[[float], Speaker]
    """The voices at a pace, 1 as it was set."""
    ask: Ask
    names: tuple[str, ...] = ()
    """What it is called by; a question that begins with one is asked without it."""
    writes: bool = False
    """Whether a writer is set, whose answer is the one to say."""
    sure: float = 0.3
    """A transcript that is less sure, between 0 and 1, is asked about."""
    clock: Callable[[], float] = time.perf_counter


Step = VoiceEvent | Sound | Memory
Steps = Generator[Step, None, None]


def turn(parts: Parts, utterance: Utterance, memory: Memory, overheard: bool = False) -> Steps:
    """Yield what happens, what is to be played, and what to remember, in order.

    Args:
        parts: What hears, answers and speaks.
        utterance: What was said.
        memory: What the last turn left; each Memory that is yielded takes its place.
        overheard: Whether nobody has called it yet; then nothing comes of what does not begin with one of its names.
    """
    return _Turn(parts, utterance, memory).steps(overheard)


class _Turn:
    def __init__(self, parts: Parts, utterance: Utterance, memory: Memory) -> None:
        self._parts, self._utterance, self._memory = parts, utterance, memory
        self._begun = self._understood = parts.clock()
        self._first_text: float | None = None
        self._told = False

    def steps(self, overheard: bool) -> Steps:
        try:
            recognizer, audio, names = self._parts.recognizer, self._utterance.audio, self._parts.names
            transcript = overhear(recognizer, audio, names) if overheard else recognizer.recognize(audio)
            self._understood = self._parts.clock()
            rest = called(transcript.text, names)
            if overheard and rest is None:
                return
            if rest is not None:
                yield Woken()
            if rest == "":
                return
            transcript = transcript if rest is None else replace(transcript, text=rest)
            yield Heard(transcript)
            yield from self._reply(transcript)
        except QuestionError:
            yield from self._phrases(phrases(self._memory.language).again)
        except ChatbotError as error:
            yield Failed(str(error))
            yield from self._phrases(phrases(self._memory.language).failed)
        if not self._told:
            yield self._latency(None)

    def _reply(self, heard: Transcript) -> Steps:
        language = heard.language if heard.text.strip() else self._memory.language
        self._memory = replace(self._memory, language=language)
        name = command(heard.text, language)
        choices = self._memory.choices
        if name == "second" and len(choices) > 1:
            yield from self._ask(choices[1])
        elif name in ("first", "yes") and choices:
            yield from self._ask(choices[0])
        elif name == "no" and choices:
            yield from self._missed("")
        elif name and self._holds(name, heard.text):
            yield Commanded(name)
            yield from self._obey(name)
        elif not heard.text.strip() or heard.confidence < self._parts.sure:
            yield from self._missed(heard.text.strip(), heard.others)
        else:
            yield from self._ask(heard.text)

    def _holds(self, name: Command, text: str) -> bool:
        """Whether a command means something now; else it is a question like any other."""
        if name in ("yes", "no"):
            return bool(self._memory.rest)
        if name == "go_on":
            return bool(self._memory.rest) or not (self._memory.past and asks_more(text, self._memory.language))
        return name not in ("first", "second")

    def _obey(self, name: Command) -> Steps:
        memory, own = self._memory, phrases(self._memory.language)
        if name in ("stop", "no"):
            yield self._kept(replace(memory, rest=(), choices=()))
        elif name in ("slower", "faster"):
            pace = memory.pace * _SLOWER if name == "slower" else memory.pace / _SLOWER
            yield self._kept(replace(memory, pace=min(_FASTEST, max(_SLOWEST, pace))))
            yield from self._phrases(own.slower if name == "slower" else own.faster)
            yield from self._say(memory.said)
        elif name == "repeat":
            yield from self._phrases("" if memory.said else own.nothing_said)
            yield from self._say(memory.said)
        elif memory.rest:
            more = brief([sentence.text for sentence in memory.rest], memory.language)
            said, rest = memory.rest[: len(more.told)], memory.rest[len(more.told) :]
            yield self._kept(replace(memory, said=said, rest=rest, missed=0))
            yield from self._say(said)
            yield from self._phrases(more.offer)
        else:
            yield from self._phrases(own.nothing_more)

    def _missed(self, text: str, others: Sequence[str] = ()) -> Steps:
        own = phrases(self._memory.language)
        other = next((each for each in others if each.strip() and each.strip() != text), "")
        if text and other:
            yield self._kept(replace(self._memory, choices=(text, other), missed=self._memory.missed + 1))
            yield from self._phrases(own.sorry, own.which.format(first=text, second=other))
        else:
            yield self._kept(replace(self._memory, choices=(), missed=self._memory.missed + 1))
            yield from self._phrases(own.again)

    def _ask(self, question: str) -> Steps:
        yield Asked(question)
        memory = replace(self._memory, choices=(), missed=0, said=(), rest=())
        answer = Answer(self._memory.language, self._parts.writes)
        with closing(self._parts.ask(question, memory.past)) as events:
            for event in events:
                yield from answer.follow(event)
                if answer.text and self._first_text is None:
                    self._first_text = self._parts.clock()
                # Once the first sentence is to be heard, what is quickly found comes before more sound is made.
                ready = answer.ready() if self._parts.writes or not answer.said or answer.over else ()
                # An interruption must find what was said until then.
                yield self._kept(replace(memory, said=answer.said, language=answer.language).asked(question, answer.text))
                yield from self._say(ready)
        yield self._kept(replace(self._memory, rest=answer.rest))
        yield from self._phrases(answer.offer)

    def _kept(self, memory: Memory) -> Memory:
        self._memory = memory
        return memory

    def _phrases(self, *texts: str) -> Steps:
        yield from self._say([Sentence(text, self._memory.language) for text in texts if text])

    def _say(self, sentences: Iterable[Sentence]) -> Steps:
        for sentence in sentences:
            for step in _said(self._parts.speaker(self._memory.pace), sentence):
                if not self._told:
                    yield self._latency(self._parts.clock())
                yield step

    def _latency(self, sounded: float | None) -> Latency:
        self._told = True
        endpoint = 1000 * (self._utterance.decided - self._utterance.end)

        def since(at: float | None) -> float | None:
            return None if at is None else round(endpoint + 1000 * (at - self._begun), 1)

        transcript = round(endpoint + 1000 * (self._understood - self._begun), 1)
        return Latency(round(endpoint, 1), transcript, since(self._first_text), since(sounded))


def _said(speaker: Speaker, sentence: Sentence) -> Generator[Sound, None, None]:
    runs = spoken(sentence.text, sentence.language)
    lead = source(sentence.citation.document, sentence.language) if sentence.citation is not None and runs else ""
    if lead:
        # In one breath with what it says, where that is of one voice.
        same = runs[0].language == sentence.language
        gap = "" if sentence.language == "ja" else " "
        first = Run(lead + (gap + runs[0].text if same else ""), sentence.language)
        runs = (first, *runs[1 if same else 0 :])
    saying = Saying((" " if sentence.language == "en" else "").join(run.text for run in runs), sentence.language)
    for run in runs:
        with closing(speaker.speak(run.text, run.language)) as pieces:
            for audio in pieces:
                if audio.samples:
                    yield Sound(audio, saying)
