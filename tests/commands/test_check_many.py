"""A county's worth of rulesets checked in one run; ``--durations=1`` tells how long it takes."""

from __future__ import annotations

import json
import random
from pathlib import Path

from yijianshi.commands.bench.made import ruleset
from yijianshi.commands.check import run

RULESETS, RULES = 100, 20


def test_a_hundred_rulesets_of_twenty_rules_are_checked_with_progress(tmp_path: Path) -> None:
    made = random.Random("check")
    for number in range(RULESETS):
        document = ruleset(made, RULES, "flat" if number % 2 else "nested")
        document["code"] = f"bench.made-{number}"
        (tmp_path / f"{number}.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    told: list[tuple[int, int]] = []
    # however busy the machine is
    result = run((tmp_path,), True, lambda done, total: told.append((done, total)), seconds=120)
    assert (result["documents"], result["errors"]) == (RULESETS, 0)
    # nothing was left unsettled for want of time, and every step was told
    assert {problem.code for problem in result["findings"]} == {"no-cases"}
    assert [done for done, _ in told[:RULESETS]] == list(range(RULESETS))
    assert {total for _, total in told} == {RULESETS}
