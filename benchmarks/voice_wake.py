"""Whether it hears its name, and whether it hears it where nobody called.

    python benchmarks/voice_wake.py [--calls 40] [--hours 2] [--thresholds 1e-24] [--only hits,false] [--seed 0]

`hits`: of so many calls, half alone and half before a question, in five voices at four speeds, every second one in a room with
noise at 15 dB, how many are spotted. `false`: wakes in so many hours of sentences of the bundled documents, drawn by
chance, read aloud by the same voices. Prints one line of JSON for each threshold. Both measure the spotter; what is
overheard in full is matched by its transcript besides, which benchmarks/voice_recognition.py measures.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence

import numpy as np
from voice_sound import SPEEDS, VOICES, in_a_room

from chatbot.assemble.voice import words_of
from chatbot.config import Config
from chatbot.spoken import aloud
from chatbot.types import Audio
from chatbot.voice.audio import silence
from chatbot.voice.espeak import open_espeak
from chatbot.voice.rates import Frames, join
from chatbot.voice.wake import SphinxSpotter

_NAME = "hey hug"
_QUESTIONS = ("what is a model card?", "tell me about open source.", "how many models are there?", "why does security matter?")


def said(text: str, chance: random.Random) -> Audio:
    """Return a text as one of the voices says it."""
    espeak = open_espeak()
    return Audio(espeak.say(text, chance.choice(VOICES), chance.choice(SPEEDS)), espeak.rate)


def woken(spotter: SphinxSpotter, sound: Audio) -> int:
    """Return how often it is woken by a sound and the pause after it."""
    return sum(spotter.spot(frame) for frame in Frames().push(join([sound, silence(0.7)])))


def hits(spotters: Sequence[SphinxSpotter], calls: int, seed: int) -> list[int]:
    """Return how many calls each spotter hears."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    found = [0] * len(spotters)
    for at in range(calls):
        text = _NAME if at % 4 < 2 else f"{_NAME}, {chance.choice(_QUESTIONS)}"
        sound = join([silence(0.6), said(text, chance), silence(0.3)])
        sound = in_a_room(sound, numbers) if at % 2 else sound
        for number, spotter in enumerate(spotters):
            found[number] += bool(woken(spotter, sound))
    return found


def false(spotters: Sequence[SphinxSpotter], hours: float, seed: int) -> tuple[list[int], float]:
    """Return how often each spotter hears its name in documents read aloud, and for how many hours they were read."""
    chance = random.Random(seed)
    sentences = list(words_of(Config()).sentences)
    found, heard = [0] * len(spotters), 0.0
    while heard < 3600 * hours:
        sound = said(aloud(chance.choice(sentences), "en"), chance)
        heard += sound.seconds + 0.7
        for number, spotter in enumerate(spotters):
            found[number] += woken(spotter, sound)
    return found, heard / 3600


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the wake word.")
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--thresholds", default="", help="several, with commas; the one that is used if empty")
    parser.add_argument("--only", default="hits,false")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    names, espeak = Config().voice.wake, open_espeak()
    thresholds = [float(each) for each in given.thresholds.split(",") if each]
    spotters = [SphinxSpotter(names, espeak, each) for each in thresholds] or [SphinxSpotter(names, espeak)]
    for at, spotted in enumerate(hits(spotters, given.calls, given.seed)) if "hits" in given.only else ():
        print(json.dumps({"threshold": thresholds[at : at + 1], "calls": given.calls, "spotted": spotted}), flush=True)
    if "false" in given.only:
        wakes, hours = false(spotters, given.hours, given.seed)
        for at, count in enumerate(wakes):
            print(
                json.dumps({"threshold": thresholds[at : at + 1], "hours": round(hours, 2), "false_wakes": count}), flush=True
            )


if __name__ == "__main__":
    main()
