"""Findings written beside what they are about: a control, a card, a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

from ..definitions.types import Problem, Text, text
from ..forms.html import tag
from .addresses import Address
from .desk import Desk
from .sentences import in_words
from .standing import found_at, place_of

SEVERITIES: dict[str, Text] = {
    "error": text("错误", "error"),
    "warning": text("警告", "warning"),
    "note": text("提示", "note"),
}


def said_of(desk: Desk, problem: Problem) -> tuple[str, str]:
    """Write how grave a finding is, and what it says; definitions are called by their titles."""
    mark = tag(
        "span", {"class": f"dz-mark dz-{problem.severity}"}, escape(desk.say(SEVERITIES[problem.severity]))
    )
    message, remedy = (
        in_words(desk.document, each, desk.lang, desk.ground.library, problem.pointer)
        for each in (problem.message, problem.remedy)
    )
    return mark, escape(f"{message}{desk.word('。', '. ')}{remedy}")


def found_by(desk: Desk, name: str) -> tuple[Problem, ...]:
    """Give what was found at the place of a control, by its name."""
    place = place_of(desk.kind, name) if desk.findings else None
    return found_at(desk.document, desk.findings, place) if place else ()


def found_in(desk: Desk, address: Address, but: Collection[str] = ()) -> tuple[Problem, ...]:
    """Give what was found at an address or below it, without what lies below its keys in ``but``."""
    return found_at(desk.document, desk.findings, address, but)


def notes(desk: Desk, problems: Iterable[Problem], identifier: str | None = None) -> str:
    """Write findings beside what they are about; nothing when there are none."""
    lines = [" ".join(said_of(desk, problem)) for problem in problems]
    if not lines:
        return ""
    return tag("div", {"class": "dz-beside", "id": identifier}, "".join(tag("p", {}, line) for line in lines))
