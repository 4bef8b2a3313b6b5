"""The recipe of the clearer: sentences in many voices, heard in many rooms, and what they were before.

    openstance train clearer --out DIR [--hours 14] [--rounds 12]

No recordings: voices are made by eSpeak NG and Open JTalk, rooms and noises by rule. What is minimised is how far the cepstra
that the recogniser is given, and how they change, are from those of the sentence as it was said.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from chatbot.train import checkpoint, export, hearing
from chatbot.train.hearing import Sounds
from chatbot.voice.clearer import Shape, cleared, keep, network
from chatbot.voice.features import SPREAD, cosines

HOURS, ROUNDS = 14.0, 12
FRAMES = 6144  # of a step
PEAK = 2e-3
WARM_UP = 100  # steps
# Utterances are filled up to one of these, as repeated shapes are faster; what is longer is cut.
LENGTHS = (256, 384, 512, 704, 960)
CHANGE_WEIGHT, ENERGY_WEIGHT = 0.5, 0.02
HELD_OUT = 0.03  # of the utterances, for the loss that is shown
_REACH = 2  # frames before and after, over which a change is taken

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def train(texts: tuple[Sequence[str], Sequence[str]], out: Path, *, hours: float, rounds: int, seed: int = 0) -> None:
    """Train the network and export it to `out/clearer`; resumes after the last round if stopped.

    Args:
        texts: English and Japanese sentences.
        out: For examples, checkpoints and the network.
        hours: Of speech to learn from.
        rounds: How often each utterance is learned from.
        seed: Of all chance.
    """
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    sounds = hearing.prepare(texts, out / "sounds.npz", hours, seed)
    held = max(1, int(HELD_OUT * len(sounds)))
    parts = network(Shape())
    optimiser = torch.optim.AdamW(parts.parameters(), lr=PEAK, weight_decay=0.01)
    done = int((checkpoint.resume(out, parts, optimiser) or {"round": 0.0})["round"])
    learned = np.arange(held, len(sounds))
    steps = sum(1 for _ in groups(sounds, learned, np.random.default_rng(seed)))
    for number in range(done, rounds):
        start = time.monotonic()
        order = np.random.default_rng(seed + number)
        for step, group in enumerate(groups(sounds, learned, order), number * steps):
            _learn(parts, optimiser, batch(sounds, group), rate(step, rounds * steps))
        checkpoint.save(out, parts, optimiser, {"round": number + 1.0})
        shown = evaluated(parts, sounds, np.arange(held))
        print(f"round {number + 1}: loss {shown:.3f} of the held out, {time.monotonic() - start:.0f} s", file=sys.stderr)
    keep(parts, Shape(), out / "clearer")
    export.seal(out / "clearer")


def _learn(parts: Any, optimiser: torch.optim.Optimizer, given: Batch, rate: float) -> None:
    wide, narrow, said, inside = given
    with torch.autocast("cpu", torch.bfloat16):
        clean = cleared(parts, wide, narrow, inside)
    for group in optimiser.param_groups:
        group["lr"] = PEAK * rate
    optimiser.zero_grad()
    loss(clean.float(), said, inside).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
    optimiser.step()


def rate(step: int, steps: int) -> float:
    """Return the learning rate of a step, relative to its peak: warm-up, then down along a cosine."""
    return min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + float(np.cos(np.pi * min(1.0, step / max(1, steps)))))


def groups(sounds: Sounds, numbers: Sequence[int] | np.ndarray, chance: np.random.Generator) -> Iterator[list[int]]:
    """Yield utterances of like length together, each once, by chance."""
    open_: dict[int, list[int]] = {}
    for number in chance.permutation(np.asarray(numbers)):
        length = _filled(int(sounds.frames[number]))
        group = open_.setdefault(length, [])
        group.append(int(number))
        if len(group) * length >= FRAMES:
            yield open_.pop(length)
    yield from open_.values()


def _filled(frames: int) -> int:
    return next((length for length in LENGTHS if frames <= length), LENGTHS[-1])


def batch(sounds: Sounds, numbers: Sequence[int]) -> Batch:
    """Return what was heard, twice, and said, each (utterances, filters, frames), and where there is any, 1 or 0."""
    length = _filled(max(int(sounds.frames[number]) for number in numbers))
    told: list[Any] = [[], [], [], []]
    for number in numbers:
        rows = sounds[number][:length].astype(np.float32)
        for at, each in enumerate((*hearing.parts(rows), np.ones((len(rows), 1), np.float32))):
            told[at].append(np.pad(each, ((0, length - len(rows)), (0, 0))).T)
    wide, narrow, said, inside = (torch.from_numpy(np.stack(each)) for each in told)
    return wide, narrow, said, inside


def loss(clean: Tensor, said: Tensor, inside: Tensor) -> Tensor:
    """Return how far energies are from what was said, in cepstra, their changes, and a little in themselves."""
    found, wanted = _cepstra(clean, inside), _cepstra(said, inside)
    changes = _changes(found) - _changes(wanted)
    count = inside.sum() * found.shape[1]
    distance = ((found - wanted) ** 2 * inside).sum() / count + CHANGE_WEIGHT * (changes**2 * inside).sum() / count
    return distance + ENERGY_WEIGHT * ((clean - said) ** 2 * inside).sum() / (inside.sum() * clean.shape[1])


def _cepstra(energies: Tensor, inside: Tensor) -> Tensor:
    """Return cepstra less their mean, in units of how widely they spread."""
    values = torch.einsum("kf,bft->bkt", torch.from_numpy(cosines()).float(), energies)
    mean = (values * inside).sum(2, keepdim=True) / inside.sum(2, keepdim=True)
    return (values - mean) * inside / torch.tensor(SPREAD)[None, :, None]


def _changes(cepstra: Tensor) -> Tensor:
    around = functional.pad(cepstra, (_REACH, _REACH), mode="replicate")
    return around[:, :, 2 * _REACH :] - around[:, :, : -2 * _REACH]


def evaluated(parts: Any, sounds: Sounds, numbers: np.ndarray) -> float:
    """Return the mean loss over utterances."""
    told = 0.0
    with torch.inference_mode():
        for group in groups(sounds, numbers, np.random.default_rng(0)):
            wide, narrow, said, inside = batch(sounds, group)
            told += float(loss(cleared(parts, wide, narrow, inside), said, inside)) * len(group)
    return told / len(numbers)
