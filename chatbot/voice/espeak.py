"""The library eSpeak NG: one text to samples, or to phonemes; it holds one state for the whole process."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from chatbot.errors import ExtraMissing, VoiceError

_RETRIEVAL, _UTF8, _END_PAUSE, _CHARACTER = 1, 1, 0x1000, 1
_RATE_PARAMETER, _NORMAL, _SLOWEST, _FASTEST = 1, 175, 80, 450
_OK = 0
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The library, loaded; one text at a time, whoever asks."""

    def __init__(self, library: str, data: str | None) -> None:
        try:
            self._library = ctypes.CDLL(library)
        except OSError as cause:
            raise VoiceError(f"Cannot load eSpeak NG ({cause}). Install it again: pip install espeakng-loader") from cause
        self.rate: int = self._library.espeak_Initialize(_RETRIEVAL, 0, data.encode() if data else None, 0)
        if self.rate <= 0:
            raise VoiceError("eSpeak NG finds no voices. Install it again: pip install espeakng-loader")
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._lock = Lock()
        self._pieces: list[bytes] = []
        # Kept as long as the library may call it.
        self._callback = _Callback(self._keep)
        self._library.espeak_SetSynthCallback(self._callback)

    def _keep(self, samples: Any, count: int, events: Any) -> int:
        del events
        if samples and count:
            self._pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    def say(self, text: str, voice: str, speed: float) -> bytes:
        """Return the samples of a text, 16 bits at `rate`.

        Args:
            text: One sentence or less.
            voice: As `espeak-ng --voices` lists them, with or without a variant: `en-us`, `en-gb+f3`.
            speed: 1 is 175 words a minute.

        Raises:
            VoiceError: If there is no such voice.
        """
        content = text.encode() + b"\0"
        words = max(_SLOWEST, min(_FASTEST, round(_NORMAL * speed)))
        with self._lock:
            self._choose(voice)
            self._library.espeak_SetParameter(_RATE_PARAMETER, words, 0)
            self._pieces = []
            self._library.espeak_Synth(content, len(content), 0, _CHARACTER, 0, _UTF8 | _END_PAUSE, None, None)
            self._library.espeak_Synchronize()
            return b"".join(self._pieces)

    def phonemes(self, text: str, voice: str) -> str:
        """Return how a text is said, in the library's own ASCII phonemes, words apart.

        Raises:
            VoiceError: If there is no such voice.
        """
        held = ctypes.create_string_buffer(text.encode())
        at = ctypes.c_void_p(ctypes.addressof(held))
        said = []
        with self._lock:
            self._choose(voice)
            while at.value:
                piece = self._library.espeak_TextToPhonemes(ctypes.byref(at), _UTF8, 0)
                said.append(piece.decode("utf-8", "replace") if piece else "")
        return " ".join(said).strip()

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != _OK:
            raise VoiceError(f"eSpeak NG has no voice {voice!r}. List them with: espeak-ng --voices=en")


@lru_cache(maxsize=1)
def open_espeak() -> Espeak:
    """Return the library: of the package espeakng-loader, or else the system's.

    Raises:
        ExtraMissing: If there is neither.
        VoiceError: If it cannot be loaded.
    """
    if found := find_spec("espeakng_loader"):
        import espeakng_loader

        folder = Path(str(found.origin)).parent
        return Espeak(espeakng_loader.get_library_path(), str(folder / "espeak-ng-data"))
    if system := find_library("espeak-ng"):
        return Espeak(system, None)
    raise ExtraMissing("espeakng-loader", "voice")
