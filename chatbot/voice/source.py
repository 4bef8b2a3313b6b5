"""A citation as one says it: «the March 2025 response» instead of «bracket one»."""

from __future__ import annotations

import re

from chatbot.types import Document, Language
from chatbot.voice.phrases import phrases

_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?")


def source(document: Document, language: Language) -> str:
    """Return what a document is called aloud: by its date and what it is, or by its title if it has none."""
    said = phrases(language)
    title = document.title.lower()
    noun = next(noun for word, noun in said.nouns.items() if word in title or word == document.kind)
    date = _DATE.match(document.date)
    if not date:
        return said.undated.format(noun=noun, title=document.title)
    year, month = date.groups()
    if language == "ja":
        return said.dated.format(noun=noun, date=f"{year}年" + (f"{int(month)}月" if month else ""))
    return said.dated.format(noun=noun, date=f"{_MONTHS[int(month) - 1]} {year}" if month else year)
