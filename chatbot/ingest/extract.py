"""The text of files that are not text: PDF and DOCX. Offsets refer to what these functions return."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HYPHENATED = re.compile(r"(?<![a-z])([a-z]+)-\n([a-z]+)")
_COMPOUND = re.compile(r"(?<![a-z])[a-z]+-[a-z]+")
# A page that ends like this ends amid a sentence: after a comma, or before a word that goes on in lower case.
_BROKEN = re.compile(r"(?<=[,、，])\n\n(?=\S)|(?<=[a-z])\n\n(?=[a-z])")
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])|^(?=`{3}|~{3})")


class Unreadable(Exception):
    """The bytes are not what the file's name promises; args are cause and remedy."""


def pdf(data: bytes) -> str:
    """Return the text of a PDF, pages apart by an empty line, a sentence that crosses pages in one piece.

    Raises:
        Unreadable: If it is encrypted, damaged or holds no text.
    """
    from pypdf import PasswordType, PdfReader

    # What it logs about damaged files is said by the error, or of no use to who asks a question.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED
        pages = [] if locked else [page.extract_text() for page in reader.pages]
    except Exception as cause:
        # On damaged files pypdf fails in any way that Python code can; every one of them means the same.
        raise Unreadable(
            f"the PDF cannot be read ({_first_line(cause)})", "Print it to a new PDF, or save its text."
        ) from cause
    if locked:
        raise Unreadable("the PDF is encrypted", "Save a copy without a password.")
    text = _BROKEN.sub("\n", "\n\n".join(page.strip() for page in map(_printable, pages) if page.strip()))
    if not text:
        raise Unreadable("the PDF holds no text, only pictures", "Run it through text recognition (OCR) first.")
    compounds = frozenset(_COMPOUND.findall(text))
    return _HYPHENATED.sub(lambda word: _joined(word, compounds), text)


def docx(data: bytes) -> str:
    """Return the text of a Word file as Markdown: headings, list items and table rows keep their form.

    Raises:
        Unreadable: If the file is damaged or encrypted.
    """
    import docx as word

    try:
        return "\n\n".join(_word_blocks(word.Document(io.BytesIO(data))))
    except Exception as cause:
        # python-docx lets errors of its XML and zip readers through; any of them means the same.
        remedy = "Open it in a word processor and save it again, without a password."
        raise Unreadable(f"the DOCX cannot be read ({_first_line(cause)})", remedy) from cause


def _first_line(cause: Exception) -> str:
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]


def _printable(text: str) -> str:
    # Fonts without a map of their characters yield NULs and halves of surrogate pairs.
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _joined(word: re.Match[str], compounds: frozenset[str]) -> str:
    """Take the hyphen out of a word cut at a line's end, but for one that has it elsewhere too."""
    whole = f"{word[1]}-{word[2]}"
    return whole if whole in compounds else word[1] + word[2]


def _word_blocks(document: Word) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        text = _table(block) if isinstance(block, Table) else _paragraph(block)
        if text:
            yield text


def _table(table: Table) -> str:
    rows = ["| " + " | ".join(_cell(cell.text) for cell in row.cells) + " |" for row in table.rows]
    return "\n".join([rows[0], "|" + " --- |" * len(table.columns), *rows[1:]] if rows else [])


def _cell(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split())).replace("|", "\\|")


def _paragraph(paragraph: Paragraph) -> str:
    text = _MARKUP.sub(r"\\\g<0>", " ".join(paragraph.text.split()))
    style = (paragraph.style.name if paragraph.style else "") or ""
    level = re.fullmatch(r"Heading ([1-6])", style)
    if not text:
        return ""
    if level:
        return "#" * int(level[1]) + " " + text
    return ("# " if style == "Title" else "- " if style.startswith("List") else "") + text
