"""Lexical scores are held to BM25 written out a second time, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import language
from chatbot.retrieve.collection import Collection
from chatbot.retrieve.lexical import LexicalSearcher, coverage
from chatbot.types import Document, Passage, Query, Sentence

K1, B = 1.5, 0.75
# bm25s keeps its scores in single precision.
CLOSE = 1e-4

WORDS = st.sampled_from(["tower", "sea", "wood", "red", "blue", "tall"])
TEXTS = st.lists(WORDS, min_size=1, max_size=15)
COLLECTIONS = st.lists(TEXTS, min_size=1, max_size=12)
QUERIES = st.lists(st.one_of(WORDS, st.just("unheard")), min_size=1, max_size=6)


def collection(texts):
    # Each document is one of its own, else equal texts would be one passage.
    passages = tuple(
        Passage(Document(f"{number}.md", text, "text", "", "en"), (), (Sentence(0, len(text), text),))
        for number, text in enumerate(texts)
    )
    vectors = np.zeros((len(passages), 1), dtype=np.float32)
    return Collection(passages, vectors, vectors)


def inverse_frequency(term, texts):
    having = sum(term in text for text in texts)
    return math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))


def bm25(query, text, texts):
    """BM25 as Lucene has it (Kamphuis et al., ECIR 2020), each term of the query once; a share of what they could weigh."""
    mean_length = sum(map(len, texts)) / len(texts)
    total = 0.0
    for term in set(query):
        often = text.count(term)
        total += inverse_frequency(term, texts) * often / (often + K1 * (1 - B + B * len(text) / mean_length))
    return total / sum(inverse_frequency(term, texts) for term in set(query))


def searched(texts, query, k, analyse=str.split):
    hits = LexicalSearcher(collection(texts), analyse).search(Query(query, "en"), k)
    return {int(hit.passage.document.path.removesuffix(".md")): hit.score for hit in hits}


@settings(deadline=None)
@given(COLLECTIONS, QUERIES)
def test_scores_are_those_of_an_independent_bm25(texts, query):
    found = searched([" ".join(text) for text in texts], " ".join(query), len(texts))
    expected = {number: bm25(query, text, texts) for number, text in enumerate(texts)}
    assert found == pytest.approx({number: score for number, score in expected.items() if score > 0}, rel=CLOSE)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["The towers are tall.", "塔は赤く高い。", "A red sea", "海と塔の町", "towering"]), min_size=1),
    st.sampled_from(["How tall is the tower?", "赤い塔はどこ?", "red 塔", "sea 海"]),
)
def test_scores_agree_on_the_terms_of_both_languages(texts, query):
    analysed = [language.terms(text) for text in texts]
    found = searched(texts, query, len(texts), language.terms)
    expected = {number: bm25(language.terms(query), text, analysed) for number, text in enumerate(analysed)}
    assert found == pytest.approx({number: score for number, score in expected.items() if score > 0}, rel=CLOSE)


@settings(deadline=None)
@given(COLLECTIONS, QUERIES, st.integers(1, 12))
def test_the_best_come_first_and_no_more_than_asked(texts, query, k):
    scores = list(searched([" ".join(text) for text in texts], " ".join(query), k).values())
    best = sorted((score for text in texts if (score := bm25(query, text, texts)) > 0), reverse=True)
    assert scores == pytest.approx(best[:k], rel=CLOSE)
    assert all(0 < score <= 1 for score in scores)


def test_each_hit_tells_where_its_score_comes_from():
    (hit,) = LexicalSearcher(collection(["red tower"]), str.split).search(Query("red", "en"), 5)
    assert hit.parts == (("lexical", hit.score),)


@pytest.mark.parametrize("query", ["", "unheard", "unheard unseen"])
def test_nothing_is_found_for_terms_that_nothing_has(query):
    assert searched(["red tower", "blue sea"], query, 5) == {}


def test_a_passage_without_terms_is_never_found():
    assert set(searched(["the of", "red tower"], "the red", 5, language.terms)) == {1}
    assert searched(["the of"], "the red", 5, language.terms) == {}


@settings(deadline=None)
@given(COLLECTIONS, st.one_of(WORDS, st.just("unheard")))
def test_the_weight_of_a_term_is_its_inverse_frequency(texts, term):
    searcher = LexicalSearcher(collection([" ".join(text) for text in texts]), str.split)
    assert searcher.weight(term) == pytest.approx(inverse_frequency(term, texts))
    assert searcher.known(term) == any(term in text for text in texts)


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [(["red", "tower"], ["red"], 1 / 4), (["red", "red"], ["red"], 1.0), ([], ["red"], 1.0), (["red"], [], 0.0)],
)
def test_coverage_is_the_share_of_the_terms_weight(terms, text, expected):
    assert coverage(terms, text, {"red": 1.0, "tower": 3.0}.__getitem__) == expected
