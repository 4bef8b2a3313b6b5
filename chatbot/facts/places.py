"""Countries and unions by their names in both languages, so that one can be told from another across them."""

from __future__ import annotations

import re

_LISTED = """
us: United States|USA|U.S.A.|U.S.|US|America|Americans|American = 米国|アメリカ|全米|米政府|米議会
eu: European Union|EU|E.U.|Europe|Europeans|European = 欧州|ヨーロッパ
uk: United Kingdom|UK|U.K.|Britain|British|England|English government = 英国|イギリス
jp: Japan|Japanese = 日本
cn: China|Chinese = 中国|中華
fr: France|French = フランス|仏政府|仏国
de: Germany|Germans|German = ドイツ
it: Italy|Italians|Italian = イタリア
es: Spain|Spanish = スペイン
ca: Canada|Canadians|Canadian = カナダ
kr: South Korea|Korea|Koreans|Korean = 韓国|朝鮮
in: India|Indians|Indian = インド
br: Brazil|Brazilians|Brazilian = ブラジル
au: Australia|Australians|Australian = オーストラリア|豪州
ru: Russia|Russians|Russian = ロシア
ch: Switzerland|Swiss = スイス
nl: Netherlands|Dutch = オランダ
se: Sweden|Swedish = スウェーデン
il: Israel|Israelis|Israeli = イスラエル
sg: Singapore = シンガポール
ae: United Arab Emirates|UAE|Emirati = アラブ首長国連邦
sa: Saudi Arabia|Saudi = サウジアラビア|サウジ
tw: Taiwan|Taiwanese = 台湾
vn: Vietnam|Vietnamese = ベトナム
id: Indonesia|Indonesian = インドネシア
mx: Mexico|Mexican = メキシコ
za: South Africa = 南アフリカ
ng: Nigeria|Nigerian = ナイジェリア
ke: Kenya|Kenyan = ケニア
un: United Nations|UN|U.N. = 国連|国際連合
"""


def _read() -> tuple[dict[str, str], re.Pattern[str]]:
    codes: dict[str, str] = {}
    english: list[str] = []
    japanese: list[str] = []
    for line in _LISTED.strip().splitlines():
        code, _, names = line.partition(": ")
        for side, listed in zip(names.split(" = "), (english, japanese), strict=True):
            listed += side.split("|")
            codes |= dict.fromkeys(side.split("|"), code)
    # The longest first: 米政府 before 米.
    left = "|".join(re.escape(name) for name in sorted(english, key=len, reverse=True))
    right = "|".join(sorted(japanese, key=len, reverse=True))
    return codes, re.compile(rf"(?<![A-Za-z])(?:{left})(?![A-Za-z$]| dollar)|{right}")


_CODES, _NAMED = _read()
# What shows whose affair a text is about without naming the country.
_SHOWS = (
    ("us", re.compile(r"White House|ホワイトハウス|\bCongress\b|Biden|Trump")),
    ("eu", re.compile(r"AI Act|AI法|Brussels|ブリュッセル")),
)
_SINGLE = {"米": "us", "英": "uk", "仏": "fr", "独": "de", "中": "cn", "日": "jp", "欧": "eu", "韓": "kr", "伊": "it"}
# 「日米欧」, 「米中」: only a row of two or more is one of countries.
_ROW = re.compile(r"[米英仏独中日欧韓伊]{2,}")


def places(text: str) -> frozenset[str]:
    """Return the codes of the countries and unions that a text names."""
    found = {_CODES[name] for name in _NAMED.findall(text)}
    for row in _ROW.findall(text):
        found |= {_SINGLE[sign] for sign in row}
    return frozenset(found)


def shown(text: str) -> frozenset[str]:
    """Return the codes of those that a text names or lets see."""
    return places(text) | {code for code, pattern in _SHOWS if pattern.search(text)}


def masked(text: str) -> str:
    """Return the text without the names that `places` knows."""
    return _NAMED.sub(lambda match: " " * len(match.group()), text)
