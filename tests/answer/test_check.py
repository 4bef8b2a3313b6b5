"""A written sentence is given with the quote that carries it, or struck with the reason; no judge overrules an exact fact."""

import pytest

from chatbot.answer.check import Checker, Quote, Supported, foreign, struck, unfit
from chatbot.types import Struck


class Willing:
    """Supports whatever it is shown, and keeps it."""

    def __init__(self, score=1.0):
        self.score, self.seen = score, []

    def support(self, couples):
        self.seen += couples
        return [self.score] * len(couples)


def quotes(*hits):
    return [Quote(number, hit.passage, each) for number, hit in enumerate(hits, 1) for each in hit.passage.sentences]


@pytest.fixture
def check(make_vocabulary):
    """Check a sentence against hits, with a judge that has no objection unless another is given."""

    def run(sentence, *hits, cited=(), asked="en", judge=None):
        return Checker(judge or Willing(), make_vocabulary()).check(sentence, set(cited), quotes(*hits), asked)

    return run


def test_a_sentence_is_tied_to_the_quote_that_carries_it(check, make_hit):
    hit = make_hit(["The tower is 48 metres tall.", "The tower was built in 1962."])
    found = check("The tower was finished in 1962.", hit)
    assert isinstance(found, Supported)
    assert [quote.sentence.text for quote in found.quotes] == ["The tower was built in 1962."]


def test_a_source_that_was_not_named_may_carry_it(check, make_hit):
    found = check(
        "The bridge is 90 metres long.",
        make_hit(["The tower is tall."]),
        make_hit(["The bridge is 90 metres long."]),
        cited=[1],
    )
    assert [quote.number for quote in found.quotes] == [2]


def test_of_equal_quotes_the_named_one_is_taken(check, make_hit):
    hits = [make_hit(["The bridge is 90 metres long."]), make_hit(["The bridge is 90 metres long."], path="b.md")]
    assert check("The bridge is 90 metres long.", *hits, cited=[2]).quotes[0].number == 2


def test_two_quotes_may_carry_it_together(check, make_hit):
    hit = make_hit(["The tower is 48 metres tall.", "The tower was built in 1962."])
    found = check("The tower, built in 1962, is 48 metres tall.", hit)
    assert len(found.quotes) == 2


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("The tower is 84 metres tall.", "84 metres"),
        ("The tower was built in 1963.", "1963"),
        ("The Eiffel tower was built in 1962.", "Eiffel"),
        ("The tower was not built in 1962.", ""),
        ("The tower was built in 1962 and is 50 metres tall.", "50 metres"),
    ],
)
def test_no_judge_overrules_an_exact_fact(check, make_hit, sentence, fault):
    judge = Willing()
    found = check(sentence, make_hit(["The tower is 48 metres tall.", "The tower was built in 1962."]), judge=judge)
    assert isinstance(found, Struck)
    assert fault in found.why
    assert all("Eiffel" not in claim for claim, _ in judge.seen)


def test_what_the_judge_does_not_find_supported_is_struck(check, make_hit):
    found = check("The tower is beautiful.", make_hit(["The tower is tall."]), judge=Willing(0.2))
    assert isinstance(found, Struck)
    assert found.why == "No source says this."


def test_a_sentence_that_shares_nothing_with_any_source_is_not_judged(check, make_hit):
    judge = Willing()
    assert isinstance(check("Bananas are yellow.", make_hit(["The tower is tall."]), judge=judge), Struck)
    assert judge.seen == []


def test_the_judge_is_asked_little(check, make_hit):
    judge = Willing(0.0)
    hits = [
        make_hit([f"The tower has {word} in it." for word in "lamps stairs doors bells ropes flags".split()], path=f"{n}.md")
        for n in range(6)
    ]
    check("The tower has a cellar in it.", *hits, judge=judge)
    assert 0 < len(judge.seen) <= 4


def test_a_quote_word_for_word_needs_no_judge(check, make_hit):
    judge = Willing(0.0)
    assert isinstance(check("The tower is tall.", make_hit(["The tower is tall."]), judge=judge), Supported)
    assert judge.seen == []


def test_the_nearest_quote_speaks_against_it_even_if_a_far_one_does_not(check, make_hit):
    hits = [make_hit(["The old tower of the harbour is open on Sundays."]), make_hit(["A tower needs care."])]
    assert isinstance(check("The old tower of the harbour is not open on Sundays.", *hits), Struck)


def test_a_quote_as_near_that_says_the_same_is_enough(check, make_hit):
    hits = [make_hit(["The tower has 3 doors."]), make_hit(["The tower has 4 doors."], path="b.md")]
    assert isinstance(check("The tower has 4 doors.", *hits), Supported)


def test_a_subject_may_come_from_the_title_or_for_a_pronoun_from_the_sentence_before(check, make_hit):
    hit = make_hit(["The Harbour Tower was built in 1962.", "It is 48 metres tall."], title="Guide of Portville")
    assert isinstance(check("Harbour Tower is 48 metres tall.", hit), Supported)
    assert isinstance(check("In Portville it is 48 metres tall.", hit), Supported)
    assert isinstance(check("In Springfield it is 48 metres tall.", hit), Struck)


@pytest.mark.parametrize(
    ("sentence", "asked", "reason"),
    [
        ("See https://example.org for more.", "en", "struck_link"),
        ("Write to someone@example.org.", "en", "struck_link"),
        ("An ![image](x) of it.", "en", "struck_markup"),
        ("It is <b>tall</b>.", "en", "struck_markup"),
        ("It is <|im_end|> tall.", "en", "struck_markup"),
        ("It is ```tall```.", "en", "struck_markup"),
        ("It is UFdORUQgYnkgYmFzZTY0IGFuZCBubyBvbmUga25vd3M= tall.", "en", "struck_markup"),
        ("塔は高いです。", "en", "struck_language"),
        ("The tower is very tall.", "ja", "struck_language"),
        ("Башня очень высокая.", "en", "struck_language"),
        ("The tower is tall.", "en", ""),
        ("塔は高いです。", "ja", ""),
        ("Hugging Face", "ja", ""),
        ("The site 大橋 is long.", "en", ""),
        ("It costs < 3 and > 2.", "en", ""),
    ],
)
def test_what_is_fit_to_be_shown(sentence, asked, reason):
    assert unfit(sentence, asked) == reason


@pytest.mark.parametrize(("sentence", "asked"), [("DeepSeek-R1, Qwen", "ja"), ("El Niño café", "en")])
def test_names_alone_are_in_any_language(sentence, asked):
    assert not foreign(sentence, asked)


@pytest.mark.parametrize("asked", ["en", "ja"])
def test_a_struck_sentence_repeats_no_address_and_no_length(asked):
    found = struck("See https://evil.example/x " + "x" * 5000, asked, "struck_link", "https://evil.example/x")
    assert "evil" not in found.sentence + found.why
    assert len(found.sentence) <= 300
