"""The whole program behind a real browser: servers in processes of their own, Chromium, pages that tell of any error."""

import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "answer" / "writers"))

from browsed import ARGUMENTS, HERE, LOCALES, SIZES, SMALL, Served, free_port
from hostile import documents
from scripted_server import DONE, ScriptedServer, event


def pytest_collection_modifyitems(items):
    """Come last: while Playwright is at work an event loop runs in this thread, and no other test could run its own."""
    items.sort(key=lambda item: item.path.is_relative_to(HERE))


@contextmanager
def serving(*arguments, folder):
    port = free_port()
    served = Served([sys.executable, "-m", "chatbot.cli", "serve", "--port", str(port), *arguments], port, folder)
    try:
        yield served.start()
    finally:
        served.stop()


@pytest.fixture(scope="session")
def bundled(tmp_path_factory):
    """The program as `make chat` serves it."""
    with serving(folder=tmp_path_factory.mktemp("bundled")) as served:
        yield served


@pytest.fixture(scope="session")
def odd(tmp_path_factory):
    """The program over documents that would do harm if they could, with a writer that takes its time."""
    folder = tmp_path_factory.mktemp("odd")
    for name, text in documents().items():
        (folder / "corpus").mkdir(exist_ok=True)
        (folder / "corpus" / name).write_text(text, "utf-8")
    slow = [event("The harbour tower is 48 metres tall [1]. It "), 30.0, event("was finished in 1962 [1]."), DONE]
    writer = ScriptedServer([(200, "text/event-stream", slow)])
    try:
        arguments = ["--corpus", str(folder / "corpus"), "--writer", f"openai:{writer.url}/v1#slow"]
        with serving(*arguments, folder=folder) as served:
            served.writer = writer
            yield served
    finally:
        writer.close()


@pytest.fixture
def small(tmp_path):
    """A small chatbot that may be killed; not started."""
    port = free_port()
    served = Served([sys.executable, str(SMALL), str(port)], port, tmp_path)
    yield served
    if served.process:
        served.stop()


@pytest.fixture(scope="session")
def serving_small():
    """Serves a small chatbot with variables of the environment set."""

    @contextmanager
    def started(folder, **environment):
        port = free_port()
        served = Served([sys.executable, str(SMALL), str(port)], port, folder, **environment)
        try:
            yield served.start()
        finally:
            served.stop()

    return started


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if not path:
        pytest.skip("Chromium is missing. Install it, as make test does where it may: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def launch(chromium):
    """Starts another browser, told more than the one that all share; with a profile, one that keeps what it is given."""

    def started(*more, profile=None, **told):
        kind, given = chromium.browser_type, {"executable_path": shutil.which("chromium"), "args": [*ARGUMENTS, *more]}
        return kind.launch_persistent_context(profile, **given, **told) if profile else kind.launch(**given)

    return started


@pytest.fixture
def visit(chromium):
    """Open a page as somebody would; what it complains of on its console fails the test."""
    contexts, troubles = [], []

    def opened(url, language="en", size="desktop", dark=False, expect=(), **options):
        context = chromium.new_context(
            locale=LOCALES[language],
            viewport=SIZES[size],
            color_scheme="dark" if dark else "light",
            has_touch=size == "phone",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()

        def complain(text):
            if not any(words in text for words in expect):
                troubles.append(text)

        page.on("console", lambda message: complain(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("dialog", lambda dialog: (complain(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request", lambda request: request.url.startswith((url, "data:", "blob:")) or complain(f"went to {request.url}")
        )
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def ask(page, question):
    """Ask and wait until the answer is whole; returns its article."""
    page.wait_for_selector("#ask-text")
    before = page.locator("#thread .exchange").count()
    page.fill("#ask-text", question)
    page.press("#ask-text", "Enter")
    article = page.locator("#thread .exchange").nth(before)
    article.locator(".support, .refused, .note").first.wait_for()
    return article


@pytest.fixture(scope="session", name="ask")
def asking():
    return ask
