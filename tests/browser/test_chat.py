"""The chat as people use it, in both languages."""

import json
import re

import pytest

THREE = {
    "en": "What are the three recommendations for the AI Action Plan?",
    "ja": "AI行動計画に対するHugging Faceの3つの提言は何ですか",
}
NOWHERE = {"en": "What is the boiling point of tungsten?", "ja": "タングステンの沸点は何度ですか"}
SHOWN = {"en": "supported", "ja": "裏付け"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_visitor_sees_what_can_be_asked_and_what_an_answer_looks_like(bundled, visit, language):
    page = visit(bundled.url, language)
    page.wait_for_selector(".welcome")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".welcome [data-ask]").count() >= 3
    assert page.locator(".sample mark").count() >= 1
    assert page.evaluate("document.activeElement.id") == "ask-text"


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_mark_leads_to_the_very_sentence_in_its_surroundings(bundled, visit, ask, language, size):
    page = visit(bundled.url, language, size)
    article = ask(page, THREE[language])
    assert SHOWN[language] in article.locator(".support").inner_text()
    mark = article.locator("a.mark").nth(1)
    source = page.locator(mark.get_attribute("href"))
    said = re.sub(r"\[\d+\]", "", article.locator("li").first.inner_text()).strip()
    mark.click()
    assert source.evaluate("node => node === document.activeElement")
    assert source.locator("mark").inner_text().strip() == said
    box, window = source.bounding_box(), page.viewport_size
    assert 0 <= box["y"] < window["height"]


def test_the_quote_of_a_mark_shows_on_hover_and_focus_and_leaves_with_escape(bundled, visit, ask):
    page = visit(bundled.url)
    mark = ask(page, THREE["en"]).locator("a.mark").first
    mark.hover()
    page.locator("#tip").wait_for(state="visible")
    assert page.locator("#tip .said").inner_text()
    assert mark.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    page.locator("#tip").wait_for(state="hidden")
    page.mouse.move(0, 0)
    mark.focus()
    page.locator("#tip").wait_for(state="visible")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_the_documents_do_not_say_is_refused_with_topics_to_press(bundled, visit, ask, language):
    page = visit(bundled.url, language)
    article = ask(page, NOWHERE[language])
    assert article.locator(".refused").count() == 1
    assert article.locator(".cards").count() == 0
    article.locator("[data-ask]").first.click()
    page.locator("#thread .exchange").nth(1).locator(".support, .refused").first.wait_for()


def test_links_of_a_source_lead_to_our_view_and_to_the_original_at_the_sentence(bundled, visit, ask):
    page = visit(bundled.url)
    article = ask(page, THREE["en"])
    original = article.locator("a.original").first
    assert re.fullmatch(r"https://huggingface\.co/[^#]+#:~:text=.+", original.get_attribute("href"))
    assert original.get_attribute("rel") == "noopener noreferrer"
    here = article.locator(".quote a[href^='/read/']").first.get_attribute("href")
    assert re.fullmatch(r"/read/[\w.-]+\.en\.md#s\d+-\d+", here)


def test_the_whole_page_changes_its_language_and_keeps_the_talk(bundled, visit, ask):
    page = visit(bundled.url)
    ask(page, THREE["en"])
    page.fill("#ask-text", "half typed")
    page.click("[data-language=ja]")
    page.wait_for_selector("#app[lang=ja]")
    page.locator("#thread .support").get_by_text(SHOWN["ja"]).wait_for()
    assert page.input_value("#ask-text") == "half typed"
    left = page.locator("#head, #foot, .actions, .support, .sources h3, .how > summary").all_inner_texts()
    words = re.sub("OpenStance|Hugging Face|English|Whisper", "", " ".join(left))
    assert not re.search(r"[A-Za-z]{4,}", words), words
    page.reload()
    page.wait_for_selector("#app[lang=ja] #thread .support")


def test_a_reload_finds_the_conversation_and_the_list_finds_earlier_ones(bundled, visit, ask):
    page = visit(bundled.url)
    first = ask(page, THREE["en"]).locator(".answer").inner_text()
    page.reload()
    page.wait_for_selector("#thread .support")
    assert page.locator("#thread .answer").first.inner_text().splitlines()[0] == first.splitlines()[0]
    page.click("#new")
    assert page.locator("#thread .exchange").count() == 0
    ask(page, "What is NAIRR?")
    page.click("#talks-open")
    assert page.locator("#talks-list li").count() == 2
    page.locator(".talk-open", has_text="three recommendations").click()
    page.locator("#thread .question", has_text="three recommendations").wait_for()


def test_a_follow_up_leans_on_what_was_said(bundled, visit, ask):
    page = visit(bundled.url)
    ask(page, "When did Gradio join Hugging Face?")
    article = ask(page, "And why?")
    assert "Gradio" in article.inner_text()


def test_editing_replaces_the_question(bundled, visit, ask):
    page = visit(bundled.url)
    ask(page, "What is NAIRR?").locator(".act.edit").click()
    assert page.input_value("#ask-text") == "What is NAIRR?"
    page.fill("#ask-text", "What is OpenRAIL?")
    page.keyboard.press("Enter")
    page.locator("#thread .question", has_text="OpenRAIL").wait_for()
    assert page.locator("#thread .exchange").count() == 1


def test_an_answer_is_copied_with_its_sources(bundled, visit, ask):
    page = visit(bundled.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "What is NAIRR?").locator(".act.copy").click()
    page.locator("#bar").get_by_text(re.compile("opied")).wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(page.locator("#thread .answer p").first.inner_text().split("[")[0])
    assert "\n[1] " in text


def test_a_shared_link_asks_the_question(bundled, visit, ask):
    page = visit(bundled.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "What is NAIRR?").locator(".act.share").click()
    page.locator("#bar span").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(bundled.url + "/?q=")
    other = visit(link.partition("?")[0])
    other.goto(link)
    other.locator("#thread .support").wait_for()
    assert "NAIRR" in other.locator("#thread .question").inner_text()


def test_thumbs_are_pressed_changed_and_told_why(bundled, visit, ask):
    page = visit(bundled.url)
    article = ask(page, "What is NAIRR?")
    article.locator(".thumb.up").click()
    article.locator(".why input").wait_for()
    assert article.locator(".thumb.up").get_attribute("aria-pressed") == "true"
    article.locator(".thumb.down").click()
    assert article.locator(".thumb.down").get_attribute("aria-pressed") == "true"
    assert article.locator(".thumb.up").get_attribute("aria-pressed") == "false"
    article.locator(".why input").fill("too short")
    article.locator(".why input").press("Enter")
    article.locator(".why .label").wait_for()


def test_a_conversation_is_saved_as_markdown_and_as_json_that_can_be_opened_again(bundled, visit, ask, tmp_path):
    page = visit(bundled.url, accept_downloads=True)
    said = ask(page, "What is NAIRR?").locator(".answer p").first.inner_text()
    page.click("#talks-open")
    for name, ending in (("save-markdown", "md"), ("save-json", "json")):
        with page.expect_download() as coming:
            page.click(f"#{name}")
        coming.value.save_as(tmp_path / f"talk.{ending}")
    markdown = (tmp_path / "talk.md").read_text("utf-8")
    assert markdown.startswith("# OpenStance")
    assert "## What is NAIRR?" in markdown
    assert json.loads((tmp_path / "talk.json").read_text("utf-8"))["talk"]
    other = visit(bundled.url)
    other.wait_for_selector("#talks-open")
    other.click("#talks-open")
    with other.expect_file_chooser() as choosing:
        other.click("#load")
    choosing.value.set_files(tmp_path / "talk.json")
    other.locator("#thread .support").wait_for()
    assert other.locator("#thread .answer p").first.inner_text() == said


def test_follow_ups_are_offered_and_answered(bundled, visit, ask):
    page = visit(bundled.url)
    article = ask(page, THREE["en"])
    article.locator(".more [data-ask]").first.wait_for()
    assert 1 <= article.locator(".more [data-ask]").count() <= 3
    article.locator(".more [data-ask]").first.click()
    page.locator("#thread .exchange").nth(1).locator(".support").wait_for()


def test_how_it_was_answered_shows_passages_and_bars(bundled, visit, ask):
    page = visit(bundled.url)
    article = ask(page, THREE["en"])
    article.locator(".how > summary").click()
    assert article.locator(".how .found > li").count() == 8
    widths = article.locator(".how .found .filled").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    assert len(widths) >= 32
    assert max(widths) > 3 * min(widths)
    assert " ms" in article.locator(".how .steps > li").last.inner_text()


def test_twenty_rapid_questions_are_answered_in_order(bundled, visit):
    page = visit(bundled.url)
    page.wait_for_selector("#ask-text")
    questions = [f"{n}: What is NAIRR?" for n in range(20)]
    for question in questions:
        page.fill("#ask-text", question)
        page.press("#ask-text", "Enter")
    page.locator("#thread .exchange").nth(19).locator(".support, .refused").first.wait_for(timeout=60_000)
    asked = page.locator("#thread .question").all_inner_texts()
    assert [text.splitlines()[-1].removeprefix("You asked: ") for text in asked] == questions
    assert page.locator("#thread .support, #thread .refused").count() == 20


def test_enter_that_ends_a_composition_does_not_ask(bundled, visit):
    page = visit(bundled.url, "ja")
    page.wait_for_selector("#ask-text")
    page.fill("#ask-text", "にほんご")
    page.evaluate(
        "document.getElementById('ask-text').dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    )
    page.wait_for_timeout(200)
    assert page.locator("#thread .exchange").count() == 0
    assert page.input_value("#ask-text") == "にほんご"


def test_everything_can_be_done_by_keyboard(bundled, visit, ask):
    page = visit(bundled.url)
    ask(page, "What is NAIRR?")
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(45):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "[document.activeElement.id || document.activeElement.className, "
                "getComputedStyle(document.activeElement).outlineStyle !== 'none']"
            )
        )
    names = " ".join(str(name) for name, _ in reached)
    for wanted in ("skip", "talks-open", "language", "theme", "mark", "copy", "thumb", "ask-text", "ask"):
        assert wanted in names, (wanted, names)
    assert all(ring for name, ring in reached if name and name not in ("thread", "talk")), reached


def test_nothing_is_uploaded(bundled, visit):
    page = visit(bundled.url, expect=["404"])
    page.wait_for_selector("#ask-text")
    assert page.locator("input[type=file]").count() == 0
    status = page.evaluate(
        "(async () => { const form = new FormData(); form.append('files', new Blob(['x']), 'x.txt');"
        "return (await fetch('/gradio_api/upload', { method: 'POST', body: form })).status })()"
    )
    assert status >= 400
