"""Gradio without the stubs for editors that it writes into its own folder each time it is imported: half of its import.

Source: gradio/component_meta.py, `create_or_modify_pyi`, which parses the source of every component and renders it anew.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_WRITER, _WRITES = "gradio.component_meta", "create_or_modify_pyi"


def leave_stubs() -> None:
    """Keep Gradio, where it is not imported yet, from writing stubs."""
    if _WRITER not in sys.modules and not any(isinstance(finder, _WithoutStubs) for finder in sys.meta_path):
        sys.meta_path.insert(0, _WithoutStubs())


class _WithoutStubs(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != _WRITER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Quiet(spec.loader.name, spec.loader.path)
        return spec


class _Quiet(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        # Under another name in a later version, it is only slower again.
        if hasattr(module, _WRITES):
            setattr(module, _WRITES, lambda component, name, events: None)
