"""A ruleset on which the engines differ is not published: not by review, not by import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from yijianshi.server.context import Platform
from yijianshi.server.engines import sql
from yijianshi.server.errors import Refusal
from yijianshi.server.registry import reviewing
from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.registry.tables import TABLES
from yijianshi.server.rule_proof import proving
from yijianshi.server.settings import Settings
from yijianshi.server.store import Store, open_store
from yijianshi.server.store.postgres import PostgresStore

from tests.postgres import database
from tests.server.liar import liar
from tests.server.registry.conftest import METAS, Clock
from tests.server.registry.samples import sources
from tests.server.test_rule_agreement import lie_on_postgresql
from tests.server.test_rule_agreement import ruleset as bare

ANN, BO = "ann", "bo"
SIGNED = {"reason": {"zh": "另有测试", "en": "tested elsewhere"}, "signed_by": "ann"}


def ruleset() -> dict[str, Any]:
    return bare(tests={"unreached": {"large": SIGNED, "odd": SIGNED}})


@pytest.fixture
def lied_to(tmp_path: Path, clock: Clock) -> Iterator[RegistryService]:
    """A registry whose engine of record lies."""
    engine = liar(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'registry.db'}", TABLES)
    yield RegistryService(store, clock, METAS, proving(engine))
    store.close()
    engine.close()


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def test_a_lying_engine_keeps_a_ruleset_from_its_review(lied_to: RegistryService) -> None:
    draft = lied_to.save_draft(ruleset(), ANN, None)
    refusal = refused(lambda: reviewing.submit(lied_to, "ruleset", "x", ANN, draft.revision))
    assert (refusal.status, refusal.code) == (422, "definition-has-errors")
    assert [(p.pointer, p.code) for p in refusal.problems if p.severity == "error"] == [
        ("/rules/large", "engines-disagree")
    ]
    assert lied_to.versions("ruleset", "x") == []


def test_an_engine_that_lies_only_later_keeps_it_from_being_published(
    registry: RegistryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = registry.save_draft(ruleset(), ANN, None)
    reviewing.submit(registry, "ruleset", "x", ANN, draft.revision)
    with monkeypatch.context() as patched:
        patched.setitem(sql._SIGNS, "$gt", exp.GTE)
        refusal = refused(lambda: reviewing.approve(registry, "ruleset", "x", BO, draft.revision))
    assert "engines-disagree" in [problem.code for problem in refusal.problems]
    assert registry.versions("ruleset", "x") == []
    assert reviewing.approve(registry, "ruleset", "x", BO, draft.revision).version == 1


def test_a_query_that_lies_on_postgresql_keeps_a_ruleset_out_where_that_is_the_store(
    both: RegistryService, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = both.save_draft(ruleset(), ANN, None)
    with monkeypatch.context() as patched:
        lie_on_postgresql(patched)
        report = import_documents(both, sources(ruleset()), "system:test", publish_now=True, dry_run=True)
        if not isinstance(store, PostgresStore):
            assert report.errors == ()
            return
        assert [problem.code for problem in report.errors] == ["engines-disagree"]
        refusal = refused(lambda: reviewing.submit(both, "ruleset", "x", ANN, draft.revision))
    (problem,) = [problem for problem in refusal.problems if problem.severity == "error"]
    assert (problem.pointer, problem.code) == ("/rules/large", "engines-disagree")
    assert "PostgreSQL" in problem.message["zh"] and "PostgreSQL" in problem.message["en"]
    reviewing.submit(both, "ruleset", "x", ANN, draft.revision)
    with monkeypatch.context() as patched:
        lie_on_postgresql(patched)
        refusal = refused(lambda: reviewing.approve(both, "ruleset", "x", BO, draft.revision))
    assert "engines-disagree" in [problem.code for problem in refusal.problems]
    assert both.versions("ruleset", "x") == []
    assert reviewing.approve(both, "ruleset", "x", BO, draft.revision).version == 1


def test_the_platform_asks_the_postgresql_it_runs_on(
    postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(postgres_server) as url:
        settings = Settings(data=tmp_path, database=url, demonstration=False)
        with closing(Platform.open(settings, cheap_passwords=True)) as platform:
            lie_on_postgresql(monkeypatch)
            report = import_documents(platform.registry, sources(ruleset()), "system:test", publish_now=True)
    assert [problem.code for problem in report.errors] == ["engines-disagree"]


def test_a_lying_engine_keeps_an_import_out_and_a_dry_run_tells(lied_to: RegistryService) -> None:
    for dry_run in (True, False):
        report = import_documents(
            lied_to, sources(ruleset()), "system:test", publish_now=True, dry_run=dry_run
        )
        assert [problem.code for problem in report.errors] == ["engines-disagree"]
        assert not report.applied
    assert lied_to.versions("ruleset", "x") == []


def test_what_did_not_change_is_not_proven_again(
    registry: RegistryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert import_documents(registry, sources(ruleset()), "system:test", publish_now=True).applied
    monkeypatch.setitem(sql._SIGNS, "$gt", exp.GTE)
    again = import_documents(registry, sources(ruleset()), "system:test", publish_now=True)
    assert again.errors == () and [change.status for change in again.changes] == ["unchanged"]


def test_what_is_wrong_beside_missing_cases_is_told_with_them(registry: RegistryService) -> None:
    wrong = bare()
    wrong["rules"]["large"] = {**wrong["rules"]["large"], "all": [{"m": {"$no_such": {"area": 1}}}]}
    draft = registry.save_draft(wrong, ANN, None)
    refusal = refused(lambda: reviewing.submit(registry, "ruleset", "x", ANN, draft.revision))
    errors = [(p.pointer, p.code) for p in refusal.problems if p.severity == "error"]
    assert sorted(errors) == [("", "no-cases"), ("/rules/large/all/0/m/$no_such", "unknown-operator")]
