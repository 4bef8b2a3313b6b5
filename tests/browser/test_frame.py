"""A Space within the Hub's page, which is another site: shown there and nowhere else, and at work where little is allowed."""

import json
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

sys.path.append(str(Path(__file__).parent))

from framing import ALLOWED, HUB, OTHER, SPACE, sites

TALL = {"en": "How tall is the harbour tower?", "ja": "大橋の長さは何メートルですか？"}
SAYS = {"en": "48 metres", "ja": "1200メートル"}
LOCALES = {"en": "en-US", "ja": "ja-JP"}
USER, PASSWORD = "anna", "open sesame"
# Gradio's own script asks the Hub about the Space; pages of ours call nobody else. What a frame may not do is told.
KNOWN = ("huggingface.co/api/spaces/by-subdomain", "Blocked autofocusing", "Clipboard API has been blocked")
# As the browser is set that most people have; private windows, and Debian's browser, let a frame keep cookies alone.
KEEPING = {"profile": {"block_third_party_cookies": False, "cookie_controls_mode": 0}}


@pytest.fixture(scope="module")
def beyond(launch, serving_small, tmp_path_factory):
    """Starts browsers before which a Space stands, behind the Hub's proxy; its login has a cookie that must work there."""
    folder = tmp_path_factory.mktemp("space")
    told = {"SPACE_ID": "someone/openstance", "SPACE_HOST": SPACE, "OPENSTANCE_USERS": f"{USER}:{PASSWORD}"}
    with serving_small(folder, OPENSTANCE_SERVE_HOST="0.0.0.0", **told) as space, sites(space.url, folder) as port:
        rules = ", ".join(f"MAP {name}:443 127.0.0.1:{port}" for name in (HUB, SPACE, OTHER))
        yield lambda **told: launch(f"--host-resolver-rules={rules}", **told)


@pytest.fixture(scope="module")
def private(beyond):
    with closing(beyond()) as browser:
        yield browser


@pytest.fixture
def framed(beyond, private, tmp_path):
    """Open a page of a site that shows an address in a frame; what the page or the frame complains of fails the test."""
    contexts, troubles = [], []

    def opened(address=f"https://{SPACE}/", site=HUB, language="en", allow=ALLOWED, keeping=False, expect=()):
        told = {"locale": LOCALES[language], "ignore_https_errors": True}
        if keeping:
            (tmp_path / "Default").mkdir()
            (tmp_path / "Default" / "Preferences").write_text(json.dumps(KEEPING), "utf-8")
        context = beyond(profile=tmp_path, **told) if keeping else private.new_context(**told)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        said = []

        def complain(text):
            said.append(text)
            if not any(words in text for words in (*expect, *KNOWN)):
                troubles.append(text)

        page.on("console", lambda message: complain(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(f"https://{site}/spaces/someone/openstance?{urlencode({'frame': address, 'allow': allow})}")
        return page, page.frame_locator("iframe"), said

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def enter(frame):
    frame.locator("#name").fill(USER)
    frame.locator("#password").fill(PASSWORD)
    frame.locator("#password").press("Enter")
    frame.locator("#ask-text").wait_for()


def ask(frame, question):
    frame.locator("#ask-text").fill(question)
    frame.locator("#ask-text").press("Enter")
    article = frame.locator("#thread .exchange").last
    article.locator(".support, .refused, .note").first.wait_for()
    return article


def test_the_hubs_page_shows_it_and_what_is_kept_is_found_again(framed):
    page, frame, _ = framed(language="ja", keeping=True)
    enter(frame)
    assert SAYS["ja"] in ask(frame, TALL["ja"]).locator(".answer").inner_text()
    frame.locator("[data-language=en]").click()
    frame.locator("#app[lang=en]").wait_for()
    page.reload()
    frame.locator("#app[lang=en] #thread .support").wait_for()
    frame.locator("nav a[href='/corpus']").click()
    frame.locator("html[lang=en] h1").wait_for()
    cookies = {each["name"]: each for each in page.context.cookies()}
    assert set(cookies) == {"openstance-session", "openstance-language"}
    for cookie in cookies.values():
        assert (cookie["sameSite"], cookie["secure"]) == ("None", True)
        assert cookie["partitionKey"] == f"https://{HUB}"


def test_it_answers_where_nothing_may_be_kept(framed):
    page, frame, _ = framed()
    enter(frame)
    denied = "() => { try { return !localStorage; } catch { return true; } }"
    assert page.frames[1].evaluate(denied)
    assert SAYS["en"] in ask(frame, TALL["en"]).locator(".answer").inner_text()
    frame.locator("#new").click()
    frame.locator(".welcome [data-ask]").first.wait_for()
    frame.locator("[data-language=ja]").click()
    frame.locator("#app[lang=ja]").wait_for()
    assert SAYS["ja"] in ask(frame, TALL["ja"]).locator(".answer").inner_text()


@pytest.mark.parametrize("allow", [ALLOWED, "microphone"])
def test_an_answer_is_copied_with_and_without_the_hubs_permission(framed, allow):
    _, frame, _ = framed(allow=allow)
    enter(frame)
    article = ask(frame, TALL["en"])
    article.locator(".copy").click()
    frame.locator("#bar").get_by_text("Copied.").wait_for()
    frame.locator("#ask-text").press("Control+V")
    assert SAYS["en"] in frame.locator("#ask-text").input_value()


REFUSED = ("frame-ancestors", "X-Frame-Options", "Refused to frame")


def test_no_other_site_may_show_it(framed):
    page, frame, said = framed(site=OTHER, expect=REFUSED)
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in words for words in said)
    assert frame.locator("#name").count() == 0


def test_elsewhere_than_on_a_space_nobody_may(framed, bundled):
    page, frame, said = framed(bundled.url, expect=REFUSED)
    page.wait_for_timeout(500)
    assert any("frame-ancestors" in words for words in said)
    assert frame.locator("#ask-text").count() == 0
