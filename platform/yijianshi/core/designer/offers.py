"""Test cases that are offered for a draft: what the search for the fewest of them found, and how far it is.

What is offered is no part of the draft until it is accepted. It is told for the rules and cases it was
sought for; what the draft's cases have come to reach since is worked out anew with every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.canonical import digest
from ..definitions.types import Json, Text, text

ASKED = "suggest"
"""The setting of the page that says for what state of the draft cases were asked for."""

DECIDING = ("facts", "parameters", "rules", "dated_by", "effective_from", "effective_to")


@dataclass(frozen=True, slots=True)
class Seeking:
    """How far the search is; no ``goals``: it has not begun."""

    reached: int = 0
    goals: int = 0
    cases: int = 0

    @property
    def said(self) -> Text:
        """Say how far it is."""
        if not self.goals:
            return text("正在等待开始…", "waiting to begin…")
        if self.reached < self.goals:
            return text(
                f"已有 {self.cases} 个用例，达到 {self.goals} 个目标中的 {self.reached} 个",
                f"{self.cases} cases so far reach {self.reached} of {self.goals} goals",
            )
        return text(
            f"{self.cases} 个用例已达到全部 {self.goals} 个目标，正在求证能否更少",
            f"{self.cases} cases reach all {self.goals} goals; now seeking whether fewer do",
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """One case that is offered; ``missing`` are facts whose answers the author has to think out."""

    case: Mapping[str, Json]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """What was found for one state of a draft; ``least`` cases are needed at least, whatever they are.

    ``on`` is the day whose parameters held, ``known`` the cases that were there. ``apart`` are goals no
    two of which one case reaches, ``never`` goals that no case reaches; of the ``unsettled`` it is not
    known in time.
    """

    asked: str
    rules: str
    known: tuple[str, ...]
    on: str
    cases: tuple[Offer, ...]
    least: int
    proven: bool
    apart: tuple[Text, ...] = ()
    never: tuple[Text, ...] = ()
    unsettled: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Give what is offered as JSON."""
        return {
            "asked": self.asked,
            "rules": self.rules,
            "known": list(self.known),
            "on": self.on,
            "cases": [{"case": dict(each.case), "missing": list(each.missing)} for each in self.cases],
            "least": self.least,
            "proven": self.proven,
            "apart": [dict(said) for said in self.apart],
            "never": [dict(said) for said in self.never],
            "unsettled": [dict(said) for said in self.unsettled],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Offers:
        """Read what ``to_json`` gave."""
        return cls(
            told["asked"],
            told["rules"],
            tuple(told["known"]),
            told["on"],
            tuple(Offer(each["case"], tuple(each["missing"])) for each in told["cases"]),
            told["least"],
            told["proven"],
            tuple(told["apart"]),
            tuple(told["never"]),
            tuple(told["unsettled"]),
        )

    def holds(self, document: Mapping[str, Any]) -> bool:
        """Tell whether the rules are still those it was sought for."""
        return self.rules == rules_of(document)

    def untouched(self, cases: Iterable[Mapping[str, Any]]) -> bool:
        """Tell whether nothing was done to the cases but to accept some of these."""
        now = {identity(case) for case in cases}
        return now >= set(self.known) and now <= {
            *self.known,
            *(identity(offer.case) for offer in self.cases),
        }


def identity(case: Mapping[str, Any]) -> str:
    """Tell a case by what it tries: its day and its answers."""
    return digest({"on": case.get("on"), "answers": case.get("answers")})


def rules_of(document: Mapping[str, Any]) -> str:
    """Tell the rules of a ruleset apart from any other, whatever they are called."""
    return digest({key: document[key] for key in DECIDING if key in document})


def state_of(document: Mapping[str, Any], cases: Iterable[Mapping[str, Any]]) -> str:
    """Name a state of a draft for which cases are sought."""
    told = digest({"rules": rules_of(document), "cases": sorted(identity(case) for case in cases)})
    return told.removeprefix("sha256:")[:16]
