"""Gradio's named endpoints by its own client, in a process apart: Gradio leaves loops for the interpreter's end to close."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.serve import wire
from chatbot.serve.ui.endpoints import grown
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query, Struck, Turn, Writing

ROOT = Path(__file__).parents[2]
DOCUMENT = Document("d.en.md", "One. Two.", "markdown", "Title", "en", "2025", "https://example.org/")
FIRST, SECOND = Citation(1, DOCUMENT, 0, 4), Citation(2, DOCUMENT, 5, 9)
QUERY = Query("Why?", "en")

PROGRAM = """
import contextlib, json, socket, sys, threading, time
import gradio as gr, uvicorn
from fastapi import FastAPI
from chatbot.config import Config
from chatbot.errors import QuestionError
from chatbot.serve.api.line import Line
from chatbot.serve.app import Service
from chatbot.serve.ui.endpoints import publish
from chatbot.types import *

DOCUMENT = Document("d.en.md", "One. Two.", "markdown", "Title", "en", "2025", "https://example.org/")

class Bot:
    writer = None
    documents = (DOCUMENT,)
    quick = property(lambda self: self)

    def ask(self, question, past=()):
        if not question:
            raise QuestionError("The question is empty. Type one.")
        query, citations = Query(question, "en"), (Citation(1, DOCUMENT, 0, 4), Citation(2, DOCUMENT, 5, 9))
        yield Found(query, ())
        for citation, text in zip(citations, ("One.[1]", " Two.[2]")):
            yield Delta(text)
            yield Cited(citation)
        yield Done(query, "One.[1] Two.[2]", citations, False, 1.0, "reader", {"total": len(past)})

    def search(self, query, k):
        return [Hit(Passage(DOCUMENT, (), (Sentence(0, 4, "One."),)), 0.5)] * k

def refused(**call):
    try:
        return client.predict(**call)
    except Exception as error:
        return str(error)

with socket.create_server(("127.0.0.1", 0)) as listening:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox().submit(lambda text: text, api_visibility="private")
        publish(Service(Bot(), Config()), Line())
    page.queue(api_open=False)
    app = gr.mount_gradio_app(FastAPI(), page, path="/", ssr_mode=False, show_error=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    from gradio_client import Client
    client = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", verbose=False)
    history = [{"question": "a", "answer": "b"}]
    told = {
        "endpoints": client.view_api(return_format="dict")["named_endpoints"],
        "whole": client.predict("Why?", history, api_name="/ask"),
        "growing": list(client.submit("Why?", api_name="/ask")),
        "found": client.predict("One", 3, api_name="/search"),
        "refused": [
            refused(question="", api_name="/ask"),
            refused(question="x", history=[{"q": "x"}], api_name="/ask"),
            refused(query="x", k=900, api_name="/search"),
        ],
    }
    print(json.dumps(told))
    server.should_exit = True
    thread.join(10)
"""


@pytest.fixture(scope="module")
def told():
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_only_these_endpoints_are_public_and_each_says_what_it_does(told):
    assert set(told["endpoints"]) == {"/ask", "/search"}
    for endpoint in told["endpoints"].values():
        assert endpoint["description"].endswith(".")
    names = [[each["parameter_name"] for each in endpoint["parameters"]] for endpoint in told["endpoints"].values()]
    assert names == [["question", "history"], ["query", "k"]]


def test_a_prediction_is_the_whole_answer_as_the_command_line_gives_it(told):
    whole = told["whole"]
    assert whole["answer"] == "One.[1] Two.[2]"
    assert [source["quote"] for source in whole["citations"]] == ["One.", "Two."]
    assert whole["timings_ms"]["total"] == 1
    done = Done(QUERY, "", (), False, 1.0, "reader", {})
    assert set(whole) == set(wire.answer(done, "Why?"))


def test_a_job_gives_the_answer_as_it_grows(told):
    assert [row["answer"] for row in told["growing"]] == ["One.[1]", "One.[1] Two.[2]", "One.[1] Two.[2]"]
    assert told["growing"][-1]["supported"] == 1.0


def test_passages_are_found(told):
    assert [hit["text"] for hit in told["found"]["hits"]] == ["One."] * 3


def test_what_cannot_be_asked_is_told_to_the_caller(told):
    empty, history, many = told["refused"]
    assert "The question is empty" in empty
    assert "history.0.question: Field required" in history
    assert "k: Input should be less than or equal to 50" in many


class Scripted:
    def __init__(self, *events):
        self.events, self.past, self.closed = events, None, False

    def ask(self, question, past=()):
        self.past = tuple(past)
        try:
            yield from self.events
        finally:
            self.closed = True


SAID = [Found(QUERY, ()), Delta("One.[1]"), Cited(FIRST), Delta(" Two.[2]"), Cited(SECOND)]


def test_what_a_writer_tries_is_not_shown_before_it_holds():
    holds = Done(QUERY, "Both.[1]", (FIRST,), False, 0.5, "hub:x", {}, (Struck("No.", "why"),))
    bot = Scripted(*SAID, Writing("hub:x"), Delta("Both.[1]"), Cited(FIRST), Struck("No.", "why"), holds)
    rows = list(grown(bot, "Why?", (Turn("a", "b"),)))
    assert [row["answer"] for row in rows] == ["One.[1]", "One.[1] Two.[2]", "Both.[1]"]
    assert bot.past == (Turn("a", "b"),)


def test_closing_it_closes_the_answer():
    bot = Scripted(*SAID)
    rows = grown(bot, "Why?", ())
    next(rows)
    rows.close()
    assert bot.closed
