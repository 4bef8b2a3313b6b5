"""The recipe of the judge: one cross-encoder that says whether a text answers a question, or supports a claim.

It starts from some layers of the bilingual encoder. Its examples come in groups: the answer sentence against other
sentences of the paragraph and of the article, a sentence against false versions of itself.

    python -m chatbot.train.judge --data ../shared/data --encoder DIR --out DIR [--device auto] [--minutes 25]
"""

import argparse
import math
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification

from chatbot.train import backbone, batches, checkpoint, examples, export, shards, threads
from chatbot.train.data import held_out, pairs, sections
from chatbot.train.examples import SIZE
from chatbot.train.questions import training_questions

MINUTES = 25.0
LAYERS = (0, 2, 4)  # of the encoder's six: half the time, and all weights stay small
LIMIT = 128
TOKENS = 4096
PEAK = 3e-4
SEPARATOR = 3  # row of [SEP] in the vocabulary
SAVE_SECONDS = 240.0
SHARES = {"answers": 70_000, "sections": 6_000, "support": 16_000, "claims": 8_000}  # groups, at most


@dataclass(frozen=True, slots=True)
class Groups:
    """Tokenised groups: row i of a task's group g is text `SIZE * g + i`."""

    texts: shards.Texts
    tasks: NDArray[np.int64]  # (groups,) which output judges it
    right: NDArray[np.int64]  # (groups,) 1 if the first of the group is right, else 0

    def widths(self) -> NDArray[np.int64]:
        """Return the tokens of the widest text of each group: (groups,)."""
        widest: NDArray[np.int64] = self.texts.lengths().reshape(-1, SIZE).max(1)
        return widest


def train(data: Path, out: Path, *, encoder: Path, device: str = "auto", minutes: float = MINUTES, seed: int = 0) -> None:
    """Train the judge for `minutes` of wall clock and export it to `out/judge`; resumes if stopped."""
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    groups = _groups(data, encoder, out, seed)
    model = started(encoder).to(backbone.pick_device(device))
    rows = model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    learned = [weight for weight in model.parameters() if weight is not rows]
    optimiser = torch.optim.AdamW(learned, lr=PEAK, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    progress = checkpoint.resume(out, model, optimiser) or {"step": 0.0, "seconds": 0.0}
    _run((model, optimiser, progress), groups, out, minutes * 60.0, seed)
    export.judge(model, encoder, out / "judge")


def started(encoder: Path) -> Any:
    """Return a sequence classifier with two outputs, made of some layers of the encoder."""
    source = AutoModel.from_pretrained(encoder, dtype=torch.float32)
    config = AutoConfig.from_pretrained(encoder)
    config.num_hidden_layers, config.num_labels = len(LAYERS), 2
    model = AutoModelForSequenceClassification.from_config(config).eval()
    weights = source.state_dict()
    for here, there in enumerate(LAYERS):
        prefix = f"encoder.layer.{there}."
        layer = {name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)}
        model.bert.encoder.layer[here].load_state_dict(layer)
    model.bert.embeddings.load_state_dict(source.embeddings.state_dict())
    model.bert.pooler.load_state_dict(source.pooler.state_dict())
    return model


def _groups(data: Path, encoder: Path, out: Path, seed: int) -> Groups:
    path = out / "groups.npz"
    if not path.exists():
        _write_groups(data, encoder, path, seed)
    with np.load(path, allow_pickle=False) as found:
        texts = shards.Texts(found["ids"], found["ends"])
        return Groups(texts, found["tasks"], found["right"])


def _write_groups(data: Path, encoder: Path, path: Path, seed: int) -> None:
    draw = random.Random(seed)
    found = [pair for pair in pairs(data) if not held_out(pair)]
    questions = training_questions(data)
    draw.shuffle(questions)
    made = {
        "answers": examples.answer_groups(questions[: SHARES["answers"]], draw),
        "sections": examples.section_groups(list(sections(found)), draw),
        "support": examples.support_groups(draw_runs(found, SHARES["support"], draw), draw),
        "claims": examples.claim_groups(data, draw),
    }
    groups = [group for name, source in made.items() for group, _ in zip(source, range(SHARES[name]), strict=False)]
    groups = [group for group in groups if len(group.couples) == SIZE]
    couples = [couple for group in groups for couple in group.couples]
    texts = shards.tokenise(Tokenizer.from_file(str(encoder / "tokenizer.json")), couples, LIMIT)
    tasks = np.array([group.task for group in groups])
    right = np.array([int(group.right) for group in groups])
    np.savez(path, ids=texts.ids, ends=texts.ends, tasks=tasks, right=right)
    print(f"{len(groups)} groups", file=sys.stderr, flush=True)


def draw_runs(found: list[Any], size: int, draw: random.Random) -> list[Any]:
    """Draw runs of ten neighbours, so that near sentences stay near."""
    firsts = draw.sample(range(0, len(found) - 10, 10), size // 10)
    return [pair for first in sorted(firsts) for pair in found[first : first + 10]]


def scores(model: Any, ids: Tensor) -> Tensor:
    """Return both outputs for texts read together.

    Args:
        model: The judge.
        ids: (batch, width) int64, padded with 0.

    Returns:
        (batch, 2) float32: answers, supports; logits.
    """
    seen = (ids == SEPARATOR).cumsum(1) - (ids == SEPARATOR).long()
    attention = (ids != 0).long()
    with torch.autocast(ids.device.type, dtype=torch.bfloat16):
        found = model(input_ids=ids, attention_mask=attention, token_type_ids=(seen > 0).long() * attention)
    logits: Tensor = found.logits.float()
    return logits


def loss(logits: Tensor, right: Tensor) -> Tensor:
    """Compare each group within itself, and each text with yes or no.

    Args:
        logits: (groups, SIZE).
        right: (groups,) 1.0 if the first is right, 0.0 if none is.
    """
    target = torch.zeros_like(logits)
    target[:, 0] = right
    each = functional.binary_cross_entropy_with_logits(logits, target)
    within = -functional.log_softmax(logits, dim=-1)[:, 0]
    return each + (within * right).sum() / right.sum().clamp(min=1.0)


def _run(
    state: tuple[Any, torch.optim.Optimizer, dict[str, float]], groups: Groups, out: Path, seconds: float, seed: int
) -> None:
    """Step until the time is up, saving now and then."""
    model, optimiser, progress = state
    device = next(model.parameters()).device
    order = batches.batches(groups.widths() * SIZE, TOKENS, seed + int(progress["step"]))
    began = time.monotonic() - progress["seconds"]
    saved, mean = time.monotonic(), 0.0
    available = threads.Threads()
    while progress["seconds"] < seconds:
        available.adapt()
        share = progress["seconds"] / seconds
        optimiser.param_groups[0]["lr"] = PEAK * min(share / 0.04, 0.03 + 0.97 * math.cos(math.pi * share / 2))
        rows = next(order)
        texts = (rows[:, None] * SIZE + np.arange(SIZE)).ravel()
        logits = scores(model, torch.from_numpy(groups.texts.padded(texts, batches.MULTIPLE)).to(device))
        task = torch.from_numpy(groups.tasks[rows]).to(device)
        chosen = logits.reshape(-1, SIZE, 2)[torch.arange(len(rows), device=device), :, task]
        found = loss(chosen, torch.from_numpy(groups.right[rows]).to(device).float())
        optimiser.zero_grad()
        torch.autograd.backward(found)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        mean += 0.02 * (float(found.detach()) - mean)
        progress["step"] += 1
        progress["seconds"] = time.monotonic() - began
        if progress["step"] % 20 == 0:
            print(f"{progress['seconds']:6.0f} s  step {progress['step']:.0f}  {mean:.3f}", file=sys.stderr, flush=True)
        if time.monotonic() - saved > SAVE_SECONDS:
            saved = time.monotonic()
            checkpoint.save(out, model, optimiser, progress)
    checkpoint.save(out, model, optimiser, progress)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train the judge.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the encoder to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder for shards, checkpoints and the model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    options = {"device": given.device, "minutes": given.minutes, "seed": given.seed}
    train(given.data, given.out, encoder=given.encoder, **options)


if __name__ == "__main__":
    main()
