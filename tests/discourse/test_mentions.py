"""Names and noun phrases are found by their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import language
from chatbot.discourse.mentions import mentions


def names(text, lang="en", asked=True):
    return [each.text for each in mentions(text, lang, asked) if each.name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is the Harbour Tower?", ["Harbour Tower"]),
        ("Did Zappa and the Mothers of Invention break up?", ["Zappa and the Mothers of Invention"]),
        ("Who wrote J. Stone's letters?", ["J. Stone"]),
        ("Frank Zappa: albums", ["Frank Zappa"]),
        ("Describe the tower", []),
        ("I’ve heard of it", []),
        ("What happened in 1931?", []),
    ],
)
def test_english_names(text, found):
    assert names(text) == found


def test_the_first_word_of_an_answer_is_no_name_for_its_capital():
    assert names("Lighthouses were built by Ada Stone. Towers too.", asked=False) == ["Ada Stone"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Harbour Towerとは何ですか?", ["Harbour Tower"]),
        ("『港の光』はいつ出ましたか?", ["港の光"]),
        ("「塔を建てる」とはどういう意味ですか?", []),
        ("マリア・ロペスは何を書きましたか?", ["マリア・ロペス"]),
        ("何年に完成しましたか?", []),
    ],
)
def test_japanese_names(text, found):
    assert names(text, "ja") == found


def test_noun_phrases_are_found_without_their_verbs():
    assert [each.text for each in mentions("How do you know when your garage door opener is going bad?", "en")] == [
        "garage door opener"
    ]
    assert [each.text for each in mentions("大灯台の所在地は?", "ja")] == ["大灯台", "所在地"]


def test_what_is_spoken_about_weighs_more_than_who_speaks_and_where():
    weights = {each.text: each.weight for each in mentions("What did Ada Stone say about the Tower Act in Norway?", "en")}
    assert weights["Tower Act"] > weights["Ada Stone"] > weights["Norway"]


@given(st.text(max_size=80), st.sampled_from(["en", "ja"]), st.booleans())
def test_mentions_stand_where_they_say(text, lang, asked):
    plain = language.normalise(text)
    for each in mentions(plain, lang, asked):
        assert plain.replace("’", "'")[each.start :].startswith(each.text)
        assert each.text.strip()
        assert 0 < each.weight < 3
