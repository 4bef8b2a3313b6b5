"""One web application of everything that is served over HTTP: the chat page and, beside it, what programs call."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chatbot.serve.feedback import Keep, dropped
from chatbot.serve.heap import GivenBack
from chatbot.serve.observe import Watch, observed

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chatbot.config import Config
    from chatbot.pipeline import Chatbot
    from chatbot.serve.api.line import Line
    from chatbot.serve.observe.metrics import Metrics
    from chatbot.voice.events import Latency


@dataclass(frozen=True, slots=True)
class Service:
    """What is served, and how."""

    bot: Chatbot
    config: Config
    keep: Keep = dropped
    """Keeps what people think of an answer."""
    timed: Callable[[Latency], None] = lambda event: None
    """Told of the times of each spoken turn."""


def build_app(service: Service) -> FastAPI:
    """Return the application, to be run by uvicorn. What is added first answers first; the page takes what is left.

    Raises:
        ConfigError: If the environment's users or keys cannot be used.
    """
    from fastapi import FastAPI

    from chatbot.serve.api.add import add as add_api
    from chatbot.serve.api.line import Line
    from chatbot.serve.guard import add_guards
    from chatbot.serve.health import add_health, add_numbers
    from chatbot.serve.observe.metrics import Metrics
    from chatbot.serve.site.routes import add as add_site
    from chatbot.serve.ui import assets
    from chatbot.serve.ui.early import EarlyHead
    from chatbot.serve.ui.page import look
    from chatbot.serve.ui.routes import add as add_talk

    metrics, plain = Metrics(), service.bot.quick
    line = Line(full=metrics.turned_away)
    metrics.watch_queue(lambda: line.waiting)
    service = replace(service, bot=observed(service.bot, _watches(metrics, service.config)), keep=metrics.keeping(service.keep))
    service = replace(service, timed=metrics.turned)
    app = FastAPI(title="OpenStance", docs_url=None, redoc_url=None, openapi_url=None)
    add_health(app, metrics, service.config.serve)
    appearance = look()
    add_api(app, service, line)
    add_talk(app, service, line, plain)
    add_site(app, service)
    _add_page(app, service, line, appearance)
    app.add_middleware(EarlyHead, head=assets.head())
    add_guards(app, service.config, appearance["head"], metrics)
    add_numbers(app)
    return app


def _watches(metrics: Metrics, config: Config) -> list[Watch]:
    from chatbot.serve.observe.logs import AnswerLog
    from chatbot.serve.observe.traces import configured

    traces = configured(os.environ, config.serve.log_questions)
    return [metrics, AnswerLog(config.serve.log_questions), GivenBack(), *([traces] if traces else [])]


def _add_page(app: FastAPI, service: Service, line: Line, appearance: Mapping[str, Any]) -> None:
    import gradio as gr

    from chatbot.serve.ui.endpoints import publish
    from chatbot.serve.ui.page import build_page

    page = build_page(lambda: publish(service, line))
    # Nothing that tells more about the program or its visitors than the page does.
    quiet: dict[str, Any] = {"footer_links": [], "enable_monitoring": False, "run_history": False, "mcp_server": False}
    quiet |= {"show_error": False, "max_file_size": 0, "pwa": False, "ssr_mode": False}
    schemas = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    gr.mount_gradio_app(app, page, path="/", app_kwargs=schemas, **quiet, **appearance)
