"""The shapes that tell kinds apart in a plot, without colour too."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.serve.ui.escape import safe

# Each as a path around (0, 0), alike in weight.
_SHAPES = (
    "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0Z",
    "M-5.5,-5.5H5.5V5.5H-5.5Z",
    "M0,-7L6.5,5H-6.5Z",
    "M0,-7.5L7.5,0L0,7.5L-7.5,0Z",
    "M0,7L6.5,-5H-6.5Z",
    "M-2,-6.5H2V-2H6.5V2H2V6.5H-2V2H-6.5V-2H-2Z",
)
COUNT = len(_SHAPES)


def mark(index: int) -> str:
    """Return the mark of the kind with an index; later kinds share the last one."""
    at = min(index, COUNT - 1)
    return f'<path class="mark k{at}" d="{_SHAPES[at]}"/>'


def dot(href: str, label: str, at: tuple[float, float], index: int) -> str:
    """Return a mark in a plot that leads somewhere; its hit area is as large as a finger wants it.

    Args:
        href: Where it leads.
        label: What it stands for, said and shown on hover.
        at: Its centre, in pixels of the drawing.
        index: Of its kind.
    """
    told = safe(label)
    place = f"translate({at[0]:.1f},{at[1]:.1f})"
    return (
        f'<a class="dot" href="{safe(href)}" aria-label="{told}" transform="{place}">'
        f'<title>{told}</title><circle class="hit" r="12"/>{mark(index)}</a>'
    )


def legend(names: Sequence[str]) -> str:
    """Return the names of kinds, each with its mark, as a list."""
    items = "".join(
        f'<li><svg width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">{mark(at)}</svg>{safe(name)}</li>'
        for at, name in enumerate(names)
    )
    return f'<ul class="legend">{items}</ul>'
