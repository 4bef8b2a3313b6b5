"""`openstance talk`: a spoken conversation between two ends of sound, and what it tells on the way."""

from __future__ import annotations

import logging
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from chatbot.assemble.voice import languages_heard, make_detector, make_recognizer, make_speaker, make_spotter
from chatbot.config import Config
from chatbot.pipeline import Chatbot
from chatbot.protocols import Speaker
from chatbot.serve.ends import Ends, Streams, open_devices, open_streams
from chatbot.serve.told import latency
from chatbot.types import Language
from chatbot.voice.events import Latency, VoiceEvent
from chatbot.voice.loop import Loop
from chatbot.voice.manners import Manners, Mode
from chatbot.voice.phrases import phrases
from chatbot.voice.play import Player
from chatbot.voice.rates import join
from chatbot.voice.turn import Parts
from chatbot.voice.work import Inline, Threaded

_log = logging.getLogger(__name__)
# A conversation whose input has ended is over once it rests; one that never rests ends after so many seconds.
_MOST = 180.0
_LAST_WORDS = 1.0
_WARM: tuple[tuple[str, Language], ...] = (("What is open source?", "en"), ("オープンソース", "ja"))
Key = Literal["press", "mute", "quit"]
_KEYS: dict[str, Key] = {"": "press", "m": "mute", "q": "quit"}


@dataclass(frozen=True, slots=True)
class Talk:
    """How to talk."""

    heard: str | None = None
    """A file, `-` for a pipe, None for the microphone."""
    out: str | None = None
    """A file, `-` for a pipe; None for the loudspeaker with a microphone, and for nothing with a file."""
    mode: Mode | None = None
    """None: called by its name from a microphone, always listening to a file."""
    language: Language = "en"
    """Until the speaker's own is known."""
    earcons: bool = True


def talk(config: Config, bot: Chatbot, how: Talk) -> Iterator[tuple[float, VoiceEvent]]:
    """Converse until the input ends, and yield what happens, with the second of the sound heard.

    Raises:
        ChatbotError: If a part, a device or a file cannot be used.
    """
    live = how.heard is None or "-" in (how.heard, how.out)
    loop = make_loop(config, bot, how, live)
    with closing(_ends(how, loop.player)) as ends, closing(loop):
        keys = _keys() if how.heard is None else None
        for event in converse(loop, ends, keys):
            if isinstance(event, Latency):
                _log.info("turn %s", latency(event))
            yield loop.now, event


def limits(config: Config) -> tuple[str, ...]:
    """Return what cannot be heard with what is set, to be shown at the start, in both languages."""
    languages: tuple[Language, ...] = ("en", "ja")
    return () if "ja" in languages_heard(config) else tuple(phrases(language).english_only for language in languages)


def make_loop(config: Config, bot: Chatbot, how: Talk, live: bool) -> Loop:
    """Put a conversation together.

    Args:
        config: What hears and speaks.
        bot: Who answers.
        how: How to talk.
        live: Whether sound goes on while a turn is worked out.
    """
    mode: Mode = how.mode or ("wake" if how.heard is None else "open")

    @cache
    def speaker(pace: float) -> Speaker:
        return make_speaker(config, config.voice.speed * pace)

    parts = Parts(make_recognizer(config), speaker, bot.ask, config.voice.wake, bot.writer is not None)
    warm(parts)
    usual = Manners()
    manners = replace(
        usual,
        mode=mode,
        earcons=usual.earcons if how.earcons else 0.0,
        pauses=replace(usual.pauses, begin=config.voice.speech, go_on=0.7 * config.voice.speech),
    )
    spotter = make_spotter(config) if mode == "wake" else None
    loop = Loop(parts, make_detector(config), Player(config.voice.rate), manners, spotter, Threaded if live else Inline)
    loop.memory = replace(loop.memory, language=how.language)
    return loop


def warm(parts: Parts) -> None:
    """Do everything once, so that the first turn is as quick as the others."""
    for text, language in _WARM:
        pieces = list(parts.speaker(1.0).speak(text, language))
        if language == "en":
            # Speech and not silence: PocketSphinx levels what it hears next by what it has heard.
            parts.recognizer.recognize(join(pieces))
        for _ in parts.ask(text, ()):
            pass


def converse(loop: Loop, ends: Ends, keys: queue.Queue[Key] | None = None) -> Iterator[VoiceEvent]:
    """Let two ends of sound meet in a conversation and yield what happens; without a keyboard, all input is one press."""
    held = loop.manners.mode == "push" and keys is None
    if held:
        yield from loop.press()
    for frame in ends.frames():
        yield from loop.hear(frame)
        ends.played(loop.player)
        if keys is not None:
            key = _pressed(keys)
            if key == "quit":
                return
            yield from _obey(loop, key)
    if held:
        yield from loop.release()
    if isinstance(ends, Streams):
        yield from _finish(loop, ends)


def _finish(loop: Loop, ends: Streams) -> Iterator[VoiceEvent]:
    """Let what was asked last be answered."""
    end = loop.now
    for frame in ends.silence():
        yield from loop.hear(frame)
        ends.played(loop.player)
        if (loop.resting and loop.now - end >= _LAST_WORDS) or loop.now - end >= _MOST:
            return


def _obey(loop: Loop, key: Key | None) -> Iterator[VoiceEvent]:
    if key == "mute":
        yield from loop.unmute() if loop.state == "muted" else loop.mute()
    elif key == "press" and loop.manners.mode == "push" and loop.holding:
        yield from loop.release()
    elif key == "press":
        yield from loop.press() if loop.manners.mode == "push" else loop.call()


def _pressed(keys: queue.Queue[Key]) -> Key | None:
    try:
        return keys.get_nowait()
    except queue.Empty:
        return None


def _keys() -> queue.Queue[Key]:
    """Return what is typed, line by line: Enter calls it, or begins and ends a question; m mutes, q quits."""
    typed: queue.Queue[Key] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            if key := _KEYS.get(line.strip().lower()):
                typed.put(key)

    threading.Thread(target=read, name="keys", daemon=True).start()
    return typed


def _ends(how: Talk, player: Player) -> Ends:
    if how.heard is not None:
        return open_streams(how.heard, how.out)
    return open_devices(player)
