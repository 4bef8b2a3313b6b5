"""Whether a written sentence stands in a source: exact facts first, then the judge."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from chatbot.answer.phrases import phrases
from chatbot.facts import Mismatch, clashes, contradicts, facts
from chatbot.facts.names import LINK
from chatbot.language import covered, terms_of
from chatbot.protocols import Judge, Vocabulary
from chatbot.types import Language, Passage, Sentence, Struck


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a document that a written one may rest on."""

    number: int
    """Of the source it was given in."""
    passage: Passage
    sentence: Sentence

    @property
    def context(self) -> str:
        """What its reader knows besides: whose text it is, of when, about what, and whom a pronoun means."""
        document = self.passage.document
        parts = [document.title, document.date, document.publisher, *self.passage.headings]
        at = self.passage.sentences.index(self.sentence)
        if at and _PRONOUN.match(self.sentence.text):
            parts.append(self.passage.sentences[at - 1].text)
        return " ".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class Supported:
    """A written sentence and what carries it: one quote, or two that only together do."""

    sentence: str
    quotes: tuple[Quote, ...]
    score: float


# The judge reads a couple in milliseconds; a sentence may cost no more than these.
_JUDGED = 2
_PAIRED = 4
_CITED = 0.15
# A quote that has so much of a sentence and says otherwise speaks against it, unless another is as near.
_NEAR, _AS_NEAR = 0.6, 0.05
_SHOWN = 300
_MARKUP = re.compile(r"</?[A-Za-z!][^>]*>|!\[|\]\(|<\||\|>|\[/?INST\]|<</?SYS>>|```|&#?\w+;|\{\{|\}\}|javascript:|data:\w+/")
# No word is so long: encoded, or a key.
_ENCODED = re.compile(r"[A-Za-z0-9+/=_]{40,}")
_PRONOUN = re.compile(r"(?:It|Its|They|Their|This|These|That|Those|He|She|His|Her|Both)\b|[-•]|それ|その|これ|この|同|彼|両")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Checker:
    """Ties written sentences to quotes, or strikes them."""

    judge: Judge
    vocabulary: Vocabulary
    threshold: float = 0.5
    """How likely the quote must support the sentence, 0 to 1."""

    def check(self, sentence: str, cited: Collection[int], quotes: Sequence[Quote], asked: Language) -> Supported | Struck:
        """Return what carries a sentence, or why it is struck.

        Args:
            sentence: As written, without marks.
            cited: The numbers of the sources it names; others may carry it as well.
            quotes: Every sentence that was given to the writer.
            asked: The language of the answer.
        """
        if problem := unfit(sentence, asked):
            return struck(sentence, asked, problem)
        ranked = self._ranked(sentence, cited, quotes)
        if not ranked:
            return struck(sentence, asked, "struck_support")
        faults = self._opposed(sentence, ranked)
        if not faults:
            for tries in ([(each.quote,) for each in ranked], _couples(sentence, ranked)):
                exact = self._exact(sentence, tries, faults)
                if best := self._judged(sentence, exact):
                    return best
        if all(faults):
            least = min(faults, key=len)[0]
            return struck(sentence, asked, f"struck_{least.kind}", least.text)
        return struck(sentence, asked, "struck_support")

    def _opposed(self, sentence: str, ranked: Sequence[_Ranked]) -> list[tuple[Mismatch, ...]]:
        """Return how the nearest quote says otherwise, empty if it does not or one as near says the same."""
        nearest = max(ranked, key=lambda each: each.share)
        fault = clashes(sentence, nearest.quote.sentence.text) if nearest.share >= _NEAR else ()
        if not fault:
            return []
        as_near = [each.quote for each in ranked if each.share >= nearest.share - _AS_NEAR and each is not nearest]
        denied = facts(sentence).polarity.denied
        for quote in as_near:
            # What the sentence denies the other must deny as well: to say nothing of it is no help.
            said = not denied or bool(denied & facts(quote.sentence.text).polarity.denied)
            if said and not contradicts(sentence, quote.sentence.text, quote.context):
                return []
        return [fault]

    def _exact(
        self, sentence: str, tries: Sequence[tuple[Quote, ...]], faults: list[tuple[Mismatch, ...]]
    ) -> list[tuple[Quote, ...]]:
        """Return the first tries that carry every exact fact, as many as the judge may read; note the faults of the others."""
        exact: list[tuple[Quote, ...]] = []
        for found in tries:
            context = " ".join(dict.fromkeys(quote.context for quote in found))
            fault = contradicts(sentence, _joined(found), context)
            faults.append(fault)
            exact += [] if fault else [found]
            if len(exact) == _JUDGED:
                break
        return exact

    def _judged(self, sentence: str, tries: Sequence[tuple[Quote, ...]]) -> Supported | None:
        verbatim = next((found for found in tries if _joined(found) == sentence), None)
        if verbatim:
            return Supported(sentence, verbatim, 1.0)
        scores = self.judge.support([(sentence, _joined(found)) for found in tries]) if tries else []
        best = max(range(len(tries)), key=lambda at: scores[at], default=None)
        if best is None or scores[best] < self.threshold:
            return None
        return Supported(sentence, tries[best], scores[best])

    def _ranked(self, sentence: str, cited: Collection[int], quotes: Sequence[Quote]) -> list[_Ranked]:
        """Return the quotes that share something with a sentence, most first."""
        wanted = {lang: self.vocabulary.look_up(sentence, lang) for lang in {q.passage.document.language for q in quotes}}
        values = {reading for number in facts(sentence).numbers for reading in number.readings}
        found, own = [], terms_of(sentence)
        for quote in quotes:
            text = quote.sentence.text
            share = covered(wanted[quote.passage.document.language], terms_of(text))
            # The vocabulary leaves out much of what two sentences of one language may share.
            share = max(share, len(own & terms_of(text)) / max(1, len(own)))
            known = {reading for number in facts(text).all_numbers for reading in number.readings} if values else set()
            score = share + len(values & known) / max(1, len(values))
            if score:
                found.append(_Ranked(quote, share, score + _CITED * (quote.number in cited)))
        return sorted(found, key=lambda each: -each.score)[: 2 * _PAIRED]


@dataclass(frozen=True, slots=True)
class _Ranked:
    quote: Quote
    share: float
    """Of the sentence's words, by weight, that the quote has, 0 to 1."""
    score: float


def _couples(sentence: str, ranked: Sequence[_Ranked]) -> list[tuple[Quote, ...]]:
    """Return pairs of the nearest quotes, without those that say otherwise."""
    near = [each.quote for each in ranked[:_PAIRED] if not clashes(sentence, each.quote.sentence.text)]
    return list(combinations(near, 2))


def struck(sentence: str, asked: Language, reason: str, text: str = "") -> Struck:
    """Return a struck sentence with the reason in the asker's language; addresses in it are not repeated."""
    shown = LINK.sub("…", sentence)[:_SHOWN]
    return Struck(shown, phrases(asked)[reason].format(text=LINK.sub("…", text)[:_SHOWN]))


def unfit(sentence: str, asked: Language) -> str:
    """Name what rules a sentence out whatever the sources say, empty if nothing does."""
    if _MARKUP.search(sentence) or _ENCODED.search(sentence):
        return "struck_markup"
    if LINK.search(sentence):
        # Sources have their links beside them; one in the text could carry away what was asked.
        return "struck_link"
    return "struck_language" if foreign(sentence, asked) else ""


def foreign(sentence: str, asked: Language) -> bool:
    """Whether a sentence is not in the asker's language; names alone are in any."""
    if asked == "ja":
        return not _JAPANESE.search(sentence) and sum(word.islower() for word in _WORD.findall(sentence)) >= _FEW
    letters = _LETTER.findall(sentence)
    return any(ord(letter) > _LATIN for letter in letters) and _share(letters) > _FOREIGN


_FEW = 3
# Above it stand neither Latin nor, but for names, what English uses.
_LATIN = 0x24F
_FOREIGN = 0.2


def _share(letters: Sequence[str]) -> float:
    return sum(ord(letter) > _LATIN for letter in letters) / len(letters)


def _joined(quotes: tuple[Quote, ...]) -> str:
    return " ".join(quote.sentence.text for quote in sorted(quotes, key=lambda quote: quote.sentence.start))
