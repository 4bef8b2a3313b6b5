"""Reading one given context without a reader model: its best sentence, narrowed to the form that was asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from chatbot import language
from chatbot.answer.conversation import check
from chatbot.errors import QuestionError
from chatbot.protocols import Encoder
from chatbot.types import Reading

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NAMES = (
    r"[A-Z][\w'’.-]*(?: (?:of|the|de|van|von|and|for)? ?[A-Z][\w'’.-]*)*|[\u30a1-\u30fa\u30fc・=＝]{2,}|[\u4e00-\u9fff々]{2,}"
)
_FIGURE = r"\d(?:[\d.,]*\d)?"
# What a span of each kind looks like, most telling first.
_FORMS: dict[language.Want, re.Pattern[str]] = {
    "date": re.compile(
        r"\d{3,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?"
        rf"|(?:\d{{1,2}} )?(?:{_MONTHS})(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?"
        r"|\d{1,2}月(?:\d{1,2}日)?|\b\d{4}\b"
    ),
    "money": re.compile(rf"[$€£¥]\s?{_FIGURE}(?: (?:thousand|million|billion|trillion))?|{_FIGURE}[万億兆]?(?:ドル|円|ユーロ)"),
    "number": re.compile(
        rf"[$€£]?{_FIGURE}(?:\s?(?:%|percent|thousand|million|billion|trillion|[万億兆]+[\d万億]*)?)(?:[\u4e00-\u9fffヶカ]{{1,2}})?"
        r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?)\b"
        r"|[一二三四五六七八九十百千]+[つ人個年回]"
    ),
    "person": re.compile(_NAMES),
    "place": re.compile(_NAMES),
}
# The logistic curve through what a sentence that answers and one that does not usually score.
_MIDDLE, _STEEPNESS = 0.55, 9.0


class SentenceReader:
    """Finds spans by sentence similarity and outward form; replaced by a trained reader where there is one."""

    def __init__(self, encoder: Encoder) -> None:
        """Read with the vectors of an encoder."""
        self._encoder = encoder

    def read(self, question: str, context: str) -> Reading:
        """Return the likeliest span of the context, never empty.

        Raises:
            QuestionError: If the question cannot be asked, or the context holds nothing to read.
        """
        question = check(question)
        spans = list(language.sentences(context))
        if not spans:
            raise QuestionError("The context is empty. Give the text to read.")
        scores = self._scores(question, [context[start:end] for start, end in spans])
        best = max(range(len(spans)), key=lambda n: scores[n])
        start, end = self._narrow(question, context, spans[best])
        no_answer = 1 / (1 + math.exp(_STEEPNESS * (scores[best] - _MIDDLE)))
        return Reading(context[start:end], start, end, scores[best], no_answer)

    def _scores(self, question: str, sentences: Sequence[str]) -> list[float]:
        near = (self._encoder.encode(sentences, "passage") @ self._encoder.encode([question], "query")[0]).tolist()
        asked, wants = set(language.terms(question)), language.wants(question)
        scores = []
        for cosine, sentence in zip(near, sentences, strict=True):
            shared = len(asked & set(language.terms(sentence))) / len(asked) if asked else 0.0
            form = sum(language.shows(want, sentence) for want in wants) / len(wants) if wants else 0.0
            scores.append(0.5 * cosine + 0.4 * shared + 0.1 * form)
        return scores

    def _narrow(self, question: str, context: str, span: tuple[int, int]) -> tuple[int, int]:
        sentence = context[slice(*span)]
        asked = language.normalise(question).lower()
        for want in ("date", "money", "number", "person", "place"):
            if want in language.wants(question):
                found = [m for m in _FORMS[want].finditer(sentence) if m.group().lower() not in asked and m.group().strip()]
                if found:
                    return span[0] + found[0].start(), span[0] + found[0].end()
        return span
