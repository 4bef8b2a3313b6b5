"""What is freed goes back to the system, whatever threads once needed."""

import subprocess
import sys

import pytest

RESIDENT = """
def resident():
    lines = open("/proc/self/status", encoding="utf-8").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024
"""
RUN = """
import ctypes, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
if sys.argv[1] == "tame":
    from chatbot.serve.heap import tame_heap
    assert tame_heap() == (sys.platform == "linux")
before = resident()
def work(n):
    kept = [np.ones((9 << 20) + 8192 * (n + i), np.uint8) for i in range(3)]
    small = [bytes(100) for _ in range(1000)]
    return len(kept) + len(small)
with ThreadPoolExecutor(4) as threads:
    list(threads.map(work, range(40)))
sys.stdout.write(str(resident() - before))
"""


def grown(how):
    done = subprocess.run([sys.executable, "-c", RESIDENT + RUN, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


SCATTERED = """
import ctypes, sys
from chatbot.serve.heap import GivenBack, tame_heap
tame_heap()
back = GivenBack(every=float(sys.argv[1]))
pieces = [bytearray(20_000) for _ in range(5_000)]
kept = pieces[::50]
del pieces
before = resident()
back.begun()
back.ended(None)
sys.stdout.write(str(before - resident()))
"""


def given_back(every):
    done = subprocess.run([sys.executable, "-c", RESIDENT + SCATTERED, every], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc gives back; others do as they like")
def test_after_an_answer_what_lies_free_between_what_is_used_goes_back():
    assert given_back("0") > 60


def test_a_moment_later_nothing_is_given_back_again():
    assert given_back("600") < 5


def test_little_is_kept_of_what_was_freed():
    assert grown("tame") < 40
