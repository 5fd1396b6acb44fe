"""The tabs of the designer, by kind of document; importing this makes every operation known."""

from __future__ import annotations

from collections.abc import Mapping

from . import dictionary, source
from .panel import Panel

PANELS: Mapping[str, tuple[Panel, ...]] = {
    "element": (dictionary.ELEMENT, source.PANEL),
    "material": (dictionary.MATERIAL, source.PANEL),
    "matter": (source.PANEL,),
    "bundle": (source.PANEL,),
    "ruleset": (source.PANEL,),
}

__all__ = ["PANELS", "Panel"]
