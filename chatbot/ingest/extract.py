"""The text of files that are not text: PDF and DOCX. Offsets refer to what these functions return."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Word

_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


class Unreadable(Exception):
    """The bytes are not what the file's name promises; args are cause and remedy."""


def pdf(data: bytes) -> str:
    """Return the text of a PDF, pages apart by an empty line.

    Raises:
        Unreadable: If it is encrypted, damaged or holds no text.
    """
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Unreadable("the PDF is encrypted", "Save a copy without a password.")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, NotImplementedError) as cause:
        raise Unreadable(f"the PDF cannot be read ({cause})", "Print it to a new PDF, or save its text.") from cause
    text = _HYPHENATED.sub("", "\n\n".join(page.strip() for page in pages if page.strip()))
    if not text:
        raise Unreadable("the PDF holds no text, only pictures", "Run it through text recognition (OCR) first.")
    return text


def docx(data: bytes) -> str:
    """Return the text of a Word file as Markdown: headings, list items and table rows keep their form.

    Raises:
        Unreadable: If the file is damaged or encrypted.
    """
    import docx as word

    try:
        document = word.Document(io.BytesIO(data))
    except (ValueError, KeyError, OSError, LookupError) as cause:
        raise Unreadable("the DOCX cannot be read", "Open it in a word processor and save it again.") from cause
    except Exception as cause:
        # python-docx lets errors of its XML and zip readers through; any of them means the same.
        raise Unreadable(f"the DOCX cannot be read ({cause})", "Open it and save it again without a password.") from cause
    return "\n\n".join(_word_blocks(document))


def _word_blocks(document: Word) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            rows = ["| " + " | ".join(cell.text.replace("\n", " ") for cell in row.cells) + " |" for row in block.rows]
            rule = "|" + " --- |" * len(block.columns)
            yield "\n".join([rows[0], rule, *rows[1:]] if rows else [])
        elif text := block.text.strip():
            style = (block.style.name if block.style else "") or ""
            level = re.fullmatch(r"Heading ([1-6])", style)
            prefix = "#" * int(level[1]) + " " if level else "# " if style == "Title" else "- " if style.startswith("List") else ""
            yield prefix + text.replace("\n", " ")
