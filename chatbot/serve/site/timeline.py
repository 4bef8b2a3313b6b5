"""Works by date as a drawing: a mark each, one above the other where they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor

from chatbot.serve.site.library import Work, address, moment
from chatbot.serve.site.marks import COUNT, dot, legend
from chatbot.serve.site.words import Said
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.words import Words
from chatbot.types import Language

WIDTH = 1120
_SIDE = 28
# The distance of two marks that can be told apart and hit apart.
_PITCH = 25
_FOOT = 34
_BARS = 160
# With more marks than this a drawing tells less than one of the years does.
_MANY = 240
_TICKS = 12


def timeline(works: Sequence[Work], language: Language, said: Said, words: Words) -> str:
    """Draw the works that have a date; nothing if none has.

    Args:
        works: Which ones.
        language: A mark leads to the document in this language where there is one.
        said: Texts of the page.
        words: Names of the kinds.
    """
    dated = sorted(((at, work) for work in works if (at := moment(work.date)) is not None), key=lambda each: each[0])
    if not dated:
        return ""
    first, last = floor(dated[0][0]), max(floor(dated[-1][0]) + 1, floor(dated[0][0]) + 1)
    axis = Axis(first, last)
    if len(dated) > _MANY:
        return _bars(Counter(floor(at) for at, _ in dated), axis, said)
    kinds = kinds_of(works)
    levels = _levels([axis.x(at) for at, _ in dated])
    height = _FOOT + _PITCH * (max(levels) + 1) + 8
    dots = []
    for (at, work), level in zip(dated, levels, strict=True):
        document = work.reads(language)
        label = " · ".join(filter(None, (work.date, words.kinds.get(work.kind, work.kind), document.title or words.untitled)))
        place = (axis.x(at), height - _FOOT - _PITCH * level - 15)
        dots.append(dot(address(document.path), label, place, kinds.index(work.kind)))
    named = [words.kinds.get(kind, kind) or said["no_kind"] for kind in kinds]
    drawn = drawing("timeline", height, axis.drawn(height - _FOOT) + "".join(dots), (said["timeline"], axis.told(said)))
    return drawn + (legend(named[:COUNT]) if any(kinds) else "")


class Axis:
    """Years from left to right."""

    def __init__(self, first: int, last: int, left: float = _SIDE, right: float = WIDTH - _SIDE) -> None:
        self.first, self.last, self._left, self._right = first, last, left, right

    def x(self, at: float) -> float:
        """Return where a moment stands."""
        return self._left + (at - self.first) / (self.last - self.first) * (self._right - self._left)

    def drawn(self, base: float) -> str:
        """Draw the line at the height `base`, with as many years as have room."""
        step = max(1, ceil((self.last - self.first) / _TICKS))
        parts = [f'<path class="axis" d="M{self._left},{base}H{self._right}"/>']
        for year in range(self.first, self.last + 1, step):
            parts.append(f'<path class="axis" d="M{self.x(year):.1f},{base}v7"/>')
            if year < self.last:
                middle = self.x(min(year + step / 2, self.last)) if step == 1 else self.x(year)
                anchor = "middle" if step == 1 else "start"
                parts.append(f'<text class="tick" x="{middle:.1f}" y="{base + 24}" text-anchor="{anchor}">{year}</text>')
        return "".join(parts)

    def told(self, said: Said) -> str:
        """Say in words what is drawn."""
        return said["timeline_text"].format(first=self.first, last=self.last - 1)


def kinds_of(works: Sequence[Work]) -> list[str]:
    """Return the kinds of works, the most frequent first, those without one last."""
    counted = Counter(work.kind for work in works)
    return sorted(counted, key=lambda kind: (not kind, -counted[kind], kind))


def drawing(name: str, height: float, inner: str, told: tuple[str, str]) -> str:
    """Return a drawing that can be scrolled where it is wider than the page.

    Args:
        name: Of its class.
        height: In pixels.
        inner: What is drawn.
        told: Its title and what it shows, for those who hear it.
    """
    title, text = map(safe, told)
    return (
        f'<div class="plot" tabindex="0" role="group" aria-label="{title}">'
        f'<svg class="{name}" width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" role="group"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-text">'
        f'<title id="{name}-title">{title}</title><desc id="{name}-text">{text}</desc>{inner}</svg></div>'
    )


def _levels(places: Sequence[float]) -> list[int]:
    """Give each place the lowest level on which it stands clear of the ones before it."""
    ends: list[float] = []
    levels = []
    for x in places:
        level = next((at for at, end in enumerate(ends) if x - end >= _PITCH), len(ends))
        ends[level : level + 1] = [x]
        levels.append(level)
    return levels


def _bars(counts: Counter[int], axis: Axis, said: Said) -> str:
    most, height = max(counts.values()), _BARS + _FOOT + 24
    base, parts = height - _FOOT, []
    width = max(2.0, axis.x(axis.first + 1) - axis.x(axis.first) - 2)
    for year, count in sorted(counts.items()):
        label = safe(said.count("year_count", count, year=str(year)))
        left, tall = axis.x(year), max(3.0, _BARS * count / most)
        parts.append(
            f'<a class="bar" href="/corpus?year={year}" aria-label="{label}"><title>{label}</title>'
            f'<rect class="hit" x="{left:.1f}" y="10" width="{width:.1f}" height="{base - 10}"/>'
            f'<rect class="mark k0" x="{left + 1:.1f}" y="{base - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"/></a>'
        )
    return drawing("timeline", height, axis.drawn(base) + "".join(parts), (said["timeline"], said["timeline_bars"]))
