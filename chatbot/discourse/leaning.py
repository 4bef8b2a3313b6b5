"""Whether a question points back at what was said before it: pronouns, what is left out, openings."""

from __future__ import annotations

import re
from typing import Literal

from chatbot import language
from chatbot.discourse.mentions import mentions
from chatbot.types import Language

Leaning = Literal["fully", "perhaps", "not"]


def any_of(*alternatives: str) -> str:
    """Join alternatives of a pattern."""
    return f"(?:{'|'.join(alternatives)})"


# --- openings --------------------------------------------------------------------------------------------------------

_SAID_FIRST = any_of(
    r"ok(?:ay)?|oh|ah|hm+|well|wow|great|good|cool|nice|perfect|interesting|i see|got it|alright|right|sure|sorry|yes|yeah",
    r"that(?:['’]s| is| sounds) (?:really |very |quite |so )?(?:great|good|cool|nice|interesting|helpful|fine|amazing|awesome)",
    r"(?:many )?thanks(?: a lot| so much)?|thank you(?: so much| very much)?",
)
_SAID_FIRST_JA = any_of(
    r"(?:どうも)?ありがとう(?:ございます|ございました)?|なるほど(?:です)?"
    r"|わかりました|分かりました|了解(?:です)?",
    r"へえ|ええと?|えっと|そうですか|そうなんですね|すみません|はい|うん|おお",
)
# Said before the question itself: «Thanks! And when?», 「なるほど、それはいつ?」.
_INTERJECTION = re.compile(
    rf"^(?:{_SAID_FIRST}(?:[,.!;:…–—-]+\s*|\s+(?=and\b|but\b|so\b|then\b))|{_SAID_FIRST_JA}[、。,.!…ー~〜]+\s*)+", re.IGNORECASE
)
_AFRESH = re.compile(
    "^"
    + any_of(
        r"new question|another (?:question|topic)|(?:on )?(?:a )?different (?:question|topic)|changing the subject|by the way",
        r"話は変わ(?:ります|る)(?:が|けど)|別の(?:話|質問)(?:ですが|だけど|です)?|ところで|話題を変え(?:ます|て)",
    )
    + r"(?:[,.:;、。]+\s*|\s+|$)",
    re.IGNORECASE,
)


def without_interjections(question: str) -> str:
    """Drop thanks and the like from before a question; where nothing else is left, nothing is dropped."""
    rest = _INTERJECTION.sub("", question)
    return rest if re.search(r"\w", rest) else question


def afresh(question: str) -> str | None:
    """Return the question behind «New question:», or None if it does not start so."""
    opening = _AFRESH.match(question)
    return (question[opening.end() :] or question) if opening else None


# --- leaning ---------------------------------------------------------------------------------------------------------

_PRONOUN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b"
        + any_of(
            r"it|its|they|them|their|theirs|he|him|his|she|her|hers"
            r"|this|these|those|the (?:same|former|latter)|that(?=[?.,!]|$)",
            r"that (?:one|time|year|point|case|law|paper|model)",
            r"(?:do|did|does|is|was|about|of|like|after|before|since|then|on|for|with|from|by|why|how) that",
        )
        + r"\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"それ|その|そこ|そちら|そう(?:した|いう)|これ|この(?!世)|ここ(?!数)|こちら|あれ|あの|彼ら|彼女|彼(?=[はがのをにも])"
        r"|同社|同氏|同法|同じ|上記|前述|前者|後者|両者"
    ),
}
# What points back only where nothing is named that it could belong to: «any others?», but not «others than BLOOM».
_OTHER: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:others?|another|else|(?:the )?ones?|such|both|neither|either|so)\b", re.IGNORECASE),
    "ja": re.compile(r"ほかに|他に|他の|ほかの|以外に|両方|もう少し"),
}
# What never points back: «it» before «possible to», 「これまで」.
_EMPTY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        any_of(
            r"\b(?:is|was|be|would|makes?|made) it (?:ever |still )?(?:\w+ )?(?:possible|legal|illegal|true|important|safe"
            r"|worth|hard|easy|necessary|better|allowed|common) (?:that|to|for|if)\b",
            r"\bhow long does it take\b|\bso (?:far|that|much|many)\b|\bor so\b|\bthis (?:year|month|week)\b|\bthese days\b",
            r"\bsuch as\b|\bboth \w+ and\b|\beither \w+ or\b|\bone of the\b",
        ),
        re.IGNORECASE,
    ),
    "ja": re.compile(r"これまで|これから|それぞれ|そのもの|この(?:年|先|世|\d)|それとも|そのまま|このように(?=考)"),
}
_ASKS_ON: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:and|but|or|so|then|also|what about|how about|how come|why not|why is that|really|go on|which ones?|not)\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"^(?:じゃあ?|では|でも|それなら|だったら|あと|また|そして|それで|で、|ちなみに|ほか|他|続き|具体的に)"),
}
# Openings after which a few words are no subject: «who signed?», but not «who wrote the BLOOM paper?».
_OPEN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(?:when|who|where|how much|how many)\b", re.IGNORECASE),
    "ja": re.compile(r"^(?:なぜ|どうして|いつ|誰|だれ|どこ|いくら)"),
}
_FEW, _MANY = 2, 4
# A longer question carries its own subject, in characters.
_SHORT: dict[Language, int] = {"en": 60, "ja": 26}
# A Japanese question without one of these leaves its subject out.
_JA_TOPIC = re.compile(r"(?<!の)(?<!に)(?<!で)は|とは|って|が")


def leaning(question: str, lang: Language) -> Leaning:
    """Tell whether a question can be understood without what was said before it."""
    plain = pointing(question, lang)
    named = [each for each in mentions(question, lang) if each.name]
    short = len(question) <= _SHORT[lang]
    if _ASKS_ON[lang].search(question):
        return "fully" if short or not named else "perhaps"
    if pronoun := _PRONOUN[lang].search(plain):
        # A name before it in the same question is what it stands for.
        own = any(0 <= plain.find(each.text) < pronoun.start() for each in named)
        return "perhaps" if own else "fully"
    if named:
        return "perhaps" if lang == "ja" and not _JA_TOPIC.search(plain) else "not"
    return "fully" if short and _without_subject(plain, lang) else "perhaps"


def pointing(question: str, lang: Language) -> str:
    """Return a question without the words that look like pronouns and stand for nothing."""
    return _EMPTY[lang].sub(" ", question)


def has_pronoun(text: str, lang: Language) -> bool:
    """Whether a text points back by a word."""
    return bool(_PRONOUN[lang].search(pointing(text, lang)))


def _without_subject(question: str, lang: Language) -> bool:
    words = language.content(question)
    if len(words) < _FEW or _OTHER[lang].search(question):
        return True
    if lang == "ja" and not _JA_TOPIC.search(question):
        return True
    return bool(_OPEN[lang].search(question)) and len(words) < _MANY


# --- asking for more -------------------------------------------------------------------------------------------------

_MORE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:and )?(?:(?:can|could|would) you )?(?:please )?"
        + any_of(
            r"(?:tell|give|show) me (?:a (?:bit|little) )?(?:some )?more(?: details?| information)?",
            r"(?:explain|elaborate|expand|go on|continue|go deeper|say more)(?: (?:a bit|in))?"
            r"(?: (?:more|further|(?:more )?detail))?",
            r"(?:some )?more(?: details?| information)?|(?:in )?more detail|details|anything (?:else|more)|what else",
        )
        + r"(?: (?:about|on) (?:it|this|that|them|him|her))?(?:,? please)?",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        any_of(
            r"(?:それ(?:について|を)?)?(?:もっと|もう少し|さらに|より)?(?:詳しく|詳細を?|くわしく|具体的に)(?:は|を)?"
            r"(?:教えて|説明して|お願いします|聞かせて|知りたい|話して)?(?:ください|下さい|くれますか|もらえますか|です)?",
            r"(?:もっと|さらに)(?:教えて|知りたい)(?:ください|です)?"
            r"",
            r"続き(?:を|は)?(?:教えて|お願いします)?(?:ください)?|他には|ほかには",
        )
    ),
}
_MARKS = re.compile(r"^[\s\"'「]+|[\s?？!！.。、…」\"']+$")


def bare(text: str) -> str:
    """Drop the marks around a text."""
    return _MARKS.sub("", text)


def asks_more(question: str, lang: Language) -> bool:
    """Whether a question only asks for more of the same: «Tell me more», 「もっと詳しく」."""
    return bool(_MORE[lang].fullmatch(bare(without_interjections(question))))
