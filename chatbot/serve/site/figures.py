"""The counts that change over time, read from the sentences that state them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from chatbot.serve.site.library import Library, moment
from chatbot.types import Document, Language, Sentence

# Smaller numbers of a text count other things.
_LEAST = 1000
_NAME = "figures"
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Figure:
    """One count, as one sentence states it."""

    series: str
    """What is counted: a key of `series` in the words of the pages."""
    value: int
    date: str
    """ISO, as exact as the sentence has it."""
    over: bool
    """Whether the sentence says that there were more."""
    document: Document
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class _Rules:
    heading: re.Pattern[str]
    date: re.Pattern[str]
    over: re.Pattern[str]
    between: re.Pattern[str]
    shapes: tuple[re.Pattern[str], ...]
    scales: Mapping[str, int]
    nouns: Mapping[str, re.Pattern[str]]


def figures(library: Library, language: Language) -> tuple[Figure, ...]:
    """Return the counts that the document named «figures» states, by series and date; none without such a document.

    The document in the given language is read if it is there. A count that two sentences state alike is given once.
    """
    named = [each for path, each in library.documents.items() if PurePosixPath(path).name.split(".")[0] == _NAME]
    if not named:
        return ()
    document = next((each for each in named if each.language == language), named[0])
    rules = _rules(document.language)
    found: dict[tuple[str, int, str], Figure] = {}
    under = [each for each in library.passages[document.path] if each.headings and rules.heading.search(each.headings[-1])]
    for sentence in (sentence for passage in under for sentence in passage.sentences if sentence.kind != "heading"):
        for figure in _stated(document, sentence, rules):
            found.setdefault((figure.series, figure.value, figure.date), figure)
    return tuple(
        sorted(found.values(), key=lambda each: (list(rules.nouns).index(each.series), moment(each.date) or 0, each.value))
    )


def _stated(document: Document, sentence: Sentence, rules: _Rules) -> Iterator[Figure]:
    text = sentence.text
    spans = rules.between.search(text)
    for shape in rules.shapes:
        for match in shape.finditer(text):
            series = next(name for name, noun in rules.nouns.items() if noun.fullmatch(match["noun"]))
            over = bool(rules.over.search(text[: match.start("value")]) or match.groupdict().get("over"))
            values = [_value(match["value"], match["scale"], rules)]
            if "value2" in match.groupdict():
                values.append(_value(match["value2"], match["scale2"], rules))
            dates = _ends(spans) if len(values) > 1 and spans else [_date(text, match.start("value"), rules)] * len(values)
            for value, date in zip(values, dates, strict=True):
                if value >= _LEAST and date:
                    yield Figure(series, value, date, over, document, sentence)


def _value(written: str, scale: str | None, rules: _Rules) -> int:
    total, rest = 0.0, written.replace(",", "")
    # 「71万1000」 has its scale inside.
    for sign, factor in sorted(rules.scales.items(), key=lambda each: -each[1]):
        head, found, tail = rest.partition(sign)
        if found:
            total, rest = total + float(head) * factor, tail
    return round(total + float(rest or 0) * rules.scales.get((scale or "").strip(), 1))


def _ends(span: re.Match[str]) -> list[str]:
    return [f"{span['year']}-{_month(span[name]):02}" for name in ("first", "last")]


def _date(text: str, at: int, rules: _Rules) -> str:
    """Return the date nearest before a place, else the first after it; a year is given its month if the text has it."""
    found = [(match.start(), _iso(match)) for match in rules.date.finditer(text)]
    before = [date for start, date in found if start < at]
    nearest = before[-1] if before else next((date for _, date in found), "")
    return next((date for date in before if len(nearest) == 4 and date.startswith(f"{nearest}-")), nearest)


def _iso(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = parts.get("only") or parts["year"]
    if not parts["month"]:
        return str(year)
    return f"{year}-{_month(parts['month']):02}" + (f"-{int(parts['day']):02}" if parts["day"] else "")


def _month(written: str) -> int:
    return int(written) if written.isdigit() else _MONTHS.index(written) + 1


@cache
def _rules(language: Language) -> _Rules:
    said = tomllib.loads((files("chatbot.serve.site") / f"figures.{language}.toml").read_text("utf-8"))
    nouns: dict[str, str] = said["nouns"]
    # The longest first, so that none is cut short.
    any_noun = "|".join(sorted("|".join(nouns.values()).split("|"), key=len, reverse=True)) if language == "ja" else ""
    any_noun = any_noun or "|".join(nouns.values())

    def filled(name: str) -> re.Pattern[str]:
        return re.compile(said[name].replace("NUMBER", said["number"]).replace("NOUN", any_noun))

    heading, date, over, between = (re.compile(said[name]) for name in ("heading", "date", "over", "between"))
    return _Rules(
        heading,
        date,
        over,
        between,
        shapes=tuple(filled(name) for name in ("after", "given", "is", "range")),
        scales=said["scales"],
        nouns={name: re.compile(noun) for name, noun in nouns.items()},
    )
