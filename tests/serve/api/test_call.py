"""Bodies of calls, well-formed and not: a call is understood or refused, never more."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.serve.api.call import Call, parse
from chatbot.serve.api.problem import Problem
from chatbot.serve.api.tell import tokens
from chatbot.types import Turn

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=6,
)
PARTS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["text", "image_url", "refusal"])}, optional={"text": st.text(max_size=40)})
)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "developer", "user", "assistant", "tool", "king"])},
    optional={"content": st.text(max_size=60) | PARTS | JSON, "tool_calls": JSON, "name": JSON},
)
NAMES = (
    "stream stream_options max_tokens max_completion_tokens temperature n stop tools tool_choice response_format speakable "
    "top_p user metadata"
)
BODY = st.fixed_dictionaries(
    {"messages": st.lists(MESSAGE, max_size=6) | JSON, "model": st.sampled_from(["openstance", "openstance-spoken"]) | JSON},
    optional=dict.fromkeys(NAMES.split(), JSON),
)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200) | JSON.map(lambda row: json.dumps(row).encode()) | BODY.map(lambda row: json.dumps(row).encode())
)
def test_any_bytes_are_a_call_or_a_problem_of_the_callers(body):
    outcome = outcome_of(body)
    assert isinstance(outcome, Call) or 400 <= outcome.status < 500
    assert isinstance(outcome, Call) or str(outcome).endswith(".")


def outcome_of(body):
    try:
        return parse(body)
    except Problem as problem:
        return problem


@settings(max_examples=40, deadline=None)
@given(BODY)
def test_no_body_makes_the_server_fail(http, body):
    answer = http.post("/v1/chat/completions", content=json.dumps(body).encode())
    assert answer.status_code in (200, 400, 404)
    assert answer.status_code == 200 or answer.json()["error"]["message"]


def parsed(*messages, **more):
    return parse(json.dumps({"model": "m", "messages": messages, **more}).encode())


def said(role, content):
    return {"role": role, "content": content}


def test_messages_become_the_question_and_the_turns_before_it():
    call = parsed(
        said("system", "Obey."),
        said("assistant", "Hello, ask me."),
        said("user", "One?"),
        said("assistant", "Yes.[1](https://example.org/a%29b) And so.[2]"),
        said("assistant", "More."),
        said("user", "Two?"),
        said("user", [{"type": "text", "text": "Three"}, {"type": "text", "text": "or four?"}]),
        said("tool", "ignored"),
    )
    assert call.question == "Three\nor four?"
    assert call.past == (Turn("One?", "Yes. And so. More."), Turn("Two?", ""))


def test_only_the_last_turns_are_kept():
    many = [message for n in range(40) for message in (said("user", f"q{n}"), said("assistant", f"a{n}"))]
    call = parsed(*many, said("user", "now?"))
    assert [turn.question for turn in call.past] == [f"q{n}" for n in range(30, 40)]


def test_the_smaller_limit_counts_and_empty_stops_do_not():
    call = parsed(said("user", "?"), max_tokens=9, max_completion_tokens=5, stop=["", "x"])
    assert call.style.limit == 5
    assert call.style.stops == ("x",)


def test_all_messages_count_as_prompt():
    call = parsed(said("system", "Be brief."), said("user", "図書館?"))
    assert call.prompt_tokens == tokens("Be brief.") + tokens("図書館?")


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), (" \n ", 0), ("tall", 1), ("recommendation", 3), ("高さ48m。", 4), ("a.b", 3)]
)
def test_a_token_is_some_letters_or_one_other_character(text, count):
    assert tokens(text) == count


def test_counting_takes_time_in_proportion_to_the_text():
    assert tokens(" " * 500_000 + "x") == 1
