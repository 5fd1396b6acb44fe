"""The state of a case, folded from its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ..definitions.types import Json, Text
from .assessment import Assessment
from .events import (
    Accepted,
    Corrected,
    CorrectionRequested,
    Event,
    Granted,
    ProcedureEnded,
    ProcedureStarted,
    Referred,
    Refused,
    Stopped,
    Submitted,
    TakenOver,
    Withdrawn,
)
from .values import Answer, Item, Part, Remedies

Phase = Literal[
    "received", "correction_requested", "corrected", "accepted", "granted", "refused", "withdrawn", "stopped"
]
Status = Phase | Literal["referred", "waiting", "paused"]
CaseStatus = Literal["submitted", "in_progress", "referred", "closed"]
Result = Literal["all_granted", "partly_granted", "refused", "withdrawn"]

DECIDED: frozenset[str] = frozenset({"granted", "refused", "withdrawn", "stopped"})
"""Phases that end a sub-case; nothing follows."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice of corrections as it was given."""

    at: str
    by: str
    items: tuple[Item, ...]
    deadline: str
    late: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A special procedure as it was started; ``ended_on`` is None while it runs."""

    kind: str
    started_on: str
    days: int
    due: str | None
    basis: str
    note: str
    ended_on: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Give the procedure as JSON."""
        return {
            "procedure": self.kind,
            "started_on": self.started_on,
            "days": self.days,
            "due": self.due,
            "basis": self.basis,
            "note": self.note,
            "ended_on": self.ended_on,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """How a sub-case ended."""

    kind: Literal["granted", "refused", "withdrawn", "stopped"]
    at: str
    by: str
    stage: Literal["acceptance", "decision"] = "decision"
    reasons: str = ""
    basis: str = ""
    remedies: Remedies | None = None
    because: str = ""
    explanation: Text | None = None


@dataclass(frozen=True, slots=True)
class SubCase:
    """One matter of a case. ``version`` counts what happened to it: the base of optimistic locking."""

    part: Part
    phase: Phase
    version: int
    received_on: str
    referred: Text | None = None
    taken_over_by: str = ""
    notices: tuple[Notice, ...] = ()
    open_items: tuple[Item, ...] = ()
    answers: tuple[Answer, ...] = ()
    accepted_on: str | None = None
    deemed: bool = False
    assessment: Assessment | None = None
    promised_due: str | None = None
    statutory_due: str | None = None
    procedures: tuple[Procedure, ...] = ()
    decision: Decision | None = None
    changed_at: str = ""
    changed_by: str = ""

    @property
    def id(self) -> str:
        """The sub-case's id."""
        return self.part.id

    @property
    def matter(self) -> str:
        """The code of its matter."""
        return self.part.matter

    @property
    def decided(self) -> bool:
        """Tell whether it has ended."""
        return self.phase in DECIDED

    @property
    def procedure(self) -> Procedure | None:
        """The special procedure that runs and stops the clock, None when none does."""
        last = self.procedures[-1] if self.procedures else None
        return last if last is not None and last.ended_on is None and not self.decided else None

    @property
    def irregular(self) -> bool:
        """Tell whether a later notice asked for what the first should have held (行政许可法 §32)."""
        return any(notice.late for notice in self.notices)


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as its events leave it; an immutable value."""

    id: str
    number: str
    bundle: str
    applicant: str
    package: str
    submitted_at: str
    sub_cases: tuple[SubCase, ...]
    version: int
    touched: bool = False
    closed_at: str | None = None

    def sub(self, sub_case: str) -> SubCase:
        """Give a sub-case by its id; raises KeyError."""
        for each in self.sub_cases:
            if each.id == sub_case:
                return each
        raise KeyError(sub_case)

    def by_matter(self, matter: str) -> SubCase:
        """Give the sub-case of a matter; raises KeyError."""
        for each in self.sub_cases:
            if each.matter == matter:
                return each
        raise KeyError(matter)

    def pending(self, sub: SubCase) -> list[SubCase]:
        """Give what a sub-case still waits for."""
        return [p for p in map(self.by_matter, sub.part.after) if not p.decided]

    def status_of(self, sub: SubCase) -> Status:
        """Give the status people see: the phase, or ``referred``, or ``waiting`` for other matters."""
        if sub.referred is not None and not sub.decided:
            return "referred"
        if sub.procedure is not None:
            return "paused"
        if sub.phase == "accepted" and self.pending(sub):
            return "waiting"
        return sub.phase

    @property
    def status(self) -> CaseStatus:
        """The status of the whole."""
        if all(sub.decided for sub in self.sub_cases):
            return "closed"
        if any(sub.referred is not None and not sub.decided for sub in self.sub_cases):
            return "referred"
        return "in_progress" if self.touched else "submitted"

    @property
    def result(self) -> Result | None:
        """The result of a closed case, None before."""
        if self.status != "closed":
            return None
        phases = {sub.phase for sub in self.sub_cases}
        if phases == {"granted"}:
            return "all_granted"
        if "granted" in phases:
            return "partly_granted"
        return "refused" if "refused" in phases else "withdrawn"

    def summary(self) -> dict[str, Json]:
        """Give the public part of the state as JSON: no reasons, no answers."""
        return {
            "id": self.id,
            "number": self.number,
            "bundle": self.bundle,
            "status": self.status,
            "result": self.result,
            "submitted_at": self.submitted_at,
            "closed_at": self.closed_at,
            "sub_cases": [
                {
                    "id": sub.id,
                    "matter": sub.matter,
                    "title": dict(sub.part.title),
                    "department": sub.part.department,
                    "after": list(sub.part.after),
                    "status": self.status_of(sub),
                    "version": sub.version,
                    "accepted_on": sub.accepted_on,
                    "deemed": sub.deemed,
                    "promised_due": sub.promised_due,
                    "statutory_due": sub.statutory_due,
                    "irregular": sub.irregular,
                }
                for sub in self.sub_cases
            ],
        }


def fold(events: Iterable[Event]) -> CaseState:
    """Fold events, oldest first, into the state; raises ValueError unless the first is a submission."""
    state: CaseState | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise ValueError("a case begins with a submission")
    return state


def apply(state: CaseState | None, event: Event) -> CaseState:
    """Give the state after one more event; raises ValueError when the event cannot follow."""
    if isinstance(event, Submitted):
        if state is not None:
            raise ValueError("a case is submitted once")
        return _begin(event)
    if state is None:
        raise ValueError("a case begins with a submission")
    try:
        old = state.sub(event.sub_case)
    except KeyError:
        raise ValueError(f"the case has no sub-case {event.sub_case!r}") from None
    if old.decided:
        raise ValueError(f"sub-case {old.id!r} has ended: nothing follows")
    new = replace(_change(old, event), version=old.version + 1, changed_at=event.at, changed_by=event.actor)
    sub_cases = tuple(new if sub.id == new.id else sub for sub in state.sub_cases)
    closed = event.at if all(sub.decided for sub in sub_cases) else None
    touched = state.touched or not isinstance(event, Referred)
    return replace(state, sub_cases=sub_cases, version=state.version + 1, touched=touched, closed_at=closed)


def _begin(event: Submitted) -> CaseState:
    subs = tuple(
        SubCase(part, "received", 1, event.received_on, changed_at=event.at, changed_by=event.actor)
        for part in event.parts
    )
    return CaseState(event.case, event.number, event.bundle, event.actor, event.package, event.at, subs, 1)


def _change(sub: SubCase, event: Event) -> SubCase:
    match event:
        case Referred():
            return replace(sub, referred=event.reason, taken_over_by="")
        case TakenOver():
            return replace(sub, referred=None, taken_over_by=event.actor)
        case Accepted():
            return replace(
                sub,
                phase="accepted",
                accepted_on=event.accepted_on,
                deemed=event.deemed,
                assessment=event.assessment,
                promised_due=event.promised_due,
                statutory_due=event.statutory_due,
                open_items=(),
            )
        case CorrectionRequested():
            notice = Notice(event.at, event.actor, event.items, event.deadline, event.late)
            return replace(
                sub,
                phase="correction_requested",
                notices=(*sub.notices, notice),
                open_items=(*sub.open_items, *event.items),
            )
        case Corrected():
            return replace(
                sub,
                phase="corrected",
                open_items=(),
                answers=(*sub.answers, *event.answers),
                received_on=event.received_on,
            )
        case ProcedureStarted():
            if sub.phase != "accepted" or sub.procedure is not None:
                raise ValueError("a special procedure starts while the clock of a decision runs")
            started = Procedure(
                event.procedure, event.started_on, event.days, event.due, event.basis, event.note
            )
            return replace(sub, procedures=(*sub.procedures, started))
        case ProcedureEnded():
            if sub.procedure is None:
                raise ValueError("no special procedure runs")
            ended = replace(sub.procedure, ended_on=event.ended_on)
            return replace(
                sub,
                procedures=(*sub.procedures[:-1], ended),
                promised_due=event.promised_due,
                statutory_due=event.statutory_due,
            )
        case _:
            decision = _decision(event)
            return replace(sub, phase=decision.kind, decision=decision, open_items=())


def _decision(event: Event) -> Decision:
    match event:
        case Granted():
            return Decision("granted", event.at, event.actor, reasons=event.note)
        case Refused():
            return Decision(
                "refused",
                event.at,
                event.actor,
                event.stage,
                event.reasons,
                event.basis,
                event.remedies,
            )
        case Withdrawn():
            return Decision("withdrawn", event.at, event.actor, reasons=event.reason)
        case Stopped():
            return Decision("stopped", event.at, event.actor, because=event.because, explanation=event.reason)
        case _:
            raise ValueError(f"{event.kind!r} cannot follow here")
