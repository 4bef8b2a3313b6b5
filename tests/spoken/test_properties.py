"""What holds for every text: no sign is left that a voice would read out, and nothing that has letters falls silent."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import language as languages
from chatbot.spoken import aloud, spoken

CORPUS = sorted(Path(__file__).parents[2].joinpath("corpus").glob("*.*.md"))
SILENT = re.compile(
    r"\d|[\[\](){}<>#*_`~^|=+$€£¥%&@/\\;:\"“”«»「」『』【】〈〉→×§…—–]|https?|www\.|[\u2190-\u2bff\U0001f000-\U0001faff]"
)
LETTER = re.compile(r"[^\W\d_]")
PIECES = st.sampled_from(
    (
        "[1] [1, 2] 【1】 [2][3] $4.5B €65–95 2.2% 10^25 10²⁵ 2025-03-19 2025年3月19日 #6 https://huggingface.co/a?b=c a@b.co"
        " **bold** `code` [text](http://x.y/z)"
        " 🤗 👩‍💻 v1.1 GPT-4 A100 28b(2)(f) 第2条(5e) 12a〜12c項 8兆ドル"
        " 650億〜950億ユーロ 3/4 ~5 >10 1,000,000 0047 3D Q&A and/or U.S. e.g. etc. Hugging 「題」 (NAIRR)"
        " ハギングフェイス(Hugging 9:30 ½ № | - # 1. > 、 。 . は の 1日 20歳 ٣ ① Ⅳ ㎏ １２ ％ ~~x~~"
    ).split(" ")
    + [" ", "\n", "# ", "- ", "> "]
)
LANGUAGES = ("en", "ja")
# A sentence takes a thousandth; a rule that tries everything again from each sign would take minutes.
MOST_SECONDS = 3


def checked(text, language):
    runs = spoken(text, language)
    for run in runs:
        assert not SILENT.search(run.text), (text, run)
        assert LETTER.search(run.text)
        assert run.text == run.text.strip()
    assert all(one.language != other.language for one, other in pairwise(runs))
    return runs


def sentences(path):
    body = path.read_text(encoding="utf-8").split("---", 2)[2]
    for line in filter(str.strip, body.split("\n")):
        for start, end in languages.sentences(line):
            yield line[start:end]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_sentence_of_the_corpus_is_said_without_signs(path):
    language = path.name.split(".")[-2]
    for sentence in sentences(path):
        runs = checked(sentence, language)
        if LETTER.search(re.sub(r"https?://\S+|\S+@\S+", "", sentence)):
            assert runs, sentence


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_is_spoken_is_not_changed_by_speaking_it_again(path):
    language = path.name.split(".")[-2]
    for sentence in list(sentences(path))[::3]:
        runs = spoken(sentence, language)
        if len(runs) == 1 and runs[0].language == language:
            assert spoken(runs[0].text, language) == runs


@pytest.mark.parametrize("language", LANGUAGES)
@given(pieces=st.lists(PIECES, max_size=12))
@settings(max_examples=120, deadline=None)
def test_no_mixture_of_signs_gets_through(language, pieces):
    checked("".join(pieces), language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(max_size=60))
@settings(max_examples=120, deadline=None)
def test_any_text_can_be_spoken(language, text):
    checked(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.decimals(min_value=0, max_value=10**13, places=2))
@settings(max_examples=60, deadline=None)
def test_every_number_has_words(language, number):
    assert len(checked(f"{number:,}", language)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", ["(", "[", "1-", "1,", "a.", "*", "「", "12a〜", "A ", "https://", "|", "A&", "3/", "・ア"])
def test_a_long_run_of_signs_takes_no_long_time(language, piece):
    start = time.process_time()
    checked(piece * (4000 // len(piece)), language)
    assert time.process_time() - start < MOST_SECONDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_nothing(language):
    for text in ("", "  \n", "[1]", "🤗", "https://huggingface.co", "---", "```\nx = 1\n```"):
        assert spoken(text, language) == ()
        assert aloud(text, language) == ""
