"""Serves a small chatbot on a port of this machine; run by tests in a process of its own.

Gradio leaves event loops and sockets for the interpreter's end to close.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import FILES, HashedEncoder, collected, without_reader, without_word_list, written

from chatbot.assemble import assemble, make_writer
from chatbot.config import Config, EncoderConfig, load_config
from chatbot.errors import ChatbotError, CorpusEmpty
from chatbot.serve import launch


def small_bot(settings):
    with tempfile.TemporaryDirectory() as folder, without_word_list(), without_reader():
        encoder = HashedEncoder()
        config = Config(encoder=EncoderConfig(name="hashed", languages=("en", "ja")), writer=settings.writer)
        documents = collected(written(Path(folder) / "corpus", FILES), encoder)
        return assemble(config, encoder, documents, make_writer(config))


def opened(config, say):
    if config.corpus == "nowhere":
        raise CorpusEmpty(Path("nowhere"))
    while config.corpus and not Path(config.corpus).exists():
        time.sleep(0.02)
    return small_bot(config)


def tell(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    launch._open = opened
    try:
        launch.serve(load_config(flags={"serve.port": sys.argv[1]}), tell)
    except ChatbotError as error:
        tell(str(error))
        sys.exit(1)
