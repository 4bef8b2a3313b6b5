"""One cross-encoder in three roles: reader of a context, examiner of passages, judge of claims."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.answer import network
from chatbot.answer.conversation import check
from chatbot.errors import ModelError, QuestionError
from chatbot.types import Examined, Passage, Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIMIT = 256
"""Tokens of both texts read together; a longer second text is read in windows."""
_FIRST_LIMIT = 96
_OVERLAP = 64
_ANSWERED = 7.0
# Tokens of an answer, at most.
_LONGEST = 40
# Windows: more take more memory and are no faster.
_AT_ONCE = 4
_START_ROW, _END_ROW = 2, network.SEPARATOR
# Questions whose passages need not be read again: examples and what is in the news are asked by many.
_REMEMBERED = 256
# No text is read beyond this, in characters: a file given by mistake must not take the machine for minutes.
_MAX_CHARACTERS = 2_000_000

_Laid = tuple[str, tuple[tuple[int, int], ...]]
"""A passage as the network reads it, and where each of its sentences stands in that text."""

_Encoded = tuple[list[int], list[tuple[int, int]]]
"""A text's tokens, and the characters of each; of a text without tokens, all its characters."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Some tokens of a second text, beside the first."""

    ids: list[int]
    first: int
    """Place in `ids` of the second text's first token."""
    offsets: list[tuple[int, int]]
    """Characters of each of the second text's tokens."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the network says of one window; rows are the second text's tokens, numbers are logits."""

    none: NDArray[np.float32]
    """Of there being no span: start, end."""
    spans: NDArray[np.float32]
    relevance: NDArray[np.float32]
    answers: float
    supports: float


class CrossReader:
    """The package's own reader. Safe to use from several threads."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the model; nothing is downloaded.

        Raises:
            ModelError: If it is not whole.
        """
        import torch
        from tokenizers import Tokenizer

        model = network.load(folder)
        able = device != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
        self._model = model.to(device, torch.bfloat16 if able else torch.float32)
        self._device = device
        try:
            self._pieces: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as cause:
            # The library raises nothing more precise.
            raise ModelError(str(folder), f"tokenizer.json cannot be used ({cause})") from cause
        self._pieces.no_padding()
        self._pieces.no_truncation()
        # «[SEP]» in somebody's text is text.
        self._pieces.encode_special_tokens = True
        # One at a time: it takes all processors, and what several need at once stays with the process.
        self._turn = threading.Lock()
        self._examine = lru_cache(maxsize=_REMEMBERED)(self._look)

    def read(self, question: str, context: str) -> Reading:
        """Return the likeliest span of the context, never empty.

        Raises:
            QuestionError: If the question cannot be asked, or the context holds nothing to read.
        """
        import numpy as np

        question = check(question)
        if not context.strip():
            raise QuestionError("The context is empty. Give the text to read.")
        windows = list(_windows(*self._encoded([question, context[:_MAX_CHARACTERS]])))
        seen = self._see(windows)
        best = (-np.inf, 0, len(context))
        for window, found in zip(windows, seen, strict=True):
            score, first, last = _best_span(found)
            if score > best[0]:
                best = (score, window.offsets[first][0], window.offsets[last][1])
        score, start, end = best
        none = min(_no_answer(found) for found in seen)
        return Reading(context[start:end], start, end, float(score), none)

    def examine(self, question: str, passages: Sequence[Passage]) -> list[Examined]:
        """Say of each passage whether it answers, and of each of its sentences whether it is one of those that do."""
        return list(self._examine(question, tuple(_laid_out(passage) for passage in passages)))

    def _look(self, question: str, laid: Sequence[_Laid]) -> tuple[Examined, ...]:
        asked, *told = self._encoded([question, *(text for text, _ in laid)])
        looked = self._looked([(asked, each) for each in told])
        return tuple(_examined(windows, spans) for windows, (_, spans) in zip(looked, laid, strict=True))

    def support(self, couples: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each (claim, quote), how likely the quote says what the claim says, 0 to 1."""
        encoded = self._encoded([text for couple in couples for text in couple])
        looked = self._looked(list(zip(encoded[::2], encoded[1::2], strict=True)))
        return [max(_sigmoid(found.supports) for _, found in windows) for windows in looked]

    def _looked(self, couples: Sequence[tuple[_Encoded, _Encoded]]) -> list[list[tuple[_Window, _Seen]]]:
        """Read couples of texts; return the windows of each couple, with what was seen in them."""
        windows = [list(_windows(*couple)) for couple in couples]
        seen = iter(self._see([window for of_couple in windows for window in of_couple]))
        return [[(window, next(seen)) for window in of_couple] for of_couple in windows]

    def _encoded(self, texts: Sequence[str]) -> list[_Encoded]:
        encoded = self._pieces.encode_batch([_plain(text) for text in texts], add_special_tokens=False)
        # Each look at these makes the list anew.
        return [(each.ids, each.offsets or [(0, len(text))]) for each, text in zip(encoded, texts, strict=True)]

    def _see(self, windows: Sequence[_Window]) -> list[_Seen]:
        with self._turn:
            starts = range(0, len(windows), _AT_ONCE)
            return [seen for at in starts for seen in self._forward(windows[at : at + _AT_ONCE])]

    def _forward(self, windows: Sequence[_Window]) -> Iterator[_Seen]:
        import numpy as np
        import torch

        block = np.zeros((len(windows), LIMIT), dtype=np.int64)
        for row, window in enumerate(windows):
            block[row, : len(window.ids)] = window.ids
        ids_ = torch.from_numpy(block).to(self._device)
        with torch.inference_mode():
            spans, relevance, judged = self._model.read(ids_)
        rows = [np.nan_to_num(part.float().cpu().numpy()) for part in (spans, relevance[:, :, 0], judged)]
        for row, window in enumerate(windows):
            inside = slice(window.first, max(window.first + 1, len(window.ids) - 1))
            spans_, relevance_, judged_ = (part[row] for part in rows)
            yield _Seen(spans_[0], spans_[inside], relevance_[inside], float(judged_[0]), float(judged_[1]))


def _windows(first: _Encoded, second: _Encoded) -> Iterator[_Window]:
    """Lay two texts side by side; the second in overlapping windows where it is long."""
    (asked, _), (told, offsets) = first, second
    if len(asked) > _FIRST_LIMIT:
        # What is wanted stands at the beginning or at the end.
        asked = asked[: _FIRST_LIMIT // 2] + asked[-_FIRST_LIMIT // 2 :]
    opening = [_START_ROW, *asked, _END_ROW]
    room = LIMIT - len(opening) - 1
    for at in range(0, max(1, len(told) - _OVERLAP), room - _OVERLAP):
        ids = told[at : at + room]
        yield _Window([*opening, *ids, _END_ROW], len(opening), offsets[at : at + room])


def _plain(text: str) -> str:
    # Tokenizers refuse halves of surrogate pairs; NUL is markup, not text.
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _best_span(found: _Seen) -> tuple[float, int, int]:
    """Return score, first and last token of the likeliest span of a window; the score is a log probability."""
    import numpy as np

    starts, ends = (_log_share(found, side) for side in (0, 1))
    scores = starts[:, None] + ends[None, :]
    length = np.arange(len(starts))[None, :] - np.arange(len(starts))[:, None]
    scores = np.where((length >= 0) & (length < _LONGEST), scores, -np.inf)
    first, last = divmod(int(scores.argmax()), len(starts))
    return float(scores[first, last]), first, last


def _log_share(found: _Seen, side: int) -> NDArray[np.float32]:
    """Return the log probability of each token, among them and the one for no span, as start (0) or end (1)."""
    import numpy as np

    logits = np.append(found.spans[:, side], found.none[side])
    top = logits.max()
    shares: NDArray[np.float32] = logits[:-1] - top - np.log(np.exp(logits - top).sum())
    return shares


def _no_answer(found: _Seen) -> float:
    """Return how likely it is that a window has no answer, 0 to 1.

    Twice the same is asked: how far the best span is above «no span», and what the window as a whole is said to be. Their sum
    is cut where readers of adversarial questions (SQuAD 2.0) do best; a text about something else lies far below it.
    """
    _, first, last = _best_span(found)
    ahead = float(found.spans[first, 0] + found.spans[last, 1] - found.none.sum())
    return 1 - _sigmoid((ahead + found.answers - _ANSWERED) / 2)


def _laid_out(passage: Passage) -> _Laid:
    """Return a passage as the network reads it, and where each of its sentences stands in that text."""
    own = {sentence.text for sentence in passage.sentences if sentence.kind == "heading"}
    above = [heading for heading in passage.headings if heading not in own]
    text = " › ".join([*above, ""])
    spans = []
    for sentence in passage.sentences:
        spans.append((len(text), len(text) + len(sentence.text)))
        text += sentence.text + " "
    return text, tuple(spans)


def _examined(windows: Sequence[tuple[_Window, _Seen]], spans: Sequence[tuple[int, int]]) -> Examined:
    """Gather what the windows of a passage say of it and of its sentences."""
    import numpy as np

    shares = []
    for window, found in windows:
        offsets = np.array(window.offsets[: len(found.relevance)])
        shares.append((offsets[:, 0], offsets[:, 1], 1 / (1 + np.exp(-found.relevance[: len(offsets)]))))
    sentences = []
    for start, end in spans:
        inside = [relevant[(starts < end) & (start < ends)] for starts, ends, relevant in shares]
        sentences.append(max((float(some.mean()) for some in inside if len(some)), default=0.0))
    best = max(found.answers for _, found in windows)
    return Examined(_sigmoid(best), tuple(sentences), max(1 - _no_answer(found) for _, found in windows))
