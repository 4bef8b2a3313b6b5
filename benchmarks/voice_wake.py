"""Whether it hears its name, and whether it hears it where nobody called.

    python benchmarks/voice_wake.py [--only text,calls,idle,false] [--calls 80] [--hours 2] [--seed 0] [--development]

The whole path is measured as a conversation takes it: the spotter hears every frame; what the detector and the endpoint cut
out as an utterance is recognised, and woken by if its transcript begins with a name; of a long one first the beginning.
`text`: of Japanese and English transcripts that begin with a name, written in several ways and with no space after it, how many
are matched; and how many sentences of all bundled documents are, none of which begins with one.
`calls`: of so many calls, half alone and half before a question, every second one in a room with noise at 15 dB, how many
the spotter hears, how many of all the transcript shows, and how many either; then of Japanese calls by Open JTalk, how many the
spotter hears. `idle`: seconds of a processor for a second of listening, to a room and to documents read aloud.
`false`: wakes in so many hours of sentences of the bundled documents, drawn by chance and read aloud by the same voices, every
fourth one in the room. It can be run in pieces: other seeds draw other sentences.
With --development, other voices, speeds, questions and sentences than those that are reported: on these settings are chosen.
Prints one line of JSON for each.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
from voice_sound import SPEEDS, VOICES, in_a_room

from chatbot.assemble import documents
from chatbot.assemble.voice import make_detector, make_recognizer, make_spotter, words_of
from chatbot.config import Config
from chatbot.ingest import chunk
from chatbot.spoken import aloud
from chatbot.types import Audio
from chatbot.voice.audio import RATE, from_numbers, silence
from chatbot.voice.endpoint import Endpoint
from chatbot.voice.espeak import open_espeak
from chatbot.voice.events import Utterance
from chatbot.voice.overhear import overhear
from chatbot.voice.rates import Frames, join
from chatbot.voice.speakers.openjtalk import OpenJTalkSpeaker
from chatbot.voice.wake import called

_CONFIG = Config()
_NAMES = _CONFIG.voice.wake
_ENGLISH, _JAPANESE = "hey hug", "ねえハグ"
_PAUSE = 0.7
_KINDS = ("clean alone", "noisy alone", "clean before a question", "noisy before a question")
# The name in Japanese as recognisers write it, and what may stand between it and the question.
_WRITTEN = ("ねえハグ", "ねえはぐ", "ネエハグ", "ねーハグ", "ねぇハグ", "ねえ、ハグ", "ねえ ハグ", "ﾈｴﾊｸﾞ")
_BETWEEN = ("", "、", "。", " ", "　", "!")
_ASKED = ("教えて", "BLOOMとは何ですか", "ハブにはモデルがいくつありますか", "なぜ公開するの", "「開かれた科学」って何", "")
_ENGLISH_WRITTEN = ("Hey Hug", "hey hug", "Hey, Hug", "HEY HUG", "Hey hub")
_ENGLISH_BETWEEN = (", ", " ", "! ", ". ")


@dataclass(frozen=True, slots=True)
class Said:
    """Who says what: none of it is shared between what is chosen by and what is reported."""

    voices: tuple[str, ...]
    speeds: tuple[float, ...]
    questions: tuple[str, ...]
    half: int
    """Of the sentences of the documents, every second one, from this one."""


REPORTED = Said(
    VOICES,
    SPEEDS,
    ("what is a model card?", "tell me about open source.", "how many models are there?", "why does security matter?"),
    1,
)
DEVELOPMENT = Said(
    tuple(f"en-us+{voice}" for voice in ("m2", "m4", "m5", "m6", "m7", "f1", "f4", "f5", "max", "steph")),
    (0.8, 0.9, 1.05, 1.2),
    ("who wrote the license?", "where are the weights kept?", "is this dangerous?", "explain the second point."),
    0,
)


class Ear:
    """What hears its name, as a conversation has it."""

    def __init__(self) -> None:
        self.spotter = make_spotter(_CONFIG)
        self._detector, self._recognizer, self._endpoint = make_detector(_CONFIG), make_recognizer(_CONFIG), Endpoint()

    def woken(self, sound: Audio) -> tuple[int, int]:
        """Return how often the spotter and the transcripts wake it, in a sound and the pause after it."""
        spotted = read = 0
        for frame in Frames().push(join([sound, silence(_PAUSE)])):
            spotted += self.spotter.spot(frame)
            step = self._endpoint.feed(frame, self._detector.speech(frame))
            if isinstance(step, Utterance):
                read += called(overhear(self._recognizer, step.audio, _NAMES).text, _NAMES) is not None
        return spotted, read


def said(text: str, who: Said, chance: random.Random) -> Audio:
    """Return a text as one of the voices says it."""
    espeak = open_espeak()
    return Audio(espeak.say(text, chance.choice(who.voices), chance.choice(who.speeds)), espeak.rate)


def calls(ear: Ear, who: Said, count: int, seed: int) -> Iterator[dict[str, object]]:
    """Yield, for each kind of English call, how many there were and how many were heard in which way."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    found = {kind: {"calls": 0, "spotted": 0, "in_transcript": 0, "found": 0} for kind in _KINDS}
    for at in range(count):
        text = _ENGLISH if at % 4 < 2 else f"{_ENGLISH}, {chance.choice(who.questions)}"
        sound = join([silence(0.6), said(text, who, chance), silence(0.3)])
        spotted, read = ear.woken(in_a_room(sound, numbers) if at % 2 else sound)
        for key, more in (("calls", 1), ("spotted", spotted), ("in_transcript", read), ("found", spotted + read)):
            found[_KINDS[at % 4]][key] += bool(more)
    yield from ({"part": "calls", "name": _ENGLISH, "kind": kind, **counts} for kind, counts in found.items())


def japanese(ear: Ear, seed: int) -> dict[str, object]:
    """Return how many Japanese calls the spotter hears; no recogniser hears Japanese without a download."""
    numbers, found = np.random.default_rng(seed), 0
    ways = list(product((0.85, 0.95, 1.0, 1.1), ("", "、モデルカードとは何ですか", "、教えて"), (False, True)))
    for speed, rest, noisy in ways:
        sound = join([silence(0.6), *OpenJTalkSpeaker(speed=speed).speak(_JAPANESE + rest, "ja"), silence(0.3)])
        found += bool(ear.woken(in_a_room(sound, numbers) if noisy else sound)[0])
    return {"part": "calls", "name": _JAPANESE, "kind": "half clean, half noisy", "calls": len(ways), "spotted": found}


def text() -> Iterator[dict[str, object]]:
    """Yield how many transcripts with a name are matched to what follows it, and how many sentences without one."""
    ways = {"ja": (_WRITTEN, _BETWEEN, _ASKED), "en": (_ENGLISH_WRITTEN, _ENGLISH_BETWEEN, REPORTED.questions)}
    for language, parts in ways.items():
        told = list(product(*parts))
        matched = sum(called("".join(each), _NAMES) == each[-1] for each in told)
        plain = [document for document in documents(_CONFIG)[0] if document.language == language]
        others = [line.text for document in plain for passage in chunk(document) for line in passage.sentences]
        false = sum(called(line, _NAMES) is not None for line in others)
        yield {
            "part": "text",
            "language": language,
            "called": len(told),
            "matched": matched,
            "others": len(others),
            "false": false,
        }


def read_aloud(who: Said, seconds: float, seed: int) -> Iterator[Audio]:
    """Yield sentences of the documents until they have lasted so long, with the pauses between them."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    lines = list(words_of(_CONFIG).sentences)[who.half :: 2]
    heard, at = 0.0, 0
    while heard < seconds:
        sound = join([said(aloud(chance.choice(lines), "en"), who, chance)])
        heard, at = heard + sound.seconds + _PAUSE, at + 1
        yield in_a_room(sound, numbers) if at % 4 == 0 else sound


def false(ear: Ear, who: Said, hours: float, seed: int) -> dict[str, object]:
    """Return how often it is woken by documents read aloud, and for how many hours they were read."""
    spotted = read = lines = 0
    heard, start = 0.0, time.process_time()
    for sound in read_aloud(who, 3600 * hours, seed):
        once, twice = ear.woken(sound)
        spotted, read, lines, heard = spotted + once, read + twice, lines + 1, heard + sound.seconds + _PAUSE
    told = {"spotted": spotted, "in_transcript": read, "false_wakes": spotted + read}
    factor = round((time.process_time() - start) / heard, 3)
    return {
        "part": "false",
        "seed": seed,
        "hours": round(heard / 3600, 3),
        "sentences": lines,
        **told,
        "factor_with_all": factor,
    }


def idle(ear: Ear, who: Said, seed: int) -> Iterator[dict[str, object]]:
    """Yield what the spotter takes of a processor while nobody calls."""
    room = np.random.default_rng(seed).standard_normal(60 * RATE) * 100
    aloud_ = [join([sound, silence(_PAUSE)]) for sound in read_aloud(who, 180, seed)]
    for kind, sounds in (("room", [from_numbers(room, RATE)]), ("documents read aloud", aloud_)):
        start = time.process_time()
        for frame in (frame for sound in sounds for frame in Frames().push(sound)):
            ear.spotter.spot(frame)
        spent, length = time.process_time() - start, sum(sound.seconds for sound in sounds)
        yield {"part": "idle", "kind": kind, "seconds": round(length), "factor": round(spent / length, 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the wake word.")
    parser.add_argument("--only", default="text,calls,idle,false")
    parser.add_argument("--calls", type=int, default=80)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--development", action="store_true", help="other voices, speeds and sentences: to choose settings by")
    given = parser.parse_args()
    who, ear, seed = DEVELOPMENT if given.development else REPORTED, Ear(), given.seed
    parts: dict[str, Callable[[], Iterator[dict[str, object]]]] = {
        "text": text,
        "calls": lambda: chain(calls(ear, who, given.calls, seed), [japanese(ear, seed)]),
        "idle": lambda: idle(ear, who, seed),
        "false": lambda: iter([false(ear, who, given.hours, seed)]),
    }
    for name in given.only.split(","):
        for line in parts[name]():
            print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
