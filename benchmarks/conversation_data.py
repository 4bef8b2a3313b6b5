"""What the benchmark of conversations searches and what is right there.

- `canard`: dialogues about one section of an article (CANARD over QuAC). No passages come with them; each answer, taken from
  the history of the turn after it, is a text under its article's name, and the right one for its question. The first turn
  of a history names article and section, as those who rewrote saw them. `canard bare`: without the name, whole sentences only.
- `cast`: TREC CAsT 2021 (the passage shown to each turn) and 2022 (the response to it).
- `mtrag`: its human rewrites; judged passages as far as its reference subset has them. Histories without answers.
- `ja`: made by rule from JaQuAD: questions about different paragraphs of one article, of which the later ones lose its name.

One hundred rewrites (half `canard`, half `cast`) are held back by a seeded choice of whole dialogues; every rule was tuned on
the others.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot import language
from chatbot.evaluate.questions import read_questions
from chatbot.types import Document, Passage, Sentence, Turn

SEED = 5
HELD = 50
# Of a set's dialogues; fifty questions are drawn from these.
HELD_SHARE = 0.4
# An answer without its title that says enough to be found by what it says.
BARE_WORDS = 8
NOT_ANSWERED = "I don't know."
Place = tuple[str, tuple[int, int]]
Pool = tuple[list[Passage], list["Case"]]


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up, what a person made of it, and where it is answered."""

    dialogue: str
    past: tuple[Turn, ...]
    question: str
    rewrite: str
    right: tuple[frozenset[Place], ...]
    """Of each group one passage must be found: (document, span)."""


def files_of(data: Path) -> dict[str, Pool]:
    """Return passages and cases of every set by name."""
    return {
        "canard": canard(data),
        "cast": cast(data),
        "canard bare": canard(data, titled=False),
        "mtrag": mtrag(data),
        "ja": japanese(data),
    }


def held_back(name: str, cases: Sequence[Case], held: bool) -> list[Case]:
    """Return the held-back cases of a set, or all others."""
    dialogues = sorted({case.dialogue for case in cases})
    apart = set(random.Random(SEED).sample(dialogues, round(HELD_SHARE * len(dialogues))))
    if not held:
        return [case for case in cases if case.dialogue not in apart]
    if name not in ("canard", "cast", "canard bare"):
        return []
    kept = [case for case in cases if case.dialogue in apart]
    return random.Random(SEED).sample(kept, HELD)


def canard(data: Path, titled: bool = True) -> Pool:
    dialogues: defaultdict[str, list[Any]] = defaultdict(list)
    for row in json.loads(_text(data / "canard_dev" / "dev.json.xz")):
        dialogues[row["QuAC_dialog_id"]].append(row)
    passages: list[Passage] = []
    cases: list[Case] = []
    for name, rows in sorted(dialogues.items()):
        answers = {row["Question_no"] - 1: row["History"][-1] for row in rows}
        for row in rows:
            answer = answers.get(row["Question_no"], NOT_ANSWERED)
            if answer == NOT_ANSWERED or (not titled and len(answer.split()) < BARE_WORDS):
                continue
            title, section, *said = row["History"]
            passage = _passage(f"{name}/{row['Question_no']}", answer, (title,) if titled else ())
            passages.append(passage)
            past = (Turn(f"{title}: {section}", ""), *_turns(said))
            if _differ(row["Question"], row["Rewrite"]):
                cases.append(Case(name, past, row["Question"], row["Rewrite"], (_place(passage),)))
    return passages, cases


def cast(data: Path) -> Pool:
    passages: dict[str, Passage] = {}
    cases: dict[tuple[Any, ...], Case] = {}
    for number, turns in _cast_dialogues(data / "trec_cast"):
        past: tuple[Turn, ...] = ()
        for question, rewrite, answer in turns:
            if not answer:
                past = (*past, Turn(question, ""))
                continue
            passage = passages.setdefault(answer, _passage(f"cast/{len(passages)}", answer, ()))
            if past and _differ(question, rewrite):
                cases.setdefault((question, past), Case(number, past, question, rewrite, (_place(passage),)))
            past = (*past, Turn(question, answer))
    return list(passages.values()), list(cases.values())


def _cast_dialogues(folder: Path) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for topic in json.loads(_text(folder / "2021__2021_manual_evaluation_topics_v1.0.json.xz")):
        turns = [(turn["raw_utterance"], turn["manual_rewritten_utterance"], turn["passage"]) for turn in topic["turn"]]
        yield str(topic["number"]), turns
    # The paths through one tree of 2022 share their first turns.
    for topic in json.loads(_text(folder / "2022__2022_evaluation_topics_flattened_duplicated_v1.0.json.xz")):
        turns = [(turn["utterance"], turn["manual_rewritten_utterance"], turn.get("response", "")) for turn in topic["turn"]]
        yield str(topic["number"]).split("-")[0], turns


def mtrag(data: Path) -> Pool:
    folder = data / "mtrag"
    texts = json.loads(_text(folder / "reference_subset_with_human_evaluations.json.xz"))["documents"]
    passages = {row["document_id"]: _passage(row["document_id"], row["text"], (row.get("title") or "",)) for row in texts}
    cases: list[Case] = []
    for part in ("clapnq", "cloud", "fiqa", "govt"):
        judged: defaultdict[str, set[str]] = defaultdict(set)
        for line in (folder / f"{part}_qrels.tsv").read_text("utf-8").splitlines()[1:]:
            asked, document, grade = line.split("\t")
            if int(grade) > 0 and document in passages:
                judged[asked].add(document)
        rewrites = _said(_text(folder / f"{part}_rewrite.jsonl"))
        for asked, said in _said(_text(folder / f"{part}_questions.jsonl.xz")).items():
            if judged[asked] and said[1:] and _differ(said[-1], rewrites[asked][-1]):
                right = tuple(_place(passages[document]) for document in sorted(judged[asked]))
                past = tuple(Turn(question, "") for question in said[:-1])
                cases.append(Case(asked.split("<")[0], past, said[-1], rewrites[asked][-1], right))
    return list(passages.values()), cases


def japanese(data: Path, most: int = 40) -> Pool:
    """Make follow-ups of questions that start with the name of their article: the name gives way to 「それ」 or to nothing."""
    passages: list[Passage] = []
    cases: list[Case] = []
    drawn = random.Random(SEED)
    for article in json.loads(_text(data / "jaquad" / "jaquad_dev.json.xz"))["data"]:
        title = article["title"]
        asked: list[tuple[str, str, Passage]] = []
        for number, paragraph in enumerate(article["paragraphs"]):
            passage = _passage(f"{title}/{number}", paragraph["context"], (title,))
            passages.append(passage)
            named = [qa for qa in paragraph["qas"] if qa["question"].startswith((f"{title}は", f"{title}の", f"{title}が"))]
            asked += [(qa["question"], qa["answers"][0]["text"], passage) for qa in named[:1]]
        past: tuple[Turn, ...] = ()
        for question, answer, passage in asked[:most]:
            shorter = follow_up(question, title, drawn.random())
            if past:
                cases.append(Case(title, past[-4:], shorter, question, (_place(passage),)))
            past = (*past, Turn(shorter if past else question, answer))
    return passages, cases


def follow_up(question: str, title: str, draw: float) -> str:
    """Take its subject out of a Japanese question, as speakers do."""
    rest = question.removeprefix(title)
    if rest.startswith("の"):
        return f"その{rest[1:]}"
    dropped = re.sub(r"^[はが]、?", "", rest)
    return dropped if draw < 0.7 else f"それ{rest}"


def questions(file: Path, rewrites: Path, passages: Sequence[Passage]) -> list[Case]:
    """Return the follow-ups of a question set; right are the passages that hold a piece of the evidence quoted there."""
    quotes = {row["id"]: (row["documents"], row["quote"].split(" ||| ")) for row in map(json.loads, _lines(file))}
    persons = {row["id"]: row["rewrite"] for row in map(json.loads, _lines(rewrites))}
    cases = []
    for question in read_questions(file):
        if question.past and question.answerable:
            documents, pieces = quotes[question.id]
            right = tuple(frozenset(_holding(piece, documents, passages)) for piece in pieces)
            cases.append(Case(question.id, question.past, question.text, persons[question.id], right))
    return cases


def _holding(piece: str, documents: Sequence[str], passages: Sequence[Passage]) -> Iterator[Place]:
    for passage in passages:
        start, end = passage.span
        text = passage.document.text
        at = text.find(piece) if passage.document.path in documents else -1
        if at >= 0 and start < at + len(piece) and at < end:
            yield passage.document.path, passage.span


def _differ(question: str, rewrite: str) -> bool:
    return re.findall(r"\w+", question.lower()) != re.findall(r"\w+", rewrite.lower())


def _turns(said: Sequence[str]) -> tuple[Turn, ...]:
    return tuple(Turn(question, answer) for question, answer in zip(said[::2], said[1::2], strict=True))


def _passage(path: str, text: str, headings: tuple[str, ...]) -> Passage:
    document = Document(path, text, "text", headings[0] if headings else "", language.detect(text))
    spans = list(language.sentences(text)) or [(0, len(text))]
    return Passage(document, headings, tuple(Sentence(start, end, text[start:end]) for start, end in spans))


def _place(passage: Passage) -> frozenset[Place]:
    return frozenset({(passage.document.path, passage.span)})


def _said(lines: str) -> dict[str, list[str]]:
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return {row["_id"]: [part.strip() for part in row["text"].split("|user|:") if part.strip()] for row in rows}


def _lines(path: Path) -> list[str]:
    return [line for line in _text(path).splitlines() if line.strip()]


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
