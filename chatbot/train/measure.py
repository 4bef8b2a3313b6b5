"""Measures of an encoder beside MiniLM: translations, questions in each language, questions across languages.

    python -m chatbot.train.measure --data ../shared/data --model DIR [--model DIR ...]

Prints one JSON object per model. Everything measured is held out of training by page or by paragraph.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.train.data import Pair, held_out, pairs, sections
from chatbot.train.questions import Question, jsquad_valid, squad_dev

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

SENTENCES = 1000
KINDS = ("documents", "tanaka50k", "kyoto_wiki")
MOST = {"documents": 400, "tanaka50k": 200}  # Kyoto makes up the rest
MIN_LETTERS = 12  # of the Japanese side; shorter ones occur more than once
DEPTH = 10


def load(folder: str) -> Encode:
    """Load an encoder with sentence-transformers; "minilm" is the starting model."""
    from sentence_transformers import SentenceTransformer

    from chatbot.train.backbone import base_folder

    model = SentenceTransformer(str(base_folder()) if folder == "minilm" else folder, device="cpu")

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(list(texts), batch_size=64, normalize_embeddings=True)
        return vectors

    return encode


def sentences(held: Sequence[Pair]) -> list[Pair]:
    """Choose the 1,000 held-out pairs: always the same, no text twice."""
    draw = random.Random(4)
    usable = [pair for pair in held if len(pair.japanese) >= MIN_LETTERS and pair.source != "kyoto_lexicon"]
    draw.shuffle(usable)
    usable.sort(key=lambda pair: KINDS.index(_kind(pair)))  # stable: Kyoto, which has most, fills up
    seen: set[str] = set()
    chosen: list[Pair] = []
    left = dict(MOST)
    for pair in usable:
        kind = _kind(pair)
        keys = {pair.english.lower(), pair.japanese}
        if left.get(kind, 1) and len(chosen) < SENTENCES and seen.isdisjoint(keys):
            left[kind] = left.get(kind, SENTENCES) - 1
            seen |= keys
            chosen.append(pair)
    return chosen


def _kind(pair: Pair) -> str:
    return pair.source if pair.source in KINDS else "documents"


def top_one(encode: Encode, found: Sequence[Pair]) -> dict[str, float]:
    """Return how often the nearest English sentence of a Japanese one is its translation, by kind of text."""
    scores = encode([pair.japanese for pair in found]) @ encode([pair.english for pair in found]).T
    right = scores.argmax(1) == np.arange(len(found))
    back = scores.argmax(0) == np.arange(len(found))
    result = {"ja_en": float(right.mean()), "en_ja": float(back.mean())}
    for kind in KINDS:
        result[f"ja_en_{kind}"] = float(right[[_kind(pair) == kind for pair in found]].mean())
    return result


def reciprocal_rank(queries: NDArray[np.float32], passages: NDArray[np.float32], gold: Sequence[int]) -> list[float]:
    """Return the reciprocal rank, 0 beyond the first ten, of the gold passage of each query."""
    scores = queries @ passages.T
    own = scores[np.arange(len(gold)), gold]
    ranks = (scores > own[:, None]).sum(1) + 1
    return [1.0 / rank if rank <= DEPTH else 0.0 for rank in ranks.tolist()]


def questions_to_passages(encode: Encode, asked: Sequence[Question], limit: int) -> float:
    """Return MRR@10 of finding the paragraph of each question among all paragraphs of the set."""
    passages = sorted({question.passage for question in asked})
    place = {passage: number for number, passage in enumerate(passages)}
    chosen = random.Random(4).sample(list(asked), min(limit, len(asked)))
    vectors = encode(passages)
    queries = encode([question.question for question in chosen])
    return float(np.mean(reciprocal_rank(queries, vectors, [place[question.passage] for question in chosen])))


def headings_to_sections(encode: Encode, held: Sequence[Pair]) -> dict[str, float]:
    """Return MRR@10 of finding a section by its heading, in each pair of languages, on held-out pages."""
    found = [section for section in sections(held) if len(section.body[0]) > 80]
    names = ("en", "ja")
    heads = [encode([section.heading[side] for section in found]) for side in (0, 1)]
    bodies = [encode([section.body[side] for section in found]) for side in (0, 1)]
    gold = list(range(len(found)))
    scores = {
        f"heading_{names[asked]}_{names[told]}": float(np.mean(reciprocal_rank(heads[asked], bodies[told], gold)))
        for asked in (0, 1)
        for told in (0, 1)
    }
    return scores | {"sections": float(len(found))}


def measure(data: Path, folders: Sequence[str], questions: int) -> list[dict[str, object]]:
    """Measure each encoder folder on everything."""
    held = [pair for pair in pairs(data) if held_out(pair)]
    chosen = sentences(held)
    japanese, english = jsquad_valid(data), squad_dev(data)
    rows: list[dict[str, object]] = []
    for folder in folders:
        began = time.monotonic()
        encode = load(folder)
        row: dict[str, object] = {"model": Path(folder).name, **top_one(encode, chosen)}
        row |= headings_to_sections(encode, held)
        if questions:
            row["jsquad_mrr"] = questions_to_passages(encode, japanese, questions)
            row["squad_mrr"] = questions_to_passages(encode, english, questions)
        rows.append(row | {"seconds": round(time.monotonic() - began, 1)})
    return rows


def main() -> None:
    """Parse the command line and print the measures."""
    parser = argparse.ArgumentParser(description="Measure encoders.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", action="append", required=True, help='folder, or "minilm"')
    parser.add_argument("--questions", type=int, default=100_000, help="at most this many per set")
    given = parser.parse_args()
    for row in measure(given.data, given.model, given.questions):
        sys.stdout.write(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}) + "\n")


if __name__ == "__main__":
    main()
