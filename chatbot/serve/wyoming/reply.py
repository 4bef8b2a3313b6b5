"""A question, or a word on the last answer, to what a smart speaker says: a few short sentences, their sources named."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace

from chatbot.language import detect
from chatbot.serve.wyoming.parts import Asked
from chatbot.serve.wyoming.words import words
from chatbot.spoken import aloud, brief, source
from chatbot.types import Event, Language, Writing
from chatbot.voice.answer import Answer
from chatbot.voice.memory import Memory, Sentence
from chatbot.voice.phrases import command, phrases


class Replying:
    """Questions to sentences in spoken form; safe to use from several threads.

    Args:
        bot: Gives who is asked; may wait until it is ready.
    """

    def __init__(self, bot: Callable[[], Asked]) -> None:
        self._bot = bot

    def reply(self, text: str, before: Memory, lasting: bool) -> Generator[str | Memory, None, None]:
        """Yield what is to be said, sentence by sentence, and last what is remembered then.

        An empty sentence comes with each step of an answer, so that whoever listens can see whether somebody still does.
        Closing the generator stops the answer.

        Args:
            text: What was understood.
            before: What was said so far.
            lasting: Whether it will be known when the next question comes; if not, going on is not offered.

        Raises:
            QuestionError: If it is no question.
            ChatbotError: If it cannot be answered.
        """
        wish = command(text, before.language) if before.past else None
        if before.rest and wish in ("yes", "go_on"):
            room = len(brief([each.text for each in before.rest], before.language).told)
            yield from _told(before, before.rest[:room], before.rest[room:])
        elif before.rest and wish in ("no", "stop"):
            yield words(before.language).enough
            yield replace(before, rest=())
        elif before.said and wish == "repeat":
            yield from _told(before, before.said, before.rest)
        elif wish == "go_on":
            yield phrases(before.language).nothing_more
            yield before
        else:
            with closing(self._bot().ask(text, before.past)) as events:
                yield from _answered(text, before, events, lasting)


def _answered(question: str, before: Memory, events: Iterator[Event], lasting: bool) -> Iterator[str | Memory]:
    answer = Answer(detect(question))
    for event in events:
        for _ in answer.follow(event):
            yield ""
        yield from map(_spoken, answer.ready())
        if isinstance(event, Writing):
            # Nobody waits in silence for a larger model to write; what was said so far stands by itself.
            break
    said, rest = answer.said, answer.rest
    more = len(brief([each.text for each in (*said, *rest)], answer.language).told) - len(said)
    if more > 0:
        yield from map(_spoken, rest[:more])
        said, rest = (*said, *rest[:more]), rest[more:]
    memory = before.asked(question, answer.text)
    yield from _ended(replace(memory, language=answer.language, said=said, rest=rest if lasting else ()))


def _told(before: Memory, now: tuple[Sentence, ...], later: tuple[Sentence, ...]) -> Iterator[str | Memory]:
    yield from map(_spoken, now)
    yield from _ended(replace(before, said=now, rest=later))


def _ended(memory: Memory) -> Iterator[str | Memory]:
    if memory.rest:
        yield brief([each.text for each in (*memory.said, *memory.rest)], memory.language).offer
    yield memory


def _spoken(sentence: Sentence) -> str:
    said = aloud(sentence.text, sentence.language).strip()
    named = source(sentence.citation.document, sentence.language) if sentence.citation else ""
    return f"{named}{_gap(sentence.language)}{said}" if named else said


def _gap(language: Language) -> str:
    return "" if language == "ja" else " "
