"""What is freed goes back to the system, whatever threads once needed."""

import subprocess
import sys

RUN = """
import ctypes, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
if sys.argv[1] == "tame":
    from chatbot.serve.heap import tame_heap
    assert tame_heap() == (sys.platform == "linux")
def resident():
    lines = open("/proc/self/status", encoding="utf-8").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024
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
    done = subprocess.run([sys.executable, "-c", RUN, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_little_is_kept_of_what_was_freed():
    assert grown("tame") < 40
