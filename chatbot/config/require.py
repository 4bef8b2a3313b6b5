"""How a setting that cannot work is refused."""

from __future__ import annotations

from chatbot.errors import ConfigError


def require(holds: bool, name: str, value: object, rule: str) -> None:
    """Refuse a value that breaks its rule.

    Raises:
        ConfigError: If it does; it says which setting, what it is and what it must be.
    """
    if not holds:
        raise ConfigError(f"{name} is {value}. It must be {rule}.")
