"""What is written, as one hears it: numbers, names and signs in words, each run for the voice of its language.

Nothing here knows a voice: kanji stay kanji, as Japanese voices read them well, and English stays in words.
"""

from chatbot.spoken.runs import Run, aloud, spoken
from chatbot.spoken.told import Brief, brief, source

__all__ = ["Brief", "Run", "aloud", "brief", "source", "spoken"]
