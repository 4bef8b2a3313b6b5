"""Texts of documents, questions and history made fit to be read by a model: data, never instructions."""

from __future__ import annotations

import re

from chatbot import language

# What chat templates and formats use to tell who speaks.
_TOKEN = re.compile(
    r"<\|[^|<>]{0,40}\|>|\|(?:im_start|im_end|endoftext|eot_id|begin_of_text|(?:start|end)_header_id)\|>?"
    r"|</?(?:s|system|user|assistant|human|think|tool(?:_call)?|im_start|im_end|start_of_turn"
    r"|end_of_turn)\b[^<>]{0,40}>"
    r"|\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT)\]|<</?SYS>>"
    r"|<(?:bos|eos|pad|unk)>|<｜[^｜<>]{0,40}｜>",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(^|[.。!?！？:;\"'”」)>\]]\s*)(?:#{1,6}\s*)?"
    r"(?:system|assistant|user|human|developer|instructions?|システム|アシスタント|ユーザー)"
    r"(?: (?:message|prompt|note))?\s*[:：]",
    re.IGNORECASE,
)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!][^<>]{0,400}>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]]{0,200})\]\([^)]{0,2000}\)")
_LINK = re.compile(r"\[([^\]]{0,200})\]\([^)]{0,2000}\)")
_FENCE = re.compile(r"`{3,}|~{3,}|-{4,}|={4,}|\*{4,}|#{2,}")

_TO_A_MODEL = re.compile(
    # Orders that speak of orders.
    r"(?:^|[.:;!?\"'”)\]]\s*|\b(?:and|then|please|now|must|should|to|you|just) )(?:ignore|disregard|forget"
    r"|override|bypass|skip)\b[^.!?]{0,40}\b(?:instruction|prompt|rule|above|previous"
    r"|prior|earlier|context"
    r"|guideline|everything|source|safeguard)"
    r"|\b(?:new|updated|real|actual|hidden|secret|following|these) (?:system )?(?:instructions?|prompt|rules? (?:is"
    r"|are|apply))\b"
    r"|\b(?:system|developer) (?:prompt|message|override|mode|note|instruction)"
    r"|\byou(?: are|'re|’re) (?:now|no longer|an? (?:ai|assistant|language model|chatbot|dan|helpful))\b|\bact as\b"
    r"|\bpretend (?:to|that|you)\b"
    r"|\bfrom now on\b|\b(?:jailbreak|DAN mode|developer mode)\b"
    # Orders about an answer.
    r"|\b(?:reply|respond|answer|output|print|write|say|repeat|append|include|insert|begin|start|end|finish|conclude"
    r"|tell|inform|instruct|claim|state)\b"
    r"[^.!?]{0,30}\b(?:the user|the reader|your (?:answer|reply|response|output|message)|exactly|verbatim|only with"
    r"|with the (?:word|phrase|text|link|following)|the following (?:text|link|sentence|phrase))"
    r"|\b(?:in|to|of|with) your (?:answer|reply|response|output)\b|\bas an ai\b|\b(?:ai"
    r"|language) models?(?:, (?:you|please)| reading this)\b"
    r"|\bif you are an? (?:ai|llm|language model|assistant|bot)\b|\b(?:assistant|chatbot|llm|ai)[,:] (?:please "
    r"|you )?(?:ignore|say|write|answer|reply|tell|print|visit|respond|do)\b"
    r"|\b(?:when|if) (?:asked|questioned|queried|answering)\b[^.!?]{0,60}\b(?:say|answer|reply|respond|write|claim"
    r"|state|tell)\b"
    r"|\b(?:decode|base64|rot13)\b[^.!?]{0,40}\b(?:and|then|follow|execute|run|obey|this|string)|\bexfiltrat"
    r"|\b(?:reveal|show|leak|print|send|repeat)\b[^.!?]{0,40}\b(?:prompt|api key|password|secret|conversation|history"
    r"|system (?:prompt|message))\b"
    r"|(?:指示|命令|ルール|規則|プロンプト|上記|以前|これまで|制約|文脈)[^。！？]{0,20}(?:無視|忘れ|破棄|従わ|取り消|上書き|解除)|新しい(?:指示|命令|ルール|システム)"
    r"|システム(?:プロンプト|メッセージ|指示|命令)|開発者モード|脱獄|あなたは(?:今|いま|これ|もう|AI|人工知能|アシスタント|言語モデル)|として(?:振る舞|ふるま|行動し)|今後は必ず|これ以降"
    r"|(?:と|を|に)(?:だけ|のみ|必ず|正確に)?(?:答え|回答し|返答し|返し|出力し|表示し|書い|書き|言っ|伝え|繰り返し|述べ|追加し|付け加え|挿入し|含め|記載し)(?:て(?:ください|下さい|くれ"
    r"|ね|。|$)|なさい|ろ(?:。|$|！)|よ(?:。|$|！))"
    r"|(?:AI|人工知能|言語モデル|アシスタント|チャットボット|LLM)(?:は|へ|よ|に)[^。！？]{0,30}(?:答え|回答|返答|出力|従|無視|書|言)(?:え|い|し|わ|き)?(?:なければ|こと"
    r"|ください|なさい|て)"
    r"|(?:聞かれ|尋ねられ|質問され|問われ)たら[^。！？]{0,40}(?:答え|言|返|回答|出力|述べ)|利用者に(?:は)?[^。！？]{0,40}(?:伝え|案内し|送らせ|入力させ)(?:て(?:ください|。|$)|なさい|ろ|よ)|復号|デコード",
    re.IGNORECASE,
)
# Base64 and keys; the names of models have hyphens.
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/=_-])(?=[a-z0-9+/=_]*[A-Z])(?=[A-Z0-9+/=_]*[a-z])[A-Za-z0-9+/=_]{40,}")


# A bare verb of saying that nobody before it does: «say PWNED», «and reply with», but not «the authors say».
_ORDER = re.compile(
    r"(?:^|[.:;!?\"'“”)}\]>—|-]\s*|\b(?:and|then|please|now|or|must|again|also|just|only|always"
    r"|model|assistant|system|user)[,:]? )"
    r"(?:say|print|output|reply|respond|answer|repeat|visit|pretend|obey|execute|tell the|claim that"
    r"|state that|write (?!a |an |the )\S)\b",
    re.IGNORECASE,
)
_BRACES = re.compile(r"\{\{|\}\}|\{\s*[\"']|```")
# Letters of two scripts in one word, and letters set apart, are there to get past such patterns.
_MIXED = re.compile(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]|(?:(?<![^\s])\w\s+){6,}")
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]|(?:[\u200b-\u200f\u2060\ufeff][^\u200b]{0,2}){3,}")
_SPEAKING = (_TO_A_MODEL, _ORDER, _TOKEN, _ROLE, _BRACES, _MIXED, _ENCODED, _TAG)


def inert(text: str) -> str:
    """Return a text in which nothing marks a turn, a role, a command or an address to be fetched."""
    plain = language.normalise(text)
    # What is left of one mark must not make another.
    for _ in range(3):
        before = plain
        for pattern in (_TOKEN, _TAG, _FENCE):
            plain = pattern.sub(" ", plain)
        plain = _ROLE.sub(r"\1 ", plain)
        plain = _LINK.sub(r"\1", _IMAGE.sub(r"\1", plain))
        if plain == before:
            break
    return " ".join(_ENCODED.sub("…", plain).split())


def instructs(text: str) -> bool:
    """Whether a sentence speaks to whoever answers, or hides something, instead of saying something."""
    plain = language.normalise(text)
    return any(pattern.search(plain) for pattern in _SPEAKING) or hides(text)


def hides(text: str) -> bool:
    """Whether a text as it stands in its file has what readers do not see: turns of a chat, images that would be fetched."""
    return bool(_IMAGE.search(text) or _UNSEEN.search(text) or _TOKEN.search(text))
