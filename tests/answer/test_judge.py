"""The judge that comes without a model of its own supports a claim the more, the nearer its quote."""

from chatbot.answer.judge import MeanJudge, NearnessJudge


def test_a_quote_with_all_its_words_supports_a_claim_and_one_with_none_does_not(encoder, make_vocabulary):
    judge = NearnessJudge(encoder, make_vocabulary())
    claim = "The tower was built in March"
    scores = judge.support([(claim, claim), (claim, "The tower stands"), (claim, "Crabs are sold by weight")])
    assert scores[0] > 0.9
    assert scores[0] > scores[1] > scores[2]
    assert scores[2] < 0.1


def test_couples_are_encoded_in_one_go_and_none_needs_none(encoder, make_vocabulary):
    judge = NearnessJudge(encoder, make_vocabulary())
    assert judge.support([]) == []
    assert encoder.calls == 0
    assert len(judge.support([("a", "b"), ("a", "c")])) == 2
    assert encoder.calls == 1


class Fixed:
    def __init__(self, share):
        self.share = share

    def support(self, couples):
        return [self.share] * len(couples)


def test_several_judges_say_what_they_say_in_the_mean():
    judge = MeanJudge((Fixed(0.2), Fixed(0.9), Fixed(0.7)))
    assert judge.support([("a", "b"), ("c", "d")]) == [0.6, 0.6]
    assert judge.support([]) == []
