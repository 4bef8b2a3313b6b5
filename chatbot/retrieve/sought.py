"""The words of a Japanese question that a document can be seen to have."""

from __future__ import annotations

import re

from chatbot import language

_KANJI = r"[\u3400-\u4dbf\u4e00-\u9fff々]"
# What follows a single kanji and is no particle is the beginning of the kana that belong to it.
_LONE = re.compile(rf"(?<!{_KANJI}){_KANJI}(?!{_KANJI})(?:(?![はがをにのともでへや])[\u3041-\u3096])?")
# Words of asking and telling, cut likewise.
_ASKING = frozenset(
    "教え 書い 述べ 挙げ 考え 思い 思っ 思う 言っ 言い 言う 行っ 行う 持っ 持つ 関す 関し 対す 対し 違い 違う 使う 使っ 使わ"
    " 使い 得ま 得る 得ら 話し 聞き 知り 知っ 触れ 示し 示す 出し 出す 求め".split()
)


def sought(question: str) -> list[str]:
    """Return the words, each once and those of one kind together.

    Words of kanji, katakana and Latin letters, as `language.content` has them. A single kanji is no search term, as those are
    pairs of characters: it counts with the kana that belongs to it («透かし», «働き»), and not at all before a particle.
    """
    plain = language.normalise(question)
    lone = [word for word in _LONE.findall(plain) if len(word) == 2 and word not in _ASKING]
    rest = _LONE.sub(" ", plain)
    return list(dict.fromkeys([*language.content(rest), *lone]))
