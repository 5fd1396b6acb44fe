"""What values a field takes, in a form and in the dictionary alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..controls import group, select_field, text_field
from ..desk import Desk
from ..limits import FORMATS, LIMITS, limit_shown, limit_words


def limits_editor(
    desk: Desk, kind: str, schema: Mapping[str, Any], of: Mapping[str, Any], spelled: bool = True
) -> str:
    """Write the limits a field of a type may have; ``of`` names the form's field, nothing the element.

    How a text is spelled is asked only where it is ``spelled``: of whoever says what the field is.
    """
    own = FIELD_TYPES[kind].schema({}) if kind in FIELD_TYPES else {}
    fields = []
    for key, limit in LIMITS.items():
        if kind not in limit.types or not (spelled or limit.kind not in ("format", "pattern")):
            continue
        shown = limit_shown(key, schema[key]) if key in schema else ""
        widest = key in ("minimum", "maximum") and schema.get(key) == own.get(key)
        operation = {"op": "limit_field", **of, "key": key}
        if limit.kind in ("format", "chosen"):
            words = [(name, desk.say(word)) for name, word in FORMATS.items()]
            if limit.kind == "chosen":
                words = [(name, desk.say(word)) for name, (_, word) in limit.chosen.items()]
            if shown and shown not in dict(words):
                words.append((shown, desk.say(limit_words(key, schema[key]))))
            field = select_field(
                desk,
                desk.say(limit.title),
                (),
                words,
                empty=desk.word("不限", "any"),
                operation=operation,
                value=shown,
            )
        else:
            field = text_field(
                desk,
                desk.say(limit.title),
                (),
                kind="text" if limit.kind == "pattern" else limit.kind,
                operation=operation,
                value="" if widest else shown,
            )
        fields.append(field)
    if not fields:
        return ""
    return group(desk.word("取值限制", "Limits"), (tag("div", {"class": "dz-two"}, "".join(fields)),))
