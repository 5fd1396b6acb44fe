"""The lock of a bundle: the exact version and hash of everything it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class Pin(TypedDict):
    """One exact version."""

    version: int
    digest: str


Lock = dict[str, Pin]
"""``"kind:code"`` → the version and digest pinned; keys sorted."""


def lock_of(pins: Mapping[tuple[str, str], Pin]) -> Lock:
    """Write the lock of a closure of definitions, sorted by ``kind:code``."""
    return {f"{kind}:{code}": dict(pin) for (kind, code), pin in sorted(pins.items())}  # type: ignore[misc]


def parse_key(key: str) -> tuple[str, str]:
    """Split a lock's key into kind and code."""
    kind, _, code = key.partition(":")
    return kind, code
