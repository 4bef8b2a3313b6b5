"""What is said about a document: by its front matter, or by the list that lies beside it."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.ingest import markdown

_KEYS = ("title", "language", "date", "url", "publisher", "kind", "translation_of")
_LINE = re.compile(r"^[\"']?(\w+)[\"']?[ \t]*[:=][ \t]*[\"']?([^\n]*?)[\"']?[ \t]*$", re.MULTILINE)
# In characters. YAML's reader takes seconds for more, and no front matter needs it.
_MAX_SOURCE = 20_000


def stated(text: str) -> dict[str, str]:
    """Read the front matter of a Markdown document as far as it is of use."""
    source, _ = markdown.front_matter(text)
    return clean(_values(source, toml=text.lstrip("\ufeff").startswith("+++"))) if source else {}


def listed(folder: Path) -> dict[str, dict[str, str]]:
    """Read `manifest.json` of a folder: what it says about each file, by name; nothing if there is none."""
    try:
        entries = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(entries, list):
        return {}
    return {entry["file"]: clean(entry) for entry in entries if isinstance(entry, dict) and isinstance(entry.get("file"), str)}


def clean(values: Mapping[str, Any]) -> dict[str, str]:
    """Keep known keys with a printable value, as text on one line."""
    found = {}
    for key in _KEYS:
        value = values.get(key)
        if isinstance(value, str | int | float | datetime.date):
            # Escapes of JSON and YAML can name half of a surrogate pair, which no file can hold.
            found[key] = " ".join(str(value).encode("utf-8", "ignore").decode("utf-8").split())
    return found


def _values(source: str, toml: bool) -> dict[str, Any]:
    import yaml

    try:
        values = {} if len(source) > _MAX_SOURCE else tomllib.loads(source) if toml else yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError):
        values = {}
    # Blog posts often leave a colon unquoted or a date impossible; their simple lines still say what we need.
    return values if values and isinstance(values, dict) else dict(_LINE.findall(source[:_MAX_SOURCE]))
