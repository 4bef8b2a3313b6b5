"""The page of all documents: timeline, list, search, filters, languages; all of it without scripts."""

import re
import time

import pytest


def document(title, date="", kind="", language="en", body="Words of the body."):
    stated = {"title": title, "date": date, "kind": kind, "language": language}
    front = "".join(f'{name}: "{value}"\n' for name, value in stated.items() if value)
    return f"---\n{front}---\n# {title}\n\n{body}\n"


def dots(page):
    return [values for values in page.all("a") if values.get("class") == "dot"]


def titles(answer):
    return re.findall(r"<h3[^>]*><a[^>]*>([^<]*)</a>", answer.text)


def test_each_work_is_one_dot_that_leads_to_the_readers_language(site, page_of):
    english, japanese = (dots(page_of(site.get(f"/corpus?lang={code}").text)) for code in ("en", "ja"))
    assert len(english) == len(japanese) == 3
    assert [dot["href"] for dot in english] == ["/read/bridge.ja.md", "/read/library.en.md", "/read/tower.en.md"]
    assert japanese[1]["href"] == "/read/library.ja.md"
    assert english[1]["aria-label"] == "2023-11-02 · The town library"


def test_undated_documents_are_told_of_and_listed_last(site):
    answer = site.get("/corpus?lang=en")
    assert "1 document without a date" in answer.text
    assert titles(answer) == ["The harbour tower", "The town library", "大橋の案内", "notes"]
    assert "年表" in site.get("/corpus?lang=ja").text


def test_dots_of_one_day_stand_above_each_other_and_apart_enough_to_be_hit(site_of, page_of):
    files = {f"{n}.md": document(f"Title {n}", "2024-05-17" if n < 6 else f"2024-06-{n}") for n in range(12) if n != 9}
    places = []
    for dot in dots(page_of(site_of(files).get("/corpus").text)):
        places.append(tuple(map(float, re.findall(r"[\d.]+", dot["transform"]))))
    assert len(places) >= 6
    for at, (x, y) in enumerate(places):
        for other_x, other_y in places[at + 1 :]:
            assert abs(x - other_x) >= 24 or abs(y - other_y) >= 24


def test_kinds_differ_in_shape_as_well_as_in_colour(site_of):
    files = {f"{kind}.md": document(kind, "2024", kind) for kind in ("blog", "policy", "docs", "article", "other")}
    shapes = set(re.findall(r'<path class="(mark k\d)" d="([^"]+)"', site_of(files).get("/corpus").text))
    assert len(shapes) == len({name for name, _ in shapes}) == len({path for _, path in shapes}) == 5


def test_without_dates_there_is_no_timeline_and_everything_is_listed(site_of):
    answer = site_of({"a.txt": "Plain words.", "b.html": "<p>More words.</p>"}).get("/corpus?lang=en")
    assert "<svg" not in answer.text
    assert titles(answer) == ["a", "b"]


def test_a_large_collection_is_drawn_by_year_and_listed_page_by_page(site_of, page_of):
    files = {f"{n}.md": document(f"Title {n}", str(1990 + n % 30)) for n in range(300)}
    site = site_of(files)
    page = page_of(site.get("/corpus?lang=en").text)
    bars = [values for values in page.all("a") if values.get("class") == "bar"]
    assert len(bars) == 30
    assert bars[0]["aria-label"] == "1990: 10 documents"
    assert len(titles(site.get(bars[0]["href"]))) == 10
    seen, address, pages = [], "/corpus", 0
    while address:
        answer = site.get(address)
        seen += titles(answer)
        pages += 1
        address = next((values["href"] for values in page_of(answer.text).all("a") if values.get("rel") == "next"), "")
    assert sorted(seen) == sorted(f"Title {n}" for n in range(300))
    assert pages == 12
    for page_number in ("0", "-1", "99999999999", "x", "②", "99"):
        assert titles(site.get(f"/corpus?page={page_number}"))


def test_filters_narrow_list_and_timeline(site_of, page_of):
    files = {
        "a.md": document("First", "2023-02", "blog"),
        "b.md": document("Second", "2024-03-04", "policy"),
        "c.md": document("三つ目", "2024", "policy", "ja", "本文の言葉です。"),
        "d.md": document("Fourth"),
    }
    site = site_of(files)
    assert titles(site.get("/corpus?kind=policy")) == ["三つ目", "Second"]
    assert titles(site.get("/corpus?kind=policy&year=2024&language=en")) == ["Second"]
    assert titles(site.get("/corpus?kind=-")) == ["Fourth"]
    assert titles(site.get("/corpus?year=-")) == ["Fourth"]
    assert len(dots(page_of(site.get("/corpus?year=2024").text))) == 2
    none = site.get("/corpus?kind=nothing&lang=en")
    assert none.status_code == 200
    assert "No document matches" in none.text


def test_search_shows_the_sentence_that_was_found_and_leads_to_it(site, page_of):
    answer = site.get("/corpus", params={"q": "How tall is the harbour tower?", "lang": "en"})
    page = page_of(answer.text)
    assert titles(answer)[0] == "The harbour tower"
    assert "It is 48 metres tall and carries a white lamp." in re.findall(r"<mark>([^<]*)</mark>", answer.text)
    (link,) = re.findall(r'<a href="([^"]*)"[^>]*><mark>It is 48', answer.text)
    path, _, place = link.partition("#")
    assert page_of(site.get(path).text).ids[place] == "It is 48 metres tall and carries a white lamp."
    assert "/?q=How+tall+is+the+harbour+tower%3F" in page.links()
    assert [field["value"] for field in page.all("input")] == ["How tall is the harbour tower?"]


def test_search_obeys_the_filters(site):
    def found(**more):
        return titles(site.get("/corpus", params={"q": "books of the library", **more}))

    assert found()[0] == "The town library"
    assert found(language="ja")[0] == "町の図書館"
    assert found(year="2024") == ["The harbour tower"]
    assert found(kind="nothing") == []


@pytest.mark.parametrize("query", ["x" * 5000, "\u200b", "\u3000\ufeff"])
@pytest.mark.parametrize(("language", "told"), [("en", "That cannot be searched"), ("ja", "このままでは検索できません")])
def test_words_that_cannot_be_searched_are_answered_politely(query, language, told, site):
    answer = site.get("/corpus", params={"q": query, "lang": language})
    assert answer.status_code == 200
    assert told in answer.text or not query.strip()


@pytest.mark.parametrize(
    ("asked", "cookie", "accepts", "spoken"),
    [
        ("ja", "en", "en", "ja"),
        ("", "ja", "en", "ja"),
        ("", "", "ja,en;q=0.5", "ja"),
        ("", "", "fr", "en"),
        ("xx", "yy", "ja", "ja"),
    ],
)
def test_the_language_is_that_of_the_address_else_the_cookie_else_the_browser(asked, cookie, accepts, spoken, site):
    headers = {"accept-language": accepts, "cookie": f"openstance-language={cookie}"}
    for path in ("/corpus", "/read/tower.en.md", "/read/nothing"):
        answer = site.get(path, params={"lang": asked} if asked else {}, headers=headers)
        assert f'<html lang="{spoken}">' in answer.text
        assert ("set-cookie" in answer.headers) == (asked == spoken)
    site.cookies.clear()


def test_both_languages_have_every_text():
    from chatbot.serve.site.words import said

    english, japanese = said("en"), said("ja")
    assert english.texts.keys() == japanese.texts.keys()
    assert english.series.keys() == japanese.series.keys()
    for name, text in english.texts.items():
        assert set(re.findall(r"\{\w+\}", japanese[name])) == set(re.findall(r"\{\w+\}", text)), name


def test_the_page_works_without_scripts_and_holds_none(site, page_of):
    page = page_of(site.get("/corpus").text)
    assert not page.wrong
    (form,) = page.all("form")
    assert form["action"] == "/corpus"
    assert {values["name"] for name, values in page.elements if name in ("input", "select")} == {
        "q",
        "kind",
        "year",
        "language",
    }
    assert all(values.get("src") for values in page.all("script"))
    assert not [name for _, values in page.elements for name in values if name.startswith("on") or name == "style"]
    for values in page.all("link") + page.all("script"):
        address = values.get("href") or values["src"]
        answer = site.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_style_sheets_use_only_colours_that_are_there(site, page_of):
    sheets = [site.get(values["href"]).text for values in page_of(site.get("/corpus").text).all("link")]
    style = "\n".join(sheets)
    assert {*re.findall(r"var\((--[\w-]+)\)", style)} <= {*re.findall(r"(--[\w-]+):", style)}
    assert "prefers-color-scheme: dark" in sheets[0]


def test_pages_come_quickly_once_they_were_made(site):
    for address in ("/corpus", "/read/tower.en.md"):
        site.get(address)
        spent = []
        for _ in range(5):
            start = time.perf_counter()
            site.get(address)
            spent.append(time.perf_counter() - start)
        assert min(spent) < 0.1


def test_head_is_answered(site):
    assert site.head("/corpus").status_code == 200
    assert site.head("/read/nothing").status_code == 404
