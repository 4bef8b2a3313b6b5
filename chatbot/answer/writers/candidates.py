"""Chat models that are on this machine already."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.answer.writers.cost import Cost, cost_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that could write."""

    name: str
    """As a writer is named: `hub:ORGANISATION/MODEL` or `hub:FOLDER`."""
    cost: Cost


def cached(precision: str, tokens: int, folder: Path | None = None) -> Iterator[Candidate]:
    """Yield the chat models of the local Hugging Face cache that are there whole, in order of name.

    Args:
        precision: What their weights would be kept in.
        tokens: Of prompt and answer together.
        folder: The cache; the user's own by default.
    """
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir(folder).repos
    except (CacheNotFound, ValueError):
        return
    for repository in sorted(repositories, key=lambda each: each.repo_id):
        if repository.repo_type != "model":
            continue
        newest = sorted(repository.revisions, key=lambda each: -each.last_modified)
        found = (candidate(f"hub:{repository.repo_id}", each.snapshot_path, precision, tokens) for each in newest)
        yield from (each for each in [next(filter(None, found), None)] if each)


def candidate(name: str, folder: Path, precision: str, tokens: int) -> Candidate | None:
    """Return a saved model as a candidate, None if it is no chat model of text or files of it are missing."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        fits = _writes(config) and _talks(folder) and _whole(folder)
        return Candidate(name, cost_of(folder, precision, tokens)) if fits else None
    except (OSError, ValueError, TypeError, KeyError):
        # Half-downloaded, damaged or not a model; it cannot be loaded either.
        return None


def _writes(config: Any) -> bool:
    listed = config.get("architectures") if isinstance(config, dict) else None
    return any(str(each).endswith("ForCausalLM") for each in listed or ())


def _talks(folder: Path) -> bool:
    """Whether it has a chat template, by whichever file."""
    if (folder / "chat_template.jinja").is_file() or (folder / "chat_template.json").is_file():
        return True
    return bool(json.loads((folder / "tokenizer_config.json").read_text("utf-8")).get("chat_template"))


def _whole(folder: Path) -> bool:
    """Whether every file of weights is there; those that an index names, where there is one."""
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        return (folder / "model.safetensors").is_file()
    named = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
    return bool(named) and all((folder / str(name)).is_file() for name in named)
