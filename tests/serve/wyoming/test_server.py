"""Connections do not hurt each other, and the server begins and ends cleanly."""

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncUnixClient
from wyoming.info import Describe
from wyoming.ping import Ping
from wyoming.tts import SynthesizeChunk, SynthesizeStart

from chatbot.config.wyoming import WyomingConfig
from chatbot.errors import ChatbotError
from chatbot.serve.wyoming import Parts, serving
from chatbot.serve.wyoming.framing import framed

TALL = "How tall is the harbour tower?"
SILENCE = AudioChunk(16_000, 2, 1, bytes(3200))


def raw(rig):
    return socket.create_connection((rig.address.host, rig.address.port), timeout=10)


def ended(connection):
    """Whether the server hung up, after whatever it still said."""
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionError:
        return True
    return True


async def answered(rig, text, name):
    async with rig.client() as client:
        await client.write_event(Transcript(text, context={"conversation_id": name}).event())
        while (event := await client.read_event()).type != "handled":
            pass
        return event.data["text"]


def test_twenty_at_once_among_one_that_dies_one_of_garbage_and_one_that_stays(rig):
    async def dies():
        reader, writer = await asyncio.open_connection(rig.address.host, rig.address.port)
        writer.write(
            b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n{"type": "audio-chunk", "dat'
        )
        await writer.drain()
        writer.transport.abort()

    async def garbage():
        reader, writer = await asyncio.open_connection(rig.address.host, rig.address.port)
        writer.write(bytes(range(256)) * 1000)
        try:
            await writer.drain()
            await reader.read()
        except ConnectionError:
            pass
        writer.close()

    async def stays(until):
        async with rig.client() as client:
            await client.write_event(Ping().event())
            await client.read_event()
            await until.wait()

    async def everybody():
        done = asyncio.Event()
        staying = asyncio.create_task(stays(done))
        questions = [(TALL, "forty-eight metres"), ("大橋の長さは何メートルですか?", "大橋の長さは")] * 10
        asked = (answered(rig, text, str(number)) for number, (text, _) in enumerate(questions))
        *texts, _, _ = await asyncio.gather(*asked, dies(), garbage())
        done.set()
        await staying
        return [expected in text for text, (_, expected) in zip(texts, questions, strict=True)]

    assert asyncio.run(everybody()) == [True] * 20


def test_garbage_is_closed_with_a_reason_and_a_line_in_the_log(rig, caplog):
    with raw(rig) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        reply = connection.makefile("rb").read()
    assert json.loads(reply.splitlines()[0])["type"] == "error"
    assert "Closed 127.0.0.1:" in caplog.text
    assert "not JSON" in caplog.text


def test_one_that_says_nothing_is_closed_in_time(serve, bot):
    with serve(bot, idle=1) as rig, raw(rig) as connection:
        began = time.monotonic()
        assert ended(connection)
        assert 0.5 < time.monotonic() - began < 5


def test_one_that_was_quiet_makes_room_for_a_new_one(serve, bot, caplog):
    with serve(bot, connections=2, idle=60) as rig, raw(rig) as first, raw(rig) as second:
        time.sleep(1.1)
        assert rig.talk(Describe(), until="info")[-1].type == "info"
        assert ended(first)
        second.sendall(b'{"type": "ping"}\n')
        assert second.recv(10)
    assert "quiet for longest" in caplog.text


def test_where_all_are_at_work_a_new_one_is_told(serve, caplog):
    working = threading.Barrier(3)

    def ask(question, past=()):
        working.wait(10)
        working.wait(10)
        yield from ()

    with serve(SimpleNamespace(ask=ask), connections=2) as rig, raw(rig) as first, raw(rig) as second:
        for connection in (first, second):
            connection.sendall(b'{"type": "transcript", "data": {"text": "?"}}\n')
        working.wait(10)
        with raw(rig) as third:
            told = third.makefile("rb").read()
        working.wait(10)
        assert first.recv(1)
        assert second.recv(1)
    assert b"Too many connections" in told
    assert "Refused" in caplog.text


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([Transcribe(), AudioStart(16_000, 2, 1), *[SILENCE] * 25], "2 seconds"),
        ([AudioStart(16_000, 2, 1), AudioChunk(48_000, 2, 1, b"\0\0")], "changes its form"),
        ([AudioStart(16_000, 9, 1)], "cannot be"),
        ([AudioStart("16000", 2, 1)], "cannot be"),
        ([AudioStart(16_000, 2, [1] * 1000)], "cannot be"),
        ([Transcript(5)], "without text"),
        ([SynthesizeChunk("early")], "synthesize-start"),
        ([SynthesizeStart(), *[SynthesizeChunk("long. " * 10)] * 4], "200 characters"),
        ([SynthesizeStart(), SynthesizeChunk(["list"])], "text"),
    ],
)
def test_what_is_too_much_or_cannot_be_is_closed_with_a_reason(serve, bot, events, why):
    with serve(bot, audio_seconds=2, text=200) as rig:
        error = rig.talk(*events, until="error")[-1]
    assert error.type == "error"
    assert why in error.data["text"]


def test_one_that_goes_on_sending_hears_the_reason_all_the_same(serve, bot):
    sent = b"".join(framed(event.event()) for event in (AudioStart(16_000, 2, 1), *[SILENCE] * 2000))
    with serve(bot, audio_seconds=2) as rig, raw(rig) as connection:
        connection.sendall(sent)
        told = connection.makefile("rb").read()
    assert b"2 seconds" in told


def test_what_is_not_offered_is_told(bot):
    from wyoming.client import AsyncTcpClient
    from wyoming.tts import Synthesize
    from wyoming.wake import Detect

    async def told(address, event):
        async with AsyncTcpClient(address.host, address.port) as client:
            await client.write_event(event.event())
            return await client.read_event()

    with serving(Parts(bot=lambda: bot), WyomingConfig(uri="tcp://127.0.0.1:0"), lambda line: None) as address:
        for event in (Transcribe(), AudioStart(16_000, 2, 1), Synthesize("Hello."), Detect()):
            reply = asyncio.run(told(address, event))
            assert reply.type == "error"
            assert "Nothing here" in reply.data["text"]


def test_the_end_of_the_server_ends_every_connection(serve, bot):
    with serve(bot) as rig:
        connections = [raw(rig) for _ in range(5)]
        connections[0].sendall(b'{"type": "ping"}\n')
        assert connections[0].recv(1)
    for connection in connections:
        assert ended(connection)
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        raw(rig)


def test_a_taken_port_is_named_with_the_remedy(rig):
    uri = str(rig.address)
    with pytest.raises(ChatbotError, match=r"taken.*--wyoming"), serving(rig.parts, WyomingConfig(uri=uri), print):
        pass


def test_an_address_of_another_machine_is_named_with_the_remedy(rig):
    limits = WyomingConfig(uri="tcp://203.0.113.1:10700")
    with pytest.raises(ChatbotError, match=r"203\.0\.113\.1.*127\.0\.0\.1:10700"), serving(rig.parts, limits, print):
        pass


def test_where_everybody_can_connect_the_owner_is_told(bot):
    for uri, warned in (("tcp://0.0.0.0:0", True), ("tcp://127.0.0.1:0", False)):
        said = []
        with serving(Parts(bot=lambda: bot), WyomingConfig(uri=uri, announce="off"), said.append) as address:
            assert address.port > 0
        assert any("no authentication" in line for line in said) is warned
        assert said[0] == f"Smart speakers are answered on {address}"


def test_a_socket_in_the_file_system_is_the_users_own_and_goes_with_the_server(tmp_path, bot):
    path = tmp_path / "here.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))

    async def described():
        async with AsyncUnixClient(path) as client:
            await client.write_event(Describe().event())
            return await client.read_event()

    parts, limits = Parts(bot=lambda: bot), WyomingConfig(uri=f"unix://{path}")
    with serving(parts, limits, lambda line: None):
        assert asyncio.run(described()).type == "info"
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        with pytest.raises(ChatbotError, match="taken"), serving(parts, limits, print):
            pass
        assert path.exists()
    assert not path.exists()


STDIO = """
from types import SimpleNamespace
from chatbot.config.wyoming import WyomingConfig
from chatbot.serve.wyoming import Parts, over_pipes
over_pipes(0, 1, Parts(bot=lambda: None), WyomingConfig(uri="stdio://"))
"""


def test_pipes_serve_the_program_that_started_it():
    asked = b'{"type": "describe"}\n{"type": "ping", "data": {"text": "x"}}\n'
    done = subprocess.run([sys.executable, "-c", STDIO], input=asked, capture_output=True, timeout=60, check=True)
    kinds = [json.loads(line)["type"] for line in done.stdout.splitlines() if line.startswith(b'{"type"')]
    assert kinds[0] == "info"
    assert b'"pong"' in done.stdout
