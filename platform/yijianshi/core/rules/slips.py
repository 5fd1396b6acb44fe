"""Slips found while a ruleset is read: each with its place, and none for a place that is known to be broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import within
from ..definitions.types import Json, Problem, Text, text
from .shapes import is_text, label_problems


class Slips:
    """What is wrong with a document, as it comes up."""

    def __init__(self, broken: frozenset[str]) -> None:
        self.broken = broken
        self.problems: list[Problem] = []

    def refuse(
        self, pointer: str, code: str, message: Text, remedy: Text, reads: tuple[str, ...] | None = None
    ) -> None:
        """Note a problem, unless one of the places it is read from is known to be broken."""
        self.note(Problem(pointer, code, message, remedy), reads)

    def note(self, problem: Problem, reads: tuple[str, ...] | None = None) -> None:
        """Note a problem that was made elsewhere, unless what it is read from is known to be broken."""
        if not self.spoiled(*((problem.pointer,) if reads is None else reads)):
            self.problems.append(problem)

    def spoiled(self, *places: str) -> bool:
        """Tell whether something is broken at one of the places, above or under it."""
        return any(within(place, each) or within(each, place) for place in places for each in self.broken)

    def mapping(self, value: Json, pointer: str) -> Mapping[str, Any]:
        """Give an object as it is, and an empty one for what is none."""
        if isinstance(value, Mapping):
            return value
        self.refuse(
            pointer,
            "wrong-type",
            text("这里应为对象", "an object is wanted here"),
            text("请改为 {…}", "write {…}"),
        )
        return {}

    def labelled(self, raw: Json, pointer: str) -> Mapping[str, Any]:
        """Read an object with a title, a unit, a basis."""
        declared = self.mapping(raw, pointer)
        for problem in label_problems(declared, pointer):
            self.note(problem)
        return declared


def title_of(declared: Mapping[str, Any]) -> Text | None:
    """Give a title that has both languages."""
    title = declared.get("title")
    return title if is_text(title) else None


def unit_of(declared: Mapping[str, Any]) -> str | None:
    """Give a unit that is a text."""
    unit = declared.get("unit")
    return unit if isinstance(unit, str) else None
