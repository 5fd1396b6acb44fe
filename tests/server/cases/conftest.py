from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yijianshi.server.cases.tables import TABLES as CASE_TABLES
from yijianshi.server.incidents.tables import TABLES as INCIDENT_TABLES
from yijianshi.server.store import open_store

from tests.postgres import postgres_server, store_url
from tests.server.cases.samples import Office

__all__ = ["postgres_server", "store_url"]

TABLES = (*CASE_TABLES, *INCIDENT_TABLES)


@pytest.fixture
def both(store_url: str) -> Iterator[Office]:
    """An office on either store."""
    store = open_store(store_url, TABLES)
    try:
        yield Office(store)
    finally:
        store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite, for what does not depend on the store."""
    store = open_store(f"sqlite:///{tmp_path / 'cases.db'}", TABLES)
    try:
        yield Office(store)
    finally:
        store.close()
