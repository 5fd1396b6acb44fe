"""The document as JSON, for those who want it: saved as the edits it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from ...definitions.canonical import MalformedJson, loads
from ...definitions.places import line_of
from ...definitions.types import Problem, text
from ...forms.html import tag
from ..between import changes_between, edits_between
from ..controls import id_of, labelled, name_of
from ..desk import Desk
from ..operations import Ground, Refused, Step, operation
from ..parts import Part
from ..sentences import several
from .panel import Panel

_NAME = name_of({"op": "rewrite"})
NEIGHBOURS = 2
"""Of the lines before and after one that is refused, so many are shown with it."""


@operation("rewrite")
def rewrite(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Make the document what the JSON text (``value``) says, by the edits between the two."""
    try:
        document = loads(given["value"])
    except MalformedJson as error:
        raise Refused([error.problem]) from error
    if not isinstance(document, dict):
        return Step(
            tuple(edits_between(ground.document, document)), text("在 JSON 中修改", "Changed in the JSON")
        )
    changes = changes_between(ground.document, document, ground.library)
    said = several(text("在 JSON 中", "In the JSON"), [each.sentence for each in changes])
    return Step(tuple(each.edit for each in changes), said)


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the document as JSON to be edited."""
    refused, around = desk.problems.get(_NAME), ""
    if refused:
        written, problem = str(refused[0]), refused[1]
        around = _around(desk, written, _line(written, problem))
        desk = replace(desk, problems={**desk.problems, _NAME: (written, _in_place(written, problem))})
    shown = str(refused[0]) if refused else json.dumps(desk.document, ensure_ascii=False, indent=2)
    area = tag(
        "textarea",
        {
            "id": id_of(_NAME),
            "name": _NAME,
            "class": "form-control dz-json" + (" is-invalid" if refused else ""),
            "rows": 28,
            "spellcheck": "false",
            "data-late": True,
            "disabled": desk.readonly,
            "aria-describedby": id_of(_NAME) + "-error" if refused else None,
        },
        "\n" + escape(shown),
    )
    keep = tag(
        "button",
        {"type": "submit", "class": "btn btn-primary", "disabled": desk.readonly},
        escape(desk.word("应用修改", "Apply")),
    )
    # above the text, where what is refused is said: the text is longer than a window
    return (Part("dz-source", tag("p", {}, keep) + labelled(desk, _NAME, "JSON", around + area)),)


def _around(desk: Desk, written: str, line: int) -> str:
    """Show the line of a problem between its neighbours, with their numbers."""
    lines = written.split("\n")
    shown = "".join(
        tag("mark" if number == line else "span", {}, escape(f"{number:>5}  {lines[number - 1]}\n"))
        for number in range(max(1, line - NEIGHBOURS), min(len(lines), line + NEIGHBOURS) + 1)
    )
    label = desk.word(f"第 {line} 行前后", f"Around line {line}")
    frame = {"class": "dz-json dz-around", "tabindex": "0", "role": "region", "aria-label": label}
    return tag("pre", frame, shown)


def _line(written: str, problem: Problem) -> int:
    if problem.code == "malformed-json":
        # where reading stopped, as the message has it: not where what was being read begins
        try:
            json.loads(written)
        except json.JSONDecodeError as error:
            return error.lineno
    return line_of(written, problem.pointer)


def _in_place(written: str, problem: Problem) -> Problem:
    """Say of a problem on which line it stands, unless it does already."""
    if problem.code == "malformed-json":
        return problem
    line, at = _line(written, problem), problem.pointer
    zh, en = (f"（{at}）", f" ({at})") if at else ("", "")
    said = text(f"第 {line} 行{zh}：{problem.message['zh']}", f"line {line}{en}: {problem.message['en']}")
    return replace(problem, message=said)


PANEL = Panel("json", text("JSON", "JSON"), show)
