"""Dense search finds what comparing every vector finds."""

import numpy as np
import pytest

from chatbot.retrieve.collection import Collection, collect, searchable
from chatbot.retrieve.vectors import DenseSearcher, flat
from chatbot.types import Document, Passage, Query, Sentence

DIM = 16


class Given:
    """An encoder that knows the vector of each text beforehand."""

    def __init__(self, vectors):
        self.vectors = vectors

    def encode(self, texts, kind):
        return np.array([self.vectors[text] for text in texts], dtype=np.float32)


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def made(count, seed, sentences=3):
    """Return a collection of passages at random places, and an encoder that knows ten queries."""
    random = np.random.default_rng(seed)
    passages = []
    for number in range(count):
        spans = tuple(Sentence(10 * n, 10 * n + 5, f"{number}.{n}") for n in range(1 + number % sentences))
        passages.append(Passage(Document(f"{number:04}.md", "", "text", "", "en"), (), spans))
    total = sum(len(passage.sentences) for passage in passages)
    vectors, of_sentences = unit(random.standard_normal((count, DIM))), unit(random.standard_normal((total, DIM)))
    queries = unit(random.standard_normal((10, DIM)))
    return Collection(tuple(passages), vectors, of_sentences), Given({f"q{n}": row for n, row in enumerate(queries)})


def by_hand(collection, vector, k):
    """Compare every passage with the query: half itself, half its nearest sentence, among twice as many candidates."""
    near = collection.vectors @ vector
    candidates = np.argsort(-near, kind="stable")[: 2 * k]
    scores = []
    for row in candidates:
        best = max(float(row_ @ vector) for row_ in collection.vectors_of(collection.passages[row]))
        scores.append((collection.passages[row].document.path, (float(near[row]) + best) / 2))
    return sorted(scores, key=lambda each: -each[1])[:k]


@pytest.mark.parametrize(("count", "k"), [(1, 1), (1, 10), (7, 3), (200, 10), (200, 200), (200, 1000)])
def test_dense_search_agrees_with_comparing_every_vector(count, k):
    collection, encoder = made(count, seed=count + k)
    searcher = DenseSearcher(collection, encoder)
    for name, vector in encoder.vectors.items():
        hits = [(hit.passage.document.path, hit.score) for hit in searcher.search(Query(name, "en"), k)]
        expected = by_hand(collection, vector, k)
        assert [path for path, _ in hits] == [path for path, _ in expected]
        assert [score for _, score in hits] == pytest.approx([score for _, score in expected], abs=1e-5)


def test_a_hit_tells_where_its_score_comes_from():
    collection, encoder = made(5, seed=1)
    for hit in DenseSearcher(collection, encoder).search(Query("q0", "en"), 5):
        assert hit.parts == (("dense", hit.score),)
        assert -1.001 <= hit.score <= 1.001


def test_the_same_query_finds_the_same(make_collection, corpus, encoder):
    searcher = DenseSearcher(make_collection(corpus, encoder), encoder)
    assert searcher.search(Query("the tower", "en"), 9) == searcher.search(Query("the tower", "en"), 9)


def test_an_index_gives_back_its_vectors():
    collection, _ = made(9, seed=2)
    np.testing.assert_array_equal(flat(collection.vectors).reconstruct_n(0, 9), collection.vectors)


# --- what is searched ------------------------------------------------------------------------------------------------


def test_every_passage_and_sentence_gets_its_own_vector(make_collection, corpus, encoder):
    collection = make_collection(corpus, encoder)
    assert len(collection.vectors) == len(collection.passages)
    for number, passage in enumerate(collection.passages):
        assert collection.number(passage) == number
        np.testing.assert_array_equal(collection.vectors[number], encoder.encode([searchable(passage)], "passage")[0])
        texts = [sentence.text for sentence in passage.sentences]
        np.testing.assert_array_equal(collection.vectors_of(passage), encoder.encode(texts, "passage"))


def test_progress_is_told_up_to_the_last_text(encoder):
    sentences = tuple(Sentence(n, n + 1, "a" * (1 + n % 7)) for n in range(600))
    passage = Passage(Document("a.md", "", "text", "", "en"), (), sentences)
    *steps, last = collect([passage], encoder)
    assert isinstance(last, Collection)
    assert steps == sorted(set(steps))
    assert steps[-1] == 601
    assert len(steps) > 1


def test_a_passage_is_searched_with_the_headings_it_does_not_hold():
    document = Document("a.md", "", "text", "Tower", "en")
    sentences = (Sentence(0, 5, "Rules", "heading"), Sentence(6, 12, "No dogs."))
    assert searchable(Passage(document, ("Tower", "Rules"), sentences)) == "Tower › Rules No dogs."
