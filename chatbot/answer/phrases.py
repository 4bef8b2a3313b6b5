"""The program's own words, by language, from `prompts/`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from chatbot.types import Language


@cache
def phrases(language: Language) -> dict[str, str]:
    """Return every phrase in one language, by name."""
    text = (files("chatbot.answer") / "prompts" / f"phrases.{language}.toml").read_text("utf-8")
    return {name: str(phrase) for name, phrase in tomllib.loads(text).items()}


def refusal(language: Language, topics: tuple[str, ...]) -> str:
    """Say that the documents do not answer, and what they do cover."""
    said = phrases(language)
    if not topics:
        return said["refusal"]
    named = "、".join(f"「{topic}」" for topic in topics) if language == "ja" else "; ".join(f"“{topic}”" for topic in topics)
    space = "" if language == "ja" else " "
    return said["refusal"] + space + said["refusal_topics"].format(topics=named)
