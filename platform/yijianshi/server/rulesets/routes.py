"""The handlers of this area."""

from __future__ import annotations

from .api import RulesetsApi
from .pages import RulesetPages

handlers = [RulesetsApi, RulesetPages]
