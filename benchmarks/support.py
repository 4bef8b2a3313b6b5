"""How well the check on every sentence tells true from false: caught alterations, struck true sentences, milliseconds.

    python benchmarks/support.py [--sentences 400] [--seed 0]

True sentences are those of the bundled documents, as they stand, reworded by rule, and said by the document's twin in the
other language. False ones have one number, date, name or negation altered. Each is checked against the passage it stands
in and two others, first by the exact checks alone, then with the judge.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot import language, open_chatbot
from chatbot.answer.check import Checker, Quote, Supported
from chatbot.facts import contradicts, facts
from chatbot.pipeline import Chatbot
from chatbot.protocols import Judge
from chatbot.train.alter import KINDS
from chatbot.types import Language, Passage, Sentence

_MONTHS = "January February March April May June July August September October November December".split()
_OTHERS = 2
# Links and code are struck whatever they say; they are no part of what is measured.
_UNFIT = re.compile(r"https?://|[<>{}`@]|doi|DOI|\w\.(?:com|org|co)\b")


class Lenient:
    """A judge that has no objection: what it lets pass, the exact checks let pass."""

    def support(self, couples: Sequence[tuple[str, str]]) -> list[float]:
        """Return certainty."""
        return [1.0] * len(couples)


@dataclass(frozen=True)
class Case:
    """A claim, what it is checked against, and what should come of it."""

    kind: str
    claim: str
    quotes: tuple[Quote, ...]
    true: bool
    asked: Language


def cases(bot: Chatbot, wanted: int, draw: random.Random) -> Iterator[Case]:
    """Yield what is to be checked."""
    places = [(p, s) for p in bot.passages for s in p.sentences if s.kind in ("prose", "item") and len(s.text) > 20]
    pools = {lang: _names(bot, lang) for lang in ("en", "ja")}
    places = [each for each in places if not _UNFIT.search(each[1].text)]
    for passage, sentence in draw.sample(places, min(wanted, len(places))):
        asked = passage.document.language
        beside = draw.sample([p for p in bot.passages if p.document.language == asked and p is not passage], _OTHERS)
        quotes = tuple(_quotes([passage, *beside]))
        yield Case("true, verbatim", sentence.text, quotes, True, asked)
        for reworded in {_reworded(sentence.text)} - {sentence.text}:
            yield Case("true, reworded", reworded, quotes, True, asked)
        for kind, false in _false(sentence.text, asked, pools[asked], draw):
            yield Case(kind, false, quotes, False, asked)
    yield from _crossed(bot, wanted, draw)


def _quotes(passages: Sequence[Passage]) -> Iterator[Quote]:
    for number, passage in enumerate(passages, 1):
        yield from (Quote(number, passage, each) for each in passage.sentences if each.kind != "heading")


def _false(text: str, asked: Language, pool: Sequence[str], draw: random.Random) -> Iterator[tuple[str, str]]:
    others = draw.sample(pool, min(12, len(pool)))
    made = {
        "number": KINDS["number"](text, asked, others, draw),
        "date": _other_date(text, draw),
        "name": _other_name(text, others, draw),
        "negation": KINDS["negation"](text, asked, others, draw),
    }
    yield from ((kind, false) for kind, false in made.items() if false and false != text)


def _other_date(text: str, draw: random.Random) -> str | None:
    """Change the year, the month or the day of one date."""
    dates = [date for date in facts(text).dates if date.text in text]
    if not dates:
        return None
    written = draw.choice(dates).text
    parts = list(re.finditer(rf"\d+|{'|'.join(_MONTHS)}", written))
    part = draw.choice(parts)
    if part.group() in _MONTHS:
        other = draw.choice([month for month in _MONTHS if month != part.group()])
    else:
        other = str(int(part.group()) + draw.choice([1, 2, 3]))
    changed = written[: part.start()] + other + written[part.end() :]
    return text.replace(written, changed, 1) if facts(changed).dates else None


def _other_name(text: str, others: Sequence[str], draw: random.Random) -> str | None:
    own = [name.text for name in facts(text).names if name.sure and name.text in text]
    free = [name for name in others if name.lower() not in text.lower()]
    if not own or not free:
        return None
    return text.replace(draw.choice(own), draw.choice(free), 1)


def _names(bot: Chatbot, asked: Language) -> list[str]:
    found: Counter[str] = Counter()
    for passage in bot.passages:
        if passage.document.language == asked:
            found.update(name.text for name in facts(passage.text).names if name.sure and len(name.text) > 2)
    return sorted(name for name, times in found.items() if times > 1)


_REWORDINGS: tuple[tuple[str, str], ...] = (
    (r"\b(\d+(?:\.\d+)?) ?%", r"\1 percent"),
    (r"(\d)%", r"\1パーセント"),
    (rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}}), (\d{{4}})", r"\2 \1 \3"),
    (r",? according to [^,.]*(?=\.$)", ""),
    (r"\bis not\b", "isn't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\bsays that\b", "states that"),
    (r"\bmore than\b", "over"),
    (r"と、[^、。]*は述べています。$", "。"),
    (r"しています。$", "している。"),
    (r"されています。$", "されている。"),
    (r"ました。$", "たのです。"),
    (r"超", "を超える数"),
)  # fmt: skip


def _reworded(text: str) -> str:
    """Say the same in another shape: figures, dates, contractions, endings, and without who said it."""
    for pattern, other in _REWORDINGS:
        text = re.sub(pattern, other, text)
    return text


def _crossed(bot: Chatbot, wanted: int, draw: random.Random) -> Iterator[Case]:
    """Yield sentences of documents against the passages of their twins in the other language, true and altered."""
    couples = list(_twins(bot))
    for passage, twin in draw.sample(couples, min(wanted // 2, len(couples))):
        quotes, asked = tuple(_quotes([twin])), passage.document.language
        for sentence in [each for each in passage.sentences if _tells_figures(each)][:2]:
            yield Case("true, other language", sentence.text, quotes, True, asked)
            made = {"number": KINDS["number"](sentence.text, asked, [], draw), "date": _other_date(sentence.text, draw)}
            for kind, false in made.items():
                if false and false != sentence.text:
                    yield Case(f"{kind}, other language", false, quotes, False, asked)


def _twins(bot: Chatbot) -> Iterator[tuple[Passage, Passage]]:
    """Yield passages that say the same: those at the same place of two documents that were cut into as many."""
    by_slug: dict[tuple[str, Language], list[Passage]] = {}
    for passage in bot.passages:
        slug = passage.document.path.removesuffix(f".{passage.document.language}.md")
        by_slug.setdefault((slug, passage.document.language), []).append(passage)
    for (slug, lang), passages in by_slug.items():
        twins = by_slug.get((slug, "ja" if lang == "en" else "en"), [])
        if len(twins) == len(passages):
            yield from ((p, t) for p, t in zip(passages, twins, strict=True) if len(p.sentences) == len(t.sentences))


def _tells_figures(sentence: Sentence) -> bool:
    found = facts(sentence.text)
    return sentence.kind in ("prose", "item") and bool(found.numbers or found.dates) and not _UNFIT.search(sentence.text)


def measure(checker: Checker, found: Sequence[Case]) -> tuple[dict[str, dict[str, float]], float, list[Case]]:
    """Return by kind how many were struck, the milliseconds a sentence took at the median, and what went wrong."""
    counts: dict[str, list[int]] = {}
    wrong, times = [], []
    for case in found:
        start = time.perf_counter()
        verdict = checker.check(case.claim, {1}, case.quotes, case.asked)
        times.append(1000 * (time.perf_counter() - start))
        struck = not isinstance(verdict, Supported)
        counts.setdefault(case.kind, []).append(struck)
        if struck == case.true:
            wrong.append(case)
    table = {kind: {"n": len(rows), "struck_percent": round(100 * sum(rows) / len(rows), 1)} for kind, rows in counts.items()}
    return table, sorted(times)[len(times) // 2], wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the check on every sentence.")
    parser.add_argument("--sentences", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="how many wrong verdicts to print")
    parser.add_argument("--exact", action="store_true", help="leave the judge out")
    given = parser.parse_args()
    bot = open_chatbot()
    found = list(cases(bot, given.sentences, random.Random(given.seed)))
    assert bot.judge is not None
    judges: dict[str, Judge] = {"exact checks alone": Lenient()} | ({} if given.exact else {"with the judge": bot.judge})
    for name, judge in judges.items():
        table, median, wrong = measure(Checker(judge, bot.vocabulary), found)
        print(json.dumps({"checked": name, "milliseconds_a_sentence": round(median, 2), **table}, indent=1))
        for case in wrong[: given.show]:
            faults = [contradicts(case.claim, quote.sentence.text, quote.context) for quote in case.quotes]
            terms = language.terms_of(case.claim)
            nearest = max(case.quotes, key=lambda quote: len(terms & language.terms_of(quote.sentence.text)))
            print(f"{case.kind}\n  {case.claim}\n  {nearest.sentence.text}\n  {min(faults, key=len)}")


if __name__ == "__main__":
    main()
