"""What is counted: units that change what a number says, in both languages, by one name each."""

from __future__ import annotations

import re
from fractions import Fraction

Reading = tuple[Fraction, str]
"""A value and its unit, empty if none is written. Shares are parts of one: 2.2 % is 0.022."""

SHARE, POINTS = "share", "points"
MONEY = ("USD", "EUR", "JPY", "GBP", "CNY", "KRW", "INR", "CHF")
STRICT = frozenset((SHARE, POINTS, *MONEY))
"""Units that a text must name if it means them."""

SMALLER = {"year": (12, "month"), "week": (7, "day"), "day": (24, "hour"), "hour": (60, "minute"), "minute": (60, "second")}
"""What a duration is in the next smaller unit: 「1年」 is twelve months."""

PER = {SHARE: 100, "permille": 1000}
_WRITTEN: dict[str, str] = {
    "share": "%|percent|per cent|パーセント|プロセント|pct",
    "permille": "‰|パーミル",
    "points": "percentage points?|percentage-points?|%ポイント|% ?points?|パーセントポイント|ポイント|pp|points? of percentage",
    "times": "倍|times|fold|x|×|-fold",
    "USD": "(?:U\\.?S\\.? |米|アメリカ)?(?:dollars?|ドル)|USD|US\\$",
    "EUR": "euros?|EUR|ユーロ|€",
    "JPY": "yen|JPY|円|¥",
    "GBP": "pounds?(?: sterling)?|GBP|ポンド|£",
    "CNY": "yuan|renminbi|RMB|CNY|人民元|元(?![年号の々])",
    "KRW": "won|KRW|ウォン|₩",
    "INR": "rupees?|INR|ルピー|₹",
    "CHF": "francs?|CHF|スイスフラン",
    "year": "years?|yrs?|年間|(?:か|カ|ヵ|ヶ|箇)年|年|歳|才",
    "month": "months?|(?:か|カ|ヵ|ケ|ヶ|箇)月",
    "week": "weeks?|週間|週",
    "day": "days?|日間|日",
    "hour": "hours?|hrs?|時間",
    "minute": "minutes?|mins?|分間|分(?!の|野|析|類|散|割|配|布|か|け)",
    "second": "seconds?|secs?|秒",
    "KB": "KB|kilobytes?|キロバイト",
    "MB": "MB|MiB|megabytes?|メガバイト",
    "GB": "GB|GiB|gigabytes?|ギガバイト",
    "TB": "TB|TiB|terabytes?|テラバイト",
    "PB": "PB|PiB|petabytes?|ペタバイト",
    "kW": "kW|kilowatts?|キロワット(?!時)",
    "MW": "MW|megawatts?|メガワット(?!時)",
    "GW": "GW|gigawatts?|ギガワット(?!時)",
    "kWh": "kWh|kilowatt[- ]hours?|キロワット時",
    "MWh": "MWh|megawatt[- ]hours?|メガワット時",
    "GWh": "GWh|gigawatt[- ]hours?|ギガワット時",
    "TWh": "TWh|terawatt[- ]hours?|テラワット時",
    "km": "km|kilomet(?:re|er)s?|キロメートル",
    "metre": "met(?:re|er)s?|メートル",
    "kg": "kg|kilograms?|キログラム",
    "ton": "ton(?:ne)?s?|トン",
}
_BEFORE = {
    "USD": r"US\$|U\.S\.\$|USD ?|\$",
    "EUR": "EUR ?|€",
    "JPY": "JPY ?|¥",
    "GBP": "GBP ?|£",
    "CNY": "CNY ?|RMB ?",
    "KRW": "₩",
    "INR": "₹",
}


def _alternatives() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for name, written in _WRITTEN.items():
        found.append((name, re.compile(rf"[ -]?(?:{written})(?![A-Za-z])", re.IGNORECASE)))
    # The longer words first: «percentage points» before «percent», 「年間」 before 「年」 is settled inside one unit.
    order = {"points": 0, "kWh": 1, "MWh": 1, "GWh": 1, "TWh": 1}
    return sorted(found, key=lambda each: order.get(each[0], 2))


_PATTERNS = _alternatives()
_STARTS = re.compile(r"[ -]?[%‰€¥£₩₹×A-Za-zァ-ヺ倍円人元年か月ヵヶケ箇歳才週日時分秒米]")
_PREFIXES = [(name, re.compile(rf"(?:{written})$")) for name, written in _BEFORE.items()]


def after(text: str, at: int) -> tuple[str, int]:
    """Return the unit that follows, empty if none does, and where it ends."""
    if not _STARTS.match(text, at):
        return "", at
    for name, pattern in _PATTERNS:
        if found := pattern.match(text, at):
            return name, found.end()
    return "", at


def before(text: str, at: int) -> str:
    """Return the currency whose sign stands just before, empty if none does."""
    if at == 0 or text[at - 1] not in "$€¥£₩₹ DRYPB":
        return ""
    head = text[max(0, at - 6) : at]
    return next((name for name, pattern in _PREFIXES if pattern.search(head)), "")


def agree(claimed: Reading, quoted: Reading) -> bool:
    """Whether a number of a claim is carried by one of the quote: the same value, and no unit that the quote does not give."""
    (value, unit), (other, others) = claimed, quoted
    if value != other:
        return False
    if unit == others:
        return True
    if unit in STRICT or others == SHARE:
        return value < 1 and not (unit and others)
    return not unit or not others
