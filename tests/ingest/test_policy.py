"""The real documents, where they lie beside the checkout, and the bundled ones."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from ingest_pieces import check_structure

from chatbot.ingest import load

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"policy": ROOT.parent / "shared" / "policy", "corpus": ROOT / "corpus"}
FRONT = ("title:", "thumbnail:", "authors:", "publisher:", "licence:", "license:", "translation_of:", "sdk:")
MARKUP = re.compile(
    r"!\[|\]\(|\*\*|\{/\*|<!--|</?(?:img|a|p|div|span|br|b|i|em|strong|table|t[rdh]|[uo]l|li|h\d|script|style|iframe|video)\b",
    re.IGNORECASE,
)


@lru_cache
def found(name):
    if not FOLDERS[name].is_dir():
        pytest.skip(f"the folder {name} is not there")
    documents, errors = load(FOLDERS[name])
    assert errors == []
    return [(document, check_structure(document)) for document in documents]


@pytest.mark.parametrize("name", FOLDERS)
def test_sentences_are_free_of_markup_and_front_matter(name):
    for document, passages in found(name):
        for passage in passages:
            for sentence in passage.sentences:
                assert not MARKUP.search(sentence.text), document.path
                assert not sentence.text.startswith(FRONT), document.path


def test_quotes_are_verbatim_in_the_file():
    for document, passages in found("policy"):
        text = (FOLDERS["policy"] / document.path).read_text("utf-8")
        assert document.text == text
        assert all(passage.document is document for passage in passages)


def test_every_document_has_title_language_and_passages_of_fair_size():
    for document, passages in found("policy"):
        assert document.title
        assert passages, document.path
        said = "".join(sentence.text for passage in passages for sentence in passage.sentences)
        japanese = len(re.findall(r"[\u3041-\u30ff\u4e00-\u9fff]", said))
        assert (2 * japanese > len(said)) == (document.language == "ja"), document.path
        assert all(len(passage.text) <= 4000 for passage in passages), document.path


def test_most_of_each_document_is_said():
    for document, passages in found("policy"):
        body = re.sub(
            r"\A---\n.*?\n---\n|<!--.*?-->|```.*?```|\]\([^)]*\)|<[^>]*>|https?://\S+|[^\w]", "", document.text, flags=re.DOTALL
        )
        said = re.sub(r"[^\w]", "", "".join(sentence.text for passage in passages for sentence in passage.sentences))
        assert len(said) > 0.75 * len(body), document.path


def test_sentences_of_the_real_documents_end_like_sentences():
    texts = [
        each.text
        for _, passages in found("policy")
        for passage in passages
        for each in passage.sentences
        if each.kind == "prose"
    ]
    ended = sum(text.endswith((".", "!", "?", "。", "！", "？", ")", "）", "”", '"', "」", "…", "]")) for text in texts)
    assert ended > 0.85 * len(texts)
    # A cut sentence shows by what the next begins with.
    assert sum(text[0].islower() for text in texts) < 0.02 * len(texts)
