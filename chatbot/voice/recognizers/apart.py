"""A decoder in a process of its own, so that nobody waits for it but who asked: PocketSphinx keeps Python to itself."""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from chatbot.errors import VoiceError

_PROGRAM = Path(__file__).with_name("decode.py")
# Seconds it is given to end by itself; it may be at work.
_END = 1.0


@dataclass(frozen=True, slots=True)
class Readings:
    """What one utterance may say, as PocketSphinx writes it."""

    texts: tuple[str, ...]
    """The best one first, none twice; none at all if nothing was understood."""
    words: tuple[tuple[str, float], ...]
    """Of the best one, with silences and noises, each with how likely it is, 0 to 1."""


class Apart:
    """One process: started at once, again if it has died, and ended with this program or once nobody holds this any more."""

    def __init__(self, options: Mapping[str, Any], program: Sequence[str] = ("-P", str(_PROGRAM))) -> None:
        """Start it.

        Args:
            options: Of the decoder.
            program: What Python runs.

        Raises:
            VoiceError: If there is no room for another process.
        """
        self._command, self._lock = [sys.executable, *program, json.dumps(dict(options))], Lock()
        self._start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def kill(self) -> None:
        """End the process, whatever it is at; it comes back when it is asked."""
        self._process.kill()
        self._process.wait()

    def decode(self, cepstra: bytes) -> Readings:
        """Return what one utterance may say; one at a time, whoever asks.

        Raises:
            VoiceError: If the process dies of it twice.
        """
        with self._lock:
            try:
                return self._asked(cepstra)
            except (OSError, ValueError):
                # It may have died of something else, such as want of memory, and long ago.
                self._finish()
                self._start()
            try:
                return self._asked(cepstra)
            except (OSError, ValueError) as cause:
                raise VoiceError("PocketSphinx ends when it is asked. Install it again: pip install pocketsphinx") from cause

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as cause:
            raise VoiceError(f"Cannot start PocketSphinx ({cause}). Free some memory or processes.") from cause
        self._finish = weakref.finalize(self, _finish, self._process)

    def _asked(self, cepstra: bytes) -> Readings:
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps(len(cepstra)).encode() + b"\n" + cepstra)
        asked.flush()
        # No line at all, and half of one, are no JSON.
        answer = json.loads(told.readline())
        return Readings(tuple(answer["readings"]), tuple((word, likely) for word, likely in answer["words"]))


def _finish(process: subprocess.Popen[bytes]) -> None:
    """Let a process end by itself, as nothing more can be asked, or end it."""
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            # It may be gone with something still to be written to it.
            if pipe is not None:
                pipe.close()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
