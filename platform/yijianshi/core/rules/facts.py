"""Facts out of answers: by place or by derivation, each of its declared type or missing."""

from __future__ import annotations

from datetime import date

from ..deadlines import Calendar
from ..definitions.pointer import MISSING, get
from ..definitions.types import Json
from ..functions import apply
from .types import PLACES, Ruleset, Value
from .values import fault


def extract_facts(
    ruleset: Ruleset, answers: Json, on: date, calendar: Calendar | None = None
) -> dict[str, Value]:
    """Give the facts that the answers hold; what is missing or of another type is left out.

    A rule that needs a fact left out is unknown, never a silent false.
    """
    facts: dict[str, Value] = {}
    for name, fact in ruleset.facts.items():
        if fact.derive is not None:
            value = apply(fact.derive, answers, on, calendar)
        else:
            value = get(answers, fact.place)
        if value is not MISSING and fault(value, fact.type) is None:
            facts[name] = int(value) if fact.type in PLACES and float(value).is_integer() else value
    return facts


def mistyped(ruleset: Ruleset, answers: Json) -> list[str]:
    """Name the facts whose answer is there but is no value of their type."""
    return [
        name
        for name, fact in ruleset.facts.items()
        if fact.derive is None
        and (value := get(answers, fact.place)) is not MISSING
        and fault(value, fact.type) is not None
    ]
