"""A question that points back is told from one that stands alone."""

import pytest

from chatbot.discourse.leaning import afresh, asks_more, leaning, without_interjections

FULLY = {
    "en": "When was it opened?|Who signed that?|And the lamp?|Why?|How much did they raise?|Are there any others?|Who built the"
    " same?|What about Norway?|Why is their tower so tall?|When?|Who signed?",
    "ja": "それはいつですか?|その高さは?|誰が?|なぜですか?|じゃあ塔は?|彼はどこで生まれましたか?"
    "|ほかにありますか?|いつ完成しましたか?|予算は?",
}
NOT = {
    "en": "When was BLOOM released?|Is it true that BLOOM is open?|Who wrote the Tower Act?|What did Ada Stone build besides the"  # noqa: E501
    " Harbour Tower?|Which other towers did Ada Stone build?",
    "ja": "BLOOMはいつ公開されましたか?|誰がGradioを作りましたか?|これまでにBLOOMは何回使われましたか?",
}
MORE = {
    "en": "Tell me more|tell me more about it, please.|Can you explain in more detail?|More details|And what else?|Go on!|Thanks! Tell"  # noqa: E501
    " me more.",
    "ja": "もっと詳しく|もっと詳しく教えてください。|詳しくお願いします|続きを教えて|他には?|ありがとう。もう少し詳しく",
}
NOT_MORE = {"en": "Tell me more about towers|Why?|Explain the Tower Act", "ja": "塔について詳しく教えて|なぜ?"}


def said(lines):
    return [(text, lang) for lang, line in lines.items() for text in line.split("|")]


@pytest.mark.parametrize(("question", "lang"), said(FULLY))
def test_a_question_that_points_back_leans(question, lang):
    assert leaning(question, lang) == "fully"


@pytest.mark.parametrize(("question", "lang"), said(NOT))
def test_a_question_with_a_name_of_its_own_does_not(question, lang):
    assert leaning(question, lang) == "not"


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Why are lighthouses important for sailors?", "en"),
        ("灯台はなぜ船乗りにとって大切なのですか?", "ja"),
        ("Did Ada sell her tower?", "en"),
    ],
)
def test_a_question_without_a_sign_may_or_may_not(question, lang):
    assert leaning(question, lang) == "perhaps"


@pytest.mark.parametrize(("question", "lang"), said(MORE))
def test_asking_for_more_is_recognised(question, lang):
    assert asks_more(question, lang)


@pytest.mark.parametrize(("question", "lang"), said(NOT_MORE))
def test_asking_something_is_not_asking_for_more(question, lang):
    assert not asks_more(question, lang)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Thanks! When was it opened?", "When was it opened?"),
        ("OK, thank you so much. And the lamp?", "And the lamp?"),
        ("That's great. Who built it?", "Who built it?"),
        ("ありがとうございます。それはいつ?", "それはいつ?"),
        ("なるほど、では高さは?", "では高さは?"),
        ("Thanks!", "Thanks!"),
        ("Thanks to whom was it built?", "Thanks to whom was it built?"),
        ("Great towers of Norway?", "Great towers of Norway?"),
    ],
)
def test_thanks_before_a_question_are_dropped(question, rest):
    assert without_interjections(question) == rest


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("New question: when was it?", "when was it?"),
        ("By the way, who built the tower?", "who built the tower?"),
        ("ところで、塔は誰が建てましたか?", "塔は誰が建てましたか?"),
        ("話は変わりますが、それはいつ?", "それはいつ?"),
        ("ところで", "ところで"),
        ("Who built the tower?", None),
    ],
)
def test_a_fresh_start_is_heard(question, rest):
    assert afresh(question) == rest
