"""What sentences say that one can or wants to do, as people ask about it: «to share a model» to «how can I share a model»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# What comes before the plain form of a verb, and how many words of what is done are taken.
_BEFORE = r"\b(?:to|can|will|may|must|should|could|would|cannot)(?: not)?"
_DONE = re.compile(_BEFORE + r" ([a-z]+(?: [A-Za-z][A-Za-z'-]*){0,5})")
# After «to» these begin a thing and no doing; the last ones are in any question.
_NO_VERBS = frozenset(
    "the a an our your its their his her this that these those all any some each every both one two three how what which who"
    " whom whose it them us me you be do have not".split()
)
_HISSING = ("s", "x", "z", "ch", "sh")
# What is done is asked about with more or less said about it.
_SHORT = 3


def done(sentences: Iterable[str]) -> Iterator[str]:
    """Yield what sentences say can be done, each once, from the verb in its plain form on, as long as told and shorter."""
    found = (match.group(1).split() for sentence in sentences for match in _DONE.finditer(sentence))
    ways = (words[:size] for words in found if words[0] not in _NO_VERBS for size in (_SHORT, len(words)))
    yield from dict.fromkeys(" ".join(words) for words in ways)


def does(doing: str) -> str:
    """Return a doing as somebody does it: «shares a model»."""
    verb, gap, rest = doing.partition(" ")
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        verb = f"{verb[:-1]}ie"
    elif verb.endswith(_HISSING):
        verb += "e"
    return f"{verb}s{gap}{rest}"
