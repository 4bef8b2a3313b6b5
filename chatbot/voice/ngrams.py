"""How words follow each other: counts of sentences to a language model, several mixed into one, in the ARPA format."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

START, END = "<s>", "</s>"
ORDER = 3
"""Words that are looked at together."""
_NEVER = -99.0
_LEAST = 1e-4
Gram = tuple[str, ...]
"""Words in order; the last one is what follows the others."""
Probability = Callable[[Gram], float]
"""How likely the last word of a gram is after the others, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Model:
    """What follows what, as far as it is known; for the rest, what follows the shorter context."""

    probabilities: Mapping[Gram, float]
    weights: Mapping[Gram, float]
    """Of each context, by how much the shorter one's probabilities shrink for what was not seen after it."""

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word is after the others, 0 if it is never heard."""
        weight = 1.0
        while gram not in self.probabilities:
            if len(gram) == 1:
                return 0.0
            weight *= self.weights.get(gram[:-1], 1.0)
            gram = gram[1:]
        return weight * self.probabilities[gram]


def count(sentences: Iterable[tuple[Sequence[str], int]], order: int = ORDER) -> Model:
    """Return the model of sentences.

    Args:
        sentences: Words, and how often they are to count.
        order: Words that are looked at together.

    Source: interpolated Kneser-Ney, Chen and Goodman, Computer Speech and Language 1999.
    """
    counts = _continued(_counted(sentences, order))
    shorter = _single(counts[0])
    probabilities = dict(shorter)
    weights: dict[Gram, float] = {}
    for longer in counts[1:]:
        shorter, weight = _interpolated(longer, shorter)
        probabilities |= shorter
        weights |= weight
    return Model(probabilities, weights)


def mix(parts: Sequence[tuple[Probability, float]], grams: Iterable[Gram]) -> Model:
    """Return one model of several, each of which keeps its say in every context.

    Args:
        parts: Models, and how much each says; together 1.
        grams: What the model is to know of itself, shorter beginnings and ends with it; single words are all that can be heard.
    """
    known = sorted({gram[begin:end] for gram in grams for begin, end in _pieces(len(gram))}, key=len)
    told = {gram: sum(share * probability(gram) for probability, share in parts) for gram in known if gram != (START,)}
    # Words that only some parts know, and words left out, would otherwise make more or less than certainty.
    total = sum(value for gram, value in told.items() if len(gram) == 1)
    mixed = {gram: value / total if len(gram) == 1 else value for gram, value in told.items()}
    model = Model(mixed, {})
    return Model(mixed, _weights(model))


def called(model: Model, name: str, share: float, alone: float) -> Model:
    """Return a model in which sentences may begin with a name, and then go on as sentences begin, or end.

    Args:
        model: It does not know the name.
        name: One word.
        share: Of the sentences that begin with it.
        alone: Of those, in which nothing follows.
    """
    begun = {gram: likely for gram, likely in model.probabilities.items() if gram[0] == START}
    after = {(name, *gram[1:]): likely for gram, likely in begun.items()}
    told: dict[Gram, float] = {**model.probabilities, **after}
    taken = {START: share, name: alone}
    for first, part in taken.items():
        ended = {gram for gram in told if len(gram) == 2 and gram[0] == first}
        told |= {gram: (1 - part) * told[gram] for gram in ended}
    # What did not begin a sentence can follow the name as little; and in the middle of a sentence nobody is called.
    kept = {context: weight for context, weight in model.weights.items() if context[0] == START}
    moved = {(name, *context[1:]): weight for context, weight in kept.items()}
    weights = {**model.weights, **moved}
    weights |= {(first,): (1 - part) * weights.get((first,), 1.0) for first, part in taken.items()}
    told[START, name] = share
    told[name, END] = alone + (1 - alone) * model.probability((START, END))
    told[name,] = _LEAST * share
    return Model(told, weights)


def arpa(model: Model) -> str:
    """Return a model as text in the ARPA format."""
    return "\n".join(_lines(model))


def _pieces(size: int) -> Iterator[tuple[int, int]]:
    return ((begin, end) for begin in range(size) for end in range(begin + 1, size + 1))


def _weights(model: Model) -> dict[Gram, float]:
    """Return what makes every context's probabilities sum up to 1, shortest context first, as longer ones lean on it."""
    after: defaultdict[Gram, list[Gram]] = defaultdict(list)
    for gram in model.probabilities:
        if len(gram) > 1:
            after[gram[:-1]].append(gram)
    weights: dict[Gram, float] = {}
    leaning = Model(model.probabilities, weights)
    for context in sorted(after, key=len):
        here = sum(model.probabilities[gram] for gram in after[context])
        shorter = sum(leaning.probability(gram[1:]) for gram in after[context])
        weights[context] = max(_LEAST, 1 - here) / max(_LEAST, 1 - shorter)
    return weights


def _counted(sentences: Iterable[tuple[Sequence[str], int]], order: int) -> list[Counter[Gram]]:
    counts: list[Counter[Gram]] = [Counter() for _ in range(order)]
    for words, times in sentences:
        padded = (START, *words, END)
        for size in range(1, order + 1):
            for at in range(len(padded) - size + 1):
                counts[size - 1][padded[at : at + size]] += times
    return counts


def _continued(counts: list[Counter[Gram]]) -> list[Counter[Gram]]:
    """Count below the highest order in how many contexts a gram goes on, not how often it occurs."""
    fewer: list[Counter[Gram]] = []
    for shorter, longer in zip(counts, counts[1:], strict=False):
        before = Counter(gram[1:] for gram in longer)
        # Nothing stands before the start of a sentence, so what begins with it keeps its counts.
        fewer.append(Counter({gram: before.get(gram, 0) or times for gram, times in shorter.items()}))
    return [*fewer, counts[-1]]


def _single(counts: Counter[Gram]) -> dict[Gram, float]:
    counted = {gram: times for gram, times in counts.items() if gram != (START,)}
    total = sum(counted.values())
    return {gram: times / total for gram, times in counted.items()}


def _interpolated(counts: Counter[Gram], shorter: Mapping[Gram, float]) -> tuple[dict[Gram, float], dict[Gram, float]]:
    """Return the probability of each gram, and of each context the weight with which what never followed it is judged."""
    ones, twos = (sum(1 for times in counts.values() if times == most) for most in (1, 2))
    discount = ones / (ones + 2 * twos) if ones and twos else 0.75
    total: defaultdict[Gram, int] = defaultdict(int)
    kinds: Counter[Gram] = Counter()
    for gram, times in counts.items():
        total[gram[:-1]] += times
        kinds[gram[:-1]] += 1
    weight = {context: discount * kinds[context] / total[context] for context in total}
    return {
        gram: (times - discount) / total[gram[:-1]] + weight[gram[:-1]] * shorter[gram[1:]] for gram, times in counts.items()
    }, weight


def _lines(model: Model) -> Iterator[str]:
    sizes = sorted({len(gram) for gram in model.probabilities})
    listed = {size: sorted(gram for gram in model.probabilities if len(gram) == size) for size in sizes}
    yield "\\data\\"
    for size in sizes:
        yield f"ngram {size}={len(listed[size]) + (size == 1)}"
    for size in sizes:
        yield f"\n\\{size}-grams:"
        if size == 1:
            yield f"{_NEVER:.4f}\t{START}\t{_log(model.weights.get((START,), 1.0)):.4f}"
        for gram in listed[size]:
            words = f"{_log(model.probabilities[gram]):.4f}\t{' '.join(gram)}"
            # The weights of the longest grams would never be asked for.
            weight = model.weights.get(gram) if size < sizes[-1] else None
            yield words if weight is None else f"{words}\t{_log(weight):.4f}"
    yield "\n\\end\\\n"


def _log(probability: float) -> float:
    return max(_NEVER, math.log10(probability)) if probability > 0 else _NEVER
