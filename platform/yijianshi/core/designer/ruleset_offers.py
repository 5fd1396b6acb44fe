"""Test cases that were offered, taken into the draft; and what cases reach, which decides what is still worth having."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ..deadlines import Calendar
from ..definitions.pointer import MISSING, get
from ..definitions.types import text
from ..rules import Compiled, Ruleset, compile_ruleset, extract_facts
from ..rules.aims import Aim, Key, reached
from .offers import identity
from .operations import Ground, Step, operation, refuse
from .ruleset_parts import cases_of, free, phrase_of
from .ruleset_tests import with_cases

PARTS = ("title", "on", "answers", "expect")


@operation("accept_cases")
def accept_cases(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take offered test cases (``cases``) into the draft; one that tries what a case there tries is not taken twice."""
    cases = cases_of(ground.document)
    known = {identity(case) for case in cases}
    taken = [str(case["code"]) for case in cases]
    made: list[dict[str, Any]] = []
    for offered in given["cases"]:
        if not isinstance(offered, Mapping) or set(offered) != set(PARTS):
            raise refuse(
                "/tests/cases",
                "no-case",
                text("这不是一个建议的用例", "this is no suggested case"),
                text("请重新建议测试用例", "have test cases suggested again"),
            )
        if identity(offered) in known:
            continue
        known.add(identity(offered))
        code = free(taken, "case")
        taken.append(code)
        made.append({"code": code, **{part: offered[part] for part in PARTS}})
    if not made:
        return Step((), text("", ""))
    if len(made) > 1:
        count = len(made)
        sentence = text(f"接受 {count} 个建议的测试用例", f"{count} suggested test cases accepted")
    else:
        title = phrase_of(made[0]["title"], made[0]["code"])
        sentence = text(f"接受建议的测试用例：{title['zh']}", f"Suggested test case accepted: {title['en']}")
    return with_cases(ground, [*cases, *made], sentence)


def reached_by(
    ruleset: Ruleset,
    cases: Iterable[Mapping[str, Any]],
    aims: Iterable[Aim],
    calendar: Calendar | None = None,
) -> list[set[Key]]:
    """Give what each case reaches, decided by the parameters of the day that counts for it."""
    wanted = list(aims)
    editions: dict[tuple[Any, ...], Compiled] = {}
    found = []
    for case in cases:
        on = date.fromisoformat(str(case["on"]))
        day = _dated(ruleset, case["answers"], on)
        edition = tuple(parameter.on(day) for parameter in ruleset.parameters.values())
        if edition not in editions:
            editions[edition] = compile_ruleset(ruleset, day)
        facts = extract_facts(ruleset, case["answers"], on, calendar)
        found.append(reached(editions[edition], facts, wanted))
    return found


def _dated(ruleset: Ruleset, answers: Any, on: date) -> date:
    place = ruleset.document.get("dated_by")
    named = get(answers, str(place)) if place else MISSING
    try:
        return on if named is MISSING else date.fromisoformat(str(named))
    except ValueError:
        return on
