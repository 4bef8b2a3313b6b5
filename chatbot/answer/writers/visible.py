"""What a reader may see of a model's output: no thinking, nothing after a stop mark, no endless repetition."""

from __future__ import annotations

# Models think between these; some are taught others, which come as a field of their own from servers.
_THOUGHT = {"<think>": "</think>", "<thinking>": "</thinking>"}
# A model that writes these plays the other side of the conversation, or copies our fence.
_STOPS = ("<source", "</source", "<|", "[INST]", "[/INST]", "</s>", "<start_of_turn>", "<end_of_turn>", "\n###", "\n<turn")
# An end without its beginning; the template or the server opened it.
_STRAY = tuple(_THOUGHT.values())
_MARKS = (*_THOUGHT, *_STOPS, *_STRAY)
_LOOP_TIMES, _LOOP_WIDTH, _LOOP_WINDOW, _LOOP_KEY = 3, 36, 720, 8


class Visible:
    """Filters a stream piece by piece; marks are found even where they are split over pieces."""

    def __init__(self, thinking: bool = False) -> None:
        self.ended = False
        """Whether nothing more will be shown."""
        self.said = False
        """Whether anything was shown."""
        self._end = "</think>" if thinking else ""
        self._held = ""
        self._tail = ""

    def push(self, piece: str) -> str:
        """Return what can be shown now."""
        self._held += piece
        shown = ""
        while not self.ended:
            step = self._thought() if self._end else self._text()
            if step is None:
                break
            shown += step
        return self._show(shown)

    def finish(self) -> str:
        """Return what was held back, once the stream has ended."""
        rest = "" if self.ended or self._end else self._held
        self._held = ""
        return self._show(rest)

    def _thought(self) -> str | None:
        at = self._held.find(self._end)
        if at < 0:
            self._held = self._held[-len(self._end) :]
            return None
        self._held = self._held[at + len(self._end) :]
        self._end = ""
        return ""

    def _text(self) -> str | None:
        """Return the text before the next mark and pass that mark; None if more of the stream is needed."""
        at, mark = min(((at, mark) for mark in _MARKS if (at := self._held.find(mark)) >= 0), default=(-1, ""))
        if not mark:
            kept = _beginning(self._held)
            shown, self._held = self._held[: len(self._held) - kept], self._held[len(self._held) - kept :]
            self._tail_of(shown)
            return shown or None
        shown, self._held = self._held[:at], self._held[at + len(mark) :]
        self._tail_of(shown)
        self._end = _THOUGHT.get(mark, "")
        self.ended = self.ended or mark in _STOPS
        return shown

    def _tail_of(self, shown: str) -> None:
        self._tail = (self._tail + shown)[-_LOOP_WINDOW:]
        self.ended = self.ended or loops(self._tail)

    def _show(self, text: str) -> str:
        if not self.said:
            text = text.lstrip()
            self.said = bool(text)
        return text


def loops(text: str) -> bool:
    """Whether a text ends in the same words again and again."""
    key = text[-_LOOP_KEY:]
    before = text.rfind(key, 0, len(text) - 1)
    if len(key) < _LOOP_KEY or before < 0:
        return False
    period = len(text) - _LOOP_KEY - before
    # Three times a short piece may be meant; over this width it is not.
    wide = max(_LOOP_TIMES * period, _LOOP_WIDTH // period * period)
    return len(text) >= wide and text[-wide:-period] == text[-wide + period :]


def _beginning(text: str) -> int:
    """Return how many of the last characters may be the beginning of a mark."""
    longest = max(len(mark) for mark in _MARKS) - 1
    return next(
        (size for size in range(min(longest, len(text)), 0, -1) if any(mark.startswith(text[-size:]) for mark in _MARKS)), 0
    )
