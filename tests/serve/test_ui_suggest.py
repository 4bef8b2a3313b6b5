import pytest

from chatbot.errors import QuestionError
from chatbot.serve.ui.suggest import Suggestions, question_of
from chatbot.types import Citation, Cited, Document, Found, Passage, Query, Refused, Sentence

TEXT = "".join(f"Sentence {n}. " for n in range(6))
EN = Document("d.en.md", TEXT, "markdown", "Title", "en")
JA = Document("d.ja.md", TEXT, "markdown", "題", "ja")
HEADINGS = ["Why it began", "What came of it", "How it ends", "Who paid", "Which way on", "Prices"]
QUESTIONS = ["Can you tell me why it began?", "Can you tell me what came of it?", "Can you tell me how it ends?",
             "Can you tell me who paid?", "Can you tell me which way on?", "What does “Prices” say?"]  # fmt: skip


def passages(document=EN, headings=HEADINGS):
    found = [Passage(document, (document.title,), (Sentence(0, 2, "S"),))]
    for n, heading in enumerate(headings):
        start = TEXT.index(f"Sentence {n}.")
        found.append(Passage(document, (document.title, heading), (Sentence(start, start + 11, f"Sentence {n}."),)))
    return found


def cited(n, document=EN):
    start = TEXT.index(f"Sentence {n}.")
    return Citation(1, document, start, start + 11)


class Bot:
    """Answers what it is not told to refuse, and counts."""

    def __init__(self, refuses=()):
        self.refuses, self.asked, self.closed = refuses, [], 0

    def ask(self, question, past=()):
        self.asked.append(question)
        if "bad" in question:
            raise QuestionError("no")
        try:
            yield Found(Query(question, "en"), ())
            yield Refused("no", ()) if question in self.refuses else Cited(cited(0))
        finally:
            self.closed += 1


def test_the_nearest_headings_after_the_source_come_first_and_its_own_does_not():
    assert Suggestions(Bot(), passages()).after([cited(1)], (), "en") == QUESTIONS[2:5]


def test_what_would_be_refused_or_was_asked_is_not_offered():
    bot = Bot(refuses=(QUESTIONS[2],))
    assert Suggestions(bot, passages()).after([cited(1)], (QUESTIONS[3],), "en") == [QUESTIONS[4], QUESTIONS[5], QUESTIONS[0]]


def test_others_are_let_go_first_before_each_try_and_only_then():
    bot, before = Bot(), []
    suggestions = Suggestions(bot, passages(), lambda: before.append(len(bot.asked)))
    suggestions.after([cited(1)], (), "en")
    suggestions.after([cited(1)], (), "en")
    assert before == [0, 1, 2]


def test_each_is_tried_once_and_closed():
    bot = Bot()
    suggestions = Suggestions(bot, passages())
    assert suggestions.after([cited(1)], (), "en") == suggestions.after([cited(1)], (), "en")
    assert len(bot.asked) == len(set(bot.asked)) == bot.closed == 3


def test_no_more_than_a_few_are_tried_for_one_answer():
    bot = Bot(refuses=[f"Can you tell me how {n} goes?" for n in range(20)])
    headings = ["First", *(f"How {n} goes" for n in range(20))]
    found = [Passage(EN, ("Title", heading), (Sentence(n, n + 1, "S"),)) for n, heading in enumerate(headings)]
    assert Suggestions(bot, found).after([Citation(1, EN, 0, 1)], (), "en") == []
    assert len(bot.asked) == 6


def test_questions_are_in_the_askers_language():
    both = [*passages(), *passages(JA, ["なぜ始まったのか", "価格"])]
    assert Suggestions(Bot(), both).after([cited(4)], (), "ja") == ["なぜ始まったのか", "「価格」には何が書かれていますか"]
    assert Suggestions(Bot(), passages()).after([cited(4)], (), "ja") == []


def test_a_heading_that_cannot_be_asked_and_a_document_that_is_gone_are_left_out():
    assert Suggestions(Bot(), passages(EN, ["Why", "How bad it is"])).after([cited(0)], (), "en") == []
    assert Suggestions(Bot(), ()).after([cited(0)], (), "en") == []


@pytest.mark.parametrize(
    ("heading", "language", "question"),
    [("Is it open?", "en", "Is it open?"), ("Whether it is open", "en", "Can you tell me whether it is open?"),
     ("BLOOM", "en", "What does “BLOOM” say?"), ("BLOOMとは何か", "ja", "BLOOMとは何か")],
)  # fmt: skip
def test_headings_become_questions(heading, language, question):
    assert question_of(heading, language) == question
