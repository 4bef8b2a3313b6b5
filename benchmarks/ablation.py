"""What each stage of the search brings: over a question set, is the right document first and are all facts in five passages?

    python benchmarks/ablation.py QUESTIONS --corpus DIR [--encoder NAME]

QUESTIONS is a set as `openstance eval answers` takes it. Prints one line for each stage: bm25 | dense | hybrid | + rerank.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chatbot.answer.conversation import standalone
from chatbot.assemble import open_chatbot
from chatbot.config import load_config
from chatbot.evaluate.metrics import facts_met
from chatbot.evaluate.questions import Question, read_questions
from chatbot.pipeline import Chatbot
from chatbot.retrieve.hybrid import HybridSearcher
from chatbot.types import Hit, Query

PASSAGES = 5
Search = Callable[[Query], Sequence[Hit]]


def stages(bot: Chatbot, hits: int) -> dict[str, Search]:
    """Return every stage by name."""
    hybrid = bot.searcher
    assert isinstance(hybrid, HybridSearcher)
    only = {name: replace(hybrid, weights={**dict.fromkeys(hybrid.weights, 0.0), name: 1.0}) for name in hybrid.weights}
    return {
        "bm25": lambda query: only["lexical"].search(query, hits),
        "dense": lambda query: only["dense"].search(query, hits),
        "hybrid": lambda query: hybrid.search(query, hits),
        "hybrid + rerank": lambda query: bot.reranker.rerank(query, hybrid.search(query, hits)),
    }


def score(search: Search, questions: Sequence[Question]) -> tuple[float, float]:
    """Return the share of questions whose first hit is in a right document, and of those whose facts are in five passages."""
    first, facts = 0, 0
    for question in questions:
        found = search(standalone(question.text, question.past))[:PASSAGES]
        first += bool(found) and found[0].passage.document.path in question.documents
        facts += all(facts_met(question.facts, " ".join(hit.passage.text for hit in found)))
    return first / len(questions), facts / len(questions)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure each stage of the search.")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--encoder", default="own")
    options = parser.parse_args()
    config = load_config(flags={"corpus": options.corpus, "encoder.name": options.encoder})
    bot = open_chatbot(config)
    asked = [question for question in read_questions(options.questions) if question.answerable]
    groups = {
        "all": asked,
        "en": [question for question in asked if question.language == "en"],
        "ja": [question for question in asked if question.language == "ja"],
        "cross": [question for question in asked if question.cross_lingual],
    }
    print(f"{options.encoder:18}" + "".join(f"{name + ' right@1':>15}{name + ' facts@5':>15}" for name in groups))
    for name, search in stages(bot, config.search.hits).items():
        figures = (score(search, group) for group in groups.values())
        print(f"{name:18}" + "".join(f"{first:15.3f}{facts:15.3f}" for first, facts in figures))


if __name__ == "__main__":
    main()
