"""Hearing with no download: word errors of questions that eSpeak NG speaks, and whether the right document answers.

    python benchmarks/voice_recognition.py [--development] [--british] [--first N] [--no-stock] [--no-answers]

`ours` is what the program uses: its front end, and the language model of the documents. `stock` is PocketSphinx as its package
ships it, given the same sound. `certain` is how well confidence tells transcripts apart that are all right (at most a fifth of
the words wrong) from others: the area under the curve, 0.5 by chance, 1 at best; None if all are of one kind.
The questions of voice_development.txt are those on which settings may be chosen; those of voice_questions.txt are reported.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
from voice_sound import DEVELOPMENT, MIXED, QUESTIONS, VOICES, Asked, asked

from chatbot import Chatbot, Config, open_chatbot
from chatbot.assemble.voice import make_recognizer
from chatbot.protocols import Recognizer
from chatbot.spoken import aloud
from chatbot.types import Audio, Done, Transcript
from chatbot.voice.audio import RATE
from chatbot.voice.packages import load
from chatbot.voice.rates import resample

# A transcript with no more wrong words than this is all right.
_RIGHT = 0.2


class Stock:
    """PocketSphinx as its package ships it: its front end, its dictionary and its language model."""

    def __init__(self) -> None:
        self._decoder = load("pocketsphinx", "pocketsphinx").Decoder(loglevel="FATAL")

    def recognize(self, audio: Audio) -> Transcript:
        """Return its best reading."""
        self._decoder.start_utt()
        self._decoder.process_raw(resample(audio, RATE).samples, full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return Transcript(best.hypstr if best else "", "en", min(1.0, best.prob) if best else 0.0)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one recogniser made of every question."""

    texts: tuple[str, ...]
    confidences: tuple[float, ...]
    factor: float
    """Seconds until a second of sound is heard; ours decodes in a process of its own."""


def words(text: str) -> str:
    """Return a text as it is said, in small letters without marks: how a name is written is no error of hearing."""
    return " ".join(re.findall(r"[a-z0-9']+", aloud(text, "en").lower().replace("-", " ")))


def hear(recognizer: Recognizer, questions: Sequence[Asked]) -> Heard:
    """Recognise every question."""
    start = time.perf_counter()
    told = [recognizer.recognize(question.sound) for question in questions]
    spent = time.perf_counter() - start
    length = sum(question.sound.seconds for question in questions)
    return Heard(tuple(one.text for one in told), tuple(one.confidence for one in told), spent / length)


def errors(questions: Sequence[Asked], texts: Sequence[str]) -> float:
    """Return the word error rate over all questions."""
    return float(jiwer.wer([words(question.question) for question in questions], [words(text) for text in texts]))


def right(chatbot: Chatbot, question: Asked, text: str) -> bool:
    """Whether the first citation of the answer to a text is of a document that answers the question."""
    for event in chatbot.ask(text) if text else ():
        if isinstance(event, Done):
            return bool(event.citations) and event.citations[0].document.path.split(".")[0] in question.documents
    return False


def certain(questions: Sequence[Asked], told: Heard) -> float | None:
    """Return how often a transcript that is all right is surer than one that is not, halves for draws."""
    good = [errors([question], [text]) <= _RIGHT for question, text in zip(questions, told.texts, strict=True)]
    right_ones = [sure for sure, fine in zip(told.confidences, good, strict=True) if fine]
    others = [sure for sure, fine in zip(told.confidences, good, strict=True) if not fine]
    pairs = [(a > b) + 0.5 * (a == b) for a in right_ones for b in others]
    return sum(pairs) / len(pairs) if pairs else None


def measured(questions: Sequence[Asked], told: Heard) -> dict[str, float | None]:
    """Return the figures of one recogniser, but for the answers."""
    figures: dict[str, float | None] = {"wer": errors(questions, told.texts)}
    for way, noisy in (("clean", False), ("noisy", True)):
        half = [(q, t) for q, t in zip(questions, told.texts, strict=True) if q.noisy is noisy]
        figures[way] = errors([q for q, _ in half], [t for _, t in half]) if half else None
    return {**figures, "certain": certain(questions, told), "factor": told.factor}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure hearing with no download.")
    parser.add_argument("--first", type=int, default=None, help="only so many questions")
    parser.add_argument("--development", action="store_true", help="the questions on which settings are chosen")
    parser.add_argument("--british", action="store_true", help="British voices among the American ones")
    parser.add_argument("--no-stock", action="store_true", help="leave out PocketSphinx as its package ships it")
    parser.add_argument("--no-answers", action="store_true", help="leave out whether the right document answers")
    options = parser.parse_args()
    lines = DEVELOPMENT if options.development else QUESTIONS
    questions = list(asked(lines, MIXED if options.british else VOICES))[: options.first]
    recognizers: dict[str, Recognizer] = {"ours": make_recognizer(Config())}
    if not options.no_stock:
        recognizers["stock"] = Stock()
    texts = {"typed": tuple(question.question for question in questions)}
    for name, recognizer in recognizers.items():
        told = hear(recognizer, questions)
        texts[name] = told.texts
        figures = measured(questions, told)
        print(name, json.dumps({key: value and round(value, 3) for key, value in figures.items()}), flush=True)
        for question, text, sure in zip(questions, told.texts, told.confidences, strict=True):
            print(f"  {sure:.2f}  {question.question}  ->  {text}", flush=True)
    if options.no_answers:
        return
    chatbot = open_chatbot()
    for name in reversed(texts):
        answered = sum(right(chatbot, question, text) for question, text in zip(questions, texts[name], strict=True))
        print(f"{name}: right document for {answered}/{len(questions)}", flush=True)


if __name__ == "__main__":
    main()
