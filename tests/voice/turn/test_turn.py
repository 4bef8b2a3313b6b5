"""What is said for what is heard: answers, commands, questions back."""

from contextlib import closing

import pytest

from chatbot.errors import QuestionError, VoiceError
from chatbot.types import (
    Citation,
    Cited,
    Delta,
    Document,
    Done,
    Found,
    Query,
    Refused,
    Transcript,
    Writing,
)
from chatbot.voice.events import Asked, Commanded, Failed, Heard, Latency, Replied, Saying
from chatbot.voice.memory import Memory, Sentence
from chatbot.voice.turn import Sound, turn

FOUR = ("One is first.", " Two is second.", " Three is third.", " Four is fourth.", " Five is fifth.")


def document(path="a.en.md", date="2025-03-14", title="Response to the AI Action Plan", language="en"):
    return Document(path, "x" * 50, "markdown", title, language, date, publisher="Hugging Face", kind="policy")


class Events:
    """Gives an answer's events as they were written down."""

    def __init__(self, *events):
        self.events, self.given, self.closed = events, 0, False

    def __call__(self, question, past):
        try:
            for event in self.events:
                self.given += 1
                yield event
        finally:
            self.closed = True


def done(answer, language="en", refused=False, note=""):
    return Done(Query("q", language), answer, (), refused, 1.0, "reader", {"total": 1.0}, note=note)


def run(parts, utterance, memory=None):
    """Return what happened, what was said, and what is remembered."""
    memory = memory or Memory()
    steps, said = [], []
    for step in turn(parts, utterance, memory):
        if isinstance(step, Memory):
            memory = step
        elif isinstance(step, Sound):
            if step.of not in said:
                said.append(step.of)
        else:
            steps.append(step)
    return steps, [each.text for each in said], memory


def of(steps, kind):
    return [step for step in steps if isinstance(step, kind)]


def test_the_source_is_said_before_what_it_says_and_once_for_two_sentences(make_parts, utterance):
    first, second = Citation(1, document(), 0, 5), Citation(3, document("b.en.md", "2022-06-29"), 0, 5)
    events = Events(
        Found(Query("q", "en"), ()),
        Delta("Open science matters.[1]"),
        Cited(first),
        Delta(" It costs 5 %.[2]"),
        Cited(Citation(2, first.document, 6, 9)),
        Delta(" It began early.[3]"),
        Cited(second),
        done("…"),
    )
    _, said, _ = run(make_parts(["q"], events), utterance)
    assert said[0].startswith("According to Hugging Face's March twenty twenty-five response")
    assert said[0].endswith(", Open science matters.")
    assert said[1] == "It costs five percent."
    assert said[2].startswith("According to")
    assert "June twenty twenty-two" in said[2]


def test_japanese_is_answered_in_japanese(make_parts, utterance):
    events = Events(
        Found(Query("q", "ja"), ()),
        Delta("大橋の長さは1200メートルです。[1]"),
        Cited(Citation(1, document("a.ja.md", title="大橋への回答", language="ja"), 0, 5)),
        done("…", "ja"),
    )
    _, said, memory = run(make_parts([Transcript("大橋の長さは?", "ja", 1.0)], events), utterance)
    assert "によると、" in said[0]
    assert said[0].startswith("にせんにじゅうごねんさんがつ")
    assert memory.language == "ja"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("According to the guide of 2024, licences are short.[1]", "en"),
        ("Bloom took a year of work, according to the post of July 2022.[1]", "en"),
        ("EU AI法とは、Hugging Faceの2024年の手引きによれば、リスクを分ける法律です。[1]", "ja"),
        ("日本語の記事によると、効果は大きいとされます。[1]", "ja"),
    ],
)
def test_a_sentence_that_names_its_source_is_told_no_other(make_parts, utterance, text, language):
    cited = Cited(Citation(1, document(f"a.{language}.md", language=language), 0, 5))
    events = Events(Found(Query("q", language), ()), Delta(text), cited, done("…", language))
    _, said, _ = run(make_parts([Transcript("q", language, 1.0)], events), utterance)
    named = said[0].lower().count("according to") + said[0].count("によれば") + said[0].count("によると")
    assert named == 1


def test_notes_for_the_eye_are_not_said(make_parts, utterance):
    events = Events(Delta("It is so.[1]"), Delta("\n(The source is in Japanese; it is quoted as it stands.)"), done("…"))
    assert run(make_parts(["q"], events), utterance)[1] == ["It is so."]


def test_long_answers_stop_and_ask_whether_to_go_on(make_parts, asking, utterance):
    parts = make_parts(["Tell me.", "yes"], asking(*FOUR))
    _, said, memory = run(parts, utterance)
    assert said == ["One is first.", "Two is second.", "Three is third.", "Shall I go on?"]
    steps, said, memory = run(parts, utterance, memory)
    assert said == ["Four is fourth.", "Five is fifth."]
    assert of(steps, Commanded) == [Commanded("yes")]
    assert memory.rest == ()


@pytest.mark.parametrize(("heard", "language"), [("go on", "en"), ("続けて", "ja"), ("はい", "ja")])
def test_go_on_in_both_languages(make_parts, asking, utterance, heard, language):
    memory = Memory(rest=(Sentence("もう一つあります。", "ja"),))
    steps, said, _ = run(make_parts([Transcript(heard, language, 1.0)], asking()), utterance, memory)
    assert said == ["もう一つあります。"]
    assert of(steps, Asked) == []


def test_no_thank_you_drops_the_rest_in_silence(make_parts, asking, utterance):
    steps, said, memory = run(make_parts(["no thanks"], asking()), utterance, Memory(rest=(Sentence("More.", "en"),)))
    assert said == []
    assert memory.rest == ()
    assert of(steps, Latency)[0].first_audio is None


@pytest.mark.parametrize(("heard", "language"), [("Repeat that, please.", "en"), ("もう一度", "ja")])
def test_repeat_that_says_the_same_again(make_parts, asking, utterance, heard, language):
    parts = make_parts(["Tell me.", Transcript(heard, language, 1.0)], asking("One is first.", " Two is second."))
    _, first, memory = run(parts, utterance)
    steps, again, memory = run(parts, utterance, memory)
    assert again == first
    assert len(memory.past) == 1
    assert of(steps, Asked) == []


def test_repeat_before_anything_was_said(make_parts, asking, utterance):
    assert run(make_parts(["again"], asking()), utterance)[1] == ["I have not said anything yet."]


@pytest.mark.parametrize(
    "spoken_and_told",
    [("Slower.", "en", "All right, slower."), ("もっとゆっくり", "ja", "はい、ゆっくりお話しします。")],
)
def test_slower_says_it_again_more_slowly(make_parts, asking, utterance, spoken_and_told):
    heard, language, told = spoken_and_told
    voice, paces = make_parts([], asking()).speaker(1.0), []

    def speaker(pace):
        paces.append(pace)
        return voice

    parts = make_parts(["Tell me.", Transcript(heard, language, 1.0)], asking("One is first."), speaker=speaker)
    _, _, memory = run(parts, utterance)
    _, said, memory = run(parts, utterance, memory)
    assert said == [told, "One is first."]
    assert paces[0] == 1.0
    assert paces[-1] == memory.pace == pytest.approx(0.8)


def test_what_was_not_understood_is_asked_about_with_its_two_likeliest_readings(make_parts, asking, utterance):
    ask = asking("It is so.")
    unsure = Transcript("what is the nair", "en", 0.1, ("what is the name", "what is the hair"))
    parts = make_parts([unsure, "the second one"], ask)
    steps, said, memory = run(parts, utterance)
    assert said[0] == "Sorry, I did not catch that."
    assert "what is the nair" in said[1]
    assert "what is the name" in said[1]
    assert ask.asked == []
    run(parts, utterance, memory)
    assert ask.asked == [("what is the name", ())]


def test_the_first_reading_is_chosen_in_japanese(make_parts, asking, utterance):
    ask = asking("そうです。", language="ja")
    unsure = Transcript("橋の長さは", "ja", 0.1, ("足の長さは",))
    parts = make_parts([unsure, Transcript("一つ目", "ja", 0.2)], ask)
    _, said, memory = run(parts, utterance)
    assert said[0] == "すみません、聞き取れませんでした。"
    assert "橋の長さは" in said[1]
    assert "足の長さは" in said[1]
    run(parts, utterance, memory)
    assert ask.asked == [("橋の長さは", ())]


def test_another_question_instead_of_a_choice_is_asked(make_parts, asking, utterance):
    ask = asking("It is so.")
    run(make_parts(["How tall is the tower?"], ask), utterance, Memory(choices=("a", "b")))
    assert ask.asked == [("How tall is the tower?", ())]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_silence_is_apologised_for_in_the_language_last_spoken(make_parts, asking, utterance, language):
    _, said, _ = run(make_parts([Transcript("", "en", 0.0)], asking()), utterance, Memory(language=language))
    assert said
    assert ("聞き取れませんでした" in said[0]) is (language == "ja")


def test_a_refusal_is_short_and_names_one_subject(make_parts, utterance):
    events = Events(
        Found(Query("q", "en"), ()),
        Refused("The documents here do not say that. The nearest subjects they cover: “A”; “B”.", ("Licences", "B", "C")),
        done("The documents here do not say that.", refused=True),
    )
    _, said, memory = run(make_parts(["q"], events), utterance)
    assert said == ["The documents do not say that.", "The nearest subject they cover is Licences."]
    assert memory.past[-1].answer == "The documents do not say that."


def test_with_a_writer_its_answer_is_said_and_the_first_is_not(make_parts, utterance):
    events = Events(Delta("Found so.[1]"), Writing("hub"), Delta("Written so.[1]"), done("Written so.[1]"))
    assert run(make_parts(["q"], events, writes=True), utterance)[1] == ["One moment.", "Written so."]


def test_a_writer_that_fails_leaves_the_first_answer_to_say(make_parts, utterance):
    events = Events(Delta("Found so.[1]"), Writing("hub"), done("Found so.[1]", note="It failed."))
    assert run(make_parts(["q"], events, writes=True), utterance)[1] == ["One moment.", "Found so."]


def test_without_a_writer_the_first_sentence_sounds_before_the_second_is_found(make_parts, utterance):
    events = Events(Delta("One is first.[1]"), Cited(Citation(1, document(), 0, 5)), Delta(" Two is second.[2]"), done("…"))
    with closing(turn(make_parts(["q"], events), utterance, Memory())) as steps:
        for step in steps:
            if isinstance(step, Sound):
                break
        assert events.given == 2


def test_closing_closes_the_answer_and_the_voice(make_parts, asking, utterance, tones):
    ask = asking(*FOUR)
    steps = turn(make_parts(["Tell me."], ask), utterance, Memory())
    for step in steps:
        if isinstance(step, Sound):
            break
    steps.close()
    assert ask.closed == 1
    assert tones.closed == 1


def test_an_interrupted_answer_is_remembered_as_far_as_it_came(make_parts, asking, utterance):
    memory = Memory()
    with closing(turn(make_parts(["Tell me."], asking(*FOUR)), utterance, memory)) as steps:
        for step in steps:
            memory = step if isinstance(step, Memory) else memory
            if isinstance(step, Sound):
                break
    assert memory.past[-1].question == "Tell me."
    assert memory.past[-1].answer.startswith("One is first.")


def test_a_question_that_cannot_be_asked_is_asked_for_again(make_parts, utterance):
    def ask(question, past):
        raise QuestionError("It is too long. Ask a shorter one.")
        yield

    steps, said, _ = run(make_parts(["x"], ask), utterance)
    assert "say it once more" in said[0]
    assert len(of(steps, Latency)) == 1


def test_what_breaks_is_told_with_its_cause(make_parts, asking, utterance):
    class Broken:
        def recognize(self, audio):
            raise VoiceError("The model is gone. Install it again.")

    parts = make_parts([""], asking())
    parts = type(parts)(Broken(), parts.speaker, parts.ask)
    steps, said, _ = run(parts, utterance)
    assert of(steps, Failed) == [Failed("The model is gone. Install it again.")]
    assert "went wrong" in said[0]


def test_times_follow_one_another_by_the_clock(make_parts, asking, utterance):
    ticks = iter(range(0, 1000))
    steps, _, _ = run(make_parts(["q"], asking("So."), clock=lambda: next(ticks) / 100), utterance)
    (latency,) = of(steps, Latency)
    assert latency.endpoint == pytest.approx(480)
    assert latency.transcript == pytest.approx(490)
    assert latency.first_text == pytest.approx(500)
    assert latency.first_audio == pytest.approx(510)
    assert latency.reply == pytest.approx(20)


def test_everything_the_answer_gives_is_passed_on(make_parts, asking, utterance):
    steps, _, _ = run(make_parts(["q"], asking("So.")), utterance)
    assert [type(each.event) for each in of(steps, Replied)] == [Delta, Done]
    assert isinstance(steps[0], Heard)
    assert of(steps, Saying) == []
