"""A writer's stream to whole sentences with the numbers of their sources, whatever shape the marks have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from chatbot import language


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a writer gave it, its marks taken out."""

    text: str
    numbers: tuple[int, ...]
    """Of the sources that it names, in order, each once."""
    item: bool = False
    """Whether it stands in a list."""
    breaks: bool = False
    """Whether it starts on a line of its own."""


_NUMBER = r"\d{1,3}"
_LIST = rf"{_NUMBER}(?:\s*(?:[,、，;；・&-]|[–—~〜～]|and|と|および|及び)\s*(?:\[?\^?)?{_NUMBER})*"
_WORD = r"(?:[Ss]ources?|[Cc]itations?|[Rr]ef(?:erence)?s?\.?|[Dd]oc(?:ument)?s?\.?|出典|資料|文献|参照|引用|ソース)"
_NAMED = rf"{_WORD}\s*(?:番号)?\s*[:：#]?\s*"
_INSIDE = rf"\s*\^?\s*(?:{_NAMED})?({_LIST})\s*(?:[:：;,†‡|｜][^\]］】\n]{{0,80}})?"
_MARK = re.compile(
    rf"[\[［【〔]{{1,2}}{_INSIDE}[\]］】〕]{{1,2}}(?:\([^)\s]{{0,200}}\))?"
    rf"|[(（]\s*(?:see |cf\.? |参照)?{_NAMED}({_LIST})\s*[)）]"
    rf"|[(（]({_LIST})[)）](?=\s*(?:[.。．!?！？]|$))"
    rf"|(?<![\w々]){_NAMED}({_LIST})(?=\s*(?:[.。．]|$))|出典\s*[:：]?\s*({_LIST})(?!\d|つ|件|の)"
    rf"|<sup>\s*\[?({_LIST})\]?\s*</sup>|\\cite\{{({_LIST})\}}"
    r"|(?<![\d⁰¹²³⁴-⁹])(?<!m)([⁰¹²³⁴-⁹]+(?:[,⁻˒]\s?[⁰¹²³⁴-⁹]+)*)"
)
# «According to source 1, …», 「[1]によると、」: without the number the phrase says nothing.
_BY = re.compile(
    rf"(?:(?:[Aa]ccording to|[Aa]s (?:stated|noted|described|mentioned) in|[Aa]s per|[Pp]er|[Ii]n)\s+(?:the )?"
    rf"(?:[\[【(]{_INSIDE}[\]】)]|{_NAMED}({_LIST}))\s*,?\s*)"
    rf"|(?:[\[［【(（]{_INSIDE}[\]］】)）]|{_NAMED}({_LIST}))(?:によると|によれば|では|には)、?\s*"
)
# What may become a mark when more has come.
_OPEN = re.compile(rf"(?:<sup>[^\n]{{0,20}}|[\[［【〔(（<\\][^\]］】〕)）>}}\n]{{0,90}}|(?:{_NAMED})[\d,、 -]*|[⁰¹²³⁴-⁹]+|\s)$")
_BETWEEN = re.compile(r"\s*(?:[,、，;；&]|and|と)\s*")
_PREFIX = re.compile(r"\s*(?:(?P<item>[-*•・+]|\(?\d{1,2}[.)](?=\s))\s*|#{1,6}\s+|>\s*)?")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`")
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?。、])")
# So much of the next sentence must be there for the end of this one to be sure: 「？」 may go on with 「という」.
_AHEAD = 4
_MOST = 20
_RANGE = re.compile(r"(\d+)(?:\s*[-–—~〜～]\s*\[?\^?(\d+))?")


def sentences(pieces: Iterable[str], known: Collection[int]) -> Iterator[Written]:
    """Yield each sentence as soon as it is whole.

    Args:
        pieces: The stream, cut anywhere.
        known: The numbers that there are; others are dropped.
    """
    reader = _Reader(frozenset(known))
    for piece in pieces:
        yield from reader.read(piece)
    yield from reader.rest()


class _Reader:
    def __init__(self, known: frozenset[int]) -> None:
        self._known = known
        self._buffer = ""
        self._breaks = False
        # Whether what is in the buffer begins a line; only there a dash or a «>» is no part of a sentence.
        self._opens = True
        self._leads: bool | None = None

    def read(self, piece: str) -> Iterator[Written]:
        self._buffer += piece.replace("\0", "")
        while "\n" in self._buffer:
            line, _, rest = self._buffer.partition("\n")
            self._buffer = line
            yield from self._whole_line()
            self._buffer, self._breaks, self._opens = rest, True, True
        if not _OPEN.search(self._buffer):
            yield from self._sure()

    def rest(self) -> Iterator[Written]:
        yield from self._whole_line()

    def _whole_line(self) -> Iterator[Written]:
        line = _marked(self._buffer, self._known)
        yield from self._told(line, line.spans)
        self._buffer = ""

    def _sure(self) -> Iterator[Written]:
        """Take the sentences that nothing further can change."""
        line = _marked(self._buffer, self._known)
        spans = line.spans
        # The last may go on, and too little of it must not decide where the one before it ends.
        ahead = len(line.text[spans[-1][0] :].strip("\0 \t")) if spans else 0
        spans = spans[: -1 if ahead >= _AHEAD else -2]
        if spans:
            # What stands between the last of these and the next belongs to whichever the writer's habit says.
            yield from self._told(line, spans)
            self._buffer, self._opens = self._buffer[line.origins[line.after(spans[-1][1], self._leads)] :], False

    def _told(self, line: _Line, spans: list[tuple[int, int]]) -> Iterator[Written]:
        for start, end in spans:
            opens = self._opens and not line.text[:start].strip("\0 \t")
            prefix = _PREFIX.match(line.text[start:end]) if opens and start < end else None
            begin = start + (prefix.end() if prefix else 0)
            text = _cleaned(line.text[begin:end])
            # «According to [1], models grew» has lost its opening.
            text = text[:1].upper() + text[1:] if "\0" in line.text[line.before(start) : start] else text
            leading, own = line.numbers(line.before(start), line.words(begin, end)), line.numbers(line.words(begin, end), end)
            if not any(char.isalnum() for char in text):
                continue
            if self._leads is None:
                self._leads = bool(leading) and not own
            numbers = (*leading, *own) if self._leads else (*own, *line.numbers(end, line.after(end, False)))
            if not self._leads and begin == line.words(0, end):
                numbers = (*leading, *numbers)
            yield Written(text, tuple(dict.fromkeys(numbers)), bool(prefix and prefix.group("item")), self._breaks)
            self._breaks = False


@dataclass(frozen=True)
class _Line:
    """A line with a NUL in the place of each mark."""

    text: str
    marks: list[tuple[int, ...]]
    origins: list[int]
    """Where each character of `text` stands in the line as it came; one more for the end."""

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [span for span in language.sentences(self.text) if self.text[slice(*span)].strip("\0 ")]

    def numbers(self, start: int, end: int) -> tuple[int, ...]:
        first = self.text.count("\0", 0, start)
        return tuple(number for mark in self.marks[first : first + self.text.count("\0", start, end)] for number in mark)

    def words(self, start: int, end: int) -> int:
        """Return where the first words after `start` begin."""
        while start < end and self.text[start] in "\0 \t":
            start += 1
        return start

    def before(self, start: int) -> int:
        """Return where the marks that lead up to `start` begin."""
        while start > 0 and self.text[start - 1] in "\0 \t":
            start -= 1
        return start

    def after(self, end: int, leads: bool | None) -> int:
        """Return where the marks that follow `end` stop, or `end` where marks lead their sentences."""
        return end if leads else self.words(end, len(self.text))


def _marked(line: str, known: frozenset[int]) -> _Line:
    text, at = "", 0
    marks: list[tuple[int, ...]] = []
    origins: list[int] = []
    for start, end, numbers in _found(line, known):
        # «[1], [2]»: what parts two marks goes with them.
        at = start if marks and _BETWEEN.fullmatch(line, at, start) else at
        text += line[at:start] + "\0"
        origins += range(at, start + 1)
        marks.append(numbers)
        at = end
    return _Line(text + line[at:], marks, [*origins, *range(at, len(line) + 1)])


def _found(line: str, known: frozenset[int]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    taken = 0
    for match in sorted([*_BY.finditer(line), *_MARK.finditer(line)], key=lambda match: (match.start(), -match.end())):
        listed = next((group for group in match.groups() if group), "")
        if match.start() >= taken and listed:
            yield match.start(), match.end(), _numbers(listed, known)
            taken = match.end()


def _numbers(listed: str, known: frozenset[int]) -> tuple[int, ...]:
    plain = unicodedata.normalize("NFKC", listed).replace("\u2212", "-").replace("˒", ",")
    raised = listed != plain and plain.isdecimal() and not set(listed) & set("０１２３４５６７８９")
    if raised and int(plain) not in known:
        # ¹² may be 12, or 1 and 2.
        return tuple(int(digit) for digit in plain if int(digit) in known)
    found: list[int] = []
    for first, last in _RANGE.findall(plain):
        start, end = int(first), int(last or first)
        found += range(start, min(end, start + _MOST) + 1)
    return tuple(number for number in dict.fromkeys(found) if number in known)


def _cleaned(text: str) -> str:
    shown = "".join(char for char in _EMPHASIS.sub("", text) if char.isspace() or unicodedata.category(char)[0] != "C")
    return _SPACE_BEFORE.sub("", " ".join(shown.split()))
