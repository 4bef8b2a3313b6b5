"""Japanese for the ear: figures in hiragana, Latin names in katakana, kanji left to the voice."""

from chatbot.spoken.japanese.words import readable, said

__all__ = ["readable", "said"]
