"""A server on loopback with small real parts, and the official client to talk to it."""

import asyncio
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
from wyoming.client import AsyncTcpClient

from chatbot.config.wyoming import WyomingConfig
from chatbot.serve.wyoming import Made, Part, Parts, serving
from chatbot.types import Audio, Transcript

WAKE = "hey hug"


class ToneRecognizer:
    """Hears a number of whole seconds as a question; nothing in silence."""

    def __init__(self):
        self.heard = []

    def recognize(self, audio):
        self.heard.append(audio)
        if not any(audio.samples):
            return Transcript("", "en", 0.0)
        return Transcript({1: "How tall is the harbour tower?", 2: "大橋の長さは?"}.get(round(audio.seconds), "?"), "en", 0.9)


class CountingSpeaker:
    """Speaks each letter as ten milliseconds of a tone, at a rate for each language."""

    def __init__(self):
        self.said = []
        self.closed = 0

    def speak(self, text, language):
        self.said.append((text, language))
        rate = {"en": 22_050, "ja": 48_000}[language]
        try:
            for _ in text:
                yield Audio(np.full(rate // 100, 1000, "<i2").tobytes(), rate)
        finally:
            self.closed += 1


class LoudSpotter:
    """Hears the wake word in any frame that is loud."""

    def spot(self, frame):
        return bool(np.abs(np.frombuffer(frame.samples, "<i2").astype(int)).max(initial=0) > 20_000)


class Rig:
    """What a server was made of, and where it is."""

    def __init__(self, parts, address, said, recognizer, speaker):
        self.parts, self.address, self.said, self.recognizer, self.speaker = parts, address, said, recognizer, speaker

    def client(self, seconds=60):
        return AsyncTcpClient(self.address.host, self.address.port, connect_timeout=seconds, read_timeout=seconds)

    def talk(self, *events, until):
        """Send events on one connection and return what comes, up to and with an event of a kind."""
        return asyncio.run(self.talking(events, until))

    async def talking(self, events, until):
        async with self.client() as client:
            for event in events:
                await client.write_event(event.event())
            return await answers(client, until)


async def answers(client, until):
    """Return events up to and with one of a kind, or up to the end of the connection."""
    came = []
    while (event := await client.read_event()) is not None:
        came.append(event)
        if event.type == until:
            break
    return came


@contextmanager
def served(bot, recognizer=None, speaker=None, spotter=LoudSpotter, **limits):
    """Serve on a free port of loopback."""
    recognizer, speaker = recognizer or ToneRecognizer(), speaker or CountingSpeaker()
    parts = Parts(
        bot=lambda: bot,
        recognizer=Part(lambda: recognizer, (Made("tones", ("en", "ja"), "Tests", "https://example.org"),)),
        speaker=Part(lambda: speaker, (Made("tone-en", ("en",), "Tests", ""), Made("tone-ja", ("ja",), "Tests", ""))),
        spotter=Part(spotter, (Made(WAKE, ("en",), "Tests", ""), Made("ねえハグ", ("ja",), "Tests", ""))),
    )
    said = []
    with serving(parts, WyomingConfig(uri="tcp://127.0.0.1:0", **limits), said.append) as address:
        yield Rig(parts, address, said, recognizer, speaker)


@pytest.fixture
def serve():
    before = threading.active_count()
    yield served
    # A thread that has said that it is done still has to end.
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


@pytest.fixture
def rig(serve, bot):
    with serve(bot) as rig:
        yield rig
