"""The writers that visitors choose among. They are shared: a model is loaded once, and one that nobody needs makes room."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chatbot.answer.writers.candidates import Candidate, cached, candidate
from chatbot.answer.writers.cost import Cost, free_memory, resident
from chatbot.answer.writers.hub import HubWriter
from chatbot.answer.writers.load import resolve
from chatbot.assemble import make_writer
from chatbot.config import Config, writer_parts
from chatbot.device import pick_device
from chatbot.errors import ConfigError, WriterMemory
from chatbot.pipeline import WRITER, Chatbot
from chatbot.protocols import Writer

_log = logging.getLogger(__name__)
# More at a time would fill a machine for writers that were tried once.
_MODELS, _KEPT = 2, 16
# Seconds from one look at the progress of a model to the next, and from one look for models to the next.
_BEAT, _FRESH = 0.2, 30.0
# Until a model is whole nobody should read that it is.
_MOST = 0.99


@dataclass(frozen=True, slots=True)
class Option:
    """Who could write."""

    name: str
    cost: Cost | None = None
    """None for what takes no memory here."""
    fits: bool = True


class Writers:
    """Whoever can be chosen to write, and the chatbot with each of them."""

    def __init__(self, bot: Chatbot, config: Config, make: Callable[[Config], Writer | None] = make_writer) -> None:
        """Offer writers for a chatbot.

        Args:
            bot: With the writer that is set, if any.
            config: Names that writer, where the page is served, and how writers write.
            make: Builds a writer without loading it.
        """
        self._bot, self._config, self._make = bot, config, make
        self._writers: OrderedDict[str, Writer] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: tuple[float, tuple[Candidate, ...]] = (float("-inf"), ())

    @property
    def default(self) -> str:
        """The writer that is set."""
        return self._config.writer

    @property
    def endpoints(self) -> bool:
        """Whether visitors may name an endpoint; elsewhere than on their own machine they could make ours call any other."""
        wanted = self._config.serve.endpoints
        return _loopback(self._config.serve.host) if wanted == "auto" else wanted == "yes"

    def options(self) -> tuple[Option, ...]:
        """Return who can be chosen: the package's own first, the one that is set, then the models on this machine."""
        free = free_memory(pick_device("auto"))
        # What is loaded has its memory already.
        have = {name for name, writer in self._writers.items() if isinstance(writer, HubWriter) and writer.loaded}
        found = {each.name: each.cost for each in self._candidates()}
        named = dict.fromkeys((WRITER, self.default, *found))
        return tuple(
            Option(name, cost, cost is None or free is None or name in have or cost.most <= free)
            for name in named
            for cost in [found.get(name)]
        )

    def bot(self, name: str) -> Chatbot:
        """Return the chatbot with a writer.

        Raises:
            ConfigError: If that may not be chosen.
        """
        if name == self.default:
            return self._bot
        if name == WRITER:
            return self._bot.quick
        return replace(self._bot, writer=self._writer(name), writer_name=name)

    def opening(self, name: str) -> Generator[float, None, None]:
        """Get a writer ready, yielding how far that is, 0 to 1.

        Raises:
            ConfigError: If it may not be chosen.
            WriterError: If it cannot be had; there is none worse off for it.
        """
        writer = self.bot(name).writer
        if not isinstance(writer, HubWriter) or writer.loaded:
            yield 1.0
            return
        cost = next((option.cost for option in self.options() if option.name == name), None)
        self._make_room(name, cost)
        before, wanted = resident() or 0, cost.weights if cost else 0
        loading = writer.loading()
        while not loading.done():
            yield min(_MOST, max(0.0, ((resident() or 0) - before) / wanted)) if wanted else 0.0
            time.sleep(_BEAT)
        loading.result()
        yield 1.0

    def _candidates(self) -> tuple[Candidate, ...]:
        at, found = self._seen
        if time.monotonic() - at > _FRESH:
            found = tuple(self._look())
            self._seen = (time.monotonic(), found)
        return found

    def _look(self) -> Iterator[Candidate]:
        writing = self._config.writing
        precision, tokens = resolve(writing.precision, pick_device("auto")), writing.prompt_tokens + writing.max_tokens
        kind, model, _ = writer_parts(self.default)
        for folder in (*([model] if kind == "hub" else []), *self._config.serve.models):
            if Path(folder).is_dir() and (found := candidate(f"hub:{folder}", Path(folder), precision, tokens)):
                yield found
        yield from cached(precision, tokens)

    def _writer(self, name: str) -> Writer:
        kind, model, _ = writer_parts(name)
        allowed = self.endpoints if kind == "openai" else name in {each.name for each in self._candidates()}
        if not allowed:
            raise ConfigError(f"The writer {name[:200]} cannot be chosen here. Choose one of those that are shown.")
        with self._lock:
            if name not in self._writers:
                writer = self._make(replace(self._config, writer=name))
                assert writer is not None, model
                self._writers[name] = writer
            self._writers.move_to_end(name)
            self._forget()
            return self._writers[name]

    def _forget(self) -> None:
        """Drop the writers that were chosen longest ago, those that are at work excepted."""
        for name in list(self._writers)[:-1]:
            if len(self._writers) <= _KEPT:
                return
            writer = self._writers[name]
            if not isinstance(writer, HubWriter) or writer.unload():
                del self._writers[name]

    def _make_room(self, name: str, cost: Cost | None) -> None:
        """Unload models until another fits beside those that are left.

        Raises:
            WriterMemory: If it does not fit even then.
        """
        with self._lock:
            loaded = [(each, writer) for each, writer in self._writers.items() if _is_loaded(writer) and each != name]
        left = len(loaded)
        for other, writer in loaded:
            if left < _MODELS and _room_for(cost):
                break
            if isinstance(writer, HubWriter) and writer.unload():
                left -= 1
                _log.info("Unloaded %s to make room for %s", other, name)
        if not _room_for(cost):
            assert cost is not None
            cause = f"it needs {cost.most / 1e9:.1f} GB of memory, more than is free"
            raise WriterMemory(name, cause, "Choose a smaller one, or set writing.precision.")


def _is_loaded(writer: Writer) -> bool:
    return isinstance(writer, HubWriter) and writer.loaded


def _room_for(cost: Cost | None) -> bool:
    free = free_memory(pick_device("auto"))
    return cost is None or free is None or cost.most <= free


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
