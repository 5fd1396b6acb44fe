"""Trying the rules in the designer: what comes of typed facts, and keeping them as a test case."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from yijianshi.core.designer.desk import PRESSED, Desk, after
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import replay
from yijianshi.core.designer.parts import patches
from yijianshi.core.designer.ruleset_trying import KEPT, Attempt, elements_of
from yijianshi.core.rules import parse, run_cases

from .test_rulesets import COMPANY, DAY, LIBRARY, PERMIT, RULESETS, carried, desk, refused

KEEP = {"op": "keep_tried", "on": DAY.isoformat()}


def typed(*given: tuple[str, str], on: str | None = None) -> str:
    pairs = [("_asked", name) for name, _ in given] + list(given)
    return json.dumps([*pairs, *([("_on", on)] if on else [])])


def tried(document: Any, setting: str, lang: Any = "zh") -> Desk:
    now, entries = after(desk(document, "try", lang), [("view:try", setting)])
    assert not entries, "what is tried is no part of the draft"
    return now


def test_what_comes_of_facts_is_shown_as_they_are_typed() -> None:
    below = typed(("/investment", "10"), ("/floor_area", "200"))
    shown = frame(tried(PERMIT, below)).html()
    assert "符合 1 条，不符合 1 条，待补充 0 条" in shown
    assert "填写：10" in shown
    above = frame(tried(PERMIT, typed(("/investment", "1000"), ("/floor_area", "20000")), "en")).html()
    assert "1 met, 1 not met, 0 unknown" in above
    assert "given: 20000" in above
    nothing = frame(tried(PERMIT, "")).html()
    assert "待补充 2 条" in nothing


def test_typing_repaints_the_outcome_and_no_other_field() -> None:
    before = frame(tried(PERMIT, typed(("/investment", "10"), ("/floor_area", "200"))))
    now = frame(tried(PERMIT, typed(("/investment", "10"), ("/floor_area", "20000"))))
    names = {part.id for part in patches(before, now)}
    assert {"dz-tf-floor_area", "dz-try-met-rules"} <= names
    assert not names & {"dz-tf-investment", "dz-try", "dz-try-form", "dz-try-given", "designer"}


def test_each_fact_is_asked_for_by_its_type_under_its_title() -> None:
    shown = frame(tried(COMPANY, "")).html()
    for name, fact in parse({**COMPANY, "tests": {}}).facts.items():
        assert f'value="/{name}"' in shown, fact
    assert 'type="radio"' in shown or "<select" in shown


def test_a_wrong_value_is_told_in_place_of_an_outcome() -> None:
    shown = frame(tried(PERMIT, typed(("/investment", "viele")), "en")).html()
    assert "Mend this for an outcome" in shown and "dz-try-sum" not in shown
    assert refused(PERMIT, {**KEEP, "tried": typed(("/investment", "viele"))}) == "wrong-fact"


def test_what_is_tried_is_kept_as_a_case_that_passes_and_is_taken_back() -> None:
    setting = typed(("/investment", "31"), ("/floor_area", "301"), on="2026-12-01")
    now, entries = after(tried(PERMIT, setting), [(PRESSED, json.dumps(KEEP))])
    assert [entry.sentence["zh"][:9] for entry in entries] == ["试填内容存为用例："]
    assert entries[0].sentence["en"].startswith("What was tried kept as a test case: ")
    case = now.document["tests"]["cases"][-1]
    assert case["on"] == "2026-12-01"
    assert case["answers"]["project"] == {"investment": 31, "floor_area": 301}
    assert not run_cases(parse({**now.document, "tests": {}}), now.document["tests"]).failures
    assert now.focus == KEPT and f'id="{KEPT}"' in frame(now).html()
    assert replay(PERMIT, entries) == now.document
    again, none = after(now, [(PRESSED, json.dumps(KEEP))])
    assert not none and again.document == now.document
    undone, _ = after(now, [(PRESSED, json.dumps({"op": "undo"}))])
    assert undone.document["tests"] == PERMIT["tests"]


def test_a_button_that_says_what_was_typed_goes_over_the_page_setting() -> None:
    there = tried(PERMIT, typed(("/investment", "1")))
    given = {**KEEP, "tried": typed(("/investment", "2"))}
    now, _ = after(there, [(PRESSED, json.dumps(given))])
    assert now.document["tests"]["cases"][-1]["answers"]["project"] == {"investment": 2}


def test_nothing_and_rules_with_errors_make_no_case() -> None:
    assert refused(PERMIT, {**KEEP, "tried": "[]"}) == "nothing-tried"
    assert refused(PERMIT, {**KEEP, "tried": "no pairs"}) == "nothing-tried"
    broken = {**PERMIT, "rules": {"x": {"all": [{"m": {"$gt": {"gone": 1}}}]}}}
    assert refused(broken, {**KEEP, "tried": typed(("/investment", "1"))}) == "not-sound"
    shown = frame(tried(broken, "")).html()
    assert "规则还有错误" in shown and "dz-try-form" not in shown
    refusal, _ = after(tried(PERMIT, ""), [(PRESSED, json.dumps(KEEP))])
    assert "还没有填写任何事实。请至少填写一项" in frame(refusal).html()


def test_a_derived_fact_is_worked_back_to_answers_or_the_case_is_refused() -> None:
    old = RULESETS["school-entry.order"]
    setting = typed(("/age_months", "80"), ("/household", "true"), ("/home", "true"))
    made = carried(old, {**KEEP, "tried": setting})
    case = made["tests"]["cases"][-1]
    parsed = parse({**made, "tests": {}})
    assert not run_cases(parsed, {"cases": [case]}).failures
    assert "household_and_home" in case["expect"]["met"]
    elements = elements_of(LIBRARY, COMPANY)
    attempt = Attempt.of(parse({**COMPANY, "tests": {}}), elements, typed(("/age", "17")), DAY)
    assert attempt.missing == ["age"], "no number of a person is made up from an age"
    assert refused(COMPANY, {**KEEP, "tried": typed(("/age", "17"))}) == "no-way-back"


def test_what_follows_from_typed_facts_need_not_be_typed() -> None:
    document = json.loads(json.dumps(PERMIT))
    document["facts"]["parts"] = {
        "type": "group",
        "from": "/parts",
        "properties": {"size": {"type": "decimal"}},
    }
    document["facts"]["whole"] = {"type": "decimal", "derive": {"fn": "sum", "of": "/parts/*/size"}}
    ruleset = parse({**document, "tests": {}})
    for whole in ("", "5"):
        pairs = [("_asked", "/parts"), ("_asked", "/whole"), ("/whole", whole)]
        for row in (0, 1):
            place = f"/parts/{row}"
            pairs += [(place, "row"), ("_asked", f"{place}/size"), (f"{place}/size", str(row + 2))]
        attempt = Attempt.of(ruleset, elements_of(LIBRARY, document), json.dumps(pairs), DAY)
        assert attempt.facts["whole"] == 5
        assert not attempt.missing


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_desk_to_be_read_only_keeps_nothing(lang: Any) -> None:
    shown = replace(tried(PERMIT, typed(("/investment", "1")), lang), readonly=True)
    button = frame(shown).html().split('id="dz-try-store"')[1].split(">")[0]
    assert "disabled" in button
