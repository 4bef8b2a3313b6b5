"""Where settings come from: defaults, then a TOML file, then the environment, then flags."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from chatbot.config.groups import Config
from chatbot.errors import ConfigError

ENVIRONMENT_PREFIX = "OPENSTANCE_"
DEFAULT_FILE = Path("openstance.toml")
# Variables that are read elsewhere: the file of settings, and secrets, which no setting may hold.
_NO_SETTINGS = ("config", "api_key", "api_keys", "users")
_YES_NO = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def load_config(
    file: Path | None = None, environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
) -> Config:
    """Read the configuration.

    Args:
        file: TOML; without it `openstance.toml` of the working folder, if there is one.
        environment: Variables like `OPENSTANCE_ENCODER_NAME`; the process's own by default.
        flags: Dotted names to values, None for what was not given.

    Raises:
        ConfigError: If a name is unknown or a value cannot be used.
    """
    variables = os.environ if environment is None else environment
    named = file or (Path(path) if (path := variables.get(ENVIRONMENT_PREFIX + "CONFIG")) else None)
    config = Config()
    for name, value in _flat(_read(named or DEFAULT_FILE, must_exist=named is not None)):
        config = _set(config, name, value)
    for variable, value in variables.items():
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if variable.startswith(ENVIRONMENT_PREFIX) and name not in _NO_SETTINGS:
            config = _set(config, _dotted(name), value)
    for name, value in (flags or {}).items():
        if value is not None:
            config = _set(config, name, value)
    return config


def _read(file: Path, must_exist: bool) -> dict[str, Any]:
    if not must_exist and not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as cause:
        raise ConfigError(f"Cannot read {file} ({cause.strerror}). Name a TOML file, or unset OPENSTANCE_CONFIG.") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise ConfigError(f"{file} is not TOML: {cause}. Mend that line or remove the file.") from cause


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    flat = []
    for name, value in values.items():
        flat += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", value)]
    return flat


def _names() -> list[str]:
    names = []
    for group in fields(Config):
        value = getattr(Config(), group.name)
        inner = getattr(type(value), "__dataclass_fields__", None)
        names += [f"{group.name}.{name}" for name in inner] if inner else [group.name]
    return names


def _dotted(variable: str) -> str:
    group, _, name = variable.partition("_")
    return f"{group}.{name}" if f"{group}.{name}" in _names() else variable


def _set(config: Config, name: str, value: Any) -> Config:
    if name not in _names():
        close = difflib.get_close_matches(name, _names(), n=1, cutoff=0.0)[0]
        raise ConfigError(f"There is no setting {name!r}. The closest is {close!r}.")
    group, _, inner = name.partition(".")
    if not inner:
        return replace(config, **{group: _typed(name, getattr(config, group), value)})
    old = getattr(config, group)
    return replace(config, **{group: replace(old, **{inner: _typed(name, getattr(old, inner), value)})})


def _typed(name: str, old: Any, value: Any) -> Any:
    kind: type = type(old)
    # In TOML a value has a type of its own, which must be the right one; in the environment and in flags all is text.
    fits = isinstance(value, str | kind) or (kind is tuple and isinstance(value, list)) or (kind, type(value)) == (float, int)
    try:
        if not fits or isinstance(value, bool) != (kind is bool and not isinstance(value, str)):
            raise TypeError
        if kind is bool:
            return _YES_NO[str(value).strip().lower()]
        if kind is tuple:
            return tuple(str(part).strip() for part in (value.split(",") if isinstance(value, str) else value))
        return kind(value)
    except (KeyError, TypeError, ValueError):
        raise ConfigError(f"{name} is {value!r}. Give it a value of type {kind.__name__}.") from None
