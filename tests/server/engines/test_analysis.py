"""What the analysis finds, what it must not say, and that every witness is one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yijianshi.core.definitions.pointer import MISSING, get
from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.combine import routes
from yijianshi.core.rules.compile import Compiled
from yijianshi.core.rules.patterns import compile_pattern
from yijianshi.server.engines.analysis import Domain, NotSettled, advise, analyse, suggest
from yijianshi.server.engines.analysis.domains import ways
from yijianshi.server.engines.analysis.model import Model

from tests.core.rules.strategies import PATTERNS, REASON, fact_sets, rulesets

ON = date(2026, 11, 23)
FACTS: dict[str, Any] = {
    "investment": {
        "from": "/i",
        "type": "decimal",
        "unit": "万元",
        "title": {"zh": "投资额", "en": "investment"},
    },
    "area": {"from": "/a", "type": "integer", "unit": "m²", "title": {"zh": "面积", "en": "floor area"}},
    "born": {"from": "/b", "type": "date", "changeable": False},
    "use": {"from": "/u", "type": "choice"},
    "people": {"from": "/p", "type": "group", "properties": {"age": {"type": "integer"}}},
    "class": {"type": "integer", "asserted": True},
}


def rule(condition: Any, run: Any) -> dict[str, Any]:
    return {
        "all": [{"m": condition}],
        "run": run if "assert" in run else {**run, "reason": REASON, "basis": "b"},
    }


def made(rules: dict[str, Any], **more: Any) -> Compiled:
    document = {"code": "x", "decides": "routing", "facts": FACTS, "rules": rules, **more}
    return compile_ruleset(parse(document), ON)


def found(rules: dict[str, Any], domains: dict[str, Domain] | None = None) -> list[tuple[str, str]]:
    return [(p.code, p.pointer) for p in analyse(made(rules), domains)]


A, B, DENY = {"route": "a"}, {"route": "b"}, {"deny": "no"}
SMALL, LARGE = {"$lt": {"area": 300}}, {"$gte": {"area": 300}}


def test_a_table_without_faults_has_no_findings() -> None:
    assert found({"small": rule(SMALL, A), "large": rule(LARGE, B)}) == []


def test_two_rows_that_overlap_are_shown_by_facts() -> None:
    compiled = made({"small": rule({"$lte": {"area": 300}}, A), "large": rule(LARGE, B)})
    (problem,) = analyse(compiled)
    assert (problem.code, problem.pointer) == ("overlap", "/rules/small")
    assert "面积 300 m²" in problem.message["zh"]
    assert "floor area 300 m²" in problem.message["en"]
    assert problem.severity == "warning"
    assert "优先级相同，按编码取“large”" in problem.message["zh"]
    assert "of which the name, at equal priority, takes 'large'" in problem.message["en"]
    assert routes(compiled.ruleset, compiled.evaluate({"area": 300})) == (B["route"],)


def test_priorities_settle_an_overlap_and_it_is_told_where_what_stands_is_read_later() -> None:
    rules = {"one": {**rule({"$lte": {"area": 300}}, A), "pri": 2}, "two": {**rule(LARGE, B), "pri": 1}}
    (problem,) = analyse(made(rules))
    assert (problem.severity, problem.pointer) == ("note", "/rules/one")
    assert problem.message["zh"].endswith("按优先级取“two”")
    (problem,) = analyse(made(rules, order=["one", "two"]))
    assert problem.message["zh"].endswith("按优先级取“two”（它排在后面）")
    assert problem.message["en"].endswith("takes 'two' (which stands after it)")
    # where all stand, or the strictest, none is said to go first
    (problem,) = analyse(made(rules, combine={"route": "all"}))
    assert problem.message["zh"].endswith("（分送到哪里）")


def test_findings_name_rules_facts_values_and_materials_by_their_titles() -> None:
    known = {"material:plan": {"zh": "总平面图", "en": "site plan"}, "/u": {"zh": "用途", "en": "use"}}
    both = {"$and": [{"use": "factory"}, {"$neq": {"use": "factory"}}]}
    fast = {"set_limit": {"days": 3, "unit": "working"}}

    def called(zh: str, en: str, condition: Any, run: Any) -> dict[str, Any]:
        return {**rule(condition, run), "title": {"zh": zh, "en": en}}

    rules = {
        "r-1": called("较大", "Large", LARGE, {"require_material": "plan"}),
        "r-2": called("免交", "Waived", LARGE, {"waive_material": "plan"}),
        "r-3": called("用途两说", "Both", both, A),
        "r-4": called("小型", "Small", SMALL, {"assert": {"class": 1}}),
        "r-5": called("很小", "Very small", {"$lt": {"area": 200}}, A),
        "r-6": called("快办", "Fast", SMALL, fast),
        "r-7": called("同快", "Also", SMALL, fast),
    }
    problems = analyse(
        made(rules), titles=known.get, options=lambda place, value: {"zh": "厂房", "en": "factory"}
    )
    assert {p.code for p in problems} >= {"overlap", "contradiction", "gap", "redundant"}
    zh, en = (" ".join(p.message[lang] for p in problems) for lang in ("zh", "en"))
    for word in (
        "较大",
        "免交",
        "“总平面图”",
        "用途为厂房",
        "用途两说",
        "同快",
        "（分送到哪里）",
        "（办理时限）",
    ):
        assert word in zh, zh
    for word in (
        "Large",
        "Waived",
        "“site plan”",
        "use is factory",
        "Both",
        "(where it is sent)",
        "(the time limit)",
    ):
        assert word in en, en
    assert not re.search(r"r-\d|route|set_limit|\bassert\b|\bplan\b|waive_", zh + en.replace("site plan", ""))


def test_a_gap_is_shown_by_facts() -> None:
    (problem,) = analyse(made({"small": rule(SMALL, A), "large": rule({"$gt": {"area": 300}}, B)}))
    assert problem.code == "gap"
    assert "面积 300 m²" in problem.message["zh"]
    assert problem.message["zh"].endswith("没有规则给出结果（分送到哪里）")
    assert problem.message["en"].endswith("no rule decides (where it is sent)")


def test_what_two_rules_differ_in_and_what_none_decides_is_told_in_words() -> None:
    limits = [rule(LARGE, {"set_limit": {"days": days, "unit": "working"}}) for days in (3, 5)]
    materials = [rule(LARGE, {f"{how}_material": "permit"}) for how in ("require", "waive")]
    facts = [rule(LARGE, {"assert": {"class": number}}) for number in (1, 2)]
    for pair, zh, en in (
        (limits, "（办理时限", "(the time limit"),
        (materials, "（材料“permit”", "(the material “permit”"),
        (facts, "（认定的事实", "(the fact that follows"),
    ):
        told = [p for p in analyse(made(dict(zip("ab", pair, strict=True)))) if p.code == "overlap"]
        assert told and all(zh in p.message["zh"] and en in p.message["en"] for p in told)
        assert not any(word in str(p.message) for p in told for word in ("set_limit", "assert", "_material"))


def test_a_fact_that_no_rule_asserts_is_a_gap_unless_something_holds_otherwise() -> None:
    rules = {"one": rule(SMALL, {"assert": {"class": 1}}), "two": rule({"class": 1}, DENY)}
    assert found(rules) == [("gap", "/rules")]


def test_contradictions_and_what_the_form_rules_out() -> None:
    rules = {"never": rule({"$and": [SMALL, LARGE]}, DENY), "negative": rule({"$lt": {"area": 0}}, DENY)}
    assert found(rules) == [("contradiction", "/rules/never")]
    told = [("contradiction", "/rules/never"), ("never-in-form", "/rules/negative")]
    assert found(rules, {"area": Domain(minimum=0)}) == [told[1], told[0]]
    compiled = made(rules, order=["never", "negative"])
    assert [
        (each.code, each.pointer) for each in analyse(compiled, {"area": Domain(minimum=0)})
    ] == told  # as they are read


def test_what_the_form_already_says_is_told_at_its_place() -> None:
    rules = {"r": rule({"$and": [{"$gte": {"area": 0}}, {"use": "shop"}]}, DENY)}
    assert found(rules, {"area": Domain(minimum=0)}) == [("implied-by-form", "/rules/r/all/0/m/$and/0")]
    assert found(rules, {"use": Domain(values=("home", "office"))}) == [("never-in-form", "/rules/r")]


def test_a_rule_inside_another_is_redundant() -> None:
    rules = {"wide": rule(LARGE, DENY), "narrow": rule({"$gt": {"area": 500}}, DENY)}
    assert found(rules) == [("redundant", "/rules/narrow")]
    twice = {"one": rule(LARGE, DENY), "two": rule({"$not": SMALL}, DENY)}
    assert found(twice) == [("redundant", "/rules/two")]


@pytest.mark.parametrize(
    ("rules", "code", "zh", "en"),
    [
        (
            {"never": rule({"$and": [{"use": "shop"}, SMALL, LARGE]}, DENY)},
            "contradiction",
            "“面积小于300 m²”与“面积不小于300 m²”不能同时成立",
            "“floor area is less than 300 m²” and “floor area is at least 300 m²” cannot both be",
        ),
        ({"r": rule({"$lt": {"area": 0}}, DENY)}, "never-in-form", "须如：", "floor area -1 m²"),
        (
            {"r": rule({"$and": [{"$gte": {"area": 0}}, {"use": "shop"}]}, DENY)},
            "implied-by-form",
            "，如：",
            ", as with investment ",
        ),
        (
            {"wide": rule(LARGE, DENY), "narrow": rule({"$gt": {"area": 500}}, DENY)},
            "redundant",
            "属多余，如：",
            "redundant, as with ",
        ),
        (
            {"a": rule(LARGE, A), "b": rule({"$lte": {"area": 300}}, B)},
            "overlap",
            "面积 300 m²",
            "area 300 m²",
        ),
        ({"a": rule(SMALL, A), "b": rule({"$gt": {"area": 300}}, B)}, "gap", "面积 300 m²", "area 300 m²"),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else None,
)
def test_every_kind_of_finding_shows_facts_and_its_place(rules: Any, code: str, zh: str, en: str) -> None:
    compiled = made(rules)
    (problem,) = analyse(compiled, {"area": Domain(minimum=0)})
    assert problem.code == code
    assert get(compiled.ruleset.document, problem.pointer) is not MISSING
    assert zh in problem.message["zh"]
    assert en in problem.message["en"]


def test_rows_patterns_and_arithmetic_are_reasoned_about() -> None:
    every = {"$iall": {"people": {"$gte": {"$i.age": 18}}}}
    some = {"$iany": {"people": {"$lt": {"$i.age": 18}}}}
    assert found({"r": rule({"$and": [every, some]}, DENY)}) == [("contradiction", "/rules/r")]
    assert found({"one": rule(every, A), "two": rule(some, B)}) == []
    shape = {"$and": [{"$mt": {"use": "%d+"}}, {"$mt": {"use": "%a+"}}]}
    assert found({"r": rule(shape, DENY)}) == [("contradiction", "/rules/r")]
    double = {"$gt": {"area": {"$mul": {"$l": {"m": "area"}, "$r": 2}}}}
    assert found({"r": rule({"$and": [double, LARGE]}, DENY)}) == [("contradiction", "/rules/r")]


def test_what_takes_too_long_is_said_to_be_unsettled() -> None:
    rules = {f"r{n}": rule({"$gt": {"area": n}}, DENY) for n in range(10)}
    problems = analyse(made(rules), seconds=0)
    assert [p.code for p in problems] == ["not-settled"]


def test_advice_changes_least_and_nothing_that_cannot_change() -> None:
    rules = {
        "poor": rule({"$and": [{"$lt": {"investment": 30}}, {"$lt": {"area": 300}}]}, DENY),
        "young": rule({"$gt": {"born": "2008-01-01"}}, DENY),
    }
    compiled = made(rules)
    advice = advise(compiled, {"investment": 29.5, "area": 10, "born": "2000-01-01"})
    assert advice is not None
    assert advice.changes in ({"investment": 30}, {"area": 300})
    assert "符合条件" in advice.sentence["zh"]
    assert advise(compiled, {"investment": 30, "area": 10, "born": "2010-01-01"}) is None
    fixed = advise(
        compiled, {"investment": 29.5, "area": 10, "born": "2000-01-01"}, fixed=frozenset({"investment"})
    )
    assert fixed is not None
    assert fixed.changes == {"area": 300}


def test_suggested_cases_reach_every_rule_and_every_boundary() -> None:
    compiled = made({"small": rule(SMALL, A), "large": rule(LARGE, B), "shop": rule({"use": "shop"}, DENY)})
    told = suggest(compiled)
    cases = told.cases
    assert not told.impossible and not told.unsettled
    seen = {(name, truth) for case in cases for name, truth in case.truths.items()}
    assert {(name, truth) for name in ("small", "large", "shop") for truth in ("met", "unmet")} <= seen
    assert {299, 300, 301} <= {case.facts["area"] for case in cases}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rulesets(most=3), fact_sets())
def test_the_model_means_what_the_evaluator_means(document: Any, facts: dict[str, Any]) -> None:
    """Facts that Z3 finds for a rule met, or unmet, are that to the evaluator too."""
    import z3

    compiled = compile_ruleset(parse(document), ON)
    model = Model(compiled)
    for number, rails in enumerate(model.rules):
        for rail, truth in zip(rails, (True, False), strict=True):
            solver = z3.Solver()
            solver.set("timeout", 300)
            solver.add(*model.limits, rail)
            if solver.check() == z3.sat:
                assert compiled.decide(model.facts(solver.model()))[number] is truth


@given(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4, unique=True))
def test_every_way_to_match_several_patterns_has_a_text(sources: list[str]) -> None:
    patterns = [compile_pattern(source) for source in sources]
    texts = ways(patterns)
    told = [tuple(pattern.matches(text) for pattern in patterns) for text in texts]
    assert len(set(told)) == len(told)
    for text in ["体育馆", "stadium", "", "0", "😀", "abc", "1234", "图书馆"]:
        assert tuple(pattern.matches(text) for pattern in patterns) in told


@pytest.mark.parametrize("count", [20])
def test_progress_is_told(count: int) -> None:
    steps: list[tuple[int, int]] = []
    analyse(
        made({f"r{n}": rule({"$gt": {"area": n}}, DENY) for n in range(count)}),
        progress=lambda a, b: steps.append((a, b)),
    )
    assert steps[0] == (0, 5) and steps[-1] == (4, 5)


def test_advice_may_leave_open_what_is_not_answered_and_says_what_must_be() -> None:
    rules = {
        "poor": rule({"$lt": {"investment": 30}}, DENY),
        "elsewhere": rule({"$and": [{"use": "shop"}, {"$gt": {"area": 300}}]}, DENY),
    }
    told = advise(made(rules), {"investment": 20})
    assert told is not None and told.changes == {"investment": 30}
    # here the change alone would leave the rule waiting for an answer
    either = {"either": rule({"$or": [{"$lt": {"investment": 30}}, {"$nex": {"use": 1}}]}, DENY)}
    told = advise(made(either), {"investment": 20})
    assert told is not None and set(told.changes) == {"investment", "use"}


def test_advice_takes_a_text_that_no_rule_speaks_of_for_what_it_is() -> None:
    rules = {
        "poor": rule({"$and": [{"$lt": {"investment": 30}}, {"$neq": {"use": "shop"}}]}, DENY),
        "shop": rule({"use": "shop"}, DENY),
    }
    told = advise(made(rules), {"investment": 20, "use": "幼儿园"}, fixed=frozenset({"use"}))
    assert told is not None and told.changes == {"investment": 30}


def test_advice_without_time_is_not_settled() -> None:
    with pytest.raises(NotSettled):
        advise(made({"poor": rule({"$lt": {"investment": 30}}, DENY)}), {"investment": 20}, seconds=0)
