"""Turns that are begun in a pause, before it is clear that the pause is their end.

Half the time until an answer sounds passes while it is made sure that nobody goes on; a turn worked out meanwhile costs nothing
but work, and is dropped if somebody does.
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.voice.endpoint import Endpoint
from chatbot.voice.events import Utterance
from chatbot.voice.turn import Step
from chatbot.voice.work import Work


class Early:
    """At most one such turn.

    Args:
        begin: Begins a turn.
        after: Seconds of a pause after which it is begun.
    """

    def __init__(self, begin: Callable[[Utterance], Work[Step]], after: float) -> None:
        self._begin, self._after = begin, after
        self._work: Work[Step] | None = None
        self._end = 0.0

    def follow(self, endpoint: Endpoint) -> None:
        """Look at what was heard last: drop the turn if somebody goes on, begin one if somebody pauses."""
        if endpoint.speaking and endpoint.pause == 0.0:
            self.drop()
        elif self._work is None and endpoint.pause >= self._after - 1e-6 and (utterance := endpoint.so_far()):
            self._work, self._end = self._begin(utterance), utterance.end

    def take(self, utterance: Utterance) -> Work[Step] | None:
        """Give away the turn if it is that of an utterance; None if there is none."""
        work = self._work if self._end == utterance.end else None
        if work is None:
            self.drop()
        self._work = None
        return work

    def drop(self) -> None:
        """End the turn."""
        if self._work is not None:
            self._work.close()
            self._work = None
