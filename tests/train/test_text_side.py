"""The tokenizer, on small texts."""

import json

import pytest

pytest.importorskip("tokenizers")

from tokenizers import Tokenizer

from chatbot.train import tokenizer

ENGLISH = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cafe", "ai", "open", "##s", "。", "か", "##か", "は"]


@pytest.fixture
def built(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    vocabulary = {piece: row for row, piece in enumerate(ENGLISH)}
    (base / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}), encoding="utf-8")
    pieces = tokenizer.build(base, ["がんがんカメラは公開のモデル。"] * 30, tmp_path / "out")
    return pieces, Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))


def test_unused_rows_go_and_padding_stays_first(built):
    pieces, _ = built
    assert pieces[0] == "[PAD]"
    assert "[unused0]" not in pieces
    assert len(set(pieces)) == len(pieces)


def test_dakuten_stay_and_latin_marks_go(built):
    _, tokens = built
    assert tokens.encode("がんがん Café").tokens == ["[CLS]", "がんがん", "cafe", "[SEP]"]


def test_scripts_never_share_a_piece_and_kanji_stand_alone(built):
    _, tokens = built
    assert tokens.encode("AIは公開カメラ").tokens == ["[CLS]", "ai", "は", "公", "開", "カメラ", "[SEP]"]


def test_width_and_case_do_not_matter(built):
    _, tokens = built
    assert tokens.encode("ＡＩ").ids == tokens.encode("ai").ids
