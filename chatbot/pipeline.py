"""The order of the steps of one question; the only module that knows it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.answer import cite, conversation, ground, read, write
from chatbot.answer.check import Checker
from chatbot.answer.conversation.rewrite import rewritten
from chatbot.answer.phrases import phrases, refusal
from chatbot.answer.read import Chosen
from chatbot.grounds import Weighed
from chatbot.protocols import Encoder, Judge, Reader, Reranker, Searcher, Vocabulary, Writer
from chatbot.types import (
    Citation,
    Cited,
    Delta,
    Document,
    Done,
    Event,
    Found,
    Hit,
    Passage,
    Query,
    Reading,
    Refused,
    Turn,
    Writing,
)

WRITER = "reader"


@dataclass(frozen=True)
class Chatbot:
    """Documents that can be asked. Safe to use from several threads: nothing in it changes."""

    searcher: Searcher
    reranker: Reranker
    reader: Reader
    passages: tuple[Passage, ...]
    vocabulary: Vocabulary
    enough: ground.Enough
    hits: int = 20
    length: read.Length = read.DEFAULT
    writer: Writer | None = None
    """Writes a second answer after the first; None for none."""
    judge: Judge | None = None
    """Says which of its sentences the sources support; a writer is not asked without one."""
    writer_name: str = WRITER
    silence: float = write.SILENCE
    """Seconds after which a writer that gives nothing has failed."""
    encoder: Encoder | None = None
    """Tells whether a question goes on about what was spoken of; None to go by its words alone."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document, in order of path."""
        return tuple({passage.document.path: passage.document for passage in self.passages}.values())

    @property
    def quick(self) -> Chatbot:
        """The same chatbot without its writer."""
        return replace(self, writer=None, writer_name=WRITER)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """Return the `k` best passages, best first.

        Raises:
            QuestionError: If the question cannot be asked.
        """
        query = conversation.standalone(question)
        return self.reranker.rerank(query, self.searcher.search(query, max(k, self.hits)))[:k]

    def read(self, question: str, context: str) -> Reading:
        """Return the answer in one given context.

        Raises:
            QuestionError: If the question or the context is empty.
        """
        return self.reader.read(question, context)

    def ask(self, question: str, past: Sequence[Turn] = ()) -> Generator[Event, None, None]:
        """Answer a question.

        Args:
            question: In Japanese or English.
            past: Earlier questions with their answers, oldest first.

        Yields:
            Found, then either Refused or pairs of Delta and Cited, last Done. With a writer, Writing comes before the end:
            what follows it is a second answer, each sentence in a Delta with its Cited, or Struck; Done has the one that
            holds. Closing the generator stops it, and the writer with it.

        Raises:
            QuestionError: If the question is empty or too long.
        """
        start = time.perf_counter()
        query = conversation.standalone(question, past, self.encoder)
        kind = conversation.small_talk(query.asked)
        if kind:
            reply = phrases(query.language)[kind]
            yield Delta(reply)
            yield _done(query, reply, (), False, _Clock(start))
            return
        hits = self.reranker.rerank(query, self.searcher.search(query, self.hits))
        clock = _Clock(start, retrieved=time.perf_counter())
        yield Found(query, tuple(hits))
        chosen = read.choose(query, hits, self.vocabulary, self.length)
        found = ground.grounds(query, hits, [each.sentence.text for each in chosen], self.vocabulary)
        weighed = self.enough.weigh(found, query)
        if chosen and weighed.enough:
            for event in self._answer(query, past, hits, chosen, clock):
                yield replace(event, weighed=weighed) if isinstance(event, Done) else event
        else:
            yield from self._refuse(query, hits, weighed, clock)

    def _refuse(self, query: Query, hits: Sequence[Hit], weighed: Weighed, clock: _Clock) -> Iterator[Event]:
        topics = ground.topics(query, hits)
        reply = refusal(query.language, topics)
        yield Refused(reply, topics)
        yield replace(_done(query, reply, (), True, clock), weighed=weighed)

    def _answer(
        self, query: Query, past: Sequence[Turn], hits: Sequence[Hit], chosen: Sequence[Chosen], clock: _Clock
    ) -> Iterator[Event]:
        said: list[str] = []
        citations: list[Citation] = []
        for event in cite.attach(query, chosen):
            if isinstance(event, Delta):
                said.append(event.text)
            elif isinstance(event, Cited):
                citations.append(event.citation)
            yield event
        first = _done(query, "".join(said), tuple(citations), False, clock)
        if self.writer is None or self.judge is None:
            yield first
        else:
            yield Writing(self.writer_name)
            yield from self._write(first, past, *self._asked_anew(query, past, hits, chosen), clock)

    def _asked_anew(
        self, query: Query, past: Sequence[Turn], hits: Sequence[Hit], chosen: Sequence[Chosen]
    ) -> tuple[Query, Sequence[Hit], Sequence[Chosen]]:
        """Let the writer make a follow-up whole, and search again if it says it otherwise than the rules did."""
        assert self.writer is not None
        if not query.focus:
            return query, hits, chosen
        whole = rewritten(query.focus, past, self.writer, self.encoder)
        if whole.text == query.text:
            return query, hits, chosen
        found = self.reranker.rerank(whole, self.searcher.search(whole, self.hits))
        again = read.choose(whole, found, self.vocabulary, self.length)
        return (whole, found, again) if again else (query, hits, chosen)

    def _write(
        self, first: Done, past: Sequence[Turn], query: Query, hits: Sequence[Hit], chosen: Sequence[Chosen], clock: _Clock
    ) -> Iterator[Event]:
        assert self.writer is not None
        assert self.judge is not None
        sources, quotes = write.gather(chosen, hits)
        if not quotes:
            yield first
            return
        checker = Checker(self.judge, self.vocabulary)
        prompt = write.prompt_of(query, past, sources)
        outcome = yield from write.second(self.writer, checker, prompt, quotes, self.silence)
        outcome = write.weigh(outcome, query, chosen, self.vocabulary)
        timings = {**first.timings_ms, "total": clock.timings()["total"]}
        if outcome.note:
            yield replace(first, timings_ms=timings, struck=outcome.struck, note=outcome.note)
            return
        share = outcome.supported / (outcome.supported + len(outcome.struck))
        yield Done(query, outcome.answer, outcome.citations, False, share, self.writer_name, timings, struck=outcome.struck)


@dataclass(frozen=True, slots=True)
class _Clock:
    start: float
    retrieved: float | None = None

    def timings(self) -> dict[str, float]:
        now = time.perf_counter()
        retrieved = now if self.retrieved is None else self.retrieved
        spans = {"retrieve": retrieved - self.start, "read": now - retrieved, "total": now - self.start}
        return {name: round(1000 * seconds, 2) for name, seconds in spans.items()}


def _done(query: Query, answer: str, citations: tuple[Citation, ...], refused: bool, clock: _Clock) -> Done:
    # Every sentence of an extractive answer is its own quote, so all of them are supported.
    return Done(query, answer, citations, refused, 1.0, WRITER, clock.timings())
