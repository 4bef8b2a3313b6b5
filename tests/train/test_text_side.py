"""The tokenizer and the examples of the judge, on small texts."""

import json
import random

import pytest

pytest.importorskip("tokenizers")

from tokenizers import Tokenizer

from chatbot.train import examples, tokenizer
from chatbot.train.questions import Question

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


def paragraphs():
    texts = [
        f"第{n}の章は長い話である。{name}は{n}年に港で生まれた人である。それから町を出て遠くへ行った。"
        for n, name in enumerate("甲乙丙丁戊")
    ]
    return [
        Question("jaquad", "ja", "港", f"{text[12]}はいつ生まれたか。", text, text.index("年") - 1, text[14:16])
        for text in texts
    ]


def test_the_first_of_a_group_holds_the_answer_and_no_other_does():
    asked = paragraphs()
    for group in examples.answer_groups(asked * 10, random.Random(1)):
        answer = next(one.answer for one in asked if one.question == group.couples[0][0])
        assert [answer in text for _, text in group.couples] == [group.right] + [False] * (examples.SIZE - 1)
