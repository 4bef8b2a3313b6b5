"""What the chat page calls: its texts, answers as they grow, conversations it kept, what to ask next, and thumbs."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.errors import ChatbotError
from chatbot.pipeline import WRITER
from chatbot.serve.aloud.room import Room, offered
from chatbot.serve.aloud.socket import Aloud
from chatbot.serve.api.line import Line
from chatbot.serve.api.models import Stoppable
from chatbot.serve.api.problem import Busy
from chatbot.serve.feedback import LONGEST_ANSWER, LONGEST_QUESTION, LONGEST_WORD, Rating
from chatbot.serve.ui import assets, fields
from chatbot.serve.ui.actions import actions_html
from chatbot.serve.ui.body import Unfit, json_of
from chatbot.serve.ui.exchange import Exchange
from chatbot.serve.ui.frame import frame
from chatbot.serve.ui.lines import lines
from chatbot.serve.ui.mic import Offered, worklet
from chatbot.serve.ui.picker import choices
from chatbot.serve.ui.record import Library, record, restored
from chatbot.serve.ui.render import ask_html, exchange_html
from chatbot.serve.ui.suggest import Suggestions
from chatbot.serve.ui.talk import Asked, converse
from chatbot.serve.ui.words import LANGUAGES, preferred, words
from chatbot.serve.writers import Writers
from chatbot.types import Language

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from chatbot.pipeline import Chatbot
    from chatbot.serve.app import Service

Json = dict[str, Any]
Steps = Generator[Json | None, None, None]
Begin = Callable[[threading.Event], Steps]

# Models that are loaded at once, and who may wait for one.
_LOADING, _WAITING = 1, 8
# Bytes; of a question with its past, and of a whole conversation.
_QUESTION_BODY, _TALK_BODY = 400_000, 2_000_000
_COOKIE = "openstance-language"
_CITED, _ASKED_BEFORE, _WRITER_NAME = 20, 50, 300
# Seconds.
_BEAT = 0.5
# What to ask next is looked for while nobody is being answered, at the latest after so long for each of its tries.
_PATIENCE = 2.0
_A_YEAR = "public, max-age=31536000, immutable"


def add(app: FastAPI, service: Service, line: Line, plain: Chatbot) -> None:
    """Add the routes of the chat page to an application.

    Args:
        app: Where they are added.
        service: Who is asked.
        line: Where those who ask stand.
        plain: Asked by the page itself, for samples and what to ask next; nobody counts that as a question.
    """
    page = _Page(service, line, plain)
    for name in ("frame", "alive", "page.js", "page.css", "worklet.js"):
        app.router.add_route(f"/talk/{name}", getattr(page, name.removeprefix("page.").replace(".", "_")), methods=["GET"])
    for name in ("ask", "writer", "shown", "next", "rate"):
        app.router.add_route(f"/talk/{name}", getattr(page, name), methods=["POST"])
    if page.aloud:
        app.router.add_websocket_route("/talk/voice", page.aloud.talk)


class _Page:
    """The routes of the chat page; what it holds does not change while it serves."""

    def __init__(self, service: Service, line: Line, plain: Chatbot) -> None:
        self._service, self._line, self._loading = service, line, Line(_LOADING, _WAITING)
        self._writers = Writers(service.bot, service.config)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="beside")
        self._library = Library.of(plain.passages)
        self._suggestions = Suggestions(plain, plain.passages, lambda: line.settle(_PATIENCE))
        voice = offered(service.config)
        self.aloud = Aloud(Room(service.config, plain, service.timed), self._bot) if voice.there else None
        # Made while the rest of the program starts: the sample answers take longer than anything else in them.
        self._frames = {code: self._beside.submit(_framed, plain, code, voice) for _, code in LANGUAGES}

    async def frame(self, request: Request) -> Response:
        """Give the page around the conversation in the language that is asked for, else in the one the browser prefers."""
        chosen = request.query_params.get("lang") or request.cookies.get(_COOKIE) or ""
        language = _language(chosen) or preferred(request.headers.get("accept-language", ""))
        content = await asyncio.wrap_future(self._frames[language])
        return _sent(content, {"cache-control": "no-cache", "vary": "accept-language, cookie"})

    async def alive(self, request: Request) -> Response:
        """Say that the server answers."""
        return _sent({}, {"cache-control": "no-store"})

    async def js(self, request: Request) -> Response:
        """Give the page's script."""
        return _asset(assets.script())

    async def css(self, request: Request) -> Response:
        """Give the page's style."""
        return _asset(assets.style())

    async def worklet_js(self, request: Request) -> Response:
        """Give the script that takes and gives sound."""
        return _asset(worklet())

    async def ask(self, request: Request) -> Response:
        """Answer a question, a line of JSON for each thing that is to be shown."""
        try:
            given = await json_of(request, _QUESTION_BODY)
        except Unfit as unfit:
            return _refused(unfit)
        language = _language(given.get("language")) or "en"
        number = fields.whole(given.get("number"), 1, 1_000_000)
        question = fields.text(given.get("question"), 2 * MAX_QUESTION)
        bot, past = self._bot(given.get("writer")), fields.turns(given.get("past"))

        def begin(stop: threading.Event) -> Steps:
            writer = Stoppable(bot.writer, stop) if bot.writer else None
            return lines(replace(bot, writer=writer), question, past, language, number)

        return await _streamed(self._line, begin, language)

    async def writer(self, request: Request) -> Response:
        """Say who can write, or let another write from now on, a line of JSON for each thing that is to be shown."""
        try:
            given = await json_of(request, _QUESTION_BODY)
        except Unfit as unfit:
            return _refused(unfit)
        language = _language(given.get("language")) or "en"
        wanted, before = (fields.text(given.get(name), _WRITER_NAME) for name in ("wanted", "before"))
        steps = choices(self._writers, wanted, before or self._writers.default, language)
        return await _streamed(self._loading, lambda stop: steps, language)

    def _bot(self, writer: Any) -> Chatbot:
        """Return the chatbot with the writer that a browser chose; with the one that is set, if that cannot be had."""
        chosen = fields.text(writer, _WRITER_NAME)
        try:
            return self._writers.bot(chosen) if chosen else self._service.bot
        except ChatbotError:
            return self._service.bot

    async def shown(self, request: Request) -> Response:
        """Show a conversation that a browser kept."""
        try:
            given = await json_of(request, _TALK_BODY)
        except Unfit as unfit:
            return _refused(unfit)
        said = words(_language(given.get("language")) or "en")
        talk = restored(given.get("talk"), self._library, said)
        doing = actions_html(said)
        return _sent({"html": [exchange_html(each, said, doing) for each in talk], "talk": [record(each) for each in talk]})

    async def next(self, request: Request) -> Response:
        """Say what can be asked next, as HTML."""
        try:
            given = await json_of(request, _QUESTION_BODY)
        except Unfit as unfit:
            return _refused(unfit)
        language = _language(given.get("language")) or "en"
        asked = [fields.text(each, MAX_QUESTION) for each in fields.rows(given.get("asked"), _ASKED_BEFORE)]
        cites = fields.rows(given.get("cites"), _CITED)
        citations = [found for place in cites if (found := self._library.citation(place))]
        look = asyncio.get_running_loop().run_in_executor(self._beside, self._suggestions.after, citations, asked, language)
        return _sent({"html": "".join(f"<li>{ask_html(question, question)}</li>" for question in await look)})

    async def rate(self, request: Request) -> Response:
        """Keep what somebody thinks of an answer."""
        try:
            given = await json_of(request, _QUESTION_BODY)
            rating = _rating(given, datetime.now(UTC))
        except Unfit as unfit:
            return _refused(unfit)
        await asyncio.get_running_loop().run_in_executor(self._beside, self._service.keep, rating)
        return _sent({"kept": True})


def _framed(bot: Asked, language: Language, voice: Offered) -> Json:
    return frame(words(language), _sample(bot, language), voice)


def _sample(bot: Asked, language: Language) -> Exchange | None:
    """Return the first example with its answer, None if these documents do not answer it."""
    *_, last = converse(bot, words(language).examples[0], (), language, 0)
    return last if last.done and last.citations else None


async def _streamed(line: Line, begin: Begin, language: Language) -> Response:
    from starlette.responses import StreamingResponse

    running = line.run(begin)
    try:
        first = await anext(running, None)
    except Busy:
        return _sent({"error": words(language).busy}, {"retry-after": "5"}, 503)
    return StreamingResponse(_encoded(first, running), media_type="application/x-ndjson", headers={"cache-control": "no-store"})


async def _encoded(first: Json | None, running: AsyncGenerator[Json | None, None]) -> AsyncIterator[bytes]:
    async with aclosing(running):
        if first is not None:
            yield _line(first)
        sent = time.monotonic()
        async for step in running:
            # An empty line now and then: only by sending is it noticed that nobody listens any more.
            if step is not None or time.monotonic() > sent + _BEAT:
                sent = time.monotonic()
                yield _line(step) if step is not None else b"\n"


def _line(step: Json) -> bytes:
    return json.dumps(step, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _rating(given: Json, now: datetime) -> Rating:
    helpful = given.get("helpful")
    question = fields.text(given.get("question"), LONGEST_QUESTION)
    if not isinstance(helpful, bool) or not question:
        raise Unfit(400, "A rating needs a question and whether its answer was helpful (true or false).")
    cited = tuple(fields.text(path, LONGEST_WORD) for path in fields.rows(given.get("citations"), _CITED))
    return Rating(
        question=question,
        answer=fields.text(given.get("answer"), LONGEST_ANSWER),
        helpful=helpful,
        word=fields.text(given.get("word"), LONGEST_WORD),
        citations=cited,
        writer=fields.text(given.get("writer"), LONGEST_WORD) or WRITER,
        language=_language(given.get("language")) or "en",
        at=now.isoformat(timespec="seconds"),
    )


def _language(chosen: Any) -> Language | None:
    """Return the language if it is one of the page's."""
    return next((code for _, code in LANGUAGES if code == chosen), None)


def _refused(unfit: Unfit) -> Response:
    return _sent({"error": str(unfit)}, {}, unfit.status)


def _sent(content: Json, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    from starlette.responses import Response

    # In ASCII: what a browser sent may hold half a character, which UTF-8 cannot carry.
    body = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return Response(body, status, headers, "application/json")


def _asset(asset: assets.Asset) -> Response:
    from starlette.responses import Response

    return Response(asset.content, media_type=f"{asset.media}; charset=utf-8", headers={"cache-control": _A_YEAR})
