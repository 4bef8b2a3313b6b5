"""The documents in order, those in two languages as one work."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from chatbot.ingest import markdown
from chatbot.serve.ui.escape import web
from chatbot.types import Document, Language, Passage, Sentence

_ISO = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_LICENCE = re.compile(r"^licen[cs]e[ \t]*[:=][ \t]*[\"']?([^\n\"']+)", re.MULTILINE)
_MAIL = re.compile(r"mailto:[^\s<>\"'`\\:/]+@[^\s<>\"'`\\:/]+", re.IGNORECASE)
# Days before each month; a leap day more or less cannot be seen.
_DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@dataclass(frozen=True, slots=True)
class Work:
    """A document in each of the languages it is there in."""

    documents: tuple[Document, ...]
    """At most one a language."""

    def reads(self, language: Language) -> Document:
        """Return the document in a language if it is there, else the one there is."""
        return next((each for each in self.documents if each.language == language), self.documents[0])

    @property
    def date(self) -> str:
        """ISO, as exact as it is known; empty if it is not."""
        return next((each.date for each in self.documents if moment(each.date) is not None), "")

    @property
    def kind(self) -> str:
        """As the documents state it; empty if they do not."""
        return next((each.kind for each in self.documents if each.kind), "")


@dataclass(frozen=True)
class Library:
    """Everything there is to read."""

    works: tuple[Work, ...]
    """Newest first, undated ones last."""
    documents: Mapping[str, Document]
    """By path."""
    passages: Mapping[str, Sequence[Passage]]
    """Of each document, in order."""

    def sentences(self, path: str) -> tuple[Sentence, ...]:
        """Return all that can be cited of a document, in order, each once."""
        found = {each.start: each for passage in self.passages[path] for each in passage.sentences}
        return tuple(found[start] for start in sorted(found))

    def work(self, path: str) -> Work:
        """Return the work a document belongs to."""
        return next(work for work in self.works if any(each.path == path for each in work.documents))

    def beside(self, work: Work) -> tuple[Work | None, Work | None]:
        """Return the works before and after one in time."""
        at = self.works.index(work)
        older = self.works[at + 1] if at + 1 < len(self.works) else None
        return older, self.works[at - 1] if at else None

    def resolve(self, document: Document, target: str) -> str:
        """Say where a link of a document may lead: the web, an address of mail, another document; nothing if elsewhere."""
        target = target.strip()
        if web(target) or _MAIL.fullmatch(target):
            return target
        path = target.partition("#")[0].partition("?")[0]
        if not path or path.startswith("/") or ":" in path:
            return ""
        parts: list[str] = []
        for part in (*PurePosixPath(document.path).parent.parts, *path.split("/")):
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        there = "/".join(parts)
        return address(there) if there in self.documents else ""


def gather(passages: Sequence[Passage]) -> Library:
    """Put the passages of a chatbot back into documents."""
    by_path: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_path[passage.document.path].append(passage)
    documents = {path: found[0].document for path, found in by_path.items()}
    return Library(_works(documents.values()), documents, by_path)


def address(path: str, start: int = -1, end: int = -1) -> str:
    """Return where a document is read, or one of its sentences."""
    return f"/read/{quote(path, safe='/')}" + (f"#s{start}-{end}" if start >= 0 else "")


def licence(document: Document) -> str:
    """Return the licence that a document's front matter states; empty if it states none."""
    if document.format != "markdown":
        return ""
    found = _LICENCE.search(markdown.front_matter(document.text)[0])
    return found.group(1).strip() if found else ""


def moment(date: str) -> float | None:
    """Return a date in years, one known by its month or year in the middle of that; None if it is no date."""
    match = _ISO.fullmatch(date)
    if not match:
        return None
    year, month, day = match.groups()
    if not month:
        return int(year) + 0.5
    return int(year) + (_DAYS[int(month) - 1] + (int(day) - 0.5 if day else 15)) / 365.25


def _works(documents: Iterable[Document]) -> tuple[Work, ...]:
    families: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        original = PurePosixPath(document.path)
        if document.translation_of:
            original = original.with_name(PurePosixPath(document.translation_of).name or original.name)
        families[_slug(original)].append(document)
    works = [work for family in families.values() for work in _pairs(family)]
    return tuple(sorted(works, key=_newest_first))


def _pairs(family: Sequence[Document]) -> list[Work]:
    """Let a family be one work if its documents differ in language, else as many as there are documents."""
    if len({document.language for document in family}) == len(family):
        return [Work(tuple(family))]
    return [Work((document,)) for document in family]


def _newest_first(work: Work) -> tuple[float, str]:
    return -(moment(work.date) or float("-inf")), work.documents[0].path


def _slug(path: PurePosixPath) -> str:
    stem = path.stem.removesuffix(".en").removesuffix(".ja")
    return path.with_name(stem or path.stem).as_posix()
