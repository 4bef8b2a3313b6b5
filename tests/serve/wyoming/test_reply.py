"""An answer as it is said: short, its sources named, the rest on demand."""

import pytest

from chatbot.serve.wyoming.conversations import Conversation
from chatbot.serve.wyoming.reply import Replying, pieces, sourced
from chatbot.serve.wyoming.words import consent, words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query, Refused, Turn, Writing

LAW = Document("law.md", "text", "markdown", "What we think of the law", "en", date="2025-03-19")
NEWS = Document("news.md", "text", "markdown", "News", "en", date="2023")


class Scripted:
    """Answers with given events; keeps what it was asked, and whether it was let end."""

    def __init__(self, *events):
        self.events, self.asked, self.given = events, [], 0

    def ask(self, question, past=()):
        self.asked.append((question, tuple(past)))
        for event in self.events:
            self.given += 1
            yield event


def cited(text, document=LAW):
    return Delta(text), Cited(Citation(1, document, 0, 1))


def done(language="en"):
    return Done(Query("?", language), "", (), False, 1.0, "reader", {})


def steps(bot, question="Why?", before=None, sentences=2, lasting=True):
    *said, after = Replying(lambda: bot, sentences, lambda text, language: text).reply(
        question, before or Conversation(), lasting
    )
    return said, after


def test_a_source_is_named_when_it_changes():
    bot = Scripted(*cited("One.[1]"), *cited(" Two.[2]"), *cited("\n- Three.[3]", NEWS), done())
    said, _ = steps(bot, sentences=3)
    assert said == ["According to “What we think of the law”, March 2025: One.", "Two.", "According to “News”, 2023: Three."]


def test_what_is_too_much_is_offered_and_then_said():
    bot = Scripted(*cited("One."), *cited("Two."), *cited("Three."), *cited("Four."), *cited("Five."), done())
    said, after = steps(bot)
    assert said[1:] == ["Two.", "Shall I go on?"]
    more, later = steps(bot, "Yes, go on.", after)
    assert more == ["Three.", "Four.", "Shall I go on?"]
    last, end = steps(bot, "OK", later)
    assert last == ["Five."]
    assert end.rest == ()
    assert len(bot.asked) == 1
    assert end.turns == (Turn("Why?", "One.Two.Three.Four.Five."),)


def test_who_has_enough_is_left_alone():
    bot = Scripted(*cited("One."), *cited("Two."), *cited("Three."), done())
    _, after = steps(bot)
    assert steps(bot, "no thank you", after) == ([words("en").enough], Conversation(after.turns, (), "en"))


def test_another_question_drops_the_rest():
    bot = Scripted(*cited("One."), *cited("Two."), *cited("Three."), done())
    _, after = steps(bot)
    steps(bot, "And the price?", after)
    assert bot.asked[1] == ("And the price?", after.turns)


def test_yes_is_a_question_where_nothing_was_offered():
    bot = Scripted(Delta("Yes what?"), done())
    assert steps(bot, "Yes")[0] == ["Yes what?"]


def test_going_on_is_not_offered_to_one_who_cannot_be_known_again():
    bot = Scripted(*cited("One."), *cited("Two."), *cited("Three."), done())
    said, after = steps(bot, lasting=False)
    assert "Shall I go on?" not in said
    assert after.rest == ()


def test_a_remark_on_the_sources_is_said_only_after_the_whole_answer():
    remark = Delta("\n(The source is in Japanese.)")
    assert steps(Scripted(*cited("One."), remark, done()))[0][-1] == "(The source is in Japanese.)"
    assert steps(Scripted(*cited("One."), *cited("Two."), remark, done()))[0][-1] == "Two."


def test_a_refusal_and_small_talk_are_said_as_they_are():
    assert steps(Scripted(Found(Query("?", "en"), ()), Refused("Not there.", ()), done()))[0] == ["Not there."]
    said, after = steps(Scripted(Delta("どういたしまして。"), done("ja")), "Thanks")
    assert (said, after.language) == (["どういたしまして。"], "ja")


def test_a_larger_model_is_not_waited_for():
    bot = Scripted(*cited("One."), Writing("hub:large"), *cited("Another."), done())
    assert steps(bot)[0][1:] == []
    assert bot.given == 3


def test_pieces_have_the_language_of_the_answer():
    events = iter([Found(Query("?", "ja"), ()), *cited("一つ。"), Delta("二つ。"), done("ja")])
    assert [(piece.text, piece.language, piece.source) for piece in pieces(events, "en")] == [
        ("一つ。", "ja", LAW),
        ("二つ。", "ja", None),
    ]


@pytest.mark.parametrize(
    ("title", "date", "language", "said"),
    [
        ("Law", "2025-03-19", "en", "According to “Law”, March 2025: So."),
        ("Law", "2025-03", "ja", "2025年3月の「Law」によると、So."),
        ("Law", "2025", "en", "According to “Law”, 2025: So."),
        ("Law", "2025", "ja", "2025年の「Law」によると、So."),
        ("Law", "", "en", "According to “Law”: So."),
        ("Law", "spring", "ja", "「Law」によると、So."),
        ("Law", "2025-13-01", "en", "According to “Law”, 2025: So."),
        ("A response: " + "on and on " * 9, "", "en", "According to “A response”: So."),
        ("Short: very", "", "en", "According to “Short: very”: So."),
    ],
)
def test_a_source_is_named_as_one_would_in_talking(title, date, language, said):
    assert sourced("So.", Document("a.md", "", "text", title, "en", date=date), language) == said


@pytest.mark.parametrize(
    ("text", "language", "wish"),
    [
        ("Yes.", "en", "yes"),
        ("yes, please!", "en", "yes"),
        ("GO ON", "en", "yes"),
        ("That’s enough", "en", "no"),
        ("No, thanks.", "en", "no"),
        ("はい、お願いします。", "ja", "yes"),
        ("続けて", "ja", "yes"),
        ("結構です。", "ja", "no"),
        ("Yes, but what does it cost?", "en", ""),
        ("", "en", ""),
    ],
)
def test_who_was_asked_whether_to_go_on_is_understood(text, language, wish):
    assert consent(text, language) == wish


def test_both_languages_have_every_word():
    for language in ("en", "ja"):
        said = words(language)
        assert all(said.yes)
        assert "{sentence}" in said.sourced
        assert "{title}" in said.sourced_undated
