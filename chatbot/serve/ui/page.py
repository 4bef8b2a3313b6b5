"""The chat page: components, what each event shows, and how they are wired.

Annotations are evaluated here, as Gradio reads from them what a function wants to be given.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from chatbot.answer.conversation import MAX_QUESTION
from chatbot.serve.ui import render
from chatbot.serve.ui.exchange import Exchange, Talk
from chatbot.serve.ui.talk import Asked, converse, halted
from chatbot.serve.ui.words import LANGUAGES, preferred, words
from chatbot.types import Language

Update = dict[Any, Any]
"""Components to what they show next; the others stay as they are."""

# Answers take the processor, so more at a time only make each of them slower.
_AT_ONCE = 4
_WAITING = 64
_FONTS = ("Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", "Meiryo", "sans-serif")
_STYLES = ("style.css", "how.css")
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True)
class Parts:
    """The components of the page."""

    talk: Any
    language: Any
    name: Any
    new: Any
    controls: Any
    welcome: Any
    history: Any
    live: Any
    question: Any
    ask: Any
    stop: Any
    foot: Any
    status: Any


def build_page(bot: Asked, quick: Asked | None = None) -> Any:
    """Return the page as Gradio Blocks, to be launched with `look()`.

    Args:
        bot: Who is asked.
        quick: Who answers the examples while the page is built, if another; a writer need not be waited for.
    """
    import gradio as gr

    samples = {language: _sample(quick or bot, language) for _, language in LANGUAGES}
    with gr.Blocks(title=words("en").name, analytics_enabled=False, fill_width=True) as page:
        parts = _parts()
        _wire_texts(page, parts, samples)
        _wire_answers(parts, bot, samples)
    page.queue(max_size=_WAITING, default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def look() -> dict[str, Any]:
    """Return what `launch` needs for the page to look and behave as meant; nothing in it comes from elsewhere."""
    import gradio as gr

    here = files("chatbot.serve.ui")
    theme = gr.themes.Base(font=list(_FONTS), font_mono=["monospace"]).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#17191b",
        body_text_color="#1f2326",
        body_text_color_dark="#e6e4df",
    )
    return {
        "theme": theme,
        "css": "\n".join((here / name).read_text("utf-8") for name in _STYLES),
        "head": f"<script>{(here / 'page.js').read_text('utf-8')}</script>",
    }


def stream(parts: Parts, bot: Asked, question: str, before: Talk, language: Language) -> Generator[Update, None, None]:
    """Ask, and yield what the page shows as the answer grows; closing it stops the answer."""
    said = words(language)
    with closing(converse(bot, question, before, language)) as steps:
        talk = next(steps)
        yield {**_opened(parts, talk, language), parts.talk: talk}
        for talk in steps:
            yield {parts.talk: talk, parts.live: _shown(talk[-1:], language)}
    yield {**_rested(parts), parts.status: render.ready(talk[-1], said)}


def stopped(parts: Parts, talk: Talk, language: Language) -> Update:
    """Show the last answer as far as it came."""
    talk = halted(talk)
    return {**_rested(parts), parts.talk: talk, parts.live: _shown(talk[-1:], language)}


def texts(parts: Parts, talk: Talk, language: Language, sample: Exchange | None) -> Update:
    """Show the whole page in a language."""
    import gradio as gr

    said = words(language)
    return {
        parts.name: render.in_language(render.name_html(said), language),
        parts.new: gr.update(value=said.new, visible=bool(talk)),
        parts.language: language,
        parts.controls: render.in_language(render.controls_html(said, language), language),
        parts.welcome: "" if talk else render.in_language(render.welcome_html(said, sample), language),
        parts.history: _shown(talk[:-1], language),
        parts.live: _shown(talk[-1:], language),
        parts.question: gr.update(label=said.question, placeholder=said.placeholder),
        parts.ask: gr.update(value=said.ask),
        parts.stop: gr.update(value=said.stop),
        parts.foot: render.in_language(render.foot_html(said), language),
    }


def _opened(parts: Parts, talk: Talk, language: Language) -> Update:
    import gradio as gr

    return {
        parts.welcome: "",
        parts.history: _shown(talk[:-1], language),
        parts.live: _shown(talk[-1:], language),
        parts.new: gr.update(visible=True),
        parts.stop: gr.update(visible=True),
        parts.status: "",
    }


def _rested(parts: Parts) -> Update:
    import gradio as gr

    return {parts.stop: gr.update(visible=False)}


def _shown(talk: Talk, language: Language) -> str:
    return render.in_language(render.talk_html(talk, words(language)), language) if talk else ""


def _sample(bot: Asked, language: Language) -> Exchange | None:
    """Return the first example with its answer, None if these documents do not answer it."""
    last = list(converse(bot, words(language).examples[0], (), language))[-1][-1]
    return replace(last, number=0) if last.done and last.citations else None


def _parts() -> Parts:
    import gradio as gr

    asks = "openstance.asks(element, trigger);"
    with gr.Row(elem_id="head"):
        name = gr.HTML(elem_id="name", apply_default_css=False, js_on_load=None)
        new = gr.Button("", elem_id="new", visible=False, size="sm", scale=0)
        switches = "openstance.controls(element, trigger, watch);"
        controls = gr.HTML(elem_id="controls", apply_default_css=False, js_on_load=switches)
    with gr.Column(elem_id="talk"):
        welcome = gr.HTML(elem_id="welcome", apply_default_css=False, js_on_load=asks)
        history = gr.HTML(elem_id="history", apply_default_css=False, js_on_load=asks)
        live = gr.HTML(elem_id="live", apply_default_css=False, js_on_load=asks + "openstance.live(element, watch);")
    with gr.Row(elem_id="compose"):
        question = gr.Textbox(
            elem_id="question", show_label=False, container=False, lines=1, max_lines=6, max_length=MAX_QUESTION, autofocus=True
        )
        ask = gr.Button("", elem_id="ask", variant="primary", scale=0)
        stop = gr.Button("", elem_id="stop", visible=False, scale=0)
    foot = gr.HTML(elem_id="foot", apply_default_css=False, js_on_load=None)
    spoken = '<p class="unseen" role="status">${value}</p>'
    status = gr.HTML(elem_id="status", html_template=spoken, apply_default_css=False, js_on_load=None)
    talk, language = gr.State(()), gr.State("en")
    return Parts(talk, language, name, new, controls, welcome, history, live, question, ask, stop, foot, status)


def _wire_texts(page: Any, parts: Parts, samples: dict[Language, Exchange | None]) -> None:
    """Fill the page in the browser's first language, in another when it is chosen, and anew for a new conversation."""
    import gradio as gr

    def loaded(talk: Talk, request: gr.Request) -> Update:
        language = preferred(request.headers.get("accept-language", ""))
        return texts(parts, talk, language, samples[language])

    def switched(talk: Talk, event: gr.EventData) -> Update:
        # What a browser sends may be anything; only a language of the page is taken for one.
        language = next((code for _, code in LANGUAGES if code == event.language), LANGUAGES[0][1])
        return texts(parts, talk, language, samples[language])

    shown = [part for part in vars(parts).values() if part not in (parts.talk, parts.status)]
    # Not queued: a reader of the page must not wait behind those who ask.
    page.load(loaded, parts.talk, shown, queue=False, **_QUIET)
    parts.controls.select(switched, parts.talk, shown, queue=False, **_QUIET)


def _wire_answers(parts: Parts, bot: Asked, samples: dict[Language, Exchange | None]) -> None:
    import gradio as gr

    chips = [parts.welcome, parts.history, parts.live]

    def asked(question: str, talk: Talk, language: Language, event: gr.EventData) -> Generator[Update, None, None]:
        # By its kind: the component itself may be a session's own copy.
        typed = not isinstance(event.target, gr.HTML)
        wanted = question if typed else str(event.question)
        if not wanted.strip():
            yield _rested(parts)
            return
        if typed:
            yield {parts.question: ""}
        yield from stream(parts, bot, wanted, talk, language)

    def halt(talk: Talk, language: Language) -> Update:
        return stopped(parts, talk, language)

    def begun_anew(language: Language) -> Update:
        return {**texts(parts, (), language, samples[language]), **_rested(parts), parts.talk: (), parts.status: ""}

    told = [parts.question, parts.talk, parts.language]
    changed = [parts.talk, parts.welcome, parts.history, parts.live, parts.question, parts.new, parts.stop, parts.status]
    triggers = [parts.question.submit, parts.ask.click, *(chip.click for chip in chips)]
    # One listener for all, so that there is one answer at a time and one thing to stop.
    asking = gr.on(triggers, asked, told, changed, **_QUIET)
    parts.stop.click(halt, told[1:], changed, cancels=[asking], queue=False, **_QUIET)
    parts.new.click(begun_anew, parts.language, list(vars(parts).values()), cancels=[asking], queue=False, **_QUIET)
