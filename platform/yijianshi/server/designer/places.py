"""From a place in a document to the page of the designer where it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ...core.designer.addresses import address_of
from ...core.designer.places import tab_for
from ...core.designer.sentences import place_of


def address(document: Mapping[str, Any], pointer: str) -> str:
    """Give the address of the designer's page for a JSON pointer into a document."""
    kind, code = str(document.get("kind")), str(document.get("code"))
    tab = tab_for(kind, pointer)
    return f"/designer/{quote(kind)}/{quote(code)}" + (f"?tab={tab}" if tab else "")


def words(document: Mapping[str, Any], path: Sequence[str], lang: str) -> str:
    """Name a place of a document."""
    return place_of(document, address_of(document, path), "en" if lang == "en" else "zh")
