"""The documents' own pages: timeline, search, reading view, figures."""

import re

import pytest


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_citation_opens_the_document_at_its_sentence(bundled, visit, ask, language):
    page = visit(bundled.url, language)
    article = ask(page, {"en": "What is NAIRR?", "ja": "NAIRRとは何ですか"}[language])
    said = article.locator(".quote mark").first.inner_text()
    href = article.locator(".quote a[href^='/read/']").first.get_attribute("href")
    page.goto(bundled.url + href)
    target = page.locator(":target")
    assert target.inner_text().split() == said.split()
    box = target.bounding_box()
    assert 0 < box["y"] < page.viewport_size["height"]
    assert target.evaluate("node => getComputedStyle(node).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_a_range_that_is_not_exact_finds_the_sentence_it_lies_in(bundled, visit):
    page = visit(bundled.url)
    page.goto(f"{bundled.url}/read/glossary.en.md")
    name = page.locator("[id^='s']").nth(5).get_attribute("id")
    start, end = map(int, re.fullmatch(r"s(\d+)-(\d+)", name).groups())
    page.goto(f"{bundled.url}/read/glossary.en.md#s{start + 1}-{end - 1}")
    page.wait_for_function(
        "name => document.querySelector('.chosen, :target')?.id === name || "
        "[...document.querySelectorAll('[class]')].some(node => node.id === name)",
        arg=name,
    )


def test_a_mark_of_the_timeline_tells_its_title_and_opens_its_document(bundled, visit):
    page = visit(bundled.url)
    page.goto(f"{bundled.url}/corpus")
    marks = page.locator("svg a[href^='/read/']")
    assert marks.count() >= 30
    named = marks.nth(3).get_attribute("aria-label") or marks.nth(3).locator("title").text_content()
    assert re.search(r"20\d\d", named)
    marks.nth(3).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/read/"))
    assert page.locator("h1").first.inner_text().split()[0] in named


def test_search_finds_sentences_and_filters_hold(bundled, visit):
    page = visit(bundled.url)
    page.goto(f"{bundled.url}/corpus?q=gated+models&language=ja&kind=docs&lang=en")
    links = page.locator("main a[href^='/read/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    found = [href for href in links if "#s" in href]
    assert found
    assert all(".ja.md" in href for href in found)


def test_the_figures_over_time_are_plotted_and_tabled(bundled, visit):
    page = visit(bundled.url)
    page.goto(f"{bundled.url}/corpus")
    assert page.locator("table tr").count() >= 10
    assert page.locator("svg").count() >= 2


def test_a_document_that_is_not_there_is_told_kindly(bundled, visit):
    page = visit(bundled.url, "ja", expect=["404"])
    page.goto(f"{bundled.url}/read/../../etc/passwd")
    page.goto(f"{bundled.url}/read/nowhere.md")
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("h1").count() == 1
