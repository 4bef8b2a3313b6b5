"""No serious fault of accessibility by axe, no word in a font without its glyphs, nothing that jumps, and the same looks.

Pictures are kept anew with KEEP_SCREENS=1; look at them before they are committed.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

HERE = Path(__file__).parent / "screens"
QUESTION = {"en": "What are the three recommendations for the AI Action Plan?", "ja": "NAIRRとは何ですか"}
LOOKS = [("en", "desktop", False), ("ja", "desktop", True), ("en", "phone", True), ("ja", "phone", False)]
PAGES = {"corpus": "/corpus", "search": "/corpus?q=NAIRR", "read": "/read/glossary.{language}.md"}
# Of 255: a font that is hinted otherwise moves a pixel, a part that is gone or elsewhere moves far more.
TOLERANCE = 6.0


def serious(page):
    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:90] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("language", "size", "dark"), LOOKS)
def test_axe_finds_nothing_serious_in_the_chat(bundled, visit, ask, language, size, dark):
    page = visit(bundled.url, language, size, dark)
    page.wait_for_selector(".welcome")
    assert serious(page) == []
    article = ask(page, QUESTION[language])
    article.locator(".how > summary").click()
    page.click("#talks-open")
    assert serious(page) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "size", "dark"), LOOKS[:2])
def test_axe_finds_nothing_serious_in_the_documents(bundled, visit, name, language, size, dark):
    page = visit(bundled.url, language, size, dark)
    page.goto(bundled.url + PAGES[name].format(language=language) + ("&" if "?" in PAGES[name] else "?") + f"lang={language}")
    assert serious(page) == []


def test_nothing_jumps_while_an_answer_comes(bundled, visit):
    page = visit(bundled.url)
    page.wait_for_selector("#ask-text")
    page.evaluate(
        "window.moved = 0; new PerformanceObserver(list => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) window.moved += each.value }).observe({ type: 'layout-shift', buffered: false })"
    )
    for question in (QUESTION["en"], "What is NAIRR?"):
        before = page.locator("#thread .exchange").count()
        page.evaluate("text => window.openstance.ask(text)", question)
        page.locator("#thread .exchange").nth(before).locator(".support").wait_for()
        page.wait_for_timeout(300)
    assert page.evaluate("window.moved") < 0.1


def test_every_japanese_letter_has_its_glyph(bundled, visit, ask):
    page = visit(bundled.url, "ja")
    ask(page, QUESTION["ja"])
    fonts = page.context.new_cdp_session(page)
    fonts.send("DOM.enable")
    fonts.send("CSS.enable")
    root = fonts.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    for css in ("#head", "#thread .answer", "#thread .sources", "#foot"):
        node = fonts.send("DOM.querySelector", {"nodeId": root, "selector": css})["nodeId"]
        used = fonts.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert not [font["familyName"] for font in used if "LastResort" in font["familyName"]]


@pytest.mark.parametrize(("language", "size", "dark"), LOOKS)
def test_the_page_looks_as_it_did(bundled, visit, language, size, dark):
    page = visit(bundled.url, language, size, dark)
    page.wait_for_selector(".sample .support")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement.blur()")
    name = f"{language}-{size}-{'dark' if dark else 'light'}.png"
    seen = page.screenshot(animations="disabled", caret="hide")
    assert difference(HERE / name, seen) <= TOLERANCE


def difference(kept, seen):
    """Return the mean difference of two pictures, from 0 to 255, at a quarter of their size in grey."""
    new = small(io.BytesIO(seen))
    if os.environ.get("KEEP_SCREENS"):
        kept.parent.mkdir(exist_ok=True)
        Image.fromarray(new.astype("uint8")).save(kept, optimize=True)
    old = np.asarray(Image.open(kept), np.float32)
    assert old.shape == new.shape
    return float(np.abs(old - new).mean())


def small(source):
    with Image.open(source) as picture:
        grey = picture.convert("L")
        return np.asarray(grey.resize((grey.width // 4, grey.height // 4)), np.float32)
