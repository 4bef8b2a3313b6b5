"""The values that travel between floors: frozen, hashable, without behaviour of their own.

Offsets are character positions in `Document.text`, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from chatbot.grounds import Weighed

Language = Literal["en", "ja"]
Format = Literal["markdown", "html", "text"]
SentenceKind = Literal["prose", "lead", "item", "row", "heading"]


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a corpus."""

    path: str
    """Below the corpus folder, with forward slashes."""
    text: str = field(repr=False)
    """The decoded file, or for PDF and DOCX the text taken out of it. Every offset refers to this."""
    format: Format
    title: str
    language: Language
    date: str = ""
    """ISO: a day, a month or a year; empty if unknown."""
    url: str = ""
    publisher: str = ""
    kind: str = ""
    translation_of: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest citable piece of a document."""

    start: int
    end: int
    text: str
    """As people read it: without markup, white space folded."""
    kind: SentenceKind = "prose"


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring sentences under one heading, searched together."""

    document: Document
    headings: tuple[str, ...]
    """From the document's title down to the nearest heading."""
    sentences: tuple[Sentence, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Offsets of the first character and after the last one."""
        return self.sentences[0].start, self.sentences[-1].end

    @property
    def text(self) -> str:
        """The sentences as people read them."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that stands alone."""

    text: str
    language: Language
    focus: str = ""
    """What was asked last, where `text` carries more than that; empty if they are the same."""

    @property
    def asked(self) -> str:
        """The words that say what kind of answer is wanted."""
        return self.focus or self.text


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, as documents of one language may have it."""

    spellings: tuple[tuple[str, ...], ...]
    """Any of these counts; each is a tuple of search terms that must all be there."""
    weight: float
    """How much it tells: its inverse document frequency."""

    def within(self, terms: Set[str]) -> bool:
        """Whether a text with these search terms has the word."""
        return any(all(part in terms for part in spelling) for spelling in self.spellings)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query."""

    passage: Passage
    score: float
    """Comparable within one result only, larger is better."""
    parts: tuple[tuple[str, float], ...] = ()
    """What the score is made of, by the name of the searcher."""
    sentence_scores: tuple[float, ...] = ()
    """One for each sentence of the passage, set by the reranker."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A past question with its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a writer may use."""

    number: int
    """What it is cited by, from 1."""
    title: str
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a writer is asked to write."""

    instructions: str
    sources: tuple[Source, ...]
    past: tuple[Turn, ...]
    question: str
    language: Language
    """That of the answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer found in one given context."""

    answer: str
    start: int
    end: int
    score: float
    no_answer: float
    """Between 0 (the context answers) and 1 (it does not)."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a model that reads question and passage together says of them; shares of certainty, 0 to 1."""

    answers: float
    """Whether the passage answers the question."""
    sentences: tuple[float, ...]
    """Whether each of its sentences is one of those that do."""
    holds: float
    """Whether a short answer stands in it word for word."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place that says what a sentence of the answer says."""

    number: int
    document: Document
    start: int
    end: int

    @property
    def quote(self) -> str:
        """Verbatim."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Found:
    """Event: what the search brought up."""

    query: Query
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """Event: the next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Event: the source of the sentence just given."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Refused:
    """Event: the documents do not answer."""

    why: str
    topics: tuple[str, ...]
    """Nearest subjects that the documents do cover."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Event: the answer so far stands by itself; what follows is a second one, written by a larger model."""

    writer: str


@dataclass(frozen=True, slots=True)
class Struck:
    """Event: a sentence that was written and is not given, as no source carries it."""

    sentence: str
    why: str
    """In the asker's language."""


@dataclass(frozen=True, slots=True)
class Done:
    """Event: the answer as a whole, always the last."""

    query: Query
    answer: str
    citations: tuple[Citation, ...]
    refused: bool
    supported: float
    """Share of the answer's sentences that their quotes support, 0 to 1."""
    writer: str
    timings_ms: Mapping[str, float] = field(hash=False)
    struck: tuple[Struck, ...] = ()
    """What a writer wrote and no source carries."""
    note: str = ""
    """Why the answer is not the one that was to be written, in one line; empty if it is, or if nothing was to be."""
    weighed: Weighed | None = None
    """Why there is an answer, or none; None where nothing was searched."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound of one channel."""

    samples: bytes = field(repr=False)
    """Signed 16-bit integers, little-endian."""
    rate: int
    """Samples a second."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard."""

    text: str
    """Empty if nothing was said or nothing understood."""
    language: Language
    confidence: float
    """How sure that is, 0 to 1."""
    others: tuple[str, ...] = ()
    """What else it may have been, likeliest first."""


Event = Found | Delta | Cited | Refused | Writing | Struck | Done
