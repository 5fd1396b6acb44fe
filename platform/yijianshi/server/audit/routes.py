"""The handlers of the auditor's room, pages and API."""

from __future__ import annotations

from .api import AuditApi
from .pages import AuditPages

pages = [AuditPages]
api = [AuditApi]
handlers = [*pages, *api]
