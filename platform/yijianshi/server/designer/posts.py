"""What the designer's pages post: a plain form, or events with the page that they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.designer.desk import PRESSED, SHOWN, Event, operation_of, with_setting
from ...core.designer.operations import Refused
from .service import Sent

MAX_SETTING = 20_000
"""Characters of one setting; what is typed into a preview is one."""

MAX_PAGE = 40
"""Characters of a page's name."""

_TRIED = ("_asked", "_add", "_remove", "_sample", "_on")
_RENAMES = ("rename_option", "rename_field")


@dataclass
class EventsBody:
    """Events of the page: the revision it shows, its settings, and pairs of control and value.

    ``quiet`` asks for no HTML: the page has it from its own Python. ``page`` names the page for as long
    as it is open, and ``numbers`` count its events: what comes twice is carried out once. ``leaving``
    tells that it is being closed: it lets go of the draft.
    """

    revision: int
    view: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, Any]] = field(default_factory=list)
    quiet: bool = False
    page: str = ""
    numbers: list[int] = field(default_factory=list)
    leaving: bool = False

    @property
    def sent(self) -> Sent | None:
        """Who sent the events, where the page says so."""
        told = self.page and len(self.numbers) == len(self.events) > 0
        return Sent(self.page[:MAX_PAGE], tuple(self.numbers)) if told else None


def settings(given: Mapping[str, Any]) -> dict[str, str]:
    """Read a page's settings: short texts by short names."""
    return {
        str(key)[:40]: str(value)[:MAX_SETTING]
        for key, value in list(given.items())[:20]
        if isinstance(value, str) and value
    }


def read_post(pairs: list[tuple[str, str]]) -> tuple[dict[str, str], list[Event]]:
    """Read a plain post: the page's settings after it, and an event for each control.

    A list's boxes come as several values of one name; the hidden empty one tells that none is chosen.
    What was typed into a preview (names that are pointers) becomes one setting of the page.
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        # a form posts every new line as two characters
        values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    # the fields come in no order to be relied on: what a control says goes over what the page had
    view = settings(json.loads(values["_view"][-1])) if "_view" in values else {}
    events: list[Event] = []
    for name, given in values.items():
        if name.startswith(SHOWN):
            view = with_setting(view, name.removeprefix(SHOWN), given[-1])
        elif not name.startswith(("_", "/")):
            events.append((name, given if len(given) > 1 else given[0]))
    tried = [pair for pair in pairs if pair[0].startswith("/") or pair[0] in _TRIED]
    # a button that begins anew goes over what stands in the fields
    if tried and SHOWN + "try" not in values:
        view["try"] = json.dumps(tried, ensure_ascii=False)
    events.sort(key=_turn)
    return view, events


def _turn(event: Event) -> int:
    """Tell when its turn is: what was typed, then the button that was pressed, then what renames what these name."""
    if event[0] == PRESSED:
        return 1
    try:
        given = operation_of(event[0], "")
    except Refused:
        return 0
    op = (given or {}).get("op")
    return _RENAMES.index(op) + 2 if op in _RENAMES else 0


def value_of(value: Any) -> str | list[str]:
    """Read what a control holds: a text, or of a list of boxes several."""
    return [str(each) for each in value] if isinstance(value, list) else str(value)
