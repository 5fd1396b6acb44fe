"""From a place in a document to the page of the designer where it is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ...core.definitions.library import KINDS
from ...core.definitions.types import Text
from ...core.designer.addresses import address_of
from ...core.designer.places import way_to
from ...core.designer.sentences import place_of
from ..registry.model import Draft, Version
from ..registry.service import RegistryService


def address(document: Mapping[str, Any], pointer: str, finding: str = "") -> str:
    """Give the address of the designer's page for a JSON pointer into a document, at its control.

    ``finding`` is the code of what was found there: some findings are mended on another tab.
    """
    kind, code = str(document.get("kind")), str(document.get("code"))
    view = {key: value for key, value in way_to(document, pointer, finding).items() if value}
    return f"/designer/{quote(kind)}/{quote(code)}" + (f"?{urlencode(view)}" if view else "")


@dataclass(frozen=True, slots=True)
class Way:
    """The way back to what something was begun from; ``code`` is what ``way_back`` is asked with."""

    code: str
    title: Text
    address: str


def way_back(registry: RegistryService, code: str, tab: str) -> Way | None:
    """Give the way back to a tab of a bundle, or of what ``kind/code/tab`` names; None when there is no such thing."""
    kind, name, tab = code.split("/") if code.count("/") == 2 else ("bundle", code, tab)
    if kind not in KINDS or not name:
        return None
    known: Draft | Version | None = registry.draft(kind, name)
    if known is None:
        known = next(reversed(registry.versions(kind, name)), None)
    there = f"/designer/{kind}/{quote(name)}?tab={quote(tab)}"
    return None if known is None else Way(code, known.title, there)


def words(document: Mapping[str, Any], path: Sequence[str], lang: str) -> str:
    """Name a place of a document."""
    return place_of(document, address_of(document, path), "en" if lang == "en" else "zh")
