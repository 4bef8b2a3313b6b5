"""The mixture: which texts are trained on, how often, as tokenised shards."""

import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from chatbot.train import shards, tokenizer
from chatbot.train.data import Pair, held_out, pairs, sections
from chatbot.train.questions import Question, folded_sentences, measured_sentences, training_questions
from chatbot.train.text import clean, document_lines

TIMES = {
    "hf_transformers_docs": 2.0,
    "hf_course": 3.0,
    "k8s_docs": 1.5,
    "opensource_guide": 4.0,
    "owasp_llm_top10": 4.0,
    "prompt_guide": 3.0,
    "python_faq": 2.0,
    "tf_docs": 1.0,
    "python_docs_ja": 0.8,
    "tanaka50k": 0.5,
    "kyoto_wiki": 0.12,
    "kyoto_lexicon": 0.12,
    "paragraphs": 0.05,  # several Kyoto sentences in a row
    "sections": 1.0,  # a heading with all the text below it
}
"""How often each pair of a set occurs; below 1, the share that is drawn. Documents like ours count most."""

ENGLISH = {"questions": 40_000, "passages": 16_000, "documents": 24_000}
WINDOW = 400  # characters of a passage cut around its answer, English; Japanese needs half
LIMIT = tokenizer.MAX_LENGTH
QUESTION_LIMIT = 64


def prepare(data: Path, base: Path, out: Path, seed: int) -> None:
    """Write the tokenizer and the shards `parallel`, `english` and `asked` to `out`; nothing if they exist."""
    if (out / "asked.npz").exists():
        return
    draw = random.Random(seed)
    measured = measured_sentences(data)
    found = [pair for pair in pairs(data) if not held_out(pair) and measured.isdisjoint(folded_sentences(pair.japanese))]
    questions = training_questions(data)
    _say(f"{len(found)} pairs, {len(questions)} questions")
    spoken = [pair.japanese for pair in found if pair.source != "kyoto_wiki" or draw.random() < 0.2]
    spoken += sorted({question.passage for question in questions if question.language == "ja"})
    tokenizer.build(base, spoken, out)
    pieces = Tokenizer.from_file(str(out / "tokenizer.json"))
    couples = mixture(found, draw)
    _say(f"{len(couples)} parallel texts in the mixture")
    _write(pieces, out / "parallel.npz", ("english", "japanese"), couples)
    pool = english_texts(data, found, questions, draw)
    shards.save(out / "english.npz", {"english": shards.tokenise(pieces, pool, LIMIT)})
    asked = question_pairs(found, questions, draw)
    _say(f"{len(pool)} English texts, {len(asked)} questions with passages")
    _write(pieces, out / "asked.npz", ("question", "passage"), asked)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _write(pieces: Tokenizer, path: Path, names: tuple[str, str], couples: Sequence[tuple[str, str]]) -> None:
    columns = zip(names, zip(*couples, strict=True), strict=True)
    limits = {"question": QUESTION_LIMIT}
    shards.save(path, {name: shards.tokenise(pieces, texts, limits.get(name, LIMIT)) for name, texts in columns})


def mixture(found: Sequence[Pair], draw: random.Random) -> list[tuple[str, str]]:
    """Return (English, Japanese) texts in random order, each set as often as `TIMES` says."""
    chosen: list[tuple[str, str]] = []
    sets: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in found:
        sets[pair.source].append((pair.english, pair.japanese))
    sets["sections"] = [section.body for section in sections(found)]
    sets["paragraphs"] = _paragraphs(found)
    for name, couples in sets.items():
        whole, part = divmod(TIMES.get(name, 1.0), 1.0)
        chosen += couples * int(whole) + draw.sample(couples, int(part * len(couples)))
    draw.shuffle(chosen)
    return chosen


def _paragraphs(found: Sequence[Pair], sentences: int = 4) -> list[tuple[str, str]]:
    """Join neighbouring Kyoto sentences, so that long texts are learned too."""
    kyoto = [pair for pair in found if pair.source == "kyoto_wiki"]
    groups = (kyoto[first : first + sentences] for first in range(0, len(kyoto), sentences))
    return [
        (" ".join(pair.english for pair in group), "".join(pair.japanese for pair in group))
        for group in groups
        if len({pair.page for pair in group}) == 1
    ]


def english_texts(data: Path, found: Sequence[Pair], questions: Sequence[Question], draw: random.Random) -> list[str]:
    """Return English texts that must keep their place: questions, passages and documents, in random order."""
    english = [question for question in questions if question.language == "en"]
    documents = [clean(line) for line in document_lines(data / "hf_hub_docs_en" / "en_docs.txt") if len(line) > 80]
    documents += [pair.english for pair in found if pair.source != "kyoto_wiki"]
    pools = {
        "questions": sorted({question.question for question in english}),
        "passages": sorted({question.passage for question in english}),
        "documents": sorted(set(documents)),
    }
    chosen = [text for name, pool in pools.items() for text in draw.sample(pool, min(ENGLISH[name], len(pool)))]
    draw.shuffle(chosen)
    return chosen


def question_pairs(found: Sequence[Pair], questions: Sequence[Question], draw: random.Random) -> list[tuple[str, str]]:
    """Return (question, passage) texts, within and across languages, in random order."""
    chosen = []
    for question in questions:
        if question.source == "squad_train" and draw.random() > 0.25:
            continue  # MiniLM has seen SQuAD; the Japanese side is what must be learned
        passage = window(question, draw) if draw.random() < 0.6 else question.passage
        chosen.append((question.question, passage))
    for section in sections(found):
        body = section.body
        chosen.append((section.heading[1], body[0]))  # asked in Japanese, answered in English
        chosen.append((section.heading[0], body[1]))
        chosen.append((section.heading[1], body[1]))
    draw.shuffle(chosen)
    return [(question, passage) for question, passage in chosen if len(passage) > 20]


def window(question: Question, draw: random.Random) -> str:
    """Cut a passage around its answer, at a random offset, as a chunk of a document would be."""
    size = WINDOW if question.language == "en" else WINDOW // 2
    if question.start < 0 or len(question.passage) <= size:
        return question.passage
    first = max(0, question.start - draw.randrange(size // 8, size * 7 // 8))
    return question.passage[first : first + size]
