"""The buttons that move one of a list and take it out: sections, fields, matters, materials, options, fields of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..controls import button
from ..desk import Desk

Operation = Mapping[str, Any]


def before_next(operation: Operation, order: Sequence[str], number: int) -> tuple[Operation, Operation]:
    """Give what moves one of ``order`` up and what moves it down, where an operation says what it comes ``before``."""
    above = order[number - 1] if number else None
    below = order[number + 2] if number + 2 < len(order) else None
    return {**operation, "before": above}, {**operation, "before": below}


def ordering(
    desk: Desk,
    moves: tuple[Operation, Operation],
    number: int,
    count: int,
    called: str,
    place: str,
    look: str = "",
) -> str:
    """Write the buttons that move the item at ``number`` of ``count`` up and down; ``called`` is what it is called.

    Their ids are ``place`` with ``-up`` and ``-down``. A button that can go no further is shut, and what is shut
    holds no focus: it goes to the other one.
    """
    last = count - 1
    ways = (
        ("up", "↑", desk.word("上移", "Move up"), number == 0, "down" if number <= 1 else "up"),
        ("down", "↓", desk.word("下移", "Move down"), number == last, "up" if number + 1 >= last else "down"),
    )
    return "".join(
        button(
            desk,
            move,
            f"{word}{desk.word('：', ': ')}{called}",
            icon=icon,
            attributes={
                "id": f"{place}-{way}",
                "class": look,
                "disabled": shut,
                "data-focus": f"{place}-{focus}",
            },
        )
        for move, (way, icon, word, shut, focus) in zip(moves, ways, strict=True)
    )


def item_tools(
    desk: Desk,
    moves: tuple[Operation, Operation],
    drop: Operation,
    number: int,
    count: int,
    called: str,
    place: str,
    out: str = "",
) -> str:
    """Write the buttons of an item that is moved and taken out; ``out`` is the word for that when it is not deleting."""
    look = "btn-outline-secondary"
    label = f"{out or desk.word('删除', 'Remove')}{desk.word('：', ': ')}{called}"
    away = button(desk, drop, label, icon="✕", attributes={"class": look})
    return ordering(desk, moves, number, count, called, place, look) + away
