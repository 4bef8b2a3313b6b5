"""The chat page as Gradio knows it: one component as high as the window, behind what the page's script draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatbot.serve.ui.words import words

_FONTS = ("Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", "Meiryo", "sans-serif")


def build_page(publish: Callable[[], None]) -> Any:
    """Return the page as Gradio Blocks, to be mounted with `look()`.

    Args:
        publish: Adds what Gradio's clients can call by name.
    """
    import gradio as gr

    with gr.Blocks(title=words("en").name, analytics_enabled=False, fill_width=True) as page:
        # The page is drawn before Gradio has started (`early`), and answers come over routes of their own (`routes`): Gradio's
        # queue takes longer than an answer does, and what it keeps of a conversation is lost with the server.
        gr.HTML(elem_id="page", apply_default_css=False, js_on_load=None)
        publish()
    page.queue(api_open=False)
    return page


def look() -> dict[str, Any]:
    """Return what mounting needs for the page to look and behave as meant; nothing in it comes from elsewhere."""
    import gradio as gr

    theme = gr.themes.Base(font=list(_FONTS), font_mono=["monospace"]).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#17191b",
        body_text_color="#1f2326",
        body_text_color_dark="#e6e4df",
    )
    return {"theme": theme, "head": ""}
