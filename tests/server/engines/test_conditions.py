"""The conditions that durable_rules was asked bare: lowered, it says what the other engines say."""

from __future__ import annotations

from datetime import date

from yijianshi.core.rules import compile_ruleset, extract_facts, parse
from yijianshi.core.rules.lower import lower
from yijianshi.server.engines.batches import decide
from yijianshi.server.engines.durable import DurableEngine

from tests.core.rules.durable_conditions import CONDITIONS
from tests.core.rules.test_durable_conditions import ruleset

ON = date(2026, 11, 23)
DECIDED = [row for row in CONDITIONS if row[5] in ("met", "unmet", "unknown")]


def test_lowered_they_are_decided_as_the_table_says() -> None:
    engine = DurableEngine(workers=1, seconds=20)
    wrong = []
    try:
        for what, facts, condition, message, _, ours, _ in DECIDED:
            compiled = compile_ruleset(parse(ruleset(facts, condition)), ON)
            known = extract_facts(compiled.ruleset, message, ON)
            lowered = lower(compiled)
            program, told = lowered.question(known)
            (fired,) = engine.decide([(program, told)])
            ((truth,),) = decide(compiled, [known])
            sql = {True: "met", False: "unmet", None: "unknown"}[truth]
            if {lowered.truths(program, fired)["r"], sql} != {ours}:
                wrong.append(what)
    finally:
        engine.close()
    assert len(DECIDED) > 110 and wrong == []
    assert engine.restarts == 0
