"""The days of a matter: its steps, what they come to against the promise, and how the calendar draws them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.cases.clocks import end_of
from yijianshi.core.cases.steps import ends_of
from yijianshi.core.cases.values import Limit
from yijianshi.core.checks import Source, check
from yijianshi.core.checks.times import DEFAULT_LIMIT, check_times
from yijianshi.core.checks.whole import Part
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.beside import said_of
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED, Desk, after
from yijianshi.core.designer.panels.matter_steps import CHOSEN
from yijianshi.core.designer.places import tab_for

from tests.core.designer.test_matters import METAS, SHIPPED, WORLD, desk, matter, shown

PROMISE = {"days": 8, "unit": "working", "basis": "本地规定"}
PERMIT_STEPS = {"steps": ["accept", "examine", "approve", "deliver"]}


def days(step: str, value: str) -> tuple[str, str]:
    """Make the event of the field of a step's days."""
    return name_of({"op": "fill", "at": ["standard", "step_days", step], "as": "integer"}), value


def tried(lang: Any = "zh", paused: int = 0, **changed: Any) -> Desk:
    document = matter(**{"promised_limit": PROMISE, "statutory_limit": {**PROMISE, "days": 20}, **changed})
    return desk(document, lang, tab="limits", accepted="2026-09-14", paused=str(paused))


def codes(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found.code, found.severity) for found in check_times(Part(document))]


# the steps


def test_steps_and_their_days_are_edited_told_and_taken_back() -> None:
    at = tried()
    before = canonical(at.document)
    at, entries = after(at, [(CHOSEN, ["", "deliver", "accept", "examine"])])
    assert at.document["standard"]["steps"] == ["accept", "examine", "deliver"]
    assert entries[0].sentence == {
        "zh": "办理环节由“无”改为“受理、审核、送达”",
        "en": "steps changed from “none” to “acceptance, examination, delivery”",
    }
    at, _ = after(at, [days("accept", "1"), days("examine", "5")])
    assert at.document["standard"]["step_days"] == {"accept": 1, "examine": 5}
    # what is no step any more has no days
    at, entries = after(at, [(CHOSEN, ["", "accept"])])
    assert at.document["standard"]["step_days"] == {"accept": 1} and len(entries) == 1
    at, _ = after(at, [(PRESSED, '{"op":"undo"}')] * 4)
    assert canonical(at.document) == before


def test_what_the_steps_come_to_is_told_at_once_and_found() -> None:
    at = tried(standard={**PERMIT_STEPS, "step_days": {"accept": 1, "examine": 4, "approve": 2}})
    assert "各环节共 7 日，承诺 8 日：还有 1 日未分配" in shown(at)
    assert codes(dict(at.document)) == [("steps-under-promise", "note")]
    at, _ = after(at, [days("approve", "6")])
    assert "超出 3 日" in shown(at)
    assert codes(dict(at.document)) == [("steps-over-promise", "warning")]
    assert "3 too many" in shown(Desk(at.ground, lang="en", view=at.view, world=WORLD))
    at, _ = after(at, [days("approve", "3")])
    assert codes(dict(at.document)) == []
    # delivery comes after the decision
    at, _ = after(at, [days("deliver", "11")])
    assert codes(dict(at.document)) == [("delivery-late", "warning")]
    assert all(tab_for("matter", "/standard/step_days", code) == "limits" for code in ("steps-over-promise",))


def test_days_of_what_is_no_step_are_found() -> None:
    document = matter(promised_limit=PROMISE, standard={"steps": ["accept"], "step_days": {"examine": 8}})
    assert ("days-without-step", "warning") in codes(document)


def test_steps_are_due_one_after_another_on_working_days() -> None:
    document = matter(
        promised_limit=PROMISE,
        standard={**PERMIT_STEPS, "step_days": {"accept": 0, "examine": 4, "approve": 4, "deliver": 5}},
    )
    calendar = WORLD.calendar
    start = date(2026, 9, 14)
    ends = ends_of(document, start, calendar)
    assert list(ends) == ["accept", "examine", "approve", "deliver"]
    # 20 September is worked, 25–27 September and 1–7 October are days off
    assert [day.isoformat() for day in ends.values()] == [
        "2026-09-14",
        "2026-09-18",
        "2026-09-23",
        "2026-10-08",
    ]
    html = shown(desk(document, tab="limits", accepted="2026-09-14"))
    assert "审核：最迟 2026-09-18。" in html and "◆ 审核" in html and "环节到期" in html
    # after a step that has no days nothing can be said, but for the delivery
    del document["standard"]["step_days"]["examine"]
    assert list(ends_of(document, start, calendar)) == ["accept", "deliver"]


def test_the_days_of_steps_are_known_to_the_meta_schema() -> None:
    for value in ({"accept": -1}, {"nothing": 1}, {"accept": "1"}):
        found = check([Source("here", matter(standard={"step_days": value}))], METAS, SHIPPED)
        assert any(problem.severity == "error" for problem in found), value


# the calendar


def cells(html: str) -> list[tuple[int, str, str]]:
    """Give day, look and word of each cell of the calendar."""
    found = re.findall(
        r'<td class="dz-day ?([^"]*)"><span class="dz-day-number">(\d+)</span>(?:<span class="dz-day-word">([^<]*))?',
        html,
    )
    return [(int(day), look, word) for look, day, word in found]


def test_days_on_which_the_clock_stands_still_are_drawn_apart_and_not_numbered() -> None:
    html = shown(tried(paused=3))
    by_day = {day: (look, word) for day, look, word in cells(html)[:30]}
    assert [by_day[day] for day in (15, 16, 17)] == [("dz-paused", "停")] * 3
    assert by_day[18] == ("dz-counted", "第 1 日")
    assert "停止计时" in html and "特别程序" in html
    assert "dz-paused" not in shown(tried())
    assert "the clock stands still" in shown(tried("en", paused=3))


@given(st.integers(1, 15), st.integers(0, 8), st.integers(0, 120), st.sampled_from(["working", "natural"]))
def test_the_day_before_it_is_due_has_the_number_before_the_limit(
    limit: int, paused: int, offset: int, unit: str
) -> None:
    start = date(2026, 3, 2) + timedelta(days=offset)
    document = matter(promised_limit={"days": limit, "unit": unit}, warn_days=0)
    document.pop("statutory_limit", None)
    at = desk(document, tab="limits", accepted=start.isoformat(), paused=str(paused))
    numbers = [int(n) for n in re.findall(r"第 (\d+) 日</span>", shown(at))]
    numbers = numbers[1:]  # the legend's example
    pauses = [(start, WORLD.calendar.add_working_days(start, paused))] if paused else []
    due = end_of(start, Limit.of({"days": limit, "unit": unit}), WORLD.calendar, pauses)
    # every day that counts has its number, from the first on; the last is marked as due instead
    assert numbers == list(range(1, len(numbers) + 1))
    if unit == "working":
        assert len(numbers) == limit - 1
    else:
        assert limit - 1 <= len(numbers) <= (due - start).days


# what nobody has looked at


@pytest.mark.parametrize("name", ["promised_limit", "statutory_limit"])
def test_a_limit_that_is_still_the_default_is_marked_until_it_is_set(name: str) -> None:
    document = matter(promised_limit=PROMISE, statutory_limit={**PROMISE, "days": 20})
    document[name] = dict(DEFAULT_LIMIT)
    at = desk(document, tab="limits")
    assert codes(document) == [("limit-not-set", "warning")]
    assert f"dz-confirm-{name}" in shown(at)
    confirm = {"op": "set", "at": [name, "verified"], "value": True}
    place = name_of({"op": "fill", "at": [name, "days"], "as": "integer"})
    for event in ((PRESSED, name_of(confirm)), (place, "15")):
        set_, entries = after(at, [event])
        assert entries and codes(dict(set_.document)) == []
        assert f"dz-confirm-{name}" not in shown(set_)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_found_of_the_days_is_said_once_in_the_tab(lang: Any) -> None:
    document = matter(
        promised_limit=dict(DEFAULT_LIMIT),
        statutory_limit=dict(DEFAULT_LIMIT),
        standard={**PERMIT_STEPS, "step_days": {"accept": 30, "deliver": 11}},
    )
    found = tuple(check_times(Part(document)))
    assert {each.code for each in found} == {"limit-not-set", "steps-over-promise", "delivery-late"}
    at = replace(desk(document, lang, tab="limits"), findings=found)
    html = shown(at).split('id="dz-findings"')[0]
    # one for each of the two limits, and none beside in words of its own
    assert html.count(escape(said_of(at, found[0])[1])) == 2
    assert not re.search("默认值|begins with", html)
    late = next(each for each in found if each.code == "delivery-late")
    assert html.count(escape(late.message[lang])) == 1
    assert not re.search("送达法定|by law delivery", html)
