"""How cases lie in the store: sealed events, projections for lists, and the journal beside them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from ...core.cases.clocks import due_of
from ...core.cases.commands import lapsed
from ...core.cases.events import Accepted, Event, from_json
from ...core.cases.refusal import CaseRefusal
from ...core.cases.state import CaseState, apply, fold
from ...core.deadlines import Calendar
from ...core.definitions.pointer import join
from ...core.definitions.types import Json, Problem, text
from ..errors import Refusal
from ..security.vault import Vault
from ..store.protocol import Reader, Row, Store, Writer
from .tables import CASES, EVENTS, SUB_CASES

_PUBLIC = {
    "accepted": ("accepted_on", "promised_due", "statutory_due", "deemed"),
    "correction-requested": ("deadline", "late"),
    "corrected": ("received_on",),
    "procedure-started": ("procedure", "started_on", "days", "due"),
    "procedure-ended": ("procedure", "ended_on", "promised_due", "statutory_due"),
    "refused": ("stage",),
    "stopped": ("because",),
}
"""What the journal tells of an event in the clear. Reasons, items and answers stay under the case's key."""

_STATUS = {"state": 409, "input": 422, "person": 403}


@dataclass(frozen=True)
class Loaded:
    """A case as read inside one transaction."""

    row: Row
    events: tuple[Event, ...]
    state: CaseState

    @property
    def id(self) -> str:
        """The case's id."""
        return str(self.row["id"])


class Records:
    """The base of the case service: reads, seals, appends and projects."""

    def __init__(self, store: Store, vault: Vault, calendar: Calendar, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._vault = vault
        self._calendar = calendar
        self._clock = clock

    def today(self) -> date:
        """Give today's date in the county."""
        return self._clock().date()

    # sealing

    def seal(self, case_id: str, wrapped: bytes, value: Json) -> bytes:
        """Encrypt a JSON value under the case's key."""
        # ASCII, so that text which is no valid Unicode comes back as it was
        content = json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")
        return self._vault.encrypt(wrapped, content, case_id=case_id)

    def unseal(self, row: Row, sealed: bytes | None) -> Any:
        """Decrypt what ``seal`` made; raises Refusal 410 when the case's key was erased."""
        if row["wrapped_key"] is None or sealed is None:
            raise erased()
        return json.loads(self._vault.decrypt(row["wrapped_key"], sealed, case_id=row["id"]))

    # reading

    def load(self, reader: Reader, case_id: str) -> Loaded | None:
        """Read a case and fold its events; None when there is none."""
        row = reader.get(CASES.name, case_id)
        if row is None:
            return None
        rows = reader.find(EVENTS.name, (("case_id", "=", case_id),), order=("seq",))
        events = tuple(from_json(self.unseal(row, each["body"])) for each in rows)
        return Loaded(row, events, fold(events))

    # writing

    def append(self, writer: Writer, loaded: Loaded, events: Sequence[Event]) -> Loaded:
        """Write events, their journal entries and the projections they change; gives the case after them."""
        row, state = loaded.row, loaded.state
        if events and row["wrapped_key"] is None:
            raise erased()
        for seq, event in enumerate(events, len(loaded.events) + 1):
            self._write_event(writer, row, state.number, event, seq)
            state = apply(state, event)
        if events:
            self._project(writer, loaded.state, state)
            if state.status == "closed" and loaded.state.status != "closed":
                last = events[-1]
                writer.append(
                    "case.closed",
                    subject(loaded.id),
                    last.actor,
                    {"number": state.number, "result": state.result},
                    last.at,
                )
        return Loaded(row, (*loaded.events, *events), state)

    def begin(
        self,
        writer: Writer,
        row: Row,
        events: Sequence[Event],
        data: Mapping[str, bytes],
        told: Mapping[str, Json],
    ) -> Loaded:
        """Write a new case: its row, sub-cases with their sealed ``data`` by id, and first events.

        ``told`` is what the journal's entry of the submission says beside the event's seal.
        """
        state = fold(events)
        row = {**row, "status": state.status, "version": state.version}
        writer.insert(CASES.name, row)
        for sub in state.sub_cases:
            writer.insert(
                SUB_CASES.name,
                {
                    "id": sub.id,
                    "case_id": state.id,
                    "matter": sub.matter,
                    "title": dict(sub.part.title),
                    "department": sub.part.department,
                    "warn_days": sub.part.warn_days,
                    "submitted_at": state.submitted_at,
                    "data": data[sub.id],
                    **self._projection(state, sub.id),
                },
            )
        for seq, event in enumerate(events, 1):
            self._write_event(writer, row, state.number, event, seq, told if seq == 1 else {})
        return Loaded(row, tuple(events), state)

    def settle(self, writer: Writer, loaded: Loaded) -> Loaded:
        """Append what the days passed have brought about by law (deemed acceptance)."""
        return self.append(writer, loaded, lapsed(loaded.state, self._clock(), self._calendar))

    def settle_lapsed(self) -> int:
        """Settle every case in which a notice period has run out; gives how many there were.

        Called before lists are shown; may as well be called by a timer.
        """
        overdue = (("clock", "=", "acceptance"), ("due_on", "<", self.today().isoformat()))
        with self._store.read() as reader:
            if not reader.count(SUB_CASES.name, overdue):
                return 0
        with self._store.write() as writer:
            cases = sorted({row["case_id"] for row in writer.find(SUB_CASES.name, overdue)})
            for case_id in cases:
                loaded = self.load(writer, case_id)
                if loaded is not None:
                    self.settle(writer, loaded)
            return len(cases)

    def reschedule(self) -> int:
        """Work out due days that lay beyond the calendar when they were first asked for; gives how many."""
        unknown = (("clock", "in", ["acceptance", "decision", "procedure"]), ("due_on", "is null", None))
        with self._store.write() as writer:
            found = 0
            for case_id in sorted({row["case_id"] for row in writer.find(SUB_CASES.name, unknown)}):
                loaded = self.load(writer, case_id)
                if loaded is None:
                    continue
                for sub in loaded.state.sub_cases:
                    projection = self._projection(loaded.state, sub.id)
                    if projection["due_on"] is not None:
                        writer.update(SUB_CASES.name, sub.id, projection, (("due_on", "is null", None),))
                        found += 1
            return found

    # inside

    def _write_event(
        self,
        writer: Writer,
        row: Row,
        number: str,
        event: Event,
        seq: int,
        more: Mapping[str, Json] = MappingProxyType({}),
    ) -> None:
        body = self.seal(row["id"], row["wrapped_key"], event.to_json())
        writer.insert(
            EVENTS.name, {"id": secrets.token_hex(12), "case_id": row["id"], "seq": seq, "body": body}
        )
        raw = event.to_json()
        told = {name: raw[name] for name in _PUBLIC.get(event.kind, ())}
        if isinstance(event, Accepted) and event.assessment is not None:
            told["rules"] = {
                "on": event.assessment.on,
                "agreed": event.assessment.agreed,
                "changed": len(event.assessment.changes),
            }
        seal = seal_digest(body)
        writer.append(
            f"case.{event.kind}",
            subject(row["id"]),
            event.actor,
            {"number": number, "sub_case": event.sub_case, "event": seq, "seal": seal, **told, **more},
            event.at,
        )

    def _projection(self, state: CaseState, sub_case: str) -> Row:
        sub = state.sub(sub_case)
        name, due, statutory = due_of(state, sub, self._calendar)
        return {
            "status": state.status_of(sub),
            "version": sub.version,
            "clock": name,
            "due_on": None if due is None else due.isoformat(),
            "statutory_due": None if statutory is None else statutory.isoformat(),
        }

    def _project(self, writer: Writer, before: CaseState, after: CaseState) -> None:
        for sub in after.sub_cases:
            old, new = self._projection(before, sub.id), self._projection(after, sub.id)
            if new != old:
                writer.update(SUB_CASES.name, sub.id, new)
        writer.update(
            CASES.name,
            after.id,
            {
                "status": after.status,
                "result": after.result,
                "closed_at": after.closed_at,
                "version": after.version,
            },
        )


def subject(case_id: str) -> str:
    """Give the journal's subject of a case."""
    return f"case:{case_id}"


def seal_digest(sealed: bytes) -> str:
    """Give the hash of sealed bytes: it binds the journal to them and tells nothing of what they hold."""
    return "sha256:" + hashlib.sha256(sealed).hexdigest()


def refusal(error: CaseRefusal) -> Refusal:
    """Say a refusal of the core in terms of the server: 409, 422 or 403."""
    at = [Problem(join(error.field), error.code, error.message, error.remedy)] if error.field else []
    return Refusal(_STATUS[error.why], error.code, error.message, error.remedy, at)


def erased() -> Refusal:
    """Say that the personal data of a case are gone for good."""
    return Refusal(
        410,
        "case-erased",
        text("该办件的个人信息已依法删除", "the personal data of this case was erased as the law asks"),
        text("流水和版本记录仍可查看", "the journal and the versions can still be read"),
    )
