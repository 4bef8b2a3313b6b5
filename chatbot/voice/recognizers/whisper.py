"""Japanese and English by a Whisper model of transformers; what it makes up on silence is refused."""

from __future__ import annotations

import math
import zlib
from threading import Lock
from typing import Any

from chatbot.device import pick_device
from chatbot.errors import VoiceError
from chatbot.types import Audio, Language, Transcript
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.rates import resample

LANGUAGES: tuple[Language, ...] = ("en", "ja")
LONGEST = 30.0
"""Seconds that the model hears at once; what is said longer is cut."""
# The limits of the model's authors (openai/whisper, transcribe.py).
NO_SPEECH, LEAST_LOGPROB, MOST_REPEATED = 0.6, -1.0, 2.4
_MOST_TOKENS = 128
_REMEDY = "Set voice.recognizer to whisper:ORGANISATION/MODEL, or to whisper:FOLDER with no network; see docs/voice.md."


class WhisperRecognizer:
    """One model; one utterance at a time, whoever asks."""

    def __init__(self, name: str, device: str = "auto") -> None:
        """Load the model; no code of its repository is run, and nothing is read but safetensors.

        Args:
            name: A model id, or a folder, from which nothing is downloaded.
            device: As `pick_device` has it.

        Raises:
            VoiceError: If it cannot be loaded, or is no Whisper model that tells languages apart.
        """
        from transformers import WhisperForConditionalGeneration, WhisperProcessor

        self._device = pick_device(device)
        try:
            self._processor: Any = WhisperProcessor.from_pretrained(name, trust_remote_code=False)
            self._model: Any = WhisperForConditionalGeneration.from_pretrained(name, use_safetensors=True)
        except Exception as cause:
            # Loading reaches through several libraries, the network and the file system.
            told = str(cause).strip().split("\n")[0][:200] or type(cause).__name__
            raise VoiceError(f"Cannot load the recogniser whisper:{name} ({told}). {_REMEDY}") from cause
        self._model.eval().requires_grad_(False)
        self._model.to(self._device)
        self._tokens = self._special(name)
        self._lock = Lock()

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said, in the likelier of the two languages; no text where there was no speech or none understood."""
        import torch

        heard = numbers(resample(audio, RATE))[: int(LONGEST * RATE)]
        if not len(heard) or not heard.any():
            return Transcript("", "en", 0.0)
        sound = self._processor(heard / 32768.0, sampling_rate=RATE, return_tensors="pt").input_features.to(self._device)
        with self._lock, torch.inference_mode():
            encoded = self._model.get_encoder()(sound)
            language, absent = self._language(encoded)
            text, logprob = self._text(encoded, language)
        if not believable(text, logprob, absent):
            return Transcript("", language, 0.0)
        return Transcript(text, language, math.exp(min(0.0, logprob)))

    def _special(self, name: str) -> dict[str, int]:
        names = ("<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>", *(f"<|{language}|>" for language in LANGUAGES))
        tokenizer = self._processor.tokenizer
        found = {token: tokenizer.convert_tokens_to_ids(token) for token in names}
        missing = [token for token, number in found.items() if number is None or number == tokenizer.unk_token_id]
        if missing:
            raise VoiceError(
                f"The recogniser whisper:{name} does not know {missing[0]}, so it hears one language only. {_REMEDY}"
            )
        # Older models call the token otherwise.
        silent = [tokenizer.convert_tokens_to_ids(token) for token in ("<|nospeech|>", "<|nocaptions|>")]
        known = [number for number in silent if number is not None and number != tokenizer.unk_token_id]
        return found | ({"silent": known[0]} if known else {})

    def _language(self, encoded: Any) -> tuple[Language, float]:
        """Return the likelier of the two languages, and how likely there is no speech."""
        import torch

        start = torch.tensor([[self._tokens["<|startoftranscript|>"]]], device=self._device)
        logits = self._model(encoder_outputs=encoded, decoder_input_ids=start).logits[0, -1].float()
        best = max(LANGUAGES, key=lambda language: float(logits[self._tokens[f"<|{language}|>"]]))
        silent = self._tokens.get("silent")
        return best, float(torch.softmax(logits, -1)[silent]) if silent is not None else 0.0

    def _text(self, encoded: Any, language: Language) -> tuple[str, float]:
        """Return the likeliest text, and the mean log probability of its tokens."""
        import torch

        names = ("<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>")
        told = torch.tensor([[self._tokens[name] for name in names]], device=self._device)
        end, first = self._processor.tokenizer.eos_token_id, told.shape[1]
        room = min(_MOST_TOKENS, int(self._model.config.max_target_positions) - first)
        suppressed = [token for token in self._processor.tokenizer.all_special_ids if token != end]
        past, step, total = None, told, 0.0
        found: list[int] = []
        for _ in range(room):
            out = self._model(encoder_outputs=encoded, decoder_input_ids=step, past_key_values=past, use_cache=True)
            logits = out.logits[0, -1].float()
            logits[suppressed] = -torch.inf
            past, token = out.past_key_values, int(logits.argmax())
            total += float(torch.log_softmax(logits, -1)[token])
            if token == end:
                break
            found.append(token)
            step = torch.tensor([[token]], device=self._device)
        text = self._processor.tokenizer.decode(found, skip_special_tokens=True).strip()
        return text, total / (len(found) + 1)


def believable(text: str, logprob: float, absent: float) -> bool:
    """Whether a text was said rather than made up.

    Args:
        text: What the model wrote.
        logprob: Mean log probability of its tokens.
        absent: How likely there was no speech, 0 to 1.
    """
    if not text.strip() or logprob < LEAST_LOGPROB:
        return False
    return absent <= NO_SPEECH and repeated(text) <= MOST_REPEATED


def repeated(text: str) -> float:
    """Return how many times smaller a text becomes by packing; one that goes round in circles becomes much smaller."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0
