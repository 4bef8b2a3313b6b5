"""Everything that can be set, in frozen groups with their defaults; what cannot work is refused as it is set."""

from __future__ import annotations

import math
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from chatbot.config.require import require
from chatbot.config.voice import VoiceConfig
from chatbot.config.wyoming import WyomingConfig

_PACKAGE = Path(__file__).resolve().parents[1]
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16", "int8", "4bit")
# Of a page, as its browser names it.
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?")


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
    examine: int = 6
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
    """Where the page is served, and what is told and kept of it."""

    host: str = "127.0.0.1"
    port: int = 7860
    models: tuple[str, ...] = ()
    """Folders of chat models that visitors may choose to write, beside those of the local Hugging Face cache."""
    endpoints: Literal["auto", "yes", "no"] = "auto"
    """Whether visitors may name an endpoint to write; `auto` only where the page is served to this machine alone."""
    log: Literal["plain", "json"] = "plain"
    """How standard error is written: lines for people, or one JSON object a line."""
    log_questions: bool = False
    """Whether logs and traces hold what was asked."""
    metrics: Literal["auto", "on", "off"] = "auto"
    """Whether `/metrics` answers; `auto` is off on a Space that has no keys, where everyone could read it."""
    feedback: str = ""
    """Where ratings are kept: a SQLite file, or `hub:OWNER/DATASET`; empty means a file where the place keeps files."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(0 < self.port < 65536, "serve.port", self.port, "between 1 and 65535")
        require(self.endpoints in ("auto", "yes", "no"), "serve.endpoints", self.endpoints, "auto, yes or no")
        require(self.log in ("plain", "json"), "serve.log", repr(self.log), "plain or json")
        require(self.metrics in ("auto", "on", "off"), "serve.metrics", repr(self.metrics), "auto, on or off")
        hub = self.feedback.removeprefix("hub:")
        named = hub == self.feedback or all(hub.partition("/")[::2])
        require(named, "serve.feedback", repr(self.feedback), "a file, or hub:OWNER/DATASET")


@dataclass(frozen=True, slots=True)
class GuardConfig:
    """How much one client may ask for. Who may come in stands in OPENSTANCE_USERS and OPENSTANCE_API_KEYS, never here."""

    questions: int = 60
    """That one client may ask within a minute; 0 for any number."""
    proxies: int = -1
    """Proxies in front whose word on the client's address is taken; -1 means one on a Space and none elsewhere."""
    body: int = 2_097_152
    """Bytes that a request may have."""
    session: float = 12.0
    """Hours after which one has to log in again."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may call `/v1`, each as in https://example.org; what key such a page has, its visitors can read."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        require(0 <= self.questions <= 100_000, "guard.questions", self.questions, "between 0 and 100000")
        require(-1 <= self.proxies <= 10, "guard.proxies", self.proxies, "between -1 and 10")
        require(1024 <= self.body <= 1 << 30, "guard.body", self.body, "between 1024 and 1073741824")
        require(0 < self.session <= 8760, "guard.session", self.session, "above 0 and at most 8760")
        named = all(_ORIGIN.fullmatch(origin) for origin in self.origins)
        require(named, "guard.origins", self.origins, "names such as https://example.org or http://localhost:3000")


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
    guard: GuardConfig = field(default_factory=GuardConfig)
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
    sound = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", url.strip())
    plain = sound and "@" not in url and not parts.query
    require(bool(plain), "writer", shown, "openai:URL#MODEL, the URL of http or https without a key; set OPENSTANCE_API_KEY")
    require(bool(model.strip()), "writer", name, "openai:URL#MODEL, with the model's name after the #")
    return kind, model.strip(), url.strip()
