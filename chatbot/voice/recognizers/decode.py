"""PocketSphinx in a process of its own: cepstra in on standard input, what they may say out on standard output.

A program, run by `apart.Apart` with the decoder's options. It imports nothing of this package, so that it starts at once and
stays small, and ends when nobody holds the other end of its input. An utterance is a line with the number of bytes, and the
cepstra; it is answered by one line. The options and all lines are JSON.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

# Readings looked at.
_READINGS = 50


def told(decoder: Any, cepstra: bytes) -> dict[str, Any]:
    """Return the readings of one utterance, the best one first, and the words of the best one, each with its likelihood."""
    decoder.start_utt()
    try:
        # Given whole, an utterance is evened out by itself and not by those before.
        decoder.process_cep(cepstra, full_utt=True)
    finally:
        decoder.end_utt()
    best = decoder.hyp()
    if best is None or not best.hypstr:
        return {"readings": [], "words": []}
    words = [(word.word, float(word.prob)) for word in decoder.seg()]
    guesses = [guess.hypstr for _, guess in zip(range(_READINGS), decoder.nbest() or (), strict=False) if guess]
    return {"readings": list(dict.fromkeys([best.hypstr, *guesses])), "words": words}


def answers(decoder: Any, asked: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield what each utterance of a stream may say, until the stream ends."""
    while size := asked.readline():
        yield told(decoder, asked.read(json.loads(size)))


def _open(options: Mapping[str, Any]) -> Any:
    import pocketsphinx

    return pocketsphinx.Decoder(**options)


def main() -> None:
    """Answer until nobody asks any more."""
    # Who interrupts the program in a terminal means the one that asks, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a library prints must not get between the answers.
    out, sys.stdout = sys.stdout, sys.stderr
    for answer in answers(_open(json.loads(sys.argv[1])), sys.stdin.buffer):
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
