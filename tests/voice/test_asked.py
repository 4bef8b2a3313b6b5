import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.voice.asked import questions


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("Why BigScience created BLOOM", ["Why did BigScience create BLOOM"]),
        ("Who founded XetHub", []),
        ("What a model card is", ["What is a model card"]),
        ("What the barriers to AI accountability are", ["What are the barriers to AI accountability"]),
        ("How gated models work", ["How do gated models work"]),
        ("Whether a model card is required", ["is a model card required"]),
        ("Who is responsible for bias", ["Who is responsible for bias"]),
        ("Why openness matters", ["Why does openness matter"]),
        (
            "Where Hugging Face made it and when Hugging Face said so",
            ["Where did Hugging Face make it", "When did Hugging Face say so"],
        ),
        ("llama.cpp", []),
        ("A list of licences", []),
    ],
)
def test_a_heading_is_turned_into_the_questions_that_it_answers(heading, asked):
    assert [each.lower() for each in questions(heading)] == [each.lower() for each in asked]


@given(st.text(alphabet="abcde who what is are, and", max_size=60))
def test_any_heading_is_survived_and_no_question_is_empty(heading):
    assert all(question.strip() for question in questions(heading))
