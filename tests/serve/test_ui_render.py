import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from chatbot.answer.phrases import phrases, refusal
from chatbot.serve.ui import cards, frame, render
from chatbot.serve.ui.actions import actions_html
from chatbot.serve.ui.escape import at_text, reading, safe, web
from chatbot.serve.ui.exchange import Exchange, follow, past
from chatbot.serve.ui.words import LANGUAGES, preferred, words
from chatbot.types import Citation, Cited, Delta, Document, Done, Found, Hit, Passage, Query, Refused, Sentence

EN, JA = words("en"), words("ja")

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "</mark></blockquote><iframe src=javascript:alert(1)>",
    "</article><form action=//evil.example><input name=q>",
    "<a href='javascript:alert(1)'>here</a>",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "<style>*{display:none}</style>",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "${alert(1)} {{constructor.constructor('alert(1)')()}}",
    "[1](javascript:alert(1))",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\ud800 lone <b>surrogate</b>",
    "\u202egnp.exe <b>right to left</b>",
    "<template><img src=x onerror=alert(1)></template>",
]
TAGS = set(
    "a article blockquote button dd details div dl dt h1 h2 h3 h4 li mark ol p path rect section span summary svg time ul"
    "".split()
)  # the only ones the page is made of
ATTRIBUTES = set(
    "aria-busy aria-controls aria-expanded aria-hidden aria-label aria-labelledby aria-pressed class d data-ask data-language "
    "data-own data-state datetime dir height href id lang preserveaspectratio rel role tabindex target title type viewbox "
    "width x".split()
)


class Seen(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def all(self, css_class):
        return [attrs for _, attrs in self.elements if css_class in (attrs.get("class") or "").split()]


def document(sentences, language="en", **fields):
    text, found = "# T\n\n", []
    for sentence in sentences:
        found.append(Sentence(len(text), len(text) + len(sentence), sentence))
        text += sentence + ("" if language == "ja" else " ")
    known = {"title": "Title", "date": "2025-03-19", "url": "https://example.org/post", "publisher": "P", "kind": "policy"}
    made = Document(f"d.{language}.md", text, "markdown", language=language, **(known | fields))
    return Passage(made, (made.title, "A heading"), tuple(found))


def answered(passage, *picks, question="Why?", texts=None):
    exchange = follow(Exchange(3, question), Found(Query(question, "en"), (Hit(passage, 1.0),)))
    citations = []
    for number, at in enumerate(picks, 1):
        sentence = passage.sentences[at]
        text = texts[number - 1] if texts else f"{' ' if number > 1 else ''}{sentence.text}[{number}]"
        citations.append(Citation(number, passage.document, sentence.start, sentence.end))
        exchange = follow(follow(exchange, Delta(text)), Cited(citations[-1]))
    return follow(exchange, Done(Query(question, "en"), exchange.text, tuple(citations), False, 1.0, "reader", {}))


def refused(question="?", topics=("Gated models",), language="en", why=None):
    event = Refused(why or refusal(language, topics), topics)
    done = Done(Query(question, language), event.why, (), True, 1.0, "reader", {})
    return follow(follow(Exchange(1, question), event), done)


def assert_harmless(html):
    seen = Seen(html)
    for tag, attributes in seen.elements:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("href", "#").startswith(("#", "/read/", "/corpus", "http://", "https://"))
    html.encode("utf-8")  # a lone surrogate would end the connection
    return seen


# --- what others wrote is shown, never obeyed ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", [EN, JA], ids=["en", "ja"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_anywhere_stays_text(hostile, said):
    passage = document(
        [f"Before {hostile}.", f"Quoted {hostile}.", f"After {hostile}."],
        title=hostile, date=hostile, url=hostile, publisher=hostile, kind=hostile,
    )  # fmt: skip
    seen = assert_harmless(render.exchange_html(answered(passage, 1, question=hostile), said))
    assert not seen.all("original")
    shown = " ".join(Seen(safe(hostile)).text.split())
    assert " ".join(seen.text.split()).count(shown) >= 4


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_refusals_errors_and_urls_stay_text(hostile):
    assert_harmless(render.exchange_html(refused(hostile, (hostile, "T"), why=hostile), EN))
    assert_harmless(render.exchange_html(Exchange(1, hostile, trouble=hostile), EN))
    for url in (f"https://example.org/{hostile}", f"https://example.org/?q={hostile}#{hostile}", f"https://{hostile}/"):
        seen = assert_harmless(render.exchange_html(answered(document(["S."], url=url), 0), EN))
        assert all("<" not in link["href"] and '"' not in link["href"] for link in seen.all("original"))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
     "//evil.example", "ftp://example.org/", "file:///etc/passwd", "vbscript:x", "https:", "https://", "http:/one.slash", "https://user@evil.example/",
     "https://a b.example", "https://x\\@evil.example", "mailto:a@b.c", "blog/post", "https://x.org/\u0000", ""],
)  # fmt: skip
def test_only_web_addresses_become_links(url):
    assert web(url) == ""
    assert not Seen(cards.cards(answered(document(["S."], url=url), 0), EN)).all("original")


@pytest.mark.parametrize("url", ["https://huggingface.co/blog/x", "HTTP://example.org", "https://例え.jp/道?a=b&c=d#e"])
def test_web_addresses_are_linked_and_open_apart(url):
    (link,) = Seen(cards.cards(answered(document(["S."], url=url), 0), EN)).all("original")
    assert link["href"].startswith(url.partition("#")[0])
    assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")


# --- citations -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Open source, 50% & more - it's free?", "Open%20source%2C%2050%25%20%26%20more%20%2D%20it%27s%20free%3F"),
        ("オープンソースは、誰でも使える。", "オープンソースは、誰でも使える。"),
    ],
)
def test_links_open_the_original_at_the_sentence(sentence, wanted):
    language = "en" if sentence.isascii() else "ja"
    (link,) = Seen(cards.cards(answered(document([sentence], language), 0), EN)).all("original")
    page, _, text = link["href"].partition("#:~:text=")
    assert page == "https://example.org/post"
    assert text == wanted or unquote(text) == wanted
    assert unquote(text) == sentence
    assert not re.search(r"[-,&\s]", text)  # those have a meaning of their own there


def test_an_anchor_of_the_address_is_kept_and_an_old_fragment_is_not():
    assert at_text("https://a.org/x#part", "one") == "https://a.org/x#part:~:text=one"
    assert at_text("https://a.org/x#part:~:text=old", "new") == "https://a.org/x#part:~:text=new"
    assert at_text("https://a.org/x", " \n ") == "https://a.org/x"


def test_every_mark_leads_to_its_card():
    html = render.exchange_html(answered(document(["One.", "Two.", "Three."]), 0, 2), EN)
    seen = Seen(html)
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    marks = seen.all("mark")
    assert [mark["href"][1:] for mark in marks] == ["source-3-1", "source-3-2"]
    assert all(ids.count(mark["href"][1:]) == 1 for mark in marks)
    assert marks[0]["aria-label"] == "Source 1: Title"
    assert html.index("One.") < html.index(">[1]<") < html.index("Three.")


def test_ids_differ_between_exchanges():
    first, second = answered(document(["One."]), 0), Exchange(4, "?", *vars_of(answered(document(["One."]), 0)))
    ids = re.findall(r' id="([^"]+)"', "".join(render.exchange_html(each, EN, actions_html(EN)) for each in (first, second)))
    assert len(ids) == len(set(ids)) > 4


def vars_of(exchange):
    return exchange.segments, exchange.hits, exchange.refused, exchange.done


def test_a_mark_of_the_documents_own_is_left_alone():
    exchange = answered(document(["As shown in [1] and [2]."]), 0)
    html = render.exchange_html(exchange, EN)
    assert "As shown in [1] and [2]." in html
    assert html.count('class="mark"') == 1


def test_a_sentence_without_a_mark_still_gets_one():
    html = render.exchange_html(answered(document(["One."]), 0, texts=["One."]), EN)
    assert re.search(r"One\.<a class=\"mark\"", html)


def test_a_sentence_given_in_pieces_is_one():
    exchange = Exchange(1, "?")
    for piece in ("On", "e.[", "1]"):
        exchange = follow(exchange, Delta(piece))
    passage = document(["One."])
    exchange = follow(exchange, Cited(Citation(1, passage.document, *passage.span)))
    assert len(exchange.segments) == 1
    assert ">[1]</a>" in render.exchange_html(exchange, EN)


def test_one_card_for_each_document_with_the_quote_marked_in_its_surroundings():
    passage = document(["Zero.", "One.", "Two.", "Three.", "Four."])
    html = cards.cards(answered(passage, 1, 3), EN)
    assert html.count('class="card"') == 1
    assert re.findall("<mark>(.*?)</mark>", html) == ["One.", "Three."]
    assert "Zero. </span><mark>One." in html
    assert html.count("A heading") == 1


def test_what_is_cited_next_to_a_quote_is_not_repeated():
    shown = Seen(cards.cards(answered(document(["Zero.", "One.", "Two."]), 0, 1), EN)).text
    assert (shown.count("Zero."), shown.count("One."), shown.count("Two.")) == (1, 1, 1)


def test_surroundings_are_shortened_between_words_and_headings_are_none():
    passage = document(["Heading", "Quote.", "word " * 60])
    passage = Passage(passage.document, passage.headings, (Sentence(5, 12, "Heading", "heading"), *passage.sentences[1:]))
    found = cards.excerpt(answered(passage, 1).citations[0], (Hit(passage, 1.0),))
    assert found.before == ""
    assert found.after.endswith("word…")
    assert len(found.after) < 100


def test_a_source_outside_the_hits_is_quoted_from_the_file():
    passage = document(["Zero.", "One.", "Two."])
    citation = answered(passage, 1).citations[0]
    assert cards.excerpt(citation, ()) == cards.Excerpt("", "Zero.", "One.", "Two.")


@pytest.mark.parametrize(
    ("said", "facts"), [(EN, "2025-03-19 · policy document · P · English"), (JA, "2025-03-19 · 政策文書 · P · 英語")]
)
def test_cards_say_when_by_whom_and_in_which_language(said, facts):
    assert facts in Seen(cards.cards(answered(document(["One."]), 0), said)).text
    assert said.undated in cards.cards(answered(document(["One."], date=""), 0), said)
    assert said.untitled in cards.cards(answered(document(["One."], title=""), 0), said)


def test_no_card_without_a_source():
    assert cards.cards(Exchange(1, "?"), EN) == ""


# --- the answer ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "line"), [(EN, "2/2 supported · sources from 2025"), (JA, "2/2文に裏付けあり · 出典は2025年")]
)
def test_the_line_below_says_how_well_it_is_supported_and_from_when(said, line):
    assert line in render.exchange_html(answered(document(["One.", "Two."]), 0, 1), said)


def test_the_line_below_spans_the_years():
    first = answered(document(["One."], date="2022-07"), 0)
    other = document(["Two."], "ja", date="2025")
    second = follow(follow(first, Delta("Two.[2]")), Cited(Citation(2, other.document, *other.span)))
    assert "sources from 2022–2025" in render.exchange_html(second, EN)


def test_no_such_line_before_the_end_or_for_small_talk():
    passage = document(["One."])
    going = follow(follow(Exchange(1, "?"), Delta("One.[1]")), Cited(Citation(1, passage.document, *passage.span)))
    assert 'aria-busy="true"' in render.exchange_html(going, EN)
    assert "supported" not in render.exchange_html(going, EN)
    hello = follow(follow(Exchange(1, "Hello"), Delta("Hi.")), Done(Query("Hello", "en"), "Hi.", (), False, 1.0, "reader", {}))
    assert "supported" not in render.exchange_html(hello, EN)


def test_lists_are_lists():
    exchange = answered(document(["One.", "Two.", "Three."]), 0, 1, 2, texts=["- One.[1]", "\n- Two.[2]", "\nThree.[3]"])
    html = render.exchange_html(exchange, EN).partition('class="sources"')[0]
    assert html.partition("<details")[0].count("<li") == 2
    assert html.index("</ul>") < html.index("Three.")
    assert "- One" not in html


def test_parts_say_which_language_they_are_in():
    html = render.exchange_html(answered(document(["一つ。"], "ja"), 0), EN)
    assert '<span lang="ja">一つ。' in html
    assert '<blockquote dir="auto" lang="ja">' in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_refusals_offer_the_nearest_topics_once(language):
    said = words(language)
    seen = Seen(render.exchange_html(refused("?", ("Gated <models>", "BLOOM"), language), said))
    assert phrases(language)["refusal"] in seen.text
    assert seen.text.count("Gated <models>") == 1
    assert [button["data-ask"] for button in seen.all("ask")] == [
        said.topic_question.format(topic=topic) for topic in ("Gated <models>", "BLOOM")
    ]


def test_a_refusal_without_topics_or_in_other_words_stands_as_it_is():
    assert "No idea." in render.exchange_html(refused(why="No idea."), EN)
    assert Seen(render.exchange_html(refused(topics=()), EN)).all("ask") == []


def test_hearers_are_told_when_an_answer_is_complete():
    assert render.ready(answered(document(["One."]), 0), EN) == "Answered, 1 cited."
    assert render.ready(Exchange(1, "?", trouble="<b>"), EN) == "&lt;b&gt;"
    assert render.ready(refused(), EN).startswith(phrases("en")["refusal"])


# --- the page around it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_welcome_offers_examples_and_a_sample(language):
    said = words(language)
    seen = assert_harmless(frame.welcome_html(said, answered(document(["One."]), 0)))
    assert [button["data-ask"] for button in seen.all("ask")] == list(said.examples)
    assert 4 <= len(said.examples) <= 5
    assert seen.all("card")
    assert not assert_harmless(frame.welcome_html(said, None)).all("card")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_chosen_language_is_marked(language):
    seen = assert_harmless(frame.controls_html(words(language)))
    pressed = {button["data-language"]: button["aria-pressed"] for button in seen.all("language")}
    assert pressed == {code: "true" if code == language else "false" for _, code in LANGUAGES}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ja,en-US;q=0.9,en;q=0.8", "ja"), ("en-GB,en;q=0.9,ja;q=0.8", "en"), ("fr-FR,ja;q=0.4,en;q=0.7", "en"), ("JA-jp", "ja"),
     ("fr", "en"), ("", "en"), ("en;q=0.1, ja;q=0.2", "ja"), ("ja;q=oops", "ja"), (";;,,q=", "en")],
)  # fmt: skip
def test_the_browsers_first_language_is_taken(accepted, language):
    assert preferred(accepted) == language


def test_past_is_the_last_ten_turns_without_what_failed():
    talk = [Exchange(n, f"q{n}") for n in range(12)] + [Exchange(12, "bad", trouble="no"), refused("r")]
    turns = past(talk)
    assert [turn.question for turn in turns] == [f"q{n}" for n in range(3, 12)] + ["r"]
    assert turns[-1].answer == refused("r").text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_whole_page_is_in_one_language(language):
    said = words(language)
    page = frame.frame(said, answered(document(["One."]), 0))
    assert page["language"] == language
    assert said.placeholder in page["compose"]
    assert said.talks in page["head"]
    assert said.heading in page["welcome"]
    assert said.load in page["talks"]
    assert said.helpful in page["blank"]
    assert page["words"]["copied"] == said.copied
    other = words("en" if language == "ja" else "ja")
    everything = " ".join(part for part in page.values() if isinstance(part, str))
    for text in (other.placeholder, other.talks, other.heading, other.copy, other.new, other.clear):
        assert f">{text}<" not in everything


def test_controls_have_names_and_ids_are_there_once():
    page = frame.frame(EN, None)
    seen = Seen("".join(page[part] for part in ("head", "welcome", "compose", "talks")))
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = (
        "new talks-open controls picker mic question ask-text ask stop editing talks-list clear save-json save-markdown load"
    )
    assert set(wanted.split()) <= set(ids)
    (typed,) = [attributes for tag, attributes in seen.elements if tag == "textarea"]
    assert typed["aria-label"] == EN.question
    assert typed["maxlength"] == "2000"


def test_what_can_be_done_with_an_answer_can_be_told_apart():
    seen = assert_harmless(actions_html(EN))
    for name in ("copy", "share", "edit", "again"):
        assert len(seen.all(name)) == 1
    assert [thumb["aria-pressed"] for thumb in seen.all("thumb")] == ["false", "false"]
    assert [thumb["aria-label"] for thumb in seen.all("thumb")] == [EN.helpful, EN.unhelpful]
    assert EN.helpful != EN.unhelpful


def test_a_blank_exchange_becomes_any_other_by_its_number():
    blank = frame.frame(EN, None)["blank"]
    ids = re.findall(r' id="([^"]+)"', blank.replace('-0"', '-7"'))
    assert ids == ["exchange-7", "question-7"]
    assert 'aria-labelledby="question-7"' in blank.replace('-0"', '-7"')
    assert 'data-state="going"' in blank


def test_the_state_of_an_answer_is_told():
    assert 'data-state="answered"' in render.exchange_html(answered(document(["One."]), 0), EN)
    assert 'data-state="refused"' in render.exchange_html(refused(), EN)
    assert 'data-state="trouble"' in render.exchange_html(Exchange(1, "?", trouble="x"), EN)
    assert 'data-state="stopped"' in render.exchange_html(Exchange(1, "?", stopped=True), EN)
    assert 'data-own="true"' not in render.exchange_html(answered(document(["One."]), 0), EN)


def test_a_quote_leads_to_its_sentence_in_the_pages_own_view():
    (link,) = Seen(cards.cards(answered(document(["One."]), 0), EN)).all("here")
    assert link["href"] == "/read/d.en.md#s5-9"
    assert reading("a b/ü?#<.md", 1, 2) == "/read/a%20b/%C3%BC%3F%23%3C.md#s1-2"
