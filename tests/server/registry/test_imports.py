"""Import and export: whole or not at all, and the same digests on the other side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from yijianshi.core.checks import Source
from yijianshi.core.definitions.canonical import digest
from yijianshi.core.definitions.library import Library
from yijianshi.core.rules import reading_order
from yijianshi.core.rules.table import to_table
from yijianshi.server.errors import Refusal
from yijianshi.server.files import read_json, root
from yijianshi.server.registry import retiring, reviewing
from yijianshi.server.registry.imports import SHIPPED, export, import_documents, load_shipped
from yijianshi.server.registry.sentences import sentences
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.registry.tables import TABLES
from yijianshi.server.registry.verify import verify
from yijianshi.server.rule_cases import with_tests
from yijianshi.server.store import open_store

from tests.postgres import database
from tests.server.registry.conftest import Clock, registry_on
from tests.server.registry.samples import all_of, bundle, element, material, matter, sources, t

CLI = "system:import"


def digests(registry: RegistryService) -> dict[str, str]:
    return {item.kind + ":" + item.code: item.version.digest for item in registry.items() if item.version}


def entries(registry: RegistryService) -> list[str]:
    with registry.store.read() as reader:
        return [entry.kind for entry in reader.entries()]


def test_publishing_an_import(both: RegistryService) -> None:
    report = import_documents(both, sources(*all_of()), CLI, publish_now=True)
    assert report.applied
    assert [(change.code, change.status) for change in report.changes] == [
        ("shop.name", "new"),
        ("lease", "new"),
        ("shop-licence", "new"),
        ("shop-opening", "new"),
    ]
    assert entries(both) == ["definition.published"] * 4 + ["definition.imported"]
    changed = matter(promised_limit={"days": 0, "unit": "working"})
    report = import_documents(both, sources(*all_of()[:2], changed, bundle()), CLI, publish_now=True)
    assert [change.status for change in report.changes] == ["unchanged", "unchanged", "changed", "unchanged"]
    (step,) = report.changes[2].changes
    assert (step.pointer, step.was, step.edit.value) == ("/promised_limit/days", 1, 0)
    assert "承诺时限" in step.sentence["zh"]
    assert both.versions("matter", "shop-licence")[-1].version == 2
    again = import_documents(both, sources(changed), CLI, publish_now=True)
    assert again.applied
    assert entries(both)[5:] == ["definition.published", "definition.imported"]
    assert verify(both.store) == []


def test_a_dry_run_changes_nothing(both: RegistryService) -> None:
    report = import_documents(both, sources(*all_of()), CLI, publish_now=True, dry_run=True)
    assert not report.applied
    assert [change.status for change in report.changes] == ["new"] * 4
    assert digests(both) == {}
    assert entries(both) == []


@pytest.mark.parametrize(
    "bad",
    [
        matter(materials=[{"material": "nothing", "necessity": "required", "obtain": "applicant"}]),
        {**element(code="x"), "unknown": 1},
        element(),
        {"kind": "nothing", "code": "x"},
        {},
        [],
        None,
        element(code="x", title={"zh": "a\x00", "en": "b"}),
        element(code="x", title={"zh": "\ud800", "en": "b"}),
    ],
)
@pytest.mark.parametrize("publish_now", [True, False])
def test_any_error_changes_nothing(registry: RegistryService, bad: Any, publish_now: bool) -> None:
    good = element() if bad != matter() else material()
    documents = [*sources(good), *sources(*([bad] if isinstance(bad, dict) else []))]
    if not isinstance(bad, dict):
        documents.append(Source("bad.json", bad))
    report = import_documents(registry, documents, CLI, publish_now=publish_now)
    assert report.errors
    assert not report.applied
    assert all(problem.file for problem in report.problems)
    assert registry.items() == []
    assert entries(registry) == []
    assert json.dumps(report.to_json())


def test_a_person_imports_drafts_only(registry: RegistryService) -> None:
    with pytest.raises(Refusal) as caught:
        import_documents(registry, sources(*all_of()), "ann", publish_now=True)
    assert caught.value.status == 403
    report = import_documents(registry, sources(*all_of()), "ann")
    assert report.applied
    assert [draft.author for draft in registry.drafts()] == ["ann"] * 4
    assert digests(registry) == {}
    # his own drafts he may import over, another's not
    assert import_documents(registry, sources(element(title=t("字号"))), "ann").applied
    draft = registry.draft("element", "shop.name")
    assert draft is not None
    assert draft.revision == 2
    report = import_documents(registry, sources(element(), material(code="new")), "bo")
    assert [problem.code for problem in report.errors] == ["draft-of-another"]
    assert registry.draft("material", "new") is None


def test_exported_and_imported_the_digests_are_the_same(
    both: RegistryService, clock: Clock, tmp_path: Path, postgres_server: str
) -> None:
    import_documents(both, sources(*all_of()), CLI, publish_now=True)
    text = json.dumps(export(both), ensure_ascii=False)
    with database(postgres_server) as url:
        for other in (f"sqlite:///{tmp_path / 'other.db'}", url):
            store = open_store(other, TABLES)
            try:
                there = registry_on(store, clock)
                report = import_documents(there, sources(*json.loads(text)), CLI, publish_now=True)
                assert report.applied
                assert digests(there) == digests(both)
                assert there.lock("shop-opening") == both.lock("shop-opening")
            finally:
                store.close()


def test_the_order_of_rules_stands_published_exported_and_imported_elsewhere(
    registry: RegistryService, clock: Clock, tmp_path: Path
) -> None:
    path = root() / "rules" / "school-entry.order.json"
    shipped: Any = with_tests(Source(str(path), read_json(path))).document
    order = [*reading_order(shipped)[1:], reading_order(shipped)[0]]
    assert order != reading_order(shipped) != sorted(order) != order
    draft = registry.save_draft({**shipped, "order": order}, "ann", None)
    reviewing.submit(registry, "ruleset", draft.code, "ann", draft.revision)
    reviewing.approve(registry, "ruleset", draft.code, "bo", draft.revision)
    (exported,) = export(registry)
    assert list(exported["rules"]) == sorted(order)  # the keys are sorted: nothing but ``order`` says it
    store = open_store(f"sqlite:///{tmp_path / 'other.db'}", TABLES)
    try:
        there = registry_on(store, clock)
        again = json.loads(json.dumps(exported, ensure_ascii=False))
        assert import_documents(there, sources(again), CLI, publish_now=True).applied
        assert digests(there) == digests(registry)
        (version,) = there.versions("ruleset", draft.code)
        assert (
            reading_order(version.document)
            == [name for name, _ in sentences(version.document, Library({}))]
            == order
        )
        assert [row.rule for row in to_table(version.document).rows] == order
    finally:
        store.close()


def test_export_takes_along_what_is_referred_to(registry: RegistryService) -> None:
    import_documents(registry, sources(*all_of(), element(code="other")), CLI, publish_now=True)
    assert len(export(registry)) == 5
    assert [doc["code"] for doc in export(registry, ["shop-opening"])] == [
        "shop-opening",
        "shop.name",
        "lease",
        "shop-licence",
    ]
    assert [doc["code"] for doc in export(registry, ["matter:shop-licence"], alone=True)] == ["shop-licence"]
    for unknown in ("nothing", "bundle:shop-licence"):
        with pytest.raises(Refusal) as caught:
            export(registry, [unknown])
        assert caught.value.status == 404


def ship(home: Path, *documents: Any) -> Path:
    (home / "schemas").mkdir(parents=True, exist_ok=True)
    (home / "rules").mkdir(exist_ok=True)
    for document in documents:
        (home / "schemas" / f"{document['kind']}-{document['code']}.json").write_text(
            json.dumps(document, ensure_ascii=False), encoding="utf-8"
        )
    return home


def test_shipped_definitions_are_loaded_once(both: RegistryService, tmp_path: Path) -> None:
    home = ship(tmp_path / "home", *all_of())
    assert load_shipped(both, home).applied
    assert digests(both) == {f"{doc['kind']}:{doc['code']}": digest(doc) for doc in all_of()}
    assert {item.version.author for item in both.items() if item.version} == {SHIPPED}
    before = entries(both)
    assert load_shipped(both, home).applied
    assert entries(both) == before


def test_a_new_shipped_version_never_overwrites_the_county(registry: RegistryService, tmp_path: Path) -> None:
    home = ship(tmp_path / "home", *all_of())
    load_shipped(registry, home)
    registry.save_draft(element(title=t("本县的店名")), "ann", None)
    reviewing.submit(registry, "element", "shop.name", "ann", 1)
    reviewing.approve(registry, "element", "shop.name", "bo", 1)
    ship(home, element(title=t("新的店名")), material(title=t("新的合同")))
    report = load_shipped(registry, home)
    assert report.applied
    assert [change.code for change in report.changes] == ["lease"]
    assert registry.library().get("element", "shop.name")["title"]["zh"] == "本县的店名"
    assert registry.library().get("material", "lease")["title"]["zh"] == "新的合同"
    retiring.ask(registry, "bundle", "shop-opening", "ann", "不再办理")
    retiring.confirm(registry, "bundle", "shop-opening", "bo", 1)
    ship(home, bundle(title=t("新的开店")))
    load_shipped(registry, home)
    assert not registry.library().has("bundle", "shop-opening")


def test_broken_shipped_files_load_nothing(registry: RegistryService, tmp_path: Path) -> None:
    home = ship(tmp_path / "home", *all_of())
    (home / "schemas" / "broken.json").write_text("{", encoding="utf-8")
    report = load_shipped(registry, home)
    assert not report.applied
    assert [problem.code for problem in report.errors] == ["malformed-json"]
    assert digests(registry) == {}
