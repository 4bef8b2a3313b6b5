"""OpenStance: what Hugging Face has said about open source and AI policy, answered with exact citations.

from chatbot import open_chatbot

bot = open_chatbot()
for event in bot.ask("What are the three recommendations?"):
    ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.assemble import open_chatbot
    from chatbot.config import Config
    from chatbot.pipeline import Chatbot
    from chatbot.types import Turn

__version__ = "0.1.0"
__all__ = ["Chatbot", "Config", "Turn", "__version__", "open_chatbot"]

_HOMES = {"open_chatbot": "assemble", "Config": "config", "Chatbot": "pipeline", "Turn": "types"}


def __getattr__(name: str) -> Any:
    # The package imports in milliseconds; what it is made of comes when first used.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"chatbot.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'chatbot' has no attribute {name!r}")
