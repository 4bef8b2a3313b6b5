"""Whether the files of weights that came with the program are whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from chatbot.errors import WeightsDamaged

SUMS = "SHA256SUMS"
"""Beside the weights: a line for each file, as `sha256sum` writes them."""


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def verify(folder: Path) -> None:
    """Refuse weights that are not what was sealed; a folder without a seal is somebody else's model and passes.

    Raises:
        WeightsDamaged: If a file is missing or altered.
    """
    sums = folder / SUMS
    if not sums.is_file():
        return
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
        told, _, name = line.partition("  ")
        file = folder / name
        try:
            whole = digest(file) == told
        except OSError as cause:
            raise WeightsDamaged(file, cause.strerror or str(cause)) from cause
        if not whole:
            raise WeightsDamaged(file, "its content was altered")
