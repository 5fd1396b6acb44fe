"""Test cases sought for the draft of a ruleset: for the page that shows them, and for whoever asks the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...core.definitions.types import Json
from ...core.designer.desk import Desk
from ...core.designer.offers import ASKED, Offers, Seeking
from ..context import Platform
from ..errors import Refusal
from ..registry import refusals

PATIENT = 1.0
"""Seconds that one question waits for the search."""


def sought(platform: Platform, kind: str, code: str, asked: str) -> dict[str, Json]:
    """Ask for the cases worth adding to a draft; ``status``: running (ask again), done or stopped. Refusal 404, 422."""
    found = platform.rulesets.sought(_ruleset(platform, kind, code), asked, PATIENT)
    if isinstance(found, Offers):
        return {"status": "done", **found.to_json()}
    far = found or Seeking()
    return {
        "status": "stopped" if found is None else "running",
        "reached": far.reached,
        "goals": far.goals,
        "said": dict(far.said),
    }


def given_up(platform: Platform, kind: str, code: str) -> bool:
    """Stop the search for a draft's cases; tells whether one was under way. Refusal 404."""
    _ruleset(platform, kind, code)
    return platform.rulesets.give_up(code)


def with_offers(platform: Platform, desk: Desk, wait: float) -> Desk:
    """Put on the desk what is offered, when the page asks for it; rules that are not sound say so themselves."""
    asked = desk.view.get(ASKED)
    if desk.kind != "ruleset" or not asked or desk.readonly or desk.view.get("tab") != "cases":
        return desk
    try:
        return replace(desk, offers=platform.rulesets.sought(desk.document, asked, wait))
    except Refusal:
        return desk


def _ruleset(platform: Platform, kind: str, code: str) -> Mapping[str, Any]:
    if kind != "ruleset":
        raise refusals.not_found(kind, code)
    return platform.designer.opened(kind, code).document
