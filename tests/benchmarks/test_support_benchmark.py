"""The benchmark of the check: what it makes false is false, and the check tells it from what is true."""

import importlib.util
import random
import sys
from pathlib import Path

import pytest

from chatbot.answer.check import Checker
from chatbot.facts import contradicts
from chatbot.train.alter import KINDS

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "support.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("support_under_test", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_every_altered_number_date_and_negation_is_struck_and_no_true_sentence(bench, bot):
    found = [case for seed in range(5) for case in bench.cases(bot, 100, random.Random(seed))]
    table, median, _ = bench.measure(Checker(bench.Lenient(), bot.vocabulary), found)
    assert median < 50
    for kind in ("number", "negation", "date", "number, other language"):
        assert table[kind]["struck_percent"] == 100.0
    for kind in ("true, verbatim", "true, other language"):
        assert table[kind]["n"] > 5
        assert table[kind]["struck_percent"] == 0.0


def test_a_false_version_is_never_the_sentence_itself(bench, bot):
    for case in bench.cases(bot, 100, random.Random(1)):
        assert case.true or case.claim not in {quote.sentence.text for quote in case.quotes}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It was founded in 1962 and is open.", "en"),
        ("1962年に設立されました。", "ja"),
        ("It has 4,500 lamps and can burn.", "en"),
    ],
)
@pytest.mark.parametrize("kind", ["number", "negation"])
def test_each_rule_makes_a_falsehood_of_its_kind(text, language, kind):
    false = KINDS[kind](text, language, [], random.Random(0))
    assert {fault.kind for fault in contradicts(false, text)} <= {kind, "date"}
    assert contradicts(false, text)
