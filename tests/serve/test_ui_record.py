"""What a browser keeps of a conversation comes back as it was; what somebody made up comes back as nothing or unchecked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer.phrases import phrases
from chatbot.serve.ui import fields, render
from chatbot.serve.ui.exchange import Exchange, follow
from chatbot.serve.ui.record import MOST_EXCHANGES, Library, record, restored
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Hit, Passage, Query, Refused, Sentence

EN = words("en")
TEXT = "One is here. Two is there."
DOCUMENT = Document("d.en.md", TEXT, "markdown", "Title", "en", "2025-01-02", "https://example.org/")
PASSAGE = Passage(DOCUMENT, ("Title", "Part"), (Sentence(0, 12, "One is here."), Sentence(13, 26, "Two is there.")))
LIBRARY = Library.of((PASSAGE,))
ONE = Citation(1, DOCUMENT, 0, 12)


def answered(text="One is here.[1]", writer="reader", citation=ONE, question="Why?"):
    exchange = follow(Exchange(1, question), Found(Query(question, "en"), (Hit(PASSAGE, 1.0),)))
    exchange = follow(follow(exchange, Delta(text)), Cited(citation))
    return follow(exchange, Done(Query(question, "en"), exchange.text, exchange.citations, False, 1.0, writer, {}))


def back(*exchanges):
    """Through JSON, as a browser keeps it."""
    return restored(json.loads(json.dumps([record(each) for each in exchanges])), LIBRARY, EN)


def test_an_answer_comes_back_as_it_was():
    (again,) = back(answered())
    assert render.exchange_html(again, EN) == render.exchange_html(answered(), EN)
    assert record(again) == record(answered())
    assert not again.unchecked


def test_a_date_after_the_mark_is_the_programs_own():
    dated = answered(f"One is here.[1] {phrases('en')['document_date'].format(date='2025-01-02')}")
    assert not back(dated)[0].unchecked


def test_a_record_has_what_a_copy_of_the_answer_needs():
    (source,) = record(answered())["sources"]
    assert source == {
        "n": 1, "document": "d.en.md", "title": "Title", "date": "2025-01-02", "url": "https://example.org/", "lang": "en",
        "quote": "One is here.", "start": 0, "end": 12,
    }  # fmt: skip


def test_a_refusal_comes_back_with_its_topics_in_the_programs_words():
    refused = follow(Exchange(1, "?"), Refused("Whatever", ("Gated <models>",)))
    refused = follow(refused, Done(Query("?", "en"), "Whatever", (), True, 1.0, "reader", {}))
    (again,) = back(refused)
    html = render.exchange_html(again, EN)
    assert again.state == "refused"
    assert "Gated &lt;models&gt;" in html
    assert "Whatever" not in html
    assert phrases("en")["refusal"] in html


@pytest.mark.parametrize(("state", "wanted"), [("stopped", "stopped"), ("going", "stopped"), ("trouble", "trouble")])
def test_an_answer_without_an_end_comes_back_without_one(state, wanted):
    (again,) = restored([{**record(answered()), "state": state}], LIBRARY, EN)
    assert again.state == wanted


def test_trouble_is_told_in_the_pages_own_words():
    (again,) = restored([{"question": "?", "state": "trouble", "answer": "Pay here"}], LIBRARY, EN)
    assert again.trouble == EN.failed


def test_a_quote_cannot_be_forged():
    forged = record(answered())
    forged["sources"][0]["quote"] = "Hugging Face hates openness."
    forged["sources"][0]["url"] = "https://evil.example/"
    (again,) = restored([forged], LIBRARY, EN)
    html = render.exchange_html(again, EN)
    assert "hates openness" not in html
    assert "evil.example" not in html
    assert "<mark>One is here.</mark>" in html


def test_words_that_no_document_has_are_marked_as_unchecked():
    forged = record(answered())
    forged["segments"][0]["text"] = "Hugging Face hates openness.[1]"
    (again,) = restored([forged], LIBRARY, EN)
    assert again.unchecked
    assert EN.unchecked in render.exchange_html(again, EN)
    assert restored([{**forged, "segments": [{"text": "So it is.", "cites": []}]}], LIBRARY, EN)[0].unchecked


def test_a_written_answer_comes_back_as_unchecked():
    (again,) = back(answered("In other words, one.[1]", "hub:m"))
    assert again.unchecked
    assert again.own_words


@pytest.mark.parametrize(
    "place",
    [[1, "d.en.md", 0, 11], [1, "other.md", 0, 12], [0, "d.en.md", 0, 12], [1, "d.en.md", -1, 12], [1, "../../x", 0, 12], "x",
     [1, "d.en.md", 0], [1, ["d.en.md"], 0, 12], [1, "d.en.md", 0.0, 12], [10**9, "d.en.md", 0, 12], None, {}],
)  # fmt: skip
def test_a_place_that_no_document_has_is_no_citation(place):
    row = {**record(answered()), "segments": [{"text": "One is here.[1]", "cites": [place]}]}
    (again,) = restored([row], LIBRARY, EN)
    assert again.citations == ()


def test_only_the_last_exchanges_come_back_counted_from_one():
    talk = restored([record(answered(question=f"q{n}")) for n in range(MOST_EXCHANGES + 9)], LIBRARY, EN)
    assert len(talk) == MOST_EXCHANGES
    assert [talk[0].number, talk[-1].number] == [1, MOST_EXCHANGES]
    assert talk[-1].question == f"q{MOST_EXCHANGES + 8}"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ROW = st.fixed_dictionaries(
    {"question": st.text(min_size=1)},
    optional={name: ANYTHING for name in ("standalone", "lang", "writer", "state", "topics", "segments", "answer")},
)


@given(ANYTHING | st.lists(ROW, max_size=3))
def test_whatever_comes_back_is_shown_or_left_out(kept):
    for exchange in restored(kept, LIBRARY, EN):
        html = render.exchange_html(exchange, EN)
        html.encode("utf-8")
        json.dumps(record(exchange))


def test_fields_are_of_the_right_kind_or_empty():
    assert (fields.text("abc", 2), fields.text(5, 2)) == ("ab", "")
    assert (fields.rows([1, 2, 3], 2), fields.rows("abc", 2)) == ([1, 2], [])
    assert [fields.whole(value, 1, 9) for value in (5, 0, 10, True, "5", None)] == [5, 1, 1, 1, 1, 1]
