"""Folders of documents made on the spot; the helper module beside the tests is importable whatever pytest's import mode."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def put(tmp_path):
    """Write files, given as name=bytes or text, below a fresh folder and return it."""

    def write(files):
        folder = tmp_path / "corpus"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return folder

    return write
