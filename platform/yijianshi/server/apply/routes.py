"""The handlers of applying: pages and their API twins."""

from __future__ import annotations

from .api import api
from .pages import pages

handlers = [*pages, *api]
