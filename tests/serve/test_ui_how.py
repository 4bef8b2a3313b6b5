import re
from dataclasses import replace

import pytest

from chatbot.grounds import Grounds, Weighed
from chatbot.serve.ui.escape import reading
from chatbot.serve.ui.exchange import Exchange, Segment
from chatbot.serve.ui.how import how_html, how_words
from chatbot.serve.ui.words import words
from chatbot.types import Citation, Document, Done, Hit, Passage, Query, Sentence, Struck

EN, JA = words("en"), words("ja")
ENOUGH = Weighed(Grounds(0.7, 0.8, True, (), 0.9), 0.61, 0.25)
TIMES = {"retrieve": 60.0, "read": 5.0, "total": 65.0}


def hit(number, score=1.0, **parts):
    document = Document(f"d{number}.en.md", f"Sentence {number}. Another.", "markdown", f"Title {number}", "en", "2025")
    end = document.text.index(".") + 1
    sentences = (Sentence(0, end, document.text[:end]), Sentence(end + 1, len(document.text), "Another."))
    return Hit(Passage(document, (document.title,), sentences), score, tuple(parts.items()), (1.0, 0.5))


def finished(hits, *, cited=0, asked="Why?", **changed):
    given = [(each.passage.document, each.passage.sentences[0]) for each in hits[:cited]]
    citations = tuple(Citation(n, document, first.start, first.end) for n, (document, first) in enumerate(given, 1))
    done = Done(Query(asked, "en"), "", citations, not cited, 1.0, "reader", TIMES, weighed=ENOUGH)
    exchange = Exchange(1, "Why?", hits=tuple(hits), done=replace(done, **changed))
    return replace(exchange, segments=(Segment("", citations),)) if citations else exchange


def widths(html):
    return [float(width) for width in re.findall(r'class="filled" width="([\d.]+)"', html)]


def test_nothing_is_told_before_the_end_nor_where_nothing_was_searched():
    assert how_html(Exchange(1, "?", hits=(hit(1),)), EN) == ""
    assert how_html(finished([]), EN) == ""


def test_the_scores_of_a_passage_stand_as_text_and_as_bars():
    html = how_html(finished([hit(1, 2.0, dense=0.5, lexical=0.25, fused=0.7, answers=0.9)]), EN)
    found = html[html.index('class="found"') : html.index('class="meanings"')]
    assert re.findall(r"<dd>([\d.]+)", found) == ["0.50", "0.25", "0.70", "0.90", "2.00"]
    # Shares by themselves, sums beside the best one.
    assert widths(found) == [50.0, 25.0, 100.0, 90.0, 100.0]
    assert all(name in html for name in how_words("en").scores.values())


def test_a_score_that_no_passage_has_is_not_explained():
    html = how_html(finished([hit(1, dense=0.5)]), EN)
    assert how_words("en").meanings["dense"] in html
    assert how_words("en").meanings["answers"] not in html


def test_eight_passages_are_shown_and_the_rest_counted():
    html = how_html(finished([hit(n, dense=0.1) for n in range(12)]), EN)
    assert html.count('class="from"') == 8
    assert "… and 4 more" in html


def test_a_passage_leads_to_its_sentence_and_carries_the_marks_that_were_given_for_it():
    html = how_html(finished([hit(1, dense=0.5), hit(2, dense=0.4)], cited=1), EN)
    assert 'href="/read/d1.en.md#s0-11"' in html
    assert html.count('class="number"') == 1
    assert html.index("[1]") < html.index("Title 2")


def test_the_question_is_told_where_it_was_made_whole():
    assert "Why was it built?" in how_html(finished([hit(1)], asked="Why was it built?"), EN)
    assert how_words("en").question not in how_html(finished([hit(1)]), EN)


def test_the_grounds_of_a_refusal_are_told():
    short = Weighed(Grounds(0.3, 0.1, False, ("Zorbium", "<b>42</b>")), 0.1, 0.25)
    html = how_html(finished([hit(1)], weighed=short), EN)
    told = how_words("en")
    assert told.not_enough in html
    assert told.not_shown in html
    assert "Zorbium, &lt;b&gt;42&lt;/b&gt;" in html
    assert told.holds not in html
    assert 'class="needed" x="25.0"' in html


def test_what_was_struck_is_counted():
    html = how_html(replace(finished([hit(1)], cited=1), struck=(Struck("No.", "why"),) * 2), EN)
    assert how_words("en").struck.format(n=2) in html


@pytest.mark.parametrize(
    ("timings", "shown"),
    [
        ({"retrieve": 60.0, "read": 5.0, "total": 65.0}, ["60 ms", "5 ms"]),
        ({"retrieve": 60.0, "read": 5.0, "total": 1265.0}, ["60 ms", "5 ms", "1,200 ms"]),
    ],
)
def test_the_time_is_told_by_stage(timings, shown):
    html = how_html(finished([hit(1)], timings_ms=timings), EN)
    assert re.findall(r"<dd>([\d,]+ ms)<svg", html) == shown


def test_bars_stay_within_their_rails():
    odd = Weighed(Grounds(-0.4, 1.7, True, (), 0.5), -0.2, 0.25)
    html = how_html(finished([hit(1, -1.0, dense=-0.3, lexical=1.4)], weighed=odd), EN)
    assert all(0 <= width <= 100 for width in widths(html))


def test_it_is_told_in_the_language_of_the_page():
    html = how_html(finished([hit(1, dense=0.5)], cited=1), JA)
    assert how_words("ja").summary in html
    assert how_words("en").summary not in html
    assert set(how_words("ja").scores) == set(how_words("en").scores) == set(how_words("ja").meanings)


def test_long_sentences_are_cut():
    document = Document("d.en.md", "x" * 5000, "text", "T", "en")
    long = Hit(Passage(document, (), (Sentence(0, 5000, document.text),)), 1.0, (), (1.0,))
    assert len(how_html(finished([long] * 20), EN)) < 20_000


def test_any_path_makes_an_address():
    assert reading("a b/ü?#.md", 3, 9) == "/read/a%20b/%C3%BC%3F%23.md#s3-9"
    assert reading("\ud800.md", 0, 1) == "/read/%3F.md#s0-1"
