import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.voice.cut import Cut

TEXTS = [
    "NAIRR is a United States initiative, e.g. for research.[1] It began in 2020.[2][3] Who pays for it? The U.S. does.[4]",
    "ハブは「オープンか?」という問いに答えます。[1]モデルは1.5倍です。[2]以上です。",
    "- First item.[1]\n- Second item, v1.1 of it.[2]\n(The source is in Japanese; it is quoted as it stands.)",
    "Costs rose to $3.5 million. However, No. 5 fell. 15. The rest (see above. Or below.) stayed!",
    "",
]
PIECES = st.lists(
    st.sampled_from(
        ["A b. ", "C?", "」", "「", "か？", "と言う", "。", "[1]", "\n", "e.g. ", "12. ", "x", " ", "The U.S. ", "(", ")"]
    )
)


def cut(pieces):
    stream = Cut()
    found = [sentence for piece in pieces for sentence in stream.feed(piece)]
    return found + stream.finish()


def chopped(text, places):
    at = sorted({min(place, len(text)) for place in places})
    return [text[start:end] for start, end in zip([0, *at], [*at, len(text)], strict=True)]


@pytest.mark.parametrize("text", TEXTS)
def test_letter_by_letter_is_as_whole(text):
    assert cut(text) == cut([text])


@given(PIECES.map("".join), st.lists(st.integers(0, 80), max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_chunking_gives_the_same_sentences(text, places):
    assert cut(chopped(text, places)) == cut([text])


@given(PIECES.map("".join), st.lists(st.integers(0, 80), max_size=8))
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_and_nothing_comes_twice(text, places):
    said = "".join("".join(cut(chopped(text, places))).split())
    assert said == "".join(text.split())


def test_a_sentence_comes_before_the_next_is_whole():
    stream = Cut()
    assert stream.feed("The tower is tall.[1] It carries a white la") == ["The tower is tall.[1]"]
    assert stream.feed("mp.[2]") == []
    assert stream.finish() == ["It carries a white lamp.[2]"]
