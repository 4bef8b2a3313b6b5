"""Numbers are read alike in English and Japanese, and a changed one is noticed."""

import datetime
from fractions import Fraction

import pytest
from corpus_numbers import Day, disagreements, figures, missing, sections
from corpus_spelled import spelled
from hypothesis import given, settings
from hypothesis import strategies as st


def readings(text: str) -> list[set[object]]:
    return [set(figure.readings) for figure in figures(text)]


def japanese(number: int) -> str:
    """`number` with 兆, 億 and 万, as a newspaper writes it: 28005000 is 2800万5000."""
    written = ""
    for scale, sign in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")):
        group, number = divmod(number, scale)
        written += f"{group}{sign}" if group else ""
    return written or "0"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("1,000", 1000),
        ("1,234,567", 1234567),
        ("2.2%", Fraction("2.2")),
        ("2.2 percent", Fraction("2.2")),
        ("1.5 million", 1_500_000),
        ("1.5-million", 1_500_000),
        ("$8 trillion", 8 * 10**12),
        ("€3M", 3_000_000),
        ("176B", 176 * 10**9),
        ("450k", 450_000),
        ("1.3m", 1_300_000),
        ("12 thousand", 12_000),
        ("10 hundred", 1000),
        ("12PB", 12),
        ("800GB", 800),
        ("5TB", 5),
        ("1990s", 1990),
        ("21st", 21),
        ("3D", 3),
        ("10×", 10),
        ("1/4", Fraction(1, 4)),
        ("150万", 1_500_000),
        ("8兆ドル", 8 * 10**12),
        ("1760億パラメータ", 176 * 10**9),
        ("2億8000万", 280_000_000),
        ("2億8,000万", 280_000_000),
        ("15万1448", 151_448),
        ("1兆2345億6789万", 1_234_567_890_000),
        ("8.8兆", 8_800_000_000_000),
        ("5千", 5000),
        ("5千万", 50_000_000),
        ("3百万", 3_000_000),
        ("3割", 30),
        ("4分の3", Fraction(3, 4)),
        ("\uff11\uff15\uff10\uff10", 1500),  # full-width digits
        ("2年間", 2),
        ("第28b条", 28),
    ],
)
def test_a_number_is_read(text, value):
    assert readings(text) == [{Fraction(value)}]


@pytest.mark.parametrize(
    "text",
    ["March 14, 2025", "14 March 2025", "March 14th, 2025", "14th of March 2025", "2025-03-14", "2025年3月14日"],
)
def test_a_date_is_one_value_in_every_way_of_writing(text):
    assert readings(text) == [{Day(2025, 3, 14)}]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("March 2025", Day(2025, 3, None)),
        ("2025年3月", Day(2025, 3, None)),
        ("July 6", Day(None, 7, 6)),
        ("7月6日", Day(None, 7, 6)),
        ("in May", Day(None, 5, None)),
        ("5月に", Day(None, 5, None)),
    ],
)
def test_a_date_may_lack_year_or_day(text, day):
    assert readings(text) == [{day}]


@pytest.mark.parametrize("text", ["it may help", "May we ask", "3か月", "3カ月間"])
def test_the_verb_may_and_a_number_of_months_are_no_date(text):
    assert not any(isinstance(value, Day) for values in readings(text) for value in values)


@pytest.mark.parametrize("text", ["EUR 65 to 95 billion", "€65–95 billion", "65 billion to 95 billion", "650億〜950億"])
def test_a_range_shares_its_scale(text):
    first, last = readings(text)
    assert Fraction(65 * 10**9) in first
    assert last == {Fraction(95 * 10**9)}


def test_a_power_is_not_joined_to_its_base():
    assert readings("10²⁵ FLOPs") == [{Fraction(10)}, {Fraction(25)}]
    assert readings("10^25 FLOPs") == readings("10の25乗FLOPs")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("three pillars", 3),
        ("Thirty-five people", 35),
        ("two hundred million", 200_000_000),
        ("a hundred", 100),
        ("trillion-parameter models", 10**12),
        ("half a million", 500_000),
        ("over two dozen", 24),
        ("three-quarters", Fraction(3, 4)),
        ("nearly a quarter", Fraction(1, 4)),
        ("the fifth acquisition", 5),
        ("both", 2),
        ("twice", 2),
        ("per day", 1),
        ("Title V", 5),
        ("三つの柱", 3),
        ("二十五人", 25),
        ("一億", 10**8),
        ("二千万人", 20_000_000),
        ("第四", 4),
        ("四分の三", Fraction(3, 4)),
        ("両方", 2),
    ],
)
def test_a_spelled_number_is_read(text, value):
    assert Fraction(value) in spelled(text)


@pytest.mark.parametrize("text", ["数千件", "何百万", "一方", "統一", "dozens of", "millions of users", "no number"])
def test_vague_amounts_and_other_words_spell_no_number(text):
    assert not spelled(text)


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("3 pillars", "3つの柱"),
        ("three pillars", "3つの柱"),
        ("3 pillars", "三つの柱"),
        ("three pillars", "三つの柱"),
        ("a quarter", "4分の1"),
        ("over 1.5 million models and 7 million users", "150万を超えるモデルと700万人の利用者"),
        ("from March 11 to July 6, 2022", "2022年3月11日から7月6日まで"),
        ("January to August 2026", "2026年1月から8月まで"),
        ("180 to 210 per day", "1日に180から210"),
        ("between EUR 65 and 95 billion", "650億〜950億ユーロ"),
        ("2.43 to 2.96 million", "243万から296万"),
        ("59 and 22 percent", "59%と22%"),
        ("a trillion parameters", "1兆パラメータ"),
        ("newsletter 7 of January 2025", "2025年1月の第7号"),
        ("GPT-4o and DeepSeek-R1", "GPT-4oとDeepSeek-R1"),
    ],
)
def test_an_honest_pair_passes(english, other):
    assert missing(english, other) == []
    assert missing(other, english) == []


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("1.5 million", "15万"),
        ("$4 billion", "4億ドル"),
        ("2.2%", "2.3%"),
        ("March 14, 2025", "2025年3月19日"),
        ("March 14", "3月15日"),
        ("March 14, 2025", "2023年3月14日"),
        ("March 2025", "2025年4月"),
        ("65 to 95 billion", "660億〜950億"),
        ("three pillars", "4つの柱"),
        ("5 pillars", "三つの柱"),
        ("two-thirds", "4分の3"),
        ("In 2018 and 2019", "2018年に"),
    ],
)
def test_a_false_pair_is_caught(english, other):
    assert missing(english, other) + missing(other, english)


def test_a_figure_in_the_wrong_section_is_caught():
    english = "# T\n\n## A\n\n117 days.\n\n## B\n\n46 languages.\n"
    assert disagreements(english, "# 題\n\n## 甲\n\n117日。\n\n## 乙\n\n46言語。\n") == []
    assert disagreements(english, "# 題\n\n## 甲\n\n46言語。\n\n## 乙\n\n117日。\n")


def test_sections_keep_all_text():
    text = "# T\nx\n## A\ny\n### B\nz\n## C\n"
    assert "".join(sections(text)) == text
    assert len(sections(text)) == 3


@settings(deadline=None)
@given(st.integers(1, 10**15))
def test_commas_and_japanese_scales_write_the_same_number(number):
    assert readings(f"{number:,} models") == readings(f"モデルは{japanese(number)}件")


@settings(deadline=None)
@given(
    st.integers(1, 99_999),
    st.integers(0, 2),
    st.sampled_from([("million", 10**6), ("billion", 10**9), ("trillion", 10**12)]),
)
def test_english_scale_words_and_japanese_scales_write_the_same_number(digits, places, scale):
    word, size = scale
    written = f"{digits / 10**places:.{places}f} {word}"
    assert readings(f"about {written} dollars") == readings(f"約{japanese(digits * size // 10**places)}ドル")


@settings(deadline=None)
@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_every_day_is_the_same_in_both_languages(day):
    assert readings(f"on {day:%B} {day.day}, {day.year}") == readings(f"{day.year}年{day.month}月{day.day}日に")


@settings(deadline=None)
@given(st.integers(20, 10**13), st.integers(20, 10**13))
def test_two_different_numbers_never_pass_for_one(one, other):
    found = missing(f"{one:,} models", f"モデルは{japanese(other)}件")
    assert bool(found) == (one != other)
