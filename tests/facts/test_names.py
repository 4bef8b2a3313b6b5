"""A name of a claim must be in its quote, or in what the reader knows of the quote's document."""

import pytest

from chatbot.facts import contradicts


def names(claim, quote, context=""):
    return [each.text for each in contradicts(claim, quote, context) if each.kind == "name"]


CARRIED = [
    ("Lux Capital led the round.", "Lux Capital led the Series C round."),
    ("The round was led by Lux Capital.", "Lux Capital led the round, with Sequoia and Coatue."),
    ("Researchers at HuggingFace built it.", "Hugging Face researchers built it."),
    ("Hugging Face's response says so.", "The response of Hugging Face says so."),
    ("The NAIRR task force asked.", "The National AI Research Resource task force asked."),
    ("Large models, or LLMs, are named.", "large language models are named"),
    ("The Hub hosts Spaces.", "the hub hosts many spaces"),
    ("Recommendations are for the White House.", "It recommends to the White House."),
    ("GPT-4 is closed.", "GPT4 is closed."),
    ("The OpenRAIL licence restricts use.", "OpenRAIL licences restrict use."),
    ("The European Union acts.", "The EU acts."),
    ("American labs publish.", "Labs in the U.S. publish."),
    ("Hugging Faceは公開した。", "Hugging Face released it."),
    ("BLOOMは多言語である。", "BLOOM is multilingual."),
    ("米国の研究所が公開した。", "American labs released it."),
    ("フランスで学習した。", "It was trained in France."),
    ("Hoffmann estimated it.", "ホフマンはそれを推計した。"),
    ("It says so, according to Nagle.", "ネイグルによればそうである。"),
    ("The Commission agrees with Google.", "欧州委員会はグーグルと同じ意見である。"),
    ("A court in Karlsruhe decided.", "連邦裁判所が決めた。"),
    ("ホフマンは推計した。", "Hoffmann estimated it."),
    ("MoEモデル", "a mixture of experts model"),
    ("LLMの学習", "training large language models"),
    ("Since May, models grew.", "Models grew since May 5."),
    ("However, models grew.", "Models grew."),
    ("Open models grew.", "The number of open models grew."),
]


@pytest.mark.parametrize(("claim", "quote"), CARRIED)
def test_a_name_in_another_spelling_is_the_same_name(claim, quote):
    assert names(claim, quote) == []


ALTERED = [
    ("The round was led by Sequoia.", "Lux Capital led the round."),
    ("Researchers at Google built it.", "Researchers at Meta built it."),
    ("GPT-5 is closed.", "GPT-4 is closed."),
    ("It runs on Llama 3.", "It runs on Mistral."),
    ("The NTIA asked for comments.", "The NIST asked for comments."),
    ("Meta says models matter.", "Google says models matter."),
    ("German labs publish.", "French labs publish."),
    ("It was trained in Germany.", "It was trained in France."),
    ("ドイツで学習した。", "フランスで学習した。"),
    ("ドイツで学習した。", "It was trained in France."),
    ("It was trained in Germany.", "フランスで学習した。"),
    ("米国と中国の研究所", "Labs in Japan and China"),
    ("OpenAIは公開した。", "DeepSeek released it."),
    ("DeepSeek-V3 has many parameters.", "Qwen3-8Bは多くのパラメータを持つ。"),
    ("Metaは公開した。", "Googleは公開した。"),
    ("グーグルは公開した。", "ミストラルは公開した。"),
    ("文部科学省が公開した。", "経済産業省が公開した。"),
    ("佐藤氏は述べた。", "鈴木氏は述べた。"),
    ("Hoffmann, Smith and Zhou estimated it.", "Hoffmann, Nagle and Zhou estimated it."),
    ("bert-base-v2 was used.", "bert-base-v3 was used."),
]


@pytest.mark.parametrize(("claim", "quote"), ALTERED)
def test_another_name_is_told(claim, quote):
    assert names(claim, quote)


def test_a_name_may_come_from_the_document():
    claim, quote = "Hugging Face recommends open data.", "We recommend open data."
    assert names(claim, quote)
    assert names(claim, quote, "Response to the AI Action Plan Hugging Face") == []


def test_the_year_of_the_document_excuses_no_year_of_the_quote():
    assert contradicts("In 2025 it said so.", "It said so.", "Response 2025-03-19") == ()
    assert contradicts("In 2025 it grew.", "In 2018 it grew.", "Response 2025-03-19")
    assert contradicts("In 2025 it said that it grew in 2018.", "In 2018 it grew.", "Response 2025-03-19") == ()


@pytest.mark.parametrize(
    "claim",
    ["See https://evil.example/leak?q=1 for more.", "Write to thief@evil.example now.", "詳しくはwww.evil.exampleへ。"],
)
def test_an_address_must_be_in_the_quote(claim):
    (found,) = [each for each in contradicts(claim, "See the page for more.") if each.kind == "link"]
    assert found.text in claim
    assert not [each for each in contradicts(claim, claim) if each.kind == "link"]
