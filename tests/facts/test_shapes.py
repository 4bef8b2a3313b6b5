"""Whatever shape a number or date is written in, its value is read back; another value never is."""

from datetime import date
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from chatbot.facts import contradicts, facts

SCALES = {10**4: "万", 10**8: "億", 10**12: "兆"}
WORDS = {10**3: "thousand", 10**6: "million", 10**9: "billion", 10**12: "trillion"}
LETTERS = {10**6: "M", 10**9: "bn", 10**12: "T"}
DIGITS, PLACES = "〇一二三四五六七八九", ("", "十", "百", "千")
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
MONTHS = "January February March April May June July August September October November December".split()


def japanese(value):
    """1億5000万: each group of four digits with its scale."""
    written = ""
    for scale in sorted(SCALES, reverse=True):
        if value // scale:
            written += f"{value // scale}{SCALES[scale]}"
            value %= scale
    return written + (str(value) if value or not written else "")


def kanji(value):
    """一億五千万."""
    written = ""
    for scale, sign in [*sorted(((s, w) for s, w in SCALES.items()), reverse=True), (1, "")]:
        group, value = divmod(value, scale)
        if group:
            places = [(int(digit), place) for digit, place in zip(str(group)[::-1], PLACES, strict=False)][::-1]
            said = "".join(("" if digit == 1 and place else DIGITS[digit]) + place for digit, place in places if digit)
            written += ("一" + said if said in PLACES[1:] and sign else said or "") + sign
    return written


def english(value):
    for scale, word in sorted(WORDS.items(), reverse=True):
        if value >= scale:
            rest = f" {english(value % scale)}" if value % scale else ""
            return f"{english(value // scale)} {word}{rest}"
    if value >= 100:
        return f"{SMALL[value // 100]} hundred" + (f" and {english(value % 100)}" if value % 100 else "")
    if value >= 20:
        return TENS[value // 10] + (f"-{SMALL[value % 10]}" if value % 10 else "")
    return SMALL[value]


def scaled(value, names, space):
    scale = max((scale for scale in names if value >= scale), default=None)
    if scale is None:
        return str(value)
    digits = f"{value / scale:.3f}".rstrip("0").rstrip(".")
    assume(Fraction(digits) * scale == value)
    return f"{digits}{space}{names[scale]}"


SHAPES = {
    "digits": str,
    "commas": lambda value: f"{value:,}",
    "japanese": japanese,
    "kanji": lambda value: kanji(value) + "個",
    "english": english,
    "words": lambda value: scaled(value, WORDS, " "),
    "letters": lambda value: scaled(value, LETTERS, ""),
    "man": lambda value: scaled(value, SCALES, ""),
    "full width": lambda value: str(value).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)}),
}
VALUES = st.one_of(
    st.integers(2, 9999),
    st.builds(lambda digits, power: digits * 10**power, st.integers(2, 9999), st.integers(0, 10)),
    st.integers(2, 10**13),
)
SHAPE = st.sampled_from(sorted(SHAPES))


@given(VALUES, SHAPE, SHAPE)
def test_a_number_in_any_shape_carries_it_in_any_other(value, one, other):
    assert contradicts(f"There are {SHAPES[one](value)}.", f"全部で{SHAPES[other](value)}。") == ()


@given(VALUES, VALUES, SHAPE, SHAPE)
@example(2, 72, "commas", "english")
@example(2, 2 * 10**6, "commas", "words")
@example(3, 30, "commas", "kanji")
def test_no_shape_of_a_number_carries_another_number(value, wrong, one, other):
    assume(value != wrong)
    assert contradicts(f"There are {SHAPES[one](value)}.", f"全部で{SHAPES[other](wrong)}。")


@given(st.integers(1, 999), st.sampled_from(["%", " percent", "パーセント", " per cent", "％"]), st.sampled_from([1, 10, 100]))
def test_percentages_are_read_as_shares(tenths, sign, per):
    number = Fraction(tenths, per)
    written = f"{float(number):g}{sign}"
    assert (number / 100, "share") in {reading for each in facts(written).numbers for reading in each.readings}


@given(st.dates(date(1600, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_from_every_shape(day):
    month = MONTHS[day.month - 1]
    shapes = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.year}/{day.month}/{day.day}",
    ]
    for shape in shapes:
        read = facts(shape).dates
        assert [(each.year, each.month, each.day) for each in read] == [(day.year, day.month, day.day)]


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_carries_itself(text):
    assert [each for each in contradicts(text, text) if each.kind != "negation"] == []
    assert not contradicts("", text)
