"""Counts by date as a drawing on a logarithmic scale, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, log10

from chatbot.serve.site.figures import Figure
from chatbot.serve.site.library import address, moment
from chatbot.serve.site.marks import dot, legend
from chatbot.serve.site.timeline import WIDTH, Axis, drawing
from chatbot.serve.site.words import Said
from chatbot.serve.ui.escape import safe
from chatbot.types import Language

_HEIGHT, _TOP, _FOOT = 380, 16, 34
_LEFT, _RIGHT = 24, WIDTH - 190
_LINE = 18
_JA_UNITS = ((10**8, "億"), (10**4, "万"))
_EN_UNITS = ((10**9, " billion"), (10**6, " million"))


def plotted(found: Sequence[Figure], language: Language, said: Said) -> str:
    """Draw the counts of every series that has more than one date; nothing if none has.

    Args:
        found: By series and date.
        language: Of the page.
        said: Texts of the page.
    """
    names = [name for name in dict.fromkeys(each.series for each in found) if _moves(found, name)]
    drawn = [each for each in found if each.series in names]
    if not drawn:
        return ""
    moments = [_at(each) for each in drawn]
    axis = Axis(floor(min(moments)), floor(max(moments)) + 1, 4.5 * _LEFT, _RIGHT)
    scale = _Scale([each.value for each in drawn])
    parts = [scale.drawn(language)]
    ends: list[tuple[float, float, int, str]] = []
    for at, name in enumerate(names):
        places = [(axis.x(_at(each)), scale.y(each.value), each) for each in drawn if each.series == name]
        parts.append(_line(places, at))
        x, y, _ = max(places, key=lambda place: (place[0], -place[1]))
        ends.append((y + 5, x + 16, at, said.series[name]))
    parts += _names(ends)
    for each in drawn:
        label = f"{said.series[each.series]} · {shown_value(each, language, said)} · {each.date} · {each.sentence.text}"
        place = (axis.x(_at(each)), scale.y(each.value))
        parts.append(dot(_source(each), label, place, names.index(each.series)))
    inner = axis.drawn(_HEIGHT - _FOOT) + "".join(parts)
    told = (said["figures"], said["figures_text"])
    return drawing("figures", _HEIGHT, inner, told) + legend([said.series[name] for name in names])


def as_table(found: Sequence[Figure], language: Language, said: Said) -> str:
    """Return the counts as a table, each with the sentence it comes from."""
    heads = "".join(f'<th scope="col">{safe(said[name])}</th>' for name in ("what", "date", "value", "said_by"))
    rows = "".join(
        f"<tr><td>{safe(said.series[each.series])}</td><td>{safe(each.date)}</td>"
        f'<td class="number">{safe(shown_value(each, language, said))}</td>'
        f'<td lang="{each.document.language}"><a href="{safe(_source(each))}">{safe(each.sentence.text)}</a></td></tr>'
        for each in found
    )
    label = safe(said["figures_table"])
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" tabindex="0" role="group" aria-label="{label}">{table}</div>'


def shown_value(figure: Figure, language: Language, said: Said) -> str:
    """Return a count as people write it."""
    written = _number(figure.value, language)
    return said["at_least"].format(value=written) if figure.over else written


def _number(value: int, language: Language) -> str:
    for unit, name in _JA_UNITS if language == "ja" else _EN_UNITS:
        if value >= unit:
            return f"{value / unit:,.2f}".rstrip("0").rstrip(".") + name
    return f"{value:,}"


def _moves(found: Sequence[Figure], name: str) -> bool:
    return len({each.date for each in found if each.series == name}) > 1


def _at(figure: Figure) -> float:
    at = moment(figure.date)
    assert at is not None
    return at


def _source(figure: Figure) -> str:
    return address(figure.document.path, figure.sentence.start, figure.sentence.end)


def _line(places: Sequence[tuple[float, float, Figure]], at: int) -> str:
    """Join each count with the next larger one; what a later source puts lower stands apart."""
    path, most = [], 0
    for x, y, figure in places:
        if figure.value > most:
            path.append(f"{x:.1f},{y:.1f}")
            most = figure.value
    return f'<path class="line t{at}" d="M{"L".join(path)}"/>' if len(path) > 1 else ""


def _names(ends: Sequence[tuple[float, float, int, str]]) -> Iterator[str]:
    """Write the names of the series where their lines end, none over another."""
    free = 0.0
    for y, x, at, text in sorted(ends):
        free = max(free, y)
        yield f'<text class="name t{at}" x="{x:.1f}" y="{free:.1f}">{safe(text)}</text>'
        free += _LINE


class _Scale:
    """Counts from below to above, ten times more at each line."""

    def __init__(self, values: Sequence[int]) -> None:
        self._low, self._high = floor(log10(min(values))), log10(max(values) * 1.5)

    def y(self, value: float) -> float:
        """Return where a count stands."""
        bottom = _HEIGHT - _FOOT
        return bottom - (log10(value) - self._low) / (self._high - self._low) * (bottom - _TOP)

    def drawn(self, language: Language) -> str:
        """Draw a line for each power, named at both ends, as a narrow screen shows one of them."""
        parts = []
        for power in range(self._low, floor(self._high) + 1):
            y, name = self.y(10**power), _number(10**power, language)
            parts.append(f'<path class="grid" d="M{_LEFT},{y:.1f}H{WIDTH - _LEFT}"/>')
            parts.append(f'<text class="tick" x="{_LEFT}" y="{y - 5:.1f}">{name}</text>')
            parts.append(f'<text class="tick" x="{WIDTH - _LEFT}" y="{y - 5:.1f}" text-anchor="end">{name}</text>')
        return "".join(parts)
