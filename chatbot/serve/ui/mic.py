"""The microphone of the page, as HTML: its button, and the line that says what becomes of what is said."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from chatbot.serve.guard.request import on_space
from chatbot.serve.ui.assets import Asset
from chatbot.serve.ui.escape import safe
from chatbot.serve.ui.words import LANGUAGES, load
from chatbot.types import Language

# Drawn by hand on a grid of 20.
_MICROPHONE = (
    "M10 2.5a2.5 2.5 0 0 0-2.5 2.5v4.5a2.5 2.5 0 0 0 5 0V5A2.5 2.5 0 0 0 10 2.5zM5 9.5a5 5 0 0 0 10 0M10 14.5v3m-2.5 0h5"
)


@dataclass(frozen=True, slots=True)
class MicWords:
    """Every text of this part in one language."""

    speak: str
    speak_hint: str
    group: str
    idle: str
    connecting: str
    loading: str
    listening: str
    hearing: str
    thinking: str
    speaking: str
    muted: str
    over: str
    hands_free: str
    mute: str
    end: str
    correct: str
    heard: str
    nothing: str
    only_en: str
    only_ja: str
    missing: str
    insecure: str
    no_browser: str
    denied: str
    no_microphone: str
    taken: str
    lost: str
    closed: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What the page can say of speaking before anything of it is loaded."""

    there: bool = False
    languages: tuple[Language, ...] = ()
    """That are heard."""
    rate: int = 24_000
    """Samples a second of what is spoken."""

    @property
    def shown(self) -> bool:
        """Whether there is a button: visitors of a Space cannot install what it lacks."""
        return self.there or not on_space()


NOTHING = Offered()


@cache
def mic_words(language: Language) -> MicWords:
    """Return the texts of this part in one language."""
    return load(MicWords, "mic", language)


@cache
def worklet() -> Asset:
    """Return the script that takes and gives sound, which browsers load apart from the page's."""
    content = (files("chatbot.serve.aloud") / "worklet.js").read_bytes()
    return Asset(content, "text/javascript", f"/talk/worklet.js?v={hashlib.sha256(content).hexdigest()[:16]}")


def told(language: Language, offered: Offered) -> dict[str, Any]:
    """Return what the page's script needs to know."""
    words = asdict(mic_words(language))
    return {"there": offered.there, "rate": offered.rate, "worklet": worklet().address, "words": words}


def button_html(language: Language, offered: Offered) -> str:
    """Render the button beside the question; nothing where it would be of no use."""
    if not offered.shown:
        return ""
    said = mic_words(language)
    return (
        f'<button type="button" id="mic-button" aria-pressed="false" aria-label="{safe(said.speak)}"'
        f' aria-describedby="mic-about" title="{safe(said.speak_hint)}">'
        f'<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{_MICROPHONE}"></path></svg></button>'
        f'<span id="mic-about" class="unseen">{safe(said.speak_hint)} {safe(_only(language, offered))}</span>'
    )


def strip_html(language: Language, offered: Offered) -> str:
    """Render what is shown above the question while one speaks: state, words heard or said, switches."""
    if not offered.shown:
        return ""
    said = mic_words(language)
    # In both languages, as who speaks the other one should know too, and before they speak.
    only = "".join(
        f'<span lang="{code}">{safe(text)}</span> ' for code in (language, *_others(language)) if (text := _only(code, offered))
    )
    return (
        f'<div id="voice" role="group" aria-label="{safe(said.group)}" hidden>'
        f'<p id="voice-state"><span class="dot" aria-hidden="true"></span><span id="voice-name" role="status"></span></p>'
        f'<p id="voice-text" dir="auto"></p><div class="voice-does">'
        f'<button type="button" class="act" id="voice-correct" hidden>{safe(said.correct)}</button>'
        f'<button type="button" class="act" id="voice-open" aria-pressed="false">{safe(said.hands_free)}</button>'
        f'<button type="button" class="act" id="voice-mute" aria-pressed="false">{safe(said.mute)}</button>'
        f'<button type="button" class="act" id="voice-end">{safe(said.end)}</button></div>'
        f'<p id="voice-only"{"" if only else " hidden"}>{only.strip()}</p></div>'
    )


def _only(language: Language, offered: Offered) -> str:
    said = mic_words(language)
    only: dict[tuple[Language, ...], str] = {("en",): said.only_en, ("ja",): said.only_ja}
    return only.get(offered.languages, "") if offered.there else ""


def _others(language: Language) -> list[Language]:
    return [code for _, code in LANGUAGES if code != language]
