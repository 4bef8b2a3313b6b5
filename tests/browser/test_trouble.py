"""What happens when things go wrong: a stop, no network, a server that dies."""

import pytest

# How Chromium says that a server or the network is gone; it depends on the moment.
GONE = (
    *("ERR_CONNECTION_REFUSED", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"),
    *("ERR_SOCKET_NOT_CONNECTED", "ERR_CONNECTION_CLOSED", "ERR_CONNECTION_ABORTED"),
    *("Failed to fetch", "ERR_INCOMPLETE", "preload CSS", "503"),
)


def asked(page, question):
    page.wait_for_selector("#ask-text")
    page.fill("#ask-text", question)
    page.press("#ask-text", "Enter")


@pytest.mark.parametrize("way", ["button", "Escape"])
def test_a_written_answer_stops_at_once_and_can_be_asked_again(odd, visit, way):
    page, before = visit(odd.url), len(odd.writer.requests)
    asked(page, "How tall is the harbour tower?")
    page.locator("#stop").wait_for(state="visible")
    page.locator("#thread .answer", has_text="48 metres").wait_for()
    while len(odd.writer.requests) == before:
        page.wait_for_timeout(50)
    odd.writer.gone.clear()
    if way == "button":
        page.click("#stop")
    else:
        page.keyboard.press("Escape")
    page.locator("#stop").wait_for(state="hidden", timeout=2000)
    article = page.locator("#thread .exchange").first
    assert "48 metres" in article.inner_text()
    assert odd.writer.gone.wait(5), "the writer wrote on"
    assert article.locator(".act.again").is_visible()


def test_without_a_network_the_page_says_so_and_asks_once_it_is_back(bundled, visit):
    page = visit(bundled.url, expect=GONE)
    page.wait_for_selector("#ask-text")
    page.context.set_offline(True)
    asked(page, "What is NAIRR?")
    page.locator("#bar.lost span").wait_for()
    assert page.locator("#bar").inner_text()
    page.context.set_offline(False)
    page.locator("#thread .support").wait_for()
    page.locator("#bar:not(.lost)").wait_for(state="attached")


def test_a_server_that_dies_and_comes_back_loses_nothing(small, visit, ask):
    small.start()
    page = visit(small.url, expect=GONE)
    first = ask(page, "How tall is the harbour tower?").locator(".answer").inner_text()
    small.kill()
    asked(page, "When was the harbour tower finished?")
    page.locator("#bar.lost span").wait_for()
    small.start()
    page.locator("#thread .exchange").nth(1).locator(".support, .refused").first.wait_for(timeout=30_000)
    assert page.locator("#thread .answer").first.inner_text() == first
    page.reload()
    page.locator("#thread .exchange").nth(1).wait_for()
