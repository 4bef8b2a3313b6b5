"""English for the ear."""

from chatbot.spoken.english.words import said

__all__ = ["said"]
