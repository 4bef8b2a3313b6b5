"""Measures of the judge beside the encoder's cosine: the answer sentence, answerability, support.

    python -m chatbot.train.measure_judge --data ../shared/data --encoder DIR --judge DIR [--questions 300]

Prints one JSON object per scorer. Everything measured is held out of training.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.train import measure
from chatbot.train.alter import altered
from chatbot.train.data import Pair, held_out, pairs
from chatbot.train.examples import split
from chatbot.train.questions import Question, jsquad_valid, squad_dev, squad_two_dev

Score = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]  # couples to scores, higher is likelier

ANSWERS, SUPPORTS = 0, 1


def by_cosine(folder: str) -> Score:
    """Score couples by the cosine of the encoder's vectors."""
    encode = measure.load(folder)

    def score(couples: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        distinct = {text: row for row, text in enumerate(dict.fromkeys(text for couple in couples for text in couple))}
        vectors = encode(list(distinct))
        left, right = (vectors[[distinct[couple[side]] for couple in couples]] for side in (0, 1))
        return np.asarray((left * right).sum(1), dtype=np.float32)

    return score


def by_judge(folder: str, output: int) -> Score:
    """Score couples by one output of the judge."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def score(couples: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        found = np.empty(len(couples), dtype=np.float32)
        order = np.argsort([len(text) for _, text in couples], kind="stable")
        for first in range(0, len(couples), 64):
            rows = order[first : first + 64]
            batch = [couples[row] for row in rows]
            given = tokenizer(
                [couple[0] for couple in batch],
                [couple[1] for couple in batch],
                truncation=True,
                max_length=128,
                padding=True,
                return_tensors="pt",
            )
            with torch.inference_mode():
                found[rows] = model(**given).logits[:, output].numpy()
        return found

    return score


def answer_sentence(score: Score, questions: Sequence[Question]) -> float:
    """Return how often the best sentence of the paragraph is the one with the answer."""
    right = []
    for question in questions:
        spans = split(question.passage)
        gold = [number for number, (start, end) in enumerate(spans) if start <= question.start < end]
        if len(spans) > 1 and gold:
            found = score([(question.question, question.passage[start:end]) for start, end in spans])
            right.append(int(found.argmax()) == gold[0])
    return float(np.mean(right))


def best_sentence(score: Score, question: str, passage: str) -> float:
    """Return the highest score of a sentence of `passage`."""
    return float(score([(question, passage[start:end]) for start, end in split(passage) or [(0, len(passage))]]).max())


def other_paragraphs(score: Score, questions: Sequence[Question], draw: random.Random) -> float:
    """Return the area under the curve of telling the right paragraph from another one of its article."""
    by_article: dict[str, set[str]] = {}
    for question in questions:
        by_article.setdefault(question.article, set()).add(question.passage)
    good, bad = [], []
    for question in draw.sample(list(questions), len(questions)):
        others = sorted(text for text in by_article[question.article] if question.answer not in text)
        if others:
            good.append(best_sentence(score, question.question, question.passage))
            bad.append(best_sentence(score, question.question, draw.choice(others)))
    return area(good, bad)


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """Return the share of (good, bad) couples in which the good one scores higher."""
    high, low = np.asarray(good)[:, None], np.asarray(bad)[None, :]
    return float((high > low).mean() + 0.5 * (high == low).mean())


def true_or_altered(score: Score, held: Sequence[Pair], draw: random.Random) -> dict[str, float]:
    """Return the areas of telling a true claim from an altered one: quoted in its own language, and in the other."""
    found: dict[str, tuple[list[float], list[float]]] = {"same": ([], []), "cross": ([], [])}
    for pair in held:
        sides = (pair.english, pair.japanese)
        claimed = draw.randrange(2)
        false = altered(sides[claimed], ("en", "ja")[claimed], (), draw)
        if false is None:
            continue
        for name, quote in (("same", sides[claimed]), ("cross", sides[1 - claimed])):
            both = score([(sides[claimed], quote), (false, quote)])
            found[name][0].append(float(both[0]))
            found[name][1].append(float(both[1]))
    return {f"altered_{name}": area(*lists) for name, lists in found.items()}


def measured(name: str, answers: Score, supports: Score, data: Path, size: int) -> dict[str, object]:
    """Measure one pair of scorers on everything."""
    row: dict[str, object] = {"scorer": name}
    for language, questions in (("ja", jsquad_valid(data)), ("en", squad_dev(data))):
        chosen = random.Random(4).sample(questions, size)
        row[f"sentence_{language}"] = answer_sentence(answers, chosen)
        row[f"paragraph_{language}"] = other_paragraphs(answers, chosen, random.Random(4))
    both = squad_two_dev(data)
    chosen = random.Random(4).sample(both, size * 2)
    lists: tuple[list[float], list[float]] = ([], [])
    for question in chosen:
        lists[0 if question.answer else 1].append(best_sentence(answers, question.question, question.passage))
    row["squad2_answerable"] = area(*lists)
    held = [pair for pair in pairs(data) if held_out(pair) and 20 < len(pair.japanese) < 120]
    return row | true_or_altered(supports, random.Random(4).sample(held, size * 2), random.Random(4))


def main() -> None:
    """Parse the command line and print the measures."""
    parser = argparse.ArgumentParser(description="Measure the judge.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    cosine = by_cosine(given.encoder)
    rows = [
        measured("cosine", cosine, cosine, given.data, given.questions),
        measured("judge", by_judge(given.judge, ANSWERS), by_judge(given.judge, SUPPORTS), given.data, given.questions),
    ]
    for row in rows:
        sys.stdout.write(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}) + "\n")


if __name__ == "__main__":
    main()
