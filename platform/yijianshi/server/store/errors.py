"""What a store can refuse, the same for every implementation."""

from __future__ import annotations


class StoreError(Exception):
    """The base of everything a store raises on purpose."""


class Conflict(StoreError):
    """A row with this key, or with these unique values, is already there."""

    def __init__(self, table: str, detail: str = "") -> None:
        super().__init__(f"{table}: {detail or 'a row with this key or unique value exists'}")
        self.table = table


class Immutable(StoreError):
    """A column that never changes once written was to be changed, or its row deleted."""


class Unstorable(StoreError, ValueError):
    """A value that not every store can hold: U+0000, a lone surrogate, NaN, a number beyond 64 bits."""


class Busy(StoreError):
    """The store could not be locked for writing in time; trying again later may succeed."""


class Unreachable(StoreError):
    """The database server does not answer, or lets nobody in."""


class SchemaMismatch(StoreError):
    """A table in the database cannot become what the program declares without losing data."""
