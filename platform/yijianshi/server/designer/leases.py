"""Who is editing: one person at a time holds a draft, tells so by a heartbeat, and gives it up when asked.

Whoever wants to take over asks. The holder's page keeps what it has not kept yet and lets go; a holder
who does not answer for a while loses the draft all the same. What he had made till then is merged
when it comes (see ``service``), so nothing is overwritten in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...core.definitions.types import Json
from ..registry.model import key_of
from ..store import Reader, Row, Store, Writer
from .tables import LEASES

LASTS = timedelta(seconds=40)
"""How long a lease stands after its last heartbeat."""

PATIENCE = timedelta(seconds=20)
"""How long somebody who wants to take over waits for a holder who is there."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a draft since when, and who wants it."""

    id: str
    holder: str
    since: str
    beat: str
    wanted_by: str | None
    wanted_at: str | None

    @classmethod
    def of_row(cls, row: Row) -> Lease:
        """Read a stored lease."""
        return cls(**row)

    def to_json(self, actor: str) -> dict[str, Json]:
        """Give the lease as JSON, as ``actor`` sees it."""
        return {
            "holder": self.holder,
            "mine": self.holder == actor,
            "since": self.since,
            "wanted_by": self.wanted_by,
        }


class Leases:
    """The leases of all drafts."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Keep leases in a store."""
        self._store = store
        self._clock = clock

    def holder(self, kind: str, code: str) -> Lease | None:
        """Give the lease that stands, if one does."""
        with self._store.read() as reader:
            return self._standing(reader, key_of(kind, code))

    def beat(self, kind: str, code: str, actor: str) -> Lease | None:
        """Tell that one is still there, as who holds the draft or as who waits for it; gives the lease that stands.

        A page that only looks takes nothing: a reader would keep the author from writing.
        """
        lease = self.holder(kind, code)
        if lease is None or actor not in (lease.holder, lease.wanted_by):
            return lease
        with self._store.write() as writer:
            return self.taken(writer, kind, code, actor)

    def ask(self, kind: str, code: str, actor: str) -> Lease:
        """Ask to take over; gives the lease that stands, which is ``actor``'s when it was free."""
        with self._store.write() as writer:
            lease = self.taken(writer, kind, code, actor)
            if lease.holder != actor and lease.wanted_by is None:
                now = self._clock().isoformat()
                writer.update(LEASES.name, lease.id, {"wanted_by": actor, "wanted_at": now})
                writer.append("definition.takeover_asked", lease.id, actor, {"holder": lease.holder}, now)
            return self._standing(writer, key_of(kind, code)) or lease

    def release(self, kind: str, code: str, actor: str) -> None:
        """Let go of a lease; of somebody else's nothing happens. Who asked for it gets it."""
        with self._store.write() as writer:
            lease = self._standing(writer, key_of(kind, code))
            if lease is None or lease.holder != actor:
                return
            if lease.wanted_by is None:
                writer.delete(LEASES.name, lease.id)
            else:
                self._give(writer, lease.id, lease.wanted_by, lease.holder)

    def taken(self, writer: Writer, kind: str, code: str, actor: str) -> Lease:
        """Take the lease when nobody holds it, or renew it, in a transaction of the caller; gives the one that stands."""
        key, now = key_of(kind, code), self._clock()
        lease = self._standing(writer, key)
        if lease is not None and lease.holder == actor:
            writer.update(LEASES.name, key, {"beat": now.isoformat()})
        elif lease is None:
            known = writer.get(LEASES.name, key)
            self._give(writer, key, actor, known["holder"] if known else None)
        elif (
            lease.wanted_by == actor
            and lease.wanted_at
            and datetime.fromisoformat(lease.wanted_at) + PATIENCE <= now
        ):
            self._give(writer, key, actor, lease.holder)
        return Lease.of_row(_row(writer, key))

    def _give(self, writer: Writer, key: str, actor: str, before: str | None) -> None:
        now = self._clock().isoformat()
        row = {"holder": actor, "since": now, "beat": now, "wanted_by": None, "wanted_at": None}
        if writer.get(LEASES.name, key) is None:
            writer.insert(LEASES.name, {"id": key, **row})
        else:
            writer.update(LEASES.name, key, row)
        if before is not None and before != actor:
            writer.append("definition.taken_over", key, actor, {"from": before}, now)

    def _standing(self, reader: Reader, key: str) -> Lease | None:
        row = reader.get(LEASES.name, key)
        if row is None or datetime.fromisoformat(row["beat"]) + LASTS < self._clock():
            return None
        return Lease.of_row(row)


def _row(reader: Reader, key: str) -> dict[str, Any]:
    row = reader.get(LEASES.name, key)
    if row is None:  # pragma: no cover - it was written in this transaction
        raise LookupError(key)
    return row
