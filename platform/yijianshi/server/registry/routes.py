"""The registry's handlers, pages and API."""

from __future__ import annotations

from .api import RegistryApi
from .pages import RegistryPages
from .retiring_routes import RetiringApi, RetiringPages

pages = [RegistryPages, RetiringPages]
api = [RegistryApi, RetiringApi]

handlers = [*pages, *api]
