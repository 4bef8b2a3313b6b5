"""Does a quote support a claim? Sentences altered by rule in a page never trained on, and claims that people judged."""

from __future__ import annotations

import importlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measured import Row, Setting, held_pairs

from chatbot.assemble import make_reader
from chatbot.evaluate.metrics import mean
from chatbot.evaluate.questions import SEED, sample
from chatbot.train import alter
from chatbot.train.data import Pair
from chatbot.train.questions import detokenised
from chatbot.train.text import lines

Contradicts = Callable[[str, str], Sequence[object]]
RULES = {"numbers": alter._other_number, "names": alter._other_name, "negations": alter._negated}
TRUE = "true"
SAME, ACROSS = "quote in the same language", "quote in the other language"
THRESHOLD = 0.5

_SENTENCES = 400  # true pairs, each claimed in both languages and quoted in both
_JUDGED = 2500  # claims of each set that people judged
_LETTERS = range(16, 120)  # of the Japanese side
_LONGEST = (420, 210)  # of a quote, English and Japanese, as far as neighbours are added


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and its quote, true or altered."""

    text: str
    quote: str
    kind: str
    """`true`, or what was altered."""
    where: str
    """Whether the quote is in the same language."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its evidence, in one or more quotes of which one must support it."""

    text: str
    quotes: tuple[str, ...]
    supported: bool


def altered_sentences(setting: Setting) -> list[Row]:
    """Measure how many altered sentences are called unsupported, and how many true ones supported."""
    held = held_pairs(setting.data)
    claims = list(claims_of(held, setting.at_most(_SENTENCES)))
    said = supported(claims, make_reader(setting.config).support, exact_checks())
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        names = (claim.kind,) if claim.kind == TRUE else (claim.kind, "all altered")
        for name in names:
            found[name, claim.where].append(number)
            found[name, ""].append(number)
    rows = []
    for kind in (*RULES, "all altered", TRUE):
        for where in (SAME, ACROSS, ""):
            if numbers := found[kind, where]:
                rows.append(_row(kind, where, {name: [verdicts[n] for n in numbers] for name, verdicts in said.items()}))
    return rows


def _row(kind: str, where: str, said: Mapping[str, Sequence[bool]]) -> Row:
    true = kind == TRUE
    ours = {name: mean([verdict == true for verdict in verdicts]) for name, verdicts in said.items()}
    named = "true sentences called supported" if true else f"{kind.removeprefix('all ')}: called unsupported"
    n = len(next(iter(said.values())))
    return Row(f"support, {named}, {where or 'all'}", n, ours, least="90", aim="97")


def exact_checks() -> Contradicts | None:
    """Return the function that names the facts of a claim that a quote lacks, None where the package has none."""
    try:
        found: Contradicts = importlib.import_module("chatbot.facts").contradicts
    except ModuleNotFoundError:
        return None
    return found


def supported(
    claims: Sequence[Claim], support: Callable[[Sequence[tuple[str, str]]], list[float]], contradicts: Contradicts | None
) -> dict[str, list[bool]]:
    """Say of each claim whether its quote supports it: by the judge, by exact checks, and by both where these exist."""
    judge = [share >= THRESHOLD for share in support([(claim.text, claim.quote) for claim in claims])]
    if contradicts is None:
        return {"judge": judge}
    exact = [not contradicts(claim.text, claim.quote) for claim in claims]
    return {"judge": judge, "exact checks": exact, "both": [a and b for a, b in zip(judge, exact, strict=True)]}


def claims_of(held: Sequence[Pair], limit: int | None) -> Iterator[Claim]:
    """Yield true sentences of a sample of pairs and their alterations, each with a quote in either language."""
    draw = random.Random(SEED)
    usable = [n for n, pair in enumerate(held) if _usable(pair)]
    for place in sample(usable, limit):
        near = [pair for pair in held[max(0, place - 3) : place + 4] if pair.page == held[place].page]
        quotes = [_quote(held, place, side) for side in (0, 1)]
        for side in (0, 1):
            sentence = _side(held[place], side)
            for kind, text in _versions(sentence, ("en", "ja")[side], [_side(pair, side) for pair in near], draw):
                yield Claim(text, quotes[side], kind, SAME)
                yield Claim(text, quotes[1 - side], kind, ACROSS)


def _usable(pair: Pair) -> bool:
    whole = pair.japanese.endswith("。") and pair.english.endswith(".")
    return whole and pair.kind in ("p", "li", "sentence") and len(pair.japanese) in _LETTERS and pair.source != "tanaka50k"


def _side(pair: Pair, side: int) -> str:
    return (pair.english, pair.japanese)[side]


def _versions(sentence: str, language: str, near: Sequence[str], draw: random.Random) -> Iterator[tuple[str, str]]:
    yield TRUE, sentence
    names = [name for text in near for name in alter.names_in(text, language)]
    for kind, rule in RULES.items():
        changed = rule(sentence, language, names, draw)
        if changed is not None and changed != sentence:
            yield kind, changed


def _quote(held: Sequence[Pair], place: int, side: int) -> str:
    """Return a sentence with the ones before and after it on its page, as far as they fit."""
    beside = held[max(0, place - 1) : place + 2]
    run = [_side(pair, side) for pair in beside if pair.page == held[place].page and pair.kind in ("p", "li", "sentence")]
    whole = (" ", "")[side].join(run)
    return whole if len(whole) <= _LONGEST[side] else _side(held[place], side)


def judged_claims(setting: Setting) -> list[Row]:
    """Measure the judge on claims that people judged, by the mean of the shares of either kind that it gets right."""
    rows = []
    for name, read in SETS.items():
        claims = sample(list(read(setting.data)), setting.at_most(_JUDGED))
        scores = scores_of(claims, make_reader(setting.config).support)
        truth = [claim.supported for claim in claims]
        best, threshold = best_balanced(scores, truth)
        ours = {f"threshold {THRESHOLD}:": balanced(scores, truth, THRESHOLD), f"best threshold {threshold:.3f}:": best}
        named = f"{name} as support, balanced accuracy"
        rows.append(Row(named, len(claims), ours, {"always the same answer": 0.5}, "65", "75"))
    return rows


def scores_of(claims: Sequence[Judged], support: Callable[[Sequence[tuple[str, str]]], list[float]]) -> list[float]:
    """Return for each claim the highest support that any of its quotes gives."""
    scores = iter(support([(claim.text, quote) for claim in claims for quote in claim.quotes]))
    return [max(next(scores) for _ in claim.quotes) for claim in claims]


def balanced(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> float:
    """Return the mean of the shares of supported and of unsupported claims on the right side of a threshold."""
    yes = [score >= threshold for score, true in zip(scores, truth, strict=True) if true]
    no = [score < threshold for score, true in zip(scores, truth, strict=True) if not true]
    return (mean(yes) + mean(no)) / 2


def best_balanced(scores: Sequence[float], truth: Sequence[bool]) -> tuple[float, float]:
    """Return the highest balanced accuracy and its threshold, chosen on the same claims: what tuning could gain at most."""
    yes, no = max(1, sum(truth)), max(1, len(truth) - sum(truth))
    best, threshold, gained = 0.5, 1.1, 0.0
    ordered = sorted(zip(scores, truth, strict=True), reverse=True)
    for at, (score, true) in enumerate(ordered):
        gained += 1 / yes if true else -1 / no
        last = at + 1 == len(ordered) or ordered[at + 1][0] < score
        if last and (1 + gained) / 2 > best:
            best, threshold = (1 + gained) / 2, score
    return best, threshold


def _wice(part: str, data: Path) -> Iterator[Judged]:
    """Yield WiCE's claims with the chunks of their sources that hold the evidence; partly supported is unsupported."""
    chunks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for line in lines(data / "wice" / f"oracle_chunks_claim_{part}.jsonl"):
        row = json.loads(line)
        chunks[row["claim"], row["label"]].append(" ".join(row["evidence"]))
    for (claim, label), quotes in chunks.items():
        yield Judged(claim, tuple(quotes), label == "supported")


def _jnli(data: Path) -> Iterator[Judged]:
    for line in lines(data / "jglue" / "jnli-valid-v1.3.json"):
        row = json.loads(line)
        yield Judged(row["sentence2"], (row["sentence1"],), row["label"] == "entailment")


def _fever_symmetric(data: Path) -> Iterator[Judged]:
    for line in lines(data / "fever_symmetric" / "fever_symmetric_test.jsonl"):
        row = json.loads(line)
        yield Judged(detokenised(row["claim"]), (detokenised(row["evidence"]),), row["gold_label"] == "SUPPORTS")


SETS: Mapping[str, Callable[[Path], Iterator[Judged]]] = {
    "WiCE test": lambda data: _wice("test", data),
    "WiCE dev": lambda data: _wice("dev", data),
    "JNLI valid": _jnli,
    "FEVER symmetric test": _fever_symmetric,
}
