"""One frozen Config: defaults, then a TOML file, then the environment, then flags."""

from __future__ import annotations

import difflib
import math
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from chatbot.config.require import require
from chatbot.config.voice import VoiceConfig
from chatbot.config.wyoming import WyomingConfig
from chatbot.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parents[1]
ENVIRONMENT_PREFIX = "OPENSTANCE_"
DEFAULT_FILE = Path("openstance.toml")
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16", "int8", "4bit")
# Variables that are read elsewhere: the file of settings, and the key of an endpoint, which no setting may hold.
_NO_SETTINGS = ("config", "api_key")


def bundled(name: str) -> Path:
    """Return the folder `corpus` or `index` that came with the program: beside it in a checkout, inside it in a wheel."""
    inside = _PACKAGE / "bundled" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Which model turns text into vectors."""

    name: str = "auto"
    """`own` (the package's), `minilm`, a sentence-transformers id or a folder; `auto` is the best that is there."""
    query_prefix: str = ""
    passage_prefix: str = ""
    languages: tuple[str, ...] = ()
    """What it understands; empty means what is known of it, or both languages."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(bool(self.name.strip()), "encoder.name", repr(self.name), "a name or a folder")


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """How passages are found."""

    hits: int = 20
    dense_weight: float = 1.0
    """Of a cosine; 0 leaves dense search out."""
    lexical_weight: float = 0.8
    """Of the share of a question's words that a passage has; 0 leaves lexical search out."""
    examine: int = 8
    """How many of the best passages a model reads together with the question; 0 leaves it out."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(1 <= self.hits <= 200, "search.hits", self.hits, "between 1 and 200")
        require(0 <= self.examine <= 200, "search.examine", self.examine, "between 0 and 200")
        require(0 <= self.dense_weight < math.inf, "search.dense_weight", self.dense_weight, "at least 0")
        require(0 <= self.lexical_weight < math.inf, "search.lexical_weight", self.lexical_weight, "at least 0")


@dataclass(frozen=True, slots=True)
class AnswerConfig:
    """How long an answer is and when there is none."""

    sentences: int = 4
    width: int = 480
    """In Latin letters; a Japanese character counts as one and a half."""
    enough: float = 0.25
    """Below this, between 0 and 1, the answer is that the documents do not say it."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(1 <= self.sentences <= 10, "answer.sentences", self.sentences, "between 1 and 10")
        require(self.width >= 80, "answer.width", self.width, "at least 80")
        require(0 <= self.enough <= 1, "answer.enough", self.enough, "between 0 and 1")


@dataclass(frozen=True, slots=True)
class WritingConfig:
    """How a larger writer writes, where one is set."""

    max_tokens: int = 400
    """Of an answer, hidden thinking included."""
    prompt_tokens: int = 1200
    """Of instructions, history, sources and question together, counted by the model's own tokenizer."""
    precision: Literal["auto", "fp32", "bf16", "fp16", "int8", "4bit"] = "auto"
    """Of the weights of a hub model."""
    timeout: float = 20.0
    """Seconds of silence after which an endpoint is given up."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(1 <= self.max_tokens <= 4096, "writing.max_tokens", self.max_tokens, "between 1 and 4096")
        require(200 <= self.prompt_tokens <= 32768, "writing.prompt_tokens", self.prompt_tokens, "between 200 and 32768")
        require(self.precision in PRECISIONS, "writing.precision", self.precision, " or ".join(PRECISIONS))
        require(0 < self.timeout <= 600, "writing.timeout", self.timeout, "between 0 and 600")


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """Where the page is served."""

    host: str = "127.0.0.1"
    port: int = 7860

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(0 < self.port < 65536, "serve.port", self.port, "between 1 and 65535")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set."""

    corpus: str = ""
    """Folder of documents; empty means those that came with the program."""
    cache: str = ""
    """Where indexes of other folders are kept; empty means the user's cache folder."""
    writer: str = "reader"
    """`reader` (the package's own sentences), `hub:MODEL` (an id or a folder) or `openai:URL#MODEL`."""
    device: str = "auto"
    """Where the package's own models run: `cpu`, `cuda`, `mps`, or `auto` for the fastest that is there."""
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    answer: AnswerConfig = field(default_factory=AnswerConfig)
    writing: WritingConfig = field(default_factory=WritingConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    voice: VoiceConfig = field(default_factory=VoiceConfig)
    wyoming: WyomingConfig = field(default_factory=WyomingConfig)

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(self.device in DEVICES, "device", repr(self.device), f"one of {', '.join(DEVICES)}")
        writer_parts(self.writer)

    @property
    def corpus_folder(self) -> Path:
        """The folder of documents."""
        return Path(self.corpus) if self.corpus else bundled("corpus")

    @property
    def cache_folder(self) -> Path:
        """The folder for indexes that are made on the way."""
        if self.cache:
            return Path(self.cache)
        # In a container, the user may have no home.
        home = os.path.expanduser("~")
        base = os.environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if os.path.isabs(home) else tempfile.gettempdir())
        return Path(base) / "openstance"


def writer_parts(name: str) -> tuple[str, str, str]:
    """Return the kind of a writer, its model and its URL; what a kind has none of is empty.

    Raises:
        ConfigError: If it is no writer's name.
    """
    rule = "reader, hub:MODEL (an id or a folder) or openai:URL#MODEL"
    kind, _, rest = name.partition(":")
    if name == "reader":
        return name, "", ""
    if kind == "hub" and rest.strip():
        return kind, rest.strip(), ""
    require(kind == "openai", "writer", name, rule)
    url, _, model = rest.partition("#")
    parts = urlsplit(url.strip())
    # A key in an address would be shown wherever the writer is named.
    shown = f"openai:{parts.scheme}://{(parts.hostname or '')}…" if "@" in url else name
    plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in url and not parts.query
    require(bool(plain), "writer", shown, "openai:URL#MODEL, the URL of http or https without a key; set OPENSTANCE_API_KEY")
    require(bool(model.strip()), "writer", name, "openai:URL#MODEL, with the model's name after the #")
    return kind, model.strip(), url.strip()


def load_config(
    file: Path | None = None, environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
) -> Config:
    """Read the configuration.

    Args:
        file: TOML; without it `openstance.toml` of the working folder, if there is one.
        environment: Variables like `OPENSTANCE_ENCODER_NAME`; the process's own by default.
        flags: Dotted names to values, None for what was not given.

    Raises:
        ConfigError: If a name is unknown or a value cannot be used.
    """
    variables = os.environ if environment is None else environment
    named = file or (Path(path) if (path := variables.get(ENVIRONMENT_PREFIX + "CONFIG")) else None)
    config = Config()
    for name, value in _flat(_read(named or DEFAULT_FILE, must_exist=named is not None)):
        config = _set(config, name, value)
    for variable, value in variables.items():
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if variable.startswith(ENVIRONMENT_PREFIX) and name not in _NO_SETTINGS:
            config = _set(config, _dotted(name), value)
    for name, value in (flags or {}).items():
        if value is not None:
            config = _set(config, name, value)
    return config


def _read(file: Path, must_exist: bool) -> dict[str, Any]:
    if not must_exist and not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as cause:
        raise ConfigError(f"Cannot read {file} ({cause.strerror}). Name a TOML file, or unset OPENSTANCE_CONFIG.") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise ConfigError(f"{file} is not TOML: {cause}. Mend that line or remove the file.") from cause


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    flat = []
    for name, value in values.items():
        flat += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", value)]
    return flat


def _names() -> list[str]:
    names = []
    for group in fields(Config):
        value = getattr(Config(), group.name)
        inner = getattr(type(value), "__dataclass_fields__", None)
        names += [f"{group.name}.{name}" for name in inner] if inner else [group.name]
    return names


def _dotted(variable: str) -> str:
    group, _, name = variable.partition("_")
    return f"{group}.{name}" if f"{group}.{name}" in _names() else variable


def _set(config: Config, name: str, value: Any) -> Config:
    if name not in _names():
        close = difflib.get_close_matches(name, _names(), n=1, cutoff=0.0)[0]
        raise ConfigError(f"There is no setting {name!r}. The closest is {close!r}.")
    group, _, inner = name.partition(".")
    if not inner:
        return replace(config, **{group: _typed(name, getattr(config, group), value)})
    old = getattr(config, group)
    return replace(config, **{group: replace(old, **{inner: _typed(name, getattr(old, inner), value)})})


def _typed(name: str, old: Any, value: Any) -> Any:
    kind: type = type(old)
    # In TOML a value has a type of its own, which must be the right one; in the environment and in flags all is text.
    fits = isinstance(value, str | kind) or (kind is tuple and isinstance(value, list)) or (kind, type(value)) == (float, int)
    try:
        if not fits or isinstance(value, bool):
            raise TypeError
        if kind is tuple:
            return tuple(str(part).strip() for part in (value.split(",") if isinstance(value, str) else value))
        return kind(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} is {value!r}. Give it a value of type {kind.__name__}.") from None
