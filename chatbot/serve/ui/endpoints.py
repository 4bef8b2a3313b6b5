"""What Gradio's clients call by name: `/ask`, `/ask_stream` and `/search`.

Annotations are evaluated here, as Gradio reads from them what a function takes and gives.
"""

import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, closing
from typing import TYPE_CHECKING

from chatbot.errors import InputError
from chatbot.pipeline import Chatbot
from chatbot.serve import batch, wire
from chatbot.serve.api.line import Line
from chatbot.serve.api.models import FINAL, asked
from chatbot.serve.api.problem import Problem
from chatbot.serve.api.tools import Ask, Json, Search, checked, past
from chatbot.serve.ui.exchange import Exchange, follow
from chatbot.types import Done, Turn

if TYPE_CHECKING:
    from chatbot.serve.app import Service

# Who may be at it in Gradio's own queue; the line behind it says no to those who are too many.
_AT_ONCE = 64
_ASK = (
    "Answer a question in Japanese or English from the documents. history: earlier turns, {question, answer}, oldest first. "
    "Gives the answer as it grows; the last is the whole, with its citations and what else is known of it."
)
_SEARCH = "Find the k passages that are nearest to a query, best first; k is 1 to 50."


def publish(service: "Service", line: Line) -> None:
    """Put `/ask` and `/search` where Gradio's clients find them, within the Blocks that are being made.

    Args:
        service: Who is asked.
        line: Where those who call stand.
    """
    import gradio as gr

    # Gradio takes what comes back from the annotation, also where it comes piece by piece.
    async def ask(question: str, history: list[dict] | None = None) -> dict:  # type: ignore[type-arg, misc]
        def begin(stop: threading.Event) -> Generator[Json, None, None]:
            given = checked(Ask, {"question": question, "history": history or []})
            yield from grown(asked(service.bot, FINAL, stop), given.question, past(given))

        async with aclosing(_told(line, begin)) as rows:
            async for row in rows:
                yield row

    async def search(query: str, k: int = 10) -> dict:  # type: ignore[type-arg, misc]
        def begin(stop: threading.Event) -> Generator[Json, None, None]:
            given = checked(Search, {"query": query, "k": k})
            yield batch.search_one(service.bot, given.query, given.k)

        async with aclosing(_told(line, begin)) as rows:
            async for row in rows:
                yield row

    for name, function, said in (("ask", ask, _ASK), ("search", search, _SEARCH)):
        gr.api(function, api_name=name, api_description=said, concurrency_limit=_AT_ONCE, concurrency_id="programs")


def grown(bot: Chatbot, question: str, before: Sequence[Turn]) -> Generator[Json, None, None]:
    """Yield the answer so far with its citations, and last what `openstance ask --json` gives."""
    exchange, shown = Exchange(1, question), ""
    with closing(bot.ask(question, before)) as events:
        for event in events:
            exchange = follow(exchange, event)
            if isinstance(event, Done):
                yield wire.answer(event, question)
            elif exchange.text != shown:
                shown = exchange.text
                yield {"question": question, "answer": shown, "citations": [wire.citation(each) for each in exchange.citations]}


async def _told(line: Line, begin: Callable[[threading.Event], Generator[Json, None, None]]) -> AsyncGenerator[Json, None]:
    import gradio as gr

    async with aclosing(line.run(begin)) as rows:
        try:
            async for row in rows:
                if row is not None:
                    yield row
        except (InputError, Problem) as error:
            # The caller's own mistake, or too many callers: told to him, not to the log.
            raise gr.Error(str(error), print_exception=False) from error
