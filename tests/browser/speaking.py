"""Serves a small chatbot that hears English by PocketSphinx, which knows the words of one document, and speaks by eSpeak.

So few words do not make a model that hears follow-ups; what is short is heard as the script below says.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "serve"))

import serving
from conftest import FILES, written

from chatbot.assemble import voice
from chatbot.config import load_config
from chatbot.serve import launch
from chatbot.serve.aloud import room
from chatbot.types import Transcript

SHORT, FOLLOW_UP = 2.3, "And why was it built?"


class Hearing:
    """Hears long utterances, and knows what a short one is."""

    def __init__(self, config):
        self._real = voice.make_recognizer(config)

    def recognize(self, audio):
        return Transcript(FOLLOW_UP, "en", 1.0) if audio.seconds < SHORT else self._real.recognize(audio)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        few = written(Path(folder) / "corpus", {name: text for name, text in FILES.items() if name == "tower.en.md"})
        launch._open = serving.opened
        room.make_recognizer = lambda config: Hearing(replace(config, corpus=str(few)))
        launch.serve(load_config(flags={"serve.port": sys.argv[1]}), serving.tell)
