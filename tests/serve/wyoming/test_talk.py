"""The protocol as Home Assistant and satellites speak it, with the official client."""

import asyncio
import re
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice
from wyoming.user_event import UserEvent
from wyoming.wake import Detect, Detection

from chatbot.errors import VoiceError
from chatbot.serve.wyoming.words import words
from chatbot.types import Delta, Done, Query
from chatbot.types import Transcript as Heard
from chatbot.voice.phrases import phrases

TALL = "How tall is the harbour tower?"


def kinds(events):
    return [event.type for event in events]


def asked(rig, text, conversation=None, language=None):
    context = {"conversation_id": conversation} if conversation else None
    events = rig.talk(Transcript(text, context=context, language=language), until="handled")
    assert kinds(events)[-1] == "handled", kinds(events)
    return Handled.from_event(events[-1])


def tone(seconds, level=1000, rate=16_000, width=2, channels=1):
    """Return the events of a sound, in chunks of 50 ms."""
    samples = np.full(round(seconds * rate) * channels, level if width == 2 else level << 16, f"<i{width}").tobytes()
    size = rate // 20 * channels * width
    chunks = [AudioChunk(rate, width, channels, samples[at : at + size]) for at in range(0, len(samples), size)]
    return [AudioStart(rate, width, channels), *chunks, AudioStop()]


# --- describe ---------------------------------------------------------------------------------------------------------


def test_describe_names_every_part_with_its_languages(rig):
    (event,) = rig.talk(Describe(), until="info")
    info = Info.from_event(event)
    (handle,), (asr,), (tts,), (wake,) = info.handle, info.asr, info.tts, info.wake
    assert handle.installed
    assert handle.supports_handled_streaming
    assert not handle.supports_home_control
    assert handle.models[0].languages == ["en", "ja"]
    assert asr.models[0].languages == ["en", "ja"]
    assert [voice.name for voice in tts.voices] == ["tone-en", "tone-ja"]
    assert tts.supports_synthesize_streaming
    assert [model.phrase for model in wake.models] == ["hey hug", "ねえハグ"]
    assert all(program.version and program.attribution.name for program in (handle, asr, tts, wake))


def test_describe_is_answered_while_the_documents_are_still_read():
    from chatbot.config.wyoming import WyomingConfig
    from chatbot.serve.wyoming import Parts, serving

    ready = threading.Event()
    parts = Parts(bot=lambda: ready.wait(10) and SimpleNamespace(ask=nothing))
    with serving(parts, WyomingConfig(uri="tcp://127.0.0.1:0"), lambda line: None) as address:
        from wyoming.client import AsyncTcpClient

        async def both():
            async with AsyncTcpClient(address.host, address.port) as early, AsyncTcpClient(address.host, address.port) as other:
                await early.write_event(Transcript("Hello?").event())
                await other.write_event(Describe().event())
                began = time.perf_counter()
                info = await other.read_event()
                took = time.perf_counter() - began
                ready.set()
                while (event := await early.read_event()).type != "handled":
                    pass
                return info, took, event

        info, took, event = asyncio.run(both())
    assert info.type == "info"
    assert took < 1
    assert event.type == "handled"
    offered = Info.from_event(info)
    assert not (offered.asr)
    assert not (offered.tts)
    assert not (offered.wake)


def nothing(question, past=()):
    yield Done(Query(question, "en"), "", (), False, 1.0, "reader", {})


def test_a_ping_comes_back(rig):
    (event,) = rig.talk(Ping("here?"), until="pong")
    assert event.data["text"] == "here?"


def test_unknown_events_are_passed_over(rig):
    assert kinds(rig.talk(UserEvent("anything"), Ping(), until="pong")) == ["pong"]


# --- transcript -------------------------------------------------------------------------------------------------------


def test_an_answer_is_streamed_and_whole(rig):
    events = rig.talk(Transcript(TALL, context={"conversation_id": "a", "device_id": "d"}), until="handled-stop")
    assert kinds(events)[0] == "handled-start"
    assert kinds(events)[-2:] == ["handled", "handled-stop"]
    chunks = [event.data["text"] for event in events if event.type == "handled-chunk"]
    whole = Handled.from_event(events[-2])
    assert whole.text == "".join(chunks)
    assert whole.context == {"conversation_id": "a", "device_id": "d"}
    assert "forty-eight metres" in whole.text


def test_the_source_is_named_and_no_mark_is_left(rig):
    english, japanese = asked(rig, TALL).text, asked(rig, "大橋の長さは何メートルですか?").text
    assert english.startswith("According to the May twenty twenty-four document, The harbour tower, ")
    assert "大橋の案内によると、大橋の長さは" in japanese
    assert "メートル" in japanese
    assert not re.search(r"\[\d|^- |\n", english + japanese)


@pytest.mark.parametrize("told", [None, "en", "ja"])
def test_the_language_is_that_of_the_text_whatever_is_told(rig, told):
    assert "によると" in asked(rig, "大橋の長さは何メートルですか?", language=told).text
    assert "According" in asked(rig, TALL, language=told).text


def test_a_refusal_is_handled(rig):
    said = asked(rig, "What is the price of cement in Brazil?").text
    assert said.startswith(phrases("en").refused)


class Remembering:
    """Keeps what each question leans on."""

    def __init__(self, bot):
        self.bot, self.pasts = bot, []

    def ask(self, question, past=()):
        self.pasts.append([turn.question for turn in past])
        yield from self.bot.ask(question, past)


def test_a_conversation_goes_on_over_new_connections(serve, bot):
    remembering = Remembering(bot)
    with serve(remembering) as rig:
        for name in ("one", "one", "another", None, None):
            asked(rig, TALL, name)
    assert remembering.pasts == [[], [TALL], [], [], []]


def test_a_conversation_without_a_name_lasts_as_long_as_its_connection(serve, bot):
    remembering = Remembering(bot)
    with serve(remembering) as rig:
        for _ in range(2):
            rig.talk(Transcript(TALL), Transcript("And why?"), Ping(), until="pong")
    assert remembering.pasts == [[], [TALL], [], [TALL]]


def test_a_long_answer_is_offered_in_parts_and_can_be_repeated(serve):
    with serve(Long()) as rig:
        first = asked(rig, "What are the five?", "long").text
        assert first == "One. Two. Three. Shall I go on?"
        assert asked(rig, "Could you repeat that?", "long").text == first
        assert asked(rig, "Yes, please.", "long").text == "Four. Five."
        assert asked(rig, "Go on", "long").text == phrases("en").nothing_more
        assert asked(rig, "What are the five?", "other").text == first
        assert asked(rig, "No, thanks!", "other").text == words("en").enough
        assert asked(rig, "What are the five?").text == "One. Two. Three."


class Long:
    """Answers in five sentences, whatever is asked."""

    def ask(self, question, past=()):
        for text in "One.,Two.,Three.,Four.,Five.".split(","):
            yield Delta(f"{text}\n")
        yield Done(Query(question, "en"), "One. Two. Three. Four. Five.", (), False, 1.0, "reader", {})


@pytest.mark.parametrize(("text", "said"), [("", "again"), ("  \n", "again"), ("あ" * 2001, "too_long")])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_no_question_is_not_handled_but_has_words(rig, text, said, language):
    (event,) = rig.talk(Transcript(text, language=language, context={"conversation_id": "x"}), until="not-handled")
    told = NotHandled.from_event(event)
    spoken = words("ja").too_long if said == "too_long" else phrases(language).again
    assert told.text == spoken
    assert told.context == {"conversation_id": "x"}


def test_a_failure_is_not_handled_and_the_next_question_is(serve, bot, caplog):
    def ask(question, past=()):
        if "fail" in question:
            raise RuntimeError("secret")
        yield from bot.ask(question, past)

    with serve(SimpleNamespace(ask=ask)) as rig:
        (event,) = rig.talk(Transcript("Please fail"), until="not-handled")
        assert event.data["text"] == phrases("en").failed
        assert "forty-eight metres" in asked(rig, TALL).text
    assert "An answer failed" in caplog.text
    assert "Please fail" not in caplog.text


def test_an_answer_ends_when_its_asker_goes(serve):
    ended, going = threading.Event(), threading.Event()

    def ask(question, past=()):
        try:
            for number in range(10_000):
                yield Delta(f"Sentence {number}.\n")
                going.set()
                time.sleep(0.01)
        finally:
            ended.set()

    async def leave(rig):
        async with rig.client() as client:
            await client.write_event(Transcript("Talk!").event())
            await client.read_event()

    with serve(SimpleNamespace(ask=ask)) as rig:
        asyncio.run(leave(rig))
        assert going.wait(5)
        assert ended.wait(5)


# --- transcribe -------------------------------------------------------------------------------------------------------


def test_speech_is_recognised_streamed_and_whole(rig):
    events = rig.talk(Transcribe(language="en"), *tone(1), until="transcript-stop")
    assert kinds(events) == ["transcript-start", "transcript-chunk", "transcript", "transcript-stop"]
    assert Transcript.from_event(events[2]) == Transcript(TALL, language="en")


@pytest.mark.parametrize(("rate", "width", "channels"), [(16_000, 2, 1), (48_000, 2, 2), (44_100, 4, 1), (8_000, 2, 1)])
def test_sound_of_any_form_reaches_the_recogniser(rig, rate, width, channels):
    rig.talk(*tone(1, rate=rate, width=width, channels=channels), until="transcript")
    (heard,) = rig.recognizer.heard
    assert heard.rate == rate
    assert heard.seconds == pytest.approx(1)
    assert np.frombuffer(heard.samples, "<i2")[100] == 1000


def test_silence_is_an_empty_transcript(rig):
    events = rig.talk(Transcribe(), *tone(1, level=0), until="transcript")
    assert Transcript.from_event(events[-1]).text == ""


def test_a_recogniser_that_cannot_be_had_says_so_and_hangs_up(serve, bot, caplog):
    class Absent:
        def recognize(self, audio) -> Heard:
            raise VoiceError("No recogniser. Install one.")

    with serve(bot, recognizer=Absent()) as rig:
        events = rig.talk(*tone(0.2), until="never")
    assert [(event.type, event.data["text"]) for event in events] == [("error", "No recogniser. Install one.")]
    assert "No recogniser" in caplog.text


# --- synthesize -------------------------------------------------------------------------------------------------------


def sound(events):
    """Return the seconds of each stretch from audio-start to audio-stop, and the rates."""
    stretches, rates = [], set()
    for event in events:
        if event.type == "audio-start":
            stretches.append(0.0)
            rates.add(event.data["rate"])
        elif event.type == "audio-chunk":
            stretches[-1] += AudioChunk.from_event(event).seconds
            rates.add(event.data["rate"])
    return stretches, rates


def test_text_is_spoken_in_its_language(rig):
    events = rig.talk(Synthesize("Hello there.", voice=SynthesizeVoice(name="tone-ja")), until="audio-stop")
    assert kinds(events)[0] == "audio-start"
    assert sound(events) == ([pytest.approx(0.12, abs=0.01)], {22_050})
    assert rig.speaker.said == [("Hello there.", "en")]


def test_voices_of_two_rates_come_at_one(rig):
    events = rig.talk(Synthesize("大橋の案内です。Hello there."), until="audio-stop")
    assert {language for _, language in rig.speaker.said} == {"en", "ja"}
    stretches, rates = sound(events)
    assert rates == {48_000}
    assert stretches == [pytest.approx(0.2, abs=0.01)]


def test_a_stream_of_text_is_spoken_sentence_by_sentence(rig):
    texts = ["First. Sec", "ond one. Thi", "rd"]
    stream = [SynthesizeStart(), *map(SynthesizeChunk, texts), Synthesize("".join(texts)), SynthesizeStop()]
    events = rig.talk(*stream, until="synthesize-stopped")
    assert [text for text, _ in rig.speaker.said] == ["First.", "Second one.", "Third"]
    assert kinds(events).count("audio-start") == kinds(events).count("audio-stop") == 3
    assert kinds(events)[-1] == "synthesize-stopped"


def test_speaking_nothing_is_no_sound(rig):
    assert kinds(rig.talk(Synthesize(" "), until="audio-stop")) == ["audio-start", "audio-stop"]
    assert kinds(rig.talk(SynthesizeStart(), SynthesizeStop(), until="synthesize-stopped")) == ["synthesize-stopped"]


# --- detect -----------------------------------------------------------------------------------------------------------


def test_the_wake_word_is_detected_where_it_ends(rig):
    quiet, loud = tone(1)[:-1], tone(0.5, level=30_000)[1:]
    events = rig.talk(Detect(), *quiet, *loud, until="detection")
    detection = Detection.from_event(events[-1])
    assert detection.name == "hey hug"
    assert detection.timestamp == pytest.approx(1050, abs=60)


def test_without_the_wake_word_the_end_says_so(rig):
    assert kinds(rig.talk(Detect(names=["ねえハグ"]), *tone(1), until="not-detected")) == ["not-detected"]


def test_a_wake_word_that_is_asked_for_by_name_is_called_so(rig):
    events = rig.talk(Detect(names=["other", "ねえハグ"]), *tone(0.2, level=30_000), until="detection")
    assert events[-1].data["name"] == "ねえハグ"


def test_an_unknown_wake_word_is_told(rig, caplog):
    events = rig.talk(Detect(names=["alexa"]), until="error")
    assert "hey hug" in events[-1].data["text"]


# --- a whole turn -----------------------------------------------------------------------------------------------------


def test_a_satellite_goes_the_whole_way(rig):
    """Wake word, question, answer and speech, each on a connection of its own, as a satellite does it."""
    assert kinds(rig.talk(Detect(), *tone(0.3, level=30_000), until="detection"))[-1] == "detection"
    heard = Transcript.from_event(rig.talk(Transcribe(), *tone(1), until="transcript")[-1])
    answer = asked(rig, heard.text, "kitchen")
    speech = rig.talk(Synthesize(answer.text), until="audio-stop")
    # Ten milliseconds a letter.
    assert sum(sound(speech)[0]) == pytest.approx(len(answer.text) / 100, rel=0.05)
