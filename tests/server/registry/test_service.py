"""The life of a definition: draft, review, publishing, retiring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from yijianshi.core.definitions.canonical import digest
from yijianshi.server.errors import Refusal
from yijianshi.server.registry import retiring, reviewing
from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.registry.shelf import Tampered
from yijianshi.server.registry.tables import VERSIONS
from yijianshi.server.registry.verify import verify
from yijianshi.server.store import Immutable

from tests.server.registry.conftest import Clock
from tests.server.registry.samples import all_of, bundle, element, material, matter, sources, t

ANN, BO = "ann", "bo"


def filled(registry: RegistryService) -> RegistryService:
    report = import_documents(registry, sources(*all_of()), "system:test", publish_now=True)
    assert report.applied, report.to_json()
    return registry


def published(registry: RegistryService, document: dict[str, Any]) -> Any:
    kind, code = document["kind"], document["code"]
    before = registry.draft(kind, code)
    draft = registry.save_draft(document, ANN, before and before.revision)
    reviewing.submit(registry, kind, code, ANN, draft.revision)
    return reviewing.approve(registry, kind, code, BO, draft.revision)


def refused(call: Any, *arguments: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    assert caught.value.message["zh"]
    assert caught.value.remedy["en"]
    return caught.value


def kinds(registry: RegistryService) -> list[tuple[str, str, str]]:
    with registry.store.read() as reader:
        return [(entry.kind, entry.subject, entry.actor) for entry in reader.entries()]


def test_from_draft_to_published(both: RegistryService) -> None:
    draft = both.save_draft(element(), ANN, None)
    assert (draft.revision, draft.state, draft.base_version) == (1, "draft", None)
    draft = reviewing.submit(both, "element", "shop.name", ANN, 1)
    assert draft.state == "in_review"
    assert [waiting.id for waiting in both.drafts("in_review")] == ["element:shop.name"]
    version = reviewing.approve(both, "element", "shop.name", BO, 1)
    assert version.id == "element:shop.name@1"
    assert version.digest == digest(element())
    assert version.document == element()
    assert (version.author, version.reviewer) == (ANN, BO)
    assert both.draft("element", "shop.name") is None
    assert both.library().get("element", "shop.name") == element()
    assert kinds(both) == [
        ("definition.draft_saved", "element:shop.name", ANN),
        ("definition.review_requested", "element:shop.name", ANN),
        ("definition.published", "element:shop.name@1", BO),
    ]
    second = both.save_draft(element(title=t("字号")), BO, None)
    assert second.base_version == 1
    reviewing.submit(both, "element", "shop.name", BO, 1)
    assert reviewing.approve(both, "element", "shop.name", ANN, 1).version == 2
    assert [version.version for version in both.versions("element", "shop.name")] == [1, 2]
    changes = both.compare("element", "shop.name", 1, 2)
    assert {change.pointer for change in changes} == {"/title/zh", "/title/en"}
    assert verify(both.store) == []


def test_nobody_approves_his_own_work(registry: RegistryService) -> None:
    registry.save_draft(element(), ANN, None)
    reviewing.submit(registry, "element", "shop.name", BO, 1)
    refusal = refused(reviewing.approve, registry, "element", "shop.name", ANN, 1)
    assert (refusal.status, refusal.code) == (403, "own-review")
    assert registry.versions("element", "shop.name") == []


def test_two_editors_on_one_draft(both: RegistryService) -> None:
    both.save_draft(element(), ANN, None)
    for expected in (None, 0, 2):
        refusal = refused(both.save_draft, element(title=t("别名")), BO, expected)
        assert (refusal.status, refusal.code) == (409, "stale-draft")
    both.save_draft(element(title=t("别名")), BO, 1)
    draft = both.draft("element", "shop.name")
    assert draft is not None
    assert (draft.revision, draft.author, draft.title["zh"]) == (2, BO, "别名")
    assert refused(reviewing.submit, both, "element", "shop.name", ANN, 1).status == 409
    assert refused(both.save_draft, material(), ANN, 3).status == 409


def test_an_edit_during_review_needs_a_new_review(registry: RegistryService) -> None:
    registry.save_draft(element(), ANN, None)
    reviewing.submit(registry, "element", "shop.name", ANN, 1)
    assert refused(reviewing.submit, registry, "element", "shop.name", ANN, 1).code == "in-review-already"
    registry.save_draft(element(title=t("别名")), ANN, 1)
    assert refused(reviewing.approve, registry, "element", "shop.name", BO, 1).code == "stale-draft"
    assert refused(reviewing.approve, registry, "element", "shop.name", BO, 2).code == "not-in-review"


def test_sending_back_says_why(registry: RegistryService) -> None:
    registry.save_draft(element(), ANN, None)
    assert (
        refused(reviewing.send_back, registry, "element", "shop.name", BO, "why", 1).code == "not-in-review"
    )
    reviewing.submit(registry, "element", "shop.name", ANN, 1)
    assert (
        refused(reviewing.send_back, registry, "element", "shop.name", BO, "  ", 1).code == "comment-needed"
    )
    draft = reviewing.send_back(registry, "element", "shop.name", BO, " 名称过长 ", 1)
    assert draft.state == "draft"
    assert [(comment.by, comment.text) for comment in draft.comments] == [(BO, "名称过长")]
    assert registry.save_draft(element(title=t("名")), ANN, 1).comments == draft.comments
    assert kinds(registry)[-2][0] == "definition.sent_back"


def test_a_discarded_draft_is_gone_and_told(registry: RegistryService) -> None:
    registry.save_draft(element(), ANN, None)
    assert refused(registry.discard_draft, "element", "shop.name", ANN, 7).status == 409
    registry.discard_draft("element", "shop.name", ANN, 1)
    assert registry.drafts() == []
    assert kinds(registry)[-1][0] == "definition.draft_discarded"
    assert refused(registry.discard_draft, "element", "shop.name", ANN, 1).status == 404


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {},
        {"kind": "element"},
        {"kind": ["element"], "code": "x"},
        {"kind": "nothing", "code": "x"},
        {"kind": "element", "code": 1},
        {"kind": "element", "code": ""},
        {"kind": "element", "code": "../x"},
        {"kind": "element", "code": "x" * 101},
        {"kind": "element", "code": "x", "title": {"zh": "a\x00"}},
        {"kind": "element", "code": "x", "title": {"zh": "\ud800"}},
        {"kind": "element", "code": "x", "n": float("nan")},
    ],
)
def test_what_is_no_definition_is_not_saved(both: RegistryService, document: Any) -> None:
    refusal = refused(both.save_draft, document, ANN, None)
    assert refusal.status == 422
    assert refusal.problems[0].pointer in ("/kind", "/code", "")
    assert both.drafts() == []


def test_a_backslash_before_u0000_is_only_text(registry: RegistryService) -> None:
    odd = element(description=t("\\u0000 and \\\\u0000"))
    assert registry.save_draft(odd, ANN, None).document == odd


def test_a_draft_may_be_unfinished_but_not_go_to_review(registry: RegistryService) -> None:
    registry.save_draft(matter(), ANN, None)
    refusal = refused(reviewing.submit, registry, "matter", "shop-licence", ANN, 1)
    assert (refusal.status, refusal.code) == (422, "definition-has-errors")
    assert {problem.code for problem in refusal.problems} >= {"dangling-reference"}
    draft = registry.draft("matter", "shop-licence")
    assert draft is not None
    assert draft.state == "draft"


def test_a_draft_keeps_the_order_its_author_wrote(both: RegistryService) -> None:
    document = dict(reversed(element().items()))
    assert list(both.save_draft(document, ANN, None).document) == list(document)


def test_the_same_document_makes_no_new_version(both: RegistryService) -> None:
    filled(both)
    same = dict(reversed(element().items()))
    assert published(both, same).version == 1
    assert len(both.versions("element", "shop.name")) == 1
    assert kinds(both)[-1][0] == "definition.unchanged"


def test_what_refers_to_nothing_is_not_published(registry: RegistryService) -> None:
    filled(registry)
    broken = matter()
    broken["materials"] = [{"material": "nothing", "necessity": "required", "obtain": "applicant"}]
    registry.save_draft(broken, ANN, None)
    refusal = refused(reviewing.submit, registry, "matter", "shop-licence", ANN, 1)
    assert refusal.problems[0].pointer == "/materials/0/material"


def test_published_rows_do_not_change(both: RegistryService) -> None:
    filled(both)
    with both.store.write() as writer:
        for changes in ({"document": "{}"}, {"digest": "x"}, {"lock": {}}, {"effective_from": "2020-01-01"}):
            with pytest.raises(Immutable):
                writer.update(VERSIONS.name, "bundle:shop-opening@1", changes)
        with pytest.raises(Immutable):
            writer.delete(VERSIONS.name, "bundle:shop-opening@1")
    assert verify(both.store) == []


def test_the_lock_names_every_exact_version(both: RegistryService) -> None:
    filled(both)
    version = both.version("bundle", "shop-opening", 1)
    assert version.lock == {
        "bundle:shop-opening": {"version": 1, "digest": digest(bundle())},
        "element:shop.name": {"version": 1, "digest": digest(element())},
        "material:lease": {"version": 1, "digest": digest(material())},
        "matter:shop-licence": {"version": 1, "digest": digest(matter())},
    }
    assert both.lock("shop-opening") == version.lock
    published(both, element(title=t("字号")))
    assert both.lock("shop-opening")["element:shop.name"]["version"] == 2
    assert both.version("bundle", "shop-opening", 1).lock == version.lock
    assert both.locked_library(version.lock).get("element", "shop.name") == element()
    assert both.library().get("element", "shop.name")["title"] == t("字号")
    assert refused(both.lock, "nothing").status == 404


def test_a_lock_that_names_something_else_is_found_out(registry: RegistryService) -> None:
    filled(registry)
    with pytest.raises(Tampered):
        registry.locked_library({"element:shop.name": {"version": 1, "digest": "sha256:0"}})
    with pytest.raises(Tampered):
        registry.locked_library({"element:shop.name": {"version": 9, "digest": digest(element())}})


def test_the_version_in_force_on_a_day(registry: RegistryService, clock: Clock) -> None:
    filled(registry)
    later = element(title=t("字号"), effective_from="2026-04-01", effective_to="2026-04-30")
    assert published(registry, later).version == 2

    def on(day: str) -> str:
        return str(registry.library(date.fromisoformat(day)).get("element", "shop.name")["title"]["zh"])

    assert on("2026-03-31") == "店名"
    assert on("2026-04-01") == "字号"
    assert on("2026-04-30") == "字号"
    assert on("2026-05-01") == "店名"
    assert registry.library().get("element", "shop.name")["title"]["zh"] == "店名"
    clock.now += timedelta(days=31)
    assert registry.library().get("element", "shop.name")["title"]["zh"] == "字号"
    assert registry.lock("shop-opening", date(2026, 4, 2))["element:shop.name"]["version"] == 2


def test_retiring_takes_two_people(both: RegistryService, clock: Clock) -> None:
    filled(both)
    lock = both.version("bundle", "shop-opening", 1).lock
    assert lock is not None
    one = ("bundle", "shop-opening")
    refusal = refused(retiring.ask, both, "matter", "shop-licence", ANN, "法律已废止")
    assert (refusal.status, refusal.code) == (409, "definition-in-use")
    assert "《开店一件事》" in refusal.message["zh"]
    assert refused(retiring.ask, both, *one, ANN, " ").code == "comment-needed"
    assert refused(retiring.confirm, both, *one, BO, 1).code == "no-retirement"
    clock.now += timedelta(days=1)
    request = retiring.ask(both, *one, ANN, "法律已废止")
    assert retiring.waiting(both) == [request] and retiring.asked(both, *one) == request
    assert (request.version, request.reason, request.asked_by) == (1, "法律已废止", ANN)
    assert both.library().has(*one)
    assert refused(retiring.ask, both, *one, BO, "也要").code == "retirement-asked-already"
    own = refused(retiring.confirm, both, *one, ANN, 1)
    assert (own.status, own.code) == (403, "own-retirement")
    (retired,) = retiring.confirm(both, *one, BO, 1)
    assert retired.retired_by == BO
    assert retiring.waiting(both) == []
    assert not both.library().has(*one)
    assert both.library(date(2026, 3, 2)).has(*one)
    assert both.locked_library(lock).has(*one)
    assert refused(retiring.ask, both, *one, ANN, "再次").status == 404
    assert kinds(both)[-2:] == [
        ("definition.retirement_asked", "bundle:shop-opening", ANN),
        ("definition.retired", "bundle:shop-opening@1", BO),
    ]
    # a definition that was retired can be published anew
    assert published(both, bundle()).version == 2
    assert verify(both.store) == []


def test_a_retirement_can_be_declined_and_is_not_confirmed_for_another_version(both: RegistryService) -> None:
    filled(both)
    one = ("bundle", "shop-opening")
    retiring.ask(both, *one, ANN, "合并")
    retiring.withdraw(both, *one, BO)
    assert both.library().has(*one) and retiring.waiting(both) == []
    assert refused(retiring.withdraw, both, *one, BO).status == 404
    assert kinds(both)[-1] == ("definition.retirement_declined", "bundle:shop-opening", BO)
    retiring.ask(both, *one, ANN, "合并")
    published(both, bundle(title=t("新的开店")))
    for seen in (1, 2):
        assert refused(retiring.confirm, both, *one, BO, seen).code == "published-since"
    assert both.library().has(*one)


def test_the_list_searches_and_marks_what_is_unverified(registry: RegistryService) -> None:
    filled(registry)
    registry.save_draft(element(code="shop.area", title=t("面积")), ANN, None)
    assert [(item.kind, item.code) for item in registry.items()] == [
        ("bundle", "shop-opening"),
        ("element", "shop.area"),
        ("element", "shop.name"),
        ("material", "lease"),
        ("matter", "shop-licence"),
    ]
    assert [item.code for item in registry.items("element")] == ["shop.area", "shop.name"]
    assert [item.code for item in registry.items(search="开店")] == ["shop-opening", "shop-licence"]
    assert [item.code for item in registry.items(search="SHOP 一件事")] == ["shop-opening"]
    (marked,) = registry.items(on_hold=True)
    assert (marked.code, marked.unverified) == ("shop-licence", ("",))
    assert registry.users("material", "lease") == [("matter", "shop-licence")]


def test_what_is_not_there_is_said(registry: RegistryService) -> None:
    assert registry.versions("element", "nothing") == []
    assert registry.draft("element", "nothing") is None
    assert refused(registry.version, "element", "nothing", 1).status == 404
    assert refused(reviewing.submit, registry, "element", "nothing", ANN, 1).code == "draft-not-found"
