"""The same fact in another shape or language is the same fact."""

import pytest

from chatbot.facts import contradicts

# Each line holds shapes of one fact; each must be carried by every other.
SAME = """
$8 trillion | 8兆ドル | $8T | 8,000 billion dollars | 8 trillion US dollars | 8兆米ドル | US$8 trillion | USD 8tn
$4 billion | 40億ドル | $4bn | 4,000 million dollars | four billion dollars | 40億米ドル
$4.15 billion | 41億5000万ドル | 41億5,000万ドル | $4,150 million
$8.8 trillion | 8兆8000億ドル | 8兆8,000億ドル | 8.8兆ドル
1.5 million models | 150万のモデル | 1.5M models | 1,500,000 models | 百五十万のモデル | 150万件のモデル
2.43 million | 243万 | 2,430,000
2.2% | 2.2 percent | 2.2 per cent | 2.2パーセント | ２．２％ | 2.2 %
22% | 2割2分 | 22 percent | 二割二分 | 22パーセント
30% | 3割 | 三割 | thirty percent | 30パーセント
50% | half | 半分 | 1/2 | one half | 5割 | 半数 | 2分の1 | ½
90% | 9割 | 9 out of 10 | 9 in 10
one third | 1/3 | 3分の1 | 三分の一 | a third of them
two thirds | 2/3 | 3分の2 | two-thirds
three quarters | 3/4 | 75% | 4分の3
€65 to €95 billion | 650億から950億ユーロ
€65–95 billion | 650億〜950億ユーロ | between 65 and 95 billion euros | EUR 65 to 95 billion | €65bn to €95bn
2,000 times | 2000倍 | 2000x | 2,000-fold | 二千倍 | two thousand times
2.6 times | 2.6倍 | 2.6x
doubled | 2倍になった | twofold | twice | 倍増
tenfold | 10倍 | ten times | 10x
3つの柱 | three pillars | 三つの柱 | 3 pillars | 三本の柱
5つの提言 | five recommendations | 五つの提言 | 5 recommendations
第三の提言 | the third recommendation | 第3の提言 | the 3rd recommendation | 3番目の提言 | 三番目の提言
第11条 | Article 11 | 第十一条 | the eleventh article
2,000 people | 二千人 | 2000人 | two thousand people | 2千人
1,000 researchers | 千人の研究者 | 1000人の研究者 | a thousand researchers | one thousand researchers
25 people | 25人 | twenty-five people | 二十五人 | twenty five people
250 million | 2億5000万 | two hundred and fifty million | 二億五千万 | 2.5億
500,000 | 50万 | half a million | five hundred thousand | 五十万
12 countries | 12か国 | a dozen countries | twelve countries | 十二か国 | 12カ国 | 12ヶ国
100 billion parameters | 1000億パラメータ | 100B parameters | 一千億パラメータ
1 million | 百万 | 100万 | a million | 1M | one million
1 billion requests | 10億件のリクエスト | a billion requests | 1bn requests
2.78 trillion | 2兆7800億 | 2.78T
10^25 FLOPs | 10の25乗 FLOPs | 10²⁵ FLOPs | 10**25 FLOPs | 1e25 FLOPs | 10 to the 25th power FLOPs
6 × 10^23 | 6×10の23乗 | 6 x 10^23
5 percentage points | 5ポイント | 5 percentage-points | 5パーセントポイント | five percentage points
117 days | 117日 | 117日間 | 117-day
12 months | 12か月 | 12ヶ月 | twelve months | 12カ月 | 12-month
1年 | 12か月 | twelve months | a 12-month period
2 weeks | 14 days | 14日間
3 years | 3年 | 三年間 | 3年間 | three years | 3か年
2 weeks | 2週間 | two weeks | 二週間
48 hours | 48時間 | 48-hour
30 minutes | 30分 | 30分間
12PB | 12 petabytes | 12ペタバイト | 12 PB
384 GB | 384ギガバイト | 384GB
433 MWh | 433メガワット時 | 433 megawatt-hours
1.2 km | 1.2キロメートル | 1.2 kilometres
48 metres | 48メートル | 48 meters
25 tons | 25トン | 25 tonnes
¥500 million | 5億円 | 500 million yen | JPY 500 million | 五億円
£20 million | 2000万ポンド | 20 million pounds
version 1.1 | v1.1 | バージョン1.1 | V1.1
version 2.0.1 | v2.0.1 | バージョン2.0.1
the 1990s | 1990年代
the 21st century | 21世紀 | 二十一世紀
March 2025 | 2025年3月 | 2025-03 | Mar. 2025 | March of 2025 | 令和7年3月 | 二〇二五年三月 | 2025年の3月
19 March 2025 | March 19, 2025 | 2025年3月19日 | 2025-03-19 | 2025/3/19 | Mar 19, 2025 | 19th of March 2025 | 3/19/2025
September 6, 2021 | 2021年9月6日 | Sept. 6, 2021 | 6 September 2021 | 2021.9.6 | 令和3年9月6日
19 March 2025 | 二〇二五年三月十九日
March 19 | 3月19日 | 19 March | 三月十九日 | the 19th of March
in 2018 | 2018年 | 平成30年 | 2018
in May 2022 | 2022年5月 | May 2022 | 令和4年5月
from 2000 to 2018 | 2000年から2018年まで | 2000–2018 | between 2000 and 2018
"""
GROUPS = [[shape.strip() for shape in line.split("|")] for line in SAME.strip().splitlines()]
PAIRS = [(one, other) for group in GROUPS for one in group for other in group if one != other]


@pytest.mark.parametrize(("claim", "quote"), PAIRS)
def test_another_shape_of_a_number_or_date_carries_it(claim, quote):
    assert contradicts(claim, quote) == ()


# What a whole quote carries beside what is claimed of it.
CARRIED = [
    ("in 2025", "2025年3月19日に提出した"),
    ("in March 2025", "on March 19, 2025"),
    ("2025年に", "2025-03-19"),
    ("3月に", "submitted on March 19, 2025"),
    ("a request a day", "1日に10億件のリクエスト"),
    ("1日に10億件", "a billion requests per day"),
    ("毎日", "each day"),
    ("29%, 30% and 40%", "29、30、40%"),
    ("It has 7 billion parameters.", "OlympicCoder-7B"),
    ("both countries", "2つの国"),
    ("両国", "the two countries"),
    ("数百人", "hundreds of people"),
    ("dozens of labs", "数十の研究所"),
    ("It is one of them.", "それは仲間である"),
    ("First, it says so.", "そう述べている"),
    ("for the first time", "初めて"),
    ("一部の人", "some people"),
    ("第三者が確かめる", "third parties check it"),
    ("一方で、それは続く", "it goes on"),
    ("十分な時間", "enough time"),
    ("a 176B-parameter model", "1760億パラメータのモデル"),
    ("2023-24", "2023 and 24"),
]


@pytest.mark.parametrize(("claim", "quote"), CARRIED)
def test_what_is_claimed_may_be_less_than_what_is_quoted(claim, quote):
    assert contradicts(claim, quote) == ()


# Each pair is close in writing and says something else.
DIFFERENT = """
$8 trillion | $8 billion
$8 trillion | 8億ドル
8兆ドル | 8 billion dollars
8兆ドル | 8兆円
$4 billion | €4 billion
$4 billion | 4 billion people
40億ドル | $40 billion
40億ドル | 4億ドル
1.5 million | 1.5 billion
150万 | 15 million
150万 | 150億
2.2% | 2.3%
2.2% | 22%
2.2% | 2.2 times
2.2パーセント | 2.2 percentage points
2割2分 | 2.2%
5ポイント | 5%
5 percentage points | 5 percent
half | a third
半分 | 3分の1
€65–95 billion | 650億〜850億ユーロ
€65–95 billion | €55–95 billion
2,000 times | 200 times
2000倍 | 2,100-fold
doubled | 3倍になった
tripled | doubled
3つの柱 | five pillars
three pillars | 4つの柱
三つの柱 | four pillars
第二の提言 | the third recommendation
the third recommendation | 第二の提言
2,000 people | 二万人
twenty-five people | 26人
half a million | 5万
a dozen countries | 13か国
10^25 FLOPs | 10^24 FLOPs
10の25乗 | 10^26
10²⁵ | 1025
12 months | 12 years
12か月 | 12 days
3年間 | 3 months
12PB | 12TB
12GB | 12MB
433 MWh | 433 kWh
433 MWh | 433 MW
48 metres | 48 kilometres
version 1.1 | version 1.2
v2.0.1 | v2.1.0
March 2025 | March 2024
March 2025 | 2025年4月
2025年3月 | May 2025
19 March 2025 | 2025年3月14日
19 March 2025 | March 2025
2025-03-19 | 2025-03-18
令和7年 | 2024
in 2018 | 2019年
2018年 | in 2008
the 1990s | 1980年代
21世紀 | the 20th century
1,000 | 10,000
100万 | 1000万
1億 | 1 million
5万2千 | 5万
671億 | 671 billion
¥500 million | $500 million
$1.5 | $15
"""


@pytest.mark.parametrize(("claim", "quote"), [line.split(" | ") for line in DIFFERENT.strip().splitlines()])
def test_another_value_or_unit_does_not_carry_it(claim, quote):
    found = contradicts(claim, quote)
    assert found
    assert {each.kind for each in found} <= {"number", "date"}


# The value stands elsewhere in the quote, but not there.
MOVED = [
    ("trained with 2 labels for 2 epochs", "trained with 2 labels for 4 epochs"),
    ("ニュースレター #1によれば、#2は続きである", "ニュースレター #4によれば、#2は続きである"),
    ("On March 14, 2025, it told what it sent on March 14, 2025", "On March 19, 2025, it told what it sent on March 14, 2025"),
    ("4月の67%、7月の64%から7月の44%へ", "4月の67%、5月の64%から7月の44%へ"),
    ("Chapter 2 follows 2 others", "Chapter 5 follows 2 others"),
    ("Chapters 2, 4, 6 and 6 of the report", "報告書の第2章、第4章、第5章、第6章"),
    ("from August 2026 for some and from August 2026 for others", "from August 2025 for some and from August 2026 for others"),
    ("2024年の数は、2022年5月9日の記事では10万件", "2022年の数は、2022年5月9日の記事では10万件"),
    ("It took 1 months for the first version.", "It took 7 months for the first version."),
]


@pytest.mark.parametrize(("claim", "quote"), MOVED)
def test_a_value_that_stands_elsewhere_does_not_carry_it(claim, quote):
    assert contradicts(claim, quote)
    assert contradicts(quote, quote) == ()
