"""What is offered follows from what is set and installed, without loading any of it."""

import asyncio
import socket
import threading

import pytest
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize

from chatbot.config import Config, load_config
from chatbot.config.wyoming import WyomingConfig
from chatbot.errors import ConfigError, ExtraMissing
from chatbot.serve import launch
from chatbot.serve.wyoming import beside, serving
from chatbot.serve.wyoming.framing import framed
from chatbot.serve.wyoming.offered import offer
from chatbot.serve.wyoming.parts import once


def offered(*said, **flags):
    return offer(load_config(environment={}, flags=flags), lambda: None, *said or (pytest.fail,))


def test_the_package_offers_its_own_parts_by_default():
    parts = offered()
    assert parts.recognizer.languages == ("en",)
    assert parts.speaker.languages == ("en", "ja")
    assert [name.name for name in parts.spotter.models] == list(Config().voice.wake)
    assert parts.spotter.languages == ("en", "ja")


def test_a_model_that_is_set_is_named():
    parts = offered(**{"voice.recognizer": "whisper:openai/whisper-small"})
    (made,) = parts.recognizer.models
    assert (made.name, made.languages) == ("openai/whisper-small", ("en", "ja"))


def test_what_is_not_installed_is_left_out_with_a_line_on_what_to_install(monkeypatch):
    monkeypatch.setattr("chatbot.serve.wyoming.offered.find_spec", lambda package: None)
    said = []
    parts = offered(said.append)
    assert (parts.recognizer, parts.speaker, parts.spotter) == (None, None, None)
    assert [("pocketsphinx" in line, "espeakng_loader" in line) for line in said] == [(1, 0), (0, 1), (1, 0)]
    assert all("pip install" in line for line in said)


def test_a_part_is_made_once_however_many_ask():
    made = []
    get = once(lambda: made.append(1) or object())
    got = []
    threads = [threading.Thread(target=lambda: got.append(get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(got)) == 1


def test_a_question_that_waits_for_the_documents_is_told_when_there_will_be_none(caplog):
    said, sent = [], threading.Event()

    def ask(port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(framed(Ping().event()))
            assert connection.recv(1 << 16)
            connection.sendall(framed(Transcript("Anyone?").event()))
            sent.set()
            try:
                said.append(connection.makefile("rb").read())
            except ConnectionError:
                # The server may end before it has read the question.
                said.append(b"")

    with beside(Config(wyoming=WyomingConfig(uri="tcp://127.0.0.1:0")), said.append):
        waiting = threading.Thread(target=ask, args=(int(said[0].rpartition(":")[2]),))
        waiting.start()
        assert sent.wait(10)
    waiting.join(10)
    assert not waiting.is_alive()
    assert b"48" not in said[-1]


def test_without_the_package_of_the_protocol_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(launch, "find_spec", lambda package: None)
    config = Config(wyoming=WyomingConfig(uri="tcp://127.0.0.1:0"))
    with pytest.raises(ExtraMissing, match=r"wyoming.*openstance\[voice\]"):
        launch.serve_speakers(config, print)


def test_pipes_stand_beside_no_page():
    config = Config(wyoming=WyomingConfig(uri="stdio://"))
    with pytest.raises(ConfigError, match="--no-page"), beside(config, print):
        pass


def test_the_real_voices_speak_through_the_server_and_say_what_they_are():
    """What comes with the packages: eSpeak NG and Open JTalk."""
    config = Config(wyoming=WyomingConfig(uri="tcp://127.0.0.1:0"))
    parts = offer(config, lambda: None, pytest.fail)

    async def spoken(address, text):
        async with AsyncTcpClient(address.host, address.port, read_timeout=60) as client:
            await client.write_event(Describe().event())
            info = Info.from_event(await client.read_event())
            await client.write_event(Synthesize(text).event())
            size = 0
            while (event := await client.read_event()).type != "audio-stop":
                size += len(event.payload or b"")
            return info, size

    with serving(parts, config.wyoming, lambda line: None) as address:
        info, short = asyncio.run(spoken(address, "Hello."))
        _, long = asyncio.run(spoken(address, "こんにちは。Hello and good morning to you."))
    assert {voice.name for voice in info.tts[0].voices} == {"espeak", "openjtalk"}
    assert {program.installed for program in (*info.tts, *info.asr, *info.wake, *info.handle)} == {True}
    assert short > 10_000
    assert long > 2 * short
