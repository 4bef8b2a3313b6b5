"""Small talk to a short reply; what cannot be asked, told so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from chatbot import language
from chatbot.errors import QuestionError

SmallTalk = Literal["greeting", "thanks", "bye", "who", "help", "how_are_you"]

MAX_QUESTION = 2000
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


def small_talk(question: str) -> SmallTalk | None:
    """Recognise what is said to be polite, or about the program itself, and nothing else."""
    plain = re.sub(r"[\s!！?？.。、,~〜ー♪^_☺😊🙏👋]+$", "", language.normalise(question)).strip()
    return next((kind for kind, pattern in _SMALL_TALK.items() if pattern.fullmatch(plain)), None)
