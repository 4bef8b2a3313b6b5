"""What may be heard: the words of documents and of questions about them, as files that PocketSphinx reads."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.spoken import aloud
from chatbot.voice import asked
from chatbot.voice.doings import does, done
from chatbot.voice.general import General
from chatbot.voice.ngrams import END, Model, arpa, called, count, mix
from chatbot.voice.sounds import Sounds, entries

VERSION = 4
"""Of what is made from the same documents: files of another version are made again."""
MODEL, DICTIONARY = "words.lm", "words.dict"
"""Names of the two files."""
_TEMPLATES = Path(__file__).with_name("questions.en.toml")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
# Written otherwise than said: capitals inside or throughout, letters with figures, points or hyphens inside.
_NAME = re.compile(r"\b[A-Za-z0-9]+(?:[.&/-][A-Za-z0-9]+)*(?:'s)?")
_ODD = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Za-z][.&/-]?\d|[a-z]\.[a-z]")
_SMALL_WORD = re.compile(r"\b[a-z]+\b")
_LONGEST_NAME = 8
_SPACE = "_"
_SMALL = (
    "what which who whom whose why how when where whether is are was were does do did has have had can may must should would"
    " the a an of in on at to for from by with and or but its it their there that this than as about into according says say"
    " said see sees no not"
).split()
# A heading says what its section is about in about the words of a question.
_ASKED = 4
# How much documents, headings with the questions that they answer, what may be asked of any of their things, and of all that
# can be done, and English at large say about what comes next: as they best foretell benchmarks/voice_development.txt.
_DOCUMENTS, _HEADINGS, _TEMPLATED, _DONE, _GENERAL = 0.15, 0.25, 0.1, 0.2, 0.3
# Of English at large, so many words may be heard; of the most frequent, and of the documents' own, it is known how they follow
# so many of the very most frequent, and fewer still of those follow them.
_ANY, _FREQUENT, _BEFORE, _AFTER = 4000, 1000, 300, 100
# Of what is said so many begin with its name, and of those so many end with it: one waits until one has been heard. Chosen by
# the voices of benchmarks/voice_wake.py --development.
_CALLED, _ALONE = 0.15, 0.5
# Of the names, so many are asked about in every way; the others would drown what is asked more often.
_COMMON = 100


Names = dict[tuple[str, ...], str]
"""Names by how they are said, in small letters."""


@dataclass(frozen=True, slots=True)
class Text:
    """What the words are taken from."""

    sentences: tuple[str, ...]
    headings: tuple[str, ...]
    calls: tuple[str, ...] = ()
    """By what it is called, before a question or alone."""


def write(text: Text, sounds: Sounds, general: General, folder: Path) -> None:
    """Write the language model and the dictionary of a text.

    Args:
        text: In English; documents in other languages add nothing.
        sounds: Pronunciations.
        general: English at large.
        folder: Where the two files go; it exists.
    """
    names = written(text)
    common = general.common(sounds.words, _ANY)
    heard = _mixed(text, names, general, common)
    found = {gram[0] for gram in heard.probabilities if len(gram) == 1} - {END}
    calls = {call.replace(" ", _SPACE): sounds.call(call) for call in text.calls}
    for call in calls:
        heard = called(heard, call, _CALLED, _ALONE) if calls[call] and call not in found else heard
    lines = [*_dictionary(found, names, sounds), *(line for call in calls for line in entries(call, calls[call]))]
    (folder / MODEL).write_text(arpa(heard), "utf-8")
    (folder / DICTIONARY).write_text("\n".join(lines) + "\n", "utf-8")


def _mixed(text: Text, names: Names, general: General, common: Sequence[str]) -> Model:
    """Return what is said in a text, in its headings, and what may be asked about it, and how people speak, as one model."""
    documents = count((tokens(sentence, names), 1) for sentence in text.sentences)
    headings = count(headed(text, names))
    templated = count((question, 1) for question in questions(text, names))
    doings = count((question, 1) for question in about_doings(text, names))
    shares = ((documents, _DOCUMENTS), (headings, _HEADINGS), (templated, _TEMPLATED), (doings, _DONE))
    grams = {gram for model, _ in shares for gram in model.probabilities}
    words = list(dict.fromkeys((*common[:_FREQUENT], *sorted(gram[0] for gram in grams if len(gram) == 1))))
    grams |= {(word,) for word in common}
    grams |= {*general.pairs(common[:_BEFORE], words), *general.pairs(words, common[:_AFTER])}
    return mix([*((model.probability, share) for model, share in shares), (general.probability, _GENERAL)], grams)


def headed(text: Text, names: Names) -> Iterator[tuple[list[str], int]]:
    """Yield headings and the questions that they answer, in words, each with how often it is to count."""
    for heading in text.headings:
        yield tokens(heading, names), 1
        yield from ((tokens(question, names), _ASKED) for question in asked.questions(heading))


def written(text: Text) -> Names:
    """Return names by how they are said, in small letters, each as it is most often written."""
    found = (match.group() for line in (*text.sentences, *text.headings) for match in _NAME.finditer(line))
    counts = Counter(name for name in found if _ODD.search(name))
    counts["Hugging Face"] += 1
    # «it» is seldom IT: who spells a word letter by letter, or writes it large, takes it from all who just say it.
    plain = Counter(word for line in (*text.sentences, *text.headings) for word in _SMALL_WORD.findall(line))
    names: Names = {}
    for name, times in counts.most_common():
        said = tuple(word.lower() for word in _said(name))
        if said and len(said) <= _LONGEST_NAME and plain[" ".join(said)] <= times:
            names.setdefault(said, name)
    return names


def tokens(line: str, names: Names) -> list[str]:
    """Return the words that are said for a line; a name is one word, written as people write it."""
    words, found, at = [word for word in _said(line)], [], 0
    small = [word.lower() for word in words]
    while at < len(words):
        sizes = range(min(_LONGEST_NAME, len(words) - at), 0, -1)
        size = next((size for size in sizes if tuple(small[at : at + size]) in names), 0)
        found.append(names[tuple(small[at : at + size])].replace(" ", _SPACE) if size else small[at])
        at += size or 1
    return found


def readable(heard: str) -> str:
    """Return what PocketSphinx heard as people write it."""
    text = re.sub(r"\(\d+\)", "", heard).replace(_SPACE, " ").strip()
    text = re.sub(r"\bi\b", "I", text)
    return text[:1].upper() + text[1:]


def questions(text: Text, names: Names) -> Iterator[list[str]]:
    """Yield what may be asked about a text, in words: made of its names and of the things that its headings are about."""
    told = tomllib.loads(_TEMPLATES.read_text("utf-8"))
    yield from (tokens(question, names) for question in told["whole"])
    around = [tuple(tokens(part, names) for part in template.split("{}")) for template in told["about"]]
    things = dict.fromkeys(tuple(tokens(thing, names)) for thing in (*list(names.values())[:_COMMON], *_things(text.headings)))
    for thing in things:
        yield from ([*before, *thing, *after] for before, after in around)


def about_doings(text: Text, names: Names) -> Iterator[list[str]]:
    """Yield what may be asked about what a text says can be done, in words."""
    told = tomllib.loads(_TEMPLATES.read_text("utf-8"))
    found = list(done((*text.sentences, *text.headings)))
    for kind, doings in (("do", found), ("does", [does(doing) for doing in found])):
        before = [tokens(template.removesuffix("{}"), names) for template in told[kind]]
        yield from ([*words, *said] for said in (tokens(doing, names) for doing in doings) for words in before)


def _things(headings: Sequence[str]) -> Iterator[str]:
    """Yield short headings, which are terms, and the pieces of longer ones between their small words."""
    for heading in headings:
        if len(heading.split()) <= 4:
            yield heading
            continue
        for piece in re.split(r"[,:;()]|\b(?:" + "|".join(_SMALL) + r")\b", heading, flags=re.IGNORECASE):
            if 1 <= len(piece.split()) <= 4 and piece.strip(" .\"'"):
                yield piece.strip()


def _said(line: str) -> list[str]:
    return _WORD.findall(aloud(line, "en").replace("’", "'"))


def _dictionary(found: Iterable[str], names: Names, sounds: Sounds) -> Iterator[str]:
    ways = {name.replace(" ", _SPACE): _said(name) for name in names.values()}
    for word in sorted(found):
        yield from entries(word, sounds.say(ways.get(word, [word])))
