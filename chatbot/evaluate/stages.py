"""The stages of the search over paragraphs of a question set, so that each can be measured beside the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from chatbot import language
from chatbot.assemble import assemble, make_encoder
from chatbot.config import Config
from chatbot.pipeline import Chatbot
from chatbot.protocols import Encoder
from chatbot.retrieve.collection import Collection, collect
from chatbot.retrieve.hybrid import HybridSearcher
from chatbot.types import Document, Passage, Query, Sentence


def searches(config: Config) -> dict[str, Callable[[Sequence[str]], Callable[[str], list[int]]]]:
    """Return every stage of the search by name, each a function from paragraphs to a search of them.

    The paragraphs are encoded once for all stages.
    """
    encoder = make_encoder(config)
    bots: dict[int, Chatbot] = {}

    def over(paragraphs: Sequence[str]) -> Chatbot:
        if id(paragraphs) not in bots:
            bots[id(paragraphs)] = assemble(config, encoder, _of_paragraphs(paragraphs, encoder))
        return bots[id(paragraphs)]

    def stage(weights: Mapping[str, float], rerank: bool) -> Callable[[Sequence[str]], Callable[[str], list[int]]]:
        def build(paragraphs: Sequence[str]) -> Callable[[str], list[int]]:
            bot = over(paragraphs)
            searcher = replace(bot.searcher, weights=weights) if isinstance(bot.searcher, HybridSearcher) else bot.searcher

            def search(question: str) -> list[int]:
                query = Query(language.normalise(question), language.detect(question))
                hits = searcher.search(query, config.search.hits)
                return [int(hit.passage.document.path) for hit in (bot.reranker.rerank(query, hits) if rerank else hits)]

            return search

        return build

    both = {"dense": config.search.dense_weight, "lexical": config.search.lexical_weight}
    return {
        "bm25": stage({"dense": 0.0, "lexical": 1.0}, rerank=False),
        "dense": stage({"dense": 1.0, "lexical": 0.0}, rerank=False),
        "hybrid": stage(both, rerank=False),
        "hybrid + rerank": stage(both, rerank=True),
    }


def _of_paragraphs(paragraphs: Sequence[str], encoder: Encoder) -> Collection:
    passages = []
    for number, text in enumerate(paragraphs):
        document = Document(str(number), text, "text", "", language.detect(text))
        spans = list(language.sentences(text)) or [(0, len(text))]
        passages.append(Passage(document, (), tuple(Sentence(start, end, text[start:end]) for start, end in spans)))
    return next(step for step in collect(passages, encoder) if isinstance(step, Collection))
