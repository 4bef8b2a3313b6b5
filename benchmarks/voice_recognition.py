"""Hearing with no download: word errors of questions that eSpeak NG speaks, and whether the right document answers.

python -m benchmarks.voice_recognition [--first N]
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
from voice_sound import Asked, asked

from chatbot import Chatbot, Config, open_chatbot
from chatbot.assemble.voice import make_recognizer
from chatbot.protocols import Recognizer
from chatbot.spoken import aloud
from chatbot.types import Done
from chatbot.voice.recognizers.sphinx import SphinxRecognizer


@dataclass(frozen=True, slots=True)
class Heard:
    """What one recogniser made of every question."""

    texts: tuple[str, ...]
    confidences: tuple[float, ...]
    factor: float
    """Seconds of the processor for a second of sound."""


def words(text: str) -> str:
    """Return a text as it is said, in small letters without marks: how a name is written is no error of hearing."""
    return " ".join(re.findall(r"[a-z0-9']+", aloud(text, "en").lower().replace("-", " ")))


def hear(recognizer: Recognizer, questions: Sequence[Asked]) -> Heard:
    """Recognise every question."""
    start = time.process_time()
    told = [recognizer.recognize(question.sound) for question in questions]
    spent = time.process_time() - start
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=None, help="only so many questions")
    parser.add_argument("--no-stock", action="store_true", help="leave out PocketSphinx's own language model")
    options = parser.parse_args()
    questions = list(asked())[: options.first]
    chatbot = open_chatbot()
    typed = sum(right(chatbot, question, question.question) for question in questions)
    print(f"typed: right document for {typed}/{len(questions)}", flush=True)
    recognizers: dict[str, Recognizer] = {"ours": make_recognizer(Config())}
    if not options.no_stock:
        recognizers["stock"] = SphinxRecognizer()
    for name, recognizer in recognizers.items():
        told = hear(recognizer, questions)
        answered = sum(right(chatbot, question, text) for question, text in zip(questions, told.texts, strict=True))
        halves = {
            way: errors(*zip(*((q, t) for q, t in zip(questions, told.texts, strict=True) if q.noisy is noisy), strict=True))
            for way, noisy in (("clean", False), ("noisy", True))
        }
        result = {"wer": errors(questions, told.texts), **halves, "right": answered / len(questions), "factor": told.factor}
        print(name, json.dumps({key: round(value, 3) for key, value in result.items()}), flush=True)
        for question, text, sure in zip(questions, told.texts, told.confidences, strict=True):
            print(f"  {sure:.2f}  {question.question}  ->  {text}")


if __name__ == "__main__":
    main()
