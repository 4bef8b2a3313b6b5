"""The models' benchmark: its peers, its cross-lingual questions, its claims and its table, on small made-up texts."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from chatbot.train.data import Pair

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
MODULES = ("models", "measured", "peers", "across", "claims")


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(FOLDER))
    yield {name: importlib.import_module(name) for name in MODULES}
    sys.path.remove(str(FOLDER))
    for name in MODULES:
        del sys.modules[name]


def by_letters(texts):
    """Encode a text by which of four letters it has."""
    return np.array([[letter in text for letter in "abcd"] for text in texts], dtype=np.float32)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Open Models, 2024!", ["open", "models", "2024"]),
        ("公開モデル", ["公開", "開モ", "モデ", "デル"]),
        ("火 AI", ["火", "ai"]),
    ],
)
def test_peers_search_japanese_by_pairs_and_other_scripts_by_words(bench, text, terms):
    assert bench["peers"].terms(text) == terms


def test_bm25_puts_the_paragraph_with_the_rare_word_first(bench):
    search = bench["peers"].bm25(["a cat sat", "a dog sat", "a bird sat", "..."])
    assert search("Dog?")[0] == 1
    assert search("zebra") == []


def test_a_paragraph_that_both_rankings_have_beats_one_that_leads_in_one(bench):
    assert bench["peers"].fused([[0, 1], [2, 1]])[0] == 1


def test_the_three_peers_share_one_encoding_of_the_paragraphs(bench):
    encoded = []

    def encode(texts):
        encoded.append(len(texts))
        return by_letters(texts)

    paragraphs = ["a a", "b b"]
    searches = {name: build(paragraphs) for name, build in bench["peers"].peers(encode).items()}
    assert encoded == [2]
    assert {name: search("b")[0] for name, search in searches.items()} == dict.fromkeys(searches, 1)


def test_an_article_is_asked_for_by_title_and_kind_in_both_languages(bench):
    english, japanese = "He was an ink painter of Japan. " + "x" * 80, "雪舟は" + "あ" * 90 + "水墨画家である。"
    held = [
        Pair("kyoto_wiki", "A", "title", "Sesshu", "雪舟"),
        Pair("kyoto_wiki", "A", "sentence", english, japanese),
    ]
    (found,) = bench["across"].crossings(held)
    assert found.question == ("Sesshu: ink painter", "雪舟：水墨画家")
    assert found.passage == (english, japanese)


def test_a_heading_of_two_sections_asks_for_neither(bench):
    held = [
        pair
        for page, letter in (("1", "あ"), ("2", "い"))
        for pair in (
            Pair("k8s_docs", page, "h2", "What's next", "次の項目"),
            Pair("k8s_docs", page, "p", letter * 90, letter * 100),
        )
    ]
    assert bench["across"].crossings(held) == []


def test_each_sentence_is_quoted_in_both_languages_and_altered_by_kind(bench):
    pair = Pair("kyoto_wiki", "A", "sentence", "The temple was built in 1397.", "その寺は1397年に足利義満が建立した。")
    support = bench["claims"]
    claims = list(support.claims_of([pair], None))
    assert {claim.where for claim in claims} == {support.SAME, support.ACROSS}
    assert {"true", "numbers", "negations"} <= {claim.kind for claim in claims}
    sides = {pair.english, pair.japanese}
    assert all((claim.text in sides) == (claim.kind == "true") and claim.quote in sides for claim in claims)


def test_exact_checks_overrule_the_judge(bench):
    support = bench["claims"]
    claims = [support.Claim("built in 1398", "built in 1397", "numbers", support.SAME)]
    said = support.supported(claims, lambda couples: [0.9], lambda claim, quote: ["1398"])
    assert said == {"judge": [True], "exact checks": [False], "both": [False]}


def test_a_claim_is_supported_as_far_as_its_best_quote_supports_it(bench):
    claims = [bench["claims"].Judged("c", ("x", "y"), True), bench["claims"].Judged("d", ("z",), False)]
    assert bench["claims"].scores_of(claims, lambda couples: [0.1, 0.8, 0.3][: len(couples)]) == [0.8, 0.3]


def test_the_best_threshold_never_parts_equal_scores(bench):
    scores, truth = [0.9, 0.5, 0.5, 0.1], [True, True, False, False]
    best, threshold = bench["claims"].best_balanced(scores, truth)
    assert best == pytest.approx(0.75)
    assert bench["claims"].balanced(scores, truth, threshold) == pytest.approx(best)


def test_the_table_shows_shares_in_percent_and_what_the_best_peer_asks_for(bench):
    peers = {"A": 0.4, "B": 0.25}
    row = bench["measured"].Row("m", 1000, {"": 0.5}, peers, bench["measured"].above(peers, 3))
    last = bench["measured"].markdown([row]).splitlines()[-1]
    assert last == "| m | 1,000 | A 40.0 · B 25.0 | 50.0 | 43.0 (best peer + 3) | — |"


def test_an_unknown_measure_is_refused_with_those_that_there_are(bench, capsys):
    assert bench["models"].main(["--data", "x", "--only", "speed"]) == 2
    assert "no measure 'speed'" in capsys.readouterr().err


def test_missing_data_is_refused_by_its_name(bench, tmp_path, capsys):
    assert bench["models"].main(["--data", str(tmp_path), "--only", "judged"]) == 2
    assert str(tmp_path) in capsys.readouterr().err
