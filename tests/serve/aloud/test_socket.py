"""The WebSocket as browsers and others use it, around a room whose parts are scripted."""

import json
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import anyio
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from chatbot.config import Config
from chatbot.errors import VoiceError
from chatbot.serve.aloud.room import Heard, Room
from chatbot.serve.aloud.socket import Aloud, Bounds
from chatbot.serve.guard.rate import ALLOWANCE, Allowance
from chatbot.serve.ui.words import words

TALL = "How tall is the harbour tower?"
SILENCE = bytes(1024)


@pytest.fixture
def serve(bot, recognizer, tones, loud):
    """Return a client of the endpoint alone, and how often its room was furnished."""

    def make(*heard, allowance=None, make=None, **bounds):
        made = []

        def furnish():
            made.append(1)
            return make() if make else Heard(recognizer(*heard), lambda pace: tones)

        room = Room(Config(), bot, parts=furnish, detector=loud)
        aloud = Aloud(room, lambda writer: bot, replace(Bounds(), **bounds))

        async def endpoint(socket):
            if allowance:
                socket.scope[ALLOWANCE] = allowance
            await aloud.talk(socket)

        client = TestClient(Starlette(routes=[WebSocketRoute("/talk/voice", endpoint)]))
        client.made = made
        return client

    return make


class Talk:
    """One end of a connection: keeps what comes, sends sound."""

    def __init__(self, socket):
        self.socket, self.rows, self.sound, self.code = socket, [], b"", None
        self.generation = self.played = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        try:
            while True:
                message = self.socket.receive()
                if message["type"] == "websocket.close":
                    self.code = message["code"]
                    return
                if message.get("bytes"):
                    self.sound += message["bytes"][4:]
                else:
                    self.rows.append(json.loads(message["text"]))
        except WebSocketDisconnect as gone:
            self.code = gone.code
        except (anyio.ClosedResourceError, anyio.EndOfStream):
            # This end has gone.
            pass

    def hear(self, samples):
        for at in range(0, len(samples), 1024):
            frame = samples[at : at + 1024].ljust(1024, b"\0")
            self.socket.send_bytes(struct.pack("<II", self.generation, len(self.sound) // 2) + frame)
        return self

    def until(self, kind, seconds=8.0, hearing=True, **found):
        """Let nothing be heard until something was told."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for row in list(self.rows):
                if row["kind"] == kind and found.items() <= row.items():
                    return row
            if hearing:
                self.hear(SILENCE)
            time.sleep(0.02)
        raise AssertionError((kind, self.rows, self.code))

    def closed(self, seconds=8.0):
        self.reader.join(seconds)
        assert not self.reader.is_alive(), self.rows
        return self.code


@contextmanager
def talking(client, first='{"open": true, "number": 3}'):
    with client.websocket_connect("/talk/voice") as socket:
        socket.send_text(first)
        talk = Talk(socket)
        yield talk


def test_a_question_is_heard_answered_and_spoken_over_one_connection(serve, speech):
    client = serve(TALL)
    with talking(client) as talk:
        talk.until("ready")
        assert talk.rows[0]["kind"] == "loading"
        talk.hear(speech(1.2).samples)
        line = talk.until("line", state="answered")
        talk.until("state", name="speaking")
        talk.until("saying")
        talk.socket.close()
    assert line["number"] == 3
    assert "48 metres" in line["record"]["answer"]
    assert len(talk.sound) > 24_000


def test_models_are_loaded_at_the_first_conversation_and_once(serve):
    client = serve(TALL)
    assert client.made == []
    for _ in range(2):
        with talking(client) as talk:
            talk.until("ready", hearing=False)
            talk.socket.close()
    assert client.made == [1]
    assert talk.rows[0]["kind"] == "ready"


def test_what_cannot_be_loaded_is_told_with_its_remedy(serve):
    def broken():
        raise VoiceError("The model is broken. Mend it.")

    with talking(serve(make=broken)) as talk:
        assert talk.until("over", hearing=False) == {"kind": "over", "why": "broken", "text": "The model is broken. Mend it."}
        assert talk.closed() == 1000


def test_those_who_are_too_many_are_told_politely_and_have_a_place_once_one_is_free(serve):
    client = serve(TALL, at_once=1)
    with talking(client) as first:
        first.until("ready", hearing=False)
        with talking(client, '{"language": "ja"}') as second:
            assert second.until("over", hearing=False)["text"] == words("ja").busy
            assert second.closed() == 1013
        first.socket.close()
    first.reader.join(5)
    with talking(client) as third:
        third.until("ready", hearing=False)
        third.socket.close()


def test_one_client_has_only_some_of_the_places(serve):
    client = serve(TALL, of_one_client=1, allowance=Allowance("10.0.0.1", lambda: 0))
    with talking(client) as first:
        first.until("ready", hearing=False)
        with talking(client) as second:
            assert second.until("over", hearing=False)["why"] == "busy"
            assert second.closed() == 1013
        first.socket.close()


@pytest.mark.parametrize(
    "message",
    ["x", "[]", '{"do": "fly"}', b"", b"x" * 1031, b"x" * 200_000, '{"do": "talk", "past": "' + "x" * 400_001 + '"}'],
)
def test_what_cannot_be_read_ends_the_connection(serve, message):
    with talking(serve(TALL)) as talk:
        talk.until("ready", hearing=False)
        talk.socket.send_bytes(message) if isinstance(message, bytes) else talk.socket.send_text(message)
        assert talk.until("over", hearing=False)["why"] == "refused"
        assert talk.closed() == 1008


@pytest.mark.parametrize("first", ["", "null", b"x"])
def test_who_begins_otherwise_is_refused(serve, first):
    with serve(TALL).websocket_connect("/talk/voice") as socket:
        socket.send_bytes(first) if isinstance(first, bytes) else socket.send_text(first)
        assert json.loads(socket.receive_text())["why"] == "refused"
        assert socket.receive()["code"] == 1008


def test_sound_that_comes_faster_than_time_passes_ends_the_connection(serve):
    with talking(serve(TALL), '{"open": false}') as talk:
        talk.until("ready", hearing=False)
        talk.hear(SILENCE * 400)
        assert "More sound" in talk.until("over", hearing=False)["text"]
        assert talk.closed() == 1008


def test_wishes_have_their_price_too(serve):
    with talking(serve(TALL)) as talk:
        talk.until("ready", hearing=False)
        for _ in range(150):
            talk.socket.send_text('{"do": "hush"}')
        assert talk.closed() == 1008


def test_a_connection_on_which_nothing_comes_is_closed(serve):
    with talking(serve(TALL, silent=0.2)) as talk:
        talk.until("ready", hearing=False)
        assert talk.closed() == 1008
    with serve(TALL, hello=0.2).websocket_connect("/talk/voice") as socket:
        socket.receive_text()
        assert socket.receive()["code"] == 1008


def test_a_client_that_asks_too_often_is_told_and_nothing_is_asked(serve, speech):
    counted = []
    allowance = Allowance("10.0.0.1", lambda: counted.append(1) or 30)
    with talking(serve(TALL, allowance=allowance), '{"open": true, "language": "ja"}') as talk:
        talk.until("ready")
        talk.hear(speech(1.2).samples)
        line = talk.until("line", state="trouble")
        assert words("ja").busy in line["answer"]
        talk.socket.close()
    assert counted == [1]
