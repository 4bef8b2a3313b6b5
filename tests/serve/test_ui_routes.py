"""The routes of the chat page, called as the page calls them."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.answer.phrases import phrases
from chatbot.config import Config
from chatbot.serve.api.line import Line
from chatbot.serve.app import Service
from chatbot.serve.ui.routes import add
from chatbot.serve.ui.words import words

TALL = "How tall is the harbour tower?"


@pytest.fixture(scope="module")
def kept():
    return []


@pytest.fixture(scope="module")
def page(bot, kept):
    app = FastAPI()
    add(app, Service(bot, Config(), kept.append), Line(), bot.quick)
    with TestClient(app) as client:
        yield client


def asked(page, **given):
    answer = page.post("/talk/ask", json={"question": TALL, "language": "en", "number": 2, **given})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_answer_comes_in_lines_the_last_with_what_is_kept_of_it(page):
    *_, last = asked(page)
    assert last["state"] == "answered"
    assert "48 metres" in last["record"]["answer"]
    assert last["record"]["sources"][0]["document"] == "tower.en.md"
    assert last["spoken"] == words("en").ready.format(n=len(last["record"]["sources"]))
    html = "".join(line.get("answer", "") + line.get("sources", "") for line in asked(page))
    assert 'href="#source-2-1"' in html
    assert 'id="source-2-1"' in html
    assert 'href="/read/tower.en.md#s' in html


def test_the_past_is_taken_into_account(page):
    *_, alone = asked(page, question="And when was it finished?")
    *_, after = asked(page, question="And when was it finished?", past=[[TALL, "It is 48 metres tall.[1]"]])
    assert alone["record"]["standalone"] != after["record"]["standalone"]
    assert "tower" in after["record"]["standalone"].lower()


@pytest.mark.parametrize("past", ["x", [1, None], [["a"]], [[1, 2]], [["a", "b", "c"]], {"a": 1}])
def test_a_past_that_is_none_is_left_out(page, past):
    assert asked(page, past=past)[-1]["state"] == "answered"


@pytest.mark.parametrize("given", [{"question": ""}, {"question": None}, {"question": ["x"]}, {"question": "x" * 3000}])
def test_what_cannot_be_asked_gets_a_polite_line(page, given):
    (line,) = asked(page, language="ja", **given)
    assert line["state"] == "trouble"
    assert words("ja").cannot_ask.format(limit="2,000") in line["answer"]


def test_half_a_character_does_not_end_the_connection(page):
    body = '{"question": "\\ud800 How tall is the harbour tower?", "language": "en"}'
    answer = page.post("/talk/ask", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert json.loads(answer.text.splitlines()[-1])["state"] in ("answered", "refused", "trouble")


@pytest.mark.parametrize("path", ["ask", "shown", "next", "rate", "writer"])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{}", "text/plain", 415), (b"[]", "application/json", 400), (b"{", "application/json", 400),
     (b"[" * 200_000, "application/json", 400), (b"\xff", "application/json", 400),
     (b" " * 2_100_000, "application/json", 413)],
)  # fmt: skip
def test_other_bodies_are_turned_away(page, path, body, kind, status):
    answer = page.post(f"/talk/{path}", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["error"]


def test_too_many_are_told_politely(bot):
    app = FastAPI()
    add(app, Service(bot, Config()), Line(at_once=1, waiting=-1), bot.quick)
    with TestClient(app) as client:
        answer = client.post("/talk/ask", json={"question": TALL, "language": "ja"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["error"] == words("ja").busy


# --- the texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "cookie", "header", "language"),
    [("?lang=ja", "en", "en", "ja"), ("", "ja", "en", "ja"), ("", "", "ja,en;q=0.5", "ja"), ("?lang=xx", "", "de", "en"),
     ("?lang=<script>", "../x", "", "en")],
)  # fmt: skip
def test_the_page_is_in_the_language_that_is_wanted(page, query, cookie, header, language):
    headers = {"accept-language": header, **({"cookie": f"openstance-language={cookie}"} if cookie else {})}
    given = page.get(f"/talk/frame{query}", headers=headers).json()
    assert given["language"] == language
    assert given["words"]["heading"] == words(language).heading


@pytest.mark.parametrize(("name", "media"), [("page.js", "text/javascript"), ("page.css", "text/css")])
def test_script_and_style_may_be_kept(page, name, media):
    answer = page.get(f"/talk/{name}")
    assert answer.headers["content-type"].startswith(media)
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) > 1000


def test_the_server_says_that_it_answers(page):
    assert page.get("/talk/alive").status_code == 200


# --- what a browser kept --------------------------------------------------------------------------------------------------


def test_a_conversation_is_shown_again_in_either_language(page):
    *_, last = asked(page)
    for language in ("en", "ja"):
        given = page.post("/talk/shown", json={"talk": [last["record"]], "language": language}).json()
        assert "48 metres" in given["html"][0]
        assert words(language).copy in given["html"][0]
        assert given["talk"] == [last["record"]]


@pytest.mark.parametrize("talk", [None, "x", [1], [{"question": ""}], [{"question": {"a": 1}}]])
def test_what_is_no_conversation_shows_nothing(page, talk):
    assert page.post("/talk/shown", json={"talk": talk}).json() == {"html": [], "talk": []}


def test_markup_in_a_conversation_stays_text(page):
    hostile = "<img src=x onerror=alert(1)>"
    row = {
        "question": hostile,
        "state": "answered",
        "writer": hostile,
        "lang": hostile,
        "segments": [{"text": hostile, "cites": []}],
    }
    given = page.post("/talk/shown", json={"talk": [row, {**row, "state": "refused", "topics": [hostile]}]}).json()
    assert len(given["html"]) == 2
    assert "<img" not in "".join(given["html"])


# --- what to ask next, and thumbs ----------------------------------------------------------------------------------------


def test_what_is_offered_next_is_answered(page):
    *_, last = asked(page)
    (first, *_) = last["record"]["sources"]
    cites = [[first["n"], first["document"], first["start"], first["end"]]]
    html = page.post("/talk/next", json={"cites": cites, "asked": [TALL], "language": "en"}).json()["html"]
    offered = [part.partition('"')[0] for part in html.split('data-ask="')[1:]]
    assert len(offered) <= 3
    for question in offered:
        assert asked(page, question=question)[-1]["state"] == "answered"


@pytest.mark.parametrize("cites", [None, "x", [["a"]], [[1, "nowhere.md", 0, 5]]])
def test_nothing_is_offered_for_what_no_document_has(page, cites):
    assert page.post("/talk/next", json={"cites": cites, "asked": "x", "language": "en"}).json() == {"html": ""}


def test_a_rating_is_kept(page, kept):
    given = {"question": TALL, "answer": "48", "helpful": False, "word": "why", "citations": ["tower.en.md"], "language": "ja"}
    assert page.post("/talk/rate", json=given).json() == {"kept": True}
    rating = kept[-1]
    assert (rating.question, rating.answer, rating.helpful, rating.word) == (TALL, "48", False, "why")
    assert (rating.citations, rating.writer, rating.language) == (("tower.en.md",), "reader", "ja")
    assert rating.at.endswith("+00:00")


@pytest.mark.parametrize("given", [{}, {"question": TALL}, {"question": TALL, "helpful": 1}, {"helpful": True}])
def test_a_rating_of_nothing_is_turned_away(page, kept, given):
    before = len(kept)
    assert page.post("/talk/rate", json=given).status_code == 400
    assert len(kept) == before


def test_who_writes_is_told_and_an_unknown_writer_is_not_followed(page):
    lines = page.post("/talk/writer", json={"wanted": "", "before": "", "language": "en"}).text.splitlines()
    assert json.loads(lines[-1])["chosen"] == "reader"
    assert asked(page, writer="hub:nobody/nothing")[-1]["record"]["writer"] == "reader"


def test_small_talk_is_answered_in_the_programs_own_words(page):
    *_, last = asked(page, question="Thank you!")
    assert last["record"]["answer"] == phrases("en")["thanks"]
    (again,) = page.post("/talk/shown", json={"talk": [last["record"]], "language": "en"}).json()["html"]
    assert words("en").unchecked not in again
