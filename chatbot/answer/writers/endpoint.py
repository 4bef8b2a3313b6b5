"""A writer behind an OpenAI-compatible endpoint: vLLM, TGI, SGLang, llama.cpp, Ollama, Inference Providers."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from chatbot.answer.writers.call import LOCAL, Call, Failed
from chatbot.answer.writers.messages import compose, estimated
from chatbot.answer.writers.visible import Visible
from chatbot.config import WritingConfig
from chatbot.errors import WriterBroken, WriterError, WriterSilent, WriterUnusable
from chatbot.types import Prompt

_BEAT = 0.05
# Seconds before the second and the third attempt; a server that is starting or crowded is often there by then.
_PAUSES = (0.5, 1.5)
# Asks servers that know it to leave thinking out; those that refuse unknown fields are asked again without.
_EXTRAS: Mapping[str, Any] = {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}}
_KEYS = ("OPENSTANCE_API_KEY", "OPENAI_API_KEY")


class EndpointWriter:
    """A model on a server. Several may ask at once, as such servers have queues of their own."""

    def __init__(
        self, url: str, model: str, config: WritingConfig | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Take note of the endpoint; nothing is sent yet.

        Args:
            url: Of the API, with or without `/v1` or `/chat/completions`.
            model: As the server calls it.
            config: Lengths and patience.
            environment: Where the key is; the process's own by default.
        """
        self._name = f"openai:{url}#{model}"
        self._url = completions(url)
        self._model = model
        self._config = config or WritingConfig()
        self._key = key_for(self._url, os.environ if environment is None else environment)
        self._extras = dict(_EXTRAS)

    def stream(self, prompt: Prompt) -> Generator[str, None, None]:
        """Yield the answer, see `Writer`.

        Raises:
            WriterError: If the server cannot be reached, fails, is silent, or sends what is no answer.
        """
        visible = Visible()
        patience = _Patience(self._config.timeout)
        told = 0
        for call in self._calls(self._body(prompt)):
            try:
                for text in self._listen(call, patience):
                    told += len(text)
                    yield visible.push(text)
                    if visible.ended:
                        break
                break
            except Failed as failed:
                yield from self._pause(failed, patience, begun=told > 0, attempt=call.attempt)
            finally:
                call.close()
        yield visible.finish()
        if not visible.said:
            raise WriterBroken(self._name, "it wrote nothing", "Ask again, or choose another model.")

    def _calls(self, body: dict[str, Any]) -> Iterator[Call]:
        attempt = 0
        while True:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            yield Call(self._url, {**body, **self._extras}, headers, self._config.timeout, attempt)
            attempt += 1

    def _listen(self, call: Call, patience: _Patience) -> Iterator[str]:
        """Yield what the server says, and nothing now and then while it is silent."""
        while True:
            try:
                piece = call.next(_BEAT)
            except queue.Empty:
                patience.check(self._name)
                yield ""
                continue
            if piece is None:
                return
            if piece.alive:
                patience.renew()
            patience.check(self._name)
            yield piece.text

    def _pause(self, failed: Failed, patience: _Patience, begun: bool, attempt: int) -> Iterator[str]:
        """Wait before the next attempt.

        Raises:
            WriterError: If there is to be none: once an answer has begun, another would say it twice.
        """
        if failed.refused_fields and self._extras:
            self._extras = {}
            return
        if begun or not failed.passing or attempt >= len(_PAUSES):
            raise self._error(failed) from failed
        until = time.monotonic() + max(_PAUSES[attempt], failed.wait)
        while time.monotonic() < until:
            patience.check(self._name)
            yield ""
            time.sleep(_BEAT)

    def _error(self, failed: Failed) -> WriterError:
        kind = WriterUnusable if failed.wrongly_asked else WriterBroken
        return kind(self._name, failed.cause, failed.remedy)

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        messages = compose(prompt, estimated, self._config.prompt_tokens)
        if messages is None:
            cause = f"the question does not fit in {self._config.prompt_tokens} tokens"
            raise WriterUnusable(self._name, cause, "Ask a shorter question.")
        asked = {"model": self._model, "messages": messages, "stream": True}
        return {**asked, "max_tokens": self._config.max_tokens, "temperature": 0}


class _Patience:
    """How long nothing may come."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        self._until = time.monotonic() + self._seconds

    def check(self, writer: str) -> None:
        if time.monotonic() > self._until:
            raise WriterSilent(
                writer, f"nothing came for {self._seconds:g} seconds", "Look at the server, or set writing.timeout higher."
            )


def completions(url: str) -> str:
    """Return the address that chats are posted to."""
    plain = url.rstrip("/")
    if plain.endswith("/chat/completions"):
        return plain
    return f"{plain}/chat/completions" if urlsplit(plain).path else f"{plain}/v1/chat/completions"


def key_for(url: str, environment: Mapping[str, str]) -> str:
    """Return the key for an endpoint; empty if there is none.

    The token of the hub goes nowhere but to the hub, and the general key to no other machine in the clear.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    safe = parts.scheme == "https" or host in LOCAL
    hub = host == "huggingface.co" or host.endswith(".huggingface.co")
    names = [_KEYS[0], *([_KEYS[1]] if safe and not hub else []), *(["HF_TOKEN"] if safe and hub else [])]
    return next((environment[name].strip() for name in names if environment.get(name, "").strip()), "")
