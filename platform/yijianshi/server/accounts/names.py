"""What people are called on pages: by their names, with the account's, which tells two of one name apart."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.definitions.types import Text, text

_BRACKETS = (("（", "）", "，"), ("(", ")", ", "))
_SYSTEM: Mapping[str, Text] = {
    "system": text("系统", "the system"),
    "system:shipped": text("随系统提供", "shipped with the system"),
}


def called(name: str, display: str) -> Text:
    """Call an account by its display name; one that ends in brackets takes the account's within them.

    An account without a display name is called by its own.
    """
    if name in _SYSTEM:
        return _SYSTEM[name]
    if not display or display == name:
        return text(name, name)
    for opening, closing, between in _BRACKETS:
        if opening in display and display.endswith(closing):
            within = f"{display[: -len(closing)]}{between}{name}{closing}"
            return text(within, within)
    return text(f"{display}（{name}）", f"{display} ({name})")
