"""A prompt to the messages of a chat, within a budget of tokens."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from chatbot import language
from chatbot.answer.writers.neutral import neutral
from chatbot.types import Language, Prompt, Source, Turn

Message = dict[str, str]
Size = Callable[[list[Message]], int]

# Earlier turns may take this part of the budget before they cost a source its place.
_HISTORY_SHARE = 3
# Tokens a character costs where no tokenizer is at hand; the longest among common vocabularies.
_PER_ASCII, _PER_OTHER = 1 / 3, 1.5
_PER_MESSAGE = 8


def compose(prompt: Prompt, size: Size, limit: int, control: Collection[str] = ()) -> list[Message] | None:
    """Return the messages of a prompt: instructions, earlier turns, then the sources with the question.

    What is too long loses whole sentences: those of the last sources first, then the oldest turns, then the end of the first
    source. The earlier turns never take more than a third.

    Args:
        prompt: What is asked.
        size: Counts the tokens of messages as the model will see them.
        limit: Tokens at most.
        control: The model's control tokens, see `neutralise`.

    Returns:
        The messages, or None if not even the question fits.
    """
    plain = neutral(prompt, control)
    past = _recent(plain.past, size, limit // _HISTORY_SHARE)
    steps = _steps(past, plain.sources)

    def fits(step: tuple[Sequence[Turn], Sequence[Source]]) -> bool:
        return size(_messages(plain, *step)) <= limit

    at = bisect_left(steps, True, key=fits)
    return _messages(plain, *steps[at]) if at < len(steps) else None


def estimated(messages: list[Message]) -> int:
    """Estimate the tokens of messages for a model whose tokenizer is not here; rather too many than too few."""
    text = "".join(message["content"] for message in messages)
    ascii_ = sum(char.isascii() for char in text)
    return int(ascii_ * _PER_ASCII + (len(text) - ascii_) * _PER_OTHER) + _PER_MESSAGE * (len(messages) + 1)


def _recent(past: Sequence[Turn], size: Size, limit: int) -> list[Turn]:
    kept: list[Turn] = []
    for turn in reversed(past):
        # Each is weighed with what its message costs alone, which is rather more than it costs among others.
        limit -= size(_said(turn))
        if limit < 0:
            break
        kept.insert(0, turn)
    return kept


def _steps(past: Sequence[Turn], sources: Sequence[Source]) -> list[tuple[Sequence[Turn], Sequence[Source]]]:
    """Return what may be left of a prompt, the most first; each is shorter than the one before."""
    counts = [len(list(language.sentences(source.text))) for source in sources]
    first = counts[0] if counts else 0
    steps: list[tuple[Sequence[Turn], Sequence[Source]]] = [
        (past, _cut(sources, left)) for left in range(sum(counts), first - 1, -1)
    ]
    only = _cut(sources, first)
    steps += [(past[dropped:], only) for dropped in range(1, len(past) + 1)]
    steps += [((), _cut(sources, left)) for left in range(first - 1, 0, -1)]
    return steps


def _cut(sources: Sequence[Source], left: int) -> list[Source]:
    """Keep the first `left` sentences of all sources together."""
    kept = []
    for source in sources:
        spans = list(language.sentences(source.text))[:left]
        if spans:
            kept.append(replace(source, text=source.text[: spans[-1][1]]))
        left -= len(spans)
    return kept


def _messages(prompt: Prompt, past: Sequence[Turn], sources: Sequence[Source]) -> list[Message]:
    told = [{"role": "system", "content": prompt.instructions}] if prompt.instructions else []
    for turn in past:
        told += _said(turn)
    if not sources:
        return [*told, {"role": "user", "content": prompt.question}]
    words = _frame(prompt.language)
    parts = [words["sources"], *(_fenced(source) for source in sources), words["question"].format(question=prompt.question)]
    return [*told, {"role": "user", "content": "\n\n".join(parts)}]


def _said(turn: Turn) -> list[Message]:
    return [{"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.answer}]


def _fenced(source: Source) -> str:
    """Return a source between marks that its own text cannot hold, see `neutralise`."""
    about = {"title": source.title, "date": source.date}
    told = "".join(f' {name}="{value.replace(chr(34), chr(39))}"' for name, value in about.items() if value)
    return f'<source n="{source.number}"{told}>\n{source.text}\n</source>'


@cache
def _frame(lang: Language) -> dict[str, str]:
    text = (files("chatbot.answer") / "prompts" / f"frame.{lang}.toml").read_text("utf-8")
    return {name: str(words) for name, words in tomllib.loads(text).items()}
