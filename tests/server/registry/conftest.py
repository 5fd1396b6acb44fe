from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from yijianshi.server.files import meta_schemas
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.registry.tables import TABLES
from yijianshi.server.store import Store, open_store

from tests.postgres import postgres_server, store_url

__all__ = ["postgres_server", "store_url"]

METAS = meta_schemas()


class Clock:
    """A clock that the test sets; every look at it is a second later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def registry_on(store: Store, clock: Clock) -> RegistryService:
    return RegistryService(store, clock, METAS)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store of either kind."""
    opened = open_store(store_url, TABLES)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def both(store: Store, clock: Clock) -> RegistryService:
    """The registry on either store."""
    return registry_on(store, clock)


@pytest.fixture
def registry(tmp_path: Path, clock: Clock) -> Iterator[RegistryService]:
    """The registry on SQLite, for what does not depend on the store."""
    opened = open_store(f"sqlite:///{tmp_path / 'registry.db'}", TABLES)
    try:
        yield registry_on(opened, clock)
    finally:
        opened.close()
