"""An import that meets what is there: an explicit choice for each, and nothing lost either way."""

from __future__ import annotations

from yijianshi.server.registry.choices import collisions, read_choices
from yijianshi.server.registry.imports import import_chosen, import_documents
from yijianshi.server.registry.service import RegistryService

from .test_service import ANN, BO
from tests.server.registry.samples import all_of, bundle, element, matter, sources, t


def loaded(registry: RegistryService) -> RegistryService:
    assert import_documents(registry, sources(*all_of()), "system:test", publish_now=True).applied
    return registry


def test_every_collision_needs_a_choice(registry: RegistryService) -> None:
    loaded(registry)
    given = sources(matter(title=t("新名称")), element())
    seen = import_documents(registry, given, ANN, dry_run=True)
    assert collisions(seen) == ["matter:shop-licence"]
    report = import_chosen(registry, given, ANN, {})
    assert [problem.code for problem in report.errors] == ["choice-needed"]
    assert not report.applied and registry.drafts() == []


def test_take_and_skip(registry: RegistryService) -> None:
    loaded(registry)
    given = sources(matter(title=t("新名称")), element(title=t("新店名")))
    choices = {"matter:shop-licence": "take", "element:shop.name": "skip"}
    assert import_chosen(registry, given, ANN, choices).applied
    (draft,) = registry.drafts()
    assert (draft.id, draft.title["zh"]) == ("matter:shop-licence", "新名称")


def test_both_are_kept_under_two_codes_and_references_follow(registry: RegistryService) -> None:
    loaded(registry)
    given = sources(matter(title=t("新名称")), bundle(title=t("新开店")))
    choices = {"matter:shop-licence": "copy:shop-licence-new", "bundle:shop-opening": "copy:shop-opening-new"}
    report = import_chosen(registry, given, ANN, choices)
    assert report.applied, report.to_json()
    drafts = {draft.id: draft for draft in registry.drafts()}
    assert set(drafts) == {"matter:shop-licence-new", "bundle:shop-opening-new"}
    assert "shop-licence-new" in [m["matter"] for m in drafts["bundle:shop-opening-new"].document["matters"]]
    assert registry.versions("matter", "shop-licence")[-1].document["title"]["zh"] != "新名称"


def test_an_element_is_not_copied_and_choices_are_checked(registry: RegistryService) -> None:
    loaded(registry)
    given = sources(element(title=t("新店名")))
    for choice, code in (("copy:shop.other", "no-copy"), ("copy:", "no-copy"), ("burn", "unknown-choice")):
        report = import_chosen(registry, given, ANN, {"element:shop.name": choice})
        assert [problem.code for problem in report.errors] == [code]
    assert registry.drafts() == []


def test_a_colleagues_draft_is_left_alone_when_skipped(registry: RegistryService) -> None:
    loaded(registry)
    registry.save_draft(element(title=t("别人的")), BO, None)
    given = sources(element(title=t("新店名")), matter(title=t("新名称")))
    choices = {"element:shop.name": "skip", "matter:shop-licence": "take"}
    assert import_chosen(registry, given, ANN, choices).applied
    kept = registry.draft("element", "shop.name")
    assert kept is not None and (kept.author, kept.title["zh"]) == (BO, "别人的")
    assert not import_chosen(registry, given, ANN, {**choices, "element:shop.name": "take"}).applied


def test_choices_of_a_form() -> None:
    pairs = [("choice:matter:a", "copy"), ("code:matter:a", " b "), ("choice:element:c", "skip"), ("x", "y")]
    assert read_choices(pairs) == {"matter:a": "copy:b", "element:c": "skip"}
