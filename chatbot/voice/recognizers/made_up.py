"""Whether a text was said, or made up by a model that was given noise or silence and wrote what it knows by heart."""

from __future__ import annotations

import re
import tomllib
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

# The limits of the model's authors (openai/whisper, transcribe.py), but for the least: from theirs, -1.0, down to ours a text
# is handed on, so unsure that it is asked about.
NO_SPEECH, LEAST_LOGPROB, MOST_REPEATED = 0.6, -1.5, 2.4
# «[MUSIC]», 「(拍手)」: what subtitles call a sound that is no speech.
_SOUND = re.compile(r"[\[(（［【♪*].*[\])）］】♪*]")
# Few tokens may well be said twice in a row, many are not; some phrases are said three times.
_LONGEST_PERIOD, _TIMES, _FEWEST = 16, 3, 9


def believable(text: str, logprob: float, absent: float) -> bool:
    """Whether a text was said rather than made up.

    Args:
        text: What the model wrote.
        logprob: Mean log probability of its tokens.
        absent: How likely there was no speech, 0 to 1.
    """
    bare = _bare(text)
    if not bare or bare in _by_heart() or logprob < LEAST_LOGPROB:
        return False
    return absent <= NO_SPEECH and repeated(text) <= MOST_REPEATED and not _SOUND.fullmatch(text.strip())


def repeated(text: str) -> float:
    """Return how many times smaller a text becomes by packing; one that goes round in circles becomes much smaller."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def circling(tokens: Sequence[int]) -> bool:
    """Whether the last tokens are the same few again and again."""
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // _TIMES) + 1):
        length = max(_TIMES * period, _FEWEST)
        last = tokens[-length:]
        if len(last) == length and all(token == last[at % period] for at, token in enumerate(last)):
            return True
    return False


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1)
def _by_heart() -> frozenset[str]:
    read = resources.files("chatbot.voice.recognizers").joinpath("made_up.toml").read_text(encoding="utf-8")
    return frozenset(_bare(each) for phrases in tomllib.loads(read).values() for each in phrases)
