"""The limits of a matter in Chromium: its steps by mouse and from the keyboard, and the calendar they are shown on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .designing import Designer
from .hands import Hands, Keyboard, Mouse
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")


@pytest.mark.parametrize("hands", [Mouse, Keyboard])
def test_steps_with_days_are_set_undone_and_shown_on_the_calendar(
    live: Live,
    page: Page,
    axe: Callable[[Page], None],
    phone: Callable[[Page], None],
    hands: Callable[[Page], Hands],
) -> None:
    code = hands.__name__.lower()
    hand, designer = hands(page), Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("matter", f"timed-{code}", "试办事项")
    designer.open(f"/designer/matter/timed-{code}?tab=limits&accepted=2026-09-14&paused=2")
    designer.ready()
    findings = page.locator("#dz-findings")
    expect(findings).to_contain_text("时限还是默认的 20 个工作日")
    hand.press(page.locator("#dz-confirm-promised_limit"))
    hand.press(page.locator("#dz-confirm-statutory_limit"))
    expect(findings).not_to_contain_text("时限还是默认的 20 个工作日")
    for step in ("受理", "审核", "审批"):
        hand.press(page.get_by_label(step, exact=True))
        expect(page.get_by_label(f"{step}几日")).to_be_visible()
    for step, days in (("受理", "1"), ("审核", "5"), ("审批", "15")):
        hand.write(page.get_by_label(f"{step}几日"), days)
    expect(page.locator("#dz-steps-sum")).to_contain_text("各环节共 21 日，承诺 20 日：超出 1 日")
    expect(findings).to_contain_text("各环节共 21 日，超过承诺的 20 日")
    hand.press(page.locator("#dz-undo"))
    expect(page.get_by_label("审批几日")).to_have_value("")
    hand.write(page.get_by_label("审批几日"), "14")
    expect(findings).not_to_contain_text("各环节")
    expect(page.locator(".dz-month .dz-paused")).to_have_count(2)
    expect(page.locator(".dz-month .dz-step-end")).to_have_text(["◆ 受理", "◆ 审核", "◆ 审批"])
    axe(page)
    phone(page)
    axe(page)
    designer.kept()
    draft = live.platform.registry.draft("matter", f"timed-{code}")
    assert draft is not None
    assert draft.document["standard"] == {
        "steps": ["accept", "examine", "approve"],
        "step_days": {"accept": 1, "examine": 5, "approve": 14},
    }
