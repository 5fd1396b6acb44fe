"""What happens in the life of a case: one immutable event each, with its JSON form.

Every event says when (``at``, ISO-8601 with offset) and through whom (``actor``, an account's id or
``"system"``). Days are ``YYYY-MM-DD`` text. Events are all that is stored of the life of a case;
the state is folded from them (``state.fold``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..definitions.types import Json, Text
from .assessment import Assessment
from .values import Answer, Item, Part, Remedies

SYSTEM = "system"
"""The actor of what the law or the platform brings about by itself."""


@dataclass(frozen=True, slots=True)
class Event:
    """The base of all events; ``sub_case`` is "" where the whole case is meant."""

    kind: ClassVar[str] = ""
    at: str
    actor: str
    sub_case: str

    def to_json(self) -> dict[str, Json]:
        """Give the event as a JSON object with its ``kind``."""
        return {
            "kind": self.kind,
            "at": self.at,
            "actor": self.actor,
            "sub_case": self.sub_case,
            **self.more(),
        }

    def more(self) -> dict[str, Json]:
        """Give what this kind of event holds beside the common part."""
        return {}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Event:
        """Read what ``to_json`` wrote of this kind."""
        return cls(raw["at"], raw["actor"], raw["sub_case"])


@dataclass(frozen=True, slots=True)
class Submitted(Event):
    """The applicant handed the bundle in; one part for every active matter."""

    kind: ClassVar[str] = "submitted"
    case: str
    number: str
    bundle: str
    package: str
    received_on: str
    parts: tuple[Part, ...]

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "case": self.case,
            "number": self.number,
            "bundle": self.bundle,
            "package": self.package,
            "received_on": self.received_on,
            "parts": [part.to_json() for part in self.parts],
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Submitted:
        """See Event."""
        return cls(
            raw["at"],
            raw["actor"],
            raw["sub_case"],
            raw["case"],
            raw["number"],
            raw["bundle"],
            raw["package"],
            raw["received_on"],
            tuple(Part.from_json(part) for part in raw["parts"]),
        )


@dataclass(frozen=True, slots=True)
class Referred(Event):
    """The engines gave no common verdict, or a rule asks for a person: a person must take it over."""

    kind: ClassVar[str] = "referred"
    reason: Text

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"reason": dict(self.reason)}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Referred:
        """See Event."""
        return cls(raw["at"], raw["actor"], raw["sub_case"], raw["reason"])


@dataclass(frozen=True, slots=True)
class TakenOver(Event):
    """A member of staff took a referred sub-case over and answers for it from here on."""

    kind: ClassVar[str] = "taken-over"
    note: str

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"note": self.note}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> TakenOver:
        """See Event."""
        return cls(raw["at"], raw["actor"], raw["sub_case"], raw["note"])


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """受理: the clocks start; ``deemed`` when the law says so because nobody gave notice in time.

    A due day is None when the working-day calendar does not reach that far yet. ``assessment`` is
    what the rules say as of this day, the one by which the law is chosen (see ``assessment``).
    """

    kind: ClassVar[str] = "accepted"
    accepted_on: str
    promised_due: str | None
    statutory_due: str | None
    deemed: bool = False
    assessment: Assessment | None = None

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "accepted_on": self.accepted_on,
            "promised_due": self.promised_due,
            "statutory_due": self.statutory_due,
            "deemed": self.deemed,
            "assessment": None if self.assessment is None else self.assessment.to_json(),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Accepted:
        """See Event."""
        return cls(
            raw["at"],
            raw["actor"],
            raw["sub_case"],
            raw["accepted_on"],
            raw["promised_due"],
            raw["statutory_due"],
            raw["deemed"],
            Assessment.from_json(raw["assessment"]) if raw.get("assessment") else None,
        )


@dataclass(frozen=True, slots=True)
class CorrectionRequested(Event):
    """一次性告知补正: everything to put right, and until when.

    ``late`` names the items that an earlier notice should have held and did not: telling of
    them only now breaks 行政许可法 §32(4), and is kept for the supervisor.
    """

    kind: ClassVar[str] = "correction-requested"
    items: tuple[Item, ...]
    deadline: str
    late: tuple[str, ...] = ()

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "items": [item.to_json() for item in self.items],
            "deadline": self.deadline,
            "late": list(self.late),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> CorrectionRequested:
        """See Event."""
        items = tuple(Item(i["id"], i["what"], i["target"], i["repeats"]) for i in raw["items"])
        return cls(raw["at"], raw["actor"], raw["sub_case"], items, raw["deadline"], tuple(raw["late"]))


@dataclass(frozen=True, slots=True)
class Corrected(Event):
    """The applicant answered every open item; the materials count as received on that day."""

    kind: ClassVar[str] = "corrected"
    answers: tuple[Answer, ...]
    received_on: str

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"answers": [answer.to_json() for answer in self.answers], "received_on": self.received_on}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Corrected:
        """See Event."""
        answers = tuple(Answer(a["item"], a["text"], tuple(a["uploads"])) for a in raw["answers"])
        return cls(raw["at"], raw["actor"], raw["sub_case"], answers, raw["received_on"])


@dataclass(frozen=True, slots=True)
class ProcedureStarted(Event):
    """启动特别程序: its time is not counted, and the applicant is told how long it takes (行政许可法 §45).

    ``days`` are the working days it needs; ``due`` is None when the calendar does not reach that far.
    """

    kind: ClassVar[str] = "procedure-started"
    procedure: str
    started_on: str
    days: int
    due: str | None
    basis: str
    note: str = ""

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "procedure": self.procedure,
            "started_on": self.started_on,
            "days": self.days,
            "due": self.due,
            "basis": self.basis,
            "note": self.note,
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> ProcedureStarted:
        """See Event."""
        return cls(
            raw["at"],
            raw["actor"],
            raw["sub_case"],
            raw["procedure"],
            raw["started_on"],
            raw["days"],
            raw["due"],
            raw["basis"],
            raw["note"],
        )


@dataclass(frozen=True, slots=True)
class ProcedureEnded(Event):
    """特别程序结束: the clock runs again, and both due days are later by what was not counted."""

    kind: ClassVar[str] = "procedure-ended"
    procedure: str
    ended_on: str
    promised_due: str | None
    statutory_due: str | None
    note: str = ""

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "procedure": self.procedure,
            "ended_on": self.ended_on,
            "promised_due": self.promised_due,
            "statutory_due": self.statutory_due,
            "note": self.note,
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> ProcedureEnded:
        """See Event."""
        return cls(
            raw["at"],
            raw["actor"],
            raw["sub_case"],
            raw["procedure"],
            raw["ended_on"],
            raw["promised_due"],
            raw["statutory_due"],
            raw["note"],
        )


@dataclass(frozen=True, slots=True)
class Granted(Event):
    """准予."""

    kind: ClassVar[str] = "granted"
    note: str = ""

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"note": self.note}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Granted:
        """See Event."""
        return cls(raw["at"], raw["actor"], raw["sub_case"], raw["note"])


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """不予许可, or before acceptance 不予受理: reasons, legal basis and remedies."""

    kind: ClassVar[str] = "refused"
    stage: Literal["acceptance", "decision"]
    reasons: str
    basis: str
    remedies: Remedies

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {
            "stage": self.stage,
            "reasons": self.reasons,
            "basis": self.basis,
            "remedies": self.remedies.to_json(),
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Refused:
        """See Event."""
        remedies = Remedies(raw["remedies"]["review"], raw["remedies"]["lawsuit"])
        return cls(
            raw["at"], raw["actor"], raw["sub_case"], raw["stage"], raw["reasons"], raw["basis"], remedies
        )


@dataclass(frozen=True, slots=True)
class Withdrawn(Event):
    """The applicant took the application back before it was decided."""

    kind: ClassVar[str] = "withdrawn"
    reason: str = ""

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"reason": self.reason}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Withdrawn:
        """See Event."""
        return cls(raw["at"], raw["actor"], raw["sub_case"], raw["reason"])


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """终止: the matter it waits for (``because``, a matter's code) was refused or withdrawn."""

    kind: ClassVar[str] = "stopped"
    because: str
    reason: Text

    def more(self) -> dict[str, Json]:
        """See Event."""
        return {"because": self.because, "reason": dict(self.reason)}

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Stopped:
        """See Event."""
        return cls(raw["at"], raw["actor"], raw["sub_case"], raw["because"], raw["reason"])


KINDS: Mapping[str, type[Event]] = {
    cls.kind: cls
    for cls in (
        Submitted,
        Referred,
        TakenOver,
        Accepted,
        CorrectionRequested,
        Corrected,
        ProcedureStarted,
        ProcedureEnded,
        Granted,
        Refused,
        Withdrawn,
        Stopped,
    )
}


def from_json(raw: Mapping[str, Any]) -> Event:
    """Read an event; raises ValueError for a kind that is not known."""
    try:
        cls = KINDS[raw["kind"]]
    except KeyError:
        raise ValueError(f"{raw.get('kind')!r} is no kind of event") from None
    return cls.read(raw)
