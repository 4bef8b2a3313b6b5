"""The page of one document."""

import pytest

from chatbot.serve.site.library import address, moment


def test_a_document_is_read_with_what_is_known_of_it(site, page_of):
    answer = site.get("/read/library.en.md?lang=en")
    page = page_of(answer.text)
    assert not page.wrong
    assert '<time datetime="2023-11-02">' in answer.text
    assert '<div class="text" lang="en"' in answer.text
    links = page.links()
    assert "https://example.org/library" in links
    assert "/read/library.ja.md" in links
    assert any(link.startswith("/?q=What+does+%E2%80%9CThe+town+library") for link in links)
    assert [values["href"] for values in page.all("a") if values.get("rel") == "prev"] == ["/read/bridge.ja.md"]
    assert [values["href"] for values in page.all("a") if values.get("rel") == "next"] == ["/read/tower.en.md"]


def test_contents_lead_to_headings(site, page_of):
    page = page_of(site.get("/read/tower.en.md?lang=en").text)
    places = [link[1:] for link in page.links() if link.startswith("#s")]
    told = {page.ids[place] for place in places}
    assert told == {"Why it was built", "Rules for visitors"}


def test_a_document_in_the_other_language_says_so(site):
    answer = site.get("/read/bridge.ja.md?lang=en")
    assert "This document is in Japanese." in answer.text
    assert 'lang="ja"' in answer.text
    assert "This document is in" not in site.get("/read/tower.en.md?lang=en").text


@pytest.mark.parametrize(("language", "told"), [("en", "There is no such document"), ("ja", "この資料はありません")])
def test_an_unknown_document_is_told_in_the_readers_language(language, told, site):
    answer = site.get("/read/nothing.md", params={"lang": language})
    assert answer.status_code == 404
    assert told in answer.text


def test_odd_names_and_folders_have_an_address(site_of, page_of):
    names = ["a b/c#d?.md", "日本語/文書 100%.md", "quote\"<b>'.md"]
    site = site_of({name: f"# Title {n}\n\nWords.\n" for n, name in enumerate(names)})
    listed = [link for link in page_of(site.get("/corpus").text).links() if link.startswith("/read/")]
    assert sorted(listed) == sorted(address(name) for name in names)
    for link in listed:
        assert "Words." in site.get(link).text


def test_links_between_documents_stay_here_and_others_must_lead_to_the_web(site_of, page_of):
    body = (
        "# A\n\n[next](sub/b.md#x) [up](../a.md) [gone](c.md) [root](/etc) [web](https://example.org/x?y=1&z=2)"
        " [mail](mailto:a@example.org) [bad](javascript:alert(1)) <https://example.org/auto> https://example.org/bare.\n"
    )
    site = site_of({"a.md": body, "sub/b.md": "# B\n\n[back](../a.md) words.\n"})
    links = page_of(site.get("/read/a.md").text).links()
    assert "/read/sub/b.md" in links
    assert "/read/a.md" in page_of(site.get("/read/sub/b.md").text).links()
    web = ["https://example.org/x?y=1&z=2", "https://example.org/auto", "https://example.org/bare"]
    assert [link for link in links if link.startswith("https:")] == web
    assert "mailto:a@example.org" in links
    assert not [link for link in links if "script" in link or "etc" in link or "c.md" in link]


@pytest.mark.parametrize(
    ("date", "at"),
    [("2024", 2024.5), ("2024-01-01", 2024.0), ("2024-12-31", 2024.99), ("", None), ("soon", None), ("2024-13", None)],
)
def test_dates_are_as_exact_as_they_are_known(date, at):
    assert moment(date) == (at if at is None else pytest.approx(at, abs=0.01))


def test_two_documents_of_one_name_and_language_are_two_works(site_of):
    site = site_of({"a.md": "# One\n\nWords.\n", "a.en.md": "# Two\n\nWords.\n", "a.txt": "Three words.\n"})
    assert site.get("/corpus?lang=en").text.count("<h3") == 3
