"""The Hub as a browser meets it: pages of several sites over TLS, and a proxy in front of a Space."""

import datetime
import ipaddress
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx

sys.path.append(str(Path(__file__).parents[1] / "serve"))

from threaded import threaded

HUB, SPACE, OTHER = "huggingface.co", "someone-openstance.hf.space", "other.example"
VISITOR = "203.0.113.9"
# As the Hub frames a Space.
SANDBOX = "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts"
ALLOWED = "clipboard-read; clipboard-write; microphone"
_HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length"}


def certificate(folder):
    """Write a key and a certificate for the sites into a folder and return the file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName(
        [*map(x509.DNSName, (HUB, SPACE, OTHER)), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(1))
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "tls.pem"
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain) + signed.public_bytes(serialization.Encoding.PEM))
    return file


def framing(address, allow):
    """Return a page that shows another in a frame."""
    frame = f'<iframe style="width: 1200px; height: 800px" sandbox="{SANDBOX}" allow="{allow}" src="{address}"></iframe>'
    return f"<!doctype html><title>Space</title>{frame}"


class Sites:
    """An ASGI application: what is sent to the Space goes on to where it runs; every other site frames what its query names."""

    def __init__(self, space):
        self._space = space

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        host = dict(scope["headers"])[b"host"].decode().partition(":")[0]
        if host == SPACE:
            await self._forward(scope, receive, send)
            return
        given = httpx.QueryParams(scope["query_string"].decode())
        page = framing(given.get("frame", ""), given.get("allow", ""))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html; charset=utf-8")]})
        await send({"type": "http.response.body", "body": page.encode()})

    async def _forward(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        told = [(b"x-forwarded-for", VISITOR.encode()), (b"x-forwarded-proto", b"https")]
        headers = [*(each for each in scope["headers"] if each[0] not in _HOP), *told]
        path = scope["raw_path"].decode() + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        async with (
            httpx.AsyncClient(base_url=self._space, trust_env=False, timeout=60) as client,
            client.stream(scope["method"], path, headers=headers, content=body) as answer,
        ):
            kept = [(name, value) for name, value in answer.headers.raw if name.lower() not in _HOP]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
            async for piece in answer.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def sites(space, folder):
    """Serve the sites and yield the port."""
    file = str(certificate(folder))
    with threaded(Sites(space), ssl_keyfile=file, ssl_certfile=file, lifespan="off") as port:
        yield port
