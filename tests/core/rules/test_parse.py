"""The parser: what is refused, where, and how to mend it; and that nothing else can happen."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.rules import RulesetError, parse, problems

from tests.core.rules.strategies import REASON, rulesets

OUTCOME = {"select_matter": "fire-review", "reason": REASON, "basis": "住建部令第58号 第十四条"}
GOOD: dict[str, Any] = {
    "kind": "ruleset",
    "code": "start.situations",
    "title": {"zh": "情形", "en": "situations"},
    "decides": "situations",
    "facts": {
        "area": {"from": "/project/floor_area", "type": "decimal", "unit": "m²"},
        "use": {"from": "/project/use", "type": "choice"},
        "storeys": {"from": "/project/storeys", "type": "integer"},
        "day": {"from": "/project/start", "type": "date"},
        "tags": {"from": "/project/tags", "type": "list", "items": "text"},
        "people": {"from": "/people", "type": "group", "properties": {"age": {"type": "integer"}}},
        "grade": {"type": "integer", "asserted": True},
        "rank": {"type": "integer", "asserted": True, "otherwise": 1},
    },
    "parameters": {"limit": {"value": 300, "unit": "m²"}},
    "rules": {"r": {"all": [{"m": {"$gt": {"area": {"parameter": "limit"}}}}], "run": OUTCOME}},
}


def with_condition(condition: Any) -> dict[str, Any]:
    document = deepcopy(GOOD)
    document["rules"]["r"]["all"] = [{"m": condition}]
    return document


BAD = [
    ({"area": 1, "use": "x"}, "not-one-key", "/rules/r/all/0/m"),
    ({"$gt": {"area": 1, "storeys": 2}}, "not-one-key", "/rules/r/all/0/m/$gt"),
    ({"$gt": {"areaa": 1}}, "unknown-fact", "/rules/r/all/0/m/$gt/areaa"),
    ({"$between": {"area": [1, 2]}}, "unknown-operator", "/rules/r/all/0/m/$between"),
    ({"$nin ": {"area": 1}}, "unknown-operator", "/rules/r/all/0/m/$nin "),
    ({"$mt": {"use": "(a+"}}, "no-pattern", "/rules/r/all/0/m/$mt/use"),
    ({"$mt": {"use": "^a$"}}, "no-pattern", "/rules/r/all/0/m/$mt/use"),
    ({"$mt": {"use": "(a|b)*a(a|b){30}"}}, "no-pattern", "/rules/r/all/0/m/$mt/use"),
    ({"$mt": {"use": "((a{100}){100}){100}"}}, "no-pattern", "/rules/r/all/0/m/$mt/use"),
    ({"$mt": {"area": "1.*"}}, "no-text", "/rules/r/all/0/m/$mt/area"),
    ({"$mt": {"use": 5}}, "no-text", "/rules/r/all/0/m/$mt/use"),
    ({"$iany": {"use": {"$i": 1}}}, "no-rows", "/rules/r/all/0/m/$iany/use"),
    (
        {"$iany": {"tags": {"$iany": {"tags": {"$i": "a"}}}}},
        "nested-rows",
        "/rules/r/all/0/m/$iany/tags/$iany",
    ),
    ({"$iany": {"people": {"$i.name": "a"}}}, "unknown-fact", "/rules/r/all/0/m/$iany/people/$i.name"),
    ({"$i.age": 3}, "unknown-fact", "/rules/r/all/0/m/$i.age"),
    ({"people[].age": 3}, "unknown-fact", "/rules/r/all/0/m/people[].age"),
    ({"tags": "a"}, "rows-compared", "/rules/r/all/0/m/tags"),
    (
        {"$iany": {"people": {"$in": {"$i.age": list(range(30))}}}},
        "too-large",
        "/rules/r/all/0/m/$iany/people",
    ),
    ({"$gt": {"area": {"$add": {}}}}, "no-arithmetic", "/rules/r/all/0/m/$gt/area/$add"),
    ({"$add": {"$l": 1, "$r": 2}}, "arithmetic-left", "/rules/r/all/0/m/$add"),
    (
        {"$gt": {"area": {"$div": {"$l": 1, "$r": 0}}}},
        "division-by-zero",
        "/rules/r/all/0/m/$gt/area/$div/$r",
    ),
    ({"$gt": {"area": {"$add": {"$l": {"m": "use"}, "$r": 1}}}}, "types-differ", "/rules/r/all/0/m/$gt/area"),
    ({"$gt": {"day": {"$mul": {"$l": {"m": "day"}, "$r": 2}}}}, "types-differ", "/rules/r/all/0/m/$gt/day"),
    (
        {
            "$gt": {
                "area": {
                    "$mul": {"$l": {"m": "area"}, "$r": {"$mul": {"$l": {"m": "area"}, "$r": {"m": "area"}}}}
                }
            }
        },
        "too-wide",
        "/rules/r/all/0/m/$gt/area",
    ),
    ({"$gt": {"area": {"$add": {"$l": True, "$r": 1}}}}, "wrong-value", None),
    ({"$eq": {"grade": {"m": "rank"}}}, "asserted-twice", "/rules/r/all/0/m/$eq/grade"),
    ({"$eq": {"storeys": {"$add": {"$l": {"m": "rank"}, "$r": 1}}}}, "asserted-arithmetic", None),
    ({"$gt": {"area": "300"}}, "wrong-value", "/rules/r/all/0/m/$gt/area"),
    ({"area": True}, "wrong-value", "/rules/r/all/0/m/area"),
    ({"area": None}, "wrong-value", "/rules/r/all/0/m/area"),
    ({"area": float("nan")}, "not-a-number", "/rules/r/all/0/m/area"),
    ({"area": 0.00001}, "wrong-value", "/rules/r/all/0/m/area"),
    ({"storeys": 2**53}, "number-too-large", "/rules/r/all/0/m/storeys"),
    ({"storeys": 1.5}, "wrong-value", "/rules/r/all/0/m/storeys"),
    ({"day": "2026-02-30"}, "wrong-value", "/rules/r/all/0/m/day"),
    ({"$gt": {"use": "a"}}, "no-order", "/rules/r/all/0/m/$gt/use"),
    ({"$eq": {"area": {"parameter": "none"}}}, "unknown-reference", "/rules/r/all/0/m/$eq/area"),
    ({"$eq": {"area": {"x": "storeys"}}}, "unknown-reference", "/rules/r/all/0/m/$eq/area"),
    ({"$eq": {"area": {"m": "use"}}}, "types-differ", "/rules/r/all/0/m/$eq/area"),
    ({"$and": []}, "empty", "/rules/r/all/0/m/$and"),
    ({"$in": {"use": []}}, "empty", "/rules/r/all/0/m/$in/use"),
]


def test_a_good_ruleset_has_no_problems() -> None:
    assert problems(GOOD) == []
    assert parse(GOOD).facts["area"].place == "/project/floor_area"


@pytest.mark.parametrize(
    ("condition", "code", "pointer"), BAD, ids=[f"{n}-{c}" for n, (_, c, _p) in enumerate(BAD)]
)
def test_a_bad_condition_is_refused_at_its_place(condition: Any, code: str, pointer: str | None) -> None:
    found = problems(with_condition(condition))
    assert [p.code for p in found] == [code]
    assert pointer is None or found[0].pointer == pointer
    assert all(found[0].message.values()) and all(found[0].remedy.values())


@pytest.mark.parametrize("condition", [[], 7, "x", None, True])
def test_what_is_no_object_is_no_condition(condition: Any) -> None:
    assert {p.code for p in problems(with_condition(condition))} >= {"wrong-type"}


def test_every_problem_is_found_in_one_go() -> None:
    document = deepcopy(GOOD)
    document["facts"]["bad"] = {"from": "nowhere", "type": "decimal"}
    document["facts"]["worse"] = {"from": "/x", "type": "complex"}
    document["rules"]["r"]["description"] = "unknown to the engine"
    document["rules"]["s"] = {"all": [{"m": {"nope": 1}}], "run": {"grant": True}}
    codes = {p.code for p in problems(document)}
    assert codes == {"no-place", "unknown-type", "unknown-rule-key", "unknown-fact", "unknown-outcome"}


@pytest.mark.parametrize("missing", ["reason", "basis"])
def test_an_outcome_needs_its_reason_and_basis(missing: str) -> None:
    document = deepcopy(GOOD)
    del document["rules"]["r"]["run"] [missing]  # fmt: skip
    assert [p.code for p in problems(document)] == ["no-reason"]


def test_too_many_parts_are_refused_once() -> None:
    found = problems(with_condition({"$or": [{"area": n} for n in range(3000)]}))
    assert [p.code for p in found] == ["too-large"]


@given(rulesets())
def test_whatever_is_made_up_of_the_grammar_parses(document: dict[str, Any]) -> None:
    assert problems(document) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["facts", "rules", "all", "m", "run", "$and", "$gt", "area", "parameters", "type"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(json_values)
def test_any_json_is_parsed_or_refused_with_problems(document: Any) -> None:
    try:
        parse(document)
    except RulesetError as error:
        assert error.problems


@given(st.sampled_from(["facts", "parameters", "rules", "code", "title"]), json_values)
def test_a_good_ruleset_with_one_part_replaced_never_breaks_the_parser(part: str, value: Any) -> None:
    document = deepcopy(GOOD)
    document[part] = value
    try:
        parse(document)
    except RulesetError as error:
        assert error.problems


def test_rules_that_assert_what_decides_them_are_refused() -> None:
    document = deepcopy(GOOD)
    document["rules"] = {
        "one": {"all": [{"m": {"grade": 1}}], "run": {"assert": {"rank": 2}}},
        "two": {"all": [{"m": {"rank": 2}}], "run": {"assert": {"grade": 1}}},
    }
    (found,) = problems(document)
    assert found.code == "cycle"
    assert found.pointer in ("/rules/one", "/rules/two")


@pytest.mark.parametrize(
    ("key", "value"),
    [("count", 3), ("cap", 2), ("dist", 1), ("description", "x"), ("pri", -1), ("pri", 70_000)],
)
def test_what_the_language_leaves_out_is_refused_by_name(key: str, value: Any) -> None:
    document = deepcopy(GOOD)
    document["rules"]["r"][key] = value
    (found,) = problems(document)
    assert found.pointer == f"/rules/r/{key}"


def test_a_fact_that_is_read_is_asserted_by_some_rule() -> None:
    (found,) = problems(with_condition({"rank": 1}))
    assert (found.code, found.pointer) == ("never-asserted", "/rules/r")


def test_a_fact_is_asserted_as_declared() -> None:
    document = deepcopy(GOOD)
    document["rules"]["r"]["run"] = {"assert": {"area": 3}}
    assert [p.code for p in problems(document)] == ["not-asserted"]
    document["rules"]["r"]["run"] = {"assert": {"grade": "three"}}
    assert [p.code for p in problems(document)] == ["wrong-value"]


def test_aliases_are_all_the_case_that_is_decided() -> None:
    document = deepcopy(GOOD)
    document["rules"]["r"]["all"] = [
        {"first": {"$gt": {"area": 1}}},
        {"second$any": [{"a": {"use": "x"}}, {"b$not": {"$gt": {"area": {"first": "storeys"}}}}]},
    ]
    assert problems(document) == []
    document["rules"]["r"]["all"] = [{"$not": {"use": "x"}}]
    assert [p.code for p in problems(document)] == ["no-pattern"]
