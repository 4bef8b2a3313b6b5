"""Silence at the first sign of a person, before it is sure: a short pause costs less than talking over somebody."""

from __future__ import annotations

from chatbot.voice.play import Player

SIGN = 0.9
"""How likely speech must be in a single frame; whether it goes on, `Endpoint` decides."""
_DOUBT = 0.16
"""Seconds after which it is known whether speech goes on."""
# Seconds after an error in which no sign is taken for one: longer with each error in a row, as where an echo is loud.
_CALM, _LONGER, _MOST = 4.0, 4.0, 240.0


class Hush:
    """Holds one player."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._left = self._calm = 0.0
        self._next = _CALM
        self.errors = 0
        """How often nobody went on to speak."""

    def follow(self, likelihood: float, seconds: float) -> None:
        """Take how likely somebody speaks in the next frame, the program's own voice left out."""
        self._calm = max(0.0, self._calm - seconds)
        if self._left > 0:
            self._left -= seconds
            if self._left <= 1e-6:
                self._decide()
        elif likelihood >= SIGN and not self._calm and self._player.waiting:
            self._left = _DOUBT
            self._player.hold()

    def _decide(self) -> None:
        """Go on, unless somebody did speak: then what was held has been dropped."""
        wrong, self._left = self._player.held, 0.0
        self._calm, self._next = (self._next, min(_MOST, _LONGER * self._next)) if wrong else (0.0, _CALM)
        self.errors += wrong
        self._player.resume()
