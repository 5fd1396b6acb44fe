"""Retiring definitions: one person asks for it and says why, another one confirms it."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.definitions.types import Json
from ..store import Reader, Row
from . import refusals
from .model import Version, key_of, title_of
from .service import RegistryService
from .shelf import Versions, library_on
from .tables import RETIREMENTS, VERSIONS


@dataclass(frozen=True, slots=True)
class Retirement:
    """What somebody asks for: that a definition be taken out of force; ``version`` is the newest he saw."""

    id: str
    kind: str
    code: str
    version: int
    reason: str
    asked_by: str
    asked_at: str

    @classmethod
    def of_row(cls, row: Row) -> Retirement:
        """Read a stored request."""
        return cls(**row)

    def to_json(self) -> dict[str, Json]:
        """Give the request as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def waiting(registry: RegistryService) -> list[Retirement]:
    """Give what waits to be confirmed, longest waiting first."""
    with registry.store.read() as reader:
        return [Retirement.of_row(row) for row in reader.find(RETIREMENTS.name, (), ("asked_at", "id"))]


def asked(registry: RegistryService, kind: str, code: str) -> Retirement | None:
    """Give the request to retire a definition, if there is one."""
    with registry.store.read() as reader:
        return _asked(reader, kind, code)


def ask(registry: RegistryService, kind: str, code: str, actor: str, reason: str) -> Retirement:
    """Ask that a definition be retired; nothing changes until another person confirms.

    Refusal 404, 409 while others refer to it or when it was asked already, 422 without a reason.
    """
    said = reason.strip()
    if not said:
        raise refusals.comment_needed()
    at = registry.now()
    with registry.store.write() as writer:
        open_ = _retirable(registry, registry.shelf.load(writer), kind, code)
        if _asked(writer, kind, code) is not None:
            raise refusals.retirement_asked_already()
        key = key_of(kind, code)
        request = Retirement(key, kind, code, open_[-1].version, said, actor, at)
        writer.insert(RETIREMENTS.name, request.to_json())
        entry = {"version": request.version, "reason": said}
        writer.append("definition.retirement_asked", key, actor, entry, at)
    return request


def withdraw(registry: RegistryService, kind: str, code: str, actor: str) -> None:
    """Take a request back, or decline it: the definition stays in force; Refusal 404."""
    with registry.store.write() as writer:
        request = _expect(writer, kind, code)
        writer.delete(RETIREMENTS.name, request.id)
        entry = {"version": request.version, "asked_by": request.asked_by}
        writer.append("definition.retirement_declined", request.id, actor, entry, registry.now())


def confirm(registry: RegistryService, kind: str, code: str, actor: str, version: int) -> list[Version]:
    """Take a definition out of force from today on; cases pinned to its versions keep them.

    ``version`` is the newest the person has before his eyes. Refusal 403 for whoever asked for it, 404,
    409 while others refer to it, or when another version was published since it was asked for.
    """
    at = registry.now()
    with registry.store.write() as writer:
        request = _expect(writer, kind, code)
        if request.asked_by == actor:
            raise refusals.own_retirement()
        open_ = _retirable(registry, registry.shelf.load(writer), kind, code)
        if not request.version == version == open_[-1].version:
            raise refusals.published_since(open_[-1].version)
        for each in open_:
            writer.update(VERSIONS.name, each.id, {"retired_at": at, "retired_by": actor})
            entry = {"digest": each.digest, "reason": request.reason, "asked_by": request.asked_by}
            writer.append("definition.retired", each.id, actor, entry, at)
        writer.delete(RETIREMENTS.name, request.id)
    return registry.versions(kind, code)


def _retirable(registry: RegistryService, versions: Versions, kind: str, code: str) -> list[Version]:
    """Give the versions that retiring would end; Refusal 404, 409."""
    open_ = [version for version in versions.get((kind, code), ()) if version.retired_at is None]
    if not open_:
        raise refusals.not_found(kind, code)
    library = library_on(versions, registry.shelf.today())
    users = library.users(kind, code)
    if users:
        raise refusals.in_use([title_of(library.get(*user), user[1]) for user in users])
    return open_


def _asked(reader: Reader, kind: str, code: str) -> Retirement | None:
    row = reader.get(RETIREMENTS.name, key_of(kind, code))
    return None if row is None else Retirement.of_row(row)


def _expect(reader: Reader, kind: str, code: str) -> Retirement:
    request = _asked(reader, kind, code)
    if request is None:
        raise refusals.no_retirement(kind, code)
    return request
