"""What the rules say on the day of acceptance, held against what they said at submission.

The law in force on the day of acceptance decides, and it may be another edition than on the day
of submission. Nothing changes silently: the difference is on record and staff are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.types import Json

Truths = Mapping[tuple[str, str], str]
"""The truth of every rule by ruleset and name, of the rulesets in force."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rule of which the truth differs; None where its ruleset was not, or is no longer, in force."""

    ruleset: str
    rule: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, Json]:
        """Give the change as JSON."""
        return {"ruleset": self.ruleset, "rule": self.rule, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on the day of acceptance: outcomes for this matter, and what differs from submission.

    Without ``agreed`` the engines gave no common verdict: then there are no outcomes and no changes.
    """

    on: str
    agreed: bool
    outcomes: tuple[Mapping[str, Json], ...]
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the assessment as JSON."""
        return {
            "on": self.on,
            "agreed": self.agreed,
            "outcomes": [dict(outcome) for outcome in self.outcomes],
            "changes": [change.to_json() for change in self.changes],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Assessment:
        """Read what ``to_json`` wrote."""
        changes = tuple(Change(c["ruleset"], c["rule"], c["before"], c["after"]) for c in raw["changes"])
        return cls(raw["on"], raw["agreed"], tuple(raw["outcomes"]), changes)


def assess(
    before: Mapping[str, Any], after: Mapping[str, Any], matter: str, agreed: bool = True
) -> Assessment:
    """Hold two evaluations (as ``Evaluation.to_json`` gives them) against one another for a matter."""
    if not agreed:
        return Assessment(after["on"], False, (), ())
    old, new = truths_of(before, matter), truths_of(after, matter)
    changes = tuple(
        Change(ruleset, rule, old.get((ruleset, rule)), new.get((ruleset, rule)))
        for ruleset, rule in sorted({*old, *new})
        if _told(old.get((ruleset, rule))) != _told(new.get((ruleset, rule)))
    )
    outcomes = tuple(o for o in after["outcomes"] if o.get("matter") in (None, matter))
    return Assessment(after["on"], True, outcomes, changes)


def truths_of(evaluation: Mapping[str, Any], matter: str) -> Truths:
    """Give the truths of the runs that concern a matter: the bundle's own and the matter's."""
    return {
        (run["ruleset"], rule): truth
        for run in evaluation.get("truths", ())
        if run["matter"] in (None, matter)
        for rule, truth in run["rules"].items()
    }


def _told(truth: str | None) -> str | None:
    """What is unmet has no outcome, as if its ruleset were not in force."""
    return None if truth == "unmet" else truth
