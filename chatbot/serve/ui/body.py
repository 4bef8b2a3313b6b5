"""The body of a request as JSON, refused where it is too long or not what it should be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request


class Unfit(Exception):
    """A request that is not answered."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def json_of(request: Request, most: int) -> dict[str, Any]:
    """Return the object that a request carries.

    Args:
        request: With a body of media type application/json: a page elsewhere cannot send that without being asked first.
        most: Bytes.

    Raises:
        Unfit: If it is not that.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unfit(415, "Send JSON, with the header: content-type: application/json")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise Unfit(413, f"Send at most {most:,} bytes.")
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unfit(400, "The body is not JSON in UTF-8. Send an object.") from None
    if not isinstance(found, dict):
        raise Unfit(400, "The body is JSON, but no object. Send an object.")
    return found
