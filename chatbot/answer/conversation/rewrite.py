"""A question that leans on earlier ones, made whole by a writer, where what it writes holds against the rules' version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from importlib.resources import files

from chatbot import language
from chatbot.answer.conversation.history import BUDGET, recent
from chatbot.answer.conversation.resolve import standalone
from chatbot.answer.relay import Silent, relayed
from chatbot.discourse.leaning import without_interjections
from chatbot.errors import ChatbotError
from chatbot.protocols import Encoder, Writer
from chatbot.types import Language, Prompt, Query, Turn

# What the writer sees of a conversation, in tokens by estimate: enough for the subject, little to read for a small model.
_SHOWN = BUDGET // 4
_SHOWN_ANSWER = 300
# Seconds without a piece after which the rules' version is taken.
_PATIENCE = 10.0
# How much longer than the question a rewrite may be, in characters.
_LONGER: dict[Language, int] = {"en": 200, "ja": 90}
_LABEL = re.compile(
    r"^(?:(?:the )?(?:standalone |rewritten |rewrite|final )?(?:question|query)?\s*[:：]"
    r"|単独の質問[:：]|書き換え(?:た質問)?[:：]|質問[:：]|[-*•>]+)\s*",
    re.IGNORECASE,
)
_QUOTES = "\"'`*「」『』“”《》"


def rewritten(question: str, past: Sequence[Turn], writer: Writer, encoder: Encoder | None = None) -> Query:
    """Turn a question that leans on earlier ones into one that stands alone, in the writer's words.

    The rules' version is returned where nothing leans, where the writer fails, and where its text is in another language, too
    long, drops a name or figure of the question, or brings one that was never spoken of.

    Args:
        question: What was asked last.
        past: Earlier questions with their answers, oldest first.
        writer: Asked for one line; closed as soon as that is there.
        encoder: See `standalone`.

    Raises:
        QuestionError: If the question is empty or too long.
    """
    ruled = standalone(question, past, encoder)
    if ruled.text == standalone(question).text:
        return ruled
    asked = without_interjections(language.normalise(question))
    shown = recent(past, _SHOWN)
    try:
        text = _line(writer, _prompt(asked, shown, ruled.language))
    except (ChatbotError, Silent):
        # The rules' version is good enough to search by; the answer itself will say that the writer failed.
        return ruled
    return replace(ruled, text=text, focus=asked) if _holds(text, asked, ruled, shown) else ruled


@cache
def _words(lang: Language) -> dict[str, str]:
    text = (files("chatbot.answer") / "prompts" / f"standalone.{lang}.toml").read_text("utf-8")
    return {name: str(words) for name, words in tomllib.loads(text).items()}


def _prompt(asked: str, shown: Sequence[Turn], lang: Language) -> Prompt:
    words = _words(lang)
    turns = "\n".join(
        words["turn"].format(question=_one_line(turn.question), answer=_one_line(turn.answer)[:_SHOWN_ANSWER]) for turn in shown
    )
    return Prompt(words["instructions"], (), (), words["question"].format(turns=turns, question=asked), lang)


def _one_line(text: str) -> str:
    # Braces of what people write are theirs, not places to fill in.
    return language.normalise(text)


def _line(writer: Writer, prompt: Prompt) -> str:
    """Return the first line that a writer gives, without labels and quotes."""
    most = max(_LONGER.values()) + len(prompt.question)
    said = ""
    with closing(relayed(lambda: writer.stream(prompt), _PATIENCE)) as pieces:
        for piece in pieces:
            said += piece
            if len(said) > most or "\n" in said.strip():
                break
    lines = said.strip().splitlines() or [""]
    return _LABEL.sub("", language.normalise(lines[0])).strip(_QUOTES + " ")


def _holds(text: str, asked: str, ruled: Query, shown: Sequence[Turn]) -> bool:
    """Whether a rewrite is a question about the same things, and only about things that were spoken of."""
    if not text or len(text) > len(asked) + _LONGER[ruled.language] or "<" in text:
        return False
    if language.detect(text) != ruled.language:
        return False
    spoken = " ".join([asked, ruled.text, *(f"{turn.question} {turn.answer}" for turn in shown)])
    known = _plain(spoken)
    kept = all(_plain(name) in _plain(text) for name in _facts(asked))
    return kept and all(_plain(name) in known for name in _facts(text))


def _facts(text: str) -> list[str]:
    """Return the names and figures of a text."""
    return [*language.names(text), *re.findall(r"\d[\d.,]*", text)]


def _plain(text: str) -> str:
    return re.sub(r"[\s.,?!、。]+", "", language.normalise(text).lower().replace("'s", "").replace("’s", ""))
