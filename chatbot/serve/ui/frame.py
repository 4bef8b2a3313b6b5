"""The page around a conversation, as HTML in one language, and the texts that its script says."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.serve.ui.actions import actions_html
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.mic import NOTHING, Offered, button_html, strip_html, told
from chatbot.serve.ui.render import ask_html, exchange_html
from chatbot.serve.ui.words import LANGUAGES, Words

Json = dict[str, Any]


def frame(said: Words, sample: Exchange | None, offered: Offered = NOTHING) -> Json:
    """Return the whole page in one language.

    Args:
        said: Its texts.
        sample: An answer that a first visitor sees, if these documents give one.
        offered: What can be said of speaking to the page.
    """
    spoken = {field.name: value for field in fields(said) if isinstance(value := getattr(said, field.name), str)}
    return {
        "language": said.code,
        "words": spoken,
        "head": head_html(said),
        "welcome": welcome_html(said, sample),
        "compose": compose_html(said, offered),
        "voice": told(said.code, offered),
        "talks": talks_html(said),
        "blank": exchange_html(Exchange(0, ""), said, actions_html(said)),
    }


def head_html(said: Words) -> str:
    """Render the name, the ways to other pages and the switches."""
    return (
        f'<a class="skip" href="#ask-text">{safe(said.skip)}</a><h1 class="name">{safe(said.name)}</h1>'
        f'<nav class="ways-on" aria-label="{safe(said.menu)}"><a href="/" aria-current="page">{safe(said.to_ask)}</a>'
        f'<a href="/corpus">{safe(said.to_corpus)}</a></nav>'
        f'<button type="button" class="plain" id="new" hidden>{safe(said.new)}</button>'
        f'<button type="button" class="plain" id="talks-open" aria-haspopup="dialog">{safe(said.talks)}</button>'
        f'<div id="controls">{controls_html(said)}</div>'
    )


def controls_html(said: Words) -> str:
    """Render the switches between the languages and between light and dark."""
    languages = "".join(
        f'<button type="button" class="language" lang="{code}" data-language="{code}"'
        f' aria-pressed="{_truth(code == said.code)}">{safe(name)}</button>'
        for name, code in LANGUAGES
    )
    theme = safe(said.theme)
    return (
        f'<div class="languages" role="group" aria-label="{safe(said.language)}">{languages}</div>'
        f'<button type="button" class="theme" aria-label="{theme}" title="{theme}">'
        '<span class="half" aria-hidden="true"></span></button>'
    )


def welcome_html(said: Words, sample: Exchange | None) -> str:
    """Render what a first visitor sees: what can be asked, and what an answer looks like."""
    questions = "".join(f"<li>{ask_html(question, question)}</li>" for question in said.examples)
    shown = f'<h2 class="label">{safe(said.sample_heading)}</h2>{exchange_html(sample, said)}' if sample else ""
    return (
        '<div class="welcome">'
        f'<div class="about"><h2 class="heading">{safe(said.heading)}</h2><p class="lead">{safe(said.lead)}</p></div>'
        f'<div class="examples"><h2 class="label">{safe(said.examples_heading)}</h2><ul class="asks">{questions}</ul></div>'
        f'<div class="sample">{shown}</div></div>'
    )


def compose_html(said: Words, offered: Offered) -> str:
    """Render where questions are asked, and the small print."""
    return (
        f'<div id="editing" hidden><span>{safe(said.editing)}</span>'
        f'<button type="button" class="plain" id="edit-end">{safe(said.edit_end)}</button></div>'
        f"{strip_html(said.code, offered)}"
        f'<div id="compose"><div id="question"><textarea id="ask-text" rows="1" maxlength="{MAX_QUESTION}" autocomplete="off"'
        f' aria-label="{safe(said.question)}" placeholder="{safe(said.placeholder)}"></textarea></div>'
        f'<div id="mic" hidden>{button_html(said.code, offered)}</div>'
        f'<div class="go"><button type="button" id="ask">{safe(said.ask)}</button>'
        f'<button type="button" id="stop" hidden>{safe(said.stop)}</button></div></div>'
        f'<div class="under"><p class="small">{safe(said.independent)}</p><div id="picker"></div></div>'
    )


def talks_html(said: Words) -> str:
    """Render the list of earlier conversations, still empty."""
    current = (("save-markdown", said.save_markdown), ("save-json", said.save_json), ("clear", said.clear))
    buttons = "".join(f'<button type="button" class="act" id="{name}">{safe(label)}</button>' for name, label in current)
    return (
        f'<div class="talks-head"><h2 id="talks-heading">{safe(said.talks_heading)}</h2>'
        f'<button type="button" class="act" id="talks-close">{safe(said.close)}</button></div>'
        f'<p class="label" id="talks-none">{safe(said.talks_none)}</p><ul id="talks-list"></ul>'
        f'<div class="talks-foot"><button type="button" class="act" id="load">{safe(said.load)}</button>'
        f'<button type="button" class="act" id="talks-delete">{safe(said.talks_delete)}</button></div>'
        f'<div id="this-talk" role="group" aria-labelledby="this-talk-label"><h3 class="label" id="this-talk-label">'
        f"{safe(said.talks_current)}</h3>{buttons}</div>"
    )


def _truth(holds: bool) -> str:
    return "true" if holds else "false"
