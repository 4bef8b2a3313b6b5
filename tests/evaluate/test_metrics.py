"""Metrics give the figures that were worked out by hand, and stay within their bounds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.evaluate import metrics
from chatbot.evaluate.metrics import ReadingScore
from chatbot.evaluate.questions import Question

LANGUAGES = st.sampled_from(["en", "ja"])
TEXTS = st.text(alphabet="ab the.。犬猫 Ａ", max_size=12)
READINGS = st.lists(
    st.builds(
        ReadingScore,
        answerable=st.booleans(),
        exact=st.just(0.0),
        f1=st.floats(0, 1),
        no_answer=st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    ),
    min_size=1,
    max_size=12,
)


def question(**changes):
    values = {
        "id": "q",
        "language": "en",
        "type": "fact",
        "text": "How tall is the tower?",
        "past": (),
        "answerable": True,
        "cross_lingual": False,
        "facts": (("333 ?m",), ("red", "赤")),
        "documents": frozenset({"tower.md"}),
    }
    return Question(**(values | changes))


def answer(text, *, refused=False, citations=()):
    return {"answer": text, "refused": refused, "citations": list(citations)}


def citation(document, quote="red", start=0, end=3):
    return {"document": document, "quote": quote, "start": start, "end": end}


def nothing(_):
    return None


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "met"),
    [
        ("1500 models", "It has １,５００　MODELS.", True),
        ("1500", "1,50", False),
        ("8 trillion", "8\n  trillion", True),
        ("40億", "４０億ドル", True),
        ("red", "blue", False),
    ],
)
def test_a_fact_is_found_in_the_folded_answer(pattern, text, met):
    assert metrics.facts_met([["never said", pattern]], text) == [met]


def test_an_answer_is_full_only_with_all_facts():
    assert metrics.score_answer(question(), answer("333 m and red"), nothing).full
    half = metrics.score_answer(question(), answer("333 m"), nothing)
    assert (half.full, half.facts) == (False, 0.5)


def test_a_refusal_states_no_fact_even_where_its_words_do():
    score = metrics.score_answer(question(), answer("333 m and red", refused=True), nothing)
    assert (score.full, score.facts, score.refused) == (False, 0.0, True)


def test_a_document_with_the_evidence_among_others_counts_as_cited():
    right = metrics.score_answer(question(), answer("", citations=[citation("other.md"), citation("tower.md")]), nothing)
    wrong = metrics.score_answer(question(), answer("", citations=[citation("other.md")]), nothing)
    none = metrics.score_answer(question(), answer(""), nothing)
    assert (right.doc_cited, wrong.doc_cited, none.doc_cited) == (True, False, None)


@pytest.mark.parametrize(
    ("text", "quote", "start", "end", "expected"),
    [
        ("a red tower", "red", 2, 5, True),
        ("a red tower", "red", 3, 6, False),
        ("a red tower", "", 2, 2, False),
        (None, "red", 2, 5, False),
        ("", "", 0, 0, False),
    ],
)
def test_a_quote_is_verbatim_only_at_its_place(text, quote, start, end, expected):
    assert metrics.is_verbatim(citation("tower.md", quote, start, end), text) is expected


def test_averages_keep_answerable_and_unanswerable_apart():
    unanswerable = question(answerable=False, facts=(), documents=frozenset())
    texts = {"tower.md": "red"}.get
    scores = [
        metrics.score_answer(question(), answer("333m, red", citations=[citation("tower.md")]), texts),
        metrics.score_answer(question(), answer("no", refused=True), texts),
        metrics.score_answer(unanswerable, answer("sorry", refused=True), texts),
        metrics.score_answer(unanswerable, answer("blue", citations=[citation("none.md")]), texts),
    ]
    assert metrics.summarise(scores) == {
        "n": 4,
        "full": 0.5,
        "facts": 0.5,
        "false_refusal": 0.5,
        "refused": 0.5,
        "doc_cited": 1.0,
        "has_citation": 1.0,
        "quote_verbatim": 0.5,
        "length": 6.5,
    }


def test_columns_without_a_value_are_left_out():
    assert set(metrics.summarise([metrics.score_answer(question(), answer("no", refused=True), nothing)])) == {
        "n",
        "full",
        "facts",
        "false_refusal",
    }


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranked", "right", "k", "reciprocal", "recall"),
    [
        ([3, 1, 2], {1}, 10, 1 / 2, 1.0),
        ([3, 1, 2], {1, 2}, 10, 1 / 2, 1.0),
        ([3, 1, 2], {2}, 2, 0.0, 0.0),
        ([3, 1, 2], {3, 9}, 10, 1.0, 0.5),
        ([], {1}, 10, 0.0, 0.0),
        ([1], set(), 10, 0.0, 0.0),
    ],
)
def test_rank_and_recall_of_a_known_ranking(ranked, right, k, reciprocal, recall):
    assert metrics.reciprocal_rank(ranked, right, k) == reciprocal
    assert metrics.recall(ranked, right, k) == recall


@given(st.permutations(range(15)), st.integers(0, 20), st.integers(1, 15))
def test_reciprocal_rank_is_zero_or_the_inverse_of_a_rank_up_to_k(ranked, right, k):
    score = metrics.reciprocal_rank(ranked, {right}, k)
    assert score == 0 or 1 / k <= score <= 1
    assert (score > 0) == (metrics.recall(ranked, {right}, k) == 1)


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "accepted", "language", "exact", "f1"),
    [
        ("The Tower.", ["tower"], "en", 1.0, 1.0),
        ("the red tower", ["red house", "a tower"], "en", 0.0, 2 / 3),
        ("U.S.", ["us"], "en", 1.0, 1.0),
        ("red red", ["red"], "en", 0.0, 2 / 3),
        ("blue", ["red"], "en", 0.0, 0.0),
        ("the", ["red"], "en", 0.0, 0.0),
        ("red", [], "en", 0.0, 0.0),
        ("東京都。", ["東京都"], "ja", 1.0, 1.0),
        ("東京都", ["東京"], "ja", 0.0, 4 / 5),
        ("「東京」", ["東京"], "ja", 0.0, 2 / 3),
        ("NHK  ラジオ", ["nhk ラジオ"], "ja", 1.0, 1.0),
        ("大阪", ["東京"], "ja", 0.0, 0.0),
    ],
)
def test_exact_match_and_f1_of_known_answers(said, accepted, language, exact, f1):
    assert metrics.exact_match(said, accepted, language) == exact
    assert metrics.best_f1(said, accepted, language) == pytest.approx(f1)


@given(TEXTS, TEXTS, LANGUAGES)
def test_f1_is_symmetric_and_a_share(one, other, language):
    score = metrics.overlap_f1(one, other, language)
    assert score == metrics.overlap_f1(other, one, language)
    assert 0 <= score <= 1


@given(TEXTS, st.lists(TEXTS, max_size=3), LANGUAGES)
def test_an_exact_match_has_full_f1(said, accepted, language):
    assert metrics.best_f1(said, [*accepted, said], language) == 1
    assert metrics.exact_match(said, accepted, language) <= metrics.best_f1(said, accepted, language)


def test_the_best_threshold_parts_answerable_from_unanswerable():
    scores = [
        ReadingScore(answerable=True, exact=1.0, f1=1.0, no_answer=0.1),
        ReadingScore(answerable=True, exact=0.0, f1=0.5, no_answer=0.6),
        ReadingScore(answerable=False, exact=0.0, f1=0.0, no_answer=0.7),
        ReadingScore(answerable=True, exact=0.0, f1=0.4, no_answer=0.8),
    ]
    assert metrics.best_threshold(scores) == 0.6
    assert metrics.at_threshold(scores, 0.6) == pytest.approx(
        {"n": 4, "threshold": 0.6, "exact": 0.5, "f1": 2.5 / 4, "withheld_right": 1.0, "withheld_wrong": 1 / 3}
    )


def test_a_threshold_does_not_part_equal_readings():
    answerable = ReadingScore(answerable=True, exact=1.0, f1=1.0, no_answer=0.5)
    unanswerable = ReadingScore(answerable=False, exact=0.0, f1=0.0, no_answer=0.5)
    assert metrics.best_threshold([answerable, unanswerable]) == -1
    assert metrics.at_threshold([answerable, unanswerable], -1)["f1"] == 0.5


@given(READINGS)
def test_no_threshold_does_better_than_the_best(scores):
    best = metrics.at_threshold(scores, metrics.best_threshold(scores))["f1"]
    others = [metrics.at_threshold(scores, other)["f1"] for other in (-1, 0, 0.2, 0.5, 0.9, 1)]
    assert best >= max(others) or math.isclose(best, max(others))


# --- averages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([7], 0.95, 7), ([4, 1, 3, 2], 0.5, 2.5), ([0, 10], 0.95, 9.5), ([3, 1, 2], 0, 1), ([3, 1, 2], 1, 3)],
)
def test_percentiles_of_known_values(values, share, expected):
    assert metrics.percentile(values, share) == pytest.approx(expected)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1], 1.5), ([1], -0.1)])
def test_a_percentile_of_nothing_is_refused(values, share):
    with pytest.raises(ValueError, match="no percentile"):
        metrics.percentile(values, share)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_percentiles_agree_with_numpy(values, share):
    import numpy as np

    assert metrics.percentile(values, share) == pytest.approx(float(np.quantile(values, share)), rel=1e-9, abs=1e-6)


def test_no_times_have_no_percentiles():
    assert metrics.latencies([]) == {}
    assert metrics.latencies([1.0, 3.0]) == pytest.approx({"p50_ms": 2.0, "p95_ms": 2.9})
