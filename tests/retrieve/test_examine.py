"""A closer look at the first hits: what the examiner says moves them, and the others stay as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.retrieve.examine import ExaminedReranker, ExaminedWeights
from chatbot.types import Examined, Query

ASKED = Query("What is sold? And when?", "en", focus="And when?")


class AsTheyCome:
    """Leaves the order as it is."""

    def rerank(self, query, hits):
        return list(hits)


class Told:
    """Says of each passage what it was told, by the passage's first sentence."""

    def __init__(self, answers):
        self.answers = answers
        self.calls = []

    def examine(self, question, passages):
        self.calls.append((question, list(passages)))
        return [
            Examined(share := self.answers.get(passage.sentences[0].text, 0.0), (share,) * len(passage.sentences), share)
            for passage in passages
        ]


@pytest.fixture
def hits(make_hit):
    return [make_hit([name, f"{name} again"], (0.9 - n / 10, 0.1), path=f"{name}.md") for n, name in enumerate("abcd")]


def order(hits):
    return "".join(hit.passage.sentences[0].text for hit in hits)


def test_a_passage_that_answers_rises(hits):
    found = ExaminedReranker(AsTheyCome(), Told({"c": 1.0}), look=4).rerank(ASKED, hits)
    assert order(found) == "cabd"
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_only_the_first_are_looked_at_and_the_rest_stay_as_they_were(hits):
    told = Told({"b": 1.0, "d": 1.0})
    found = ExaminedReranker(AsTheyCome(), told, look=2).rerank(ASKED, hits)
    assert order(found) == "bacd"
    assert found[2:] == hits[2:]
    assert told.calls == [(ASKED.text, [hit.passage for hit in hits[:2]])]


def test_what_was_first_ordered_decides_which_are_looked_at(hits):
    class Backwards:
        def rerank(self, query, hits):
            return list(hits)[::-1]

    told = Told({})
    ExaminedReranker(Backwards(), told, look=1).rerank(ASKED, hits)
    assert told.calls[0][1] == [hits[-1].passage]


def test_scores_and_what_they_are_made_of_are_told(hits):
    weights = ExaminedWeights(sentence=0.5, passage=0.25)
    (found,) = ExaminedReranker(AsTheyCome(), Told({"a": 0.8}), look=9, weights=weights).rerank(ASKED, hits[:1])
    assert found.sentence_scores == pytest.approx((0.9 + 0.4 + 0.2, 0.1 + 0.4 + 0.2))
    assert found.score == max(found.sentence_scores)
    assert found.parts == (*hits[0].parts, ("answers", 0.8), ("holds", 0.8))
    assert found.passage == hits[0].passage


def test_equals_stand_in_the_order_of_their_paths(make_hit):
    hits = [make_hit(["x"], (0.5,), path=path) for path in ("b.md", "c.md", "a.md")]
    found = ExaminedReranker(AsTheyCome(), Told({}), look=3).rerank(ASKED, hits)
    assert [hit.passage.document.path for hit in found] == ["a.md", "b.md", "c.md"]


def test_no_hits_stay_no_hits():
    assert ExaminedReranker(AsTheyCome(), Told({}), look=3).rerank(ASKED, []) == []


SHARES = st.lists(st.floats(0, 1), min_size=4, max_size=4)


@given(SHARES, st.integers(0, 6))
def test_no_hit_is_lost_and_none_is_added(make_hit, shares, look):
    hits = [make_hit([name], (0.5,), path=name) for name in "abcd"]
    told = Told(dict(zip("abcd", shares, strict=True)))
    assert sorted(order(ExaminedReranker(AsTheyCome(), told, look).rerank(ASKED, hits))) == list("abcd")
