"""Incidents: recorded with what they concern, read by administrators and auditors, settled with a note."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ...core.definitions.canonical import canonical
from ...core.definitions.types import Json, text
from ..errors import Refusal
from ..security.permissions import PERMISSIONS
from ..security.vault import Vault
from ..store.protocol import Row, Store, Writer
from .tables import INCIDENTS

MAX_NOTE = 4000
KIND = "engines-disagree"
"""The kind of an incident that does not name its own."""


class Reader(Protocol):
    """What is needed of an account."""

    @property
    def id(self) -> str:
        """The account's id."""
        ...

    @property
    def role(self) -> str:
        """Its role."""
        ...


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident with its details in the clear; ``case_id`` and ``case_number`` when one is concerned."""

    id: str
    kind: str
    case_id: str | None
    case_number: str | None
    status: str
    raised_at: str
    settled_at: str | None
    settled_by: str | None
    detail: Mapping[str, Json]
    note: str

    def to_json(self) -> dict[str, Json]:
        """Give the incident as JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "case_id": self.case_id,
            "case_number": self.case_number,
            "status": self.status,
            "raised_at": self.raised_at,
            "settled_at": self.settled_at,
            "settled_by": self.settled_by,
            "detail": dict(self.detail),
            "note": self.note,
        }


def record(
    writer: Writer,
    vault: Vault,
    detail: Mapping[str, Json],
    *,
    at: str,
    case: tuple[str, str] | None = None,
) -> str:
    """Record an incident in a transaction of the caller; gives its id.

    ``detail`` may name its ``kind``; ``case`` is the id and number of the case it concerns.
    """
    incident_id = secrets.token_hex(12)
    kind = str(detail.get("kind") or KIND)
    wrapped = vault.new_case_key(incident_id)
    case_id, number = case if case is not None else (None, None)
    writer.insert(
        INCIDENTS.name,
        {
            "id": incident_id,
            "kind": kind,
            "case_id": case_id,
            "case_number": number,
            "status": "open",
            "raised_at": at,
            "wrapped_key": wrapped,
            "detail": vault.encrypt(wrapped, canonical(dict(detail)), case_id=incident_id),
        },
    )
    entry = {"incident": incident_id, "kind": kind}
    about = f"incident:{incident_id}" if case_id is None else f"case:{case_id}"
    writer.append("incident.raised", about, "system", entry, at)
    return incident_id


class IncidentService:
    """Reading and settling incidents; permissions are checked here as well as at the route."""

    def __init__(self, store: Store, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def raise_incident(self, detail: Mapping[str, Json], case: tuple[str, str] | None = None) -> str:
        """Record an incident in a transaction of its own; gives its id."""
        with self._store.write() as writer:
            return record(writer, self._vault, detail, at=self._clock().isoformat(), case=case)

    def all(
        self, account: Reader, status: str | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[list[Incident], int]:
        """Give a page of incidents, the latest first, and how many there are; Refusal 403."""
        _require(account, "incident.read")
        where = (("status", "=", status),) if status in ("open", "settled") else ()
        with self._store.read() as reader:
            rows = reader.find(INCIDENTS.name, where, ("-raised_at", "id"), limit=limit, offset=offset)
            return [self._incident(row) for row in rows], reader.count(INCIDENTS.name, where)

    def get(self, account: Reader, incident_id: str) -> Incident:
        """Give one incident; that it was read goes into the journal. Refusal 403, 404."""
        _require(account, "incident.read")
        with self._store.write() as writer:
            row = _existing(writer.get(INCIDENTS.name, incident_id))
            writer.append("incident.viewed", f"incident:{incident_id}", account.id, {}, self._clock())
            return self._incident(row)

    def settle(self, account: Reader, incident_id: str, note: str) -> Incident:
        """Close an incident with a note on what was found; Refusal 403, 404, 409, 422 without a note."""
        _require(account, "incident.settle")
        said = note.strip()
        if not said or len(said) > MAX_NOTE:
            raise Refusal(
                422,
                "note-required",
                text(
                    f"请写明核查结论（不超过 {MAX_NOTE} 字）",
                    f"say what was found, in at most {MAX_NOTE} characters",
                ),
                text("请填写结论后再办结", "fill in the note and settle again"),
            )
        now = self._clock()
        with self._store.write() as writer:
            row = _existing(writer.get(INCIDENTS.name, incident_id))
            if row["status"] != "open":
                raise Refusal(
                    409,
                    "already-settled",
                    text("这一事件已经办结", "this incident has been settled already"),
                    text("请刷新页面查看结论", "reload the page to read the note"),
                )
            sealed = self._vault.encrypt(row["wrapped_key"], said.encode(), case_id=incident_id)
            changes = {
                "status": "settled",
                "settled_at": now.isoformat(),
                "settled_by": account.id,
                "note": sealed,
            }
            writer.update(INCIDENTS.name, incident_id, changes)
            writer.append("incident.settled", f"incident:{incident_id}", account.id, {}, now)
            return self._incident({**row, **changes})

    def _incident(self, row: Row) -> Incident:
        def opened(name: str) -> bytes:
            sealed = row[name]
            if sealed is None or row["wrapped_key"] is None:
                return b""
            return self._vault.decrypt(row["wrapped_key"], sealed, case_id=row["id"])

        detail: Any = json.loads(opened("detail") or b"{}")
        return Incident(
            row["id"],
            row["kind"],
            row["case_id"],
            row["case_number"],
            row["status"],
            row["raised_at"],
            row["settled_at"],
            row["settled_by"],
            detail,
            opened("note").decode(),
        )


def _existing(row: Row | None) -> Row:
    if row is None:
        raise Refusal(
            404,
            "unknown-incident",
            text("没有找到这一事件", "there is no such incident"),
            text("请从列表中重新打开", "open it again from the list"),
        )
    return row


def _require(account: Reader, permission: str) -> None:
    if account.role not in PERMISSIONS[permission]:
        raise Refusal(
            403,
            "not-permitted",
            text("您的账号没有这项权限", "your account may not do this"),
            text("请换用有权限的账号", "use an account that may"),
        )
