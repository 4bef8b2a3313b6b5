"""A follow-up to a question that stands alone; small talk to a short reply."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from chatbot import language
from chatbot.errors import QuestionError
from chatbot.types import Language, Query, Turn

SmallTalk = Literal["greeting", "thanks", "bye", "who", "help", "how_are_you"]

MAX_QUESTION = 2000
# Pronouns, ellipses and openings that point back at what was said before.
_POINTS_BACK: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(and|but|so|then|what about|how about|why not|why is that|really|more|tell me more|go on|which one)\b"
        r"|\b(it|its|that|this|they|them|their|those|these|he|she|his|her|him|there|the same|the former|the latter|one)\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"^(じゃあ|では|それ|その|そこ|そちら|これ|この|ほか|他に|もっと)"
        r"|^(続き|詳しく|で、|あと|また|ちなみに|具体)"
        r"|それ|その|彼|彼女|そこ|同じ|上記|前者|後者|もう少し|ほかに|他に"
    ),
}
# Openings that do so only where no subject follows: «who signed?», but not «who wrote the BLOOM paper?»
_ASKS_ON: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"^(when|who|where|how much|how many)\b", re.IGNORECASE),
    "ja": re.compile(r"^(なぜ|どうして|いつ|誰|だれ|どこ|いくら)"),
}
_STARTS_AFRESH = re.compile(
    r"^(new question|another (question|topic)|話は変わ|別の(話|質問)|ところで|話題を変え)", re.IGNORECASE
)
# A follow-up longer than this carries its own subject.
_SHORT = {"en": 60, "ja": 26}
_FEW_WORDS = 1
_SMALL_TALK: Mapping[SmallTalk, re.Pattern[str]] = {
    "greeting": re.compile(
        r"(hi|hello|hey|good (morning|afternoon|evening)|greetings)( there)?"
        r"|こんにち[はわ]|こんばん[はわ]|おはよう(ございます)?|やあ|どうも|はじめまして",
        re.IGNORECASE,
    ),
    "thanks": re.compile(
        r"(ok(ay)?,? )?(thanks|thank you|thx|cheers)( (a lot|so much|very much|for .{1,30}))?"
        r"|(どうも)?ありがと(う)?(ございます|ございました)?|助かりました|感謝します",
        re.IGNORECASE,
    ),
    "bye": re.compile(r"(good)?bye|see you( later)?|さようなら|またね|じゃあね|バイバイ", re.IGNORECASE),
    "how_are_you": re.compile(r"how are you( doing)?( today)?|お?元気(です)?か?|調子はどう(です)?か?", re.IGNORECASE),
    "who": re.compile(
        r"who are you|what are you|what is (your name|openstance)|what's your name|are you (a )?(human|robot|bot|ai)"
        r"|(あなた|君|きみ)(は|って)?(誰|だれ|何者|何|なに|人間|ロボット|ai)?(です|なの|なん)?(か|ですか)?"
        r"|(お)?名前は(何ですか|なんですか|何|なに)?|自己紹介(して|してください)?",
        re.IGNORECASE,
    ),
    "help": re.compile(
        r"help|what can (i|you) (ask|do|answer)( you| here)?|what do you know|how do i use (this|you)"
        r"|what (questions|topics) can i ask( you)?"
        r"|(何|なに)が?を?(聞けます|できます|質問できます|聞いたら|聞けば|聞いて)(か|いいですか|いい)?|何ができるの?(ですか)?"
        r"|使い方(は|を教えて)?(ください)?|ヘルプ|どんな質問ができ(ます|る)(か|の)?",
        re.IGNORECASE,
    ),
}


def check(question: str) -> str:
    """Return the question normalised.

    Raises:
        QuestionError: If nothing is left of it, or it is too long to be a question.
    """
    if len(question) > 20 * MAX_QUESTION:
        raise QuestionError(f"The question has {len(question):,} characters. Ask in at most {MAX_QUESTION:,}.")
    plain = language.normalise(question)
    if not plain:
        raise QuestionError("The question is empty. Type what you want to know, in Japanese or English.")
    if len(plain) > MAX_QUESTION:
        raise QuestionError(f"The question has {len(plain):,} characters. Ask in at most {MAX_QUESTION:,}.")
    return plain


def standalone(question: str, past: Sequence[Turn] = ()) -> Query:
    """Turn a question that may lean on earlier ones into one that can be searched by itself.

    A short question with a word that points back takes the last question with it.

    Raises:
        QuestionError: See `check`.
    """
    plain = check(question)
    lang = language.detect(plain)
    if not past or _STARTS_AFRESH.search(plain) or small_talk(plain):
        return Query(plain, lang)
    before = language.normalise(past[-1].question)[:MAX_QUESTION]
    if before and _leans(plain, lang):
        return Query(f"{before} {plain}", lang, focus=plain)
    return Query(plain, lang)


def _leans(question: str, lang: Language) -> bool:
    """Whether a question points back, or is too short to have a subject of its own."""
    words = language.content(question)
    named = bool(language.names(question))
    short = len(question) <= _SHORT[lang]
    if _POINTS_BACK[lang].search(question):
        return short or not named
    return short and not named and (len(words) <= _FEW_WORDS or bool(_ASKS_ON[lang].search(question)))


def small_talk(question: str) -> SmallTalk | None:
    """Recognise what is said to be polite, or about the program itself, and nothing else."""
    plain = re.sub(r"[\s!！?？.。、,~〜ー♪^_☺😊🙏👋]+$", "", language.normalise(question)).strip()
    return next((kind for kind, pattern in _SMALL_TALK.items() if pattern.fullmatch(plain)), None)
