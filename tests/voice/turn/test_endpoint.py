import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE
from chatbot.voice.endpoint import Endpoint, Noise, Pauses
from chatbot.voice.events import Began, Utterance

SECONDS = FRAME / RATE


def frame(number):
    """A frame that can be told from every other."""
    return Audio(number.to_bytes(4, "little") * (FRAME // 2), RATE)


def numbers(audio):
    return [int.from_bytes(audio.samples[at : at + 4], "little") for at in range(0, len(audio.samples), 2 * FRAME)]


def follow(pattern, pauses=None):
    """Return what came of a pattern of likelihoods, a frame each, with the number of the frame at which it came."""
    endpoint = Endpoint(pauses)
    steps = [(at, endpoint.feed(frame(at), likelihood)) for at, likelihood in enumerate(pattern)]
    return [(at, step) for at, step in steps if step is not None]


def test_the_end_is_decided_within_half_a_second_of_the_last_speech():
    (_, began), (_, utterance) = follow([0.0] * 20 + [0.9] * 30 + [0.0] * 40)
    assert began == Began(pytest.approx(20 * SECONDS))
    assert utterance.end == pytest.approx(50 * SECONDS)
    assert 0.4 <= utterance.decided - utterance.end <= 0.5


def test_the_first_syllable_is_kept_with_what_was_before_it():
    _, (_, utterance) = follow([0.0] * 40 + [0.9] * 30 + [0.0] * 40)
    heard = numbers(utterance.audio)
    assert heard[0] <= 40 - 9
    assert heard == list(range(heard[0], heard[-1] + 1))


def test_a_pause_within_a_sentence_does_not_end_it():
    found = follow([0.0] * 5 + [0.9] * 20 + [0.0] * 12 + [0.9] * 20 + [0.0] * 30)
    assert [type(step) for _, step in found] == [Began, Utterance]


def test_a_click_is_no_beginning_and_a_cough_no_utterance():
    assert follow([0.0] * 10 + [0.9] * 2 + [0.0] * 30) == []
    assert [type(step) for _, step in follow([0.0] * 10 + [0.9] * 4 + [0.0] * 30)] == [Began, Noise]


def test_the_faint_end_of_a_word_counts():
    _, (_, utterance) = follow([0.9] * 20 + [0.4] * 10 + [0.0] * 30)
    assert utterance.end == pytest.approx(30 * SECONDS)
    assert follow([0.4] * 100) == []


def test_who_never_stops_is_answered_all_the_same():
    found = [step for _, step in follow([0.9] * 250, Pauses(longest=3.0)) if isinstance(step, Utterance)]
    assert [round(each.audio.seconds) for each in found] == [3, 3]


def test_a_button_begins_and_ends_it():
    endpoint = Endpoint()
    endpoint.begin()
    for at in range(10):
        assert endpoint.feed(frame(at), 1.0) is None
    assert numbers(endpoint.finish().audio) == list(range(10))
    assert endpoint.finish() is None


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.4, 0.9]), st.integers(1, 40)), max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_frame_is_lost_within_an_utterance_and_none_is_in_two(runs):
    pattern = [likelihood for likelihood, count in runs for _ in range(count)] + [0.0] * 20
    before = -1
    for at, step in follow(pattern):
        if isinstance(step, Utterance):
            heard = numbers(step.audio)
            assert heard == list(range(heard[0], at + 1))
            assert before < heard[0]
            assert step.start <= step.end <= step.decided
            assert step.decided - step.end <= 0.5
            before = at


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.9]), st.integers(1, 40)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_whatever_begins_ends(runs):
    pattern = [likelihood for likelihood, count in runs for _ in range(count)] + [0.0] * 20
    kinds = [type(step) for _, step in follow(pattern)]
    assert kinds[::2] == [Began] * (len(kinds) // 2)
    assert all(kind in (Utterance, Noise) for kind in kinds[1::2])
