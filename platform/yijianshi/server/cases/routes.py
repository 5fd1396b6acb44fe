"""The handlers of an applicant's cases, pages and API."""

from __future__ import annotations

from .api import CaseApi
from .pages import CasePages

pages = [CasePages]
api = [CaseApi]
handlers = [*pages, *api]
