"""Marks of any shape are taken out of a stream cut anywhere; the sentences come whole, with the numbers that there are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.answer.marks import Written, sentences

KNOWN = range(1, 6)
SHAPES = {
    "[1][2]": (1, 2),
    "[1, 2]": (1, 2),
    "[1,2]": (1, 2),
    "[1-3]": (1, 2, 3),
    "[2–4]": (2, 3, 4),
    "[1] [2]": (1, 2),
    "[1], [2]": (1, 2),
    "【1】": (1,),
    "【1†source】": (1,),
    "【1】【2】": (1, 2),
    "［１］": (1,),
    "［１、２］": (1, 2),
    "[^1]": (1,),
    "[^1][^2]": (1, 2),
    "[[3]]": (3,),
    "[Source 1]": (1,),
    "[source: 1]": (1,),
    "[Sources 1 and 2]": (1, 2),
    "[1: page 3]": (1,),
    "[2, 9]": (2,),
    "[9]": (),
    "[0]": (),
    "[1](https://example.org/x)": (1,),
    "(source 1)": (1,),
    "(sources 1 and 2)": (1, 2),
    "(Source: 2)": (2,),
    "(出典: 1)": (1,),
    "（出典1）": (1,),
    "(出典1、2)": (1, 2),
    "〔2〕": (2,),
    "¹": (1,),
    "¹²": (1, 2),
    "¹⁻³": (1, 2, 3),
    "<sup>1</sup>": (1,),
    "\\cite{2}": (2,),
}


def read(text, size=None):
    pieces = [text] if size is None else [text[at : at + size] for at in range(0, len(text), size)]
    return list(sentences(pieces, KNOWN))


def told(text, size=None):
    return [(each.text, each.numbers) for each in read(text, size)]


@pytest.mark.parametrize("size", [None, 1, 3])
@pytest.mark.parametrize(("mark", "numbers"), SHAPES.items())
@pytest.mark.parametrize("form", ["{} is tall{}. {} is wide.", "{} is tall.{} {} is wide.", "{} is tall {}. {} is wide."])
def test_a_mark_of_any_shape_before_or_after_the_full_stop(mark, numbers, size, form):
    text = form.format("The tower", mark, "The bridge")
    assert told(text, size) == [("The tower is tall.", numbers), ("The bridge is wide.", ())]


@pytest.mark.parametrize("size", [None, 1, 3])
@pytest.mark.parametrize(("mark", "numbers"), SHAPES.items())
@pytest.mark.parametrize("form", ["塔は高い{}。橋は広い。", "塔は高い。{}橋は広い。"])
def test_a_mark_of_any_shape_in_japanese(mark, numbers, size, form):
    assert told(form.format(mark), size) == [("塔は高い。", numbers), ("橋は広い。", ())]


@pytest.mark.parametrize("size", [None, 1])
def test_marks_that_lead_their_sentences(size):
    assert told("[1] The tower is tall. [2] The bridge is wide.", size) == [
        ("The tower is tall.", (1,)),
        ("The bridge is wide.", (2,)),
    ]


@pytest.mark.parametrize("size", [None, 1])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to source 1, models grew.", [("Models grew.", (1,))]),
        ("According to [2], models grew.", [("Models grew.", (2,))]),
        ("資料1によれば、増えた。", [("増えた。", (1,))]),
        ("[2]によると、増えた。", [("増えた。", (2,))]),
        ("増えた。出典1", [("増えた。", (1,))]),
    ],
)
def test_a_phrase_that_names_a_source_is_a_mark(text, expected, size):
    assert told(text, size) == expected


@pytest.mark.parametrize("size", [None, 1])
@pytest.mark.parametrize(
    "text",
    [
        "It is 3.5 metres tall.",
        "Dr. Smith of the U.S. team, e.g. of Boston, came.",
        "In [2024] it took 10²⁵ FLOPs on 5 m².",
        "Open source 3 is odd.",
        "It has (1) a lamp and (2) a door.",
        "これは何か?という問いに答える。",
        "彼は「高い。白い。」と述べた。",
    ],
)
def test_what_is_no_end_and_no_mark_stays(text, size):
    assert told(text, size) == [(text, ())]


def test_lists_are_kept():
    text = "Rules:\n- Come [1].\n* **Stay**.[2]\n\n1. Go.\n2) Wait [3]\n・ 待つ。[4]\n# Title\nMore."
    assert read(text) == [
        Written("Rules:", (), False, False),
        Written("Come.", (1,), True, True),
        Written("Stay.", (2,), True, True),
        Written("Go.", (), True, True),
        Written("Wait", (3,), True, True),
        Written("待つ。", (4,), True, True),
        Written("Title", (), False, True),
        Written("More.", (), False, True),
    ]


@pytest.mark.parametrize("text", ["The tower is tall.[1] The bridge is wide.[2] It", "塔は高い。[1]橋は広い。[2]それは"])
def test_a_sentence_is_given_as_soon_as_the_next_has_begun(text):
    stream, given = iter(text), []
    reader = sentences(stream, KNOWN)
    given.append(next(reader))
    left = "".join(stream)
    assert given[0].numbers == (1,)
    assert len(left) > 5


@given(st.text(alphabet="ab .。!?[]1,(出典)【】¹\n-*<>\\{}12年は「」", max_size=80), st.integers(1, 9))
@example("? >111【", 1)
def test_it_does_not_matter_where_the_stream_is_cut(text, size):
    assert read(text, size) == read(text)


@given(st.text(max_size=120))
def test_any_stream_can_be_read(text):
    for each in read(text):
        assert each.text == each.text.strip() != ""
        assert set(each.numbers) <= set(KNOWN)
        assert "\0" not in each.text
