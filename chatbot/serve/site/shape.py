"""Items to nested lists, rows to a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, or what it goes on to say."""

    depth: int
    """Larger ones are nested in smaller ones; only the order of depths counts."""
    ordered: bool
    number: int | None
    html: str
    lang: str
    """Attribute, with a space before it; empty if that of the document."""
    more: bool = False
    """Whether it belongs to the item before."""
    bare: bool = False
    """Whether it begins with a number or sign of its own, which takes the place of a bullet."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    cells: tuple[str, ...]
    heads: tuple[bool, ...]
    """Whether each of them is a heading."""
    id: str
    ruled: bool
    """Whether a rule under it makes it the first row of a table."""


def listed(items: Sequence[Item]) -> str:
    """Return items as nested lists; nothing if there are none."""
    parts: list[str] = []
    open_lists: list[tuple[int, str]] = []
    for item in items:
        if item.more and open_lists:
            parts.append(f"<p{item.lang}>{item.html}</p>")
            continue
        tag = "ol" if item.ordered else "ul"
        while len(open_lists) > 1 and item.depth < open_lists[-1][0]:
            parts.append(f"</li></{open_lists.pop()[1]}>")
        if open_lists and item.depth <= open_lists[-1][0]:
            parts.append("</li>")
            if open_lists[-1][1] != tag:
                parts.append(f"</{open_lists.pop()[1]}>")
                parts.append(_opened(tag, item, open_lists))
        else:
            parts.append(_opened(tag, item, open_lists))
        value = f' value="{item.number}"' if item.number is not None else ""
        parts.append(f"<li{value}{item.lang}>{item.html}")
    parts += [f"</li></{tag}>" for _, tag in reversed(open_lists)]
    return "".join(parts)


def _opened(tag: str, item: Item, open_lists: list[tuple[int, str]]) -> str:
    open_lists.append((item.depth, tag))
    return f'<{tag} class="bare">' if item.bare else f"<{tag}>"


def tabled(rows: Sequence[Row]) -> str:
    """Return rows as tables, a new one wherever a rule stands under a row; nothing if there are none."""
    return "".join(_table(group) for group in _tables(rows))


def _tables(rows: Sequence[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if row.ruled and group:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _table(rows: list[Row]) -> str:
    body = "".join(_row(row) for row in rows)
    return f'<div class="wide" tabindex="0" role="group"><table><tbody>{body}</tbody></table></div>'


def _row(row: Row) -> str:
    heads = [*row.heads, *(False,) * len(row.cells)]
    scope = "col" if all(row.heads) else "row"
    cells = "".join(
        f'<th scope="{scope}">{cell}</th>' if head and cell else f"<td>{cell}</td>"
        for cell, head in zip(row.cells, heads, strict=False)
    )
    mark = f' class="s" id="{row.id}"' if row.id else ""
    return f"<tr{mark}>{cells}</tr>"
