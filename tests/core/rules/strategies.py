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
GROUPS: dict[str, dict[str, str]] = {"members": {"share": "decimal", "role": "choice", "age": "integer"}}
LISTS = {"tags": "text", "marks": "integer"}
PATTERNS = [
    "体.*",
    "%a+",
    "[一-龥]+",
    "(体育|图书)馆",
    ".",
    "%d{1,3}",
    "[^a-z]*",
    "stad(ium)?",
    "😀|0",
    ".*%p.*",
    "(a|b)*",
    "[𠮷-𡈽].*",
]
ASSERTED = {
    "grade": ("integer", [1, 2, 3]),
    "size": ("choice", ["large", "small"]),
    "until": ("date", ["2026-04-01", "2030-01-01"]),
}
HELD = {
    "either": ("boolean", "reading", [True, False]),
    "bound": ("decimal", "limit", [0.3]),
    "opened": ("date", "since", ["2026-04-01"]),
    "way": ("choice", "ways", ["stadium", "体育馆"]),
}
"""Facts that are parameters: type, parameter, and the values that may have."""
GIVEN: dict[str, list[Any]] = {name: each[-1] for name, each in {**ASSERTED, **HELD}.items()}


def operands(kind: str, names: list[tuple[str, str]]) -> st.SearchStrategy[Any]:
    """What a number or date may be held against: facts, parameters, and arithmetic on them."""
    numbers = [{alias: name} for alias, name in names if _kind(name) in ("integer", "decimal", "money")]
    days = [{alias: name} for alias, name in names if _kind(name) == "date"]
    number = st.sampled_from([*numbers, 0, 1, 3, 0.5, {"parameter": "limit"}])
    step = st.sampled_from(["$add", "$sub", "$mul", "$div"])

    def two(step: str, left: Any, right: Any) -> Any:
        return {step: {"$l": left, "$r": 2 if step == "$div" and right == 0 else right}}

    if kind == "date":
        shift = st.sampled_from(["$add", "$sub"])
        whole = st.sampled_from([30, 1, 0, {"m": "count"}])
        return st.builds(two, shift, st.sampled_from([*days, "2026-04-01"]), whole)
    between = (
        st.builds(two, st.just("$sub"), st.sampled_from(days), st.sampled_from(days)) if days else number
    )
    return st.builds(two, step, number, number) | between


def _kind(name: str) -> str:
    return TYPES.get(name) or GROUPS["members"].get(name) or (HELD[name][0] if name in HELD else "integer")


@st.composite
def leaves(draw: st.DrawFn, scope: dict[str, str], row: tuple[str, ...] = ()) -> dict[str, Any]:
    """One comparison; ``scope`` are the facts by the name they are written with."""
    name = draw(st.sampled_from(sorted(scope)))
    kind = scope[name]
    form = draw(st.sampled_from(["plain", "compare", "compare", "member", "exists", "match", "reckon"]))
    if form == "exists":
        return {draw(st.sampled_from(["$ex", "$nex"])): {name: 1}}
    if form == "match" and kind in ("text", "choice") and name not in GIVEN:
        return {draw(st.sampled_from(["$mt", "$imt"])): {name: draw(st.sampled_from(PATTERNS))}}
    value = draw(VALUES[kind] if name not in GIVEN else st.sampled_from(GIVEN[name]) | VALUES[kind])
    if form == "member":
        values = draw(st.lists(VALUES[kind], min_size=1, max_size=3))
        return {draw(st.sampled_from(["$in", "$nin"])): {name: values}}
    if form == "plain":
        return {name: value}
    operators = ["$eq", "$neq", *(["$lt", "$lte", "$gt", "$gte"] if kind in ORDERED else [])]
    operator = draw(st.sampled_from(operators))
    asserted = name in ASSERTED
    names = [("m", n) for n in [*TYPES, *HELD]] + [("$i", n) for n in row]
    if form == "reckon" and kind in ORDERED and name not in GIVEN:
        return {operator: {name: draw(operands(kind, names))}}
    operand: Any = value
    alike = [n for n, t in TYPES.items() if t == kind and n != name]
    alike += [n for n, (t, *_) in HELD.items() if t == kind]
    if not row and not asserted:
        alike += [n for n, (t, _) in ASSERTED.items() if t == kind and n in scope]
    parameters = [n for n, (t, _) in PARAMETERS.items() if t == kind]
    choice = draw(st.sampled_from(["constant", "constant", "fact", "parameter"]))
    if choice == "fact" and alike and not (asserted and row):
        operand = {"m": draw(st.sampled_from(alike))}
    elif choice == "parameter" and parameters:
        operand = {"parameter": draw(st.sampled_from(parameters))}
    return {operator: {name: operand}}


def _nested(leaf: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"$and": parts}),
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"$or": parts}),
            inner.map(lambda part: {"$not": part}),
        ),
        max_leaves=most,
    )


def on_rows() -> st.SearchStrategy[Any]:
    """Conditions on the rows of a group or the elements of a list."""
    member = {f"$i.{name}": kind for name, kind in GROUPS["members"].items()}
    held = {name: kind for name, (kind, *_) in HELD.items()}
    inner = _nested(leaves({**TYPES, **held, **member}, tuple(GROUPS["members"])), 4)
    made = [inner.map(lambda part: ("members", part))]
    for name, kind in LISTS.items():
        made.append(
            _nested(leaves({"$i": kind}, ("",) if kind == "integer" else ()), 3).map(
                lambda part, name=name: (name, part)
            )
        )  # type: ignore[misc]
    return st.builds(
        lambda op, pair: {op: dict([pair])}, st.sampled_from(["$iall", "$iany"]), st.one_of(made)
    )


def conditions(asserted: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    held = {name: kind for name, (kind, *_) in HELD.items()}
    scope = {**TYPES, **held, **{name: ASSERTED[name][0] for name in asserted}}
    return _nested(st.one_of(leaves(scope), leaves(scope), on_rows()), 8)


@st.composite
def rulesets(draw: st.DrawFn, most: int = 6) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    number = 0
    known: tuple[str, ...] = ()
    for name in draw(st.lists(st.sampled_from(sorted(ASSERTED)), unique=True)):
        for value in draw(st.lists(st.sampled_from(ASSERTED[name][1]), min_size=1, max_size=3)):
            rules[f"rule_{number}"] = {
                **draw(patterns(known)),
                "pri": draw(st.integers(0, 2)),
                "run": {"assert": {name: value}},
            }
            number += 1
        known += (name,)
    for _ in range(draw(st.integers(1, most))):
        rules[f"rule_{number}"] = {
            **draw(patterns(known)),
            "run": {"select_matter": "m", "reason": REASON, "basis": "依据"},
        }
        number += 1
    shuffled = dict(draw(st.permutations(list(rules.items()))))
    otherwise = draw(st.booleans())
    # from which days on: one of them may be yet to come, so that there is no value
    days = draw(
        st.lists(st.sampled_from(["2020-01-01", "2026-11-23", "2030-01-01"]), min_size=1, unique=True)
    )
    ways = [(day, draw(st.sampled_from(HELD["way"][2]))) for day in sorted(days)]
    return {
        "kind": "ruleset",
        "code": "made.up",
        "title": {"zh": "规则", "en": "rules"},
        "decides": "situations",
        "facts": {
            **{name: {"from": f"/{name}", "type": kind} for name, kind in TYPES.items()},
            **{name: {"from": f"/{name}", "type": "list", "items": kind} for name, kind in LISTS.items()},
            **{
                name: {
                    "from": f"/{name}",
                    "type": "group",
                    "properties": {k: {"type": v} for k, v in inner.items()},
                }
                for name, inner in GROUPS.items()
            },
            **{
                name: {"type": kind, "asserted": True, **({"otherwise": values[0]} if otherwise else {})}
                for name, (kind, values) in ASSERTED.items()
            },
            **{name: {"type": kind, "parameter": held} for name, (kind, held, _) in HELD.items()},
        },
        "parameters": {
            **{n: {"value": v, "type": t} for n, (t, v) in PARAMETERS.items()},
            "reading": {"value": draw(st.booleans()), "type": "boolean"},
            "ways": {"type": "choice", "values": [{"from": day, "value": value} for day, value in ways]},
        },
        "rules": shuffled,
    }


@st.composite
def patterns(draw: st.DrawFn, asserted: tuple[str, ...]) -> dict[str, Any]:
    """``all`` or ``any`` of one rule, with aliases and their nested forms."""
    inner = conditions(asserted)
    listed = draw(st.lists(inner, min_size=1, max_size=2))
    made: list[Any] = [{draw(st.sampled_from(["m", "m", "m$not", "other"])): each} for each in listed]
    if draw(st.booleans()) and len(made) > 1:
        made = [{draw(st.sampled_from(["m$all", "m$any"])): made}]
    return {draw(st.sampled_from(["all", "any"])): made}


@st.composite
def fact_sets(draw: st.DrawFn) -> dict[str, Any]:
    most_missing = draw(st.sampled_from([0, 1, 4]))
    known = [name for name in [*TYPES, *LISTS, *GROUPS] if draw(st.integers(1, 5)) > most_missing]
    facts: dict[str, Any] = {}
    for name in known:
        if name in TYPES:
            facts[name] = draw(VALUES[TYPES[name]])
        elif name in LISTS:
            facts[name] = draw(st.lists(VALUES[LISTS[name]], max_size=3))
        else:
            facts[name] = draw(st.lists(rows(GROUPS[name]), max_size=3))
    return facts


@st.composite
def rows(draw: st.DrawFn, properties: dict[str, str]) -> dict[str, Any]:
    return {name: draw(VALUES[kind]) for name, kind in properties.items() if draw(st.integers(0, 4))}
