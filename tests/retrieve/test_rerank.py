"""Every sentence of what was found is scored, always alike, and the telling ones come out ahead."""

import math

import numpy as np
import pytest

from chatbot.retrieve.collection import Collection
from chatbot.retrieve.rerank import SentenceReranker
from chatbot.types import Query

BOTH = {"en": 1.0, "ja": 1.0}


@pytest.fixture
def over(encoder, make_vocabulary):
    """Return a reranker over hits, whose sentences get the vectors of the encoder."""

    def build(hits, trust=BOTH):
        passages = tuple(hit.passage for hit in hits)
        rows = [encoder.encode([sentence.text], "passage")[0] for passage in passages for sentence in passage.sentences]
        vectors = np.zeros((len(passages), encoder.dim), dtype=np.float32)
        return SentenceReranker(Collection(passages, vectors, np.array(rows)), encoder, make_vocabulary(), trust)

    return build


@pytest.fixture
def hits(make_hit):
    return [
        make_hit([("heading", "The tower"), "The tower is 48 metres tall.", "It carries a white lamp."], path="a.md"),
        make_hit(["Crabs are sold by weight on the market.", "Is the market open?"], path="b.md"),
        make_hit(["The library lends fifty thousand books to anyone.", "Reading is free."], path="c.md"),
    ]


def test_every_sentence_of_every_hit_gets_a_finite_score(over, hits):
    looked = over(hits).rerank(Query("How tall is the tower?", "en"), hits)
    assert {hit.passage.document.path for hit in looked} == {"a.md", "b.md", "c.md"}
    for hit in looked:
        assert len(hit.sentence_scores) == len(hit.passage.sentences)
        assert all(math.isfinite(score) for score in hit.sentence_scores)
        assert hit.score == max(hit.sentence_scores)


def test_the_best_come_first_and_the_answer_is_best(over, hits):
    looked = over(hits).rerank(Query("How tall is the tower?", "en"), hits)
    assert [hit.score for hit in looked] == sorted((hit.score for hit in looked), reverse=True)
    assert looked[0].passage.document.path == "a.md"
    assert looked[0].sentence_scores.index(looked[0].score) == 1


@pytest.mark.parametrize("text", ["How tall is the tower?", "塔の高さは?", "😊", "the of"])
def test_scores_do_not_depend_on_the_order_or_on_chance(over, hits, text):
    query = Query(text, "en")
    looked = over(hits).rerank(query, hits)
    assert over(hits).rerank(query, hits) == looked
    assert over(hits).rerank(query, hits[::-1]) == looked


def test_equal_scores_are_ordered_by_place(over, make_hit):
    same = [make_hit(["The tower is tall enough for ships."], path=f"{name}.md") for name in "cab"]
    looked = over(same).rerank(Query("How tall is it?", "en"), same)
    assert [hit.passage.document.path for hit in looked] == ["a.md", "b.md", "c.md"]


def test_nothing_found_stays_nothing(over, hits):
    assert over(hits).rerank(Query("tower", "en"), []) == []


@pytest.mark.parametrize("other", [("heading", "The tower is tall"), "Is the tower tall?", "So tall is the tower."])
def test_headings_questions_and_fragments_tell_less(over, make_hit, other):
    hit = make_hit([other, "The tower is very tall, and the tower is old."])
    named, told = over([hit]).rerank(Query("Tell me of the tall tower", "en"), [hit])[0].sentence_scores
    assert named < told


def test_a_figure_lifts_a_sentence_where_a_figure_is_wanted(over, make_hit):
    hit = make_hit(["The tower is very tall for a tower.", "The tower is 48 m tall for a tower."])
    wanted = over([hit]).rerank(Query("How many metres tall is the tower?", "en"), [hit])[0].sentence_scores
    unwanted = over([hit]).rerank(Query("Is the tower tall in metres?", "en"), [hit])[0].sentence_scores
    assert wanted[1] - wanted[0] > unwanted[1] - unwanted[0]


def test_what_was_asked_last_decides_between_the_sentences_of_a_passage(over, make_hit):
    hit = make_hit(["The tower was built by the owners of ferries.", "The lamp of the place is white and bright."])
    leaning = Query("Who built the tower? And the lamp?", "en", focus="And the lamp?")
    alone = Query("Who built the tower?", "en")
    built, lamp = over([hit]).rerank(leaning, [hit])[0].sentence_scores
    before = over([hit]).rerank(alone, [hit])[0].sentence_scores
    assert lamp - built > before[1] - before[0]


def test_without_trust_in_cosines_words_still_decide(over, hits):
    looked = over(hits, {"en": 0.0, "ja": 0.0}).rerank(Query("How tall is the tower?", "en"), hits)
    assert looked[0].passage.document.path == "a.md"
