"""The text that programs get, however it is cut."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot.serve.api.tell import Style, tokens, told
from chatbot.types import Citation, Cited, Delta, Document, Done, Query, Refused, Struck, Writing

TEXT = "The tower [2] is 48 m tall. It is white."
DOCUMENT = Document("t.en.md", TEXT, "text", "Tower", "en", url="https://example.org/a(b)")
FIRST, SECOND = Citation(1, DOCUMENT, 0, 27), Citation(2, DOCUMENT, 28, 40)
QUERY = Query("How tall?", "en")
OWN = Done(QUERY, "", (FIRST, SECOND), False, 1.0, "reader", {})
SAID = [Delta("The tower [2] is 48 m tall.[1]"), Cited(FIRST), Delta("\n- It is white.[2]"), Cited(SECOND)]
WRITTEN = [Writing("hub:x"), Delta("It is 48 m.[1]"), Cited(FIRST), Struck("No.", "why")]
WHOLE = "The tower [2] is 48 m tall.[1](https://example.org/a%28b%29)\n- It is white.[2](https://example.org/a%28b%29)"


def run(events, final=False, **style):
    steps, pieces = told(iter(events), final, Style(**style)), []
    while True:
        try:
            pieces.append(next(steps))
        except StopIteration as end:
            return "".join(pieces), end.value


def test_marks_are_links_and_what_a_document_has_of_its_own_stays():
    text, ending = run([*SAID, OWN])
    assert text == WHOLE
    assert ending.citations == (FIRST, SECOND)
    assert ending.done is OWN


def test_an_address_that_does_not_lead_to_the_web_is_no_link():
    script = Citation(1, Document("x", "x", "text", "X", "en", url="javascript:alert(1)"), 0, 1)
    assert run([Delta("x[1]"), Cited(script), OWN])[0] == "x[1]"


def test_spoken_text_is_told_as_a_voice_says_it():
    assert run([*SAID, OWN], spoken=True)[0] == "The tower is forty-eight meters tall.\nIt is white."


def test_spoken_japanese_is_told_in_kana_where_figures_were():
    said = "モデルは2025年に1200件ありました。"
    assert run([Delta(said), OWN], spoken=True)[0] == "モデルはニセンニジュウゴネンにセンニヒャッケンありました。"


def test_the_answer_that_holds_is_told_alone():
    holds = Done(QUERY, "It is 48 m.[1]", (FIRST,), False, 0.5, "hub:x", {})
    fails = Done(QUERY, "", (FIRST, SECOND), False, 1.0, "reader", {}, note="Too little.")
    assert run([*SAID, *WRITTEN, holds], final=True)[0] == "It is 48 m.[1](https://example.org/a%28b%29)"
    assert run([*SAID, *WRITTEN, fails], final=True)[0] == WHOLE


def test_a_refusal_and_small_talk_are_told():
    assert (
        run([Refused("They do not say.", ()), Done(QUERY, "They do not say.", (), True, 1.0, "reader", {})])[0]
        == "They do not say."
    )
    assert run([Delta("Hello."), Done(QUERY, "Hello.", (), False, 1.0, "reader", {})])[0] == "Hello."


def test_a_sentence_is_told_when_its_sources_are_known():
    steps = told(iter([*SAID, OWN]), False, Style())
    assert next(steps) == "The tower [2] is 48 m tall."


@given(st.integers(1, 40), st.booleans())
def test_a_limit_gives_a_beginning_of_the_whole(limit, spoken):
    whole, _ = run([*SAID, OWN], spoken=spoken)
    text, ending = run([*SAID, OWN], spoken=spoken, limit=limit)
    assert whole.startswith(text)
    assert ending.tokens <= limit
    assert (ending.reason == "stop") == (text == whole)
    assert tokens(text.replace("(https://example.org/a%28b%29)", "")) >= ending.tokens


@given(st.lists(st.sampled_from(["48", "[", "tower", " is 48 m tall.[1](h", "white.", "zebra", "T"]), max_size=4))
def test_a_stop_sequence_ends_the_text_wherever_the_pieces_are_cut(stops):
    text, _ = run([*SAID, OWN], stops=tuple(stops))
    ends = [(at + len(stop), at) for stop in stops if (at := WHOLE.find(stop)) >= 0]
    assert text == WHOLE[: min(ends, default=(0, len(WHOLE)))[1]]
