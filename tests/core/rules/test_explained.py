"""Every rule and every node of a trace can be said in Chinese and in English."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import given

from yijianshi.core.rules import compile_ruleset, extract_facts, parse, sentence
from yijianshi.core.rules.explained import Explainer, Node
from yijianshi.core.rules.types import facts_in, nodes

from tests.core.rules.strategies import fact_sets, rulesets

ON = date(2026, 11, 23)


def flat(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from flat(part)


def told_by(trace: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield trace
    if trace["node"] in ("and", "or", "not"):
        for part in trace["parts"]:
            yield from told_by(part)


def whole(text: Mapping[str, str]) -> bool:
    """In both languages something is said, and no Python shines through."""
    return all(text[lang].strip() and "None" not in text[lang] for lang in ("zh", "en"))


@given(rulesets(), fact_sets())
def test_every_rule_and_every_node_of_its_trace_is_said_in_both_languages(
    document: Any, answers: dict[str, Any]
) -> None:
    ruleset = parse(document)
    facts = extract_facts(ruleset, answers, ON)
    trace = compile_ruleset(ruleset, ON).trace(facts)
    explainer = Explainer(ruleset)
    for rule in ruleset.rules:
        assert sentence(ruleset, rule, "zh").startswith("如果")
        assert sentence(ruleset, rule, "en").startswith("If ")
        said = list(flat(explainer.rule(rule, trace[rule.name])))
        told = list(told_by(trace[rule.name]))
        assert [(n.truth, n.pointer) for n in said] == [(t["truth"], t["pointer"]) for t in told]
        for node in said:
            assert whole(node.sentence) and whole(node.heading)
            assert all(whole(each) for each in (node.found, node.against) if each is not None)
            leaf = not node.parts
            assert (node.found is not None) == (leaf or node.heading == node.sentence)
        json.dumps(said[0].to_json())


@given(rulesets())
def test_every_fact_a_rule_reads_is_named_in_its_sentence(document: Any) -> None:
    ruleset = parse(document)
    for rule in ruleset.rules:
        for lang in ("zh", "en"):
            said = sentence(ruleset, rule, lang)  # type: ignore[arg-type]
            named = {name.partition("[].")[2] or name for name in facts_in(rule.condition)}
            assert all(name in said for name in named if not name.endswith("[]"))
            items = "该项" if lang == "zh" else "the item"
            assert (items in said) == any(name.endswith("[]") for name in named)


@given(rulesets())
def test_an_undecided_condition_goes_into_its_rows(document: Any) -> None:
    ruleset = parse(document)
    for rule in ruleset.rules:
        tree = list(flat(Explainer(ruleset).rule(rule)))
        assert len(tree) == sum(1 for _ in nodes(rule.condition))
        assert all(node.truth is None and node.found is None for node in tree)


def test_what_was_found_is_said_with_its_unit_and_the_parameter_of_the_day() -> None:
    document = {
        "code": "x",
        "decides": "routing",
        "facts": {"area": {"from": "/a", "type": "decimal", "unit": "m²"}, "use": {"from": "/u", "type": "choice"}},
        "parameters": {"limit": {"values": [{"from": "2020-01-01", "value": 200}, {"from": "2026-01-01", "value": 300}],
                                 "type": "decimal", "unit": "m²"}},
        "rules": {"r": {"all": [{"m": {"$and": [{"$gt": {"area": {"parameter": "limit"}}}, {"use": "shop"}]}}],
                        "run": {"route": "a", "reason": {"zh": "理", "en": "r"}, "basis": "b"}}},
    }  # fmt: skip
    ruleset = parse(document)
    trace = compile_ruleset(ruleset, ON).trace({"area": 12000})
    titles = {"/a": {"zh": "面积", "en": "area"}, "/u": {"zh": "用途", "en": "use"}}
    options = {("/u", "shop"): {"zh": "商店", "en": "a shop"}}
    explainer = Explainer(ruleset, titles.get, lambda place, value: options.get((place, value)))  # type: ignore[arg-type]
    area, use = explainer.rule(ruleset.rules[0], trace["r"]).parts
    assert (area.truth, area.found, area.against) == (
        "met",
        {"zh": "12,000 m²", "en": "12,000 m²"},
        {"zh": "300 m²", "en": "300 m²"},
    )
    assert use.sentence == {"zh": "用途为商店", "en": "use is a shop"}
    assert (use.truth, use.found) == ("unknown", {"zh": "未填写", "en": "not given"})
