"""How several outcomes of one type become one; a ruleset's ``combine`` says which way.

* ``route``: ``first`` (by default: the met rule of least ``pri``, then by name) or ``all``;
* ``set_limit``: ``strictest`` (by default: the fewest days, five working days being a week),
  ``longest`` or ``first``.

What an unknown rule could still change is not decided: then nothing is given. An outcome that
names a ``matter`` is of that one, the others are of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.types import Json
from .types import Outcome, Ruleset, Verdict

_DEFAULT = {"assert": "first", "route": "first", "set_limit": "strictest"}

DEPARTMENT = "department:"
"""A route that begins so hands the sub-case to a department; any other names a way and is told."""


def routes(ruleset: Ruleset, verdict: Verdict, matter: str | None = None) -> tuple[str, ...]:
    """Give where a case is sent; empty when nothing says, or an unknown rule goes before."""
    found = _ordered(verdict, "route", matter)
    if way(ruleset, "route") == "all":
        return tuple(dict.fromkeys(str(outcome.target) for outcome in found if outcome.truth == "met"))
    first = found[0] if found else None
    return (str(first.target),) if first is not None and first.truth == "met" else ()


def limit(ruleset: Ruleset, verdict: Verdict, matter: str | None = None) -> Mapping[str, Json] | None:
    """Give the limit that rules set, ``{"days", "unit"}``; None when none is, or it is not decided."""
    found = _ordered(verdict, "set_limit", matter)
    how = way(ruleset, "set_limit")
    if not found or (found[0] if how == "first" else _unknown(found) or found[0]).truth != "met":
        return None
    limits: list[Mapping[str, Any]] = [o.value for o in found if isinstance(o.value, Mapping)]
    if how == "first":
        return limits[0]
    return (max if how == "longest" else min)(limits, key=length)


def way(ruleset: Ruleset, kind: str) -> str:
    """Tell which of several outcomes of a kind stands; of those of a kind that is not combined, each does."""
    declared = ruleset.document.get("combine")
    default = _DEFAULT.get(kind, "all")
    return str(declared.get(kind, default)) if isinstance(declared, Mapping) else default


def length(limit: Mapping[str, Json]) -> int:
    """Give how long a limit is, to compare limits: in fifths of a calendar day; five working days are a week."""
    return int(limit["days"]) * (5 if limit.get("unit", "working") == "natural" else 7)


def _ordered(verdict: Verdict, kind: str, matter: str | None) -> list[Outcome]:
    """Give the outcomes of a type, met and unknown, least priority number first, then by name."""
    found = [o for o in verdict.outcomes if o.type == kind and (matter is None or o.matter in (None, matter))]
    return sorted(found, key=lambda o: o.priority)


def _unknown(found: list[Outcome]) -> Outcome | None:
    return next((outcome for outcome in found if outcome.truth == "unknown"), None)
