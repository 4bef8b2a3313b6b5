"""What comes is bounded before it is read, and nothing that comes can break the reader."""

import json
import math
import os
import socket
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.event import Event

from chatbot.errors import PeerError
from chatbot.serve.wyoming.framing import MAX_DATA, MAX_HEADER, MAX_PAYLOAD, Peer, PipeStream, SocketStream, framed


class Given:
    """Bytes that come in pieces of a size."""

    def __init__(self, data, size=1 << 16):
        self.data, self.size, self.sent, self.read = data, size, b"", 0

    def receive(self, most, seconds):
        piece = self.data[: min(most, self.size)]
        self.data = self.data[len(piece) :]
        self.read += len(piece)
        return piece

    def send(self, data, seconds):
        self.sent += data

    def ended(self):
        return not self.data

    def close(self):
        self.data = b""


def peer_of(data, size=1 << 16, idle=5):
    return Peer(Given(data, size), "test", idle)


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
JSON = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.text(max_size=5), LEAVES, max_size=3)
EVENTS = st.builds(
    Event,
    # Lone surrogates cannot be sent as UTF-8.
    type=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    data=st.dictionaries(st.text(max_size=5), JSON, max_size=3),
    payload=st.none() | st.binary(min_size=1, max_size=100),
)


@settings(max_examples=50)
@given(st.lists(EVENTS, max_size=4), st.integers(1, 50))
def test_events_come_as_they_were_sent_however_they_are_cut(events, size):
    peer = peer_of(b"".join(map(framed, events)), size)
    assert [peer.receive() for _ in events] == events
    assert peer.receive() is None


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace") + b"\n"))
def test_any_bytes_are_an_event_or_an_end_or_refused(data):
    peer, refused = peer_of(data), ""
    try:
        while peer.receive() is not None:
            pass
    except PeerError as error:
        refused = str(error)
    assert not refused or refused.endswith(".")


@given(
    st.dictionaries(st.sampled_from(["type", "data", "data_length", "payload_length"]), JSON | st.integers(-5, 50)), st.binary()
)
def test_any_header_is_an_event_or_refused(header, rest):
    peer = peer_of(json.dumps(header).encode() + b"\n" + rest)
    try:
        event = peer.receive()
    except PeerError:
        return
    assert isinstance(event.type, str)
    assert isinstance(event.data, dict)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
        b"[]\n",
        b"{}\n",
        b'{"type": 7}\n',
        b'{"type": "ping", "data": [1]}\n',
        b'{"type": "ping", "data_length": -1}\n',
        b'{"type": "ping", "data_length": "9"}\n',
        b'{"type": "ping", "data_length": 1e3}\n',
        b'{"type": "ping", "payload_length": 1' + b"0" * 30 + b"}\n",
        b'{"type": "ping", "data_length": 2}\n[]',
        b'{"type": "ping", "data_length": 20}\n{}',
        b'{"type": "ping"',
        b"\xff\xfe\n",
        b"[" * 60_000 + b"\n",
        b"9" * 10_000 + b"\n",
    ],
)
def test_garbage_is_refused(data):
    with pytest.raises(PeerError):
        peer_of(data).receive()


@pytest.mark.parametrize(("name", "most"), [("data_length", MAX_DATA), ("payload_length", MAX_PAYLOAD)])
def test_what_is_announced_as_too_large_is_not_read(name, most):
    stream = Given(json.dumps({"type": "audio-chunk", name: most + 1}).encode() + b"\n" + bytes(10 * most), size=100)
    with pytest.raises(PeerError, match=f"0 to {most}"):
        Peer(stream, "test", 5).receive()
    assert stream.read <= 100


def test_a_line_without_end_is_not_read_to_its_end():
    stream = Given(b"a" * (100 * MAX_HEADER))
    with pytest.raises(PeerError, match="line"):
        Peer(stream, "test", 5).receive()
    assert stream.read <= MAX_HEADER + 2 * (1 << 16)


def test_data_in_the_line_and_after_it_are_one():
    peer = peer_of(b'{"type": "x", "data": {"a": 1, "b": 1}, "data_length": 8}\n{"b": 2}')
    assert peer.receive() == Event("x", {"a": 1, "b": 2})


def test_bytes_that_drip_are_given_up_in_time():
    ours, theirs = socket.socketpair()
    stopped = threading.Event()

    def drip():
        while not stopped.wait(0.02):
            theirs.sendall(b" ")

    thread = threading.Thread(target=drip)
    with theirs:
        thread.start()
        began = time.monotonic()
        with pytest.raises(PeerError, match="seconds"):
            Peer(SocketStream(ours), "test", 0.3).receive()
        assert time.monotonic() - began < 2
        stopped.set()
        thread.join()
        ours.close()


def test_one_who_does_not_read_is_given_up_in_time():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        Peer(SocketStream(ours), "test", 0.2).send(Event("audio-chunk", {}, bytes(20_000_000)))


def test_whether_the_other_end_has_gone_can_be_told():
    ours, theirs = socket.socketpair()
    peer = Peer(SocketStream(ours), "test", 1)
    with theirs:
        assert not peer.gone()
        theirs.sendall(b"{")
        assert not peer.gone()
    ours.settimeout(1)
    assert ours.recv(1) == b"{"
    assert peer.gone()
    peer.close()
    peer.close()
    assert peer.gone()


def test_pipes_carry_events_too():
    source, target = os.pipe()
    peer = Peer(PipeStream(source, target), "pipes", math.inf)
    try:
        peer.send(Event("ping", {"text": "こんにちは"}), Event("pong", {}, b"\0\1"))
        assert peer.receive() == Event("ping", {"text": "こんにちは"})
        assert peer.receive() == Event("pong", {}, b"\0\1")
    finally:
        os.close(target)
    assert peer.receive() is None
    os.close(source)
