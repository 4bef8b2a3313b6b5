"""An answer as it is said: short, its sources named, the rest on demand."""

import pytest

from chatbot.serve.wyoming.reply import Replying
from chatbot.serve.wyoming.words import words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query, Refused, Turn, Writing
from chatbot.voice.memory import Memory
from chatbot.voice.phrases import phrases

LAW = Document("law.md", "text", "markdown", "Our response to the law", "en", date="2025-03-19", publisher="Hugging Face")
NEWS = Document("news.md", "text", "markdown", "ニュース", "ja", date="2023", kind="blog")


class Scripted:
    """Answers with given events; keeps what it was asked, and how far it came."""

    def __init__(self, *events):
        self.events, self.asked, self.given = events, [], 0

    def ask(self, question, past=()):
        self.asked.append((question, tuple(past)))
        for event in self.events:
            self.given += 1
            yield event


def cited(text, document=LAW):
    return Delta(text), Cited(Citation(1, document, 0, 1))


def done(language="en", answer=""):
    return Done(Query("?", language), answer, (), False, 1.0, "reader", {})


def steps(bot, question="Why?", before=None, lasting=True):
    *said, after = Replying(lambda: bot).reply(question, before or Memory(), lasting)
    return [text for text in said if text], after


FIVE = tuple(event for text in ("One.[1]", " Two.[2]", " Three.[3]", " Four.[4]", " Five.[5]") for event in cited(text))


def test_a_source_is_named_when_it_changes_and_no_mark_is_said():
    said, _ = steps(Scripted(*cited("One.[1]"), *cited(" Two.[2]"), *cited(" Three.[3]", NEWS), done()))
    assert len(said) == 3
    assert said[0].startswith("According to Hugging Face's March twenty twenty-five response")
    assert said[0].endswith(", One.")
    assert said[1] == "Two."
    assert "twenty twenty-three blog post" in said[2]


def test_a_source_is_named_in_japanese_before_the_sentence():
    (said,), _ = steps(Scripted(Found(Query("?", "ja"), ()), *cited("一つです。[1]", NEWS), done("ja")), "何ですか?")
    assert "によると、" in said
    assert said.endswith("です。")


def test_what_is_too_much_is_offered_and_then_said():
    bot = Scripted(*FIVE, done(answer="One. Two."))
    said, after = steps(bot)
    assert said[1:] == ["Two.", "Three.", "Shall I go on?"]
    more, end = steps(bot, "Yes, please.", after)
    assert more == ["Four.", "Five."]
    assert end.rest == ()
    assert end.past == (Turn("Why?", "One. Two."),)
    assert len(bot.asked) == 1


def test_who_has_enough_is_left_alone():
    _, after = steps(Scripted(*FIVE, done()))
    said, end = steps(Scripted(), "no thank you", after)
    assert said == [words("en").enough]
    assert end.rest == ()


def test_an_answer_is_repeated_with_its_source():
    said, after = steps(Scripted(*FIVE, done()))
    again, end = steps(Scripted(), "Say that again, please", after)
    assert again == said
    assert end == after


def test_another_question_drops_the_rest():
    bot = Scripted(*FIVE, done())
    _, after = steps(bot)
    steps(bot, "And the price?", after)
    assert bot.asked[1] == ("And the price?", after.past)


@pytest.mark.parametrize("text", ["Yes", "Repeat that", "Go on", "No"])
def test_a_word_on_an_answer_is_a_question_where_there_was_none(text):
    bot = Scripted(Delta("What?"), done())
    assert steps(bot, text)[0] == ["What?"]


def test_where_nothing_is_left_going_on_says_so():
    _, after = steps(Scripted(*cited("One."), done()))
    assert steps(Scripted(), "Go on.", after) == ([phrases("en").nothing_more], after)


def test_going_on_is_not_offered_to_one_who_cannot_be_known_again():
    said, after = steps(Scripted(*FIVE, done()), lasting=False)
    assert "Shall I go on?" not in said
    assert after.rest == ()


def test_a_refusal_is_short():
    said, _ = steps(Scripted(Found(Query("?", "en"), ()), Refused("Not there.", ("the AI Act", "licences")), done()))
    assert said[0] == phrases("en").refused
    assert "the AI Act" in said[1]
    assert len(said) == 2


def test_a_larger_model_is_not_waited_for():
    bot = Scripted(*cited("One."), Writing("hub:large"), *cited("Another."), done())
    said, _ = steps(bot)
    assert len(said) == 1
    assert bot.given == 3


def test_all_that_was_found_before_a_larger_model_writes_is_said_or_offered():
    said, after = steps(Scripted(*FIVE, Writing("hub:large"), done()))
    assert said[1:] == ["Two.", "Three.", "Shall I go on?"]
    assert [sentence.text for sentence in after.rest] == ["Four.[4]", "Five.[5]"]


def test_both_languages_have_every_word():
    assert words("en").enough
    assert words("ja").too_long
