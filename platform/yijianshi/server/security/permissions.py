"""The one table of who may do what. Every handler names its permission; without one it is closed."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["administrator", "applicant", "window", "department", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

EVERYBODY = frozenset(ROLES)
_STAFF: frozenset[Role] = frozenset({"window", "department"})
_ADMINISTRATOR: frozenset[Role] = frozenset({"administrator"})
_APPLICANT: frozenset[Role] = frozenset({"applicant"})
_AUDITOR: frozenset[Role] = frozenset({"auditor"})

PUBLIC = frozenset({"public", "bundle.browse"})
"""Permissions that need no sign-in."""

PERMISSIONS: dict[str, frozenset[Role]] = {
    "public": EVERYBODY,
    "bundle.browse": EVERYBODY,
    "account.own": EVERYBODY,
    "draft.own": _APPLICANT,
    "case.submit": _APPLICANT,
    "case.own": _APPLICANT,
    "desk.queue": _STAFF,
    "desk.read": _STAFF,
    "desk.accept": _STAFF,
    "desk.correct": _STAFF,
    "desk.decide": frozenset({"department"}),
    "definition.read": _ADMINISTRATOR | _AUDITOR,
    "definition.edit": _ADMINISTRATOR,
    "definition.review": _ADMINISTRATOR,
    "definition.publish": _ADMINISTRATOR,
    "incident.read": _ADMINISTRATOR | _AUDITOR,
    "incident.settle": _ADMINISTRATOR,
    "audit.read": _AUDITOR,
    "journal.read": _AUDITOR,
}


def allows(permission: str, role: str | None) -> bool:
    """Tell whether a role (None: nobody signed in) has a permission; an unknown permission allows nobody."""
    if permission not in PERMISSIONS:
        return False
    if permission in PUBLIC:
        return True
    return role in PERMISSIONS[permission]
