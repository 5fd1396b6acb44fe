"""What the case service gives out: immutable views, each with its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from ...core.cases.clocks import Clock
from ...core.cases.events import Event
from ...core.cases.state import CaseState, SubCase
from ...core.definitions.types import Json, Text
from .spoken import Name, RuleWords


class Owner(Protocol):
    """What is needed of an applicant's account."""

    @property
    def id(self) -> str:
        """The account's id."""
        ...


class Person(Owner, Protocol):
    """What is needed of an account of staff."""

    @property
    def role(self) -> str:
        """Its one role."""
        ...

    @property
    def departments(self) -> Any:
        """The codes of the departments it works for."""
        ...


@dataclass(frozen=True, slots=True)
class Material:
    """A document handed in with the case; ``source`` is "draft" or, for corrections, "correction"."""

    id: str
    material: str
    title: Text
    filename: str
    digest: str
    matters: tuple[str, ...]
    received_at: str
    size: int | None = None
    source: str = "draft"

    def to_json(self) -> dict[str, Json]:
        """Give the material as JSON."""
        return {
            "id": self.id,
            "material": self.material,
            "title": dict(self.title),
            "filename": self.filename,
            "digest": self.digest,
            "matters": list(self.matters),
            "received_at": self.received_at,
            "size": self.size,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class File:
    """A document's content, to be sent to somebody who may see it."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Case:
    """A case with everything that happened, as its applicant sees it."""

    id: str
    number: str
    bundle: str
    title: Text
    applicant_id: str
    draft_id: str
    lock: Mapping[str, Json]
    package_digest: str
    agreement: bool
    lead: Text
    departments: Mapping[str, Text]
    state: CaseState
    events: tuple[Event, ...]
    materials: tuple[Material, ...]

    @property
    def status(self) -> str:
        """The status of the whole."""
        return self.state.status

    @property
    def result(self) -> str | None:
        """The result once closed."""
        return self.state.result

    @property
    def submitted_at(self) -> str:
        """When it was received."""
        return self.state.submitted_at

    def to_json(self) -> dict[str, Json]:
        """Give the case as its applicant may have it by the API."""
        result = self.state.summary()
        for raw, sub in zip(result["sub_cases"], self.state.sub_cases, strict=True):
            raw.update(told(sub))
        return {
            **result,
            "title": dict(self.title),
            "lead": dict(self.lead),
            "materials": [material.to_json() for material in self.materials],
            "events": [_for_applicant(event) for event in self.events if event.kind != "submitted"],
        }


def _for_applicant(event: Event) -> dict[str, Json]:
    """Leave out who of the staff it was, the staff's own notes, and what only staff are to judge."""
    hidden = {"actor", "assessment"} | ({"note"} if event.kind == "taken-over" else set())
    return {name: value for name, value in event.to_json().items() if name not in hidden}


def told(sub: SubCase) -> dict[str, Json]:
    """Give what the applicant is told about a sub-case: what to correct, and the decision in full."""
    decision = sub.decision
    return {
        "open_items": [item.to_json() for item in sub.open_items],
        "correct_until": sub.notices[-1].deadline if sub.open_items else None,
        "procedures": [each.to_json() for each in sub.procedures],
        "decision": None
        if decision is None
        else {
            "kind": decision.kind,
            "at": decision.at,
            "stage": decision.stage,
            "reasons": decision.reasons,
            "basis": decision.basis,
            "remedies": None if decision.remedies is None else decision.remedies.to_json(),
            "because": decision.because,
            "explanation": None if decision.explanation is None else dict(decision.explanation),
        },
    }


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    id: str
    number: str
    bundle: str
    title: Text
    status: str
    result: str | None
    submitted_at: str
    closed_at: str | None

    def to_json(self) -> dict[str, Json]:
        """Give the line as JSON."""
        return {
            "id": self.id,
            "number": self.number,
            "bundle": self.bundle,
            "title": dict(self.title),
            "status": self.status,
            "result": self.result,
            "submitted_at": self.submitted_at,
            "closed_at": self.closed_at,
        }


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One sub-case in the queue of staff: nothing personal."""

    id: str
    case_id: str
    number: str
    bundle: Text
    matter: str
    title: Text
    department: str
    status: str
    version: int
    submitted_at: str
    clock: Clock

    def to_json(self) -> dict[str, Json]:
        """Give the line as JSON."""
        return {
            "id": self.id,
            "case_id": self.case_id,
            "number": self.number,
            "bundle": dict(self.bundle),
            "matter": self.matter,
            "title": dict(self.title),
            "department": self.department,
            "status": self.status,
            "version": self.version,
            "submitted_at": self.submitted_at,
            "clock": self.clock.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Value:
    """One datum of a sub-case as shown: masked unless it was asked for; ``hidden`` says it is masked."""

    pointer: str
    title: Text
    shown: Text
    sensitivity: str
    hidden: bool

    def to_json(self) -> dict[str, Json]:
        """Give the value as JSON."""
        return {
            "pointer": self.pointer,
            "title": dict(self.title),
            "shown": dict(self.shown),
            "sensitivity": self.sensitivity,
            "hidden": self.hidden,
        }


@dataclass(frozen=True, slots=True)
class SubCaseView:
    """One sub-case as staff of its department see it: exactly its own data."""

    case_id: str
    number: str
    bundle: Text
    department: Text
    sub: SubCase
    status: str
    clock: Clock
    waits_for: tuple[Text, ...]
    values: tuple[Value, ...]
    revealed: bool
    materials: tuple[Material, ...]
    outcomes: tuple[Mapping[str, Json], ...]
    agreement: bool
    events: tuple[Event, ...]
    actions: frozenset[str]
    remedies: Mapping[str, Text]
    """What to tell of reconsideration and lawsuit when it is refused."""
    steps: tuple[tuple[Text, date], ...] = ()
    """The day each step of handling is due by, while the clock of the decision runs."""
    rules: Mapping[Name, RuleWords] = field(default_factory=dict)
    """The words of the rules that the outcomes, and the assessment on acceptance, are of."""

    def to_json(self) -> dict[str, Json]:
        """Give the sub-case as JSON; masked values stay masked."""
        sub = self.sub
        return {
            "id": sub.id,
            "case_id": self.case_id,
            "number": self.number,
            "bundle": dict(self.bundle),
            "matter": sub.matter,
            "title": dict(sub.part.title),
            "department": sub.part.department,
            "department_name": dict(self.department),
            "status": self.status,
            "version": sub.version,
            "clock": self.clock.to_json(),
            "steps": [{"title": dict(title), "due": day.isoformat()} for title, day in self.steps],
            "accepted_on": sub.accepted_on,
            "deemed": sub.deemed,
            "assessment": None if sub.assessment is None else sub.assessment.to_json(),
            "irregular": sub.irregular,
            "waits_for": [dict(title) for title in self.waits_for],
            "values": [value.to_json() for value in self.values],
            "revealed": self.revealed,
            "materials": [material.to_json() for material in self.materials],
            "outcomes": [dict(outcome) for outcome in self.outcomes],
            "rules": [
                {"ruleset": ruleset, "rule": rule, **words.to_json()}
                for (ruleset, rule), words in self.rules.items()
            ],
            "agreement": self.agreement,
            "referred": None if sub.referred is None else dict(sub.referred),
            "events": [event.to_json() for event in self.events if event.kind != "submitted"],
            "procedures_declared": list(sub.part.procedures),
            "actions": sorted(self.actions),
            "remedies": {part: dict(said) for part, said in self.remedies.items()},
            **told(sub),
        }
