"""One web application of everything that is served over HTTP: the chat page and, beside it, what programs call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chatbot.config import Config
    from chatbot.pipeline import Chatbot


@dataclass(frozen=True, slots=True)
class Service:
    """What is served, and how."""

    bot: Chatbot
    config: Config


def build_app(service: Service) -> FastAPI:
    """Return the application, to be run by uvicorn. What is added first answers first; the page takes what is left."""
    from fastapi import FastAPI

    from chatbot.serve.site.routes import add as add_site

    app = FastAPI(title="OpenStance", docs_url=None, redoc_url=None, openapi_url=None)
    add_site(app, service)
    return _with_page(app, service)


def _with_page(app: FastAPI, service: Service) -> FastAPI:
    import gradio as gr

    from chatbot.serve.ui.page import build_page, look

    page = build_page(service.bot, service.bot.quick)
    # Nothing that tells more about the program or its visitors than the page does.
    quiet: dict[str, Any] = {"footer_links": [], "enable_monitoring": False, "run_history": False, "mcp_server": False}
    schemas = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    mounted: FastAPI = gr.mount_gradio_app(
        app, page, path="/", ssr_mode=False, pwa=False, max_file_size=0, app_kwargs=schemas, show_error=False, **quiet, **look()
    )
    return mounted
