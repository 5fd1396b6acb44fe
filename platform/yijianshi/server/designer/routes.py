"""The designer's handlers, pages and API."""

from __future__ import annotations

from .api import DesignerApi
from .pages import DesignerPages

pages = [DesignerPages]
api = [DesignerApi]

handlers = [*pages, *api]
