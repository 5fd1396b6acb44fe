"""What the shipped rulesets owe: basis, verified mark and cases; and the vectors that their sources give."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yijianshi.core.rules import compile_ruleset, extract_facts, parse, run_cases, sentence
from yijianshi.server.context import shipped_calendar

RULES = Path(__file__).parents[3] / "rules"
DOCUMENTS: dict[str, Any] = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted(RULES.glob("*.json"))
    if ".cases." not in path.name
}
ON = date(2026, 11, 23)
WANTED = [
    "construction-start.situations",  # fire design review of special works
    "construction-permit.scope",
    "tax-clearance.on-the-spot",
    "individual-to-enterprise.paths",
    "credit-repair.classes-2023",
    "credit-repair.classes-2026",
    "retirement.age",
    "newborn.joint",
    "school-entry.order",
]


def outcomes(code: str, answers: dict[str, Any]) -> set[str]:
    ruleset = parse(DOCUMENTS[code])
    verdict = compile_ruleset(ruleset, ON).evaluate(extract_facts(ruleset, answers, ON, shipped_calendar()))
    return {str(o.target) for o in verdict.outcomes if o.truth == "met"}


def test_everything_that_is_to_be_shipped_is() -> None:
    assert set(WANTED) <= set(DOCUMENTS)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_ruleset_and_every_number_has_its_basis_and_says_whether_it_was_checked(code: str) -> None:
    document = DOCUMENTS[code]
    assert document["basis"] and document["source"] and isinstance(document["verified"], bool)
    for parameter in document.get("parameters", {}).values():
        assert parameter["basis"] and isinstance(parameter["verified"], bool)
        assert parameter["title"]["zh"] and parameter["title"]["en"]
    ruleset = parse(document)
    for rule in ruleset.rules:
        assert all(outcome.basis for outcome in rule.outcomes if outcome.type != "assert")
        assert sentence(ruleset, rule, "zh") and sentence(ruleset, rule, "en")


@pytest.mark.parametrize("code", DOCUMENTS)
def test_the_cases_meet_every_rule_and_leave_every_rule_unmet(code: str) -> None:
    cases = json.loads((RULES / f"{code}.cases.json").read_text("utf-8"))
    report = run_cases(parse(DOCUMENTS[code]), cases, shipped_calendar())
    assert report.failures == ()
    assert (report.never_met, report.never_unmet) == ((), ())


FIRE = [
    *(("stadium", 20_000), ("terminal", 15_000), ("commerce", 10_000)),
    *(("culture", 2_500), ("care", 1_000), ("amusement", 500), ("other_public", 40_000)),
]


@pytest.mark.parametrize(("use", "limit"), FIRE)
def test_special_works_are_those_above_the_limit_of_their_use(use: str, limit: int) -> None:
    """住建部令第51号 第十四条: 大于, so that the limit itself is not above it."""
    for area, reviewed in ((limit, False), (limit + 0.01, True)):
        answers = {"project": {"use": use, "floor_area": area, "height": 24}}
        assert ("fire-design-review" in outcomes("construction-start.situations", answers)) is reviewed


@pytest.mark.parametrize(
    ("investment", "area", "needed"),
    [(30, 300, False), (30.01, 300, False), (30, 300.01, False), (30.01, 300.01, True)],
)
def test_a_permit_is_needed_above_both_limits(investment: float, area: float, needed: bool) -> None:
    answers = {"project": {"investment": investment, "floor_area": area}}
    assert outcomes("construction-permit.scope", answers) == {"permit-needed" if needed else "no-permit"}


@pytest.mark.parametrize("missing", ["investment", "floor_area"])
def test_one_small_measure_decides_without_the_other(missing: str) -> None:
    answers = {"project": {"investment": 30, "floor_area": 300}}
    del answers["project"][missing]
    assert outcomes("construction-permit.scope", answers) == {"no-permit"}


@pytest.mark.parametrize(
    ("project", "truths"),
    [
        ({"investment": 30, "floor_area": 300}, ("unmet", "met")),
        ({"investment": 30.01, "floor_area": 300}, ("met", "unmet")),
        ({"investment": 30, "floor_area": 300.01}, ("met", "unmet")),
        ({"investment": 30.01, "floor_area": 300.01}, ("met", "unmet")),
        # one that is large decides, one that is small does not
        ({"floor_area": 300.01}, ("met", "unmet")),
        ({"floor_area": 300}, ("unknown", "unknown")),
        ({"investment": 30.01}, ("met", "unmet")),
        ({}, ("unknown", "unknown")),
    ],
)
def test_where_both_must_stay_within_their_limits_one_above_needs_the_permit(
    project: dict[str, float], truths: tuple[str, str]
) -> None:
    document = DOCUMENTS["construction-permit.scope"]
    name = "either_suffices_for_exemption"
    both = {**document["parameters"], name: {**document["parameters"][name], "value": False}}
    ruleset = parse({**document, "parameters": both})
    verdict = compile_ruleset(ruleset, ON).evaluate(extract_facts(ruleset, {"project": project}, ON))
    assert (verdict.truths["permit_needed"], verdict.truths["no_permit"]) == truths
    assert set(verdict.unknown_facts) <= {"investment", "floor_area"}


@pytest.mark.parametrize(
    ("clearance", "way"),
    [
        ({"never_taxed": True}, "at-once"),
        ({"never_taxed": False, "bankrupt": True}, "at-once"),
        ({"never_taxed": False, "bankrupt": False, "invoices": False, "arrears": False}, "at-once"),
    ],
)
def test_tax_is_cleared_at_once(clearance: dict[str, Any], way: str) -> None:
    facts = DOCUMENTS["tax-clearance.on-the-spot"]["facts"]
    answers: dict[str, Any] = {}
    for name, value in clearance.items():
        group, key = facts[name]["from"].strip("/").split("/")
        answers.setdefault(group, {})[key] = value
    assert way in outcomes("tax-clearance.on-the-spot", answers)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_rule_has_a_title_of_its_own_in_both_languages(code: str) -> None:
    titles = [rule.title for rule in parse(DOCUMENTS[code]).rules]
    assert all(title is not None and title["zh"] != title["en"] for title in titles)
    assert len({title["zh"] for title in titles if title is not None}) == len(titles)
