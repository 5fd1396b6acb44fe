"""The designer's handlers, pages and API."""

from __future__ import annotations

from .api import DesignerApi
from .last_words_pages import LastWordsPages
from .pages import DesignerPages
from .review_api import ReviewApi
from .review_pages import ReviewPages
from .workbook_pages import RulesetBookPages

pages = [DesignerPages, LastWordsPages, ReviewPages, RulesetBookPages]
api = [DesignerApi, ReviewApi]

handlers = [*pages, *api]
