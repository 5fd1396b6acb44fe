"""Which tab of the designer shows a place of a document."""

from __future__ import annotations

from collections.abc import Mapping

from ..definitions.pointer import tokens
from .panels import PANELS


def tab_for(kind: str, pointer: str, code: str = "") -> str:
    """Give the name of the tab that shows the place of a JSON pointer; the first when none does alone.

    ``code`` is of the finding at the place: some are mended elsewhere than they are found.
    """
    panels = [panel.name for panel in PANELS.get(kind, ())]
    path = tokens(pointer)
    wanted = _MENDED.get(code) or (_TABS.get(path[0], ()) if path else ())
    return next((name for name in wanted if name in panels), panels[0] if panels else "")


_MENDED: Mapping[str, tuple[str, ...]] = {
    "place-conflict": ("form",),
    "rule-never-met": ("cases",),
    "steps-missing": ("limits",),
    "steps-over-promise": ("limits",),
    "steps-under-promise": ("limits",),
    "days-without-step": ("limits",),
    "delivery-late": ("limits",),
}
_TABS: Mapping[str, tuple[str, ...]] = {
    "form": ("form",),
    "materials": ("materials",),
    "results": ("results", "about"),
    "statutory_limit": ("limits",),
    "promised_limit": ("limits",),
    "warn_days": ("limits",),
    "matters": ("matters",),
    "situations": ("questions",),
    "sections": ("form",),
    "rulesets": ("rulesets",),
    "promise": ("about",),
    "baseline": ("savings", "about"),
    "steps": ("savings",),
    "visits": ("savings",),
    "rules": ("rules",),
    "order": ("rules",),
    "facts": ("facts",),
    "parameters": ("parameters",),
    "tests": ("cases",),
}
"""The tabs that show a key of a document, the best first."""
