"""What is measured, as pure functions; shares lie between 0 and 1."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from chatbot.evaluate.questions import Question
from chatbot.types import Language

# --- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """How one answer did."""

    answerable: bool
    refused: bool
    full: bool
    """All facts stated, and not a refusal."""
    facts: float
    """Share of the facts that are stated; 0 for a refusal."""
    doc_cited: bool | None
    """Whether a document with the evidence is among the cited; None if none is cited."""
    verbatim: tuple[bool, ...]
    """For each citation, whether its quote stands at its place in the file."""
    length: int
    """In characters."""


def facts_met(facts: Sequence[Sequence[str]], answer: str) -> list[bool]:
    """Tell for each fact whether one of its regular expressions matches the answer.

    The answer is folded first (NFKC, no commas between digits, single spaces); case does not matter.
    """
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", answer))
    folded = re.sub(r"\s+", " ", folded)
    return [any(re.search(pattern, folded, re.IGNORECASE) for pattern in alternatives) for alternatives in facts]


def score_answer(question: Question, answer: Mapping[str, Any], text_of: Callable[[str], str | None]) -> AnswerScore:
    """Score one answer.

    Args:
        question: With its facts and documents.
        answer: As `openstance ask --json` prints it; answer, refused and citations are looked at.
        text_of: The text of a cited file, None if there is no such file.
    """
    met = facts_met(question.facts, answer["answer"]) if question.answerable else []
    citations = answer.get("citations", [])
    cited = {citation["document"] for citation in citations}
    return AnswerScore(
        answerable=question.answerable,
        refused=bool(answer["refused"]),
        full=bool(met) and all(met) and not answer["refused"],
        facts=0.0 if answer["refused"] else mean(met),
        doc_cited=not cited.isdisjoint(question.documents) if cited else None,
        verbatim=tuple(is_verbatim(citation, text_of(citation["document"])) for citation in citations),
        length=len(answer["answer"]),
    )


def is_verbatim(citation: Mapping[str, Any], text: str | None) -> bool:
    """Whether a citation's quote is not empty and stands in the text at the citation's offsets."""
    quote = citation["quote"]
    return text is not None and text[citation["start"] : citation["end"]] == quote != ""


def summarise(scores: Sequence[AnswerScore]) -> dict[str, float]:
    """Average scores by column; a column that no answer has a value for is left out.

    `full`, `facts`, `false_refusal` and `doc_cited` are over answerable questions (the last over those with a citation),
    `refused` over the others, `has_citation`, `quote_verbatim` (each quote counts) and `length` over what is no refusal.
    """
    wanted = [score for score in scores if score.answerable]
    given = [score for score in scores if not score.refused]
    columns: dict[str, Sequence[float]] = {
        "full": [score.full for score in wanted],
        "facts": [score.facts for score in wanted],
        "false_refusal": [score.refused for score in wanted],
        "refused": [score.refused for score in scores if not score.answerable],
        "doc_cited": [score.doc_cited for score in wanted if score.doc_cited is not None],
        "has_citation": [bool(score.verbatim) for score in given],
        "quote_verbatim": [verbatim for score in given for verbatim in score.verbatim],
        "length": [score.length for score in given],
    }
    return {"n": len(scores)} | {name: mean(values) for name, values in columns.items() if values}


# --- search ----------------------------------------------------------------------------------------------------------


def reciprocal_rank(ranked: Sequence[int], right: Collection[int], k: int = 10) -> float:
    """Return 1 / rank of the first right one among the first `k`, 0 if there is none."""
    return next((1 / rank for rank, found in enumerate(ranked[:k], start=1) if found in right), 0.0)


def recall(ranked: Sequence[int], right: Collection[int], k: int = 10) -> float:
    """Return the share of the right ones that are among the first `k`; 0 if nothing is right."""
    wanted = set(right)
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else 0.0


# --- reading ---------------------------------------------------------------------------------------------------------

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """How one reading did."""

    answerable: bool
    exact: float
    """1 if the answer is one of the accepted; 0 if the paragraph holds none."""
    f1: float
    no_answer: float
    """What the reader said: 0 (the paragraph answers) to 1 (it does not)."""


def pieces(text: str, language: Language) -> list[str]:
    """Cut an answer into what is compared: words in English, characters in Japanese.

    English: lower case, without ASCII punctuation and articles (SQuAD 2.0's evaluation script). Japanese: lower case,
    without a final 。, white space folded (JGLUE's patch of that script for JSQuAD).
    """
    if language == "ja":
        return list(" ".join(text.lower().rstrip("。").split()))
    return _ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def exact_match(answer: str, accepted: Sequence[str], language: Language) -> float:
    """Return 1 if the answer equals one of the accepted ones, as far as `pieces` tells, else 0."""
    own = pieces(answer, language)
    return float(any(own == pieces(other, language) for other in accepted))


def overlap_f1(answer: str, other: str, language: Language) -> float:
    """Return the F1 of two answers' pieces counted as bags; where one has none, 1 if neither has, else 0."""
    own, theirs = pieces(answer, language), pieces(other, language)
    if not own or not theirs:
        return float(own == theirs)
    shared = (Counter(own) & Counter(theirs)).total()
    return 2 * shared / (len(own) + len(theirs))


def best_f1(answer: str, accepted: Sequence[str], language: Language) -> float:
    """Return the F1 against the nearest of the accepted answers, 0 if there is none."""
    return max((overlap_f1(answer, other, language) for other in accepted), default=0.0)


def best_threshold(scores: Sequence[ReadingScore]) -> float:
    """Find the threshold of no-answer with the highest mean F1 (SQuAD 2.0's best F1).

    An answer is given where `no_answer` is at most the threshold. Unlike SQuAD's script this never parts readings with
    the same `no_answer`, which no threshold could do.

    Returns:
        A `no_answer` that occurs, the least of equally good ones; -1 if it is best to give no answer at all.
    """
    ordered = sorted(scores, key=lambda score: score.no_answer)
    total = best = float(sum(not score.answerable for score in scores))
    threshold = -1.0
    for value, group in groupby(ordered, key=lambda score: score.no_answer):
        total += sum(score.f1 - (not score.answerable) for score in group)
        # Sums of fractions may differ by rounding alone.
        if total > best and not math.isclose(total, best):
            best, threshold = total, value
    return threshold


def at_threshold(scores: Sequence[ReadingScore], threshold: float) -> dict[str, float]:
    """Average exact match and F1 where only readings with a `no_answer` of at most `threshold` are given as answers.

    A withheld answer is right (1) where the paragraph holds none, else wrong (0). `withheld_right` is the share of the
    unanswerable questions, `withheld_wrong` of the answerable ones, whose answer is withheld.
    """
    columns: dict[str, list[float]] = {"exact": [], "f1": [], "withheld_right": [], "withheld_wrong": []}
    for score in scores:
        withheld = score.no_answer > threshold
        right = float(withheld and not score.answerable)
        columns["exact"].append(right if withheld else score.exact)
        columns["f1"].append(right if withheld else score.f1)
        columns["withheld_wrong" if score.answerable else "withheld_right"].append(withheld)
    return {"n": len(scores), "threshold": threshold} | {name: mean(values) for name, values in columns.items() if values}


# --- averages --------------------------------------------------------------------------------------------------------


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie, between neighbours in proportion.

    Raises:
        ValueError: If there are no values, or the share is not in 0..1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError(f"no percentile at {share} of {len(values)} values")
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at))


def latencies(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return median and 95th percentile of times; nothing of no times."""
    if not milliseconds:
        return {}
    return {"p50_ms": percentile(milliseconds, 0.5), "p95_ms": percentile(milliseconds, 0.95)}
