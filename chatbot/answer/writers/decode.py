"""The loop that asks a model for the next token, and what it remembers from one conversation turn to the next.

A generator without a thread: it ends where it stands when it is closed.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Generator, Sequence
from typing import Any

# Tokens of a prompt read at once; adapted so that a stop is never further off than about this time.
_FIRST_CHUNK, _LEAST_CHUNK, _MOST_CHUNK = 64, 16, 2048
_QUICK, _SLOW = 0.05, 0.12


class Decoder:
    """A causal model with the keys and values of the last prompt. For one caller at a time."""

    def __init__(self, model: Any, ends: frozenset[int] = frozenset()) -> None:
        self._model = model
        self._ends = ends
        self._kept: tuple[list[int], Any] = ([], None)
        self._chunk = _FIRST_CHUNK
        takes = inspect.signature(model.forward).parameters
        # Only the last row of a prompt is asked for: the others would cost as much as a layer and gigabytes.
        self._options = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}

    @property
    def remembered(self) -> int:
        """Tokens whose keys and values are kept for the next prompt."""
        return len(self._kept[0])

    def tokens(self, prompt: Sequence[int], most: int) -> Generator[int | None, None, None]:
        """Yield the likeliest next token, again and again; None while the prompt is still being read.

        Args:
            prompt: What the model is to continue, at least one token.
            most: Tokens at most.
        """
        seen, cache = self._resume(prompt)
        try:
            token = -1
            while len(seen) < len(prompt):
                chunk = list(prompt[len(seen) : len(seen) + self._chunk])
                start = time.perf_counter()
                token = self._next(chunk, cache)
                seen += chunk
                self._adapt(len(chunk), time.perf_counter() - start)
                yield None
            for _ in range(most):
                if token in self._ends:
                    return
                yield token
                seen.append(token)
                token = self._next([token], cache)
        except GeneratorExit:
            raise
        except BaseException:
            # After an error midway nobody knows what the cache holds.
            cache = None
            raise
        finally:
            self._keep(prompt, seen, cache)

    def _next(self, tokens: Sequence[int], cache: Any) -> int:
        import torch

        # Not around the loop: what is set while a generator waits is set for whoever waits for it too.
        with torch.inference_mode():
            ids = torch.tensor([tokens], device=self._model.device)
            made = self._model(input_ids=ids, past_key_values=cache, use_cache=True, **self._options)
            return int(made.logits[0, -1].argmax())

    def _adapt(self, size: int, seconds: float) -> None:
        if seconds > _SLOW:
            self._chunk = max(_LEAST_CHUNK, self._chunk // 2)
        elif seconds < _QUICK and size == self._chunk:
            self._chunk = min(_MOST_CHUNK, self._chunk * 2)

    def _resume(self, prompt: Sequence[int]) -> tuple[list[int], Any]:
        """Return the tokens at the start of the prompt that a cache holds, and that cache."""
        from transformers import DynamicCache

        (known, cache), self._kept = self._kept, ([], None)
        # The last token is always read, as its row says what comes next.
        shared = _shared(known, prompt[:-1])
        if shared and _cropped(cache, len(known) - shared):
            return known[:shared], cache
        return [], DynamicCache(config=self._model.config)

    def _keep(self, prompt: Sequence[int], seen: list[int], cache: Any) -> None:
        """Keep the keys and values of the prompt, and free those of the answer."""
        extra = max(0, len(seen) - len(prompt))
        if cache is not None and _cropped(cache, extra):
            self._kept = (seen[: len(seen) - extra], cache)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other))
    )


def _cropped(cache: Any, tokens: int) -> bool:
    """Take the last tokens out of a cache; False if its kind cannot do without them."""
    if not getattr(cache, "is_croppable", False):
        return tokens == 0
    if tokens == 0:
        return True
    try:
        cache.crop(-tokens)
    except RuntimeError:
        # A sliding window that has moved on no longer holds what was before.
        return False
    for layer in cache.layers:
        # A crop is a view of the whole; the whole is only freed once the view is copied.
        if getattr(layer, "keys", None) is not None:
            layer.keys, layer.values = layer.keys.contiguous(), layer.values.contiguous()
    return True


class Detokenizer:
    """Tokens to text, one at a time; half a character waits for its other half."""

    _LONGEST = 8

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._read = 0

    def push(self, token: int) -> str:
        """Return the text that this token adds."""
        self._ids.append(token)
        # The tokens before give the context: a space is shown or not by what stands before it.
        known, whole = self._text(self._ids[: self._read]), self._text(self._ids)
        if whole.endswith("\ufffd") and len(self._ids) - self._read < self._LONGEST:
            return ""
        self._ids, self._read = self._ids[self._read :], len(self._ids) - self._read
        return whole[len(known) :]

    def _text(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)) if ids else ""
