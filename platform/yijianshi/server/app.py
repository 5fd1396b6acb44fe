"""The web application: areas, guards, headers, templates, assets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.template import TemplateConfig

from .context import Platform
from .handling import HANDLERS
from .requests import StrictRequest
from .security.guards import csrf_guard, permission_guard
from .security.headers import dresser
from .security.session import SessionMiddleware
from .settings import Settings
from .static import static_handlers
from .templating import engine

AREAS = (
    "home",
    "accounts",
    "apply",
    "cases",
    "desk",
    "registry",
    "designer",
    "rulesets",
    "audit",
    "incidents",
)
MAX_BODY = 2_000_000
"""A request without files is no larger; handlers that take files say so themselves."""


def create_app(settings: Settings | None = None, platform: Platform | None = None) -> Litestar:
    """Build the application on a platform (one is opened on the settings when none is given)."""
    opened = platform or Platform.open(settings or Settings.from_environment())
    handlers: list[Any] = [
        handler for area in AREAS for handler in import_module(f".{area}.routes", __package__).handlers
    ]

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        yield
        if platform is None:
            opened.close()

    app = Litestar(
        [*handlers, *static_handlers()],
        dependencies={"platform": Provide(lambda: opened, sync_to_thread=False)},
        guards=[permission_guard, csrf_guard],
        middleware=[
            DefineMiddleware(SessionMiddleware),
        ],
        before_send=[dresser(opened.settings.production)],
        exception_handlers=HANDLERS,
        request_class=StrictRequest,
        template_config=TemplateConfig(instance=engine(opened.assets.url)),
        openapi_config=OpenAPIConfig(
            title="一件事 yijianshi",
            version="1",
            openapi_router=Router("/schema", route_handlers=[], opt={"permission": "public"}),
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        request_max_body_size=MAX_BODY,
        lifespan=[lifespan],
        logging_config=None,
        debug=False,
    )
    app.state.platform = opened
    return app
