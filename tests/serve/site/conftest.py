"""A site over a small folder of documents, and one over the documents that come with the program."""

import re
from html.parser import HTMLParser

import pytest

from chatbot.assemble import assemble
from chatbot.config import Config
from chatbot.ingest import chunk, load
from chatbot.serve.app import Service
from chatbot.serve.site.library import gather
from chatbot.serve.site.routes import add

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """A page as a browser takes it: its elements with their attributes, and the text of each that has an id."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.ids, self.wrong, self._open = [], {}, [], []
        self.feed(html)
        self.close()
        self.wrong += [name for name, _ in self._open]

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.elements.append((tag, values))
        if "id" in values:
            self.wrong += [values["id"]] if values["id"] in self.ids else []
            self.ids[values["id"]] = ""
        if tag not in VOID:
            self._open.append((tag, values.get("id")))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.wrong.append(tag)

    def handle_data(self, data):
        for _, name in self._open:
            if name is not None:
                self.ids[name] += data

    def all(self, tag):
        return [values for name, values in self.elements if name == tag]

    def links(self):
        return [values.get("href", "") for values in self.all("a")]


def folded(text):
    """Text without white space and the signs that part cells: how a browser breaks lines is its own affair."""
    return re.sub(r"[\s|]+", "", text)


def library_of(folder):
    documents, _ = load(folder)
    return gather([passage for document in documents for passage in chunk(document)])


def served(bot):
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    app = FastAPI(openapi_url=None)
    add(app, Service(bot, Config()))
    return TestClient(app)


@pytest.fixture(scope="session")
def page_of():
    return Page


@pytest.fixture(scope="session")
def fold():
    return folded


@pytest.fixture(scope="session")
def gathered():
    return library_of


@pytest.fixture(scope="session")
def site(bot):
    """A client of the pages over the shared small documents."""
    return served(bot)


@pytest.fixture
def site_of(request, tmp_path, settings, encoder, make_collection):
    """Return a client of the pages over files, given as name=text."""
    for name in ("plain_words", "word_reader"):
        request.getfixturevalue(name)

    def opened(files):
        folder = request.getfixturevalue("write")(tmp_path / "documents", files)
        return served(assemble(settings, encoder, make_collection(folder, encoder)))

    return opened


@pytest.fixture(scope="session")
def bundled_library():
    return library_of(Config().corpus_folder)
