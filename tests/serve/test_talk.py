"""Whole round trips: a question spoken into a file, an answer spoken into another."""

import io
import json
import queue

import pytest

from chatbot.assemble.voice import make_speaker
from chatbot.config import Config
from chatbot.config.voice import VoiceConfig
from chatbot.serve import talk as talking
from chatbot.serve.ends import Streams
from chatbot.serve.talk import Talk, converse, make_loop, talk
from chatbot.serve.told import Page, row
from chatbot.types import Audio, Transcript
from chatbot.voice.audio import RATE, level, silence
from chatbot.voice.events import (
    Heard,
    Interrupted,
    Latency,
    Replied,
    Said,
    Saying,
    State,
    Utterance,
)
from chatbot.voice.rates import join
from chatbot.voice.wav import read_wav, write_wav


class Loud:
    """Takes for speech what is loud; the package's own detector hears the two whole round trips."""

    def speech(self, frame):
        return 1.0 if level(frame) > -45 else 0.0


class Scripted:
    """A recogniser that knows what is said."""

    def __init__(self, *heard):
        self.heard, self.given = [Transcript("", "en", 1.0), *heard], []

    def recognize(self, audio):
        self.given.append(audio)
        return self.heard[min(len(self.given), len(self.heard)) - 1]


@pytest.fixture(scope="module")
def speaker():
    return make_speaker(Config())


@pytest.fixture
def asked(speaker, tmp_path):
    """Return a file in which somebody asks, one question after another, with a pause after each."""

    def file(*questions, pause=14.0):
        pieces = [silence(0.5)]
        for text, language in questions:
            pieces += [join(speaker.speak(text, language)), silence(pause)]
        path = tmp_path / "asked.wav"
        path.write_bytes(write_wav(join(pieces)))
        return path

    return file


def heard_by(monkeypatch, *heard, detector=Loud):
    scripted = Scripted(*heard)
    if detector:
        monkeypatch.setattr(talking, "make_detector", lambda config: detector())
    monkeypatch.setattr(talking, "make_recognizer", lambda config: scripted)
    return scripted


def run(bot, how, config=None):
    told = list(talk(config or Config(), bot, how))
    return told, lambda kind: [event for _, event in told if isinstance(event, kind)]


def test_an_english_question_is_heard_and_answered_aloud(bot, asked, tmp_path, corpus):
    words = Config(corpus=str(corpus), cache=str(tmp_path / "cache"))
    told, of = run(bot, Talk(str(asked(("What are the rules for visitors?", "en"), pause=1)), str(tmp_path / "out.wav")), words)
    (heard,) = of(Heard)
    assert heard.transcript.text == "What are the rules for visitors"
    assert any("three rules" in saying.text for saying in of(Saying))
    assert "May twenty twenty-four" in of(Saying)[0].text
    played = read_wav(io.BytesIO((tmp_path / "out.wav").read_bytes()))
    (end,) = [at for at, event in told if isinstance(event, Utterance)]
    assert level(Audio(played.samples[: 2 * round((end - 0.05) * RATE)], RATE)) == -96
    assert level(Audio(played.samples[2 * round((end + 0.5) * RATE) :], RATE)) > -40
    assert of(Said)[0].seconds > 3


def test_a_japanese_question_is_answered_in_japanese(bot, asked, tmp_path, monkeypatch):
    scripted = heard_by(monkeypatch, Transcript("大橋の長さは?", "ja", 0.9), detector=None)
    _, of = run(bot, Talk(str(asked(("大橋の長さは?", "ja"), pause=1)), str(tmp_path / "out.wav")))
    assert scripted.given[1].seconds > 1
    assert {saying.language for saying in of(Saying)} == {"ja"}
    assert "センニヒャクメートル" in of(Saying)[0].text
    assert [state.name for state in of(State)] == ["thinking", "speaking", "listening"]


def test_a_follow_up_leans_on_what_was_said_before(bot, asked, monkeypatch):
    heard_by(
        monkeypatch, Transcript("How tall is the harbour tower?", "en", 1.0), Transcript("When was it finished?", "en", 1.0)
    )
    _, of = run(bot, Talk(str(asked(("How tall is the harbour tower?", "en"), ("When was it finished?", "en")))))
    from chatbot.types import Done

    answers = [each.event.answer for each in of(Replied) if isinstance(each.event, Done)]
    assert len(answers) == 2
    assert "March 1962" in answers[1]
    assert of(Interrupted) == []


def test_who_speaks_while_it_answers_silences_it(bot, asked, tmp_path, monkeypatch):
    heard_by(monkeypatch, Transcript("Why was the tower built?", "en", 1.0), Transcript("stop", "en", 1.0))
    out = tmp_path / "out.wav"
    told, of = run(bot, Talk(str(asked(("Why was the tower built?", "en"), ("Stop that now.", "en"), pause=3)), str(out)))
    (interrupted,) = of(Interrupted)
    assert interrupted.dropped > 0.3
    (at,) = [at for at, event in told if isinstance(event, Interrupted)]
    played = read_wav(io.BytesIO(out.read_bytes()))
    assert level(Audio(played.samples[2 * round((at - 0.5) * RATE) : 2 * round((at - 0.1) * RATE)], RATE)) > -40
    assert level(Audio(played.samples[2 * round((at + 0.05) * RATE) :][: 2 * RATE // 4], RATE)) < -90


def test_push_to_talk_takes_the_whole_input_for_one_question(bot, asked, monkeypatch):
    scripted = heard_by(monkeypatch, Transcript("How tall is the harbour tower?", "en", 1.0))
    _, of = run(bot, Talk(str(asked(("How tall is", "en"), ("the harbour tower?", "en"), pause=1)), mode="push"))
    assert len(scripted.given) == 2
    assert of(Utterance)[0].audio.seconds > 3
    assert len(of(Said)) == 1


def test_silence_is_no_question(bot, tmp_path, monkeypatch):
    heard_by(monkeypatch)
    (tmp_path / "in.wav").write_bytes(write_wav(silence(3)))
    told, _ = run(bot, Talk(str(tmp_path / "in.wav"), str(tmp_path / "out.wav")))
    assert told == []
    assert read_wav(io.BytesIO((tmp_path / "out.wav").read_bytes())).seconds >= 3


def test_keys_press_and_mute_and_quit(bot, monkeypatch):
    heard_by(monkeypatch)
    loop = make_loop(Config(), bot, Talk(mode="push"), live=False)
    keys = queue.Queue()
    for key in ("press", "press", "mute", "mute", "quit"):
        keys.put(key)
    states = [
        event.name for event in converse(loop, Streams(io.BytesIO(bytes(40 * 1024)), None), keys) if isinstance(event, State)
    ]
    assert states[0] == "listening"
    assert states[-2:] == ["muted", "idle"]
    assert keys.empty()


def test_the_command_prints_the_conversation_and_its_sources(run_talk, asked, monkeypatch):
    heard_by(monkeypatch, Transcript("How tall is the harbour tower?", "en", 1.0))
    code, out, err = run_talk("--in", asked(("How tall is the harbour tower?", "en"), pause=1))
    assert code == 0
    assert out.startswith("? How tall is the harbour tower?\n")
    assert "48 metres" in out
    assert "[1] The harbour tower" in out
    assert "· speaking" in err
    assert "first sound" in err


def test_the_command_prints_events_as_json(run_talk, asked, monkeypatch):
    heard_by(monkeypatch, Transcript("How tall is the harbour tower?", "en", 1.0))
    code, out, _ = run_talk("--in", asked(("How tall is the harbour tower?", "en"), pause=1), "--events")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["event"] for each in rows[:4]] == ["began", "utterance", "state", "heard"]
    (latency,) = [each for each in rows if each["event"] == "latency"]
    assert 0 < latency["endpoint_ms"] <= 600
    assert latency["endpoint_ms"] <= latency["transcript_ms"] <= latency["first_text_ms"] <= latency["first_audio_ms"]
    assert [each["answer"]["citations"][0]["document"] for each in rows if each.get("kind") == "done"] == ["tower.en.md"]


def test_without_a_device_the_command_says_what_to_do(run_talk, monkeypatch):
    heard_by(monkeypatch)
    monkeypatch.setattr(talking, "make_spotter", lambda config: None)
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", None)
    code, out, err = run_talk()
    assert (code, out) == (1, "")
    assert "sounddevice" in err
    assert "openstance[voice]" in err


def test_out_without_in_is_refused(run_talk):
    code, _, err = run_talk("--out", "x.wav")
    assert code == 2
    assert "--in" in err


@pytest.fixture
def run_talk(run, corpus):
    return lambda *arguments: run("talk", "--corpus", str(corpus), *map(str, arguments))


def test_every_event_is_a_line_of_json():
    import typing

    from chatbot.voice import events
    from chatbot.voice.events import VoiceEvent

    made = {
        "State": events.State("idle"),
        "Woken": events.Woken(),
        "Began": events.Began(1.0),
        "Utterance": Utterance(silence(1), 0.0, 1.0, 1.5),
        "Heard": Heard(Transcript("a", "en", 0.5, ("b",))),
        "Commanded": events.Commanded("stop"),
        "Asked": events.Asked("q"),
        "Replied": Replied(events.Event.__args__[1]("text")),
        "Saying": Saying("a", "ja"),
        "Said": Said(1.0),
        "Interrupted": Interrupted("speech", 1.0, 2.0),
        "Latency": Latency(480.0, 600.0, 610.0, 700.0),
        "Failed": events.Failed("cause"),
        "Ended": events.Ended("stop"),
    }
    assert set(made) == {kind.__name__ for kind in typing.get_args(VoiceEvent)}
    for name, event in made.items():
        told = json.loads(json.dumps(row(event, 1.5)))
        assert told["event"] == name.lower()
        assert told["at"] == 1.5
    assert row(made["Latency"], 0)["reply_ms"] == 100.0


def test_what_is_heard_cannot_steer_the_terminal():
    assert list(Page().answers(Heard(Transcript("a\x1b[2Jb", "en", 1.0)))) == ["? a[2Jb\n"]


def test_what_cannot_be_heard_is_told_at_the_start_in_both_languages():
    english, japanese = talking.limits(Config())
    assert "For Japanese give a Whisper model" in english
    assert "Whisperのモデルを指定してください" in japanese
    assert talking.limits(Config(voice=VoiceConfig(recognizer="whisper:openai/whisper-small"))) == ()
