"""From a configuration to a page that answers, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from chatbot.assemble import Progress, opening
from chatbot.config import Config
from chatbot.errors import ChatbotError, CorpusEmpty
from chatbot.pipeline import Chatbot

# In percent, from one line about the indexing to the next.
_STEP = 10
_LOCAL = ("127.0.0.1", "localhost")


def serve(config: Config, say: Callable[[str], None]) -> None:
    """Serve the chat page until Ctrl-C.

    Args:
        config: Which documents, which encoder, and where the page is served.
        say: Told how far the indexing is, and the address once the page answers there.

    Raises:
        ChatbotError: If the documents cannot be used or the page cannot be served there.
    """
    host, port = config.serve.host, config.serve.port
    # Before the documents are read: who has to choose another port should not have waited for that.
    _check_free(host, port)
    bot = _open(config, say)
    try:
        page = _launch(bot, host, port)
        try:
            say(f"OpenStance answers on {_address(host, port)} (Ctrl-C ends it)")
            threading.Event().wait()
        finally:
            page.close(verbose=False)
    except KeyboardInterrupt:
        say("The page is closed.")


def _open(config: Config, say: Callable[[str], None]) -> Chatbot:
    told = 0
    for step in opening(config, say):
        if isinstance(step, Chatbot):
            return step
        percent = _percent(step)
        if percent >= told + _STEP:
            told = percent - percent % _STEP
            say(f"Indexing the documents: {told} %")
    raise CorpusEmpty(config.corpus_folder)


def _percent(step: Progress) -> int:
    return 100 * step.done // max(1, step.total)


def _launch(bot: Chatbot, host: str, port: int) -> Any:
    from chatbot.serve.ui.page import build_page, look

    _spare_proxies()
    page = build_page(bot, bot.quick)
    try:
        page.launch(
            server_name=f"[{host}]" if ":" in host else host,
            server_port=port,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            # Nothing that tells more about the program or its visitors than the page does.
            footer_links=[],
            enable_monitoring=False,
            run_history=False,
            mcp_server=False,
            ssr_mode=False,
            pwa=False,
            max_file_size=0,
            app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
            **look(),
        )
    except (OSError, ValueError) as cause:
        raise ChatbotError(f"The page does not answer on {host}, port {port}: {cause} Try another --host or --port.") from cause
    return page


def _check_free(host: str, port: int) -> None:
    """Bind the port once and let go of it.

    Raises:
        ChatbotError: If that is not possible.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as cause:
        raise ChatbotError(_why_not(host, port, cause)) from cause


def _why_not(host: str, port: int, cause: OSError) -> str:
    if cause.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return f"Port {port} on {host} is taken by another program. Stop that one, or choose another port: --port {other}"
    if cause.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023, such as: --port 7860"
    reason = cause.strerror or str(cause)
    return f"The page cannot be served on {host}, port {port} ({reason}). Name an address of this machine: --host 127.0.0.1"


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _spare_proxies() -> None:
    """Keep the check that the page answers from being sent to a proxy, which cannot reach it."""
    for name in ("no_proxy", "NO_PROXY"):
        named = [entry for entry in os.environ.get(name, "").split(",") if entry]
        os.environ[name] = ",".join([*named, *(host for host in _LOCAL if host not in named)])
