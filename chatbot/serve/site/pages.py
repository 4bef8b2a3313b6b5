"""What each page shows, as whole HTML pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.errors import QuestionError
from chatbot.pipeline import Chatbot
from chatbot.serve.site import body as reading
from chatbot.serve.site.figures import figures
from chatbot.serve.site.find import NONE, Match, Wanted, chosen, found, language_of
from chatbot.serve.site.library import Library, Work, address, licence
from chatbot.serve.site.plot import as_table, plotted
from chatbot.serve.site.timeline import kinds_of, timeline
from chatbot.serve.site.words import said
from chatbot.serve.ui.escape import web
from chatbot.serve.ui.words import LANGUAGES, words
from chatbot.types import Document, Language

if TYPE_CHECKING:
    from jinja2 import Environment

PER_PAGE = 25
# Rendered pages that are kept; a document is read in few languages but by many.
_KEPT = 128
# In characters: a page of a longer document is rendered anew, as some of them would fill the memory.
_LARGE = 300_000
# In characters: what stands beside a sentence that was found.
_AROUND = 80


class Pages:
    """The pages over one chatbot's documents."""

    def __init__(self, bot: Chatbot, library: Library, assets: Mapping[str, str]) -> None:
        """Prepare the pages.

        Args:
            bot: Searches.
            library: What there is to read.
            assets: Addresses of the style sheets and scripts by their file's name.
        """
        self._library, self._assets = library, assets
        self._environment = _environment()
        self._read = lru_cache(maxsize=_KEPT)(self._reading)
        self._drawn = lru_cache(maxsize=_KEPT)(self._drawing)
        self._found = lru_cache(maxsize=_KEPT)(lambda wanted: found(bot, library, wanted))

    def corpus(self, wanted: Wanted, language: Language) -> str:
        """Return the page of all documents, or of those that are wanted."""
        texts, drawn = said(language), ("", "", "")
        shown: dict[str, Any] = {"matches": None, "works": (), "trouble": "", "pages": 1}
        if wanted.query:
            shown |= self._search(wanted, language)
        else:
            works = chosen(self._library, wanted)
            pages = max(1, -(-len(works) // PER_PAGE))
            wanted = replace(wanted, page=min(max(1, wanted.page), pages))
            first = (wanted.page - 1) * PER_PAGE
            shown |= {"works": [self._entry(work, wanted, language) for work in works[first : first + PER_PAGE]]}
            shown |= {"pages": pages, "heading": texts.count("count", len(works))}
            drawn = self._drawn(replace(wanted, page=1), language)
        undated = sum(not work.date for work in self._library.works if _dated(wanted))
        here = f"/corpus?{_query(wanted)}".rstrip("?")
        return self._page(
            "corpus.html",
            _Here(language, here, texts["corpus"]),
            wanted=wanted,
            choices=self._choices(language),
            lead=texts.count("corpus_lead", len(self._library.works)),
            drawn=drawn,
            undated=texts.count("undated_works", undated) if undated else "",
            turn={step: f"/corpus?{_query(replace(wanted, page=wanted.page + by))}" for step, by in (("back", -1), ("on", 1))},
            ask=f"/?{urlencode({'q': wanted.query})}",
            **shown,
        )

    def read(self, path: str, language: Language) -> str | None:
        """Return the page of one document; None if there is no such document."""
        document = self._library.documents.get(path)
        if document is None:
            return None
        return (self._read if len(document.text) < _LARGE else self._reading)(path, language)

    def missing(self, here: str, language: Language) -> str:
        """Return the page that says that there is nothing at an address."""
        return self._page("missing.html", _Here(language, here, said(language)["missing"]))

    def _reading(self, path: str, language: Language) -> str:
        document, texts = self._library.documents[path], said(language)
        work = self._library.work(path)
        sentences = self._library.sentences(path)
        shown = reading.body(document, sentences, lambda target: self._library.resolve(document, target), texts["section_link"])
        older, newer = (self._entry(each, Wanted(), language) if each else None for each in self._library.beside(work))
        title = document.title or words(language).untitled
        return self._page(
            "read.html",
            _Here(language, address(path), title),
            document=document,
            title=title,
            body=shown,
            facts=self._facts(document, language),
            licence=licence(document),
            original=_original(document),
            others=[(each, address(each.path)) for each in work.documents if each is not document],
            ask=f"/?{urlencode({'q': said(document.language)['ask_about_question'].format(title=title)[:MAX_QUESTION]})}",
            older=older,
            newer=newer,
        )

    def _drawing(self, wanted: Wanted, language: Language) -> tuple[str, str, str]:
        """Return the timeline, the plot of the figures and their table; the latter two only beside all documents."""
        texts = said(language)
        drawn = timeline(chosen(self._library, wanted), language_of(wanted) or language, texts, words(language))
        if wanted.filtered:
            return drawn, "", ""
        counts = figures(self._library, language)
        plot = plotted(counts, language, texts)
        return drawn, plot, as_table(counts, language, texts) if plot else ""

    def _search(self, wanted: Wanted, language: Language) -> dict[str, Any]:
        texts = said(language)
        try:
            matches = self._found(replace(wanted, page=1))
        except QuestionError:
            return {"trouble": texts["cannot_search"].format(limit=f"{MAX_QUESTION:,}"), "heading": texts["list"]}
        heading = texts.count("found", len(matches), query=wanted.query)
        trouble = "" if matches else texts["nothing_found"].format(query=wanted.query)
        return {"matches": [self._match(match, language) for match in matches], "trouble": trouble, "heading": heading}

    def _match(self, match: Match, language: Language) -> dict[str, Any]:
        document = match.document
        sentences = [
            (
                _tail(before),
                each.text,
                _head(after),
                address(document.path, each.start, each.end),
            )
            for before, each, after in match.sentences
        ]
        return {**self._about(document, language), "sentences": sentences}

    def _entry(self, work: Work, wanted: Wanted, language: Language) -> dict[str, Any]:
        document = work.reads(language_of(wanted) or language)
        return self._about(document, language, work)

    def _about(self, document: Document, language: Language, work: Work | None = None) -> dict[str, Any]:
        title, facts = document.title or words(language).untitled, self._facts(document, language, work)
        return {"document": document, "title": title, "address": address(document.path), "facts": facts}

    def _facts(self, document: Document, language: Language, work: Work | None = None) -> tuple[str, ...]:
        names = words(language)
        kind = names.kinds.get(document.kind, document.kind)
        spoken = (each.language for each in (work.documents if work else (document,)))
        return tuple(filter(None, (kind, document.publisher, " / ".join(names.languages[code] for code in spoken))))

    def _choices(self, language: Language) -> dict[str, list[tuple[str, str]]]:
        works, names, none = self._library.works, words(language), said(language)["no_kind"]
        years = sorted({work.date[:4] for work in works if work.date}, reverse=True)
        undated = [(NONE, names.undated)] if not all(work.date for work in works) else []
        spoken = sorted({each.language for work in works for each in work.documents})
        return {
            "kind": [(kind or NONE, names.kinds.get(kind, kind) or none) for kind in kinds_of(works)],
            "year": [(year, year) for year in years] + undated,
            "language": [(code, names.languages[code]) for code in spoken],
        }

    def _page(self, template: str, here: _Here, **more: Any) -> str:
        shared: dict[str, Any] = {
            "language": here.language,
            "said": said(here.language),
            "words": words(here.language),
            "languages": [(name, code, _in(here.address, code)) for name, code in LANGUAGES],
            "assets": self._assets,
            "page_title": here.title,
        }
        return self._environment.get_template(template).render({**shared, **more})


@dataclass(frozen=True, slots=True)
class _Here:
    language: Language
    address: str
    title: str


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("chatbot.serve.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _query(wanted: Wanted) -> str:
    given = {"q": wanted.query, "kind": wanted.kind, "year": wanted.year, "language": wanted.language}
    given |= {"page": str(wanted.page)} if wanted.page > 1 else {}
    return urlencode({name: value for name, value in given.items() if value})


def _in(here: str, language: Language) -> str:
    return f"{here}{'&' if '?' in here else '?'}lang={language}"


def _dated(wanted: Wanted) -> bool:
    return not (wanted.query or wanted.filtered)


def _original(document: Document) -> str:
    return web(document.url.strip())


def _tail(text: str) -> str:
    return _head(text[::-1])[::-1]


def _head(text: str) -> str:
    """Return as much of a text as stands beside another, between words where there are spaces."""
    if len(text) <= _AROUND:
        return text
    space = text.rfind(" ", 0, _AROUND)
    return text[: space if 2 * space > _AROUND else _AROUND].rstrip() + "…"
