"""The journal as plug-ins' commands read it."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.proofs.chain import Entry
from ..server.settings import Settings
from ..server.store import open_store
from ..server.tables import TABLES


def entries(after: int) -> Iterator[Entry]:
    """Yield the entries after a number, oldest first, out of the database the settings name."""
    store = open_store(Settings.from_environment().url, TABLES)
    try:
        while True:
            with store.read() as reader:
                page = reader.entries(after=after)
            if not page:
                return
            yield from page
            after = page[-1].seq
    finally:
        store.close()
