"""The registry's handlers, pages and API."""

from __future__ import annotations

from .api import RegistryApi
from .pages import RegistryPages
from .retiring_routes import RetiringApi, RetiringPages
from .workbooks import WorkbookApi, WorkbookPages

pages = [RegistryPages, RetiringPages, WorkbookPages]
api = [RegistryApi, RetiringApi, WorkbookApi]

handlers = [*pages, *api]
