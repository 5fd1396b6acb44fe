"""Review by another person: sets of drafts, comments on a place, taking back, and who may approve."""

from __future__ import annotations

import pytest

from yijianshi.server.errors import Refusal
from yijianshi.server.registry import reviewing
from yijianshi.server.registry.remarks import Remark, resolve
from yijianshi.server.registry.service import RegistryService

from .test_service import ANN, BO, kinds, refused, t
from tests.server.registry.samples import element, material, matter

CY = "cy"


@pytest.fixture
def drafted(registry: RegistryService) -> RegistryService:
    """A matter that stands on an element and a material, all three new."""
    for document in (element(), material(), matter()):
        registry.save_draft(document, ANN, None)
    return registry


def test_what_a_draft_stands_on_is_reviewed_and_published_with_it(drafted: RegistryService) -> None:
    found = reviewing.companions(drafted, "matter", "shop-licence")
    assert found[0].id == "matter:shop-licence"
    assert {each.id for each in found[1:]} == {"element:shop.name", "material:lease"}
    assert not [p for p in reviewing.check_together(drafted, found) if p.severity == "error"]
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    assert {draft.state for draft in drafted.drafts()} == {"in_review"}
    version = reviewing.approve(drafted, "matter", "shop-licence", BO, 1)
    assert (version.version, version.author, version.reviewer) == (1, ANN, BO)
    assert drafted.drafts() == []
    assert drafted.versions("element", "shop.name")[0].reviewer == BO


def test_a_set_waits_as_one_entry_with_who_asked_and_since_when(drafted: RegistryService) -> None:
    assert reviewing.waiting(drafted) == []
    drafted.save_draft(element(code="shop.other", title=t("另一项")), BO, None)
    reviewing.submit(drafted, "element", "shop.other", BO, 1)
    drafted.save_draft(element(title=t("店名")), CY, 1)
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    first, second = reviewing.waiting(drafted)
    assert (first.draft.id, first.others, first.asked_by) == ("element:shop.other", (), BO)
    assert second.draft.id == "matter:shop-licence" and second.asked_by == ANN
    assert {each.id for each in second.others} == {"element:shop.name", "material:lease"}
    assert second.authors == [ANN, CY] and first.since <= second.since
    reviewing.send_back(drafted, "matter", "shop-licence", BO, "太长", 1)
    assert [each.draft.id for each in reviewing.waiting(drafted)] == ["element:shop.other"]


def test_nobody_who_changed_any_of_it_approves_it(drafted: RegistryService) -> None:
    drafted.save_draft(element(title=t("别名")), BO, 1)
    drafted.save_draft(element(title=t("店名")), ANN, 2)
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    assert refused(reviewing.approve, drafted, "matter", "shop-licence", BO, 1).code == "own-review"
    assert reviewing.approve(drafted, "matter", "shop-licence", CY, 1).reviewer == CY


def test_a_set_comes_back_whole_with_a_comment_on_the_place(drafted: RegistryService) -> None:
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    draft = reviewing.send_back(drafted, "matter", "shop-licence", BO, "太长", 1, "/promised_limit/days")
    assert [(c.by, c.text, c.place) for c in draft.comments] == [(BO, "太长", "/promised_limit/days")]
    assert {each.state for each in drafted.drafts()} == {"draft"}


def test_several_comments_come_back_each_on_its_place_in_any_draft_of_the_set(
    drafted: RegistryService,
) -> None:
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    others = [
        Remark("名称不清楚", "/title", "element:shop.name"),
        Remark(" ", "/title", "material:lease"),
        Remark("期限太长", "/promised_limit/days"),
    ]
    lead = reviewing.send_back(drafted, "matter", "shop-licence", BO, "总体不错", 1, "", others)
    assert [(c.text, c.place) for c in lead.comments] == [
        ("总体不错", ""),
        ("期限太长", "/promised_limit/days"),
    ]
    assert lead.comments[1].title == {"zh": "承诺时限·天数", "en": "promised limit › days"}
    by_id = {each.id: each for each in drafted.drafts()}
    (name,) = by_id["element:shop.name"].comments
    assert (name.text, name.place, name.open) == ("名称不清楚", "/title", True)
    (with_it,) = by_id["material:lease"].comments
    assert (with_it.text, with_it.together) == ("", "matter:shop-licence")
    assert all(each.sent_back is not None and each.state == "draft" for each in by_id.values())


def test_a_comment_stands_until_it_is_dealt_with_or_the_next_review_is_asked_for(
    drafted: RegistryService,
) -> None:
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    others = [Remark("期限太长", "/promised_limit/days"), Remark("太短", "/title")]
    reviewing.send_back(drafted, "matter", "shop-licence", BO, "", 1, "", others)
    done = resolve(drafted, "matter", "shop-licence", ANN, 0)
    assert [(c.resolved_by, c.open) for c in done.comments] == [(ANN, False), ("", True)]
    assert kinds(drafted)[-1][0] == "definition.comment_resolved"
    assert resolve(drafted, "matter", "shop-licence", CY, 0) == done
    assert refused(resolve, drafted, "matter", "shop-licence", ANN, 2).code == "no-such-comment"
    again = reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    assert all(comment.past and not comment.open for comment in again.comments)
    assert refused(resolve, drafted, "matter", "shop-licence", ANN, 1).code == "in-review-already"
    taken = reviewing.take_back(drafted, "matter", "shop-licence", ANN, 1)
    assert taken.sent_back is None


def test_a_comment_is_on_a_draft_that_is_reviewed(drafted: RegistryService) -> None:
    drafted.save_draft(element(code="shop.other", title=t("另一项")), BO, None)
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    others = [Remark("不对", "", "element:shop.other")]
    error = refused(reviewing.send_back, drafted, "matter", "shop-licence", BO, "", 1, "", others)
    assert (error.code, error.status) == ("not-in-this-set", 422)
    assert {each.state for each in drafted.drafts() if each.code != "shop.other"} == {"in_review"}


def test_its_authors_take_a_draft_back(drafted: RegistryService) -> None:
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    assert refused(reviewing.take_back, drafted, "matter", "shop-licence", BO, 1).code == "not-your-draft"
    reviewing.take_back(drafted, "matter", "shop-licence", ANN, 1)
    assert {each.state for each in drafted.drafts()} == {"draft"}
    assert kinds(drafted)[-1][0] == "definition.review_withdrawn"


def test_a_colleagues_draft_of_something_published_stays_his(drafted: RegistryService) -> None:
    reviewing.submit(drafted, "matter", "shop-licence", ANN, 1)
    reviewing.approve(drafted, "matter", "shop-licence", BO, 1)
    drafted.save_draft(element(title=t("未完")), BO, None)
    drafted.save_draft(matter(title=t("开店许可")), ANN, None)
    assert [each.id for each in reviewing.companions(drafted, "matter", "shop-licence")] == [
        "matter:shop-licence"
    ]


def test_a_broken_companion_holds_the_set_up(registry: RegistryService) -> None:
    registry.save_draft(element(type="nonsense"), ANN, None)
    registry.save_draft(material(), ANN, None)
    registry.save_draft(matter(), ANN, None)
    with pytest.raises(Refusal) as error:
        reviewing.submit(registry, "matter", "shop-licence", ANN, 1)
    assert error.value.status == 422
    assert {p.file for p in error.value.problems if p.severity == "error"} >= {"element:shop.name"}
    assert {draft.state for draft in registry.drafts()} == {"draft"}
