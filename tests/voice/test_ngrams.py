import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.voice.ngrams import END, START, arpa, called, count, mix

WORDS = ("what", "is", "bloom", "who", "made", "it")
SENTENCES = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.integers(1, 3)), min_size=1, max_size=12
)


def contexts(model):
    return {gram[:-1] for gram in model.probabilities}


def all_that_follows(model, context):
    vocabulary = {gram[0] for gram in model.probabilities if len(gram) == 1}
    return sum(model.probability((*context, word)) for word in vocabulary)


def mixed(*texts):
    models = [count([(text.split(), 1) for text in each]) for each in texts]
    grams = {gram for model in models for gram in model.probabilities}
    return mix([(model.probability, 1 / len(models)) for model in models], grams)


@settings(deadline=None)
@given(SENTENCES)
def test_after_every_context_something_follows_for_certain(sentences):
    model = count(sentences)
    for context in contexts(model):
        assert all_that_follows(model, context) == pytest.approx(1, abs=1e-6)


@settings(deadline=None)
@given(SENTENCES, SENTENCES)
def test_a_mixture_is_as_certain(first, second):
    models = [count(first), count(second)]
    both = mix([(model.probability, 0.5) for model in models], {gram for model in models for gram in model.probabilities})
    for context in contexts(both):
        assert all_that_follows(both, context) == pytest.approx(1, abs=1e-3)


def test_what_was_said_is_likelier_than_what_was_not():
    model = count([(["what", "is", "bloom"], 1), (["who", "made", "it"], 1)])
    assert model.probability(("what", "is")) > model.probability(("what", "made")) > 0


def test_a_word_that_was_never_said_is_never_heard():
    assert count([(["bloom"], 1)]).probability(("what", "parrot")) == 0


def test_each_part_of_a_mixture_has_its_say():
    both = mixed(["what is bloom"], ["who made it"])
    alone = mixed(["what is bloom"])
    assert both.probability(("who", "made")) > 0.1
    assert 0.1 < both.probability(("what", "is")) < alone.probability(("what", "is"))


def test_a_mixture_knows_single_words_that_only_english_at_large_has():
    model = count([(["what", "is", "bloom"], 1)])
    heard = mix([(model.probability, 0.7), (lambda gram: 0.1, 0.3)], {*model.probabilities, ("parrot",)})
    assert heard.probability(("is", "parrot")) > 0
    assert all_that_follows(heard, ("is",)) == pytest.approx(1, abs=1e-3)


def test_the_file_lists_as_many_grams_as_it_says():
    text = arpa(count([(["what", "is", "bloom"], 2), (["who", "made", "it"], 1)]))
    told = [int(number) for number in re.findall(r"^ngram \d=(\d+)$", text, re.M)]
    listed = [part.strip().splitlines()[1:] for part in re.split(r"\n(?=\\\d-grams:)", text)[1:]]
    assert told == [len([line for line in lines if "\t" in line]) for lines in listed]
    assert text.startswith("\\data\\")
    assert text.rstrip().endswith("\\end\\")


def test_the_file_holds_logarithms_to_ten_and_no_sentence_begins_in_the_middle():
    model = count([(["bloom"], 1)])
    lines = {line.split("\t")[1]: line.split("\t") for line in arpa(model).splitlines() if "\t" in line}
    assert float(lines["bloom"][0]) == pytest.approx(math.log10(model.probability(("bloom",))), abs=1e-4)
    assert float(lines[START][0]) == -99
    assert f"{START} bloom {END}" in lines


def test_a_sentence_may_begin_with_the_name_it_is_called_by_and_goes_on_as_others_begin():
    plain = mixed(["what is bloom", "who made it"])
    model = called(plain, "hug", 0.1, 0.4)
    assert model.probability((START, "hug")) == pytest.approx(0.1)
    assert model.probability((START, "who")) == pytest.approx(0.9 * plain.probability((START, "who")))
    assert model.probability(("hug", END)) == pytest.approx(0.4 + 0.6 * plain.probability((START, END)))
    assert model.probability((START, "hug", "what")) == pytest.approx(0.6 * plain.probability((START, "what")))
    assert model.probability(("hug", "what", "is")) == pytest.approx(plain.probability((START, "what", "is")))
    for context in ((START,), ("hug",), ("what",), (START, "hug")):
        assert all_that_follows(model, context) == pytest.approx(1, abs=1e-3)
