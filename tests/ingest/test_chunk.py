"""Passages: headings as context, lists and tables whole, sentences never cut."""

import pytest
from ingest_pieces import sentences

from chatbot.ingest import chunk
from chatbot.types import Document

ITEMS = {"en": "item number {} of the list", "ja": "一覧の{}番目の項目です"}


def passages(text, size=900, form="markdown", title=""):
    return list(chunk(Document("x", text, form, title, "en"), size))


def test_headings_are_context_and_sentences_of_their_own():
    found = passages("# One\n\nText a.\n\n## Two\n\nText b.\n\n# Three\n\nText c.", title="Doc")
    assert [passage.headings for passage in found] == [("Doc", "One"), ("Doc", "One", "Two"), ("Doc", "Three")]
    assert [passage.text for passage in found] == ["One Text a.", "Two Text b.", "Three Text c."]
    assert found[0].sentences[0].kind == "heading"


def test_a_title_that_is_the_heading_is_not_repeated():
    assert passages("# One\n\nText.", title="One")[0].headings == ("One",)


def test_a_heading_stays_with_its_text_even_when_full():
    text = "# " + "h" * 80 + "\n\n" + "word " * 18 + "end."
    assert [len(passage.sentences) for passage in passages(text, size=100)] == [2]


def test_many_headings_without_text_do_not_make_one_huge_passage():
    found = passages("\n\n".join(f"# Heading number {number}" for number in range(200)), size=300)
    assert len(found) > 5
    assert all(len(passage.text) <= 320 for passage in found)


def test_passages_are_cut_between_sentences():
    text = " ".join(f"This is sentence number {number} of the text." for number in range(60))
    found = passages(text, size=200)
    assert len(found) > 10
    assert all(passage.text.startswith("This") and passage.text.endswith(".") for passage in found)
    assert " ".join(passage.text for passage in found) == text


def test_one_long_sentence_is_kept_whole():
    text = "word " * 500 + "end."
    assert [passage.text for passage in passages(f"Short.\n\n{text}\n\nShort.")] == ["Short.", text, "Short."]


@pytest.mark.parametrize("lang", ITEMS)
def test_a_list_stays_whole_with_its_lead(lang):
    rows = "\n".join("- " + ITEMS[lang].format(number) for number in range(8))
    filler = "Filler. " * 90
    found = passages(f"{filler}\n\nThe reasons are:\n\n{rows}\n\n{filler}")
    (holding,) = [passage for passage in found if any(each.kind == "item" for each in passage.sentences)]
    kinds = [each.kind for each in holding.sentences if each.kind != "prose"]
    assert kinds == ["lead"] + ["item"] * 8


def test_a_list_too_long_is_cut_between_items():
    found = passages("Lead:\n\n" + "\n".join(f"- {'word ' * 10}number {number}" for number in range(100)), size=300)
    assert len(found) > 10
    assert all(each.kind in ("lead", "item") for passage in found for each in passage.sentences)
    assert all(len(passage.text) <= 360 for passage in found)


def test_a_table_stays_whole():
    rows = "\n".join(f"| row {number} | value |" for number in range(20))
    found = passages(f"{'Filler. ' * 100}\n\n| a | b |\n|---|---|\n{rows}")
    assert [sum(each.kind == "row" for each in passage.sentences) for passage in found] == [0, 21]


def test_japanese_counts_double():
    assert len(passages("日本語の文です。" * 40, size=320)) == 2
    assert len(passages("English one. " * 25, size=330)) == 1


@pytest.mark.parametrize("text", ["", "   \n\n", "---", "![a](b)", "...", "!!!", "\0\0", "```\n```", "\U0001f917"])
def test_a_document_that_says_nothing_has_no_passage(text):
    assert passages(text) == []


def test_one_word_is_one_passage():
    assert [passage.text for passage in passages("word")] == ["word"]


def test_plain_text_knows_paragraphs_and_lists():
    text = "Reasons:\n1. The first is good.\n2. The second.\n   It goes on.\n\u3000\nA paragraph\nof two lines.\n\n• Alone"
    assert [(each.kind, each.text) for each in sentences(text, "text")] == [
        ("lead", "Reasons:"),
        ("item", "The first is good."),
        ("item", "The second."),
        ("prose", "It goes on."),
        ("prose", "A paragraph of two lines."),
        ("item", "Alone"),
    ]


def test_a_year_or_a_dash_amid_wrapped_text_begins_no_item():
    for text in ("It happened on the day\n12. of May and was good.", "The day was\n- as ever - good.", "Words.\n— Jane Doe"):
        assert {each.kind for each in sentences(text, "text")} == {"prose"}
