"""What a panel is: one tab of the designer for one kind of document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...definitions.types import Text
from ..desk import Desk
from ..parts import Part


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab: its name in the address, its title, and what shows the desk in it.

    ``show`` gives the parts of the tab in order; ids of parts are unique over the page.
    """

    name: str
    title: Text
    show: Callable[[Desk], tuple[Part, ...]]
