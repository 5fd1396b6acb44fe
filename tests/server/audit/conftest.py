from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.registry.tables import TABLES as REGISTRY_TABLES
from yijianshi.server.store import open_store

from tests.server.cases.conftest import TABLES
from tests.server.cases.samples import Compositions, Office
from tests.server.registry.conftest import registry_on
from tests.server.registry.samples import all_of, sources


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose store holds published definitions as well."""
    store = open_store(f"sqlite:///{tmp_path / 'audit.db'}", (*TABLES, *REGISTRY_TABLES))
    try:
        yield Office(store)
    finally:
        store.close()


@pytest.fixture
def registry(office: Office) -> RegistryService:
    """A registry with a published bundle, and cases pinned to it."""
    made = registry_on(office.store, office.clock)
    assert import_documents(made, sources(*all_of()), "system:test", publish_now=True).applied
    bundle = next(each for each in all_of() if each["kind"] == "bundle")["code"]
    office.compositions = Compositions(dict(made.lock(bundle)))
    return made
