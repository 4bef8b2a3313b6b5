"""What a conversation is about by now: its last question made whole, and how salient each thing is that was spoken of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chatbot import language
from chatbot.discourse.mentions import mentions
from chatbot.types import Language, Turn

# What is looked at of a conversation, and of one answer, in tokens by estimate: some 15 turns with long answers.
BUDGET = 2000
_ANSWER = 100
# An English token has about four characters, a Japanese one little more than one.
_CHARACTERS_A_TOKEN: Mapping[Language, float] = {"en": 4.0, "ja": 1.3}
# What remains of a salience from turn to turn: after a question without a name, after one with a name that leans on what was
# before, after one with a name that stands alone.
_FADES_SLOWLY, _FADES, _FADES_FAST = 0.9, 0.7, 0.4
# What an answer's mention weighs beside an asked one, and the subject that a question leans on.
_ANSWERED = 0.5
_CARRIED = 0.7
_MOST = 3.0
# Kept from turn to turn.
_KEPT = 40


@dataclass(frozen=True, slots=True)
class Topic:
    """Something spoken of."""

    text: str
    name: bool
    weight: float
    """How salient it is, up to 3."""
    asked: bool
    """Whether a question spoke of it, not only an answer."""
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a conversation stands."""

    last: str = ""
    """The last question as it stands alone; empty before the first."""
    answer: str = ""
    """The last answer, cut."""
    spoken: Mapping[str, Topic] = field(default_factory=dict)
    """By lower-case text."""

    def after(self, asked: str, whole: str, lang: Language, answer: str) -> Thread:
        """Return where it stands after one more turn.

        Args:
            asked: The question.
            whole: As it stands alone.
            lang: Its language.
            answer: To it.
        """
        cut = _cut(answer)
        own = mentions(asked, lang)
        fades = _FADES_SLOWLY if not any(each.name for each in own) else _FADES_FAST if asked == whole else _FADES
        spoken = {key: replace(topic, weight=fades * topic.weight) for key, topic in self.spoken.items()}
        if asked != whole and (leaned := self.topics()[:1]):
            # What everything leans on stays in mind while it is not named; the rest fades.
            _add(spoken, replace(leaned[0], weight=_CARRIED))
        for each in own:
            _add(spoken, Topic(each.text, each.name, each.weight, True))
        for each in mentions(cut, language.detect(cut), False):
            _add(spoken, Topic(each.text, each.name, each.weight * _ANSWERED, False))
        kept = sorted(spoken.items(), key=lambda item: -item[1].weight)[:_KEPT]
        return Thread(whole, cut, dict(kept))

    def topics(self) -> list[Topic]:
        """Return what it is about, most salient first."""
        return sorted(self.spoken.values(), key=lambda topic: -topic.weight)


def recent(past: Sequence[Turn], budget: float = BUDGET) -> list[Turn]:
    """Return the last turns that fit a number of tokens, at least one, oldest first."""
    kept: list[Turn] = []
    left = float(budget)
    for turn in reversed(past):
        left -= tokens(turn.question) + min(_ANSWER, tokens(turn.answer))
        if kept and left < 0:
            break
        kept.append(turn)
    return kept[::-1]


def tokens(text: str) -> float:
    """Estimate how many tokens a text has."""
    return len(text) / _CHARACTERS_A_TOKEN[language.detect(text[:200])]


def _add(spoken: dict[str, Topic], topic: Topic) -> None:
    """Note a mention; a part of a longer name («Hogarth») is that name again."""
    key = topic.text.lower()
    words = frozenset(key.split())
    if topic.name and key not in spoken:
        key = next((other for other, each in spoken.items() if each.name and words <= each.words), key)
    if before := spoken.get(key):
        weight = min(_MOST, before.weight + topic.weight)
        spoken[key] = replace(before, weight=weight, asked=before.asked or topic.asked)
    else:
        spoken[key] = replace(topic, words=words)


def _cut(answer: str) -> str:
    return answer[: int(_ANSWER * _CHARACTERS_A_TOKEN[language.detect(answer[:200])])]
