"""Files to Documents: Markdown, MDX, HTML, PDF, DOCX and plain text."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from chatbot import language
from chatbot.errors import CorpusEmpty, DocumentError
from chatbot.ingest import extract, markdown, metadata, page, prose
from chatbot.ingest.decode import decode
from chatbot.ingest.markup import Block, mask_html, mask_markdown, plain
from chatbot.types import Document, Format, Language

FORMATS: Mapping[str, Format] = {
    ".md": "markdown",
    ".mdx": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".pdf": "text",
    ".docx": "markdown",
}
# A file beyond this is no document that people read.
MAX_BYTES = 50_000_000
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_WORD = re.compile(r"[^\W_]")
# In characters: of a document's text, to tell its language and title by.
_ENOUGH = 1 << 14


def load(folder: Path) -> tuple[list[Document], list[DocumentError]]:
    """Read every document below a folder, in order of path.

    Files named README describe a folder and are left out, as are hidden files. A `manifest.json` in the folder (a list of
    objects with `file`, `title`, `date`, `url` …) gives metadata of files that do not state their own.

    Returns:
        The documents, and one error for each file that cannot be served.

    Raises:
        CorpusEmpty: If there is no folder, or no usable document in it.
    """
    if not folder.is_dir():
        raise CorpusEmpty(folder, "not a folder" if folder.exists() else "no such folder")
    described = metadata.listed(folder)
    documents, errors = [], []
    for path in files(folder):
        # A name that is not UTF-8 could not be printed.
        name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
        try:
            documents.append(_read(path, name, described.get(name, {})))
        except DocumentError as error:
            errors.append(error)
    if not documents:
        raise CorpusEmpty(folder, "; ".join(str(error) for error in errors[:3]) or "no usable document in it")
    return documents, errors


def files(folder: Path) -> list[Path]:
    """List the files of a folder that are documents, in order; links out of the folder are not followed."""
    root = folder.resolve()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in FORMATS
        and path.stem.upper() != "README"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not path.is_dir()
        # Unlike pathlib's, this does not fail on a link that leads to itself.
        and Path(os.path.realpath(path)).is_relative_to(root)
    )


def blocks(document: Document) -> Iterator[Block]:
    """Yield the blocks of a document's text in order."""
    split = {"markdown": markdown.blocks, "html": page.blocks, "text": prose.blocks}[document.format]
    yield from split(document.text)


def mask(document: Document, text: str) -> str:
    """Mask the markup in a piece of a document, keeping its length."""
    if document.format == "markdown":
        text = mask_markdown(text)
    elif document.format == "html":
        text = mask_html(text)
    return text.replace("\ufeff", "\0")


def _read(path: Path, name: str, described: Mapping[str, str]) -> Document:
    text = _text(path, name)
    if not text.strip("\ufeff \t\r\n\0"):
        raise DocumentError(name, "the file is empty", "Fill it or remove it.")
    kind = FORMATS[path.suffix.lower()]
    stated = metadata.stated(text) if kind == "markdown" else page.metadata(text) if kind == "html" else {}
    meta = {**described, **metadata.clean({key: value for key, value in stated.items() if value})}
    said, first = _opening(Document(name, text, kind, "", "en"))
    if not _WORD.search(said):
        raise DocumentError(name, "there is no text in it", "Check what the file holds, or remove it.")
    return Document(
        name,
        text,
        kind,
        title=meta.get("title") or first or PurePosixPath(name).stem,
        language=_language(meta.get("language", ""), PurePosixPath(name), said),
        date=date.group() if (date := _DATE.match(meta.get("date", ""))) else "",
        url=meta.get("url", "") if meta.get("url", "").startswith(("https://", "http://")) else "",
        publisher=meta.get("publisher", ""),
        kind=meta.get("kind", ""),
        translation_of=meta.get("translation_of", ""),
    )


def _text(path: Path, name: str) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(name, "this is no ordinary file", "Remove it.")
        if status.st_size > MAX_BYTES:
            raise DocumentError(name, f"the file is over {MAX_BYTES // 1_000_000} MB", "Split it or remove it.")
        data = path.read_bytes()
    except OSError as cause:
        reason = f"the file cannot be read ({cause.strerror or cause})"
        raise DocumentError(name, reason, "Check that it exists and may be read.") from cause
    take = {".pdf": extract.pdf, ".docx": extract.docx}.get(path.suffix.lower())
    try:
        # An empty file is told as such, not as a damaged one.
        return take(data) if take and data else decode(data, name)
    except extract.Unreadable as cause:
        raise DocumentError(name, str(cause.args[0]), str(cause.args[1])) from cause


def _opening(document: Document) -> tuple[str, str]:
    """Return some of the text as people read it, block by line, and the first heading of the highest level."""
    said, first, level, length = [], "", 7, 0
    for block in blocks(document):
        shown = plain(mask(document, document.text[block.start : block.end]))
        said.append(shown)
        length += len(shown)
        if block.kind == "heading" and block.level < level and shown:
            first, level = shown, block.level
        if length > _ENOUGH:
            break
    return "\n".join(said).strip(), first


def _language(stated: str, name: PurePosixPath, said: str) -> Language:
    suffix = name.suffixes[-2].lstrip(".") if len(name.suffixes) > 1 else ""
    for code in (stated.lower()[:2], suffix.lower()):
        if code in ("ja", "en"):
            return "ja" if code == "ja" else "en"
    # By most of the lines: an English text may well hold a line in Japanese.
    lines = [line for line in said.split("\n") if _WORD.search(line)]
    return "ja" if 2 * sum(language.detect(line) == "ja" for line in lines) > len(lines) else "en"
