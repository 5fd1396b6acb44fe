"""The registry's handlers, pages and API."""

from __future__ import annotations

from .api import RegistryApi
from .national import CatalogueApi, CataloguePage
from .pages import RegistryPages
from .retiring_routes import RetiringApi, RetiringPages
from .workbooks import WorkbookApi, WorkbookPages

pages = [CataloguePage, RegistryPages, RetiringPages, WorkbookPages]
api = [CatalogueApi, RegistryApi, RetiringApi, WorkbookApi]

handlers = [*pages, *api]
