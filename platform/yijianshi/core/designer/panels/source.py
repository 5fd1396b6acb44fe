"""The document as JSON, for those who want it: saved as the edits it makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.canonical import MalformedJson, loads
from ...definitions.types import text
from ...forms.html import tag
from ..between import edits_between
from ..controls import id_of, labelled, name_of
from ..desk import Desk
from ..operations import Ground, Refused, Step, operation
from ..parts import Part
from .panel import Panel

_NAME = name_of({"op": "rewrite"})


@operation("rewrite")
def rewrite(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Make the document what the JSON text (``value``) says, by the edits between the two."""
    try:
        document = loads(given["value"])
    except MalformedJson as error:
        raise Refused([error.problem]) from error
    edits = tuple(edits_between(ground.document, document))
    count = len(edits)
    return Step(edits, text(f"在 JSON 中修改了 {count} 处", f"{count} changes made in the JSON"))


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the document as JSON to be edited."""
    refused = desk.problems.get(_NAME)
    shown = str(refused[0]) if refused else json.dumps(desk.document, ensure_ascii=False, indent=2)
    area = tag(
        "textarea",
        {
            "id": id_of(_NAME),
            "name": _NAME,
            "class": "form-control dz-json" + (" is-invalid" if refused else ""),
            "rows": 32,
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
    return (Part("dz-source", labelled(desk, _NAME, "JSON", area) + keep),)


PANEL = Panel("json", text("JSON", "JSON"), show)
