"""Examples of what the clearer learns: energies of speech as a room leaves them, and as they were said."""

import itertools
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.train.rooms import heard
from chatbot.train.voices import Voices
from chatbot.voice.echoless import without_echo
from chatbot.voice.features import FILTERS, WIDE, energies, spoken

LOUDEST = 10_000.0  # of a recording, of 32,767
FAINT = 1e-3  # so that no silence is without any noise
AT_ONCE, BLOCK = 16, 512  # sentences that a process is given, and after which processes begin anew

Energies = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Utterances one after the other."""

    frames: NDArray[np.int64]
    """Of each utterance, how many."""
    values: Energies
    """(all frames, WIDE + FILTERS + FILTERS) logarithms: heard, heard by the filters of the cepstra, and said."""

    def __len__(self) -> int:
        """Return how many utterances there are."""
        return len(self.frames)

    def __getitem__(self, number: int) -> Energies:
        """Return the rows of one utterance."""
        end = int(self.frames[: number + 1].sum())
        return self.values[end - int(self.frames[number]) : end]


def example(voices: Voices, seed: int) -> Energies | None:
    """Return one utterance as it was heard and said; None if nothing in it is taken for speech."""
    chance = np.random.default_rng(seed)
    said = voices.say(chance)
    told = heard(chance, said, voices.say)
    told = told - told.mean()
    told *= LOUDEST / (np.abs(told).max() + 1e-9)
    where = spoken(told)
    if where is None:
        return None
    wide, narrow = energies(without_echo(told[where]), chance)
    _, clean = energies(said[where] + FAINT * chance.standard_normal(len(said[where])), chance)
    return np.concatenate([wide, narrow, clean], axis=1).astype(np.float16)


def prepare(texts: tuple[Sequence[str], Sequence[str]], file: Path, hours: float, seed: int) -> Sounds:
    """Return so many hours of examples, made on all cores, from a file that is written once.

    Args:
        texts: English and Japanese sentences.
        file: Where they are kept.
        hours: Of speech, with the silence within it.
        seed: Of all chance.
    """
    if not file.is_file():
        made: list[Energies] = []
        frames = 0
        for each in _examples(texts, seed):
            made.append(each)
            frames += len(each)
            if frames >= hours * 360_000:
                break
        partly = file.with_suffix(".partly.npz")
        np.savez(partly, frames=[len(each) for each in made], values=np.concatenate(made))
        os.replace(partly, file)
    kept = np.load(file)
    return Sounds(kept["frames"], kept["values"])


def _examples(texts: tuple[Sequence[str], Sequence[str]], seed: int) -> Iterator[Energies]:
    """Yield examples without end."""
    for first in itertools.count(seed * 1_000_000, BLOCK):
        # Anew, not as copies: a copy of a process whose threads hold locks waits for them for ever.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(mp_context=fresh, initializer=_open, initargs=texts) as pool:
            try:
                for each in pool.map(_made, range(first, first + BLOCK), chunksize=AT_ONCE):
                    if each is not None:
                        yield each
            except BrokenProcessPool:
                # Some variants of eSpeak NG's voices end the process, once in some thousand sentences: go on with others.
                print(f"A voice ended its process; sentences after {first} are left out.", file=sys.stderr)


_voices: list[Voices] = []


def _open(english: Sequence[str], japanese: Sequence[str]) -> None:
    """Load the voices of one process."""
    _voices.append(Voices(english, japanese))


def _made(seed: int) -> Energies | None:
    return example(_voices[0], seed)


def parts(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return what was heard, twice, and what was said, each less its mean over the utterance."""
    even = rows - rows.mean(axis=0)
    return even[:, :WIDE], even[:, WIDE : WIDE + FILTERS], even[:, WIDE + FILTERS :]
