"""Chosen sentences to the text of an answer, each with its numbered citation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chatbot import language
from chatbot.answer.phrases import phrases
from chatbot.answer.read import Chosen
from chatbot.types import Citation, Cited, Delta, Query


def attach(query: Query, chosen: Sequence[Chosen]) -> Iterator[Delta | Cited]:
    """Yield the answer sentence by sentence, each followed by its citation.

    Items of a list stand on lines of their own. Where a date is asked for and no sentence has one, the document's date
    follows the mark; where sources are in the other language, a last line says so.
    """
    said = phrases(query.language)
    dated = _wants_date(query, chosen)
    before = ""
    for number, found in enumerate(chosen, 1):
        sentence, document = found.sentence, found.passage.document
        start = _gap(before, sentence.kind == "item", document.language == "ja")
        text = f"{start}{sentence.text}[{number}]"
        if dated and document.date:
            text += " " + said["document_date"].format(date=document.date)
        yield Delta(text)
        yield Cited(Citation(number, document, sentence.start, sentence.end))
        before = sentence.kind
    foreign = sum(found.passage.document.language != query.language for found in chosen)
    if foreign:
        name = "other_language" if foreign == len(chosen) else "partly_other_language"
        yield Delta("\n" + said[name])


def _gap(before: str, item: bool, japanese: bool) -> str:
    if not before:
        return "- " if item else ""
    if item:
        return "\n- "
    return "\n" if before == "item" else "" if japanese else " "


def _wants_date(query: Query, chosen: Sequence[Chosen]) -> bool:
    if "date" not in language.wants(query.asked):
        return False
    return not any(language.shows("date", found.sentence.text) for found in chosen)
