"""Texts of others made harmless for a prompt: no control token, no mark of our own, no second line."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from chatbot import language
from chatbot.types import Prompt, Source, Turn

# «<» before anything that could begin a tag or a control token; «p < 0.05» stays as it is.
_TAG = re.compile(r"<(?=[^\s\d=])")
_BRACKETS = str.maketrans({"[": "(", "]": ")"})
_NUMBERED = re.compile(r"【(\d{1,3})】")
# The roles of templates that are plain text stand on lines of their own behind such marks: «### Response:».
_HEADING = re.compile(r"#{2,}")
_MARK = re.compile(r"\[\d{1,3}(?:, ?\d{1,3})*\]|【\d{1,3}】")


def neutralise(text: str, control: Collection[str] = ()) -> str:
    """Return a text of others as one line in which nothing can be taken for a control token, a fence or a citation.

    Args:
        text: A source, a title, a question or an earlier turn.
        control: The control tokens of the model at hand; whatever shape they have, none is left.
    """
    plain = _NUMBERED.sub(r"(\1)", language.normalise(text).translate(_BRACKETS))
    plain = _HEADING.sub("#", _TAG.sub("‹", plain))
    # A space inside makes it text; what that leaves cannot be a token that has no space.
    for token in sorted(control, key=len, reverse=True):
        if len(token) > 1:
            plain = plain.replace(token, f"{token[0]} {token[1:]}")
    return plain


def neutral(prompt: Prompt, control: Collection[str] = ()) -> Prompt:
    """Return a prompt whose every text but the instructions is neutralised.

    The marks of earlier answers are left out: they count the sources of their own time.
    """

    def safe(text: str) -> str:
        return neutralise(text, control)

    sources = [Source(each.number, safe(each.title), safe(each.date), safe(each.text)) for each in prompt.sources]
    past = [Turn(safe(turn.question), safe(_MARK.sub("", turn.answer))) for turn in prompt.past]
    return replace(prompt, sources=tuple(sources), past=tuple(past), question=safe(prompt.question))
