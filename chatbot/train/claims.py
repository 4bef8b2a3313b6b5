"""Examples of claims and quotes: does the quote say what the claim says?"""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from chatbot.language import sentences
from chatbot.train.alter import altered, names_in
from chatbot.train.data import Pair
from chatbot.train.questions import detokenised
from chatbot.train.reading import Example
from chatbot.train.text import lines

LONGEST = 420  # letters of a quote
TEMPLATES = {"janli": 1_500, "jamp": 1_500, "jsem": 3_000, "jsts": 5_000}
"""Most examples of the sets whose sentences were made by rule or hand for linguists, or describe photographs."""
ALIKE, UNLIKE = 4.5, 3.0
"""Of JSTS's likeness from 0 to 5: from here on two captions say the same, and below this they do not."""


def judged(data: Path, draw: random.Random) -> Iterator[Example]:
    """Yield the claims that people have judged: FEVER, Fool Me Twice, SciFact, BEGIN; Japanese inference sets, capped."""
    yield from _fever(data, draw)
    yield from _fool_me_twice(data)
    yield from _scifact(data)
    yield from _begin(data)
    for name, source in (("janli", _janli(data)), ("jamp", _jamp(data)), ("jsem", _jsem(data)), ("jsts", _jsts(data))):
        found = list(source)
        yield from draw.sample(found, min(len(found), TEMPLATES[name]))


def _example(claim: str, quote: str, supports: bool) -> Example:
    return Example(claim.strip(), quote.strip()[:LONGEST], supports=int(supports))


def _fever(data: Path, draw: random.Random) -> Iterator[Example]:
    leads: dict[str, list[str]] = {}
    for line in lines(data / "fever_eraser" / "docs.jsonl"):
        row = json.loads(line)
        leads[row["docid"]] = [detokenised(sentence) for sentence in row["text"].split("\n")]
    for name in ("dev", "test"):
        for line in lines(data / "fever_eraser" / f"{name}.jsonl"):
            row = json.loads(line)
            quote = detokenised(" ".join(part["text"] for group in row["evidences"] for part in group))
            yield _example(row["query"], quote, row["classification"] == "SUPPORTS")
            others = [text for doc in row["docids"] for text in leads.get(doc, []) if text not in quote and len(text) > 40]
            if others and draw.random() < 0.5:
                yield _example(row["query"], draw.choice(others), supports=False)


def _fool_me_twice(data: Path) -> Iterator[Example]:
    for name in ("dev", "test"):
        for line in lines(data / "fm2" / f"{name}.jsonl"):
            row = json.loads(line)
            quote = " ".join(part["text"] for part in row["gold_evidence"])
            yield _example(row.get("text") or row.get("claim") or "", quote, row["label"] == "SUPPORTS")


def _scifact(data: Path) -> Iterator[Example]:
    csv.field_size_limit(1 << 24)
    for name in ("train", "val", "test"):
        for row in csv.DictReader(lines(data / "scifact_eraser" / f"{name}.csv")):
            marks = [mark.strip() for mark in row["rationale"].strip("[]").split(",")]
            words = [word for word, mark in zip(row["text"].split(" "), marks, strict=False) if mark in ("1", "1.0")]
            if words:
                yield _example(row["query"], detokenised(" ".join(words)), row["classification"].upper().startswith("SUPPORT"))


def _begin(data: Path) -> Iterator[Example]:
    for name in ("dev_wow", "test_wow", "dev_tc", "dev_cmu"):
        rows = csv.DictReader(lines(data / "begin" / f"begin_{name}.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            if row.get("begin_label") and row["response"] and row["knowledge"]:
                yield _example(row["response"], row["knowledge"], row["begin_label"] == "Fully attributable")


def _janli(data: Path) -> Iterator[Example]:
    for row in csv.DictReader(lines(data / "janli" / "janli.tsv"), delimiter="\t"):
        if row["split"] == "train":
            yield _example(row["sentence_B_Ja"], row["sentence_A_Ja"], row["entailment_label_Ja"] == "entailment")


def _jamp(data: Path) -> Iterator[Example]:
    for row in csv.DictReader(lines(data / "jamp" / "train_all.tsv"), delimiter="\t"):
        yield _example(row["hypothesis"], row["premise"], row["gold_label"] == "entailment")


def _jsem(data: Path) -> Iterator[Example]:
    for line in lines(data / "jsem" / "jsem.jsonl"):
        row = json.loads(line)
        if row["answer"] in ("yes", "no", "unknown"):
            yield _example(row["hypothesis"], "".join(row["premises"]), row["answer"] == "yes")


def _jsts(data: Path) -> Iterator[Example]:
    """Yield captions that say the same or not; those of photographs in JNLI valid, which is measured, are left out."""
    measured = {image for line in lines(data / "jglue" / "jnli-valid-v1.3.json") for image in _images(json.loads(line))}
    for line in lines(data / "jglue" / "jsts-train-v1.3.json"):
        row = json.loads(line)
        if measured.intersection(_images(row)):
            continue
        if row["label"] >= ALIKE or row["label"] < UNLIKE:
            yield _example(row["sentence1"], row["sentence2"], row["label"] >= ALIKE)


def _images(row: dict[str, str]) -> list[str]:
    """Return the numbers of the photographs that two captions describe."""
    return row["yjcaptions_id"].split("-")[0].split("_")


def made(found: Sequence[Pair], draw: random.Random) -> Iterator[Example]:
    """Yield true sentences, altered ones and neighbours as claims, quoted in their own language or the other."""
    for place, pair in enumerate(found):
        sides = (pair.english, pair.japanese)
        if not 15 < len(pair.japanese) < 120:
            continue
        claimed, quoted = draw.randrange(2), draw.randrange(2)
        language = ("en", "ja")[claimed]
        near = [other for other in found[max(0, place - 3) : place + 4] if other is not pair]
        names = [name for other in near for name in names_in((other.english, other.japanese)[claimed], language)]
        quote = _quote([*found[max(0, place - 1) : place], pair, *found[place + 1 : place + 2]], pair, quoted, draw)
        yield _example(_part(sides[claimed], claimed, draw) if claimed == quoted else sides[claimed], quote, supports=True)
        false = altered(sides[claimed], language, names, draw)
        if false is not None:
            yield _example(false, quote, supports=False)
        if near and draw.random() < 0.35:
            other = draw.choice(near)
            yield _example(sides[claimed], (other.english, other.japanese)[quoted], supports=False)


def _quote(run: Sequence[Pair], pair: Pair, language: int, draw: random.Random) -> str:
    """Return the pair's sentence, half of the time with the ones beside it."""
    texts = [(each.english, each.japanese)[language] for each in run]
    whole = (" ", "")[language].join(texts)
    fits = len(whole) <= (LONGEST, LONGEST // 2)[language]
    return whole if fits and draw.random() < 0.4 else (pair.english, pair.japanese)[language]


def _part(text: str, language: int, draw: random.Random) -> str:
    """Return a text, or now and then only its first sentence or its first clause: less than a quote says is still true."""
    if draw.random() < 0.5:
        return text
    start, end = next(islice(sentences(text), 1), (0, len(text)))
    first = text[start:end]
    comma = first.find((", ", "、")[language])
    return first[:comma] if comma > 25 and language == 0 and draw.random() < 0.5 else first
