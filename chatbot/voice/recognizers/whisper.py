"""Japanese and English by a Whisper model of transformers; what it makes up on silence is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from chatbot.device import pick_device
from chatbot.errors import VoiceError
from chatbot.types import Audio, Language, Transcript
from chatbot.voice.audio import RATE, numbers
from chatbot.voice.rates import resample
from chatbot.voice.recognizers.made_up import believable, circling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LANGUAGES: tuple[Language, ...] = ("en", "ja")
LONGEST = 30.0
"""Seconds that the model hears at once; what is said longer is cut at its quietest moment from CUT_FROM on."""
CUT_FROM = 20.0
_HUSH = RATE // 10
# Nobody says more tokens than this; a model that goes on has lost the thread.
_MOST_TOKENS, _A_SECOND, _AT_LEAST = 224, 12, 16
# Below this mean probability of its tokens, another reading is looked for.
_DOUBT = 0.7
_REMEDY = "Set voice.recognizer to whisper:ORGANISATION/MODEL, or to whisper:FOLDER with no network; see docs/voice.md."


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model wrote of one stretch of sound."""

    tokens: tuple[int, ...]
    """Without the end."""
    logprobs: tuple[float, ...]
    """Of each token and of the end."""
    second: tuple[tuple[float, int], ...]
    """For each token what would have come instead: how much less likely, as a difference of logarithms, and which."""
    circles: bool = False


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
        self._suppressed = self._never()
        self._lock = Lock()

    def recognize(self, audio: Audio) -> Transcript:
        """Return what was said, in the likelier of the two languages; no text where there was no speech or none understood."""
        import torch

        heard = numbers(resample(audio, RATE))
        if not len(heard) or not heard.any():
            return Transcript("", "en", 0.0)
        with self._lock, torch.inference_mode():
            language: Language | None = None
            told: list[Transcript] = []
            for stretch in stretches(heard):
                said = self._recognize(stretch, language)
                language = language or (said.language if said.text else None)
                told += [said]
        return _joined([each for each in told if each.text] or told[:1])

    def _recognize(self, heard: NDArray[np.int16], language: Language | None) -> Transcript:
        sound = self._processor(heard / 32768.0, sampling_rate=RATE, return_tensors="pt").input_features.to(self._device)
        encoded = self._model.get_encoder()(sound)
        detected, absent = self._language(encoded)
        language = language or detected
        room = min(_MOST_TOKENS, _AT_LEAST + round(_A_SECOND * len(heard) / RATE))
        best = self._write(encoded, language, room)
        text, logprob = self._text(best), sum(best.logprobs) / len(best.logprobs)
        if best.circles or not believable(text, logprob, absent):
            return Transcript("", language, 0.0)
        sure = math.exp(min(0.0, logprob))
        return Transcript(text, language, sure, self._others(encoded, language, best, text) if sure < _DOUBT else ())

    def _others(self, encoded: Any, language: Language, best: _Written, text: str) -> tuple[str, ...]:
        """Return the reading that comes of the second choice where the model hesitated most."""
        if not best.tokens:
            return ()
        at = max(range(len(best.tokens)), key=lambda place: best.second[place][0])
        other = self._write(encoded, language, len(best.tokens) + _AT_LEAST, (*best.tokens[:at], best.second[at][1]))
        reading = self._text(other)
        return (reading,) if reading and reading != text and not other.circles else ()

    def _text(self, written: _Written) -> str:
        return str(self._processor.tokenizer.decode(list(written.tokens), skip_special_tokens=True)).strip()

    def _special(self, name: str) -> dict[str, int]:
        names = ("<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>", *(f"<|{language}|>" for language in LANGUAGES))
        known = self._processor.tokenizer.get_vocab()
        missing = [token for token in names if token not in known]
        if missing:
            raise VoiceError(
                f"The recogniser whisper:{name} does not know {missing[0]}, so it hears one language only. {_REMEDY}"
            )
        found = {token: int(known[token]) for token in names}
        # Older models call the token otherwise.
        silent = [int(known[token]) for token in ("<|nospeech|>", "<|nocaptions|>") if token in known]
        return found | ({"silent": silent[0]} if silent else {})

    def _never(self) -> list[int]:
        """Return the tokens that are no text: marks of times and tasks, and what the model's own settings leave out."""
        tokenizer, settings = self._processor.tokenizer, self._model.generation_config
        marks = [number for token, number in tokenizer.get_added_vocab().items() if token.startswith("<|")]
        never = {*marks, *(settings.suppress_tokens or ())} - {tokenizer.eos_token_id}
        return [number for number in sorted(never) if 0 <= number < self._model.config.vocab_size]

    def _language(self, encoded: Any) -> tuple[Language, float]:
        """Return the likelier of the two languages, and how likely there is no speech."""
        import torch

        start = torch.tensor([[self._tokens["<|startoftranscript|>"]]], device=self._device)
        logits = self._model(encoder_outputs=encoded, decoder_input_ids=start).logits[0, -1].float()
        best = max(LANGUAGES, key=lambda language: float(logits[self._tokens[f"<|{language}|>"]]))
        silent = self._tokens.get("silent")
        return best, float(torch.softmax(logits, -1)[silent]) if silent is not None else 0.0

    def _write(self, encoded: Any, language: Language, room: int, begun: Sequence[int] = ()) -> _Written:
        """Write the likeliest token after the other, after those that are given."""
        import torch

        start = [self._tokens[name] for name in ("<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>")]
        start += [self._tokens["<|notimestamps|>"]]
        room = min(room, int(self._model.config.max_target_positions) - len(start) - 1)
        end, past, step = self._processor.tokenizer.eos_token_id, None, [*start, *begun]
        tokens, logprobs, second = list(begun[:room]), [0.0] * len(begun[:room]), [(-math.inf, end)] * len(begun[:room])
        while True:
            ids = torch.tensor([step], device=self._device)
            out = self._model(encoder_outputs=encoded, decoder_input_ids=ids, past_key_values=past, use_cache=True)
            logits, past = out.logits[0, -1].float(), out.past_key_values
            logits[self._suppressed] = -torch.inf
            likely = torch.log_softmax(logits, -1)
            (first, less), (token, other) = (pair.tolist() for pair in likely.topk(2))
            logprobs.append(first)
            if token == end or len(tokens) >= room or circling(tokens):
                return _Written(tuple(tokens), tuple(logprobs), tuple(second), circling(tokens))
            tokens.append(token)
            # An end in its place would leave half a sentence.
            second.append((less - first if other != end else -math.inf, other))
            step = [token]


def stretches(heard: NDArray[np.int16]) -> Iterator[NDArray[np.int16]]:
    """Yield (n,) int16 at RATE, each no longer than the model hears at once, cut where it is quietest."""
    import numpy as np

    most, earliest = int(LONGEST * RATE), int(CUT_FROM * RATE)
    while len(heard) > most:
        window = heard[earliest:most]
        power = (window[: len(window) // _HUSH * _HUSH].astype(np.float64) ** 2).reshape(-1, _HUSH).mean(axis=1)
        cut = earliest + int(power.argmin()) * _HUSH + _HUSH // 2
        yield heard[:cut]
        heard = heard[cut:]
    yield heard


def _joined(told: Sequence[Transcript]) -> Transcript:
    if len(told) == 1:
        return told[0]
    language = told[0].language
    text = ("" if language == "ja" else " ").join(each.text for each in told)
    return Transcript(text, language, min(each.confidence for each in told))
