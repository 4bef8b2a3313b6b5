"""The spoken source, and how much is told before asking."""

import pytest

from chatbot.spoken import Brief, brief, source
from chatbot.types import Document


def document(title, language, date="2025-03-19", kind="policy", publisher="Hugging Face"):
    return Document("a.md", "", "markdown", title, language, date, "", publisher, kind)


@pytest.mark.parametrize(
    ("made", "language", "heard"),
    [
        (
            document("Hugging Face's response to the AI Action Plan request for information", "en"),
            "en",
            "According to Hugging Face's March twenty twenty-five response to the AI Action Plan request for information,",
        ),
        (
            document("ホワイトハウスのAI行動計画に関する情報提供依頼へのHugging Faceの回答", "ja"),
            "ja",
            "にせんにじゅうごねんさんがつのハギングフェイスの回答によると、",
        ),
        # A title of the other language is not said; month and kind are.
        (
            document("AIの説明責任に関するNTIAへの意見書", "ja"),
            "en",
            "According to Hugging Face's March twenty twenty-five policy paper,",
        ),
        (document("Comments to the NTIA", "en"), "ja", "にせんにじゅうごねんさんがつのハギングフェイスの政策文書によると、"),
        # A title that is an event says nothing of its document; a short one names it.
        (
            document("Hugging Face acquires Gradio to make machine learning accessible to anyone", "en", "2021-12-21", "blog"),
            "en",
            "According to Hugging Face's December twenty twenty-one blog post,",
        ),
        (
            document("Model Cards", "en", "2022-12-20", "blog"),
            "en",
            "According to Hugging Face's December twenty twenty-two blog post, Model Cards,",
        ),
        (
            document("モデルカード", "ja", "2022-12-20", "blog"),
            "ja",
            "にせんにじゅうにねんじゅうにがつのハギングフェイスのブログ記事モデルカードによると、",
        ),
        (
            document(
                "Ethics and Society Newsletter #6: Building Better AI: The Importance of Data Quality",
                "en",
                "2024-06-24",
                "blog",
            ),
            "en",
            "According to Hugging Face's June twenty twenty-four newsletter number six,",
        ),
        (
            document("「倫理と社会」ニュースレター #6：よりよいAIをつくる データの品質の重要性", "ja", "2024-06-24", "blog"),
            "ja",
            "にせんにじゅうよねんろくがつのハギングフェイスのニュースレター、だいろくごうによると、",
        ),
        # A long subject is left out.
        (
            document(
                "Position paper on open source and open science in the EU AI Act and in many other acts", "en", "2023", ""
            ),
            "en",
            "According to Hugging Face's twenty twenty-three position paper,",
        ),
        (document("A note", "en", "", "article", ""), "en", "According to the article, A note,"),
        (document("記録", "ja", "2021", "", "not stated (web)"), "ja", "にせんにじゅういちねんの資料記録によると、"),
        (document("Something long that nobody knows anything about", "en", "", "", ""), "en", ""),
    ],
)
def test_a_source_is_short_and_speakable(made, language, heard):
    assert source(made, language) == heard


def test_three_sentences_are_told_and_the_rest_is_offered():
    assert brief(["a.", "b.", "c.", "d."], "en") == Brief(("a.", "b.", "c."), ("d.",), "Shall I go on?")
    assert brief(["一。", "二。", "三。", "四。", "五。"], "ja") == Brief(
        ("一。", "二。", "三。"), ("四。", "五。"), "続けますか？"
    )


@pytest.mark.parametrize("several", [[], ["a."], ["a.", "b.", "c."]])
def test_nothing_is_offered_where_nothing_is_left(several):
    assert brief(several, "en") == Brief(tuple(several), (), "")


def test_two_long_sentences_are_enough():
    long = "Openness lets anyone check what a model does, and that is why it matters to those who have to rely on it. " * 2
    told = brief([long, long, "c."], "en")
    assert told.told == (long, long)
    assert told.rest == ("c.",)


def test_fewer_may_be_asked_for():
    assert brief(["a.", "b.", "c."], "en", most=1) == Brief(("a.",), ("b.", "c."), "Shall I go on?")
