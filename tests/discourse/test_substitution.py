"""Pronouns, figures, names and question words find their places."""

import pytest

from chatbot.discourse.substitution import asked_of, correction, fragment, introduced, only_asks, replaced, swapped


@pytest.mark.parametrize(
    ("question", "lang", "whole"),
    [
        ("When was it opened?", "en", "When was the tower opened?"),
        ("How tall are its walls?", "en", "How tall are the tower's walls?"),
        ("Who wrote this paper?", "en", "Who wrote the tower?"),
        ("それはいつ完成しましたか?", "ja", "the towerはいつ完成しましたか?"),
        ("その高さは?", "ja", "the towerの高さは?"),
        ("その会社は何を作りましたか?", "ja", "the towerは何を作りましたか?"),
    ],
)
def test_a_pronoun_gives_way_to_a_name(question, lang, whole):
    assert replaced(question, "the tower", lang) == whole


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("When was that?", "en"),
        ("When did they publish it?", "en"),
        ("I like it. Who built it?", "en"),
        ("Is it possible to enter?", "en"),
        ("Who built the tower?", "en"),
        ("その時、何がありましたか?", "ja"),
        ("それぞれの高さは?", "ja"),
        ("塔の高さは?", "ja"),
    ],
)
def test_no_name_is_forced_where_none_fits(question, lang):
    assert replaced(question, "the tower", lang) is None


def test_names_that_end_in_s_take_an_apostrophe_alone():
    assert replaced("What are its walls?", "the Towers", "en") == "What are the Towers' walls?"


@pytest.mark.parametrize(
    ("question", "lang", "parts"),
    [
        ("No, I meant the 2023 one", "en", ("", "2023")),
        ("Sorry, I meant the lamp.", "en", ("", "lamp")),
        ("not the tower, the lamp", "en", ("tower", "lamp")),
        ("いや、2023年のほう", "ja", ("", "2023年")),
        ("塔ではなく灯台です", "ja", ("塔", "灯台")),
        ("Who built it?", "en", None),
        ("いや", "ja", None),
        ("それはいつ?", "ja", None),
    ],
)
def test_corrections_are_taken_apart(question, lang, parts):
    assert correction(question, lang) == parts


@pytest.mark.parametrize(
    ("question", "lang", "piece"),
    [
        ("And in Europe?", "en", "in Europe"),
        ("What about Norway?", "en", "Norway"),
        ("And above 100B?", "en", "above 100B"),
        ("ヨーロッパでは?", "ja", "ヨーロッパで"),
        ("BLOOMは?", "ja", "BLOOM"),
        ("2024年はどうですか?", "ja", "2024年"),
        ("予算は?", "ja", None),
        ("And who built it?", "en", None),
        ("And its height?", "en", None),
        ("港の塔は?", "ja", None),
    ],
)
def test_fragments_are_told_from_questions(question, lang, piece):
    assert fragment(question, lang) == piece


@pytest.mark.parametrize(
    ("question", "old", "new", "lang", "whole"),
    [
        ("What was said about the 2022 draft?", "", "2023", "en", "What was said about the 2023 draft?"),
        ("What share is under 1B parameters?", "", "above 100B", "en", "What share is above 100B parameters?"),
        ("What was built in Norway?", "", "in Japan", "en", "What was built in Japan?"),
        ("What is BLOOM?", "", "Gradio", "en", "What is Gradio?"),
        ("BLOOMとは何ですか?", "", "Gradio", "ja", "Gradioとは何ですか?"),
        ("2022年の草案は?", "", "2023年", "ja", "2023年の草案は?"),
        ("Who built the tower?", "tower", "lamp", "en", "Who built the lamp?"),
        ("Who built the tower?", "bridge", "lamp", "en", None),
        ("What did Ada Stone say about Norway?", "", "in Japan", "en", None),
        ("What was built in 1931 and 1932?", "", "1933", "en", None),
        ("Who built the tower?", "", "2023", "en", None),
    ],
)
def test_like_takes_the_place_of_like(question, old, new, lang, whole):
    assert swapped(question, old, new, lang) == whole


@pytest.mark.parametrize(
    ("last", "question", "lang", "whole"),
    [
        ("Did Ada Stone build the tower?", "When was that?", "en", "When did Ada Stone build the tower?"),
        ("Is the tower open?", "And why?", "en", "Why is the tower open?"),
        ("Who built the tower?", "When?", "en", None),
        ("石田さんは意見書を出しましたか?", "それはいつ?", "ja", "石田さんが意見書を出したのはいつですか?"),
        ("石田さんは塔を買いましたか?", "いつ?", "ja", None),
        ("塔とは何ですか?", "なぜですか?", "ja", None),
    ],
)
def test_a_question_word_is_asked_of_a_yes_or_no_question(last, question, lang, whole):
    assert only_asks(question, lang)
    assert asked_of(last, question, lang) == whole


def test_a_question_with_words_of_its_own_is_no_question_word_alone():
    assert not only_asks("When was it opened?", "en")
    assert not only_asks("いつ完成しましたか?", "ja")
    assert asked_of("Did they?", "When was it opened?", "en") is None


def test_what_a_question_is_about_stands_before_it():
    assert introduced(["the tower", "Norway"], "Why?", "en") == "About the tower, Norway: Why?"
    assert introduced(["塔"], "なぜ?", "ja") == "塔について、なぜ?"
    assert introduced([], "Why?", "en") == "Why?"
