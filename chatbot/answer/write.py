"""The second answer: what a writer makes of the sources, sentence by sentence, as far as they carry it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from importlib.resources import files

from chatbot import language
from chatbot.answer.check import Checker, Quote, Supported, foreign
from chatbot.answer.inert import hides, inert, instructs
from chatbot.answer.marks import Written, sentences
from chatbot.answer.phrases import phrases
from chatbot.answer.read import Chosen
from chatbot.answer.relay import Silent, relayed
from chatbot.errors import ChatbotError
from chatbot.facts import contradicts
from chatbot.language import covered, terms_of
from chatbot.protocols import Vocabulary, Writer
from chatbot.types import Citation, Cited, Delta, Hit, Language, Passage, Prompt, Query, Sentence, Source, Struck, Turn

SILENCE = 20.0
"""Seconds after which a writer that gives nothing has failed."""
_AROUND = 2
_SOURCES = 5
_HITS = 3
# In characters; more than a list of the longest kind, and an end for a writer that finds none.
_LONGEST = 6000
_SENTENCES = 16
_REPEATS = 3
_TOLD = 200
# Of what the extractive answer covers of the question, a written one must cover this.
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the writing."""

    answer: str
    citations: tuple[Citation, ...]
    supported: int
    struck: tuple[Struck, ...]
    note: str
    """Why it is not to be used, empty if it is."""
    quotes: tuple[Quote, ...] = ()


def gather(chosen: Sequence[Chosen], hits: Sequence[Hit]) -> tuple[tuple[Source, ...], tuple[Quote, ...]]:
    """Return the sources for a writer and every sentence in them: the chosen ones with their neighbours, then the next best.

    A sentence that gives orders is left out: documents are data.
    """
    wanted: dict[Passage, set[int]] = {}
    for each in chosen:
        at = each.passage.sentences.index(each.sentence)
        wanted.setdefault(each.passage, set()).update(range(at - _AROUND, at + _AROUND + 1))
    for hit in hits[:_HITS]:
        if hit.passage not in wanted and len(wanted) < _SOURCES and hit.sentence_scores:
            best = max(range(len(hit.sentence_scores)), key=lambda n: hit.sentence_scores[n])
            wanted[hit.passage] = set(range(best - 1, best + 2))
    sources: list[Source] = []
    quotes: list[Quote] = []
    for passage, places in list(wanted.items())[:_SOURCES]:
        number = len(sources) + 1
        taken = [passage.sentences[at] for at in sorted(places) if 0 <= at < len(passage.sentences)]
        own = [Quote(number, passage, each) for each in taken if each.kind != "heading" and not _orders(passage, each)]
        if own:
            document = passage.document
            text = " ".join(inert(quote.sentence.text) for quote in own)
            sources.append(Source(number, inert(document.title), inert(document.date), text))
            quotes += own
    return tuple(sources), tuple(quotes)


def _orders(passage: Passage, sentence: Sentence) -> bool:
    """Whether a sentence gives orders as people read it, or hides something where it stands."""
    return instructs(sentence.text) or hides(passage.document.text[sentence.start : sentence.end])


def prompt_of(query: Query, past: Sequence[Turn], sources: tuple[Source, ...]) -> Prompt:
    """Return what the writer is asked."""
    text = (files("chatbot.answer") / "prompts" / f"write.{query.language}.txt").read_text("utf-8")
    turns = tuple(Turn(inert(turn.question), inert(turn.answer)) for turn in past)
    return Prompt(text.strip(), sources, turns, inert(query.text), query.language)


def second(
    writer: Writer, checker: Checker, prompt: Prompt, quotes: Sequence[Quote], silence: float = SILENCE
) -> Generator[Delta | Cited | Struck, None, Outcome]:
    """Yield the sentences of the written answer that the sources carry, and those that are struck.

    What is written in the wrong language is written once more. Closing the generator ends the writer's work.

    Returns:
        What came of it; a failure of the writer is one outcome.
    """
    draft = _Draft(prompt.language)
    again = replace(prompt, instructions=f"{prompt.instructions}\n{phrases(prompt.language)['again']}")
    for attempt in (prompt, again):
        try:
            with closing(relayed(lambda asked=attempt: writer.stream(asked), silence)) as pieces:  # type: ignore[misc]
                yield from draft.take(_limited(pieces), checker, quotes)
        except Silent:
            draft.note = phrases(prompt.language)["note_silent"].format(seconds=f"{silence:g}")
        except Exception as error:
            # Whatever a model or a server raises, the first answer stands.
            draft.note = phrases(prompt.language)["note_failed"].format(cause=_cause(error))
        if not draft.foreign or draft.supported or draft.note:
            break
        if attempt is prompt:
            draft = _Draft(prompt.language)
    yield from draft.foreign
    return draft.outcome()


@dataclass
class _Draft:
    """A written answer as it grows."""

    language: Language
    text: str = ""
    note: str = ""
    supported: int = 0
    item: bool = False
    struck: list[Struck] = field(default_factory=list)
    foreign: list[Struck] = field(default_factory=list)
    """Struck for their language; told only if there is no second attempt."""
    cited: dict[tuple[str, int], Citation] = field(default_factory=dict)
    quotes: list[Quote] = field(default_factory=list)

    def take(self, pieces: Iterator[str], checker: Checker, quotes: Sequence[Quote]) -> Iterator[Delta | Cited | Struck]:
        seen: set[str] = set()
        repeats = count = 0
        for written in sentences(pieces, {quote.number for quote in quotes}):
            key = "".join(char for char in written.text.lower() if char.isalnum())
            repeats, count = (repeats + 1 if key in seen else 0), count + 1
            if repeats >= _REPEATS or count > _SENTENCES:
                return
            if key in seen:
                continue
            seen.add(key)
            verdict = checker.check(written.text, written.numbers, quotes, self.language)
            if isinstance(verdict, Supported):
                yield from self._give(written, verdict)
            elif foreign(written.text, self.language):
                self.foreign.append(verdict)
                if not self.supported and len(self.foreign) > 1:
                    return
            else:
                self.struck.append(verdict)
                yield verdict

    def _give(self, written: Written, found: Supported) -> Iterator[Delta | Cited]:
        citations = [self._citation(quote) for quote in found.quotes]
        marks = "".join(f"[{citation.number}]" for citation in citations)
        text = f"{self._gap(written)}{found.sentence}{marks}"
        self.text, self.item, self.supported = self.text + text, written.item, self.supported + 1
        self.quotes += found.quotes
        yield Delta(text)
        for citation in citations:
            yield Cited(citation)

    def _citation(self, quote: Quote) -> Citation:
        document, sentence = quote.passage.document, quote.sentence
        place = (document.path, sentence.start)
        if place not in self.cited:
            self.cited[place] = Citation(len(self.cited) + 1, document, sentence.start, sentence.end)
        return self.cited[place]

    def _gap(self, written: Written) -> str:
        if written.item:
            return "\n- " if self.text else "- "
        if not self.text:
            return ""
        return "\n" if self.item or written.breaks else "" if self.language == "ja" else " "

    def outcome(self) -> Outcome:
        struck = (*self.struck, *self.foreign)
        note = self.note
        if not note and not self.supported:
            name = "note_language" if self.foreign and not self.struck else "note_unsupported"
            note = phrases(self.language)[name]
        return Outcome(self.text, tuple(self.cited.values()), self.supported, struck, note, tuple(self.quotes))


def weigh(outcome: Outcome, query: Query, chosen: Sequence[Chosen], vocabulary: Vocabulary) -> Outcome:
    """Return the outcome, with a note if it says less than the sentences that were chosen before."""
    if outcome.note:
        return outcome
    first = [(each.sentence.text, each.passage.document.language) for each in chosen]
    then = [(quote.sentence.text, quote.passage.document.language) for quote in outcome.quotes]
    written = (outcome.answer, query.language)
    items = sum(each.sentence.kind == "item" for each in chosen)
    if items > 1:
        # Of a list, a part of its items is no answer; with all of them, the words of its lead are not missed.
        return _yielding(outcome, query) if 2 * len(outcome.quotes) < items else outcome
    places = {(each.passage.document.path, each.sentence.start) for each in chosen}
    anchored = any((quote.passage.document.path, quote.sentence.start) in places for quote in outcome.quotes)
    # An answer that uses none of the sentences that were chosen must cover all that they do.
    least = (_ENOUGH if anchored else 1.0) * _covered(query, first, vocabulary)
    less = _covered(query, [*then, written], vocabulary) < least
    return _yielding(outcome, query) if less or _bare(outcome, query, [text for text, _ in first], anchored) else outcome


def _bare(outcome: Outcome, query: Query, first: Sequence[str], anchored: bool) -> bool:
    """Whether a figure was asked for that the chosen sentences have and the answer has not, or has another of."""
    wants = language.wants(query.asked) & {"number", "money", "date"}
    if any(any(language.shows(want, text) for text in first) and not language.shows(want, outcome.answer) for want in wants):
        return True
    other = {fault.kind for fault in contradicts(outcome.answer, " ".join(first))}
    return bool(wants) and not anchored and bool(other & {"number", "date"})


def _yielding(outcome: Outcome, query: Query) -> Outcome:
    return replace(outcome, note=phrases(query.language)["note_worse"])


def _covered(query: Query, texts: Sequence[tuple[str, Language]], vocabulary: Vocabulary) -> float:
    """Return the largest share of the question's words that the texts of one language have together."""
    shares = []
    for lang in {lang for _, lang in texts}:
        together = " ".join(text for text, own in texts if own == lang)
        shares.append(covered(vocabulary.look_up(query.text, lang), terms_of(together)))
    return max(shares, default=0.0)


def _limited(pieces: Iterator[str]) -> Iterator[str]:
    left = _LONGEST
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _cause(error: Exception) -> str:
    # Only our own messages are known to hold no secret.
    told = str(error) if isinstance(error, ChatbotError) else f"({type(error).__name__})"
    return " ".join(told.split())[:_TOLD]
