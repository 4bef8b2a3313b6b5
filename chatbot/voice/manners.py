"""How a spoken conversation is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from chatbot.voice.endpoint import Pauses

Mode = Literal["wake", "push", "open"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How it converses; times in seconds."""

    mode: Mode = "open"
    """`wake`: it listens once called; `push`: while a button is held; `open`: always."""
    follow_up: float = 8.0
    """After an answer one may go on for so long without calling it."""
    forget: float = 60.0
    """After so much silence the conversation is over, where it always listens."""
    earcons: float = 0.2
    """How loud its tones are, 0 to 1; 0 for none."""
    ahead: float = 4.0
    """Of speech are prepared while something is played, no more."""
    rejoin: float = 1.2
    """Who goes on so soon, before an answer sounds, had not ended."""
    early: float = 0.2
    """After so much silence the answer is looked for, to be there once the turn is over."""
    pauses: Pauses = field(default_factory=Pauses)
