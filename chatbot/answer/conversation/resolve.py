"""A question that may lean on earlier ones, to one that can be searched by itself: by rules, and the encoder where unsure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot import language
from chatbot.answer.conversation.history import Thread, Topic, recent
from chatbot.answer.conversation.small_talk import MAX_QUESTION, check, small_talk
from chatbot.discourse.leaning import afresh, asks_more, leaning, without_interjections
from chatbot.discourse.mentions import mentions
from chatbot.discourse.substitution import asked_of, correction, fragment, introduced, of_several, only_asks, replaced, swapped
from chatbot.protocols import Encoder
from chatbot.types import Language, Query, Turn

# Cosine of a question and what was spoken of, from which on they have the same subject. Of unmarked follow-ups two thirds reach
# it in CANARD and a quarter in CAsT, of questions put after a foreign conversation one in fifty.
_SAME_SUBJECT = 0.35
# How many of the things spoken of a question may share a word with, to go on about them.
_LOOKED_AT = 8
# How many of them a question takes along, each with at least this share of the best one's salience.
_TOPICS = 3
_SALIENT = 0.3
# How far ahead of the next a subject must be to be what a pronoun means; beside it, only what was itself asked about and is
# nearly as salient is still taken along.
_CLEAR = 1.2
_BESIDE = 0.6


def standalone(question: str, past: Sequence[Turn] = (), encoder: Encoder | None = None) -> Query:
    """Turn a question that may lean on earlier ones into one that can be searched by itself.

    Args:
        question: What was asked last.
        past: Earlier questions with their answers, oldest first; what lies too far back is not looked at.
        encoder: Tells whether the subject is still the same where no word does; without one, it is taken to be another.

    Raises:
        QuestionError: See `check`.
    """
    plain = check(question)
    lang = language.detect(plain)
    if small_talk(plain):
        return Query(plain, lang)
    fresh = afresh(plain)
    asked = without_interjections(fresh or plain)
    if fresh or not past:
        return Query(asked, lang)
    whole = _resolved(asked, lang, _thread(past), encoder)
    return Query(whole, lang, focus="" if whole == asked or asks_more(asked, lang) else asked)


def _thread(past: Sequence[Turn]) -> Thread:
    thread = Thread()
    for turn in recent(past):
        before = without_interjections(language.normalise(turn.question[: 2 * MAX_QUESTION])[:MAX_QUESTION])
        if before and not small_talk(before):
            lang = language.detect(before)
            whole = _resolved(before, lang, thread, None)[:MAX_QUESTION]
            thread = thread.after(before, whole, lang, language.normalise(turn.answer[:MAX_QUESTION]))
    return thread


def _resolved(asked: str, lang: Language, thread: Thread, encoder: Encoder | None) -> str:
    """Return a question with what it leans on."""
    if not thread.last or afresh(asked):
        return asked
    if asks_more(asked, lang):
        return thread.last
    if only_asks(asked, lang):
        return asked_of(thread.last, asked, lang) or f"{thread.last} {asked}"
    old, new = correction(asked, lang) or ("", fragment(asked, lang) or "")
    if new:
        alike = language.detect(thread.last) == lang
        return (swapped(thread.last, old, new, lang) if alike else None) or f"{thread.last} {asked}"
    leans = leaning(asked, lang)
    if leans == "not" or (leans == "perhaps" and not _same_subject(asked, lang, thread, encoder)):
        return asked
    # The last question is taken along whole only where it must be: else it would grow from turn to turn.
    return _with_topics(asked, lang, thread) or (f"{thread.last} {asked}" if leans == "fully" else asked)


def _same_subject(asked: str, lang: Language, thread: Thread, encoder: Encoder | None) -> bool:
    """Whether a question without a word that points back goes on about what was spoken of."""
    # Verbs and the like are shared by chance; what is spoken of is not.
    own = {word for each in mentions(asked, lang) for word in language.terms_of(each.text)}
    if own & {word for topic in thread.topics()[:_LOOKED_AT] for word in language.terms_of(topic.text)}:
        return True
    if encoder is None:
        return False
    spoken = f"{thread.last} {thread.answer}".strip()
    return float(encoder.encode([asked], "query")[0] @ encoder.encode([spoken], "query")[0]) >= _SAME_SUBJECT


def _with_topics(asked: str, lang: Language, thread: Thread) -> str:
    """Return a question with the names of what it is about; empty if nothing new was spoken of."""
    topics = [topic for topic in thread.topics() if re.search(r"[^\W\d]", topic.text)]
    if not topics:
        return ""
    best = topics[0]
    if _means(best, topics[1:], asked) and (whole := replaced(asked, best.text, lang)):
        beside = [topic for topic in topics[1:] if topic.asked and topic.weight >= _BESIDE * best.weight]
        return introduced(_new(beside, whole)[: _TOPICS - 1], whole, lang)
    salient = [topic for topic in topics if topic.weight >= _SALIENT * best.weight]
    names = _new(salient, asked)[:_TOPICS]
    return introduced(names, asked, lang) if names else ""


def _means(best: Topic, others: Sequence[Topic], asked: str) -> bool:
    """Whether a pronoun can only stand for the most salient thing."""
    if of_several(asked):
        return best.name and not any(other.name and other.asked for other in others)
    return not others or best.weight >= _CLEAR * others[0].weight


def _new(topics: Sequence[Topic], asked: str) -> list[str]:
    """Return the topics that a question does not name itself."""
    lowered = asked.lower()
    own = set(re.findall(r"\w+", lowered))
    return [
        topic.text
        for topic in topics
        if topic.text.lower() not in lowered and not set(re.findall(r"\w+", topic.text.lower())) <= own
    ]
