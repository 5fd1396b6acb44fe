"""What every operator means, case by case: the tables that the tests of all engines share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from yijianshi.core.rules import compile_ruleset, extract_facts, parse

from .strategies import REASON

ON = date(2026, 11, 23)


def ruleset_of(condition: Any, types: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A ruleset of one rule; ``types`` are the facts by name, each at the place of its name."""
    return {
        "kind": "ruleset",
        "code": "x",
        "decides": "eligibility",
        "facts": {
            name: {"from": f"/{name}", **(kind if isinstance(kind, dict) else {"type": kind})}
            for name, kind in types.items()
        },
        "rules": {"r": {"all": [{"m": condition}], "run": {"deny": "x", "reason": REASON, "basis": "b"}}},
        **more,
    }


def truth(condition: Any, answers: dict[str, Any], types: dict[str, Any], on: date = ON, **more: Any) -> str:
    ruleset = parse(ruleset_of(condition, types, **more))
    return compile_ruleset(ruleset, on).truths(extract_facts(ruleset, answers, on))["r"]


A = {"a": "decimal"}
T = {"t": "text"}
L = {"l": {"type": "list", "items": "integer"}}
G = {"g": {"type": "group", "properties": {"n": {"type": "integer"}, "s": {"type": "text"}}}, "a": "decimal"}
AB = {"a": "decimal", "b": "decimal"}
DAYS = {"d": "date", "e": "date", "n": "integer"}
SUM = {"$lte": {"a": {"$add": {"$l": {"m": "b"}, "$r": 0.2}}}}
HALF = {"$gt": {"a": {"$div": {"$l": 1, "$r": {"m": "b"}}}}}
TABLE: list[tuple[Any, dict[str, Any], dict[str, Any], str]] = [
    ({"$gt": {"a": 1}}, {"a": 2}, A, "met"),
    ({"$gt": {"a": 1}}, {"a": 1}, A, "unmet"),
    ({"$gte": {"a": 1}}, {"a": 1.0}, A, "met"),
    ({"$gt": {"a": 1}}, {}, A, "unknown"),
    # null, text and yes/no are no numbers: the fact is missing, the rule unknown, never false
    ({"$gt": {"a": 1}}, {"a": None}, A, "unknown"),
    ({"$gt": {"a": 1}}, {"a": "2"}, A, "unknown"),
    ({"a": 1}, {"a": True}, A, "unknown"),
    ({"$neq": {"a": 1}}, {}, A, "unknown"),
    ({"$not": {"$gt": {"a": 1}}}, {}, A, "unknown"),
    ({"$ex": {"a": 1}}, {}, A, "unmet"),
    ({"$nex": {"a": 1}}, {}, A, "met"),
    ({"$and": [{"$ex": {"a": 1}}, {"$gt": {"a": 1}}]}, {}, A, "unmet"),
    ({"$or": [{"$nex": {"a": 1}}, {"$gt": {"a": 1}}]}, {}, A, "met"),
    ({"$in": {"a": [1, 2]}}, {"a": 2}, A, "met"),
    ({"$nin": {"a": [1, 2]}}, {"a": 3}, A, "met"),
    ({"$nin": {"a": [1, 2]}}, {}, A, "unknown"),
    ({"$lte": {"a": 0.3}}, {"a": 0.3}, A, "met"),
    ({"$lt": {"d": "2026-04-01"}}, {"d": "2026-03-31"}, {"d": "date"}, "met"),
    ({"$lt": {"d": "2026-04-01"}}, {"d": "2026-4-1"}, {"d": "date"}, "unknown"),
    ({"t": "体育馆"}, {"t": "体育馆"}, {"t": "text"}, "met"),
    ({"t": "𠮷"}, {"t": "吉"}, {"t": "text"}, "unmet"),
    ({"b": True}, {"b": False}, {"b": "boolean"}, "unmet"),
    # patterns are of the whole text
    ({"$mt": {"t": "%d{17}[%dX]"}}, {"t": "11010119900307425X"}, T, "met"),
    ({"$mt": {"t": "ell"}}, {"t": "hello"}, T, "unmet"),
    ({"$mt": {"t": "[一-龥]+"}}, {"t": "张三"}, T, "met"),
    ({"$mt": {"t": "张.."}}, {"t": "张三"}, T, "unmet"),
    ({"$mt": {"t": ".*"}}, {"t": ""}, T, "met"),
    ({"$mt": {"t": "."}}, {"t": "😀"}, T, "met"),
    ({"$imt": {"t": "HELLO.*"}}, {"t": "hello world"}, T, "met"),
    ({"$mt": {"t": "a"}}, {}, T, "unknown"),
    ({"$not": {"$mt": {"t": "a"}}}, {}, T, "unknown"),
    ({"$mt": {"t": "1"}}, {"t": 1}, T, "unknown"),
    # rows: of an empty list every one, and none (durable_rules says false to both)
    ({"$iany": {"l": {"$gt": {"$i": 2}}}}, {"l": [1, 3]}, L, "met"),
    ({"$iany": {"l": {"$gt": {"$i": 2}}}}, {"l": []}, L, "unmet"),
    ({"$iall": {"l": {"$gt": {"$i": 2}}}}, {"l": []}, L, "met"),
    ({"$iall": {"l": {"$gt": {"$i": 2}}}}, {"l": [3, 1]}, L, "unmet"),
    ({"$iall": {"l": {"$gt": {"$i": 2}}}}, {}, L, "unknown"),
    ({"$iall": {"l": {"$gt": {"$i": 2}}}}, {"l": 5}, L, "unknown"),
    ({"$iall": {"l": {"$gt": {"$i": 2}}}}, {"l": [3, "4"]}, L, "unknown"),
    ({"$iany": {"g": {"$or": [{"$i.n": 2}, {"$i.s": "x"}]}}}, {"g": [{"n": 1, "s": "x"}]}, G, "met"),
    ({"$iany": {"g": {"$and": [{"$i.n": 1}, {"$i.s": "x"}]}}}, {"g": [{"n": 1}, {"s": "x"}]}, G, "unknown"),
    (
        {"$iany": {"g": {"$and": [{"$i.n": 1}, {"$i.s": "x"}]}}},
        {"g": [{"n": 1, "s": "y"}, {"n": 2}]},
        G,
        "unmet",
    ),
    ({"$iall": {"g": {"$gt": {"$i.n": {"m": "a"}}}}}, {"g": [{"n": 3}, {"n": 4}], "a": 2.5}, G, "met"),
    ({"$iall": {"g": {"$gt": {"$i.n": {"m": "a"}}}}}, {"g": [{"n": 3}]}, G, "unknown"),
    ({"$iany": {"g": {"$nex": {"$i.s": 1}}}}, {"g": [{"n": 3}]}, G, "met"),
    # arithmetic is exact
    (SUM, {"a": 0.3, "b": 0.1}, AB, "met"),
    (SUM, {"a": 0.3001, "b": 0.1}, AB, "unmet"),
    (SUM, {"a": 0.3}, AB, "unknown"),
    (HALF, {"a": 0.5, "b": 2}, AB, "unmet"),
    (HALF, {"a": 0.3334, "b": 3}, AB, "met"),
    (HALF, {"a": -1, "b": -2}, AB, "unmet"),
    (HALF, {"a": 1, "b": 0}, AB, "unknown"),
    ({"$or": [HALF, {"b": 0}]}, {"a": 1, "b": 0}, AB, "met"),
    (
        {"$gt": {"d": {"$add": {"$l": {"m": "e"}, "$r": 30}}}},
        {"d": "2026-05-01", "e": "2026-04-01"},
        DAYS,
        "unmet",
    ),
    (
        {"$gt": {"n": {"$sub": {"$l": {"m": "d"}, "$r": {"m": "e"}}}}},
        {"n": 30, "d": "2026-05-01", "e": "2026-04-01"},
        DAYS,
        "unmet",
    ),
    (
        {"$gt": {"a": {"$mul": {"$l": {"m": "b"}, "$r": {"m": "b"}}}}},
        {"a": 90_000_000_000, "b": 300_000},
        AB,
        "unmet",
    ),
]

KINDS = {
    "yes/no": ("boolean",),
    "whole number": ("integer",),
    "decimal": ("decimal", "money"),
    "date": ("date",),
    "text": ("text", "choice"),
}
"""The columns of the table in docs/rules.md, and the fact types that each speaks of."""

SAMPLES: dict[str, tuple[Any, Any]] = {
    "boolean": (False, True),
    "integer": (1, 2),
    "decimal": (0.1, 0.3),
    "money": (0.1, 0.3),
    "date": ("2026-03-31", "2026-04-01"),
    "text": ("甲", "乙"),
    "choice": ("甲", "乙"),
}
WRONG: dict[str, list[Any]] = {
    "boolean": [1, "true", {}],
    "integer": ["1", True, 1.5, 2**53],
    "decimal": ["0.1", True, 0.00001, [0.1]],
    "money": ["0.1", True, 0.001],
    "date": ["2026-4-1", 20260401, True, "2026-02-30"],
    "text": [1, True, ["甲"]],
    "choice": [1, True, "a\x00"],
}
OPERATORS = [
    *("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$ex", "$nex", "$mt", "$imt"),
    *("$iany", "$iall", "$add", "$sub", "$mul", "$div", "$and", "$or", "$not"),
]


def condition(op: str, kind: str) -> tuple[Any, dict[str, Any]]:
    """A condition with an operator on the fact ``f`` of a type, and the facts it needs."""
    low, high = SAMPLES[kind]
    facts: dict[str, Any] = {"f": kind}
    if op in ("$iany", "$iall"):
        return {op: {"f": {"$i": low}}}, {"f": {"type": "list", "items": kind}}
    if op in ("$add", "$sub", "$mul", "$div"):
        right = 1 if op in ("$mul", "$div") else 0
        return {"$eq": {"g": {op: {"$l": {"m": "f"}, "$r": right}}}}, {"f": kind, "g": kind}
    if op in ("$ex", "$nex"):
        return {op: {"f": 1}}, facts
    if op in ("$and", "$or"):
        return {op: [{"f": low}]}, facts
    if op == "$not":
        return {op: {"f": low}}, facts
    if op in ("$mt", "$imt"):
        return {op: {"f": "甲.*"}}, facts
    held = {"$lt": high, "$gte": high, "$in": [low], "$nin": [low]}.get(op, low)
    return {op: {"f": held}}, facts


def probes(op: str, kind: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Answers of the type with the truth that the operator has on them."""
    low, high = SAMPLES[kind]
    if op in ("$ex", "$nex"):
        yield {"f": low}, "met" if op == "$ex" else "unmet"
    elif op in ("$iany", "$iall"):
        every = op == "$iall"
        yield {"f": [low]}, "met"
        yield {"f": [high]}, "unmet"
        yield {"f": [low, high]}, "unmet" if every else "met"
        yield {"f": []}, "met" if every else "unmet"
    elif op in ("$add", "$sub", "$mul", "$div"):
        yield {"f": low, "g": low}, "met"
        yield {"f": low, "g": high}, "unmet"
    else:
        wanted = op in ("$neq", "$gt", "$gte", "$nin", "$not")
        yield {"f": high}, "met" if wanted else "unmet"
        yield {"f": low}, "unmet" if wanted else "met"


def absent(op: str, kind: str, how: str) -> Iterator[dict[str, Any]]:
    """Answers in which the fact is missing, null or of a wrong type."""
    rest = {"g": SAMPLES[kind][0]} if op in ("$add", "$sub", "$mul", "$div") else {}
    if how == "missing":
        yield rest
    elif how == "null":
        yield {"f": None, **rest}
    else:
        for value in WRONG[kind]:
            yield {"f": [value], **rest} if op in ("$iany", "$iall") else {"f": value, **rest}
