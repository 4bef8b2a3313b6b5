"""Silence at the first sign of a person, before it is sure: a short pause costs less than talking over somebody."""

from __future__ import annotations

from chatbot.voice.play import Player

SIGN = 0.9
"""How likely speech must be in a single frame; whether it goes on, `Endpoint` decides."""
# Seconds: speech that goes on is known by then, and so soon after an error the next sign is not taken for one.
_DOUBT, _CALM = 0.16, 1.0


class Hush:
    """Holds one player."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._left = self._calm = 0.0
        self.errors = 0
        """How often nobody went on to speak."""

    def follow(self, likelihood: float, seconds: float) -> None:
        """Take how likely somebody speaks in the next frame, the program's own voice left out."""
        self._calm = max(0.0, self._calm - seconds)
        if self._left > 0:
            self._left -= seconds
            if self._left <= 1e-6:
                self._left, self._calm = 0.0, _CALM
                self.errors += self._player.held
                self._player.resume()
        elif likelihood >= SIGN and not self._calm and self._player.waiting:
            self._left = _DOUBT
            self._player.hold()
