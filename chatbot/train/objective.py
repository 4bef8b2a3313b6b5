"""What is minimised: distance to the teacher, and contrast within and beyond the batch."""

import torch
from torch import Tensor
from torch.nn import functional

SCALE = 20.0  # inverse temperature of the contrast, as MiniLM was trained with
QUEUE = 2048  # teacher vectors of past batches that serve as negatives
SAME = 0.95  # cosine above which two teacher vectors count as one text


def distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean squared distance of unit rows, 0..4."""
    return (student - teacher).pow(2).sum(-1).mean()


class Queue:
    """The teacher's vectors of past batches, newest first."""

    def __init__(self) -> None:
        """Start with none."""
        self.rows: Tensor | None = None

    def join(self, fresh: Tensor) -> Tensor:
        """Return `fresh` followed by the past vectors: (batch + past, dim); then remember `fresh`."""
        rows = fresh if self.rows is None else torch.cat([fresh, self.rows])
        self.rows = rows[:QUEUE].detach()
        return rows


def contrast(student: Tensor, targets: Tensor) -> Tensor:
    """Let each student row pick its own teacher row.

    Args:
        student: (batch, dim) unit rows.
        targets: (batch + past, dim) unit rows; row i belongs to student row i.
    """
    own = targets[: len(student)]
    same = own @ targets.T > SAME
    same[:, : len(student)].fill_diagonal_(False)
    scores = (student @ targets.T).masked_fill(same, -1.0)
    return functional.cross_entropy(scores * SCALE, torch.arange(len(student), device=student.device))


def answered(questions: Tensor, passages: Tensor, texts: Tensor, languages: Tensor) -> Tensor:
    """Contrast questions with passages, both ways; copies of one passage are no negatives.

    Texts compete only with texts of their own language. Otherwise "not in my language" would be the first thing that a
    question learns about a passage, and a Japanese question would no longer find an English one.

    Args:
        questions: (batch, dim) unit rows.
        passages: (batch, dim) unit rows.
        texts: (batch, width) token ids of the passages, to find copies.
        languages: (2, batch) language of each question and of each passage, as numbers.
    """
    copies = (texts[:, None, :] == texts[None, :, :]).all(-1).fill_diagonal_(False)
    scores = (questions @ passages.T).masked_fill(copies, -1.0) * SCALE
    own = torch.arange(len(questions), device=scores.device)
    asked, told = (row[:, None] != row[None, :] for row in languages)
    forth = functional.cross_entropy(scores.masked_fill(told, -SCALE), own)
    back = functional.cross_entropy(scores.T.masked_fill(asked, -SCALE), own)
    return (forth + back) / 2
