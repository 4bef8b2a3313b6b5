"""Two rankings become one: sums of scores, the asker's language a little ahead, ties always broken alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.retrieve.hybrid import OWN_LANGUAGE, HybridSearcher, fuse, twins
from chatbot.types import Document, Hit, Passage, Query, Sentence

ASKED = Query("where", "en")
WEIGHTS = {"dense": 1.0, "lexical": 0.5}
BOTH = {"en": 1.0, "ja": 1.0}


def found(name, score, path="a.md", lang="en", start=0):
    passage = Passage(Document(path, "text", "text", "", lang), (), (Sentence(start, start + 4, "text"),))
    return Hit(passage, score, ((name, score),))


def dense(score, path="a.md", lang="en", start=0):
    return found("dense", score, path, lang, start)


def lexical(score, path="a.md", lang="en", start=0):
    return found("lexical", score, path, lang, start)


def ranked(hits):
    return [(hit.passage.document.path, round(hit.score, 6)) for hit in hits]


class Listed:
    """A searcher that has its hits already and notes how many it was asked for."""

    def __init__(self, *hits):
        self.hits = list(hits)
        self.asked = []

    def search(self, query, k):
        self.asked.append(k)
        return self.hits[:k]


def test_scores_are_weighted_and_added():
    hits = fuse({"dense": [dense(0.8)], "lexical": [lexical(0.6)]}, WEIGHTS, ASKED)
    assert ranked(hits) == [("a.md", round(0.8 + 0.5 * 0.6 + OWN_LANGUAGE, 6))]
    assert hits[0].parts == (("dense", 0.8), ("lexical", 0.6), ("fused", hits[0].score))


def test_a_passage_that_shares_no_word_counts_nothing_there():
    hits = fuse({"dense": [dense(0.8), dense(0.7, "b.md")], "lexical": [lexical(0.6, "b.md")]}, WEIGHTS, ASKED)
    assert ranked(hits) == [("b.md", round(1 + OWN_LANGUAGE, 6)), ("a.md", round(0.8 + OWN_LANGUAGE, 6))]
    assert dict(hits[1].parts)["lexical"] == 0.0


def test_a_passage_that_dense_search_left_out_is_no_nearer_than_its_last():
    hits = fuse({"dense": [dense(0.8), dense(0.3, "c.md")], "lexical": [lexical(0.6, "b.md")]}, WEIGHTS, ASKED)
    assert {hit.passage.document.path: dict(hit.parts)["dense"] for hit in hits} == {"a.md": 0.8, "b.md": 0.3, "c.md": 0.3}


@pytest.mark.parametrize("empty", [{}, {"dense": []}, {"dense": [], "lexical": []}])
def test_nothing_found_is_nothing_fused(empty):
    assert fuse(empty, WEIGHTS, ASKED) == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_of_two_that_are_equal_the_askers_language_comes_first(lang):
    hits = [dense(0.5, "a.md", "en"), dense(0.5, "b.md", "ja")]
    best = fuse({"dense": hits}, WEIGHTS, Query("?", lang))[0]
    assert best.passage.document.language == lang


def test_the_language_only_tips_the_scales():
    hits = fuse({"dense": [dense(0.6, "ja.md", "ja"), dense(0.5, "en.md", "en")]}, WEIGHTS, ASKED)
    assert [hit.passage.document.path for hit in hits] == ["ja.md", "en.md"]


@settings(deadline=None)
@given(st.permutations([(path, start) for path in ("a.md", "b.md", "c.md") for start in (0, 10)]))
def test_ties_are_broken_by_place_whatever_the_order(places):
    hits = fuse({"dense": [dense(0.5, path, start=start) for path, start in places]}, WEIGHTS, ASKED)
    assert [(hit.passage.document.path, hit.passage.span[0]) for hit in hits] == sorted(places)


# --- searching -------------------------------------------------------------------------------------------------------


def test_at_most_k_come_back_though_more_are_looked_at():
    near = Listed(*(dense(1 - n / 100, f"{n:02}.md") for n in range(30)))
    hits = HybridSearcher({"dense": near, "lexical": Listed()}, WEIGHTS, BOTH).search(ASKED, 5)
    assert [hit.passage.document.path for hit in hits] == [f"{n:02}.md" for n in range(5)]
    assert near.asked[0] > 5


@pytest.mark.parametrize("name", ["dense", "lexical"])
def test_a_searcher_without_weight_is_not_even_asked(name):
    searchers = {"dense": Listed(dense(0.9)), "lexical": Listed(lexical(0.9, "b.md"))}
    hits = HybridSearcher(searchers, {**WEIGHTS, name: 0.0}, BOTH).search(ASKED, 5)
    assert searchers[name].asked == []
    assert [len(hits), name in dict(hits[0].parts)] == [1, False]


def test_cosines_count_as_far_as_they_are_trusted_in_the_questions_language():
    searchers = {"dense": Listed(dense(1.0)), "lexical": Listed()}
    hybrid = HybridSearcher(searchers, WEIGHTS, {"en": 1.0, "ja": 0.25})
    assert ranked(hybrid.search(Query("?", "en"), 1)) == [("a.md", 1.0 + OWN_LANGUAGE)]
    assert ranked(hybrid.search(Query("?", "ja"), 1)) == [("a.md", 0.25)]


# --- documents in two languages --------------------------------------------------------------------------------------


def test_of_a_document_in_two_languages_the_askers_is_searched():
    hits = [dense(0.9, "a.ja.md", "ja"), dense(0.5, "a.en.md", "en"), dense(0.4, "b.ja.md", "ja")]
    pair = twins([hit.passage.document for hit in hits])
    hybrid = HybridSearcher({"dense": Listed(*hits), "lexical": Listed()}, WEIGHTS, BOTH, pair)
    assert [hit.passage.document.path for hit in hybrid.search(Query("?", "en"), 5)] == ["a.en.md", "b.ja.md"]
    assert [hit.passage.document.path for hit in hybrid.search(Query("?", "ja"), 5)] == ["a.ja.md", "b.ja.md"]


@pytest.mark.parametrize(
    ("documents", "pairs"),
    [
        ([("a.en.md", "en", ""), ("a.ja.md", "ja", "")], {"a.en.md", "a.ja.md"}),
        ([("x/a.md", "en", ""), ("x/a.ja.md", "ja", "")], {"x/a.md", "x/a.ja.md"}),
        ([("x/a.md", "en", ""), ("y/a.ja.md", "ja", "")], set()),
        ([("a.en.md", "en", ""), ("b.ja.md", "ja", "a.en.md")], {"a.en.md", "b.ja.md"}),
        ([("a.en.md", "en", ""), ("a.md", "en", "")], set()),
        ([("a.en.md", "en", ""), ("b.ja.md", "ja", "gone.en.md")], set()),
        ([], set()),
    ],
)
def test_pairs_are_known_by_their_names_or_by_what_they_say(documents, pairs):
    assert twins([Document(path, "", "text", "", lang, translation_of=of) for path, lang, of in documents]) == pairs
