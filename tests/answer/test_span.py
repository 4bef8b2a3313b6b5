"""Reading one context: a span that is there to the letter, narrowed to what was asked for, never nothing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.answer.span import SentenceReader
from chatbot.errors import QuestionError

CONTEXT = (
    "The harbour tower was finished in March 1962 by Ann Lee. It cost $1.5 million. Some 12,000 people came to see it. "
    "Crabs are sold on Saturdays."
)
JAPANESE = "大橋は2004年4月に完成しました。建設費は300億円でした。橋を設計したのはタナカ・ハナコです。"


@pytest.fixture
def reader(encoder):
    return SentenceReader(encoder)


def checked(reading, context):
    assert reading.answer == context[reading.start : reading.end]
    assert reading.answer
    assert 0 <= reading.start < reading.end <= len(context)
    assert 0 <= reading.no_answer <= 1
    return reading


@pytest.mark.parametrize(
    ("question", "context", "answer"),
    [
        ("When was the harbour tower finished?", CONTEXT, "March 1962"),
        ("How much did it cost?", CONTEXT, "$1.5 million"),
        ("How many people came to see it?", CONTEXT, "12,000"),
        ("How much did the lamp cost?", "The lamp cost $900. Crabs are red.", "$900"),
        ("How many lamps are there?", "There are 7. Crabs are red.", "7"),
        ("What is sold on Saturdays?", CONTEXT, "Crabs are sold on Saturdays."),
        ("大橋はいつ完成しましたか?", JAPANESE, "2004年4月"),
        ("建設費はいくらですか?", JAPANESE, "300億円"),
        ("橋を設計したのは誰ですか?", JAPANESE, "タナカ・ハナコ"),
    ],
)
def test_the_span_has_the_form_that_was_asked_for(reader, question, context, answer):
    found = checked(reader.read(question, context), context)
    assert answer in found.answer
    assert len(found.answer) <= len(answer) + 2


def test_a_context_that_answers_is_told_from_one_that_does_not(reader):
    answers = reader.read("When was the harbour tower finished?", CONTEXT)
    silent = reader.read("When was the harbour tower finished?", "Crabs are sold by weight. Bread is free.")
    assert answers.no_answer < silent.no_answer
    assert answers.score > silent.score


def test_reading_again_gives_the_same(reader):
    assert reader.read("Who built it?", CONTEXT) == reader.read("Who built it?", CONTEXT)


@pytest.mark.parametrize("context", ["", "   ", "\n\n", "\0", "\u3000"])
def test_an_empty_context_is_told_so(reader, context):
    with pytest.raises(QuestionError, match="The context is empty. Give the text to read."):
        reader.read("Who?", context)


@pytest.mark.parametrize(
    "context", [".", "?", "a", "。", "😊", "\x01", "\u200b", "\udc80", "$,", "「", "(" * 50, "שלום", "x" * 50_000]
)
@pytest.mark.parametrize("question", ["When, where, who, how much and how many?", "いつ、どこで、誰が、いくらで、いくつ?"])
def test_any_scrap_is_read_without_harm(reader, question, context):
    checked(reader.read(question, context), context)


def test_a_long_context_is_read_whole(reader):
    context = "Crabs are sold by weight on the market. " * 3000 + "The lamp was lit by Bo Strand in 1971."
    assert reader.read("When was the lamp lit?", context).answer == "1971"


QUESTIONS = st.one_of(
    st.text(max_size=40), st.sampled_from(["When?", "Who?", "How many?", "How much did it cost?", "いつ?", "誰?", "いくら?"])
)


@settings(deadline=None, max_examples=200)
@given(QUESTIONS, st.text(st.characters(), max_size=200))
@example("How much did it cost?", "$. $, ¥ ., 5.")
@example("", "a")
def test_the_span_is_verbatim_and_never_empty(question, context):
    from chatbot import language

    class Flat:
        def encode(self, texts, kind):
            import numpy as np

            return np.ones((len(texts), 1), dtype=np.float32)

    if language.normalise(question) and list(language.sentences(context)):
        checked(SentenceReader(Flat()).read(question, context), context)
    else:
        with pytest.raises(QuestionError):
            SentenceReader(Flat()).read(question, context)
