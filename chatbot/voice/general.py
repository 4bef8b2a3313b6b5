"""English at large, as PocketSphinx's own language model has it: which words are common, and what follows what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from chatbot.voice.ngrams import END, START, Gram
from chatbot.voice.packages import load

_BASE = 1.0001
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# A pair that adds less than this to what single words tell is left out (in nats of all that is said).
_TOLD = 1e-6


class General:
    """A language model of everyday English."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            ExtraMissing: If PocketSphinx is not installed.
        """
        library = load("pocketsphinx", "pocketsphinx")
        # The library keeps no hold of these, and reads them as long as it is used.
        self._config, self._logarithm = library.Config(lm=None), library.LogMath(_BASE)
        self._model = library.NGramModel(self._config, self._logarithm, library.get_model_path("en-us/en-us.lm.bin"))
        self._scale = math.log(_BASE)

    def probability(self, gram: Gram) -> float:
        """Return how likely the last word is after the others, 0 if it is unknown; more than three words tell no more."""
        return math.exp(self._scale * self._model.prob(list(gram[::-1])))

    def common(self, words: Iterable[str], count: int) -> list[str]:
        """Return the most frequent of words in small letters, the most frequent first."""
        plain = (word for word in words if _WORD.fullmatch(word))
        return sorted(plain, key=lambda word: (-self.probability((word,)), word))[:count]

    def pairs(self, firsts: Sequence[str], seconds: Sequence[str]) -> Iterator[Gram]:
        """Yield what of two lists follows each other more often than chance has it, ends of sentences among both."""
        alone = {word: self.probability((word,)) for word in (*firsts, *seconds, END)}
        # Nothing stands before a start; there are as many as ends.
        shares = {START: alone[END], **{word: alone[word] for word in firsts if alone[word] and word != END}}
        for first, share in shares.items():
            for second in (*seconds, END):
                likely, together = alone[second], self.probability((first, second))
                if together > likely > 0 and share * together * math.log(together / likely) > _TOLD:
                    yield first, second
