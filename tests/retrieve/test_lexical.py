"""Lexical scores are held to BM25 written out a second time, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import language
from chatbot.retrieve.collection import Collection
from chatbot.retrieve.lexical import LexicalSearcher
from chatbot.retrieve.lexicon import Lexicon
from chatbot.types import Document, Passage, Query, Sentence, Term

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
        Passage(Document(f"{number}.md", text, "text", "", language.detect(text)), (), (Sentence(0, len(text), text),))
        for number, text in enumerate(texts)
    )
    vectors = np.zeros((len(passages), 1), dtype=np.float32)
    return Collection(passages, vectors, vectors)


def inverse_frequency(term, texts):
    having = sum(term in text for text in texts)
    return math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))


def raw(query, text, texts):
    """BM25 as Lucene has it (Kamphuis et al., ECIR 2020), each term of the query once."""
    mean_length = sum(map(len, texts)) / len(texts)
    total = 0.0
    for term in set(query):
        often = text.count(term)
        total += inverse_frequency(term, texts) * often / (often + K1 * (1 - B + B * len(text) / mean_length))
    return total


def bm25(query, text, texts):
    """A share of what the terms of the query could weigh at most."""
    return raw(query, text, texts) / sum(inverse_frequency(term, texts) for term in set(query))


def number(hit):
    return int(hit.passage.document.path.removesuffix(".md"))


def searched(texts, query, k, analyse=str.split):
    hits = LexicalSearcher(collection(texts), analyse).search(Query(query, "en"), k)
    return {number(hit): hit.score for hit in hits}


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
    searcher, own = LexicalSearcher(collection(texts)), language.detect(query)
    words = searcher.look_up(query, own)
    terms = [*language.terms(query), *(part for word in words for spelling in word.spellings for part in spelling)]
    most = sum(word.weight for word in words)
    analysed = [language.terms(text) for text in texts]
    expected = {n: min(1, raw(terms, text, analysed) / most) for n, text in enumerate(analysed)}
    hits = [hit for hit in searcher.search(Query(query, own), len(texts)) if hit.passage.document.language == own]
    found = {number(hit): hit.score for hit in hits}
    assert found == pytest.approx({n: e for n, e in expected.items() if e > 0 and language.detect(texts[n]) == own}, rel=CLOSE)


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
def test_the_weight_of_a_word_is_its_inverse_frequency(texts, term):
    (word,) = LexicalSearcher(collection([" ".join(text) for text in texts]), str.split).look_up(term, "en")
    assert word.spellings == ((term,),)
    assert word.weight == pytest.approx(inverse_frequency(term, texts))


@pytest.mark.parametrize(
    ("text", "share"), [({"red"}, 1 / 4), ({"red", "tower"}, 1.0), ({"scarlet"}, 1 / 4), ({"dark"}, 0.0), (set(), 0.0)]
)
def test_coverage_is_the_share_of_the_words_weight(text, share):
    words = [Term((("red",), ("scarlet",), ("dark", "rose")), 1.0), Term((("tower",),), 3.0)]
    assert language.covered(words, text) == share


def test_no_words_cover_nothing():
    assert language.covered([], {"red"}) == 0.0


# --- across the two languages ----------------------------------------------------------------------------------------

LEXICON = Lexicon({"灯台": ("tower",), "東京": ("tokyo",)}, sure={"東京"})


@pytest.mark.parametrize(
    ("query", "found"), [("How old is the tower?", {0, 1}), ("灯台はどこですか?", {0, 1}), ("Where is the bridge?", set())]
)
def test_the_word_list_reaches_documents_in_the_other_language(query, found):
    texts = ["The tower is old.", "灯台は古い。", "Crabs", "蟹"]
    hits = LexicalSearcher(collection(texts), lexicon=LEXICON).search(Query(query, language.detect(query)), 9)
    assert {number(hit) for hit in hits} == found


def test_without_a_word_list_what_is_written_alike_is_found():
    texts = ["Only BLOOM has it.", "BLOOMにある。", "蟹"]
    searcher = LexicalSearcher(collection(texts))
    for query in ("What did they say about BLOOM?", "BLOOMとは?"):
        assert {number(hit) for hit in searcher.search(Query(query, language.detect(query)), 9)} == {0, 1}


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("What does the tower say about Zorbium?", ("Zorbium",)),
        ("What does it say about BLOOM in 1999?", ("1999",)),
        ("Where is the BLOOM tower?", ()),
        ("ゾルビウムとは?", ("ゾルビウム",)),
        ("東京の灯台は?", ("東京",)),
        ("BLOOMの灯台は?", ()),
    ],
)
def test_names_and_figures_that_no_document_has_are_strangers(question, strangers):
    texts = ["The BLOOM tower is old.", "灯台は古い。"]
    assert LexicalSearcher(collection(texts), lexicon=LEXICON).strangers(question) == strangers
