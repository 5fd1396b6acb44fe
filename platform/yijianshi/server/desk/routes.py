"""The handlers of the desk, pages and API."""

from __future__ import annotations

from .api import DeskApi
from .pages import DeskPages

pages = [DeskPages]
api = [DeskApi]
handlers = [*pages, *api]
