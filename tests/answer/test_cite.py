"""Every sentence given carries the number of its source, and the source is quoted to the letter."""

import pytest

from chatbot.answer.cite import attach
from chatbot.answer.phrases import phrases
from chatbot.answer.read import Chosen
from chatbot.types import Cited, Delta, Query

PLAIN = Query("What is the tower like?", "en")


def chosen(hit):
    return [
        Chosen(hit.passage, sentence, score) for sentence, score in zip(hit.passage.sentences, hit.sentence_scores, strict=True)
    ]


def said(events):
    return "".join(event.text for event in events if isinstance(event, Delta))


@pytest.fixture
def attached(make_hit):
    """Return the events of an answer made of whole hits."""

    def attach_all(query, *hits):
        return list(attach(query, [each for hit in hits for each in chosen(hit)]))

    return attach_all


def test_each_sentence_is_followed_by_its_citation(attached, make_hit):
    events = attached(PLAIN, make_hit(["It is tall.", "It is white."]), make_hit(["It is old."], path="b.md"))
    assert [type(event) for event in events] == [Delta, Cited] * 3
    assert said(events) == "It is tall.[1] It is white.[2] It is old.[3]"


def test_citations_are_numbered_from_one_in_order(attached, make_hit):
    events = attached(PLAIN, make_hit([f"Fact {n}." for n in range(12)]))
    assert [event.citation.number for event in events if isinstance(event, Cited)] == list(range(1, 13))


def test_quotes_are_verbatim_at_their_offsets(attached, make_hit):
    hit = make_hit(["It is **tall**.", "塔は白い。"], start=7)
    for event, sentence in zip([e for e in attached(PLAIN, hit) if isinstance(e, Cited)], hit.passage.sentences, strict=True):
        citation = event.citation
        assert (citation.start, citation.end) == (sentence.start, sentence.end)
        assert citation.quote == citation.document.text[citation.start : citation.end] == sentence.text


def test_the_items_of_a_list_stand_on_lines_of_their_own(attached, make_hit):
    hit = make_hit([("lead", "Three rules:"), ("item", "No dogs."), ("item", "No fire."), "That is all."])
    assert said(attached(PLAIN, hit)) == "Three rules:[1]\n- No dogs.[2]\n- No fire.[3]\nThat is all.[4]"
    assert said(attached(PLAIN, make_hit([("item", "No dogs."), ("item", "No fire.")]))) == "- No dogs.[1]\n- No fire.[2]"


def test_japanese_sentences_follow_each_other_without_a_space(attached, make_hit):
    hit = make_hit(["塔は高い。", "塔は白い。"], lang="ja")
    assert said(attached(Query("塔は?", "ja"), hit)) == "塔は高い。[1]塔は白い。[2]"


@pytest.mark.parametrize(("asker", "source"), [("ja", "en"), ("en", "ja")])
def test_a_source_in_the_other_language_is_told_in_the_askers(attached, make_hit, asker, source):
    query = Query("?", asker)
    foreign, own = make_hit(["One."], path="a.md", lang=source), make_hit(["Two."], path="b.md", lang=asker)
    assert said(attached(query, foreign)).endswith("\n" + phrases(asker)["other_language"])
    assert said(attached(query, foreign, own)).endswith("\n" + phrases(asker)["partly_other_language"])
    assert "\n" not in said(attached(query, own))


def test_where_a_date_is_asked_for_and_none_is_told_the_documents_date_follows(attached, make_hit):
    asked, hit = Query("When was the tower painted?", "en"), make_hit(["The tower was painted."], date="2024-05-17")
    assert said(attached(asked, hit)) == "The tower was painted.[1] (document of 2024-05-17)"
    assert said(attached(PLAIN, hit)) == "The tower was painted.[1]"
    assert (
        said(attached(Query("いつ?", "ja"), make_hit(["塗られた。"], lang="ja", date="2024-05")))
        == "塗られた。[1] (2024-05付の資料)"
    )


@pytest.mark.parametrize("about", [{}, {"date": ""}])
def test_a_document_without_a_date_gets_no_note(attached, make_hit, about):
    assert said(attached(Query("When was it painted?", "en"), make_hit(["It was painted."], **about))) == "It was painted.[1]"


def test_a_sentence_that_has_a_date_needs_no_note(attached, make_hit):
    hit = make_hit(["It was painted in March 1962."], date="2024-05-17")
    assert said(attached(Query("When was it painted?", "en"), hit)) == "It was painted in March 1962.[1]"


def test_nothing_chosen_is_nothing_said():
    assert list(attach(PLAIN, [])) == []
