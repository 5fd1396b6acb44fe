"""Where the designer shows a place of a document: on which tab, with what selected, at which control."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from ..definitions.pointer import MISSING, is_index, tokens
from ..rules.order import reading_order
from .addresses import Address, begins_with, get
from .desk import Desk
from .panels import PANELS, Panel
from .panels.rules_controls import slug
from .ruleset_parts import CASES_OF_PAGE, NAMED_HERE, ROWS_OF_PAGE, outcomes_of
from .standing import about, field_at, place_of, typed_at

_CONTROL = re.compile(r'id="(c[0-9a-f]{12}(?:-0)?)" name="([^"]*)"')
"""A control with a label as the panels write it."""


def tab_of(desk: Desk) -> Panel:
    """Give the tab that is open: the one the view names, else the first."""
    panels = PANELS[desk.kind]
    return next((panel for panel in panels if panel.name == desk.view.get("tab")), panels[0])


def way_to(document: Mapping[str, Any], pointer: str, code: str = "") -> dict[str, str | None]:
    """Give the page's settings that show a place of a document and go to its control.

    ``code`` is of the finding at the place.
    """
    tab, select, page = tab_for(str(document.get("kind")), pointer, code), None, 0
    address, path = typed_at(document, pointer), tokens(pointer)
    if tab in ("form", "questions"):
        select = field_at(document, address)
        if select is None and address[1:3] == ("ui", "elements") and len(address) > 3:
            select = f"section:{address[3]}"
    elif tab == "rules" and len(address) > 1:
        order = reading_order(document)
        named = _naming(document, address[1]) if address[0] == "names" else address[1]
        select = named if named in order else None
        page = order.index(named) // ROWS_OF_PAGE if named in order else 0
    elif tab == "cases" and len(path) > 2 and is_index(path[2]):
        page = int(path[2]) // CASES_OF_PAGE
        select = address[2] if len(address) > 2 else None
    shown = str(page) if page else None
    return {"tab": tab, "select": select, "side": None, "page": shown, "focus": pointer or f"dz-tab-{tab}"}


def control_at(desk: Desk, pointer: str) -> str:
    """Give the element id of the control for a place, on the tab that is open.

    That is the one for the place itself or the nearest around it, else the first for what lies in it; where there is
    none, or nothing can be typed, what the row or the list has to press, and at last the way to the tab.
    """
    address, tab = typed_at(desk.document, pointer), tab_of(desk)
    shown = "".join(part.html() for part in tab.show(desk))
    best: tuple[int, str] | None = None
    for found in _CONTROL.finditer("" if desk.readonly else shown):
        name = unescape(found[2])
        exact = place_of(desk.kind, name)
        place = about(desk.kind, name) if exact is None else exact
        worth = _worth(desk.document, address, place)
        if worth and exact is None:
            # what has to do with a thing is no nearer to it than what lies in it
            worth = worth // 2 * 2
        if worth and (best is None or worth > best[0]):
            best = worth, found[1]
    if best:
        return best[1]
    pressed = (each for each in _pressed(desk.document, address) if _is_open(shown, each))
    return next(pressed, f"dz-tab-{tab.name}")


def _pressed(document: Mapping[str, Any], address: Address) -> Iterator[str]:
    """Name what can be pressed about a place that has no control, the nearest first."""
    start = address[:1]
    if start == ("rules",) and len(address) > 1:
        yield f"dz-r-{slug(address[1])}-open"
    if address[:2] == ("tests", "cases") and len(address) > 2:
        yield f"dz-c-{slug(address[2])}-open"
    if start == ("order",):
        # any row that is moved puts the order right
        yield from (f"dz-r-{slug(name)}-down" for name in reading_order(document)[:1])
    if start:
        yield _ADDED.get(start[0], "")


def _is_open(shown: str, identifier: str) -> bool:
    found = re.search(rf'<[^<>]* id="{re.escape(identifier)}"[^<>]*>', shown) if identifier else None
    return found is not None and " disabled" not in found[0]


def _naming(document: Mapping[str, Any], code: str) -> str | None:
    """Name the first rule of which an outcome has a code that is called something."""
    for name in reading_order(document):
        if any(
            each.get(kind) == code for each in outcomes_of(document["rules"][name]) for kind in NAMED_HERE
        ):
            return name
    return None


def focus_of(desk: Desk) -> str | None:
    """Give the element id to go to: where that is said by the pointer of a place, its control."""
    return control_at(desk, desk.focus) if desk.focus and desk.focus.startswith("/") else desk.focus


def _worth(document: Mapping[str, Any], wanted: Address, place: Address | None) -> int:
    """Tell how well the place of a control fits the one that is wanted."""
    if place is None:
        return 0
    if begins_with(wanted, place):
        return 2 * len(place) + 1
    if begins_with(place, wanted):
        return 2 * len(wanted)
    if get(document, wanted) is MISSING and begins_with(place, wanted[:-1]):
        # what is not there yet is asked for beside what is
        return 2 * len(wanted) - 2
    return 0


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
_ADDED: Mapping[str, str] = {
    "rules": "dz-add-rule",
    "order": "dz-add-rule",
    "names": "dz-add-rule",
    "facts": "dz-f-search",
    "parameters": "dz-add-parameter",
    "tests": "dz-add-case",
}
"""What a list of a ruleset is begun or gone through with, by its key."""
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
    **dict.fromkeys(("title", "description", "basis", "source", "verified"), ("about",)),
    **dict.fromkeys(
        ("effective_from", "effective_to", "decides", "dated_by", "series", "combine"), ("about",)
    ),
}
"""The tabs that show a key of a document, the best first."""
