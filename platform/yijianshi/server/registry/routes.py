"""The registry's handlers, pages and API."""

from __future__ import annotations

from .api import RegistryApi
from .pages import RegistryPages

pages = [RegistryPages]
api = [RegistryApi]

handlers = [*pages, *api]
