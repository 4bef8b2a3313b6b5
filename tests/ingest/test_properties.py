"""What holds for every document, whatever it is put together from."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_pieces import check_structure, document, html_documents, markdown_documents, plain_documents, wild_texts

from chatbot import language
from chatbot.ingest import chunk, load
from chatbot.ingest.load import blocks, mask
from chatbot.ingest.markup import mask_html, mask_markdown, plain

FORMS = {"markdown": markdown_documents(), "html": html_documents(), "text": plain_documents()}
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=100, deadline=None)


def spoken(made):
    return " ".join(sentence.text for passage in chunk(made) for sentence in passage.sentences)


@pytest.mark.parametrize("form", FORMS)
def test_passages_keep_exact_places_and_order(form):
    @some
    @given(FORMS[form], st.sampled_from([1, 80, 900]))
    def holds(text, size):
        check_structure(document(text, form), size)

    holds()


@pytest.mark.parametrize("form", FORMS)
def test_hidden_things_are_never_said_and_the_rest_always(form):
    @some
    @given(FORMS[form])
    def holds(text):
        shown = spoken(document(text, form))
        assert "SECRET" not in shown
        for word in re.findall(r"KEPT\d+q", text):
            assert word in shown

    holds()


@many
@given(wild_texts(), st.sampled_from(list(FORMS)))
def test_any_text_at_all_keeps_its_places(text, form):
    check_structure(document(text, form), 60)


@many
@given(st.one_of(wild_texts(), markdown_documents()))
def test_masks_keep_length_and_every_character_that_is_no_markup(text):
    for masked in (mask_html(text), mask_markdown(text), mask(document("", "text"), text)):
        assert len(masked) == len(text)
    assert mask(document("", "text"), text).replace("\0", "") == text.replace("\ufeff", "").replace("\0", "")
    assert plain(text) == plain(plain(text))


@some
@given(st.one_of(wild_texts(), markdown_documents()), st.sampled_from(list(FORMS)))
def test_blocks_are_in_order_and_apart(text, form):
    end = 0
    for block in blocks(document(text, form)):
        assert end <= block.start <= block.end <= len(text)
        end = block.end


def held(sentences):
    return sum(len(each.text) * (2 if language.detect(each.text) == "ja" else 1) for each in sentences)


@some
@given(markdown_documents(), st.integers(1, 400))
def test_passages_fit_unless_one_sentence_or_list_is_larger(text, size):
    for passage in chunk(document(text), size):
        body = [each for each in passage.sentences if each.kind != "heading"]
        listed = any(each.kind in ("item", "row") for each in body)
        assert held(passage.sentences) <= size or len(body) == 1 or len(passage.sentences) == 1 or listed
        assert held(body) <= 2.2 * size or len(body) == 1


@some
@given(markdown_documents(), st.integers(1, 400))
def test_headings_of_a_passage_come_first(text, size):
    for passage in chunk(document(text), size):
        kinds = [each.kind for each in passage.sentences]
        assert kinds == sorted(kinds, key=lambda kind: kind != "heading")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=markdown_documents(), ends=st.sampled_from(["\n", "\r\n", "\r"]))
def test_loading_a_file_twice_gives_equal_values(put, text, ends):
    text = text.replace("\0", "") + "\n\nA last word."
    folder = put({"x.md": text.replace("\n", ends)})
    first, second = load(folder), load(folder)
    assert first == second
    assert [list(chunk(made)) for made in first[0]] == [list(chunk(made)) for made in second[0]]
    # Offsets hold in the file as Python reads it.
    assert first[0][0].text == (folder / "x.md").read_text("utf-8")
