"""The chat page in a browser."""

from __future__ import annotations

from chatbot.serve.ui.launch import serve

__all__ = ["serve"]
