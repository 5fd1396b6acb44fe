"""A published version that was changed behind the platform's back is found, and so is a missing one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.shelf import Tampered
from yijianshi.server.registry.tables import TABLES
from yijianshi.server.registry.verify import verify
from yijianshi.server.store import open_store

from tests.server.registry.conftest import Clock, registry_on
from tests.server.registry.samples import all_of, sources


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE definition_versions SET document = replace(document, '60', '61') WHERE kind = 'element'",
            [("element:shop.name@1", "content-differs")],
        ),
        (
            "UPDATE definition_versions SET reviewer = 'x' WHERE kind = 'element'",
            [("element:shop.name@1", "journal-differs")],
        ),
        (
            "UPDATE definition_versions SET effective_from = '2020-01-01' WHERE kind = 'element'",
            [("element:shop.name@1", "journal-differs")],
        ),
        (
            "UPDATE definition_versions SET lock = '{}' WHERE kind = 'bundle'",
            [("bundle:shop-opening@1", "journal-differs")],
        ),
        (
            "DELETE FROM definition_versions WHERE kind = 'element'",
            [("element:shop.name@1", "version-missing")],
        ),
        (
            "UPDATE definition_versions SET id = 'element:shop.name@2', version = 2 WHERE kind = 'element'",
            [("element:shop.name@2", "not-in-journal"), ("element:shop.name@1", "version-missing")],
        ),
        ("UPDATE journal SET actor = 'x' WHERE seq = 2", [("journal", "digest-differs")]),
        (
            "UPDATE journal SET data = 'x' WHERE seq = 1",
            [("journal", "digest-differs"), ("element:shop.name@1", "not-in-journal")],
        ),
    ],
)
def test_a_change_behind_the_back(
    tmp_path: Path, clock: Clock, statement: str, found: list[tuple[str, str]]
) -> None:
    path = tmp_path / "registry.db"
    store = open_store(f"sqlite:///{path}", TABLES)
    import_documents(registry_on(store, clock), sources(*all_of()), "system:test", publish_now=True)
    assert verify(store) == []
    store.close()
    connection = sqlite3.connect(path)
    for table in ("journal", "definition_versions"):
        connection.execute(f"DROP TRIGGER keep_{table}")
        connection.execute(f"DROP TRIGGER stay_{table}")
    connection.execute(statement)
    connection.commit()
    connection.close()
    store = open_store(f"sqlite:///{path}", TABLES)
    assert [(problem.file, problem.code) for problem in verify(store)] == found
    if ("element:shop.name@1", "content-differs") in found:
        with pytest.raises(Tampered):
            registry_on(store, clock).library()
    store.close()
