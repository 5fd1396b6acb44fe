"""Facts out of answers: by place or by derivation, each of its declared type or missing."""

from __future__ import annotations

from datetime import date

from ..deadlines import Calendar
from ..definitions.pointer import MISSING, get
from ..definitions.types import Json
from ..functions import apply
from .types import FactValue, Ruleset
from .values import fact_value


def extract_facts(
    ruleset: Ruleset, answers: Json, on: date, calendar: Calendar | None = None
) -> dict[str, FactValue]:
    """Give the facts that the answers hold; what is missing or of another type is left out.

    A rule that needs a fact left out is unknown, never a silent false. Facts that rules assert
    are not among them.
    """
    facts: dict[str, FactValue] = {}
    for name, fact in ruleset.facts.items():
        if fact.asserted:
            continue
        raw = get(answers, fact.place) if fact.derive is None else apply(fact.derive, answers, on, calendar)
        value = MISSING if raw is MISSING else fact_value(fact, raw)
        if value is not MISSING:
            facts[name] = value
    return facts


def mistyped(ruleset: Ruleset, answers: Json) -> list[str]:
    """Name the facts whose answer is there but is no value of their type."""
    return [
        name
        for name, fact in ruleset.facts.items()
        if fact.derive is None
        and not fact.asserted
        and (raw := get(answers, fact.place)) is not MISSING
        and fact_value(fact, raw) is MISSING
    ]
