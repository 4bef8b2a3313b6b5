"""How words follow each other: counts of sentences to a language model in the ARPA format."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

START, END = "<s>", "</s>"
_NEVER = -99.0
_Gram = tuple[str, ...]


def model(sentences: Iterable[tuple[Sequence[str], int]], general: Mapping[str, float], share: float, order: int = 3) -> str:
    """Return a language model as text in the ARPA format.

    Args:
        sentences: Words, and how often they are to count.
        general: Words that may be heard though no sentence has them, each with its probability in general language.
        share: How much of the probability of a single word comes from general language, 0 to 1.
        order: Words that are looked at together.

    Source: interpolated Kneser-Ney, Chen and Goodman, Computer Speech and Language 1999.
    """
    counts = _continued(_counted(sentences, order))
    grams: list[dict[_Gram, float]] = [_single(counts[0], general, share)]
    weights: list[dict[_Gram, float]] = []
    for longer in counts[1:]:
        probability, weight = _interpolated(longer, grams[-1])
        grams.append(probability)
        weights.append(weight)
    return "\n".join(_arpa(grams, [*weights, {}]))


def _counted(sentences: Iterable[tuple[Sequence[str], int]], order: int) -> list[Counter[_Gram]]:
    counts: list[Counter[_Gram]] = [Counter() for _ in range(order)]
    for words, times in sentences:
        padded = (START, *words, END)
        for size in range(1, order + 1):
            for at in range(len(padded) - size + 1):
                counts[size - 1][padded[at : at + size]] += times
    return counts


def _continued(counts: list[Counter[_Gram]]) -> list[Counter[_Gram]]:
    """Count below the highest order in how many contexts a gram goes on, not how often it occurs."""
    fewer: list[Counter[_Gram]] = []
    for shorter, longer in zip(counts, counts[1:], strict=False):
        before = Counter(gram[1:] for gram in longer)
        # Nothing stands before the start of a sentence, so what begins with it keeps its counts.
        fewer.append(Counter({gram: before.get(gram, 0) or times for gram, times in shorter.items()}))
    return [*fewer, counts[-1]]


def _single(counts: Counter[_Gram], general: Mapping[str, float], share: float) -> dict[_Gram, float]:
    counted = {gram: times for gram, times in counts.items() if gram != (START,)}
    total, rest = sum(counted.values()), sum(general.values()) or 1.0
    words = {gram[0] for gram in counted} | set(general)
    return {(word,): (1 - share) * counted.get((word,), 0) / total + share * general.get(word, 0.0) / rest for word in words}


def _interpolated(counts: Counter[_Gram], shorter: Mapping[_Gram, float]) -> tuple[dict[_Gram, float], dict[_Gram, float]]:
    """Return the probability of each gram, and of each context the weight with which what never followed it is judged."""
    ones, twos = (sum(1 for times in counts.values() if times == most) for most in (1, 2))
    discount = ones / (ones + 2 * twos) if ones and twos else 0.75
    total: defaultdict[_Gram, int] = defaultdict(int)
    kinds: Counter[_Gram] = Counter()
    for gram, times in counts.items():
        total[gram[:-1]] += times
        kinds[gram[:-1]] += 1
    weight = {context: discount * kinds[context] / total[context] for context in total}
    return {
        gram: (times - discount) / total[gram[:-1]] + weight[gram[:-1]] * shorter[gram[1:]] for gram, times in counts.items()
    }, weight


def _arpa(grams: Sequence[Mapping[_Gram, float]], weights: Sequence[Mapping[_Gram, float]]) -> Iterator[str]:
    yield "\\data\\"
    for size, listed in enumerate(grams, 1):
        yield f"ngram {size}={len(listed) + (size == 1)}"
    for size, (probability, weight) in enumerate(zip(grams, weights, strict=True), 1):
        yield f"\n\\{size}-grams:"
        if size == 1:
            yield f"{_NEVER:.4f}\t{START}\t{_log(weight.get((START,), 1.0)):.4f}"
        for gram in sorted(probability):
            words = f"{_log(probability[gram]):.4f}\t{' '.join(gram)}"
            yield f"{words}\t{_log(weight[gram]):.4f}" if gram in weight else words
    yield "\n\\end\\\n"


def _log(probability: float) -> float:
    return max(_NEVER, math.log10(probability)) if probability > 0 else _NEVER
