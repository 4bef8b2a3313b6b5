"""What stands between the network and the application; each guard is one small ASGI application around the next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chatbot.config import Config
    from chatbot.serve.guard.rate import Tally


def add_guards(app: FastAPI, config: Config, head: str, tally: Tally) -> None:
    """Put the guards around an application.

    Args:
        app: What is guarded.
        config: Says how much a client may ask for; the environment says who may come in.
        head: What the page adds to its head; its scripts are allowed to run.
        tally: Told of those who ask and of those who asked too often.

    Raises:
        ConfigError: If the environment's users or keys cannot be used.
    """
    from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

    from chatbot.serve.guard.access import Access
    from chatbot.serve.guard.body import BodyLimit
    from chatbot.serve.guard.headers import SafeHeaders
    from chatbot.serve.guard.origins import SharedOrigins
    from chatbot.serve.guard.paths import ClosedPaths
    from chatbot.serve.guard.rate import RateLimit
    from chatbot.serve.guard.request import proxies
    from chatbot.serve.guard.users import doorkeeper

    # Compression would hold back the beginning of what is streamed.
    live = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/x-ndjson")
    guard, trusted = config.guard, proxies(config.guard)
    # What is added last stands outermost.
    app.add_middleware(RateLimit, most=guard.questions, proxies=trusted, tally=tally)
    app.add_middleware(Access, door=doorkeeper(os.environ), config=guard, proxies=trusted)
    app.add_middleware(ClosedPaths, proxies=trusted, origins=guard.origins)
    app.add_middleware(BodyLimit, limit=guard.body)
    app.add_middleware(SafeHeaders, head=head)
    app.add_middleware(SharedOrigins, origins=guard.origins)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5, exclude_content_types=live)
