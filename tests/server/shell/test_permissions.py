"""Every route, every method, every role: held against the one table of permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from yijianshi.server.demo import ACCOUNTS
from yijianshi.server.handling import HANDLERS
from yijianshi.server.security.guards import permission_guard
from yijianshi.server.security.permissions import PERMISSIONS, PUBLIC, allows

from tests.server.shell.conftest import Program

Client = TestClient[Litestar]
NOBODY = None
ROLES = {"administrator": "admin", "applicant": "applicant", "window": "window", "department": "staff",
         "auditor": "auditor"}  # fmt: skip


def operations(app: Litestar) -> list[tuple[str, str, str]]:
    """Every (method, path with made-up parameters, permission) of the application."""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        path = "".join(
            part if isinstance(part, str) else ("1" if part.type is int else "made-up")
            for part in _with_slashes(route.path_components)
        )
        for method, (handler, _) in route.route_handler_map.items():
            if method in ("OPTIONS", "HEAD"):
                continue
            found.append((method, path, str(handler.opt.get("permission", ""))))
    return found


def _with_slashes(components: Any) -> list[Any]:
    parts: list[Any] = []
    for component in components:
        parts += ["/", component]
    return parts or ["/"]


def test_every_handler_names_a_permission_of_the_table(app: Litestar) -> None:
    listed = operations(app)
    assert len(listed) > 80
    assert {permission for _, _, permission in listed} <= set(PERMISSIONS)


def test_every_permission_of_the_table_is_used(app: Litestar) -> None:
    assert set(PERMISSIONS) - {"public"} <= {permission for _, _, permission in operations(app)}


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_route_for_every_role(
    app: Litestar, bearing: Callable[[str], Program], anyone: Client, role: str | None
) -> None:
    client = bearing(ROLES[role]) if role else anyone
    wrong = []
    for method, path, permission in operations(app):
        if (path, method) in (("/api/v1/tokens", "DELETE"), ("/sign-in", "POST")):
            continue  # the one would end the session under test, the other answers 401 to a wrong password
        headers = {} if role else {"x-csrftoken": "none"}
        answer = client.request(method, path, headers=headers, follow_redirects=False)
        refused = answer.status_code in (401, 403)
        if not role and method != "GET" and allows(permission, role):
            continue  # a browser without a token is refused for that reason, tested elsewhere
        if refused == allows(permission, role) or answer.status_code >= 500:
            wrong.append(f"{role} {method} {path} ({permission}): {answer.status_code}")
    assert wrong == []


def test_a_handler_without_a_permission_is_closed_to_all() -> None:
    @get("/open")
    async def forgotten() -> str:
        return "open"

    class Anyone:
        role = "administrator"

    from litestar.connection import ASGIConnection
    from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

    class Always(AbstractAuthenticationMiddleware):
        async def authenticate_request(
            self, connection: ASGIConnection[Any, Any, Any, Any]
        ) -> AuthenticationResult:
            return AuthenticationResult(user=Anyone(), auth="token")

    small = Litestar([forgotten], guards=[permission_guard], middleware=[Always], exception_handlers=HANDLERS)
    with TestClient(small) as client:
        assert client.get("/open", headers={"accept": "application/json"}).status_code == 403


def test_the_table_itself() -> None:
    assert not allows("made.up", "administrator")
    assert all(allows(permission, None) == (permission in PUBLIC) for permission in PERMISSIONS)
    assert {role for _, role, _ in ACCOUNTS} == set(ROLES)
    # who publishes is not who decides, and nobody but auditors reads the journal
    assert PERMISSIONS["definition.publish"].isdisjoint(PERMISSIONS["desk.decide"])
    assert PERMISSIONS["journal.read"] == {"auditor"}
