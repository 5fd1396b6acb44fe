"""Whole numbers as they are written in an address, a form or a page's settings."""

from __future__ import annotations

_DIGITS = 9
"""Nothing that is counted has more; Python reads no more than 4,300 digits, and a database some twenty."""


def whole_number(written: str) -> int | None:
    """Read a version, a revision, a page or a count of rows; None for what is no number of at most nine digits."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _DIGITS else None
