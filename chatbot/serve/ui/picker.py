"""Who writes the answers: what can be chosen, what it costs, and the choosing."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

from chatbot.config import writer_parts
from chatbot.errors import ChatbotError
from chatbot.pipeline import WRITER
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.words import load
from chatbot.serve.writers import Option, Writers
from chatbot.types import Language

Json = dict[str, Any]
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class PickerWords:
    """Every text of this part in one language."""

    button: str
    heading: str
    own: str
    own_cost: str
    model_cost: str
    endpoint_cost: str
    too_big: str
    endpoint: str
    endpoint_form: str
    use: str
    only: str
    loading: str
    now: str
    gigabytes: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor sees of the choosing."""

    chosen: str
    options: tuple[Option, ...]
    endpoints: bool
    """Whether one may be typed in."""
    said: str = ""
    """How far the loading is, what has changed, or what went wrong."""
    going: bool = False
    """Whether a writer is still on its way."""


@cache
def picker_words(language: Language) -> PickerWords:
    """Return the texts of this part in one language."""
    return load(PickerWords, "picker", language)


def picker_html(choice: Choice, language: Language) -> str:
    """Render the button with who writes now, and the panel behind it."""
    told = picker_words(language)
    rows = "".join(f"<li>{_row(option, choice.chosen, told)}</li>" for option in _listed(choice))
    form = (
        f'<form class="endpoint"><label>{safe(told.endpoint)}'
        f'<input name="writer" type="text" maxlength="{_LONGEST}" autocomplete="off" spellcheck="false"'
        f' placeholder="{safe(told.endpoint_form)}"></label><button type="submit">{safe(told.use)}</button></form>'
        if choice.endpoints
        else ""
    )
    alone = f'<p class="label">{safe(told.only)}</p>' if len(choice.options) == 1 else ""
    label = safe(told.button.format(writer=_name(choice.chosen, told)))
    return (
        f'<div class="picker" lang="{language}">'
        f'<button type="button" class="picker-button" popovertarget="writers" aria-haspopup="dialog">{label}</button>'
        f'<div id="writers" class="picker-panel" popover role="dialog" aria-labelledby="writers-heading">'
        f'<h2 id="writers-heading" class="label">{safe(told.heading)}</h2><ul class="writers">{rows}</ul>{form}{alone}</div>'
        "</div>"
    )


def choosing(writers: Writers, wanted: str, before: str, language: Language) -> Generator[Choice, None, None]:
    """Change the writer, yielding what there is to see on the way; the last one has who writes from now on.

    Args:
        writers: Whoever can be chosen.
        wanted: As it came from the browser: anything.
        before: Who writes until then, and still does if the other cannot be had.
        language: Of the page.
    """
    told, name = picker_words(language), _plain(wanted)
    options, endpoints = writers.options(), writers.endpoints
    try:
        writer_parts(name)
        for share in writers.opening(name):
            if share < 1:
                yield Choice(
                    before, options, endpoints, told.loading.format(writer=_name(name, told), n=round(100 * share)), True
                )
    except ChatbotError as error:
        yield Choice(before, options, endpoints, str(error))
        return
    yield Choice(name, writers.options(), endpoints, told.now.format(writer=_name(name, told)))


def choices(writers: Writers, wanted: str, before: str, language: Language) -> Generator[Json | None, None, None]:
    """Yield what the page shows while the writer changes; only what there is if none is wanted.

    Args:
        writers: Whoever can be chosen.
        wanted: See `choosing`; empty for what there is.
        before: Who writes until then, as the browser keeps it: anything.
        language: Of the page.
    """
    try:
        writers.bot(before)
    except ChatbotError:
        before = writers.default
    for choice in choosing(writers, wanted, before, language) if wanted else [shown(writers, before)]:
        yield {"html": picker_html(choice, language), "chosen": choice.chosen, "said": choice.said, "going": choice.going}


def shown(writers: Writers, chosen: str) -> Choice:
    """Return what can be chosen now."""
    return Choice(chosen, writers.options(), writers.endpoints)


def _listed(choice: Choice) -> Sequence[Option]:
    known = {option.name for option in choice.options}
    return choice.options if choice.chosen in known else (*choice.options, Option(choice.chosen))


def _row(option: Option, chosen: str, told: PickerWords) -> str:
    pressed = "true" if option.name == chosen else "false"
    off = "" if option.fits else " disabled"
    return (
        f'<button type="button" class="writer" data-writer="{safe(option.name)}" aria-pressed="{pressed}"{off}>'
        f'<span class="writer-name" dir="auto">{safe(_name(option.name, told))}</span>'
        f'<span class="writer-cost">{safe(_cost(option, told))}</span></button>'
    )


def _cost(option: Option, told: PickerWords) -> str:
    if option.name == WRITER:
        return told.own_cost
    if option.cost is None:
        return told.endpoint_cost
    size = told.gigabytes.format(n=f"{option.cost.total / 1e9:.1f}")
    return told.model_cost.format(size=size) if option.fits else told.too_big.format(size=size)


def _name(writer: str, told: PickerWords) -> str:
    kind, model, url = writer_parts(writer)
    if kind == WRITER:
        return told.own
    # Of a folder the last name: where it lies is nobody's business.
    return f"{model} · {url}" if url else model if model.count("/") < 2 else PurePath(model).name


def _plain(wanted: str) -> str:
    """Return a writer's name; a bare address is that of an endpoint."""
    name = wanted.strip()[:_LONGEST]
    return f"openai:{name}" if name.startswith(("http://", "https://")) else name
