"""The clearer's recipe: rooms, voices, examples, and a run that stops, goes on and is loaded."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("scipy")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from chatbot.errors import VoiceError  # noqa: E402
from chatbot.integrity import verify  # noqa: E402
from chatbot.train import clearer, command, hearing, rooms  # noqa: E402
from chatbot.train.voices import Voices  # noqa: E402
from chatbot.voice.audio import RATE  # noqa: E402
from chatbot.voice.clearer import Clearer, Shape, network  # noqa: E402
from chatbot.voice.features import FILTERS, WIDE  # noqa: E402

TEXTS = (("The harbour tower is 48 metres tall.", "Who mends the old clock?"), ("大橋の長さは1200メートルです。",))


@pytest.fixture(scope="module")
def voices():
    return Voices(*TEXTS)


def buzzing(chance):
    return 1000 * np.sign(np.sin(np.arange(RATE) * chance.uniform(0.05, 0.1)))


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_room_leaves_finite_sound_of_the_same_length(seed):
    chance = np.random.default_rng(seed)
    said = buzzing(chance)
    told = rooms.heard(chance, said, buzzing)
    assert told.shape == said.shape
    assert np.isfinite(told).all()
    assert np.abs(told).max() > 0


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_an_echo_begins_with_what_was_said_and_dies_away(seed):
    echo = rooms.echo(np.random.default_rng(seed))
    assert echo[0] == 1
    half = len(echo) // 2
    assert (echo[1:half] ** 2).sum() >= (echo[half:] ** 2).sum()


def test_every_voice_says_something_with_silence_around_it(voices):
    for seed in range(20):
        said = voices.say(np.random.default_rng(seed))
        assert np.abs(said).max() > 1000
        assert np.abs(said[: RATE // 10]).max() < 1
        assert len(said) <= 9 * RATE


def test_voices_that_are_measured_are_not_learned_from(voices):
    assert {"m1", "m3", "f2", "f3"}.isdisjoint(voices._variants)
    assert len(voices._variants) > 50


def test_without_a_sentence_the_remedy_is_named():
    with pytest.raises(VoiceError, match="--corpus"):
        Voices(["No."], [])


def test_an_example_is_the_same_for_the_same_seed_and_what_was_said_is_as_long_as_what_was_heard(voices):
    one, again, other = (hearing.example(voices, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert one.shape[1] == WIDE + 2 * FILTERS
    assert one.shape != other.shape or not np.array_equal(one, other)


@pytest.fixture
def sounds():
    chance = np.random.default_rng(0)
    frames = np.array([30, 200, 300, 1100, 90])
    return hearing.Sounds(frames, chance.standard_normal((frames.sum(), WIDE + 2 * FILTERS)).astype(np.float16))


def test_each_utterance_is_in_one_group_with_others_of_its_length(sounds):
    told = list(clearer.groups(sounds, np.arange(5), np.random.default_rng(1)))
    assert sorted(number for group in told for number in group) == [0, 1, 2, 3, 4]
    assert {frozenset(group) for group in told} == {frozenset({0, 1, 4}), frozenset({2}), frozenset({3})}


def test_a_batch_is_filled_up_with_what_does_not_count(sounds):
    wide, narrow, said, inside = clearer.batch(sounds, [1, 4])
    assert wide.shape == (2, WIDE, 256)
    assert narrow.shape == said.shape == (2, FILTERS, 256)
    assert inside.sum(2).flatten().tolist() == [200, 90]
    assert narrow[1, :, 90:].abs().max() == 0
    assert clearer.loss(said, said, inside) == 0
    off = said + torch.where(inside > 0, 0.0, 5.0)
    assert float(clearer.loss(off, said, inside)) == pytest.approx(0, abs=1e-6)
    assert clearer.loss(narrow, said, inside) > 0.1


def test_a_longer_utterance_is_cut(sounds):
    assert clearer.batch(sounds, [3])[0].shape[2] == clearer.LENGTHS[-1]


def test_the_rate_rises_then_falls_to_nothing():
    told = [clearer.rate(step, 1000) for step in range(1001)]
    assert told[0] < 0.02
    assert max(told) == pytest.approx(1, abs=0.05)
    assert told[-1] == pytest.approx(0, abs=1e-6)


def test_a_run_learns_stops_goes_on_and_is_loaded(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(clearer, "Shape", lambda: Shape(16, 3, (1, 2)))
    monkeypatch.setattr(clearer, "WARM_UP", 2)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# Harbour\n\n" + " ".join(TEXTS[0]) + "\n", encoding="utf-8")
    arguments = ["clearer", "--out", str(tmp_path / "out"), "--corpus", str(tmp_path / "corpus"), "--hours", "0.01"]
    assert command.main([*arguments, "--rounds", "1"]) == 0
    before = (tmp_path / "out" / "sounds.npz").stat().st_mtime_ns
    assert command.main([*arguments, "--rounds", "3"]) == 0
    assert (tmp_path / "out" / "sounds.npz").stat().st_mtime_ns == before
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("round")]
    assert [line.split(":")[0] for line in told] == ["round 1", "round 2", "round 3"]
    verify(tmp_path / "out" / "clearer")
    narrow = np.random.default_rng(1).standard_normal((40, FILTERS))
    changed = Clearer(tmp_path / "out" / "clearer")(np.zeros((40, WIDE)), narrow)
    assert np.abs(changed - narrow + narrow.mean(axis=0)).max() > 1e-4


def test_learning_brings_the_loss_down(sounds):
    torch.manual_seed(0)
    parts = network(Shape(16, 3, (1, 2)))
    optimiser = torch.optim.AdamW(parts.parameters())
    given = clearer.batch(sounds, [0, 1, 4])
    before = clearer.evaluated(parts, sounds, np.array([0, 1, 4]))
    for _ in range(20):
        clearer._learn(parts, optimiser, given, 2.0)
    assert clearer.evaluated(parts, sounds, np.array([0, 1, 4])) < before
