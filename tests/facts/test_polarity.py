"""What a quote denies a claim must not state, and the other way round; a double negation denies nothing."""

import pytest

from chatbot.facts import contradicts

AGREE = """
The model is not open. | The model is not open.
It was never released. | It was not released.
It isn't open. | It is not open.
It cannot be shared. | It can't be shared.
Not only models but data are open. | Models and data are open.
It is not uncommon. | It is common.
Users must be told. | It is not only wise: users must be told.
Downloads do not directly measure the market. | Downloads are no direct measure of the market.
The Act doesn't apply to them unless they pose risks. | The Act exempts them except where they pose risks.
安全性が低いわけではない。 | 安全性は劣らない。
公開していない。 | 公開していません。
公開していない。 | 公開されなかった。
公開しなければならない。 | 公開する必要がある。
公開すべきだ。 | 公開しないわけにはいかず、公開すべきだ。
公開するだけでなく共有する。 | 公開し、共有する。
利用は少なくない。 | 利用は多い。
公開が欠かせない。 | 公開が欠かせません。
影響があるかもしれない。 | 影響があるかもしれません。
必ず公開する。 | いつも公開する。
The model is not open. | そのモデルは公開されていない。
そのモデルは公開されていない。 | The model has not been released.
公開しなければならない。 | It must be released.
It has to be released. | 公開しなければならない。
It is not alone. | ほかにもある、ただし限られる。
"""
DISAGREE = """
The model is not open. | The model is open.
The model is open. | The model is not open.
It was never released. | It was released.
It was released. | It was never released.
It does support the rule. | It does not support the rule.
It supports the rule. | It doesn't support the rule.
Developers should not register. | Developers should register.
Developers should register. | Developers should not register.
They can share it. | They cannot share it.
It works without consent. | It works with consent.
Nobody owns the data. | Somebody owns the data.
公開していない。 | 公開している。
公開している。 | 公開していない。
公開されました。 | 公開されませんでした。
公開されませんでした。 | 公開されました。
共有できない。 | 共有できる。
共有できます。 | 共有できません。
登録は不要である。 | 登録は義務である。
述べていない。 | 述べている。
含まれる。 | 含まれない。
費用は1%ではありません。 | 費用は1%です。
The model was not released. | そのモデルは公開された。
そのモデルは公開されなかった。 | The model was released.
禁止している。 | It allows that.
"""


def pairs(listed):
    return [tuple(line.split(" | ")) for line in listed.strip().splitlines()]


def negations(claim, quote):
    return [each for each in contradicts(claim, quote) if each.kind == "negation"]


@pytest.mark.parametrize(("claim", "quote"), pairs(AGREE))
def test_the_same_said_otherwise_agrees(claim, quote):
    assert negations(claim, quote) == []


@pytest.mark.parametrize(("claim", "quote"), pairs(DISAGREE))
def test_a_negation_too_many_or_too_few_is_told(claim, quote):
    assert negations(claim, quote)


@pytest.mark.parametrize(
    "sentence",
    [
        "Open models are not less safe, and nobody can say that they are.",
        "It does not print 2,000, but it links the paper that does.",
        "オープンなモデルは安全でないとは言えず、むしろ安全である。",
        "登録しなければならないが、費用はかからない。",
    ],
)
def test_a_sentence_never_contradicts_itself(sentence):
    assert negations(sentence, sentence) == []
