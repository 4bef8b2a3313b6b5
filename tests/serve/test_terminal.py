"""An answer for a terminal comes as it is made, with its sources below; a conversation survives whatever is typed."""

import io

import pytest

from chatbot.errors import QuestionError
from chatbot.pipeline import Chatbot
from chatbot.serve import batch, terminal
from chatbot.types import Citation, Cited, Delta, Document, Done, Query, Refused, Turn

RULES = "What are the rules for visitors of the tower?"
TALL = "How tall is the harbour tower?"


class Scripted:
    """Answers with given events and notes what it was asked; an exception among them is raised there."""

    def __init__(self, *events):
        self.events = events
        self.asked = []

    def ask(self, question, past=()):
        self.asked.append((question, tuple(past)))
        for event in self.events:
            if isinstance(event, BaseException):
                raise event
            yield event


def done(answer="", *citations):
    return Done(Query("?", "en"), answer, tuple(citations), False, 1.0, "reader", {})


# --- one answer ------------------------------------------------------------------------------------------------------


def test_text_comes_piece_by_piece_and_sources_last(bot):
    pieces = list(terminal.answer(bot.ask(RULES)))
    text = "".join(pieces)
    assert len(pieces) > 5
    assert text.startswith("Visitors of the tower must keep three rules:[1]\n- Children under ten come with an adult.[2]\n")
    assert "[1] The harbour tower · 2024-05-17 · https://example.org/tower\n    «Visitors of the tower" in text


def test_a_refusal_is_told(bot):
    text = "".join(terminal.answer(bot.ask("Who owns the Zeppelin of Vienna?")))
    assert text.startswith("The documents here do not say that.")
    assert text.endswith("\n")


@pytest.mark.parametrize("question", [RULES, "Who owns the Zeppelin of Vienna?", "Hello"])
def test_colours_come_only_when_asked_for(bot, question):
    plain = "".join(terminal.answer(bot.ask(question)))
    coloured = "".join(terminal.answer(bot.ask(question), colour=True))
    assert "\033" not in plain
    assert ("\033[36m" in coloured) == ("[1]" in plain)
    assert terminal._COMMANDS.sub("", coloured.replace("[36m", "").replace("[2m", "").replace("[0m", "")) == plain


def test_a_long_quote_is_shortened_to_one_line():
    document = Document("a.md", "word\n" * 100, "text", "Words", "en")
    (_, head, *_) = pieces = list(terminal.answer(iter([done("", Citation(1, document, 0, 500))])))
    assert len(pieces) == 2
    assert head.count("\n") == 2
    assert head.endswith("…»\n")
    assert len(head) < 250


def test_what_a_document_holds_does_not_steer_the_terminal():
    evil = "\x1b[2J\x1b]0;owned\x07red\u202e\x9b31m"
    document = Document(f"{evil}.md", evil, "text", evil, "en", evil)
    events = [
        Delta(evil),
        Cited(Citation(1, document, 0, len(evil))),
        Refused(evil, ()),
        done(evil, Citation(1, document, 0, 9)),
    ]
    shown = "".join(terminal.answer(iter(events)))
    shown += "".join(terminal.found({"hits": [{"document": evil, "score": 1.0, "text": evil}]}))
    assert not set(shown) & set("\x1b\x07\u202e\x9b")


def test_found_passages_are_numbered(bot):
    row = batch.search_one(bot, TALL, 3)
    lines = "".join(terminal.found(row)).splitlines()
    assert [line.split(".")[0] for line in lines[::2]] == ["1", "2", "3"]
    assert "tower.en.md" in lines[0]
    assert "\033[36m" in "".join(terminal.found(row, colour=True))


# --- a conversation --------------------------------------------------------------------------------------------------


def test_questions_are_answered_until_they_end(bot):
    text = "".join(terminal.chat(bot, [TALL + "\n", "\n", "Hello\n"]))
    assert text.count(terminal.PROMPT) == 4
    assert "48 metres" in text
    assert "Hello. Ask me" in text


@pytest.mark.parametrize("word", ["exit", "QUIT", " exit ", "終了"])
def test_a_word_ends_it(bot, word):
    assert "48 metres" not in "".join(terminal.chat(bot, [word, TALL]))


def test_a_question_that_cannot_be_asked_is_told_and_forgotten(bot):
    script = Scripted(Delta("Because."), done("Because."))
    text = "".join(terminal.chat(bot, ["x" * 3000, "\0\x01", TALL]))
    assert "has 3,000 characters" in text
    assert "The question is empty" in text
    assert "48 metres" in text
    list(terminal.chat(script, ["Why?"]))
    assert script.asked == [("Why?", ())]


def test_what_could_not_be_asked_is_not_leaned_on():
    class Once(Scripted):
        def ask(self, question, past=()):
            self.asked.append((question, tuple(past)))
            if question == "bad":
                raise QuestionError("No.")
            yield Delta("Yes.")

    bot = Once()
    list(terminal.chat(bot, ["first", "bad", "third"]))
    assert bot.asked[2] == ("third", (Turn("first", "Yes."),))


def test_ctrl_c_stops_an_answer_and_not_the_conversation():
    bot = Scripted(Delta("It is"), KeyboardInterrupt())
    text = "".join(terminal.chat(bot, ["One?", "Two?"]))
    assert text.count("It is…") == 2
    assert bot.asked[1] == ("Two?", (Turn("One?", "It is"),))


def test_only_the_last_turns_are_remembered():
    bot = Scripted(Delta("Yes."), done("Yes."))
    list(terminal.chat(bot, [f"Question {n}?" for n in range(30)]))
    question, past = bot.asked[-1]
    assert question == "Question 29?"
    assert 1 <= len(past) <= 10
    assert past[-1].question == "Question 28?"


def test_a_follow_up_is_understood(bot):
    text = "".join(terminal.chat(bot, ["When was the harbour tower finished?", "Why was it built?"]))
    assert "two ferries" in text


def test_stopping_the_conversation_stops_the_answer():
    closed = []

    class Endless(Scripted):
        def ask(self, question, past=()):
            try:
                while True:
                    yield Delta("and ")
            finally:
                closed.append(question)

    conversation = terminal.chat(Endless(), ["On?"])
    assert [next(conversation) for _ in range(3)][-1] == "and "
    conversation.close()
    assert closed == ["On?"]


def test_lines_that_are_no_text_are_read_all_the_same():
    stream = io.TextIOWrapper(
        io.BytesIO("図書館\n\xff\xfe\n".encode("latin-1", "ignore") + "塔\n".encode() + b"\x83\x65\n"), "ascii"
    )
    assert list(terminal.lines(stream))[-2:] == ["塔\n", "\ufffde\n"]


# --- as a command ----------------------------------------------------------------------------------------------------


def test_the_command_reads_questions_from_stdin(run, corpus, monkeypatch):
    typed = f"{TALL}\n\nWho owns the Zeppelin of Vienna?\n".encode() + b"\xff\xfe\n" + b"x" * 5000 + b"\nHello\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
    code, out, err = run("chat", "--corpus", corpus)
    assert (code, err) == (0, "")
    assert "48 metres" in out
    assert "do not say that" in out
    assert "has 5,000 characters" in out
    assert "Hello. Ask me" in out
    assert "\033" not in out


def test_the_scripted_bot_stands_in_for_the_real_one():
    assert Chatbot.ask.__code__.co_varnames[:3] == Scripted.ask.__code__.co_varnames[:3]
