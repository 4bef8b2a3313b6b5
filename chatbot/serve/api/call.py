"""The body of a chat completion call to what is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chatbot.serve.api.problem import Problem
from chatbot.serve.api.tell import Style, tokens
from chatbot.types import Turn

# Marks as answers have them, with or without the link: a past answer is given back as it was told.
_MARK = re.compile(r"\[\d{1,4}\](?:\(https?://[^)\s]{0,2000}\))?")
# More would only make the next question slower to read in.
_REMEMBERED = 10
_STOPS = 4


class _Lenient(BaseModel):
    """Right types, unknown fields let through: clients send what other servers know."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _Part(_Lenient):
    type: str
    text: str = ""
    refusal: str = ""


class _Message(_Lenient):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[_Part] | None = None


class _StreamOptions(_Lenient):
    include_usage: bool | None = False


class _Format(_Lenient):
    type: Literal["text", "json_object", "json_schema"]


_Limit = Annotated[int, Field(ge=1)]


class _Body(_Lenient):
    messages: list[_Message] = Field(min_length=1)
    model: str
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    max_tokens: _Limit | None = None
    max_completion_tokens: _Limit | None = None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    n: int | None = 1
    stop: str | list[str] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: _Format | None = None
    speakable: bool | None = False


@dataclass(frozen=True, slots=True)
class Call:
    """What is wanted."""

    question: str
    past: tuple[Turn, ...]
    model: str
    stream: bool
    include_usage: bool
    style: Style
    prompt_tokens: int


def parse(body: bytes) -> Call:
    """Return what a body asks for.

    Raises:
        Problem: If it is no such body, or wants what is not to be had.
    """
    try:
        read = _Body.model_validate_json(body)
    except ValidationError as cause:
        raise _misread(cause) from None
    _refuse_impossible(read)
    question, past = _conversation(read.messages)
    limits = [limit for limit in (read.max_tokens, read.max_completion_tokens) if limit]
    stops = [read.stop] if isinstance(read.stop, str) else read.stop or []
    style = Style(
        spoken=bool(read.speakable),
        limit=min(limits, default=None),
        stops=tuple(stop for stop in stops if stop),
        json=read.response_format is not None and read.response_format.type == "json_object",
    )
    return Call(
        question,
        past,
        read.model,
        bool(read.stream),
        bool(read.stream_options and read.stream_options.include_usage),
        style,
        sum(tokens(_text(message)) for message in read.messages),
    )


def _refuse_impossible(read: _Body) -> None:
    if read.n not in (1, None):
        raise Problem(400, "There is one answer to a question. Leave n out or set it to 1.", "unsupported_value", "n")
    if isinstance(read.stop, list) and len(read.stop) > _STOPS:
        raise Problem(400, f"There are {len(read.stop)} stop sequences. Give at most {_STOPS}.", "invalid_value", "stop")
    if read.tool_choice not in (None, "auto", "none"):
        told = "No tool is ever called here. Leave tool_choice out or set it to auto or none."
        raise Problem(400, told, "unsupported_value", "tool_choice")
    if read.response_format and read.response_format.type == "json_schema":
        told = "Answers are in the documents' own words and follow no schema. Ask for text or json_object."
        raise Problem(400, told, "unsupported_value", "response_format.type")


def _conversation(messages: list[_Message]) -> tuple[str, tuple[Turn, ...]]:
    """Return the last question, and the turns before it."""
    last = max((at for at, message in enumerate(messages) if message.role == "user"), default=None)
    if last is None:
        raise Problem(400, "No message has the role user. Put the question into one.", "invalid_value", "messages")
    if isinstance(content := messages[last].content, list) and any(part.type != "text" for part in content):
        told = "Only text can be read here. Leave images, sound and files out of the question."
        raise Problem(400, told, "unsupported_value", f"messages.{last}.content")
    past: list[Turn] = []
    for message in messages[:last]:
        if message.role == "user":
            past.append(Turn(_text(message), ""))
        elif message.role == "assistant" and past:
            before = past.pop()
            past.append(Turn(before.question, f"{before.answer} {_MARK.sub('', _text(message))}".strip()))
    return _text(messages[last]), tuple(past[-_REMEMBERED:])


def _text(message: _Message) -> str:
    if isinstance(message.content, list):
        return "\n".join(part.text or part.refusal for part in message.content)
    return message.content or ""


def _misread(cause: ValidationError) -> Problem:
    first = cause.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Problem(400, f"The body is not JSON: {first['msg']}. Send one JSON object in UTF-8.", "invalid_json")
    param = ".".join(str(step) for step in first["loc"])
    return Problem(400, f"{param or 'The body'}: {first['msg']}. Send it as the OpenAI API has it.", "invalid_type", param)
