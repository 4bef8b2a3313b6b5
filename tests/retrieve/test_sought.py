"""What a Japanese question looks for can be found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language import terms
from chatbot.retrieve.sought import sought

SOUGHT = {
    "Hugging Faceは透かしについてどう考えていますか？": ["hugging", "face", "透か"],
    "電子透かしの仕組みを教えてください": ["電子透", "仕組"],
    "国はどう関わりますか": ["関わ"],
    "オープンソースの経済効果は何ですか": ["オープンソース", "経済効果"],
    "BLOOMのパラメータ数は?": ["bloom", "パラメータ"],
    "透かしと透かしの違い": ["透か"],
    "なぜですか": [],
    "": [],
}


@pytest.mark.parametrize("question", SOUGHT)
def test_words_are_those_a_document_can_have(question):
    assert sorted(sought(question)) == sorted(SOUGHT[question])


@given(st.text(st.sampled_from("国透考数学かしはをのっAIモデル 、何"), max_size=30))
def test_every_japanese_word_has_search_terms_of_its_question(question):
    found = sought(question)
    assert len(found) == len(set(found))
    of_question = set(terms(question))
    for word in found:
        assert not word.isascii() or word.islower() or word.isdigit()
        assert word.isascii() or set(terms(word)) <= of_question
