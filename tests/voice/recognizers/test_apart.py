"""A decoder in a process of its own: it comes back when it dies, ends when nobody needs it, and keeps nobody waiting."""

import gc
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.errors import VoiceError
from chatbot.voice.recognizers.apart import Apart, Readings

ECHO = """
import json, sys
while size := sys.stdin.buffer.readline():
    told = sys.stdin.buffer.read(json.loads(size)).decode()
    if told == "die":
        sys.exit(1)
    print(json.dumps({"readings": [told], "words": [[told, 0.5]]}), flush=True)
"""
DEAD = "import sys; sys.exit(3)"


@pytest.fixture
def echo():
    return Apart({}, ("-c", ECHO))


def gone(process):
    """Return whether a process of another parent's making is no more."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_it_answers_whoever_asks_with_what_was_asked(echo):
    asked = [f"reading {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda text: echo.decode(text.encode()), asked))
    assert told == [Readings((text,), ((text, 0.5),)) for text in asked]


def test_it_comes_back_after_it_was_killed(echo):
    first = echo.decode(b"one")
    echo.kill()
    assert echo.decode(b"one") == first


def test_what_kills_it_twice_is_told_and_does_not_end_the_rest(echo):
    with pytest.raises(VoiceError, match="Install it again"):
        echo.decode(b"die")
    assert echo.decode(b"alive").texts == ("alive",)


def test_one_that_never_starts_is_told():
    with pytest.raises(VoiceError, match="Install it again"):
        Apart({}, ("-c", DEAD)).decode(b"one")


def test_it_ends_with_whoever_held_it(echo):
    made = Apart({}, ("-c", ECHO))
    process = made.pid
    made.decode(b"one")
    del made
    gc.collect()
    assert gone(process)


def test_others_run_while_an_utterance_is_decoded():
    decoder = Apart({"loglevel": "FATAL"})
    cepstra = np.random.default_rng(0).normal(0, 14, (500, 13)).astype(np.float32).tobytes()
    decoder.decode(cepstra)
    work = threading.Thread(target=decoder.decode, args=(cepstra,))
    turns, start = [time.perf_counter()], time.perf_counter()
    work.start()
    while work.is_alive():
        time.sleep(0.002)
        turns.append(time.perf_counter())
    assert turns[-1] - start > 0.2
    assert np.median(np.diff(turns)) < 0.02
    assert np.max(np.diff(turns)) < 0.2
