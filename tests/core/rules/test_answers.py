"""Answers made for wanted facts give those facts, whatever the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yijianshi.core.rules import extract_facts, parse
from yijianshi.core.rules.answers import answers_of

from tests.core.rules.strategies import REASON

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
FIRST, LAST = "/decided_on", "/applied_on"


def apart(fn: str, of: list[str]) -> Any:
    return parse(
        {
            "kind": "ruleset",
            "code": "apart",
            "title": {"zh": "间隔", "en": "apart"},
            "decides": "eligibility",
            "facts": {
                "first": {"from": FIRST, "type": "date"},
                "last": {"from": LAST, "type": "date"},
                "apart": {"type": "integer", "derive": {"fn": fn, "of": of}},
            },
            "rules": {
                "one": {
                    "all": [{"m": {"$gte": {"apart": 3}}}],
                    "run": {"deny": True, "reason": REASON, "basis": "依据"},
                }
            },
        }
    )


@pytest.mark.parametrize("fn", ["months_between", "days_between"])
@given(count=st.integers(-200, 200), on=DAYS, known=DAYS, which=st.sampled_from(["none", "first", "last"]))
@example(count=3, on=date(2026, 11, 29), known=date(2026, 11, 29), which="none")
@example(count=1, on=date(2026, 3, 31), known=date(2026, 3, 31), which="last")
def test_dates_lie_as_far_apart_as_wanted(fn: str, count: int, on: date, known: date, which: str) -> None:
    facts: dict[str, Any] = {"apart": count}
    if which != "none":
        facts[which] = known.isoformat()
    ruleset = apart(fn, [FIRST, LAST])
    got = extract_facts(ruleset, answers_of(ruleset, facts, on), on)
    assert {name: got.get(name) for name in facts} == facts


@pytest.mark.parametrize("fn", ["months_between", "days_between"])
@pytest.mark.parametrize("today_is", [0, 1])
@given(count=st.integers(-200, 200), on=DAYS)
def test_the_day_itself_stays_where_it_is(fn: str, today_is: int, count: int, on: date) -> None:
    of = [FIRST, LAST]
    of[today_is] = "today"
    ruleset = apart(fn, of)
    assert extract_facts(ruleset, answers_of(ruleset, {"apart": count}, on), on)["apart"] == count
