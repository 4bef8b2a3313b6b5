"""Optional packages of the voice, imported when they are first needed."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any

from chatbot.errors import ExtraMissing


def load(module: str, package: str, extra: str = "voice") -> Any:
    """Import a module; what it prints on the way is dropped, for standard output belongs to answers.

    Args:
        module: What is imported.
        package: What to install if it is not there.
        extra: Of this program, by which it is installed; empty where no extra has it.

    Raises:
        ExtraMissing: If it is not installed.
    """
    if sys.modules.get(module) is not None:
        return sys.modules[module]
    try:
        with redirect_stdout(io.StringIO()):
            return import_module(module)
    except ModuleNotFoundError as cause:
        raise ExtraMissing(package, extra) from cause
