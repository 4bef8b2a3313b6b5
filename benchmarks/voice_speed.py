"""How fast it speaks and hears, in both languages: seconds of work for a second of sound.

    python benchmarks/voice_speed.py [--sentences 20] [--only speech,recognition] [--json]
    OPENSTANCE_VOICE_RECOGNIZER=whisper:FOLDER python benchmarks/voice_speed.py

Speech: sentences of the bundled documents, in spoken form, by the voices that are set; also the time to the first sound.
Recognition: the questions of `voice_turn.py` in each language that the recogniser that is set hears, spoken by the same
voices, with how much of each was heard right. Everything is done once before it is timed. Work is that of all cores, by the
clock of the processor, so that it holds on a busy machine; seconds on the wall stand beside it. PocketSphinx decodes in a
process of its own, whose work is only in those on the wall.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

import jiwer
from voice_turn import QUESTIONS, spoken

from chatbot import open_chatbot
from chatbot.assemble.voice import languages_heard, make_recognizer, make_speaker
from chatbot.config import load_config
from chatbot.pipeline import Chatbot
from chatbot.protocols import Recognizer, Speaker
from chatbot.spoken import spoken as in_spoken_form
from chatbot.types import Language
from chatbot.voice.rates import join

_LANGUAGES: tuple[Language, ...] = ("en", "ja")
Row = dict[str, float | int | str]


def sentences(bot: Chatbot, language: Language, many: int) -> list[str]:
    """Return sentences of one voice each, as they are spoken; the same each time."""
    prose = [s.text for p in bot.passages if p.document.language == language for s in p.sentences if s.kind == "prose"]
    random.Random(0).shuffle(prose)
    runs = (in_spoken_form(text, language) for text in prose)
    one = (run[0].text for run in runs if len(run) == 1 and run[0].language == language)
    return [text for text, _ in zip(one, range(many), strict=False)]


def timed(work: Callable[[], float]) -> tuple[float, float, float]:
    """Do it; return the seconds of sound it returns, of the processor, and on the wall."""
    processor, wall = time.process_time(), time.perf_counter()
    sound = work()
    return sound, time.process_time() - processor, time.perf_counter() - wall


def speech(speaker: Speaker, texts: Sequence[str], language: Language) -> Row:
    """Speak every sentence."""
    _say(speaker, texts[0], language)
    firsts = [timed(partial(_first, speaker, text, language))[2] for text in texts]
    sound, processor, wall = timed(lambda: sum(_say(speaker, text, language) for text in texts))
    return {
        "measure": "speech",
        "language": language,
        "sentences": len(texts),
        "sound_s": round(sound, 1),
        "factor": round(processor / sound, 3),
        "factor_wall": round(wall / sound, 3),
        "first_sound_ms": round(1000 * statistics.median(firsts), 1),
    }


def _say(speaker: Speaker, text: str, language: Language) -> float:
    return join(speaker.speak(text, language)).seconds


def _first(speaker: Speaker, text: str, language: Language) -> float:
    with closing(speaker.speak(text, language)) as pieces:
        return next(pieces).seconds


def recognition(recognizer: Recognizer, name: str, language: Language) -> Row:
    """Hear every question of one language."""
    asked = [text for text, each in QUESTIONS if each == language]
    sounds = [spoken(text, language) for text in asked]
    recognizer.recognize(sounds[0])
    heard: list[str] = []
    right = 0

    def work() -> float:
        nonlocal right
        for sound in sounds:
            told = recognizer.recognize(sound)
            heard.append(told.text)
            right += told.language == language
        return sum(sound.seconds for sound in sounds)

    sound, processor, wall = timed(work)
    return {
        "measure": "recognition",
        "recognizer": name,
        "language": language,
        "questions": len(asked),
        "sound_s": round(sound, 1),
        "factor": round(processor / sound, 3),
        "factor_wall": round(wall / sound, 3),
        "language_right": right,
        "letters_wrong": round(float(jiwer.cer([_bare(text) for text in asked], [_bare(text) for text in heard])), 3),
    }


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or "-"


def measure(only: Sequence[str], many: int) -> Iterator[Row]:
    """Yield one row after the other."""
    config = load_config()
    if "speech" in only:
        bot, speaker = open_chatbot(config), make_speaker(config)
        yield from (speech(speaker, sentences(bot, language, many), language) for language in _LANGUAGES)
    if "recognition" in only:
        recognizer, name = make_recognizer(config), config.voice.recognizer.partition(":")[0]
        yield from (recognition(recognizer, name, language) for language in languages_heard(config))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast it speaks and hears.")
    parser.add_argument("--sentences", type=int, default=20)
    parser.add_argument("--only", default="speech,recognition")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each")
    given = parser.parse_args()
    for row in measure(given.only.split(","), given.sentences):
        print(json.dumps(row, ensure_ascii=False) if given.json else "  ".join(f"{k} {v}" for k, v in row.items()), flush=True)


if __name__ == "__main__":
    main()
