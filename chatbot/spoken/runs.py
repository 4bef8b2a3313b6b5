"""One text to what each voice says of it: Japanese by a Japanese voice, English by an English one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chatbot import language as languages
from chatbot.spoken import english, japanese
from chatbot.spoken.marks import plain
from chatbot.types import Language

Piece = tuple[str, Language]
_KANA = r"\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f々"
# Japanese inside English: a quotation, or from the first Japanese letter to the last with what stands between.
_JAPANESE = re.compile(rf"[「『][^」』\n]*[」』]|[{_KANA}](?:[{_KANA}、。！？「」『』\d%A-Za-z・()〜 ]*[{_KANA}。！？」』])?")
_LETTER = re.compile(rf"[A-Za-z\u00c0-\u024f{_KANA}]")
_PAUSES: dict[Language, dict[str, str]] = {
    "en": {"、": ", ", "。": ". ", "！": "! ", "？": "? ", ",": ", ", ".": ". "},
    "ja": {",": "、", ".": "。", "、": "、", "。": "。"},
}
_END: dict[Language, str] = {"en": ".", "ja": "。"}
_ENDED = re.compile(r"[.!?。！？]\W*$")


@dataclass(frozen=True, slots=True)
class Run:
    """What one voice says in one go."""

    text: str
    """Words, and commas and stops for pauses; no digit, sign, address or markup."""
    language: Language


def spoken(text: str, language: Language) -> tuple[Run, ...]:
    """Return a text as one hears it, in order; neighbours are of different languages.

    Args:
        text: A sentence or several, with whatever citation marks and Markdown they were written with.
        language: That of the text as a whole.
    """
    lines = plain(text, language).split("\n")
    pieces: list[Piece] = []
    for at, line in enumerate(lines):
        found = [piece for piece in _pieces(line, language) if piece[0]]
        # Headings and items end like sentences where something follows them, or stands before.
        if found and len(lines) > 1 and not _ENDED.search(found[-1][0]):
            last, spoken_in = found[-1]
            found[-1] = (last.rstrip(",、 ") + _END[spoken_in], spoken_in)
        pieces += found
        if at + 1 < len(lines) and found and found[-1][1] == "en":
            pieces[-1] = (pieces[-1][0] + " ", "en")
    return tuple(_joined(pieces))


def aloud(text: str, language: Language) -> str:
    """Return the runs of a text as one, for a voice that takes the whole."""
    said = ""
    for run in spoken(text, language):
        gap = " " if said and language == "en" else ""
        said += gap + run.text
    return said


def _joined(pieces: Iterable[Piece]) -> Iterator[Run]:
    said = ""
    before: Language | None = None
    for text, spoken_in in pieces:
        if before is not None and not _LETTER.search(text):
            # A pause between two English names of a Japanese list.
            said += _PAUSES[before].get(text.strip(), "")
            continue
        if before is not None and spoken_in != before:
            yield from _run(said, before)
            said = ""
        said, before = said + text, spoken_in
    if before is not None:
        yield from _run(said, before)


def _run(said: str, spoken_in: Language) -> Iterator[Run]:
    said = re.sub(r" {2,}", " ", said).strip()
    if _LETTER.search(said):
        yield Run(said, spoken_in)


def _pieces(line: str, language: Language) -> Iterator[Piece]:
    if language == "en":
        yield from _from_english(line)
        return
    for start, end in languages.sentences(line):
        sentence = line[start:end]
        if re.search(rf"[{_KANA}]", sentence) or japanese.readable(sentence):
            yield from _from_japanese(sentence)
        else:
            yield english.said(sentence), "en"


def _from_japanese(sentence: str) -> Iterator[Piece]:
    for text, spoken_in in japanese.said(sentence):
        yield (english.said(text) if spoken_in == "en" else text), spoken_in


def _from_english(line: str) -> Iterator[Piece]:
    start = 0
    for match in _JAPANESE.finditer(line):
        if re.search(rf"[{_KANA}]", match.group()):
            yield english.said(line[start : match.start()]) + " ", "en"
            yield from _from_japanese(match.group())
            start = match.end()
    yield english.said(line[start:]), "en"
