"""A second answer on the page and in the terminal: below the first while it grows, in its place once it holds."""

import re
from dataclasses import replace

import pytest

from chatbot.answer.phrases import phrases
from chatbot.serve import batch, terminal
from chatbot.serve.ui import render
from chatbot.serve.ui.exchange import Exchange, follow, past
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Query, Struck, Writing

EN, JA = words("en"), words("ja")
TEXT = "塔の高さは48メートルです。灯りは白いです。"
HEIGHT = Citation(1, Document("塔.ja.md", TEXT, "text", "塔", "ja", date="2024-05-17"), 0, 14)
LAMP = Citation(1, HEIGHT.document, 14, 22)
ASKED = Query("How tall is the tower?", "en")
STRUCK = Struck("<b>It is 99 metres tall.</b>", "No source says this.")
FIRST = [Found(ASKED, ()), Delta("塔の高さは48メートルです。[1]"), Cited(HEIGHT)]
SECOND = [Writing("hub:<tiny>"), Delta("The tower is 48 metres tall.[1]"), Cited(LAMP), STRUCK]
HELD = Done(ASKED, "The tower is 48 metres tall.[1]", (LAMP,), False, 0.5, "hub:<tiny>", {}, (STRUCK,))
KEPT = Done(ASKED, "塔の高さは48メートルです。[1]", (HEIGHT,), False, 1.0, "reader", {}, (STRUCK,), "Too <little>.")


def followed(*events):
    exchange = Exchange(1, "How tall is the tower?")
    for event in events:
        exchange = follow(exchange, event)
    return exchange


def html(*events):
    return render.exchange_html(followed(*events), EN)


def test_the_first_answer_stands_while_the_second_grows():
    page = html(*FIRST, *SECOND)
    assert page.index("塔の高さは") < page.index("hub:&lt;tiny&gt;") < page.index("The tower is 48 metres tall.")
    assert 'aria-busy="true"' in page
    assert page.count('class="mark"') == 1
    assert "99" not in page


def test_the_second_takes_its_place_once_it_holds():
    page = html(*FIRST, *SECOND, HELD)
    answer = page[: page.index('<section class="sources"')]
    assert "塔の高さは" not in answer
    assert '<span lang="en">The tower is 48 metres tall.' in answer
    assert "1/2 supported" in answer
    assert "灯りは白いです。" in page


def test_the_first_comes_back_where_the_second_does_not_hold_and_a_line_says_why():
    page = html(*FIRST, *SECOND, KEPT)
    answer = page[: page.index('<section class="sources"')]
    assert '<span lang="ja">塔の高さは' in answer
    assert "The tower is 48" not in answer
    assert "Too &lt;little&gt;." in answer
    assert "1/1 supported" in answer


@pytest.mark.parametrize("said", [EN, JA])
@pytest.mark.parametrize("last", [HELD, KEPT])
def test_what_was_struck_is_counted_folded_away_and_escaped(said, last):
    page = render.exchange_html(followed(*FIRST, *SECOND, last), said)
    (folded,) = re.findall(r"<details.*?</details>", page)
    assert "open" not in folded.partition(">")[0]
    assert said.struck.format(n=1) in folded
    assert "&lt;b&gt;It is 99 metres tall.&lt;/b&gt;" in folded
    assert "No source says this." in folded


def test_a_stop_while_the_second_grows_leaves_the_first():
    page = render.exchange_html(replace(followed(*FIRST, *SECOND), stopped=True), EN)
    assert "塔の高さは" in page
    assert "The tower is 48" not in page
    assert EN.stopped in page


def test_the_next_question_leans_on_the_answer_that_stands():
    assert [turn.answer for turn in past([followed(*FIRST, *SECOND, HELD), followed(*FIRST, *SECOND, KEPT)])] == [
        HELD.answer,
        KEPT.answer,
    ]


def test_a_source_that_is_cited_twice_has_one_card():
    twice = [Delta(" It is white.[1]"), Cited(LAMP)]
    assert len(followed(*FIRST, *SECOND, *twice, HELD).citations) == 1


@pytest.mark.parametrize(("last", "shown"), [(HELD, "灯りは白いです。"), (KEPT, "塔の高さは48メートルです")])
def test_the_terminal_tells_both_and_the_sources_of_the_one_that_holds(last, shown):
    text = "".join(terminal.answer(iter([*FIRST, *SECOND, last])))
    assert text.index("塔の高さは48") < text.index("hub:<tiny>") < text.index("The tower is 48")
    assert phrases("en")["struck_count"].format(n=1) in text
    assert shown in text[text.rindex("[1] 塔") :]
    assert ("Too <little>." in text) == (last is KEPT)


def test_a_batch_gives_the_answer_that_holds():
    class Scripted:
        def ask(self, question, past=()):
            yield from [*FIRST, *SECOND, HELD]

    row = batch.answer_one(Scripted(), "How tall is the tower?")
    assert row["answer"] == HELD.answer
    assert row["struck"] == [{"sentence": STRUCK.sentence, "why": STRUCK.why}]
    assert row["note"] == ""
