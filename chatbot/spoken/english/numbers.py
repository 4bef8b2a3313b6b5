"""Numbers in English words: cardinals, ordinals, years, decimals, digits."""

from __future__ import annotations

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
# More digits than this are a name, not a quantity.
LONGEST = 15


def cardinal(number: int) -> str:
    """Return a whole number in words: 1,200 is «one thousand two hundred»."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number < 20:
        return _ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return _TENS[ten] + (f"-{_ONES[one]}" if one else "")
    scale, name = next(pair for pair in _SCALES if number >= pair[0])
    many, rest = divmod(number, scale)
    return f"{cardinal(many)} {name}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """Return the place in words: 21 is «twenty-first»."""
    words = cardinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    return words[:cut] + (_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"))


def year(number: int) -> str:
    """Return a year as it is said: «nineteen oh five», «two thousand seven», «twenty twenty-five»."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {pair(rest)}"


def pair(rest: int) -> str:
    """Return two digits as the end of a year or a time: «oh five», «forty-two»."""
    return f"oh {cardinal(rest)}" if rest < 10 else cardinal(rest)


def decade(number: int) -> str:
    """Return ten years as they are said: «nineteen nineties», «two thousands»."""
    return plural(year(number))


def plural(words: str) -> str:
    """Return the plural of a number in words: «nineties», «hundreds», «sixes»."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return words + ("es" if words.endswith(("x", "s")) else "s")


def digits(figures: str) -> str:
    """Return figures one by one."""
    return " ".join(_ONES[int(figure)] for figure in figures if figure.isdigit())


def number(written: str) -> str:
    """Return a number as written, thousands separators and decimals included."""
    whole, _, rest = written.replace(",", "").partition(".")
    by_digit = len(whole) > LONGEST or (len(whole) > 1 and whole.startswith("0"))
    said = digits(whole) if by_digit else cardinal(int(whole or "0"))
    return f"{said} point {digits(rest)}" if rest else said


def fraction(part: int, whole: int) -> str:
    """Return a fraction in words: «three quarters», «one half», «five over twelve»."""
    if whole == 2 and part == 1:
        return "one half"
    if not (2 < whole <= 10 or whole == 100) or not 0 < part < whole:
        return f"{cardinal(part)} over {cardinal(whole)}"
    name = "quarter" if whole == 4 else ordinal(whole)
    return f"{cardinal(part)} {name}" + ("s" if part > 1 else "")
