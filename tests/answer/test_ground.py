"""An answer needs grounds: the question's words in what was found, near enough, and no name that no document has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer.ground import Enough, grounds, topics
from chatbot.grounds import Grounds
from chatbot.types import Query

BOTH = {"en": 1.0, "ja": 1.0}
ENOUGH = Enough(BOTH, 0.3)
ASKED = Query("How tall is the harbour tower?", "en")
SHARE = st.floats(0, 1)


def test_all_words_nearby_carry_an_answer_and_none_far_away_do_not():
    assert ENOUGH.weigh(Grounds(0.9, 1.0, True, ()), ASKED).enough
    assert not ENOUGH.weigh(Grounds(0.0, 0.0, True, ()), ASKED).enough


@given(SHARE, SHARE, st.booleans())
def test_nothing_carries_an_answer_about_strangers(near, covered, shown):
    assert not Enough(BOTH, 0.0).weigh(Grounds(near, covered, shown, ("Zorbium",)), ASKED).enough


@given(SHARE, SHARE, SHARE, SHARE, st.booleans())
def test_more_grounds_never_carry_less(near, covered, nearer, more, shown):
    if ENOUGH.weigh(Grounds(near, covered, shown, ()), ASKED).enough:
        assert ENOUGH.weigh(Grounds(max(near, nearer), max(covered, more), True, ()), ASKED).enough


@given(SHARE, SHARE, SHARE)
def test_a_higher_threshold_never_lets_more_through(near, covered, threshold):
    if Enough(BOTH, threshold).weigh(Grounds(near, covered, True, ()), ASKED).enough:
        assert Enough(BOTH, threshold / 2).weigh(Grounds(near, covered, True, ()), ASKED).enough


def test_the_line_runs_where_the_threshold_says():
    covered = Grounds(0.25, 0.5, True, ())
    assert Enough({"en": 0.0, "ja": 0.0}, 0.5).weigh(covered, ASKED).enough
    assert not Enough({"en": 0.0, "ja": 0.0}, 0.501).weigh(covered, ASKED).enough


def test_a_missing_figure_counts_against_an_answer():
    shown, missing = Grounds(0.5, 0.4, True, ()), Grounds(0.5, 0.4, False, ())
    least = next(step / 100 for step in range(100) if not Enough(BOTH, step / 100).weigh(missing, ASKED).enough)
    assert Enough(BOTH, least).weigh(shown, ASKED).enough


def test_cosines_count_as_far_as_they_are_trusted():
    near = Grounds(1.0, 0.2, True, ())
    assert Enough(BOTH, 0.3).weigh(near, ASKED).enough
    assert not Enough({"en": 0.0, "ja": 0.0}, 0.3).weigh(near, ASKED).enough


@given(SHARE, SHARE, SHARE, SHARE)
def test_a_reader_that_sees_the_answer_never_speaks_against_it(near, covered, sees, better):
    if ENOUGH.weigh(Grounds(near, covered, True, (), sees), ASKED).enough:
        assert ENOUGH.weigh(Grounds(near, covered, True, (), max(sees, better)), ASKED).enough


def test_a_reader_that_sees_no_answer_can_turn_the_scale():
    unsure = Grounds(0.4, 0.35, True, (), None)
    assert Enough(BOTH, 0.25).weigh(unsure, ASKED).enough
    assert not Enough(BOTH, 0.25).weigh(Grounds(0.4, 0.35, True, (), 0.0), ASKED).enough
    assert Enough(BOTH, 0.25).weigh(Grounds(0.4, 0.35, True, (), 1.0), ASKED).enough


# --- gathering them --------------------------------------------------------------------------------------------------


def test_grounds_are_gathered_from_the_best_passages(make_hit, make_vocabulary):
    hits = [
        make_hit(["The harbour tower is 48 metres tall."], dense=0.7),
        make_hit(["Crabs are sold by weight."], path="b.md", dense=0.3),
    ]
    found = grounds(ASKED, hits, ["The harbour tower is 48 metres tall."], make_vocabulary())
    assert (found.near, found.covered, found.shown, found.strangers) == (0.7, 1.0, True, ())


def test_words_that_only_a_heading_has_count(make_hit, make_vocabulary):
    hit = make_hit(["It is 48 metres tall."], title="The harbour tower")
    assert grounds(ASKED, [hit], [], make_vocabulary()).covered == 1.0


def test_nothing_found_is_no_ground(make_vocabulary):
    found = grounds(ASKED, [], [], make_vocabulary())
    assert (found.near, found.covered) == (0.0, 0.0)
    assert not ENOUGH.weigh(found, ASKED).enough


@pytest.mark.parametrize(
    ("question", "sentence", "shown"),
    [
        ("How many books are there?", "There are 52,000 books.", True),
        ("How many books are there?", "There are books.", False),
        ("How much did the lamp cost?", "The lamp cost $900.", True),
        ("How much did the lamp cost?", "The lamp was dear.", False),
        ("Who built it?", "It was built.", True),
        ("本は何冊ですか。いくらですか?", "本は高い。", False),
        ("本はいくらですか?", "本は900円です。", True),
    ],
)
def test_a_figure_that_is_asked_for_must_be_shown(make_hit, make_vocabulary, question, sentence, shown):
    query = Query(question, "en" if question.isascii() else "ja")
    assert grounds(query, [make_hit([sentence])], [sentence], make_vocabulary()).shown is shown


def test_strangers_are_looked_for_in_what_was_asked_last(make_hit, make_vocabulary):
    query = Query("What is Zorbium? And the tower?", "en", focus="And the tower?")
    vocabulary = make_vocabulary(strangers=["Zorbium"])
    assert grounds(query, [make_hit(["A tower."])], [], vocabulary).strangers == ()
    assert grounds(Query("What is Zorbium?", "en"), [make_hit(["A tower."])], [], vocabulary).strangers == ("Zorbium",)


# --- the nearest topics ----------------------------------------------------------------------------------------------


def test_topics_are_titles_each_once_those_in_the_askers_language_first(make_hit):
    titles = [("The bridge", "en"), ("大橋", "ja"), ("The bridge", "en"), ("図書館", "ja"), ("The tower", "en"), ("", "en")]
    hits = [make_hit(["x"], path=f"{n}.md", title=title, lang=lang) for n, (title, lang) in enumerate(titles)]
    assert topics(Query("?", "ja"), hits) == ("大橋", "図書館", "The bridge")
    assert topics(Query("?", "en"), hits) == ("The bridge", "The tower", "大橋")
    assert topics(Query("?", "en"), []) == ()
