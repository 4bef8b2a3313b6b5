"""What went wrong with a call, as OpenAI's clients read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
# Seconds until it is worth asking again when too many wait.
RETRY_AFTER = 2


class Problem(Exception):
    """A call that cannot be answered; the message says the cause, then the remedy."""

    def __init__(self, status: int, message: str, code: str = "", param: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param


class Busy(Problem):
    """Too many wait for an answer."""

    def __init__(self) -> None:
        super().__init__(503, "Too many questions are waiting. Ask again in a few seconds.", "busy")


def error_json(status: int, message: str, code: str = "", param: str = "") -> dict[str, Any]:
    """Return the body of an error; whoever refuses a call below `/v1` before it arrives there answers with this."""
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param or None, "code": code or None}}


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response that tells a problem."""
    told = dict(headers or {})
    if problem.status in (429, 503):
        told["Retry-After"] = str(RETRY_AFTER)
    body = error_json(problem.status, str(problem), problem.code, problem.param)
    return JSONResponse(body, problem.status, told)
