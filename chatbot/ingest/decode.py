"""Bytes to text: UTF-8 and nothing else, but the reader is told what a file is instead."""

from __future__ import annotations

import re

from chatbot.errors import DocumentError

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_JAPANESE = (("Shift_JIS", "cp932"), ("EUC-JP", "euc_jp"))
# Windows' form of it has more characters.
_ICONV = {"Shift_JIS": "CP932"}
# Japanese without a tenth of kana, or with more than that of half-width ones, was decoded by the wrong code.
_FEW = 0.1
# In characters: enough to tell an encoding by.
_SAMPLE = 1 << 16


def decode(data: bytes, name: str) -> str:
    r"""Decode a file, with any line end as "\n", as Python's text mode reads it; offsets refer to that.

    Raises:
        DocumentError: If it is not UTF-8 text; the remedy names the encoding it looks like.
    """
    try:
        text: str | None = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    encoding = _other(data, text)
    if encoding:
        remedy = f"Convert it: iconv -f {_ICONV.get(encoding, encoding)} -t UTF-8"
        raise DocumentError(name, f"the file is not UTF-8 but looks like {encoding}", remedy)
    if text is None and not _CONTROL.search(data.decode("latin-1")):
        raise DocumentError(name, "the file is text in an unknown encoding", "Save it as UTF-8.")
    if text is None or "\0" in text:
        raise DocumentError(name, "the file is binary, not text", "Remove it, or give it its right ending.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _other(data: bytes, text: str | None) -> str:
    """Name the encoding that bytes look like; empty for UTF-8 and for bytes that are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    for encoding in ("UTF-16LE", "UTF-16BE"):
        if _is_utf16(data[: 2 * _SAMPLE].decode(encoding, errors="replace"), doubtful=text is None or "\0" in text):
            return encoding
    if text is not None:
        return "ISO-2022-JP" if "\x1b$B" in text or "\x1b$@" in text else ""
    return _single(data)


def _is_utf16(text: str, doubtful: bool) -> bool:
    latin = sum("\t" <= char <= "~" for char in text)
    kana = len(_KANA.findall(text))
    # Two letters of ASCII text make one kanji, so that kana and single letters tell the two apart.
    return bool(text) and (3 * latin > len(text) or kana * (5 if doubtful else 2) > len(text))


def _single(data: bytes) -> str:
    for encoding, codec in _JAPANESE:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        letters = max(1, len(text) - sum(char.isascii() for char in text))
        kana, half = len(_KANA.findall(text)), len(_HALF_KANA.findall(text))
        if not _CONTROL.search(text) and kana > _FEW * letters and half <= _FEW * letters:
            return encoding
    # Of Western text, few bytes are no ASCII.
    western = not _CONTROL.search(data.decode("latin-1")) and 4 * len(_HIGH.findall(data)) < len(data)
    return "ISO-8859-1" if western else ""
