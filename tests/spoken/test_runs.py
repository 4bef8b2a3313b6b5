"""Texts of two languages, of several lines and sentences: who says what."""

import pytest

from chatbot.spoken import Run, aloud, spoken


@pytest.mark.parametrize(
    ("written", "runs"),
    [
        # An English title keeps its English voice, its figures included.
        (
            "「We Raised $100 Million for Open & Collaborative Machine Learning」という記事です。",
            [
                ("We Raised one hundred million dollars for Open and Collaborative Machine Learning", "en"),
                ("という記事です。", "ja"),
            ],
        ),
        (
            "報告書「State of Open Models: Summer 2026 Observations」は2026年に出た。",
            [
                ("報告書", "ja"),
                ("State of Open Models, Summer twenty twenty-six Observations", "en"),
                ("はニセンニジュウロクネンに出た。", "ja"),
            ],
        ),
        ("人間の関与(human in the loop)です。", [("人間の関与、", "ja"), ("human in the loop", "en"), ("です。", "ja")]),
        # Names that have a reading need no second voice, however many stand together.
        ("GoogleとMetaとOpenAI", [("グーグルとメタとオープンエーアイ", "ja")]),
        ("著者はyjernite、evijitです。", [("著者は", "ja"), ("yjernite, evijit", "en"), ("です。", "ja")]),
        # A whole English sentence in a Japanese answer, where the source is English.
        (
            "資料は英語です。Models grew by 21.5% in 2026. [1]",
            [("資料は英語です。", "ja"), ("Models grew by twenty-one point five percent in twenty twenty-six.", "en")],
        ),
    ],
)
def test_english_inside_japanese_is_a_run_of_its_own(written, runs):
    assert spoken(written, "ja") == tuple(Run(*run) for run in runs)


@pytest.mark.parametrize(
    ("written", "runs"),
    [
        (
            "The post 「AI政策の3つの柱」 is short.",
            [("The post", "en"), ("エーアイ政策のミッツの柱", "ja"), ("is short.", "en")],
        ),
        ("It is 国立国語研究所 in Tokyo.", [("It is", "en"), ("国立国語研究所", "ja"), ("in Tokyo.", "en")]),
        ("答えは3つです。", [("答えはミッツです。", "ja")]),
    ],
)
def test_japanese_inside_english_is_a_run_of_its_own(written, runs):
    assert spoken(written, "en") == tuple(Run(*run) for run in runs)


def test_headings_items_and_rows_become_sentences():
    markdown = "# Three pillars\n\n- open science [1]\n- open source [2]\n\n| Name | Size |\n|---|---|\n| BLOOM | 176B |\n"
    assert aloud(markdown, "en") == (
        "Three pillars. open science. open source. Name, Size. Bloom, one hundred seventy-six billion."
    )


def test_japanese_items_become_sentences():
    assert aloud("提言は次の2つです。\n- 公開する[1]\n- 守る[2]", "ja") == "提言は次のフタツです。公開する。守る。"


def test_lines_that_were_wrapped_are_one_sentence():
    assert aloud("Open science and\nopen source matter.", "en") == "Open science and open source matter."


def test_code_blocks_are_not_said():
    assert aloud("Use it:\n```python\nx = 10\n```\nThen stop.", "en") == "Use it. Then stop."


def test_several_sentences_stay_in_order():
    assert (
        aloud("It costs $5 [1]. It is free for 2.2% [2].", "en")
        == "It costs five dollars. It is free for two point two percent."
    )
    assert aloud("5ドルです[1]。2.2%は無料です[2]。", "ja") == "ごドルです。にいてんにパーセントは無料です。"


def test_a_voice_that_takes_the_whole_gets_all_runs():
    written = "記事「Let's talk about biases」を読む。"
    assert aloud(written, "ja") == "".join(run.text for run in spoken(written, "ja"))
    assert aloud("The post 「三つの柱」 is short.", "en") == "The post 三つの柱 is short."


def test_names_written_twice_are_said_once():
    assert aloud("ゲオルギ・ゲルガノフ(Georgi Gerganov)のGGML", "ja") == "ゲオルギゲルガノフのジージーエムエル"
    assert aloud("検索結果(Top Results)", "ja") != "検索結果"


def test_full_width_letters_and_figures_are_the_same():
    assert spoken("２．２％、ＡＩ", "ja") == spoken("2.2%、AI", "ja")
