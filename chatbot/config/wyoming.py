"""What can be set about serving smart speakers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from chatbot.config.require import require

DEFAULT_URI = "tcp://127.0.0.1:10700"
_URI = f"tcp://HOST:PORT (such as {DEFAULT_URI}), unix:///FILE or stdio://"


@dataclass(frozen=True, slots=True)
class Address:
    """Where smart speakers are served."""

    kind: Literal["tcp", "unix", "stdio"]
    host: str = ""
    port: int = 0
    """0 takes any that is free."""
    path: str = ""
    """Of a socket in the file system."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.kind != "tcp" or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        """As a URI."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}" if self.kind == "tcp" else f"{self.kind}://{self.path}"


@dataclass(frozen=True, slots=True)
class WyomingConfig:
    """Smart speakers, over the Wyoming protocol; as that has no authentication, everything about it is bounded."""

    uri: str = ""
    """`tcp://HOST:PORT`, `unix:///FILE` or `stdio://`; empty means that smart speakers are not served."""
    idle: float = 30.0
    """Seconds in which one message must have come or been taken; who needs longer is closed."""
    connections: int = 32
    """At once; one more closes the one that has been quiet for longest."""
    audio_seconds: float = 60.0
    """Of one utterance to be recognised."""
    text: int = 2000
    """Characters of one question, or of one text to be spoken."""
    conversations: int = 256
    """Remembered at once."""
    remember: float = 300.0
    """Seconds after which a conversation that did not go on is forgotten; Home Assistant starts a new one after 300."""
    announce: Literal["auto", "off"] = "auto"
    """Whether the house's network is told of it (zeroconf); `auto` does where others can reach it."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.uri:
            address_of(self.uri)
        require(1 <= self.idle <= 3600, "wyoming.idle", self.idle, "between 1 and 3600 seconds")
        require(1 <= self.connections <= 1024, "wyoming.connections", self.connections, "between 1 and 1024")
        require(1 <= self.audio_seconds <= 600, "wyoming.audio_seconds", self.audio_seconds, "between 1 and 600")
        require(1 <= self.text <= 20_000, "wyoming.text", self.text, "between 1 and 20000")
        require(1 <= self.conversations <= 100_000, "wyoming.conversations", self.conversations, "between 1 and 100000")
        require(0 <= self.remember <= 86_400, "wyoming.remember", self.remember, "between 0 and 86400 seconds")
        require(self.announce in ("auto", "off"), "wyoming.announce", repr(self.announce), "auto or off")


def address_of(uri: str) -> Address:
    """Return the address that a URI names.

    Raises:
        ConfigError: If it names none.
    """
    try:
        parts = urlsplit(uri.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        # A bracket that does not close, or a port that is none.
        host, port, parts = "", None, urlsplit("")
    whole = not (parts.query or parts.fragment or parts.username is not None)
    if parts.scheme == "tcp" and host and port is not None and parts.path in ("", "/") and whole:
        return Address("tcp", host=host, port=port)
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/") and len(parts.path) > 1 and whole:
        return Address("unix", path=parts.path)
    require(parts.scheme == "stdio" and not (parts.netloc or parts.path) and whole, "wyoming.uri", repr(uri), _URI)
    return Address("stdio")
