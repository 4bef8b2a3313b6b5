"""PDF and DOCX made on the spot, and what comes out of them."""

import io

import docx
import pytest
from fpdf import FPDF
from ingest_pieces import check_structure
from pypdf import PdfReader, PdfWriter

from chatbot.errors import DocumentError
from chatbot.ingest import chunk, load
from chatbot.ingest.extract import Unreadable, pdf
from chatbot.ingest.load import FORMATS


def make_pdf(*pages):
    made = FPDF()
    made.set_font("Helvetica", size=12)
    for page in pages:
        made.add_page()
        made.multi_cell(0, 6, page)
    return bytes(made.output())


def locked(data, password):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def make_docx(fill):
    document = docx.Document()
    fill(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def report(document):
    document.add_heading("The report", 0)
    document.add_heading("First part", 1)
    document.add_paragraph("A sentence of Dr. Doe. A second <one> & more.")
    document.add_paragraph("The reasons are:")
    document.add_paragraph("openness", style="List Bullet")
    document.add_paragraph("safety", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Name", "Size", "a|b", "5\nGB"]):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph("<!-- not hidden")
    document.add_paragraph("``` no fence")
    document.add_paragraph("")
    document.add_paragraph("日本語の文。次の文。")


def test_a_pdf_becomes_sentences(put):
    folder = put({"a.pdf": make_pdf("Open models matter, says Dr. Doe. " * 3, "They are 2.2% better. It is so.")})
    (made,), errors = load(folder)
    assert (made.path, made.format, made.title, made.language, errors) == ("a.pdf", "text", "a", "en", [])
    found = [each.text for passage in check_structure(made) for each in passage.sentences]
    assert found == ["Open models matter, says Dr. Doe."] * 3 + ["They are 2.2% better.", "It is so."]


def test_a_sentence_across_pages_stays_whole():
    assert pdf(make_pdf("It goes on", "over the page. Then,", "it ends.")) == "It goes on\nover the page. Then,\nit ends."
    assert pdf(make_pdf("It ends.", "Another begins.")) == "It ends.\n\nAnother begins."


def test_words_cut_at_a_line_end_are_joined_but_compounds_keep_their_hyphen():
    assert pdf(make_pdf("A docu-\nment.")) == "A document."
    assert pdf(make_pdf("An open-\nsource model, open-source.")) == "An open-source model, open-source."


def test_a_pdf_locked_for_printing_only_is_read():
    assert pdf(locked(make_pdf("Readable."), "")) == "Readable."


def test_a_pdf_of_many_pages_is_read(put):
    folder = put({"long.pdf": make_pdf(*(f"This is page {number} of the file." for number in range(200)))})
    (made,), _ = load(folder)
    assert sum(len(passage.sentences) for passage in chunk(made)) == 200


BAD = {
    "locked.pdf": (lambda: locked(make_pdf("Secret."), "key"), "encrypted", "password"),
    "damaged.pdf": (lambda: make_pdf("Cut short.")[:300], "cannot be read", "Print"),
    "noise.pdf": (lambda: bytes(range(256)) * 9, "cannot be read", "Print"),
    "pictures.pdf": (lambda: make_pdf(""), "only pictures", "OCR"),
    "empty.pdf": (lambda: b"", "empty", "Fill"),
    "damaged.docx": (lambda: make_docx(report)[:900], "cannot be read", "save it again"),
    "noise.docx": (lambda: b"\xd0\xcf\x11\xe0 an old or encrypted file", "cannot be read", "password"),
    "blank.docx": (lambda: make_docx(lambda document: None), "empty", "Fill"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_and_the_others_are_served(put, name):
    make, cause, remedy = BAD[name]
    folder = put({name: make(), "good.md": "Good text."})
    (made,), (error,) = load(folder)
    assert made.path == "good.md"
    assert isinstance(error, DocumentError)
    assert error.path == name
    assert str(error).startswith(f"{name}: ")
    assert cause in str(error)
    assert remedy in str(error)
    assert "\n" not in str(error)


def test_whatever_a_reader_fails_with_is_told_as_unreadable(monkeypatch):
    monkeypatch.setattr("pypdf.PdfReader", FailingReader)
    with pytest.raises(Unreadable, match="ZeroDivisionError"):
        pdf(b"%PDF")


class FailingReader:
    def __init__(self, stream):
        raise ZeroDivisionError


def test_a_pdf_whose_fonts_say_nothing_still_gives_text_that_can_be_stored(monkeypatch):
    monkeypatch.setattr("pypdf.PdfReader", OddReader)
    assert pdf(b"%PDF") == "a?b c"


class OddReader:
    is_encrypted = False

    def __init__(self, stream):
        self.pages = [self]

    def extract_text(self):
        return "a\ud800b\0 c"


def test_a_word_file_keeps_its_structure(put):
    (made,), errors = load(put({"r.docx": make_docx(report)}))
    assert (made.format, made.title, errors) == ("markdown", "The report", [])
    assert [(each.kind, each.text) for passage in check_structure(made) for each in passage.sentences] == [
        ("heading", "The report"),
        ("heading", "First part"),
        ("prose", "A sentence of Dr. Doe."),
        ("prose", "A second <one> & more."),
        ("lead", "The reasons are:"),
        ("item", "openness"),
        ("item", "safety"),
        ("row", "Name | Size"),
        ("row", "a|b | 5 GB"),
        ("prose", "<!-- not hidden"),
        ("prose", "``` no fence"),
        ("prose", "日本語の文。"),
        ("prose", "次の文。"),
    ]


@pytest.mark.parametrize("ending", [ending for ending in FORMATS if ending not in (".pdf", ".docx")])
def test_every_text_format_is_read_by_its_ending_in_any_case(put, ending):
    (made,), _ = load(put({f"A{ending.upper()}": "A first sentence. A second."}))
    assert (made.title, made.format) == ("A", FORMATS[ending])
    assert [each.text for passage in chunk(made) for each in passage.sentences] == ["A first sentence.", "A second."]
