"""Voices and wake words of packages that nobody has to install, each through a small module with the real one's signatures."""

import json
import sys
import textwrap
from importlib.util import find_spec

import numpy as np
import pytest

from chatbot.assemble.voice import make_speaker, make_spotter
from chatbot.config import load_config
from chatbot.errors import ExtraMissing, VoiceError
from chatbot.serve.wyoming.offered import offer
from chatbot.types import Audio
from chatbot.voice.audio import FRAME, RATE, numbers
from chatbot.voice.rates import join

# As piper-tts 1.8.0, kokoro-onnx 0.6.1, pymicro-wakeword 2.5.0 and pyopen-wakeword 1.1.0 have them.
PIPER = """
    import json
    from pathlib import Path
    from types import SimpleNamespace

    class SynthesisConfig:
        def __init__(self, speaker_id=None, length_scale=None, noise_scale=None, noise_w_scale=None, normalize_audio=True):
            self.length_scale = length_scale

    class PiperVoice:
        @staticmethod
        def load(model_path, config_path=None, use_cuda=False):
            voice = PiperVoice()
            told = json.loads(Path(str(model_path) + ".json").read_text("utf-8"))
            Path(model_path).read_bytes()
            voice.config = SimpleNamespace(length_scale=told["inference"]["length_scale"])
            return voice

        def synthesize(self, text, syn_config=None, include_alignments=False):
            for sentence in text.split(". "):
                if "?!" in sentence:
                    raise ValueError("no such phoneme")
                length = round(len(sentence) * 1000 * syn_config.length_scale)
                yield SimpleNamespace(audio_int16_bytes=b"\\x10\\x00" * length, sample_rate=22050)
"""
KOKORO = """
    import numpy as np

    class Kokoro:
        def __init__(self, model_path, voices_path, espeak_config=None, vocab_config=None):
            self.files = (model_path, voices_path)
            self.asked = []

        def get_voices(self):
            return ["af_heart", "bm_george", "jf_alpha"]

        def create(self, text, voice, speed=1.0, lang="en-us", is_phonemes=False, trim=True):
            if not text.isascii():
                raise ValueError("No phonemes")
            return np.full(round(len(text) * 1000 / speed), 2.0 if lang == "en-gb" else 0.5, np.float32), 24000
"""
MICRO = """
    class MicroWakeWordFeatures:
        def process_streaming(self, audio_bytes):
            yield from (audio_bytes[at : at + 320] for at in range(0, len(audio_bytes), 320))

    class MicroWakeWord:
        @staticmethod
        def from_config(config_path, libtensorflowlite_c_path=None):
            return MicroWakeWord()

        def __init__(self):
            self.steps = 0

        def process_streaming(self, features):
            self.steps += 1
            return None if self.steps < 3 else self.steps > 6

        def reset(self):
            self.steps = 0
"""
OPEN = """
    class OpenWakeWordFeatures:
        @staticmethod
        def from_builtin():
            return OpenWakeWordFeatures()

        def process_streaming(self, audio_chunk):
            if any(audio_chunk):
                yield audio_chunk

    class OpenWakeWord:
        @staticmethod
        def from_model(model_path, libtensorflowlite_c_path=None):
            return OpenWakeWord()

        def __init__(self):
            self.resets = 0

        def process_streaming(self, embeddings):
            yield 0.1
            yield embeddings[0] / 100

        def reset(self):
            self.resets += 1
"""
MODULES = {"piper": PIPER, "kokoro_onnx": KOKORO, "pymicro_wakeword": MICRO, "pyopen_wakeword": OPEN}
TFLITE = b"\x1c\0\0\0TFL3rest"


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Let the packages be installed."""
    place = tmp_path / "packages"
    place.mkdir()
    for name, text in MODULES.items():
        (place / f"{name}.py").write_text(textwrap.dedent(text.replace("\\\\", "\\")), "utf-8")
    monkeypatch.syspath_prepend(place)
    # A module that a test imported must not be there in the next one.
    before = set(sys.modules)
    yield
    for name in set(MODULES) & (set(sys.modules) - before):
        del sys.modules[name]


@pytest.fixture
def piper(tmp_path):
    def make(family, **more):
        file = tmp_path / "voice.onnx"
        file.write_bytes(b"onnx")
        settings = {"language": {"family": family}, "inference": {"length_scale": 1.5}, **more}
        (tmp_path / "voice.onnx.json").write_text(json.dumps(settings), "utf-8")
        return file

    return make


@pytest.fixture
def kokoro(tmp_path):
    folder = tmp_path / "kokoro"
    folder.mkdir()
    for name in ("kokoro-v1.0.onnx", "voices-v1.0.bin"):
        (folder / name).write_bytes(b"x")
    return folder


def speaker(**flags):
    return make_speaker(load_config(environment={}, flags=flags))


@pytest.mark.parametrize(
    ("setting", "language", "text"), [("voice.english", "en", "Yes. No"), ("voice.japanese", "ja", "はい")]
)
@pytest.mark.usefixtures("packages")
def test_piper_speaks_either_language_at_the_pace_that_is_set(piper, setting, language, text):
    usual, slow = (speaker(**{setting: f"piper:{piper(language)}", "voice.speed": speed}) for speed in (1.0, 0.5))
    seconds, slower = (join(each.speak(text, language)).seconds for each in (usual, slow))
    assert seconds > 0.1
    assert slower == pytest.approx(2 * seconds, rel=0.02)


@pytest.mark.usefixtures("packages")
def test_a_piper_voice_of_another_language_is_refused_with_where_it_belongs(piper):
    with pytest.raises(VoiceError, match=r"speaks 'en', not 'ja'\. It belongs to voice\.english\."):
        speaker(**{"voice.japanese": f"piper:{piper('en')}"})
    with pytest.raises(VoiceError, match=r"speaks 'ja', not 'en'\."):
        speaker(**{"voice.english": f"piper:{piper('', espeak={'voice': 'ja'})}"})


@pytest.mark.usefixtures("packages")
def test_what_piper_cannot_load_or_say_is_told_with_the_remedy(piper, tmp_path):
    with pytest.raises(
        VoiceError, match=r"Cannot load the voice piper:.*none\.onnx.*Name an \.onnx file with its \.onnx\.json"
    ):
        speaker(**{"voice.english": f"piper:{tmp_path / 'none.onnx'}"})
    with pytest.raises(VoiceError, match=r"Piper cannot say 'What\?!' \(no such phoneme\)"):
        list(speaker(**{"voice.english": f"piper:{piper('en')}"}).speak("What?!", "en"))


@pytest.mark.usefixtures("packages")
def test_kokoro_speaks_english_by_the_voice_that_is_named(kokoro):
    usual, british = (speaker(**{"voice.english": f"kokoro:{kokoro}{voice}"}) for voice in ("", "#bm_george"))
    sounds = [numbers(join(each.speak("Hello there", "en"), 24_000)) for each in (usual, british)]
    assert np.abs(sounds[0]).max() == pytest.approx(0.5 * 32767, abs=2)
    # Louder than full scale is clipped and does not wrap round.
    assert set(sounds[1].tolist()) == {32767}


@pytest.mark.usefixtures("packages")
def test_what_kokoro_lacks_is_told_with_the_remedy(kokoro, tmp_path):
    with pytest.raises(VoiceError, match=r"has no voice 'af_none' in .*Name one of: af_heart, bm_george\."):
        speaker(**{"voice.english": f"kokoro:{kokoro}#af_none"})
    with pytest.raises(VoiceError, match=r"0 files \*\.onnx .*Name a folder with kokoro-v1\.0\.onnx"):
        speaker(**{"voice.english": f"kokoro:{tmp_path / 'nowhere'}"})
    with pytest.raises(VoiceError, match="Kokoro cannot say 'é'"):
        list(speaker(**{"voice.english": f"kokoro:{kokoro}"}).speak("é", "en"))


def spotter(file):
    return make_spotter(load_config(environment={}, flags={"voice.wake_model": str(file)}))


def frame(value=0, rate=RATE):
    return Audio(bytes([value]) * (2 * FRAME), rate)


@pytest.fixture
def micro(tmp_path):
    (tmp_path / "word.tflite").write_bytes(TFLITE)
    file = tmp_path / "word.json"
    file.write_text(json.dumps({"model": "word.tflite"}), "utf-8")
    return file


@pytest.mark.usefixtures("packages")
def test_a_micro_wake_word_is_found_once_where_it_ends(micro):
    listening = spotter(micro)
    assert [listening.spot(frame()) for _ in range(6)] == [False, True, False, True, False, True]


@pytest.mark.usefixtures("packages")
def test_an_open_wake_word_is_found_from_its_threshold_on(tmp_path):
    file = tmp_path / "word.tflite"
    file.write_bytes(TFLITE)
    listening = spotter(file)
    assert [listening.spot(frame(value)) for value in (0, 20, 49, 50, 90)] == [False, False, False, True, True]


@pytest.mark.usefixtures("packages")
def test_a_file_on_which_the_library_would_end_the_process_is_refused_before(tmp_path, micro):
    (tmp_path / "word.tflite").write_bytes(b"garbage, and more of it")
    for file in (micro, tmp_path / "word.tflite"):
        with pytest.raises(VoiceError, match=r"not a TensorFlow Lite model\)\. Name in voice\.wake_model"):
            spotter(file)


@pytest.mark.usefixtures("packages")
def test_a_wake_word_is_listened_for_at_one_rate_only(micro):
    with pytest.raises(VoiceError, match="8000 Hz"):
        spotter(micro).spot(frame(rate=8000))


@pytest.mark.parametrize(
    ("flags", "package"),
    [
        ({"voice.english": "piper:x.onnx"}, "piper-tts"),
        ({"voice.english": "kokoro:x"}, "kokoro-onnx"),
        ({"voice.wake_model": "x.json"}, "pymicro-wakeword"),
        ({"voice.wake_model": "x.tflite"}, "pyopen-wakeword"),
    ],
)
def test_what_is_not_installed_says_in_one_line_what_to_install(flags, package, monkeypatch):
    for name in MODULES:
        monkeypatch.setitem(sys.modules, name, None)
    config = load_config(environment={}, flags=flags)
    with pytest.raises(ExtraMissing, match=rf"^This needs the package {package}\. Install it with: pip install {package}$"):
        (make_spotter if "voice.wake_model" in flags else make_speaker)(config)


@pytest.mark.usefixtures("packages")
def test_smart_speakers_are_offered_them_by_name(piper, micro):
    flags = {"voice.english": f"piper:{piper('en')}", "voice.wake_model": str(micro)}
    parts = offer(load_config(environment={}, flags=flags), lambda: None, pytest.fail)
    assert [made.name for made in parts.speaker.models] == ["voice", "openjtalk"]
    assert [made.name for made in parts.spotter.models] == ["word"]


def test_smart_speakers_are_told_what_to_install(piper):
    if find_spec("piper") is not None:
        pytest.skip("piper is installed here")
    said = []
    assert (
        offer(load_config(environment={}, flags={"voice.english": "piper:x.onnx"}), lambda: None, said.append).speaker is None
    )
    assert said == [
        "Nothing is spoken for smart speakers: that needs the package piper. Install it with: pip install piper-tts"
    ]
