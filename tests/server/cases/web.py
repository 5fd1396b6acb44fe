"""The areas of cases by themselves: their handlers, the real guards, error pages and templates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult, DefineMiddleware
from litestar.template import TemplateConfig
from litestar.testing import TestClient

from yijianshi.server.audit.routes import handlers as audit
from yijianshi.server.cases.routes import handlers as cases
from yijianshi.server.context import Platform
from yijianshi.server.desk.routes import handlers as desk
from yijianshi.server.handling import HANDLERS
from yijianshi.server.incidents.routes import handlers as incidents
from yijianshi.server.security.guards import csrf_guard, permission_guard
from yijianshi.server.settings import Settings
from yijianshi.server.templating import engine

from tests.core.cases.samples import CALENDAR
from tests.server.cases.samples import (
    ADMINISTRATOR,
    APPLICANT,
    AUDITOR,
    HOUSING,
    OTHER,
    UTILITIES,
    WINDOW,
    Office,
)

PEOPLE = {a.id: a for a in (ADMINISTRATOR, APPLICANT, AUDITOR, HOUSING, OTHER, UTILITIES, WINDOW)}


class SignedIn(AbstractAuthenticationMiddleware):
    """Whoever the test says is signed in."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        who = PEOPLE.get(connection.headers.get("x-user", ""))
        return AuthenticationResult(user=who, auth="token" if who else None)


def client_of(office: Office, registry: Any = None) -> TestClient[Litestar]:
    """Open the four areas on an office."""
    # of the platform only what these areas call is there
    platform = object.__new__(Platform)
    for name, value in {
        "accounts": SimpleNamespace(display_names=lambda names: {}),
        "settings": Settings(),
        "store": office.store,
        "clock": office.clock,
        "calendar": CALENDAR,
        "cases": office.cases,
        "incidents": office.incidents,
        "registry": registry,
    }.items():
        object.__setattr__(platform, name, value)
    app = Litestar(
        [*cases, *desk, *audit, *incidents],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False)},
        guards=[permission_guard, csrf_guard],
        middleware=[DefineMiddleware(SignedIn)],
        exception_handlers=HANDLERS,
        template_config=TemplateConfig(instance=engine(lambda name: f"/static/{name}")),
    )
    app.state.platform = platform
    return TestClient(app, raise_server_exceptions=False)


def as_(account: Any, lang: str = "zh") -> dict[str, Any]:
    """Give the request options of somebody."""
    return {"headers": {"x-user": account.id, "cookie": f"yijianshi_lang={lang}"}, "follow_redirects": False}
