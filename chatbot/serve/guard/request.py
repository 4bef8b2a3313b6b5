"""Who sends a request, and in which language they read."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from http.cookies import CookieError, SimpleCookie
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from chatbot.serve.ui.words import preferred

if TYPE_CHECKING:
    from starlette.types import Scope

    from chatbot.config import GuardConfig
    from chatbot.types import Language

LANGUAGE_COOKIE = "openstance-language"


@cache
def words(language: Language) -> Mapping[str, str]:
    """Return what the guards say in one language."""
    return tomllib.loads((files("chatbot.serve.guard") / f"words.{language}.toml").read_text("utf-8"))


def on_space() -> bool:
    """Whether this runs as a Hugging Face Space."""
    return bool(os.environ.get("SPACE_ID"))


def proxies(config: GuardConfig) -> int:
    """Return how many proxies in front are taken at their word."""
    return config.proxies if config.proxies >= 0 else int(on_space())


def address(scope: Scope, trusted: int) -> str:
    """Return where a request comes from; of IPv6 the network, as one client has billions of addresses.

    Args:
        scope: The request.
        trusted: Proxies in front. Each adds at the end of X-Forwarded-For whom it heard from; what stands before is
            the client's own word.
    """
    client = scope.get("client")
    told = [part.strip() for part in ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")]
    chain = [part for part in told if part]
    heard = chain[-min(trusted, len(chain))] if trusted and chain else str(client[0]) if client else ""
    try:
        ip = ipaddress.ip_address(heard)
    except ValueError:
        return heard[:64]
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def cookies(scope: Scope) -> Mapping[str, str]:
    """Return the cookies of a request, none if they cannot be read."""
    try:
        return {name: held.value for name, held in SimpleCookie(Headers(scope=scope).get("cookie", "")).items()}
    except CookieError:
        return {}


def cookie(scope: Scope, name: str, value: str, seconds: int, hidden: bool) -> str:
    """Return the header that gives a browser a cookie.

    Args:
        scope: The request that is answered.
        name: Of the cookie.
        value: Of the cookie.
        seconds: How long the browser keeps it.
        hidden: From the scripts of the page.
    """
    held = SimpleCookie({name: value})[name]
    held["path"], held["httponly"], held["max-age"] = "/", hidden, str(seconds)
    # On a Space the page is shown within one of huggingface.co.
    held["samesite"], held["secure"] = ("None", True) if on_space() else ("Lax", secure(scope))
    return held.OutputString() + ("; Partitioned" if on_space() else "")


def language_of(scope: Scope) -> Language:
    """Return the language that was chosen on the page, or else the browser's."""
    chosen = cookies(scope).get(LANGUAGE_COOKIE)
    if chosen == "ja":
        return "ja"
    return "en" if chosen == "en" else preferred(Headers(scope=scope).get("accept-language", ""))


def secure(scope: Scope) -> bool:
    """Whether the visitor's own connection is encrypted."""
    return scope.get("scheme") in ("https", "wss") or Headers(scope=scope).get("x-forwarded-proto", "") == "https"


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page to show, not a program or a script of a page."""
    asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    return asked and "text/html" in Headers(scope=scope).get("accept", "")
