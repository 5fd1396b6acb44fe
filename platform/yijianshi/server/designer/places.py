"""From a place in a document to the page of the designer where it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ...core.definitions.pointer import tokens
from ...core.designer.addresses import address_of
from ...core.designer.panels import PANELS
from ...core.designer.sentences import place_of


def address(document: Mapping[str, Any], pointer: str) -> str:
    """Give the address of the designer's page for a JSON pointer into a document."""
    kind, code = str(document.get("kind")), str(document.get("code"))
    panels = [panel.name for panel in PANELS.get(kind, ())]
    path = tokens(pointer)
    tab = next((name for name in _TABS.get(path[0] if path else "", ()) if name in panels), "")
    return f"/designer/{quote(kind)}/{quote(code)}" + (f"?tab={tab}" if tab else "")


def words(document: Mapping[str, Any], path: Sequence[str], lang: str) -> str:
    """Name a place of a document."""
    return place_of(document, address_of(document, path), "en" if lang == "en" else "zh")


_TABS: Mapping[str, tuple[str, ...]] = {
    "form": ("form",),
    "materials": ("materials",),
    "results": ("results", "about"),
    "statutory_limit": ("limits",),
    "promised_limit": ("limits",),
    "matters": ("matters",),
    "situations": ("situations",),
    "sections": ("merged", "form"),
    "rulesets": ("rulesets",),
    "promise": ("savings", "about"),
    "baseline": ("savings", "about"),
    "rules": ("rules",),
    "facts": ("facts",),
    "parameters": ("parameters",),
    "cases": ("cases",),
}
"""The tabs that show a key of a document, the best first."""
