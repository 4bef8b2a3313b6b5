"""A question is encoded once."""

import numpy as np

from chatbot.retrieve.remember import RememberingEncoder


class CountingEncoder:
    def __init__(self):
        self.seen = []

    def encode(self, texts, kind):
        self.seen.append((tuple(texts), kind))
        return np.full((len(texts), 2), len(self.seen), np.float32)


def test_a_question_that_comes_again_is_not_encoded_again():
    counting = CountingEncoder()
    encoder = RememberingEncoder(counting)
    first, other, again = (encoder.encode([text], "query") for text in ("one", "two", "one"))
    assert counting.seen == [(("one",), "query"), (("two",), "query")]
    assert again is first
    assert not np.array_equal(first, other)


def test_a_document_and_several_questions_are_encoded_each_time():
    counting = CountingEncoder()
    encoder = RememberingEncoder(counting)
    for texts, kind in ((["one"], "passage"), (["one", "two"], "query")):
        assert encoder.encode(texts, kind).shape == (len(texts), 2)
        encoder.encode(texts, kind)
    assert len(counting.seen) == 4


def test_no_more_than_some_are_remembered():
    counting = CountingEncoder()
    encoder = RememberingEncoder(counting)
    for number in range(1000):
        encoder.encode([str(number)], "query")
    encoder.encode(["0"], "query")
    assert len(counting.seen) == 1001
