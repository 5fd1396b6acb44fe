"""The designer's whole state as one value, and what an event of the page makes of it.

An event is a control's name and what it holds now. The name is an operation in JSON without its
value, so the page knows nothing of operations, and a page without script can post all its controls
at once: those that hold what the document already says change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..deadlines import Calendar
from ..definitions.types import Json, Problem, Text, text
from .log import Entry, History, redo, undo
from .offers import Offers, Seeking
from .operations import Done, Ground, Refused, carry_out, refuse
from .sentences import Lang

PRESSED = "do"
"""The name of every button; its value is a whole operation."""

SHOWN = "view:"
"""What the name of a control begins with that changes only how the page is looked at."""

FOCUS = "focus"
"""The setting that says where to go with what is shown: the pointer of a place, or an element's id; it is not kept."""

Event = tuple[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class World:
    """What holds outside the draft: the day it is, the working days, shipped data fields need (``regions``), and whose desk it is."""

    today: date = date(2026, 1, 1)
    calendar: Calendar = field(default_factory=lambda: Calendar((), (), ()))
    data: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on an administrator's desk: a draft, its history, and how he looks at it.

    ``view`` are the page's own settings (tab, what is selected, what is searched for);
    ``problems`` are refusals by the name of the control; ``findings`` are of the last check.
    ``said`` is what a screen reader is told of the last event, ``focus`` the element to go to after it.
    ``offers`` are the test cases that were sought for the draft, or how far the search is.
    """

    ground: Ground
    history: History = field(default_factory=History)
    view: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "zh"
    readonly: bool = False
    problems: Mapping[str, tuple[str | list[str], Problem]] = field(default_factory=dict)
    findings: tuple[Problem, ...] | None = None
    said: Text | None = None
    world: World = field(default_factory=World)
    focus: str | None = None
    offers: Offers | Seeking | None = None

    @property
    def document(self) -> Mapping[str, Any]:
        """The draft."""
        return self.ground.document

    @property
    def kind(self) -> str:
        """The draft's kind."""
        return str(self.document["kind"])

    @property
    def code(self) -> str:
        """The draft's code."""
        return str(self.document["code"])

    def say(self, phrase: Text | Mapping[str, str] | None) -> str:
        """Give a phrase in the language of the page, unescaped."""
        return "" if phrase is None else str(phrase[self.lang])

    def word(self, zh: str, en: str) -> str:
        """Give one of two words by the language of the page."""
        return zh if self.lang == "zh" else en

    def with_document(self, document: Mapping[str, Any]) -> Desk:
        """Give the desk with another state of the draft, which the library then holds, too."""
        library = self.ground.library.with_([document])
        return replace(self, ground=replace(self.ground, document=document, library=library))


def after(desk: Desk, events: Iterable[Event], by: str = "") -> tuple[Desk, list[Entry]]:
    """Carry events out in order; gives the desk after them and the entries for the log.

    What is refused changes nothing; it is in ``problems`` under the control's name with what was typed.
    """
    entries: list[Entry] = []
    problems = dict(desk.problems)
    desk = replace(desk, focus=None)
    for name, value in events:
        if name == SHOWN + FOCUS:
            desk = replace(desk, focus=str(value) or None)
            continue
        if name.startswith(SHOWN):
            desk = replace(desk, view=with_setting(desk.view, name.removeprefix(SHOWN), value))
            continue
        try:
            made = _entry(desk, name, value, by)
        except Refused as refused:
            first = refused.problems[0]
            problems[name] = (value, first)
            desk = replace(desk, said=_joined(first))
            continue
        problems.pop(name, None)
        if made is not None:
            entry, done = made
            entries.append(entry)
            desk = replace(
                desk.with_document(done.document),
                history=desk.history.after(entry),
                said=entry.sentence,
                view={**desk.view, **done.step.shows},
                focus=done.step.focus,
            )
    return replace(desk, problems=problems), entries


def with_setting(view: Mapping[str, str], key: str, value: str | list[str]) -> dict[str, str]:
    """Give the page's settings with one of them changed; an empty one is taken away."""
    shown = value if isinstance(value, str) else ",".join(value)
    changed = {name: kept for name, kept in view.items() if name != key}
    return {**changed, key: shown} if shown else changed


def operation_of(name: str, value: Json) -> dict[str, Any] | None:
    """Read the operation of a control; None when the name is no operation's."""
    if name != PRESSED and not name.startswith("{"):
        return None
    try:
        given = json.loads(str(value) if name == PRESSED else name)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise refuse(
            "",
            "bad-operation",
            text("操作无法识别", "the operation cannot be read"),
            text("请刷新页面后重试", "reload the page and try again"),
        )
    return given if name == PRESSED else {**given, "value": value}


def _entry(desk: Desk, name: str, value: Json, by: str) -> tuple[Entry, Done] | None:
    given = operation_of(name, value)
    if given is None:
        return None
    if given.get("op") == "undo":
        done = undo(desk.ground, desk.history)
        return Entry.of(done, "undo", by), done
    if given.get("op") == "redo":
        done = redo(desk.ground, desk.history)
        return Entry.of(done, "redo", by), done
    if given.get("op") == "sign_unreached":
        # nobody signs with another's name
        given = {**given, "by": by or desk.world.actor}
    if given.get("op") == "keep_tried":
        # a page without script posts what is tried beside the button
        given = {"tried": desk.view.get("try", ""), **given}
    made = carry_out(desk.ground, given)
    return None if made is None else (Entry.of(made, "do", by), made)


def _joined(problem: Problem) -> Text:
    return text(
        f"{problem.message['zh']}。{problem.remedy['zh']}", f"{problem.message['en']}. {problem.remedy['en']}"
    )
