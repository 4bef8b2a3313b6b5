import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.config import VoiceConfig
from chatbot.voice.wake import called

NAMES = VoiceConfig().wake


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Hug, what is BLOOM?", "what is BLOOM?"),
        ("hey hug what is BLOOM", "what is BLOOM"),
        ("HEY, HUG!", ""),
        ("Hey hub, what is BLOOM?", "what is BLOOM?"),
        ("ねえハグ教えて", "教えて"),
        ("ねえはぐ、教えて", "教えて"),
        ("ねえ、ハグ。BLOOMとは何ですか", "BLOOMとは何ですか"),
        ("ﾈｴﾊｸﾞ教えて", "教えて"),
        ("ねーハグ教えて", "教えて"),
        ("ねえハグ", ""),
    ],
)
def test_a_name_is_taken_off_what_was_asked(text, rest):
    assert called(text, NAMES) == rest


@pytest.mark.parametrize(
    "text",
    ["What is BLOOM?", "I said hey hug", "hey huggers are here", "Hey", "", "教えて", "ハグしてください", "ねえ、教えて", "…"],
)
def test_what_does_not_begin_with_a_name_is_left(text):
    assert called(text, NAMES) is None


@given(st.sampled_from(NAMES), st.text(alphabet="abc かな漢字、？ ", max_size=30))
def test_what_follows_a_name_is_kept_to_the_letter(name, rest):
    told = called(f"{name}、{rest}", NAMES)
    assert told is not None
    assert told == rest.lstrip(" 、？").strip()


@given(st.sampled_from(NAMES), st.sampled_from(["NFC", "NFD", "NFKC"]), st.booleans())
def test_form_and_case_of_a_name_make_no_difference(name, form, loud):
    written = unicodedata.normalize(form, name.upper() if loud else name)
    assert called(f"{written}、教えて", NAMES) == "教えて"


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_and_any_names_are_survived(text, names):
    rest = called(text, names)
    assert rest is None or rest in text
