"""What the designer's home page shows: bundles as cards, everything else in lists, and what state each is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core.deadlines import promised
from ...core.definitions.kinds import KIND_NAMES
from ...core.definitions.library import KINDS, UnknownReference
from ...core.definitions.types import Json, text
from ...core.designer.codes import suggest
from ..context import Platform
from ..registry import reviewing
from ..registry.model import Item
from .service import DesignerService

STATES = {
    "draft": text("草稿", "draft"),
    "sent_back": text("已退回", "sent back"),
    "in_review": text("审核中", "in review"),
    "published": text("已发布", "published"),
    "retired": text("已停用", "retired"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A definition on the home page: its newest content, its state, and where it stands."""

    item: Item
    document: Mapping[str, Any]
    state: str

    @classmethod
    def of(cls, item: Item) -> Card:
        """Read a line of the registry's list."""
        newest = item.draft or item.version
        document = newest.document if newest is not None else {}
        if item.draft is not None:
            state: str = "sent_back" if item.draft.sent_back else item.draft.state
        elif item.version is not None and item.version.retired_at:
            state = "retired"
        else:
            state = "published"
        return cls(item, document, state)

    @property
    def lead(self) -> Mapping[str, str] | None:
        """The department that leads or handles it, None for what has none."""
        department = self.document.get("lead") or self.document.get("department")
        name = department.get("name") if isinstance(department, Mapping) else None
        return name if isinstance(name, Mapping) else None


def home(platform: Platform, kind: str, search: str, state: str, new: str, title: str) -> dict[str, Any]:
    """Give what the page needs; ``new`` and ``title`` fill in the form for a new definition."""
    everything = [Card.of(item) for item in platform.registry.items(None, search)]
    fitting = [card for card in everything if not state or _in(card, state)]
    shown = [card for card in fitting if not kind or card.item.kind == kind]
    return {
        "promised": promised,
        "bundles": [card for card in shown if card.item.kind == "bundle"],
        "others": {
            each: cards
            for each in ("matter", "ruleset", "material", "element")
            if (cards := _unfinished_first([card for card in shown if card.item.kind == each]))
        },
        "counts": {each: sum(_in(card, each) for card in everything) for each in (*STATES, "unverified")},
        "states": {**STATES, "unverified": text("含待核实内容", "with unverified facts")},
        "waiting": len(reviewing.waiting(platform.registry)),
        "state": state,
        "kinds": KIND_NAMES,
        "kind": kind,
        "search": search,
        "new": new if new in KINDS else "bundle",
        "new_title": title,
        "opened": bool(kind or search or state),
    }


def _unfinished_first(cards: list[Card]) -> list[Card]:
    """What is being worked on stands before the many that are published."""
    return sorted(cards, key=lambda card: card.item.draft is None)


def _in(card: Card, state: str) -> bool:
    if state == "unverified":
        return bool(card.item.unverified) or card.document.get("verified") is not True
    return card.state == state


def code_for(platform: Platform, kind: str, english: str) -> str:
    """Suggest a code for a new definition."""
    return suggest(kind, english, {item.code for item in platform.registry.items(kind)})


def exported(designer: DesignerService, kind: str, code: str) -> list[Mapping[str, Json]]:
    """Give a definition as it stands in the designer with everything it refers to, as an import reads it."""
    document = designer.opened(kind, code).document
    try:
        return list(designer.library().with_([document]).closure(kind, code))
    except UnknownReference:
        # it refers to what is not there yet: what there is goes out alone
        return [document]
