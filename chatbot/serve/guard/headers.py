"""What every answer tells browsers: whose scripts may run, who may frame the page, and that strangers may read nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from chatbot.serve.guard.pages import refuse
from chatbot.serve.guard.request import on_space, secure

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_OPENING = re.compile(rb"<script(?=[\s>])")
_FRAMES = "'self' https://huggingface.co https://*.huggingface.co"
_POLICY = (
    "default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; media-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors {frames}"
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    # Not no-referrer: with that a browser does not say where a form comes from, and the login would be taken for a stranger's.
    "referrer-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_YEAR = 31_536_000


class SafeHeaders:
    """Adds the headers; gives the page's own inline scripts a nonce, so that no other inline script runs."""

    def __init__(self, app: ASGIApp, head: str = "") -> None:
        """Allow also the inline scripts of `head`, the HTML that the page adds to its own head."""
        self._app = app
        digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(head))
        self._known = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add to what is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, _adding(scope, send, "'self'"))

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)
        # Gradio's templates of HTML are functions made from text, which needs 'unsafe-eval'; no other page has it.
        scripts = " ".join(["'self'", "'unsafe-eval'", f"'nonce-{nonce}'", *self._known])
        adding = _adding(scope, send, scripts)
        body, start = b"", None

        async def marking(message: Message) -> None:
            nonlocal body, start
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or start is None:
                return
            marked = _OPENING.sub(f'<script nonce="{nonce}"'.encode(), body)
            headers = MutableHeaders(scope=start)
            if scope["method"] != "HEAD":
                headers["content-length"] = str(len(marked))
            headers["cache-control"] = "no-store"
            await adding(start)
            await adding({**message, "body": marked})

        # What is compressed cannot be marked; it is compressed after this.
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, marking)


def _adding(scope: Scope, send: Send, scripts: str) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # Gradio lets pages of any site read what it answers wherever it is not on this machine.
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers.update(_ALWAYS)
            frames = _FRAMES if on_space() else "'none'"
            headers["content-security-policy"] = _POLICY.format(scripts=scripts, frames=frames)
            if not on_space():
                headers["x-frame-options"] = "DENY"
            if secure(scope):
                headers["strict-transport-security"] = f"max-age={_YEAR}"
        await send(message)

    return adding


class KnownHosts:
    """Answers only under the names of this machine; else a page of another site could point its name here and read."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        """Answer to these names; an empty set is any name that could be one."""
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if it is for one of the names."""
        if scope["type"] in ("http", "websocket") and not self._ours(Headers(scope=scope).get("host", "")):
            await refuse(scope, receive, send, 400, "no_host")
        else:
            await self._app(scope, receive, send)

    def _ours(self, host: str) -> bool:
        name = _HOST.fullmatch(host.lower())
        return name is not None and (not self._names or name[1] in self._names)


_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
