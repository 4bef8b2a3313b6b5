"""Whether what may be a name is one: heard once more, against the words of everyday speech."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.voice.general import General
from chatbot.voice.ngrams import START, Model, arpa, called, mix
from chatbot.voice.packages import load
from chatbot.voice.sounds import Sounds, entries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many everyday words stand against the names, and of the most frequent it is known how they follow each other.
_WORDS, _FREQUENT = 1500, 500
# Of what comes here, so much is one of the names: the spotter has sorted out most of what is none.
_CALLED = 0.7
# Of a word of a name: how likely it is elsewhere, and after the word before it.
_RARE, _SURE = 1e-4, 0.999


class Verifier:
    """One decoder, which knows everyday English and the names."""

    def __init__(self, names: Sequence[str], ways: Mapping[str, Sequence[str]], sounds: Sounds) -> None:
        """Make what it knows.

        Args:
            names: In small letters, with single spaces.
            ways: How each word of them is said.
            sounds: How all others are.

        Raises:
            ExtraMissing: If PocketSphinx is not installed.
        """
        library, (model, common) = load("pocketsphinx", "pocketsphinx"), _everyday(sounds)
        lines = [line for word in common for line in entries(word, sounds.say([word]))]
        own = [[f"{word}~{number}" for word in name.split()] for number, name in enumerate(names)]
        each = _CALLED / len(names)
        for left, (name, words) in zip(reversed(range(len(names))), zip(names, own, strict=True), strict=True):
            # Each name that follows takes its share from all before it; in the end all have the same.
            model = _called(model, words, each / (1 - left * each))
            lines += [line for word, told in zip(name.split(), words, strict=True) for line in entries(told, ways[word])]
        self._begins = tuple(" ".join(words) for words in own)
        with tempfile.TemporaryDirectory() as folder:
            dictionary, grams = Path(folder, "names.dict"), Path(folder, "names.lm")
            dictionary.write_text("\n".join(lines) + "\n", "utf-8")
            grams.write_text(arpa(model), "utf-8")
            self._decoder: Any = library.Decoder(lm=str(grams), dict=str(dictionary), loglevel="FATAL")

    def begins(self, heard: NDArray[np.float32]) -> bool:
        """Return whether the likeliest reading begins with a name.

        Args:
            heard: (frames, 13), as `features` returns it.
        """
        return reading(self._decoder, heard).startswith(self._begins)


def reading(decoder: Any, heard: NDArray[np.float32]) -> str:
    """Return what a decoder of PocketSphinx takes (frames, 13) for, empty if for nothing."""
    decoder.start_utt()
    try:
        decoder.process_cep(heard.tobytes(), full_utt=True)
    finally:
        decoder.end_utt()
    best = decoder.hyp()
    return best.hypstr if best is not None else ""


@lru_cache(maxsize=1)
def _everyday(sounds: Sounds) -> tuple[Model, list[str]]:
    """Return the model of everyday words, and the words; kept, as each stream has a verifier and they all share it."""
    general = General()
    common = general.common(sounds.words, _WORDS)
    frequent = common[:_FREQUENT]
    grams = {(word,) for word in common} | set(general.pairs(frequent, frequent))
    return mix([(general.probability, 1.0)], grams), common


def _called(model: Model, words: Sequence[str], share: float) -> Model:
    """Return a model in which sentences may begin with a name, word by word: told as one word its sounds fit no context."""
    told = called(model, words[-1], share, share)
    if len(words) == 1:
        return told
    probabilities, weights = dict(told.probabilities), dict(told.weights)
    del probabilities[START, words[-1]]
    probabilities[START, words[0]] = share
    for word, following in pairwise(words):
        probabilities |= {(word,): _RARE * share, (word, following): _SURE}
        weights[word,] = _RARE
    return Model(probabilities, weights)
