"""The recipe of the bilingual encoder.

MiniLM with a Japanese vocabulary learns to place Japanese where its teacher, MiniLM itself, places the English
translation (Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge
Distillation"), while English stays in place; then questions are drawn to the passages that answer them.

    openstance train encoder --data ../shared/data --out DIR [--device auto] [--minutes 65]
"""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from chatbot.train import backbone, batches, checkpoint, export, objective, prepare, shards, threads
from chatbot.train.tokenizer import is_japanese

MINUTES = 65.0
DISTIL_SHARE = 0.75  # of the time; the rest teaches questions
BODY_RATE, ROWS_RATE = 2e-4, 1e-3  # peak learning rates of the layers and of the new embedding rows
ASK_RATE = 0.5  # of those, in the second stage
ASK_WEIGHT = 0.5
CONTRAST = 0.15  # weight beside the distance, which is what keeps the space
JAPANESE_TOKENS, ENGLISH_TOKENS, ASKED_TOKENS = 2048, 1024, 4096
SAVE_SECONDS = 240.0
WARM_UP = 0.03


@dataclass
class Course:
    """Everything that one run of the recipe holds."""

    student: backbone.Model
    teacher: backbone.Model
    known: Tensor  # (vocabulary,) our token ids as the teacher's
    japanese: Tensor  # (vocabulary,) 1.0 where a piece has kana or kanji
    parallel: dict[str, shards.Texts]
    english: shards.Texts
    asked: dict[str, shards.Texts]
    device: torch.device
    queue: objective.Queue = field(default_factory=objective.Queue)

    def ids(self, texts: shards.Texts, rows: NDArray[np.int64]) -> Tensor:
        """Return padded token ids: (len(rows), width) int64."""
        return torch.from_numpy(texts.padded(rows, batches.MULTIPLE)).to(self.device)

    def taught(self, ids: Tensor) -> Tensor:
        """Return the teacher's vectors of our token ids: (batch, dim)."""
        with torch.no_grad():
            return backbone.embed(self.teacher, torch.where(ids == 0, 0, self.known[ids]))

    def place(self, rows: NDArray[np.int64]) -> Tensor:
        """Draw Japanese texts to where the teacher places their translations."""
        target = self.taught(self.ids(self.parallel["english"], rows))
        found = backbone.embed(self.student, self.ids(self.parallel["japanese"], rows))
        near = objective.contrast(found, self.queue.join(target))
        return objective.distance(found, target) + CONTRAST * near

    def keep(self, rows: NDArray[np.int64]) -> Tensor:
        """Hold English texts where the teacher places them."""
        ids = self.ids(self.english, rows)
        return objective.distance(backbone.embed(self.student, ids), self.taught(ids))

    def ask(self, rows: NDArray[np.int64]) -> Tensor:
        """Draw questions to the passages that answer them."""
        ids = self.ids(self.asked["question"], rows)
        questions = backbone.embed(self.student, ids)
        texts = self.ids(self.asked["passage"], rows)
        passages = backbone.embed(self.student, texts)
        return objective.answered(questions, passages, texts, torch.stack([self.language(ids), self.language(texts)]))

    def language(self, ids: Tensor) -> Tensor:
        """Return 1 for texts that are at least one fifth Japanese pieces, else 0: (batch,) int64."""
        share = self.japanese[ids].sum(1) / (ids != 0).sum(1)
        return (share > 0.2).long()


def train(data: Path, out: Path, *, device: str = "auto", minutes: float = MINUTES, seed: int = 0) -> None:
    """Train the encoder for `minutes` of wall clock and export it to `out/encoder`; resumes if stopped."""
    torch.manual_seed(seed)
    base = backbone.base_folder()
    prepare.prepare(data, base, out, seed)
    course = _course(base, out, backbone.pick_device(device))
    optimiser = _optimiser(course.student)
    progress = checkpoint.resume(out, course.student, optimiser) or {"step": 0.0, "seconds": 0.0}
    _run(course, optimiser, progress, out, minutes * 60.0, seed)
    export.encoder(course.student, out, out / "encoder")


def _course(base: Path, out: Path, device: torch.device) -> Course:
    vocabulary = backbone.vocabulary_of(out)
    parallel = shards.load(out / "parallel.npz")
    if (out / "checkpoint.safetensors").exists():
        student = backbone.empty(base, vocabulary)
    else:
        student = backbone.extended(base, vocabulary, parallel["english"], parallel["japanese"])
    student = student.to(device)
    backbone.freeze_rows(student, backbone.learned_rows(vocabulary, base))
    known = torch.from_numpy(backbone.teacher_ids(vocabulary, base)).to(device)
    japanese = torch.tensor([float(is_japanese(piece)) for piece in vocabulary], device=device)
    english, asked = shards.load(out / "english.npz")["english"], shards.load(out / "asked.npz")
    return Course(student, backbone.load(base).to(device), known, japanese, parallel, english, asked, device)


def _optimiser(model: backbone.Model) -> torch.optim.Optimizer:
    rows = [model.embeddings.word_embeddings.weight]
    body = [weight for weight in model.parameters() if weight is not rows[0]]
    groups = [{"params": body, "peak": BODY_RATE}, {"params": rows, "peak": ROWS_RATE}]
    return torch.optim.AdamW(groups, lr=BODY_RATE, weight_decay=0.0, betas=(0.9, 0.98), fused=True)


def _run(
    course: Course,
    optimiser: torch.optim.Optimizer,
    progress: dict[str, float],
    out: Path,
    seconds: float,
    seed: int,
) -> None:
    """Step until the time is up, saving now and then."""
    losses = _losses(course, progress, seed + int(progress["step"]))
    began = last = time.monotonic() - progress["seconds"]
    saved = began + progress["seconds"]
    available = threads.Threads()
    mean = dict.fromkeys(("place", "keep", "ask"), 0.0)
    while progress["seconds"] < seconds:
        progress["share"] = progress["seconds"] / seconds
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * rate(progress["share"])
        available.adapt()
        optimiser.zero_grad()
        for name, weight, loss in next(losses):
            torch.autograd.backward(weight * loss)
            mean[name] += 0.02 * (float(loss.detach()) - mean[name])
        torch.nn.utils.clip_grad_norm_(course.student.parameters(), 1.0)
        optimiser.step()
        progress["step"] += 1
        now = time.monotonic()
        if progress["share"] < DISTIL_SHARE <= (now - began) / seconds:
            checkpoint.save(out / "distilled", course.student, optimiser, progress)
        progress["seconds"] = now - began
        if now - last > 20.0:
            last = now
            shown = " ".join(f"{name} {value:.3f}" for name, value in mean.items())
            print(f"{now - began:6.0f} s  step {progress['step']:.0f}  {shown}", file=sys.stderr, flush=True)
        if now - saved > SAVE_SECONDS:
            saved = now
            checkpoint.save(out, course.student, optimiser, progress)
    checkpoint.save(out, course.student, optimiser, progress)


def _losses(course: Course, progress: dict[str, float], seed: int) -> Iterator[Iterator[tuple[str, float, Tensor]]]:
    """Yield, for each step, its losses one by one: (name, weight, loss), so that one graph lives at a time."""
    parallel = batches.batches(_widest(course.parallel), JAPANESE_TOKENS, seed)
    english = batches.batches(course.english.lengths(), ENGLISH_TOKENS, seed + 1)
    asked = batches.batches(course.asked["passage"].lengths(), ASKED_TOKENS, seed + 2)

    def step(asks: bool, even: bool) -> Iterator[tuple[str, float, Tensor]]:
        if even or not asks:
            yield "place", 1.0, course.place(next(parallel))
        if not even or not asks:
            yield "keep", 1.0, course.keep(next(english))
        if asks:
            yield "ask", ASK_WEIGHT, course.ask(next(asked))

    while True:
        yield step(progress["share"] >= DISTIL_SHARE, progress["step"] % 2 == 0)


def _widest(couples: dict[str, shards.Texts]) -> NDArray[np.int64]:
    return np.maximum(*(texts.lengths() for texts in couples.values()))


def rate(share: float) -> float:
    """Return the learning rate at a share of the time, relative to its peak: warm-up, cosine, twice."""
    if share < DISTIL_SHARE:
        within, height = share / DISTIL_SHARE, 1.0
    else:
        within, height = (share - DISTIL_SHARE) / (1.0 - DISTIL_SHARE), ASK_RATE
    cosine = 0.5 * (1.0 + math.cos(math.pi * within))
    return height * min(within / WARM_UP, 0.05 + 0.95 * cosine, 1.0)
