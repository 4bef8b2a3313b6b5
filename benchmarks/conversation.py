"""Do follow-ups find what people's own rewrites of them find? Recall@10 of four forms of one question, over one pool of texts.

    python benchmarks/conversation.py DATA [--set held|tune] [--questions FILE --corpus DIR --rewrites FILE] [--json]

DATA holds `canard_dev`, `trec_cast`, `mtrag` and `jaquad`. The forms: the question alone, the last question and it, ours, and
the rewrite by a person (`jaquad`: the question before a rule made a follow-up of it). A set of questions with histories
(as `openstance eval answers` takes it) over a corpus is measured beside them where their rewrites are given: JSON lines with
`id` and `rewrite`, kept apart as they give the questions away. `conversation_data.py` says what is searched and what is right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from conversation_data import Case, files_of, held_back, questions

from chatbot import language
from chatbot.answer.conversation import standalone
from chatbot.assemble import make_encoder, open_chatbot, trusted
from chatbot.config import Config, load_config
from chatbot.pipeline import Chatbot
from chatbot.protocols import Encoder, Searcher
from chatbot.retrieve.collection import Collection, collect
from chatbot.retrieve.hybrid import HybridSearcher
from chatbot.retrieve.lexical import LexicalSearcher
from chatbot.retrieve.lexicon import load_lexicon
from chatbot.retrieve.vectors import DenseSearcher
from chatbot.types import Passage, Query

K = 10
Form = Callable[[Case], Query]


def forms(encoder: Encoder | None) -> dict[str, Form]:
    """Return every form of a question by name; the person's is the last."""
    return {
        "alone": lambda case: _plain(case.question),
        "last + question": lambda case: _plain(f"{case.past[-1].question} {case.question}" if case.past else case.question),
        "ours": lambda case: standalone(case.question, case.past, encoder),
        "person": lambda case: _plain(case.rewrite),
    }


def _plain(text: str) -> Query:
    plain = language.normalise(text)
    return Query(plain, language.detect(plain))


def recall(searcher: Searcher, query: Query, case: Case) -> float:
    """Return the share of the right passages among the first ten."""
    found = {(hit.passage.document.path, hit.passage.span) for hit in searcher.search(query, K)}
    right = [group for group in case.right if group]
    return sum(any(each in found for each in group) for group in right) / len(right)


def table(searcher: Searcher, cases: Sequence[Case], asked: dict[str, Form]) -> dict[str, float]:
    """Return the mean recall by form, and what part of the person's ours reaches."""
    row = {name: float(np.mean([recall(searcher, form(case), case) for case in cases])) for name, form in asked.items()}
    return {"questions": len(cases), **row, "ours / person": row["ours"] / row["person"] if row["person"] else 0.0}


def pool(passages: Sequence[Passage], encoder: Encoder, config: Config, cache: Path) -> HybridSearcher:
    """Return the project's own hybrid search over passages; their vectors are kept in `cache`, outside the repository."""
    collection = _encoded(passages, encoder, cache)
    searchers: dict[str, Searcher] = {
        "dense": DenseSearcher(collection, encoder),
        "lexical": LexicalSearcher(collection, lexicon=load_lexicon()),
    }
    weights = {"dense": config.search.dense_weight, "lexical": config.search.lexical_weight}
    return HybridSearcher(searchers, weights, trusted(config.encoder))


def _encoded(passages: Sequence[Passage], encoder: Encoder, cache: Path) -> Collection:
    text = "\0".join(" › ".join((*passage.headings, passage.text)) for passage in passages)
    probe = encoder.encode(["the same encoder?"], "query").tobytes()
    file = cache / f"{hashlib.sha256(text.encode('utf-8', 'replace') + probe).hexdigest()[:16]}.npz"
    if file.is_file():
        with np.load(file, allow_pickle=False) as kept:
            return Collection(tuple(passages), kept["passages"], kept["sentences"])
    made = next(step for step in collect(passages, encoder) if isinstance(step, Collection))
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(file, passages=made.vectors, sentences=made.sentence_vectors)
    return made


def main() -> None:
    options = _options()
    config = load_config(flags={"corpus": options.corpus, "encoder.name": "own"})
    encoder = make_encoder(config)
    asked = forms(None if options.rules_only else encoder)
    rows: dict[str, dict[str, float]] = {}
    for name, (passages, cases) in files_of(options.data).items():
        chosen = held_back(name, cases, options.set == "held")
        if chosen:
            rows[name] = table(pool(passages, encoder, config, options.cache), chosen, asked)
    if options.questions:
        bot: Chatbot = open_chatbot(config)
        rows["questions"] = table(bot.searcher, questions(options.questions, options.rewrites, bot.passages), asked)
    print(json.dumps(rows, indent=2) if options.json else _markdown(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Recall@10 of follow-ups made to stand alone.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", choices=("held", "tune"), default="held")
    parser.add_argument("--rules-only", action="store_true", help="without the encoder's word on changes of topic")
    parser.add_argument("--questions", type=Path, help="a question set with histories, and --corpus and --rewrites for it")
    parser.add_argument("--corpus")
    parser.add_argument("--rewrites", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "openstance-conversation")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _markdown(rows: dict[str, dict[str, float]]) -> str:
    columns = list(next(iter(rows.values())))
    lines = ["| set | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in rows.items():
        figures = (f"{value:.0f}" if column == "questions" else f"{value:.3f}" for column, value in row.items())
        lines.append(f"| {name} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
