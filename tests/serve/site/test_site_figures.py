"""The counts that change over time, as the documents that come with the program state them."""

import re

import pytest

from chatbot.serve.site.figures import figures
from chatbot.serve.site.plot import as_table, plotted, shown_value
from chatbot.serve.site.words import said

# By hand from the document: what is counted, how many, when, and whether there were more.
STATED = {
    ("models", 100_000, "2022-05-09", False),
    ("models", 10_000, "2022-08-23", True),
    ("models", 250_000, "2023-07-24", True),
    ("models", 1_300_000, "2024-08-08", False),
    ("models", 1_500_000, "2025-03", True),
    ("models", 2_000_000, "2025", True),
    ("models", 2_430_000, "2026-01", False),
    ("models", 2_960_000, "2026-08", False),
    ("datasets", 10_000, "2022-05-09", False),
    ("datasets", 50_000, "2023-07-24", False),
    ("datasets", 450_000, "2024-08-08", False),
    ("datasets", 500_000, "2025", True),
    ("datasets", 711_000, "2026-01", False),
    ("datasets", 1_000_000, "2026-08", False),
    ("spaces", 50_000, "2023-07-24", False),
    ("spaces", 680_000, "2024-08-08", False),
    ("spaces", 500_000, "2025-04-14", True),
    ("spaces", 1_000_000, "2026-01", False),
    ("spaces", 1_440_000, "2026-08", False),
    ("users", 7_000_000, "2025-03", False),
    ("users", 7_000_000, "2025-04-14", True),
    ("users", 13_000_000, "2025", False),
    ("companies", 10_000, "2022-05-09", True),
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_stated_count_is_found_and_no_other(language, bundled_library):
    found = figures(bundled_library, language)
    assert {(each.series, each.value, each.date, each.over) for each in found} == STATED
    assert len(found) == len(STATED)
    assert {each.document.path for each in found} == {f"figures.{language}.md"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_mark_tells_count_date_and_source_and_leads_to_its_sentence(language, bundled_library, page_of):
    found, texts = figures(bundled_library, language), said(language)
    page = page_of(plotted(found, language, texts))
    assert not page.wrong
    marks = [values for values in page.all("a") if values["class"] == "dot"]
    drawn = [each for each in found if each.series != "companies"]
    assert len(marks) == len(drawn)
    for mark, figure in zip(marks, drawn, strict=True):
        assert mark["href"] == f"/read/figures.{language}.md#s{figure.sentence.start}-{figure.sentence.end}"
        assert figure.date in mark["aria-label"]
        assert shown_value(figure, language, texts) in mark["aria-label"]
        assert figure.sentence.text in mark["aria-label"]


def test_more_is_higher_and_later_is_further_right(bundled_library):
    found = [each for each in figures(bundled_library, "en") if each.series != "companies"]
    places = re.findall(r"translate\(([\d.]+),([\d.]+)\)", plotted(found, "en", said("en")))
    at = {(each.series, each.value): tuple(map(float, place)) for each, place in zip(found, places, strict=True)}
    assert at["models", 2_960_000][1] < at["models", 100_000][1]
    assert at["models", 2_960_000][0] > at["models", 100_000][0]
    assert all(0 < x < 1120 and 0 < y < 380 for x, y in at.values())
    # A power of ten has the same height everywhere.
    tenfold = at["datasets", 10_000][1] - at["models", 100_000][1]
    assert at["models", 100_000][1] - at["spaces", 1_000_000][1] == pytest.approx(tenfold, abs=0.3)


def test_the_table_says_the_same(bundled_library, page_of):
    table = as_table(figures(bundled_library, "en"), "en", said("en"))
    assert table.count("<tr>") == len(STATED) + 1
    assert "over 250,000" in table
    assert "2.96 million" in table
    assert "296万" in as_table(figures(bundled_library, "ja"), "ja", said("ja"))


def test_without_such_a_document_there_is_no_plot(site, site_of):
    assert "Figures over time" not in site.get("/corpus?lang=en").text
    other = site_of({"figures.md": "# Figures\n\n## Of our shop\n\nWe sold 5,000 models in 2024.\n"})
    assert "Figures over time" not in other.get("/corpus?lang=en").text


def test_sources_that_differ_are_all_drawn_and_only_larger_counts_are_joined(bundled_library):
    found = [each for each in figures(bundled_library, "en") if each.series == "models"]
    (line,) = re.findall(r'<path class="line t0" d="M([^"]+)"', plotted(found, "en", said("en")))
    heights = [float(point.split(",")[1]) for point in line.split("L")]
    assert heights == sorted(heights, reverse=True)
    assert len(heights) == len(found) - 1
