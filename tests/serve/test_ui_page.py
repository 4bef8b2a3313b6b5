import asyncio

import pytest

from chatbot.errors import ChatbotError, QuestionError
from chatbot.serve.ui import assets
from chatbot.serve.ui.early import EarlyHead
from chatbot.serve.ui.exchange import past
from chatbot.serve.ui.lines import lines
from chatbot.serve.ui.page import build_page, look
from chatbot.serve.ui.talk import converse
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query

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
    said = [step.text for step in steps]
    assert said[0] == ""
    assert said[-1] == "One.[1] Two.[2]"
    assert all(later.startswith(earlier) for earlier, later in zip(said, said[1:], strict=False))
    assert steps[0].going
    assert not steps[-1].going
    assert bot.closed == 1


def test_the_next_question_is_given_what_was_said():
    bot = Bot()
    *_, first = converse(bot, "Why?", (), "en")
    *_, second = converse(bot, "And then?", past((first,)), "en", 2)
    assert second.number == 2
    question, before = bot.asked[-1]
    assert question == "And then?"
    assert [(turn.question, turn.answer) for turn in before] == [("Why?", "One.[1] Two.[2]")]


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
    *_, last = converse(Bot(QuestionError("The question is empty.")), "\u200b", (), language)
    assert last.trouble == words(language).cannot_ask.format(limit="2,000")
    assert last.state == "trouble"
    assert not last.going


def test_a_failure_ends_the_answer_and_is_logged_without_the_question(caplog):
    bot = Bot(RuntimeError("broken inside"))
    *_, last = converse(bot, "private matter", (), "en")
    assert last.trouble == words("en").failed
    assert "broken inside" in caplog.text
    assert "private matter" not in caplog.text
    assert bot.closed == 1


def test_a_failure_with_a_remedy_tells_it():
    *_, last = converse(Bot(ChatbotError("No index. Build it.")), "?", (), "en")
    assert last.trouble.endswith("No index. Build it.")


# --- what the page is sent ------------------------------------------------------------------------------------------------


def slowly():
    """A clock on which every look takes a second."""
    return iter(range(1000)).__next__


def sent(bot, clock=slowly, language="en"):
    return [line for line in lines(bot, "Why?", (), language, 3, clock()) if line]


def test_the_page_shows_the_answer_as_it_grows():
    shown = sent(Bot())
    marks = [line["answer"].count('class="mark"') for line in shown if "answer" in line]
    assert marks == sorted(marks)
    assert (marks[0], marks[-1]) == (1, 2)
    assert [line["state"] for line in shown][-2:] == ["going", "answered"]
    assert "2/2 supported" in shown[-1]["answer"]
    assert shown[-1]["spoken"] == "Answered, 2 cited."
    assert "source-3-1" in shown[0]["sources"]


def test_what_has_not_changed_is_not_sent_again():
    assert "sources" not in sent(Bot())[-1]


def test_what_comes_at_once_goes_in_two_lines():
    shown = sent(Bot(), lambda: lambda: 0.0)
    assert len(shown) == 2
    assert shown[0]["answer"].count('class="mark"') == 1
    assert shown[1]["answer"].count('class="mark"') == 2


def test_closing_the_lines_closes_the_answer():
    bot = Bot()
    steps = lines(bot, "Why?", (), "en", 1)
    for _ in range(4):
        next(steps)
    steps.close()
    assert bot.closed == 1


def test_an_error_is_shown_on_the_page():
    (line,) = sent(Bot(QuestionError("no")), language="ja")
    assert words("ja").cannot_ask.format(limit="2,000") in line["answer"]
    assert line["state"] == "trouble"


# --- the page -------------------------------------------------------------------------------------------------------------


def built():
    """Build inside a running event loop: without one, Gradio makes loops that nobody closes."""

    async def building():
        return build_page(lambda: None)

    return asyncio.run(building())


def test_the_page_keeps_itself_to_itself():
    page = built()
    config = page.get_config_file()
    assert config["title"] == "OpenStance"
    assert page.analytics_enabled is False
    assert page.api_open is False
    assert config["dependencies"] == []
    (component,) = [each for each in config["components"] if each["type"] == "html"]
    assert component["props"]["elem_id"] == "page"


def test_nothing_in_the_looks_comes_from_elsewhere():
    css, script = assets.style().content.decode(), assets.script().content.decode()
    assert "//" not in css.replace("/*", "").replace("*/", "")
    assert "url(" not in css
    assert "@import" not in css
    assert "://" not in script.replace("https?:\\/\\/", "")
    assert not look()["theme"]._stylesheets
    assert "Hiragino Sans" in look()["theme"].font
    assert assets.head().count("/talk/page.") == 2


def test_files_are_named_by_what_is_in_them_and_start_with_what_the_others_need():
    assert assets.style().content.startswith(b"/* One accent")
    assert assets.script().content.startswith(b"// What the parts of the page share")
    assert assets.style().address.startswith("/talk/page.css?v=")
    assert len({assets.style().address[-16:], assets.script().address[-16:]}) == 2


def test_scripts_make_no_markup_from_what_was_typed():
    # What goes into innerHTML comes from the server's renderers alone: each place is looked at when it is added here.
    script = assets.script().content.decode()
    assert script.count("innerHTML = ") == 8
    assert "eval(" not in script
    assert "insertAdjacentHTML" not in script
    assert "document.write" not in script


def test_script_and_style_are_in_the_first_bytes_of_the_page_and_of_no_other():
    async def page(scope, receive, send):
        assert (b"accept-encoding" in dict(scope["headers"])) == ((scope["path"], scope["method"]) != ("/", "GET"))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"26")]})
        await send({"type": "http.response.body", "body": b"<head></he", "more_body": True})
        await send({"type": "http.response.body", "body": b"ad>\xc3\xa4<body>"})

    def given(path, method="GET"):
        async def run():
            sent = []

            async def send(message):
                sent.append(message)

            scope = {"type": "http", "path": path, "method": method, "headers": [(b"accept-encoding", b"gzip")]}
            await EarlyHead(page, "<link>")(scope, None, send)
            return dict(sent[0]["headers"])[b"content-length"], b"".join(each.get("body", b"") for each in sent[1:])

        return asyncio.run(run())

    whole = b"<head><link></head>\xc3\xa4<body>"
    assert given("/") == (str(len(whole)).encode(), whole)
    assert given("/other")[1] == given("/", "POST")[1] == b"<head></head>\xc3\xa4<body>"
