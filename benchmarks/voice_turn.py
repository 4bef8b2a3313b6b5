"""How a spoken turn keeps time, what silences it, and whether it hears itself.

    python benchmarks/voice_turn.py [--only latency,barge,self,soak] [--turns 20] [--minutes 30] [--hours 2] [--seed 0]

Everything is the package's own: Silero's detector, eSpeak NG and Open JTalk, the chatbot over the bundled documents. Questions
are spoken by the same voices; what they say is told to the conversation by a scripted recogniser unless --recognizer is given,
which measures the one that is set, in English. Rooms are made by rule: delay, attenuation, reverberation, noise.
`latency`: end of speech to decision; transcript to first sound; both as somebody waits for them, with sound as fast as it is.
`barge`: first sound of a person to the last of the answer, and to the decision that somebody speaks. `self`: beginnings
that were taken from its own voice in so many minutes of it, and moments for which it fell silent in doubt.
`soak`: a question every 20 s for so many hours of sound; memory at the start and the end, turns that got stuck.
Prints one line of JSON for each.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from chatbot import open_chatbot
from chatbot.assemble.voice import make_detector, make_recognizer, make_speaker
from chatbot.config import Config
from chatbot.pipeline import Chatbot
from chatbot.protocols import Recognizer, Speaker
from chatbot.types import Audio, Language, Transcript
from chatbot.voice.audio import FRAME, RATE, from_numbers, level, numbers, silence
from chatbot.voice.echo import Echo
from chatbot.voice.endpoint import Endpoint
from chatbot.voice.events import Began, Interrupted, Latency, Said, Utterance, VoiceEvent
from chatbot.voice.hush import Hush
from chatbot.voice.loop import Loop
from chatbot.voice.manners import Manners
from chatbot.voice.play import Player
from chatbot.voice.rates import join, resample
from chatbot.voice.turn import Parts
from chatbot.voice.work import Inline, Threaded

QUESTIONS: tuple[tuple[str, Language], ...] = (
    ("What is the National AI Research Resource?", "en"),
    ("What did Hugging Face recommend for the AI Action Plan?", "en"),
    ("Why does open source matter for security?", "en"),
    ("How many models are on the Hub?", "en"),
    ("オープンソースはなぜ重要ですか", "ja"),
    ("AIアクションプランへの提言は何ですか", "ja"),
    ("ハブにはモデルがいくつありますか", "ja"),
    ("EUのAI法について何と述べていますか", "ja"),
)
_BARGES = ("Stop please.", "Wait, what about France?", "Tell me about licences.", "ちょっと待ってください。")
_AUDIBLE = -60.0
_CONFIG = Config()


class Scripted:
    """Hears what was written down for it."""

    def __init__(self) -> None:
        self.next: tuple[str, Language] = ("", "en")

    def recognize(self, audio: Audio) -> Transcript:
        """Return it."""
        del audio
        return Transcript(*self.next, 1.0)


def speakers(pace: float) -> Speaker:
    return _speaker(pace)


@cache
def _speaker(pace: float) -> Speaker:
    return make_speaker(_CONFIG, pace)


@cache
def spoken(text: str, language: Language) -> Audio:
    """Return a text as somebody says it, without the silence around it."""
    values = numbers(join(speakers(1.0).speak(text, language)))
    loud = np.flatnonzero(np.abs(values) > 300)
    return from_numbers(values[loud[0] : loud[-1] + 1], RATE)


class Conversation:
    """A loop whose loudspeaker is heard by its microphone."""

    def __init__(self, bot: Chatbot, recognizer: Recognizer, draw: np.random.Generator, live: bool = False) -> None:
        self.loop = Loop(
            Parts(recognizer, speakers, bot.ask),
            make_detector(_CONFIG),
            Player(_CONFIG.voice.rate),
            Manners(earcons=0.0),
            work=Threaded if live else Inline,
        )
        self._draw, self._live, self._began = draw, live, time.perf_counter()
        self.out = b""

    def hear(self, sound: Audio) -> Iterator[VoiceEvent]:
        """Let a sound be heard with the faint noise of a room."""
        samples = sound.samples + bytes(-len(sound.samples) % (2 * FRAME))
        for at in range(0, len(samples), 2 * FRAME):
            values = numbers(Audio(samples[at : at + 2 * FRAME], RATE)) + self._draw.standard_normal(FRAME) * 10
            if self._live:
                # A microphone gives a frame once it is over.
                time.sleep(max(0.0, self._began + self.loop.now + FRAME / RATE - time.perf_counter()))
            yield from self.loop.hear(from_numbers(values, RATE))
            self.out = self.loop.player.draw(FRAME * _CONFIG.voice.rate // RATE)


def latency(bot: Chatbot, turns: int, draw: np.random.Generator, real: bool) -> dict[str, object]:
    """Ask, and take the times that the conversation tells; the end of speech is known to the sample."""
    scripted = Scripted()
    recognizer = make_recognizer(_CONFIG) if real else scripted
    asked = [each for each in QUESTIONS if not real or each[1] == "en"]
    endpoints, replies, transcripts = [], [], []
    conversation = Conversation(bot, recognizer, draw, live=True)
    for turn in range(turns + 2):
        scripted.next = asked[turn % len(asked)]
        question = spoken(*scripted.next)
        for _ in conversation.hear(silence(0.5 + 0.5 * draw.random())):
            pass
        start = conversation.loop.now
        for event in _until_said(conversation, question):
            match event:
                case Utterance(decided=decided) if turn >= 2:
                    endpoints.append(1000 * (decided - start - question.seconds))
                case Latency(reply=reply):
                    replies += [reply] if turn >= 2 and reply is not None else []
                    transcripts += [event.transcript - event.endpoint] if turn >= 2 else []
                    break
                case _:
                    pass
        # Nobody has to hear the rest.
        conversation.loop.close()
    return {
        "turns": turns,
        "endpoint_ms": _spread(endpoints),
        "recognition_ms": _spread(transcripts),
        "transcript_to_first_audio_ms": _spread(replies),
    }


def _until_said(conversation: Conversation, question: Audio, most: float = 120.0) -> Iterator[VoiceEvent]:
    yield from conversation.hear(question)
    end = conversation.loop.now + most
    while conversation.loop.now < end:
        for event in conversation.hear(silence(FRAME / RATE)):
            yield event
            if isinstance(event, Said):
                return


def barge(bot: Chatbot, turns: int, draw: np.random.Generator) -> dict[str, object]:
    """Speak up at a random moment of an answer that is heard by the microphone, and time its silence."""
    delays, decided, missed = [], [], 0
    for turn in range(turns):
        scripted = Scripted()
        conversation = Conversation(bot, scripted, draw)
        scripted.next = QUESTIONS[turn % len(QUESTIONS)]
        for _ in conversation.hear(join([silence(0.3), spoken(*scripted.next), silence(2.5 + 2 * draw.random())])):
            pass
        text = _BARGES[turn % len(_BARGES)]
        person = spoken(text, "ja" if text.endswith("。") else "en")
        delay = _silenced(conversation, person, draw)
        missed += delay is None
        delays += [] if delay is None else [1000 * delay[0]]
        decided += [] if delay is None else [1000 * delay[1]]
    return {"turns": turns, "missed": missed, "silent_after_ms": _spread(delays), "decided_after_ms": _spread(decided)}


def _silenced(conversation: Conversation, person: Audio, draw: np.random.Generator) -> tuple[float, float] | None:
    """Return the seconds from a person's first sound until nothing is played any more, and until that is decided.

    There is an echo, 18 dB down and 100 ms late.
    """
    late, held = [np.zeros(FRAME)] * 3, None
    loud = numbers(person)
    for at in range(0, len(loud) - FRAME, FRAME):
        played = numbers(resample(Audio(conversation.out, _CONFIG.voice.rate), RATE)) * 10 ** (-18 / 20)
        late = [*late[1:], np.resize(played, FRAME)]
        heard = from_numbers(loud[at : at + FRAME] + late[0] + draw.standard_normal(FRAME) * 10, RATE)
        for event in conversation.loop.hear(heard):
            if isinstance(event, Interrupted):
                return (at + FRAME) / RATE if held is None else held, (at + FRAME) / RATE
        held = ((at + FRAME) / RATE if held is None else held) if conversation.loop.player.held else None
        conversation.out = conversation.loop.player.draw(FRAME * _CONFIG.voice.rate // RATE)
    return None


def itself(bot: Chatbot, minutes: float, draw: np.random.Generator) -> dict[str, object]:
    """Let it read documents aloud in one room after another, and count what it takes for a person."""
    texts = [(s.text, p.document.language) for p in bot.passages for s in p.sentences if s.kind == "prose"]
    begun, doubts, heard, rooms = 0, 0, 0.0, 0
    while heard < 60 * minutes:
        picked = [texts[int(at)] for at in draw.integers(len(texts), size=8)]
        played = join([piece for text, lang in picked for piece in (spoken(text, lang), silence(0.4))] + [silence(1.0)])
        micro = room(numbers(played).astype(float), draw)
        detector, endpoint, rooms = make_detector(_CONFIG), Endpoint(), rooms + 1
        echo, player = Echo(), Player(RATE)
        player.add(played)
        hush = Hush(player)
        for at in range(0, len(micro) - FRAME, FRAME):
            frame = from_numbers(micro[at : at + FRAME], RATE)
            near = echo.near(frame, Audio(played.samples[2 * at : 2 * (at + FRAME)], RATE))
            likelihood = detector.speech(frame)
            begun += isinstance(endpoint.feed(frame, likelihood if near else 0.0), Began)
            hush.follow(likelihood if near else 0.0, frame.seconds)
        heard, doubts = heard + played.seconds, doubts + hush.errors
    return {"minutes": round(heard / 60, 1), "rooms": rooms, "self_triggers": begun, "silent_in_doubt": doubts}


def room(sound: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    """Return a sound as a microphone in a made-up room hears it: 0-300 ms late, 6-30 dB down, 50-500 ms of reverberation."""
    length = int(draw.uniform(0.05, 0.5) * RATE)
    tail = draw.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    direct = np.concatenate((np.zeros(int(draw.uniform(0, 0.3) * RATE)), [1.0], 0.7 * tail / np.sqrt((tail**2).sum())))
    heard = fftconvolve(sound, direct)[: len(sound)] * 10 ** (draw.uniform(-30, -6) / 20)
    return np.asarray(heard + draw.standard_normal(len(sound)) * 20)


def soak(bot: Chatbot, hours: float, draw: np.random.Generator) -> dict[str, object]:
    """Ask every 20 s of sound, hour after hour."""
    scripted = Scripted()
    conversation = Conversation(bot, scripted, draw)
    started = time.monotonic()
    turns = heard = said = 0
    memory: list[float] = []
    while conversation.loop.now < 3600 * hours:
        scripted.next = QUESTIONS[turns % len(QUESTIONS)]
        turns += 1
        question = spoken(*scripted.next)
        for event in conversation.hear(join([question, silence(20 - question.seconds)])):
            heard += isinstance(event, Utterance)
            said += isinstance(event, Said | Interrupted)
        if turns % 10 == 0:
            memory.append(_resident())
    for event in conversation.hear(silence(60)):
        said += isinstance(event, Said | Interrupted)
    return {
        "turns": turns,
        "heard": heard,
        "said_or_interrupted": said,
        "state": conversation.loop.state,
        "resting": conversation.loop.resting,
        "resident_mb": [round(memory[at]) for at in (0, len(memory) // 2, -1)] if memory else [],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "wall_s": round(time.monotonic() - started),
    }


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * resource.getpagesize() / 2**20


def _spread(values: Sequence[float]) -> dict[str, float]:
    ranked = sorted(values)
    if not ranked:
        return {}
    at = min(len(ranked) - 1, int(0.95 * len(ranked)))
    return {"p50": round(statistics.median(ranked), 1), "p95": round(ranked[at], 1), "most": round(ranked[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a spoken turn.")
    parser.add_argument("--only", default="latency,barge,self,soak")
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recognizer", action="store_true", help="let the recogniser that is set hear the English questions")
    given = parser.parse_args()
    bot = open_chatbot(_CONFIG)
    assert level(spoken(*QUESTIONS[0])) > _AUDIBLE
    for name in given.only.split(","):
        draw = np.random.default_rng(given.seed)
        measured = {
            "latency": lambda draw=draw: latency(bot, given.turns, draw, given.recognizer),
            "barge": lambda draw=draw: barge(bot, given.turns, draw),
            "self": lambda draw=draw: itself(bot, given.minutes, draw),
            "soak": lambda draw=draw: soak(bot, given.hours, draw),
        }[name]()
        print(json.dumps({"measure": name, **measured}), flush=True)


if __name__ == "__main__":
    main()
