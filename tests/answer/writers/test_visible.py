import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer.writers.visible import Visible, loops


def seen(pieces, thinking=False):
    visible = Visible(thinking)
    shown = ""
    for piece in pieces:
        shown += visible.push(piece)
        if visible.ended:
            break
    return shown + visible.finish()


CASES = [
    ("Plain text, 4 < 5.", "Plain text, 4 < 5."),
    ("<think>\nhm, <b>\n</think>\n\nThe answer.[1]", "The answer.[1]"),
    ("<think></think>A<think>x</think>B", "AB"),
    ("<thinking>x</thinking>日本語です。[1]", "日本語です。[1]"),
    ("Answer.<|im_end|>\nuser", "Answer."),
    ('Answer.[1]\n<source n="2">', "Answer.[1]\n"),
    ("Answer.\n### Instruction", "Answer."),
    ("thought</think>Answer.", "thoughtAnswer."),
    ("Ends with <thi", "Ends with <thi"),
    ("<think>never ends", ""),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_thinking_and_stop_marks_are_found_however_the_stream_is_cut(text, shown, size):
    assert seen([text[at : at + size] for at in range(0, len(text), size)]) == shown


def test_a_template_may_open_the_thinking():
    assert seen(["so ", "then</thi", "nk>Answer."], thinking=True) == "Answer."


@given(st.text(alphabet="<think>/ab| \n", max_size=80), st.integers(1, 7))
def test_how_a_stream_is_cut_changes_nothing(text, size):
    assert seen([text[at : at + size] for at in range(0, len(text), size)]) == seen(list(text))


@pytest.mark.parametrize(
    "text", ["The tower is tall. " * 3, "はい。" * 12, "1" * 40, "Once. " + "and again it says so, " * 3, "[1]" * 12]
)
def test_words_said_again_and_again_are_a_loop(text):
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "The tower is tall. The tower is old. The tower is white. ",
        "- It opens at nine.\n- It opens at ten.\n- It opens at noon.\n",
        "はい、はい、そうです。",
        "8,000,000,000 dollars",
        "No. No. No.",
        "",
    ],
)
def test_a_list_of_like_sentences_is_none(text):
    assert not any(loops(text[:end]) for end in range(len(text) + 1))


def test_a_loop_ends_the_stream():
    visible = Visible()
    pieces = 0
    while not visible.ended and pieces < 1000:
        visible.push("The same words. ")
        pieces += 1
    assert pieces <= 5
