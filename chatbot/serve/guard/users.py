"""Who may come in: names with hashed passwords, keys of programs, and the signed cookie of who has logged in.

Both come from the environment alone, so that neither stands in a file of settings or is ever printed:
OPENSTANCE_USERS is `name:password` or `name:scrypt$SALT$HASH`, comma-separated; OPENSTANCE_API_KEYS is keys, comma-separated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from chatbot.errors import ConfigError

# 16 MB and some 50 ms for each guess, as OWASP advises for scrypt.
_COST = {"n": 2**14, "r": 8, "p": 1}
_SCHEME = "scrypt"
_SHORTEST_KEY = 16


def hashed(password: str, salt: bytes | None = None) -> str:
    """Return a password as it may be kept: `scrypt$SALT$HASH`."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **_COST)
    return "$".join((_SCHEME, *(base64.urlsafe_b64encode(part).decode() for part in (salt, digest))))


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed; takes the same time either way."""
    salt = base64.urlsafe_b64decode(kept.split("$")[1])
    return hmac.compare_digest(hashed(password, salt), kept)


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Knows users and keys, and signs the cookie of who came in. A new start forgets who was logged in."""

    users: Mapping[str, str] = field(repr=False, default_factory=dict)
    """Names to hashed passwords."""
    keys: tuple[bytes, ...] = field(repr=False, default=())
    """SHA-256 of each."""
    secret: bytes = field(repr=False, default_factory=lambda: secrets.token_bytes(32))

    def knows_key(self, key: str) -> bool:
        """Whether a key is one of those given out."""
        digest = _digest(key)
        # All are compared, so that the time tells nothing.
        return sum(hmac.compare_digest(digest, known) for known in self.keys) > 0

    def knows_user(self, name: str, password: str) -> bool:
        """Whether name and password belong together; an unknown name takes as long as a known one."""
        kept = self.users.get(name)
        right = matches(password, kept or hashed("", b"nobody's salt   "))
        return right and kept is not None

    def ticket(self, name: str, hours: float) -> str:
        """Return a cookie's value for somebody who came in."""
        said = base64.urlsafe_b64encode(f"{int(time.time() + 3600 * hours)} {name}".encode()).decode()
        return f"{said}.{self._signed(said)}"

    def holder(self, ticket: str) -> str:
        """Return whose cookie this is; empty if it is nobody's, altered or too old."""
        said, _, signature = ticket.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signed(said).encode()):
            return ""
        try:
            until, _, name = base64.urlsafe_b64decode(said).decode().partition(" ")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return name if int(until) > time.time() and name in self.users else ""

    def _signed(self, said: str) -> str:
        return hmac.new(self.secret, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def doorkeeper(environment: Mapping[str, str]) -> Doorkeeper:
    """Return who knows the users and keys of an environment.

    Raises:
        ConfigError: If one of them cannot be used; the message does not hold it.
    """
    users = dict(_user(entry) for entry in environment.get("OPENSTANCE_USERS", "").split(",") if entry.strip())
    keys = [key.strip() for key in environment.get("OPENSTANCE_API_KEYS", "").split(",") if key.strip()]
    if any(len(key) < _SHORTEST_KEY for key in keys):
        raise ConfigError(f"A key of OPENSTANCE_API_KEYS is too short. Give each at least {_SHORTEST_KEY} characters.")
    return Doorkeeper(users, tuple(_digest(key) for key in keys))


def _user(entry: str) -> tuple[str, str]:
    name, _, password = entry.strip().partition(":")
    if not name.strip() or not password:
        raise ConfigError("An entry of OPENSTANCE_USERS is not name:password. Write them as: anna:password,ben:password")
    if not password.startswith(_SCHEME + "$"):
        return name.strip(), hashed(password)
    try:
        _, salt, digest = password.split("$")
        whole = base64.urlsafe_b64decode(salt) and len(base64.urlsafe_b64decode(digest)) == 64
    except (ValueError, binascii.Error):
        whole = False
    if not whole:
        raise ConfigError(f"The hashed password of {name.strip()} in OPENSTANCE_USERS is cut short. Copy it whole.")
    return name.strip(), password
