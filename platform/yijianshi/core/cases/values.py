"""The values events are made of: limits, parts of a case, items to correct, answers, remedies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..definitions.types import Json, Text

WARN_WORKING_DAYS: Final = 1
"""A due day this many working days away is shown as near (预警), unless the matter says otherwise."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: a number of working days or of calendar days; 0 is "the same day"."""

    days: int
    unit: Literal["working", "natural"] = "working"

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Limit:
        """Read the limit of a matter's document; raises ValueError for another unit."""
        unit = raw.get("unit", "working")
        if unit not in ("working", "natural"):
            raise ValueError(f"{unit!r} is no unit of a time limit")
        return cls(int(raw["days"]), unit)

    def to_json(self) -> dict[str, Json]:
        """Give the limit as it stands in a matter's document."""
        return {"days": self.days, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Part:
    """One matter of a submitted case: its sub-case, who decides it, what it waits for, its limits.

    ``statutory`` is None for a matter for which no law sets a number of days (a public service).
    """

    id: str
    matter: str
    title: Text
    department: str
    after: tuple[str, ...]
    statutory: Limit | None
    promised: Limit
    procedures: tuple[str, ...] = ()
    """The special procedures the matter declares (行政许可法 §45): what may stop its clock."""
    warn_days: int = WARN_WORKING_DAYS
    """From how many working days before it is due staff are warned."""

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Part:
        """Read what ``to_json`` wrote."""
        return cls(
            raw["id"],
            raw["matter"],
            raw["title"],
            raw["department"],
            tuple(raw["after"]),
            None if raw["statutory"] is None else Limit.of(raw["statutory"]),
            Limit.of(raw["promised"]),
            tuple(raw.get("procedures", ())),
            raw.get("warn_days", WARN_WORKING_DAYS),
        )

    def to_json(self) -> dict[str, Json]:
        """Give the part as JSON."""
        return {
            "id": self.id,
            "matter": self.matter,
            "title": dict(self.title),
            "department": self.department,
            "after": list(self.after),
            "statutory": None if self.statutory is None else self.statutory.to_json(),
            "promised": self.promised.to_json(),
            "procedures": list(self.procedures),
            "warn_days": self.warn_days,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to put right: what, and where it belongs (a JSON pointer, ``material:<code>`` or "").

    ``repeats`` names the item of an earlier notice that is asked for once more.
    """

    id: str
    what: str
    target: str = ""
    repeats: str = ""

    def to_json(self) -> dict[str, Json]:
        """Give the item as JSON."""
        return {"id": self.id, "what": self.what, "target": self.target, "repeats": self.repeats}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the applicant says to one item: a text, files he handed in, or both."""

    item: str
    text: str
    uploads: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Give the answer as JSON."""
        return {"item": self.item, "text": self.text, "uploads": list(self.uploads)}


@dataclass(frozen=True, slots=True)
class Remedies:
    """The rights a refused applicant is told of (行政许可法 §38): reconsideration and lawsuit."""

    review: str
    lawsuit: str

    def to_json(self) -> dict[str, Json]:
        """Give the two ways as JSON."""
        return {"review": self.review, "lawsuit": self.lawsuit}
