"""What to ask next: the headings near what was cited, as questions that these documents do answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from threading import Lock

from chatbot.errors import QuestionError
from chatbot.serve.ui.talk import Asked
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Cited, Document, Language, Passage, Refused

_MOST = 3
# Tried for one answer, so that it never takes longer than a few answers would.
_TRIED = 6
_ASKING = ("what", "why", "how", "which", "who", "whose", "when", "where", "whether")


class Suggestions:
    """Questions that go on from an answer. Each is tried once, whoever asks; what was refused is never offered."""

    def __init__(self, bot: Asked, passages: Sequence[Passage], pause: Callable[[], object] = lambda: None) -> None:
        """Ask `bot` about the documents of `passages`; `pause` is called before each try, to let others go first."""
        self._bot, self._pause = bot, pause
        self._documents = {passage.document.path: passage.document for passage in passages}
        self._headings: dict[str, dict[str, int]] = {}
        for passage in passages:
            # The first one is the document's title, which asks for too much.
            for heading in passage.headings[1:]:
                self._headings.setdefault(passage.document.path, {}).setdefault(heading, passage.span[0])
        self._answered: dict[str, bool] = {}
        self._lock = Lock()

    def after(self, citations: Sequence[Citation], asked: Sequence[str], language: Language) -> list[str]:
        """Return at most three questions, nearest first.

        Args:
            citations: The sources of the answer.
            asked: Questions that need not be asked again.
            language: That of the questions.
        """
        # One at a time: this is the least urgent thing that the processor does.
        with self._lock:
            found: list[str] = []
            tries = _TRIED
            for question in self._near(citations, language):
                if len(found) == _MOST or (tries == 0 and question not in self._answered):
                    break
                if question in asked or question in found:
                    continue
                tries -= question not in self._answered
                if self._holds(question):
                    found.append(question)
            return found

    def _near(self, citations: Sequence[Citation], language: Language) -> Iterator[str]:
        places: dict[str, list[int]] = {}
        for citation in citations:
            places.setdefault(citation.document.path, []).append(citation.start)
        for path, starts in places.items():
            own = self._in_language(self._documents[path], language) if path in self._documents else None
            if own is None:
                continue
            headings = list(self._headings.get(own.path, {}).items())
            if own.path == path:
                said = {max((at for _, at in headings if at <= start), default=-1) for start in starts}
                headings = [(heading, at) for heading, at in headings if at not in said]
                headings.sort(key=lambda each: (each[1] < starts[0], abs(each[1] - starts[0])))
            yield from (question_of(heading, language) for heading, _ in headings)

    def _in_language(self, document: Document, language: Language) -> Document | None:
        if document.language == language:
            return document
        return self._documents.get(document.path.replace(f".{document.language}.", f".{language}."))

    def _holds(self, question: str) -> bool:
        if question not in self._answered:
            self._answered[question] = self._is_answered(question)
        return self._answered[question]

    def _is_answered(self, question: str) -> bool:
        self._pause()
        try:
            with closing(self._bot.ask(question)) as events:
                return isinstance(next((e for e in events if isinstance(e, Cited | Refused)), None), Cited)
        except QuestionError:
            return False


def question_of(heading: str, language: Language) -> str:
    """Return a heading as a question."""
    said = words(language)
    if heading.endswith(("?", "?")):
        return heading
    if language == "ja":
        return heading if heading.endswith("か") else said.topic_question.format(topic=heading)
    first, _, rest = heading.partition(" ")
    if first.lower() in _ASKING:
        return said.topic_told.format(topic=f"{first.lower()} {rest}")
    return said.topic_question.format(topic=heading)
