"""Answers that give wanted facts: the way of ``extract_facts`` back."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ..definitions.pointer import MISSING, get, put
from ..definitions.types import Json
from ..functions import TODAY
from .facts import extract_facts
from .types import Ruleset


def answers_of(ruleset: Ruleset, facts: Mapping[str, Any], on: date) -> Any:
    """Give answers that hold the facts; of those derived from answers the ones whose way back is plain."""
    answers: Any = {}
    derived = {name: fact for name, fact in ruleset.facts.items() if fact.derive is not None}
    for name, value in facts.items():
        fact = ruleset.facts[name]
        if name in derived:
            continue
        if fact.type == "group":
            rows = []
            for row in value:
                made_row: Any = {}
                for key, inner in row.items():
                    made_row = put(made_row, fact.items[key].place, inner)
                rows.append(made_row)
            value = rows
        answers = put(answers, fact.place, value)
    for name, fact in derived.items():
        if name not in facts or extract_facts(ruleset, answers, on).get(name) == facts[name]:
            continue
        if fact.derive is not None:
            for place, made in _inverse(fact.derive, facts[name], answers, on):
                answers = put(answers, place, made)
    return answers


def _inverse(derive: Mapping[str, Any], value: Any, answers: Any, on: date) -> list[tuple[str, Json]]:
    """Give answers from which a function gives the value; nothing where that is not plain."""
    of = derive["of"]
    if derive["fn"] in ("days_between", "months_between") and len(of) == 2:
        return _dates(derive["fn"], of, value, answers, on)
    if not isinstance(of, str):
        return []
    place, rows, inner = of.partition("/*")
    if derive["fn"] in ("sum", "min", "max") and rows and inner:
        return [(place, [put({}, inner, value)])]
    if derive["fn"] in ("any", "contains"):
        # of none, none is it
        each = [put({}, inner, derive["value"])] if inner else [derive["value"]]
        return [(place, each if value else [])]
    return []


def _dates(fn: str, of: list[str], value: int, answers: Any, on: date) -> list[tuple[str, Json]]:
    """Give the dates that lie so far apart: those known stay, one not known is counted from the other."""
    known = [on.isoformat() if place == TODAY else get(answers, place) for place in of]
    if known[0] is MISSING and known[1] is MISSING:
        known[0] = on.isoformat()
    way, base = (1, known[0]) if known[0] is not MISSING else (-1, known[1])
    try:
        start = date.fromisoformat(str(base))
        other = (
            start + timedelta(days=way * value) if fn == "days_between" else _months_on(start, way * value)
        )
    except (ValueError, OverflowError):
        return []
    found = [base, other.isoformat()][::way]
    return [(place, day) for place, day in zip(of, found, strict=True) if place != TODAY]


def _months_on(start: date, months: int) -> date:
    year, before = divmod(start.year * 12 + start.month - 1 + months, 12)
    # a month without the day ends with its own last day, as months are counted (民法典 第二百零二条)
    return date(year, before + 1, min(start.day, monthrange(year, before + 1)[1]))
