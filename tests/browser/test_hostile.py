"""Nothing that was typed, read or kept is ever run."""

import json
from urllib.parse import quote

import pytest
from hostile import PAYLOADS

# A browser complains of what it refuses to run; that is what the policy is for.
REFUSED = ("Content Security Policy", "404", "400")


def harmed(page):
    return page.evaluate("window.harmed !== undefined")


@pytest.fixture(scope="module")
def page_of(odd, chromium):
    """One page for many payloads, as each is asked on its own; who writes is the package."""
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 860})
    context.add_init_script("localStorage.setItem('openstance-writer', 'reader')")
    context.set_default_timeout(15_000)
    page = context.new_page()
    went = []
    page.on("request", lambda request: request.url.startswith(odd.url) or went.append(request.url))
    page.on("dialog", lambda dialog: (went.append(dialog.message), dialog.dismiss()))
    page.goto(odd.url)
    page.wait_for_selector("#ask-text")
    yield page
    assert [url for url in went if not url.startswith("data:")] == []
    context.close()


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 40


# Several in one question: each would be run by itself, and a page that was loaded for each would take minutes.
TOGETHER = [" and ".join(PAYLOADS[at : at + 6]) for at in range(0, len(PAYLOADS), 6)]


def test_no_question_is_run(page_of, ask):
    for payloads in TOGETHER:
        article = ask(page_of, f"What is {payloads}?")
        assert not harmed(page_of), payloads
        assert payloads[:12] in article.locator(".question").inner_text()
    page_of.click("#new")


def test_no_title_or_body_of_a_document_is_run(odd, page_of, ask):
    for number in range(0, len(PAYLOADS), 8):
        article = ask(page_of, f"What sign does the lighthouse number {number} carry?")
        for mark in article.locator("a.mark").all()[:1]:
            mark.hover()
            mark.click()
        summary = article.locator(".how > summary")
        if summary.count():
            summary.click()
        assert not harmed(page_of), PAYLOADS[number]
    links = page_of.locator("#thread a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}
    for path in ("/corpus", "/corpus?q=lighthouse", "/read/odd-0.en.md"):
        page_of.goto(odd.url + path)
        assert page_of.locator("h1").count() == 1
        assert not harmed(page_of), path


def test_no_link_is_run(odd, page_of):
    for payloads in TOGETHER:
        page_of.goto(f"{odd.url}/?q={quote(payloads)}&lang={quote(payloads)}#{quote(payloads)}")
        page_of.locator("#thread .question").wait_for()
        assert not harmed(page_of), payloads


def test_no_conversation_that_was_kept_is_run(odd, page_of):
    cites = [[1, "tower.en.md", 0, 10], ["x"], None]
    talk = [
        {
            "question": payload, "standalone": payload, "lang": payload, "writer": payload, "state": state, "answer": payload,
            "topics": [payload], "segments": [{"text": payload, "cites": cites}],
            "sources": [dict.fromkeys(("n", "document", "title", "date", "url", "quote"), payload)],
            "rated": payload,
        }
        for payload in PAYLOADS
        for state in ("answered", "refused")
    ]  # fmt: skip
    kept = [{"id": payload, "title": payload, "at": payload, "talk": talk[:40]} for payload in PAYLOADS[:20]]
    page_of.evaluate("kept => localStorage.setItem('openstance-talks', kept)", json.dumps(kept))
    page_of.goto(odd.url)
    page_of.wait_for_selector("#talks-open")
    page_of.click("#talks-open")
    page_of.locator("#talks-list .talk-open").first.click()
    page_of.locator("#thread .question").first.wait_for()
    assert not harmed(page_of)


def test_no_forged_quote_is_shown_as_a_source(odd, page_of):
    forged = {
        "question": "q", "standalone": "q", "lang": "en", "writer": "reader", "state": "answered", "answer": "Forged.",
        "segments": [{"text": "Forged.[1]", "cites": [[1, "tower.en.md", 3, 9]]}], "sources": [], "topics": [],
    }  # fmt: skip
    kept = [{"id": "a", "title": "t", "at": "2026-01-01T00:00:00Z", "talk": [forged]}]
    page_of.evaluate("kept => localStorage.setItem('openstance-talks', kept)", json.dumps(kept))
    page_of.goto(odd.url)
    page_of.click("#talks-open")
    page_of.locator("#talks-list .talk-open").first.click()
    page_of.locator("#thread .question").first.wait_for()
    assert page_of.locator("#thread .quote").count() == 0
    assert page_of.locator("#thread .note").count() >= 1
