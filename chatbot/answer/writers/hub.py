"""A writer in this process: any chat model that transformers loads."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

from chatbot.answer.writers.decode import Decoder, Detokenizer
from chatbot.answer.writers.load import ChatModel, explained, load
from chatbot.answer.writers.messages import Message, compose
from chatbot.answer.writers.turnstile import Ticket, Turnstile
from chatbot.answer.writers.visible import Visible
from chatbot.config import WritingConfig
from chatbot.errors import WriterBroken, WriterError, WriterUnusable
from chatbot.types import Prompt

_BEAT = 0.05
# Templates that know a switch for thinking call it one of these; the others do not look.
_SWITCHES = {"enable_thinking": False, "thinking": False}


class HubWriter:
    """A chat model that writes for one at a time; the others wait in order. Loaded when it is first asked."""

    def __init__(
        self,
        model: str,
        config: WritingConfig | None = None,
        turnstile: Turnstile | None = None,
        loaded: Callable[[str, Any], ChatModel] = load,
    ) -> None:
        self._name = f"hub:{model}"
        self._path = model
        self._config = config or WritingConfig()
        self._turnstile = turnstile or Turnstile(self._name)
        self._loaded = loaded
        self._loading: Future[tuple[ChatModel, Decoder]] | None = None
        self._lock = threading.Lock()
        lent = _on_lent_gpu(self._tokens)
        if lent is not None:
            self._tokens = lent  # type: ignore[method-assign]

    def stream(self, prompt: Prompt) -> Generator[str, None, None]:
        """Yield the answer, see `Writer`.

        Raises:
            WriterError: See `load`; or if too many wait, memory runs out, or the question does not fit.
        """
        ticket = self._turnstile.ticket()
        try:
            while not ticket.ready(_BEAT):
                yield ""
            ready = self.loading()
            while not _over(ready):
                ticket.ready(0)
                yield ""
            chat, _ = ready.result()
            yield from self._write(chat, prompt, ticket)
        finally:
            ticket.leave()

    def loading(self) -> Future[tuple[ChatModel, Decoder]]:
        """Return the model on its way; it loads in a thread, so that a stop need not wait for it."""
        with self._lock:
            if self._loading is None or (self._loading.done() and self._loading.exception()):
                future: Future[tuple[ChatModel, Decoder]] = Future()
                self._loading = future
                threading.Thread(target=self._fill, args=(future,), name="load", daemon=True).start()
            return self._loading

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        loading = self._loading
        return loading is not None and loading.done() and not loading.exception()

    def unload(self) -> bool:
        """Give the model's memory back; it is loaded again when it is next asked.

        Returns:
            Whether that was done: not while somebody waits for it or it is on its way.
        """
        with self._lock:
            if not self._turnstile.empty or (self._loading and not self._loading.done()):
                return False
            self._loading = None
        # A model is full of circles, which the counting of references never frees.
        gc.collect()
        return True

    def _fill(self, future: Future[tuple[ChatModel, Decoder]]) -> None:
        try:
            chat = self._loaded(self._path, self._config.precision)
            future.set_result((chat, Decoder(chat.model, chat.ends)))
        except Exception as error:
            future.set_exception(error if isinstance(error, WriterError) else explained(self._name, error))

    def _write(self, chat: ChatModel, prompt: Prompt, ticket: Ticket) -> Generator[str, None, None]:
        ids, thinking = self._ids(chat, prompt)
        visible, text = Visible(thinking), Detokenizer(chat.tokenizer)
        tokens = self._tokens(ids)
        try:
            while not visible.ended:
                with ticket.step():
                    token = next(tokens, -1)
                if token == -1:
                    break
                yield visible.push(text.push(token)) if token is not None else ""
        except WriterError:
            raise
        except Exception as cause:
            raise explained(self._name, cause) from cause
        finally:
            tokens.close()
        yield visible.finish()
        if not visible.said:
            raise WriterBroken(self._name, "it wrote nothing", "Ask again, or choose another model.")

    def _tokens(self, ids: list[int]) -> Generator[int | None, None, None]:
        assert self._loading is not None
        chat, decoder = self._loading.result()
        yield from decoder.tokens(ids, min(self._config.max_tokens, chat.room - len(ids)))

    def _ids(self, chat: ChatModel, prompt: Prompt) -> tuple[list[int], bool]:
        """Return the tokens of a prompt, and whether they leave the model thinking."""
        limit = min(self._config.prompt_tokens, chat.room - min(self._config.max_tokens, chat.room // 2))

        def size(messages: list[Message]) -> int:
            return len(_encoded(chat.tokenizer, _rendered(chat.tokenizer, messages)))

        try:
            messages = compose(prompt, size, limit, chat.control)
            text = _rendered(chat.tokenizer, messages) if messages else ""
        except Exception as cause:
            raise WriterUnusable(self._name, f"its chat template fails ({cause})", "Name another model.") from cause
        if not text:
            raise WriterUnusable(self._name, f"the question does not fit in {limit} tokens", "Ask a shorter question.")
        return _encoded(chat.tokenizer, text), text.rstrip().endswith(("<think>", "<thinking>"))


def _over(future: Future[Any]) -> bool:
    try:
        future.exception(timeout=_BEAT)
    except TimeoutError:
        return False
    return True


def _rendered(tokenizer: Any, messages: list[Message]) -> str:
    """Return messages as the model was taught to see them, without thinking and ready for its answer."""
    from jinja2 import TemplateError

    try:
        return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **_SWITCHES))
    except TemplateError:
        # Some templates know no system role; there the instructions open the first message.
        if len(messages) < 2 or messages[0]["role"] != "system":
            raise
        first = {**messages[1], "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
        return _rendered(tokenizer, [first, *messages[2:]])


def _encoded(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _on_lent_gpu(generate: Callable[..., Any]) -> Callable[..., Any] | None:
    """Wrap a generation so that it has a GPU for its time, on Spaces that lend them (ZeroGPU); None elsewhere."""
    try:
        import spaces  # type: ignore[import-not-found]
    except ImportError:
        return None
    lent: Callable[..., Any] = spaces.GPU(generate)
    return lent
