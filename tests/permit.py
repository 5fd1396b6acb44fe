"""The construction-permit ruleset as rows that stand in a table, for what the designer does to such."""

from __future__ import annotations

from typing import Any

LIMITS = (("investment", "investment_limit"), ("floor_area", "area_limit"))


def tabled(document: Any) -> Any:
    """Give the shipped ruleset with the national reading written into its rules, without the parameter for it."""
    sides = {
        sign: [{sign: {fact: {"parameter": limit}}} for fact, limit in LIMITS] for sign in ("$gt", "$lte")
    }
    needed = {**document["rules"]["permit_needed"], "all": [{"m": {"$and": sides["$gt"]}}]}
    without = {**document["rules"]["no_permit"], "all": [{"m": {"$or": sides["$lte"]}}]}
    return {
        **document,
        "facts": {name: raw for name, raw in document["facts"].items() if "parameter" not in raw},
        "parameters": {limit: document["parameters"][limit] for _, limit in LIMITS},
        "rules": {"permit_needed": needed, "no_permit": without},
    }
