"""Rulesets and facts made by Hypothesis: every operator, nesting, missing and odd values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

REASON = {"zh": "理由", "en": "reason"}
TYPES = {
    "yes": "boolean",
    "count": "integer",
    "area": "decimal",
    "other": "decimal",
    "price": "money",
    "day": "date",
    "later": "date",
    "use": "text",
    "kind": "choice",
}
TEXTS = ["体育馆", "stadium", "𠮷野", '引号"\\', "", "😀", "a\nb", "0", "１２"]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.sampled_from([-(2**53) + 1, -1, 0, 1, 2, 2**53 - 1]) | st.integers(-5, 5),
    "decimal": st.sampled_from([0.1, 0.2, 0.3, 0.30, -1.2345, 20000, 20000.0001, 9e10, -9e10, 0, 1e-4]),
    "money": st.sampled_from([0, 0.01, 30, 30.01, 29.99, 90_000_000_000, 90_000_000_000.5]),
    "date": st.dates().map(lambda day: day.isoformat())
    | st.sampled_from(["2026-04-01", "2026-03-31", "2024-02-29", "0001-01-01", "9999-12-31"]),
    "text": st.sampled_from(TEXTS),
    "choice": st.sampled_from(TEXTS),
}
PARAMETERS = {"limit": ("decimal", 0.3), "least": ("integer", 1), "since": ("date", "2026-04-01")}
ORDERED = ("integer", "decimal", "money", "date")


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(TYPES)))
    kind = TYPES[name]
    form = draw(st.sampled_from(["plain", "compare", "compare", "member", "exists"]))
    if form == "exists":
        return {draw(st.sampled_from(["$ex", "$nex"])): {name: 1}}
    if form == "member":
        values = draw(st.lists(VALUES[kind], min_size=1, max_size=3))
        return {draw(st.sampled_from(["$in", "$nin"])): {name: values}}
    value = draw(VALUES[kind])
    if form == "plain":
        return {name: value}
    operators = ["$eq", "$neq", *(["$lt", "$lte", "$gt", "$gte"] if kind in ORDERED else [])]
    operand: Any = value
    same = [n for n, t in TYPES.items() if t == kind and n != name]
    parameters = [n for n, (t, _) in PARAMETERS.items() if t == kind]
    choice = draw(st.sampled_from(["constant", "constant", "fact", "parameter"]))
    if choice == "fact" and same:
        operand = {"m": draw(st.sampled_from(same))}
    elif choice == "parameter" and parameters:
        operand = {"parameter": draw(st.sampled_from(parameters))}
    return {draw(st.sampled_from(operators)): {name: operand}}


def conditions() -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves(),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"$and": parts}),
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"$or": parts}),
            inner.map(lambda part: {"$not": part}),
        ),
        max_leaves=10,
    )


@st.composite
def rulesets(draw: st.DrawFn, most: int = 6) -> dict[str, Any]:
    rules = {}
    for number in range(draw(st.integers(1, most))):
        patterns = draw(st.lists(conditions(), min_size=1, max_size=2))
        rules[f"rule_{number}"] = {
            draw(st.sampled_from(["all", "any"])): [{"m": pattern} for pattern in patterns],
            "run": {"select_matter": "m", "reason": REASON, "basis": "依据"},
        }
    return {
        "kind": "ruleset",
        "code": "made.up",
        "title": {"zh": "规则", "en": "rules"},
        "decides": "situations",
        "facts": {name: {"from": f"/{name}", "type": kind} for name, kind in TYPES.items()},
        "parameters": {n: {"value": v, "type": t} for n, (t, v) in PARAMETERS.items()},
        "rules": rules,
    }


@st.composite
def fact_sets(draw: st.DrawFn) -> dict[str, Any]:
    known = draw(st.lists(st.sampled_from(sorted(TYPES)), unique=True))
    return {name: draw(VALUES[TYPES[name]]) for name in known}
