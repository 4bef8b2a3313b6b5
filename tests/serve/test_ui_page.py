import asyncio

import pytest

from chatbot.errors import ChatbotError, QuestionError
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.page import Parts, build_page, look, stopped, stream, texts
from chatbot.serve.ui.talk import converse, halted
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query

PARTS = Parts(**{name: name for name in Parts.__dataclass_fields__})
DOCUMENT = Document("d.en.md", "One. Two.", "markdown", "Title", "en", "2025", "https://example.org/")


class Bot:
    """Answers everything with two sentences, and remembers what it was given and whether it was closed."""

    def __init__(self, fails=None):
        self.fails = fails
        self.asked = []
        self.closed = 0

    def ask(self, question, past=()):
        self.asked.append((question, tuple(past)))
        try:
            query = Query(question, "en")
            yield Found(query, ())
            if self.fails:
                raise self.fails
            citations = (Citation(1, DOCUMENT, 0, 4), Citation(2, DOCUMENT, 5, 9))
            for citation, text in zip(citations, ("One.[1]", " Two.[2]"), strict=True):
                yield Delta(text)
                yield Cited(citation)
            yield Done(query, "One.[1] Two.[2]", citations, False, 1.0, "reader", {})
        finally:
            self.closed += 1


# --- a conversation -------------------------------------------------------------------------------------------------------


def test_the_answer_grows_and_is_kept():
    bot = Bot()
    steps = list(converse(bot, "Why?", (), "en"))
    said = [step[-1].text for step in steps]
    assert said[0] == ""
    assert said[-1] == "One.[1] Two.[2]"
    assert all(later.startswith(earlier) for earlier, later in zip(said, said[1:], strict=False))
    assert steps[0][-1].going
    assert not steps[-1][-1].going
    assert bot.closed == 1


def test_the_next_question_is_given_what_was_said():
    bot = Bot()
    first = list(converse(bot, "Why?", (), "en"))[-1]
    second = list(converse(bot, "And then?", first, "en"))[-1]
    assert [exchange.number for exchange in second] == [1, 2]
    question, past = bot.asked[-1]
    assert question == "And then?"
    assert [(turn.question, turn.answer) for turn in past] == [("Why?", "One.[1] Two.[2]")]


def test_no_more_than_ten_turns_are_given_and_fifty_kept():
    bot, talk = Bot(), ()
    for number in range(60):
        talk = list(converse(bot, f"q{number}", talk, "en"))[-1]
    assert len(bot.asked[-1][1]) == 10
    assert len(talk) == 50
    assert talk[-1].number == 60


def test_closing_a_conversation_closes_the_answer():
    bot = Bot()
    steps = converse(bot, "Why?", (), "en")
    for _ in range(4):
        next(steps)
    assert bot.closed == 0
    steps.close()
    assert bot.closed == 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_question_that_cannot_be_asked_gets_a_polite_line(language):
    last = list(converse(Bot(QuestionError("The question is empty.")), "\u200b", (), language))[-1][-1]
    assert last.trouble == words(language).cannot_ask.format(limit="2,000")
    assert not last.going


def test_a_failure_ends_the_answer_and_is_logged_without_the_question(caplog):
    bot = Bot(RuntimeError("broken inside"))
    last = list(converse(bot, "private matter", (), "en"))[-1][-1]
    assert last.trouble == words("en").failed
    assert "broken inside" in caplog.text
    assert "private matter" not in caplog.text
    assert bot.closed == 1


def test_a_failure_with_a_remedy_tells_it():
    last = list(converse(Bot(ChatbotError("No index. Build it.")), "?", (), "en"))[-1][-1]
    assert last.trouble.endswith("No index. Build it.")


def test_stopping_marks_only_an_answer_that_is_going():
    going, over = Exchange(1, "?"), Exchange(1, "?", trouble="x")
    assert halted((going,))[0].stopped
    assert halted((over,)) == (over,)
    assert halted(()) == ()


# --- the page -------------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_answer_as_it_grows():
    updates = list(stream(PARTS, Bot(), "Why?", (), "en"))
    assert updates[0]["welcome"] == ""
    assert updates[0]["stop"]["visible"] is True
    assert "Why?" in updates[0]["live"]
    lives = [update["live"] for update in updates if "live" in update]
    assert [html.count('class="mark"') for html in lives] == sorted(html.count('class="mark"') for html in lives)
    assert lives[-1].count('class="mark"') == 2
    assert "2/2 supported" in lives[-1]
    assert updates[-1]["stop"]["visible"] is False
    assert updates[-1]["status"] == "Answered, 2 cited."


def test_earlier_answers_move_up_and_only_the_last_is_sent_again():
    before = list(converse(Bot(), "First?", (), "en"))[-1]
    updates = list(stream(PARTS, Bot(), "Second?", before, "en"))
    assert "First?" in updates[0]["history"]
    assert "First?" not in updates[0]["live"]
    assert all("history" not in update for update in updates[1:])


def test_closing_the_stream_closes_the_answer():
    bot = Bot()
    updates = stream(PARTS, bot, "Why?", (), "en")
    for _ in range(3):
        next(updates)
    updates.close()
    assert bot.closed == 1


def test_a_stopped_answer_stays_as_far_as_it_came():
    steps = converse(Bot(), "Why?", (), "ja")
    talk = [next(steps) for _ in range(4)][-1]
    steps.close()
    update = stopped(PARTS, talk, "ja")
    assert "One." in update["live"]
    assert words("ja").stopped in update["live"]
    assert update["stop"]["visible"] is False
    assert update["talk"][-1].stopped


def test_an_error_is_shown_on_the_page():
    updates = list(stream(PARTS, Bot(QuestionError("no")), "?", (), "ja"))
    assert words("ja").cannot_ask.format(limit="2,000") in updates[-2]["live"]
    assert updates[-1]["stop"]["visible"] is False


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_whole_page_is_in_one_language(language):
    said = words(language)
    sample = list(converse(Bot(), said.examples[0], (), language))[-1][-1]
    shown = texts(PARTS, (), language, sample)
    assert said.heading in shown["welcome"]
    assert said.examples[1] in shown["welcome"]
    assert "Title" in shown["welcome"]
    assert shown["question"]["placeholder"] == said.placeholder
    assert (shown["ask"]["value"], shown["stop"]["value"], shown["new"]["value"]) == (said.ask, said.stop, said.new)
    assert shown["new"]["visible"] is False
    talking = texts(PARTS, (sample,), language, sample)
    assert talking["welcome"] == ""
    assert talking["new"]["visible"] is True


def built(bot):
    """Build inside a running event loop: without one, Gradio makes loops that nobody closes."""

    async def building():
        return build_page(bot)

    return asyncio.run(building())


def test_the_page_is_built_from_a_bot_and_keeps_itself_to_itself():
    page = built(Bot())
    config = page.get_config_file()
    assert config["title"] == "OpenStance"
    assert page.analytics_enabled is False
    assert page.api_open is False
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    asking = [each for each in config["dependencies"] if each["types"]["generator"]]
    cancelled = {index for each in config["dependencies"] for index in each["cancels"]}
    assert cancelled == {each["id"] for each in asking}


def test_a_page_over_documents_that_do_not_answer_the_examples_shows_no_sample():
    assert built(Bot(QuestionError("no"))) is not None


def test_nothing_in_the_looks_comes_from_elsewhere():
    given = look()
    assert "//" not in given["css"].replace("/*", "").replace("*/", "")
    assert "url(" not in given["css"]
    assert "@import" not in given["css"]
    assert "https://" not in given["head"]
    assert "</script" not in given["head"].removesuffix("</script>")
    assert not given["theme"]._stylesheets
    assert "Hiragino Sans" in given["theme"].font
