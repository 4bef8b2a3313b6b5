"""What can be done with an answer, as HTML: buttons that the page's script gives their meaning."""

from __future__ import annotations

from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.words import Words

# Drawn by hand on a grid of 20.
_THUMB = "M6.5 17V8.5L10 2.5c1.4 0 2.2 1 2 2.4L11.5 8h4c1.1 0 1.9 1 1.6 2.1l-1.5 5.6c-.2.8-.9 1.3-1.7 1.3zM6.5 8.5H3V17h3.5"


def actions_html(said: Words) -> str:
    """Render the buttons under an answer; which of them are shown depends on the answer's state."""
    buttons = (("copy", said.copy), ("share", said.share), ("edit", said.edit), ("again", said.again))
    named = "".join(f'<button type="button" class="act {name}">{safe(label)}</button>' for name, label in buttons)
    thumbs = _thumb("up", said.helpful) + _thumb("down", said.unhelpful)
    return (
        f'<div class="actions" role="group" aria-label="{safe(said.actions)}">{named}'
        f'<span class="rate" role="group" aria-label="{safe(said.rate)}">{thumbs}</span></div>'
    )


def _thumb(way: str, label: str) -> str:
    return (
        f'<button type="button" class="act thumb {way}" aria-pressed="false" aria-label="{safe(label)}" title="{safe(label)}">'
        f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{_THUMB}"></path></svg></button>'
    )
