import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.voice import words
from chatbot.voice.espeak import open_espeak
from chatbot.voice.ngrams import END, START
from chatbot.voice.sounds import Sounds

TEXT = words.Text(
    (
        "BLOOM is a language model that OpenStance knows.",
        "Hugging Face answered the NTIA, and the NTIA thanked it.",
        "DeepSeek-R1 came out in 2025.",
    ),
    ("Why BigScience created BLOOM", "Model cards"),
)
NAMES = words.written(TEXT)


class SmallEnglish:
    """English at large, of five words."""

    words = ("the", "is", "permission", "my", "forbidden")

    def common(self, words, count):
        return [word for word in self.words if word in set(words)][:count]

    def pairs(self, firsts, seconds):
        yield from ((START, word) for word in seconds)

    def probability(self, gram):
        return 0.1 if gram[-1] in (*self.words, END) else 0.0


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    dictionary = folder / "some.dict"
    dictionary.write_text(
        "the DH AH\nthe(2) DH IY\nis IH Z\nmy M AY\npermission P ER M IH SH AH N\nmodel M AA D AH L\n", "utf-8"
    )
    words.write(TEXT, Sounds(dictionary, open_espeak()), SmallEnglish(), folder)
    model = (folder / words.MODEL).read_text("utf-8")
    told = (folder / words.DICTIONARY).read_text("utf-8").splitlines()
    return model, told


@pytest.mark.parametrize("name", ["BLOOM", "OpenStance", "NTIA", "DeepSeek-R1", "Hugging Face", "BigScience"])
def test_a_name_is_one_word_written_as_people_write_it(name):
    (found,) = [word for word in words.tokens(f"what is {name}?", NAMES) if word not in ("what", "is")]
    assert found == name.replace(" ", "_")
    assert words.readable(f"what is {found}") == f"What is {name}"


def test_other_words_are_in_small_letters_as_they_are_said():
    assert words.tokens("It came out in 2025!", NAMES) == ["it", "came", "out", "in", "twenty", "twenty", "five"]


def test_a_word_in_capitals_that_is_seldom_a_name_is_none():
    text = words.Text(("An IT company made it.", "They say it works, and it does.", "MASK is a test of RAIL models."), ())
    assert set(words.written(text).values()) == {"MASK", "RAIL", "Hugging Face"}


def test_what_can_be_done_is_asked_about():
    found = [" ".join(question) for question in words.about_doings(words.Text(("You can share BLOOM.",), ()), NAMES)]
    assert {"how can we share BLOOM", "who shares BLOOM"} <= set(found)


def test_numbers_of_pronunciations_are_not_shown():
    assert words.readable("the(2) model i know") == "The model I know"


def test_headings_and_their_questions_are_both_said():
    said = [" ".join(line) for line, _ in words.headed(TEXT, NAMES)]
    assert "why BigScience created BLOOM" in said
    assert "why did BigScience create BLOOM" in said


def test_every_name_and_thing_is_asked_about():
    asked = {" ".join(question) for question in words.questions(TEXT, NAMES)}
    assert {"what is BLOOM", "what is model cards", "tell me about NTIA", "repeat that"} <= asked


def test_every_word_that_may_be_heard_has_its_sounds(files):
    model, told = files
    single = model.split("\\1-grams:")[1].split("\n\n")[0].strip().splitlines()
    heard = {line.split("\t")[1] for line in single} - {START, END}
    assert heard == {line.split()[0].split("(")[0] for line in told}
    assert {"BLOOM", "Hugging_Face", "permission", "my"} <= heard
    assert all(len(line.split()) > 1 for line in told)


def test_a_word_that_is_said_in_two_ways_has_two_lines(files):
    assert {"the DH AH", "the(2) DH IY"} <= set(files[1])


def test_words_of_everyday_english_without_sounds_are_left_out(files):
    assert not any(line.startswith("forbidden") for line in files[1])


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_line_is_survived_and_no_word_has_a_space(line):
    assert all(word and " " not in word for word in words.tokens(line, NAMES))
