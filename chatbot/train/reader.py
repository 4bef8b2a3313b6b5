"""The recipe of the reader, which is also the judge: one cross-encoder, read once, that says four things of two texts.

Of a question and a passage: whether it answers, which of its tokens belong to sentences that answer (after Chirkova et al.
2025, "Provence"), and where the answer begins and ends. Of a claim and a quote: whether the quote says it. It starts from
the bilingual encoder and keeps the encoder's table of embeddings, so that the two share its bytes.

    openstance train reader --data ../shared/data --out DIR [--device auto] [--minutes 75]
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from chatbot.answer.network import SEPARATOR, network, starting_config, types_of
from chatbot.train import backbone, batches, checkpoint, export, readings
from chatbot.train.reading import ASKED_NOT
from chatbot.train.readings import NOT_MARKED, Readings

MINUTES = 75.0
TOKENS = 4096
PEAK = 2.5e-4
WARM_UP = 0.03
RELEVANT_WEIGHT = 0.5
SAVE_SECONDS = 300.0
SHOW_EVERY = 50


@dataclass
class Course:
    """One run: the weights in float32, and where they are computed with, in bfloat16."""

    master: Any
    worker: Any
    optimiser: torch.optim.Optimizer
    progress: dict[str, float]
    device: torch.device

    def step(self, rate: float) -> None:
        """Take the worker's gradients to the master, step there, and bring the weights back."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        for whole, half in zip(self.master.parameters(), self.worker.parameters(), strict=True):
            whole.grad = None if half.grad is None else half.grad.float()
            half.grad = None
        torch.nn.utils.clip_grad_norm_(self.master.parameters(), 1.0)
        self.optimiser.step()
        self.share()

    def share(self) -> None:
        """Bring the master's weights to the worker."""
        with torch.no_grad():
            for whole, half in zip(self.master.parameters(), self.worker.parameters(), strict=True):
                if whole.requires_grad:
                    half.copy_(whole)


def train(data: Path, out: Path, *, encoder: Path, device: str = "auto", minutes: float = MINUTES, seed: int = 0) -> None:
    """Train the reader for `minutes` of wall clock and export it to `out/reader`; resumes if stopped."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    shard = readings.prepare(data, encoder / "tokenizer.json", out, seed)
    course = _course(encoder, out, backbone.pick_device(device))
    _run(course, shard, out, minutes * 60.0, seed)
    export.reader(course.master.state_dict(), starting_config(encoder), encoder, out / "reader")


def _course(encoder: Path, out: Path, device: torch.device) -> Course:
    master = started(encoder).to(device)
    learned = [weight for weight in master.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=PEAK, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    progress = checkpoint.resume(out, master, optimiser) or {"step": 0.0, "seconds": 0.0}
    worker = started(encoder).to(device, torch.bfloat16)
    worker.load_state_dict(master.state_dict())
    return Course(master, worker, optimiser, progress, device)


def started(encoder: Path) -> Any:
    """Return a reader made of the encoder's layers, with new outputs; its table of embeddings does not learn."""
    # Eager attention: torch's fused one for the CPU takes half of all time in its backward pass.
    model = network(starting_config(encoder, attention="eager"))
    source = backbone.load(encoder)
    model["bert"].load_state_dict(source.state_dict(), strict=False)
    model["bert"].embeddings.word_embeddings.weight.requires_grad_(False)
    return model.train()


def losses(model: Any, ids: Tensor, answer: Tensor, relevant: Tensor, labels: Tensor) -> Tensor:
    """Return the sum of what is minimised.

    Args:
        model: The reader.
        ids: (batch, width) int64, padded with 0.
        answer: (batch, 2) first and last token; NOT_MARKED where unknown.
        relevant: (batch, 2) the same for the sentences that answer.
        labels: (batch, 2) answers, supports; ASKED_NOT where unknown.
    """
    types = types_of(ids)
    read = model["bert"](input_ids=ids, attention_mask=(ids != 0).long(), token_type_ids=types)
    hidden = read.last_hidden_state
    second = types * (ids != SEPARATOR)
    spans = model["qa_outputs"](hidden).float()
    open_to = second.bool()
    open_to[:, 0] = True
    spans = spans.masked_fill(~open_to[:, :, None], -1e4)
    found = 0.5 * sum(_where(spans[:, :, side], answer[:, side]) for side in (0, 1))
    judged = model["classifier"](read.pooler_output).float()
    known = labels != ASKED_NOT
    each = functional.binary_cross_entropy_with_logits(judged, labels.clamp(min=0).float(), reduction="none")
    found = found + (each * known).sum() / known.sum().clamp(min=1)
    return found + RELEVANT_WEIGHT * _which(model["relevance"](hidden).float()[:, :, 0], second, relevant)


def _where(scores: Tensor, target: Tensor) -> Tensor:
    known = target != NOT_MARKED
    each = functional.cross_entropy(scores, target.clamp(min=0), reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)


def _which(scores: Tensor, second: Tensor, relevant: Tensor) -> Tensor:
    """Ask of every token of the passage whether its sentence answers."""
    places = torch.arange(scores.shape[1], device=scores.device)[None]
    target = (places >= relevant[:, :1]) & (places <= relevant[:, 1:]) & (relevant[:, :1] > 0)
    each = functional.binary_cross_entropy_with_logits(scores, target.float(), reduction="none")
    known = second * (relevant[:, :1] != NOT_MARKED)
    return (each * known).sum() / known.sum().clamp(min=1)


def rate(share: float) -> float:
    """Return the learning rate at a share of the time, relative to its peak: warm-up, then straight down."""
    return min(share / WARM_UP, (1.0 - share) / (1.0 - WARM_UP), 1.0)


def _run(course: Course, shard: Readings, out: Path, seconds: float, seed: int) -> None:
    """Step until the time is up, saving now and then."""
    progress = course.progress
    order = batches.batches(shard.texts.lengths(), TOKENS, seed + int(progress["step"]))
    began = last = time.monotonic() - progress["seconds"]
    saved, mean, tokens = time.monotonic(), 0.0, 0
    while progress["seconds"] < seconds:
        rows = next(order)
        ids = torch.from_numpy(shard.texts.padded(rows, batches.MULTIPLE)).to(course.device)
        marks = [_rows(part, rows).to(course.device) for part in (shard.answer, shard.relevant, shard.labels)]
        found = losses(course.worker, ids, *marks)
        torch.autograd.backward(found)
        course.step(PEAK * rate(progress["seconds"] / seconds))
        value = float(found.detach())
        mean = value if not progress["step"] else mean + 0.01 * (value - mean)
        tokens += ids.numel()
        progress["step"] += 1
        now = time.monotonic()
        progress["seconds"] = now - began
        if progress["step"] % SHOW_EVERY == 0:
            speed = tokens / max(now - last, 1e-9)
            told = f"{now - began:6.0f} s  step {progress['step']:.0f}  loss {mean:.3f}  {speed:.0f} tokens/s"
            print(told, file=sys.stderr, flush=True)
            last, tokens = now, 0
        if now - saved > SAVE_SECONDS:
            saved = now
            checkpoint.save(out, course.master, course.optimiser, progress)
    checkpoint.save(out, course.master, course.optimiser, progress)


def _rows(part: NDArray[Any], rows: NDArray[np.int64]) -> Tensor:
    return torch.from_numpy(part[rows].astype(np.int64))
