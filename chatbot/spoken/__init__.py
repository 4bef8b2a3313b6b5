"""What is written, as one hears it: numbers, names and signs in words, each run for the voice of its language.

Nothing here knows a voice: kanji stay kanji, as Japanese voices read them well, and English stays in words.
"""

from chatbot.spoken.runs import Run, aloud, spoken

__all__ = ["Run", "aloud", "spoken"]
