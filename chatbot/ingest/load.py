"""Files to Documents: Markdown, MDX, HTML, PDF, DOCX and plain text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from chatbot import language
from chatbot.errors import CorpusEmpty, DocumentError
from chatbot.ingest import extract, markdown, page
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
# Tried in this order on what is not UTF-8; the first that decodes names the likely encoding.
_OTHER_ENCODINGS = ("shift_jis", "euc_jp", "iso2022_jp")
_META_KEYS = ("title", "language", "date", "url", "publisher", "kind", "translation_of")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_PARAGRAPHS = re.compile(r"\S[\s\S]*?(?=\n[ \t]*\n|\Z)")


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
    described = _manifest(folder)
    documents, errors = [], []
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
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
        and path.resolve().is_relative_to(root)
        and not path.is_dir()
    )


def blocks(document: Document) -> Iterator[Block]:
    """Yield the blocks of a document's text in order."""
    if document.format == "markdown":
        yield from markdown.blocks(document.text)
    elif document.format == "html":
        yield from page.blocks(document.text)
    else:
        for match in _PARAGRAPHS.finditer(document.text):
            yield Block("prose", match.start(), match.end())


def mask(document: Document, text: str) -> str:
    """Mask the markup in a piece of a document, keeping its length."""
    if document.format == "text":
        return text.replace("\ufeff", "\0")
    return mask_markdown(text) if document.format == "markdown" else mask_html(text)


def _read(path: Path, name: str, described: Mapping[str, str]) -> Document:
    text = _text(path, name)
    if not text.strip("\ufeff \t\r\n\0"):
        raise DocumentError(name, "the file is empty", "Fill it or remove it.")
    kind = FORMATS[path.suffix.lower()]
    stated = _front(text) if kind == "markdown" else page.metadata(text) if kind == "html" else {}
    meta = {**described, **{key: value for key, value in stated.items() if value}}
    bare = Document(name, text, kind, meta.get("title", ""), "en")
    said = plain(mask(bare, text[: 1 << 14])) if kind != "html" else ""
    if kind == "html" or not meta.get("title"):
        said, first = _opening(bare)
        meta["title"] = meta.get("title") or first or PurePosixPath(name).stem
    if not said:
        raise DocumentError(name, "there is no text in it", "Check what the file holds, or remove it.")
    return Document(
        name,
        text,
        kind,
        title=meta["title"],
        language=_language(meta.get("language", ""), PurePosixPath(name), said),
        date=date.group() if (date := _DATE.match(meta.get("date", ""))) else "",
        url=meta.get("url", "") if meta.get("url", "").startswith(("https://", "http://")) else "",
        publisher=meta.get("publisher", ""),
        kind=meta.get("kind", ""),
        translation_of=meta.get("translation_of", ""),
    )


def _text(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(name, f"the file is over {MAX_BYTES // 1_000_000} MB", "Split it or remove it.")
        data = path.read_bytes()
    except OSError as cause:
        raise DocumentError(name, f"the file cannot be read ({cause.strerror})", "Check that it exists and may be read.") from cause
    try:
        if path.suffix.lower() == ".pdf":
            return extract.pdf(data)
        if path.suffix.lower() == ".docx":
            return extract.docx(data)
    except extract.Unreadable as cause:
        raise DocumentError(name, str(cause.args[0]), str(cause.args[1])) from cause
    # As Python's own text mode reads a file: any line end is "\n". Offsets refer to that.
    return _decode(data, name).replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as cause:
        encoding = _guess(data)
        if encoding is None:
            raise DocumentError(name, "the file is binary, not text", "Remove it or give it its right ending.") from cause
        raise DocumentError(
            name, f"the file is not UTF-8 but looks like {encoding}", f"Convert it: iconv -f {encoding} -t UTF-8"
        ) from cause
    if "\0" in text:
        guess = "UTF-16" if text.count("\0") * 3 > len(text) else None
        cause_text = f"the file looks like {guess}" if guess else "the file is binary, not text"
        raise DocumentError(name, cause_text, f"Convert it: iconv -f {guess} -t UTF-8" if guess else "Remove it.")
    return text


def _guess(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    for encoding in _OTHER_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in text):
            return encoding.upper()
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in data[:4096])
    return None if control else "ISO-8859-1"


def _front(text: str) -> dict[str, str]:
    import yaml

    source, _ = markdown.front_matter(text)
    try:
        values = yaml.safe_load(source) if source else None
    except yaml.YAMLError:
        # Blog posts often leave a colon unquoted; their simple lines still say what we need.
        values = dict(re.findall(r"^(\w+):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", source, re.MULTILINE))
    if not isinstance(values, dict):
        return {}
    return {key: str(values[key]).strip() for key in _META_KEYS if isinstance(values.get(key), str | int | _dates())}


def _dates() -> Any:
    import datetime

    return datetime.date


def _opening(document: Document) -> tuple[str, str]:
    """Return some of the text as people read it, and the first heading of the highest level."""
    said, first, level = "", "", 7
    for block in blocks(document):
        shown = plain(mask(document, document.text[block.start : block.end]))
        said += shown + "\n"
        if block.kind == "heading" and block.level < level and shown:
            first, level = shown, block.level
        if len(said) > 1 << 14:
            break
    return said.strip(), first


def _language(stated: str, name: PurePosixPath, said: str) -> Language:
    suffix = name.suffixes[-2].lstrip(".") if len(name.suffixes) > 1 else ""
    for code in (stated.lower()[:2], suffix.lower()):
        if code in ("ja", "en"):
            return "ja" if code == "ja" else "en"
    japanese = sum(language.detect(line) == "ja" for line in said.split("\n") if line)
    return language.detect(said) if "\n" not in said else "ja" if 2 * japanese > len(said.split("\n")) else "en"


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    try:
        entries = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(entries, list):
        return {}
    return {
        entry["file"]: {key: entry[key] for key in _META_KEYS if isinstance(entry.get(key), str)}
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("file"), str)
    }
