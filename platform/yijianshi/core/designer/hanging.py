"""What goes from other fields when a field goes: their conditions on it, and what is computed of it."""

from __future__ import annotations

from ..definitions.library import Library
from ..definitions.types import Text, text
from .layout import Form, said_of

_NAMED = 5
"""So many losses are told of; of more, how many."""


def with_losses(library: Library, said: Text, before: Form, after: Form) -> Text:
    """Add to the sentence of a removal what the fields that stay have lost by it."""
    lost = _losses(library, before, after)
    if not lost:
        return said
    zh = "；".join([said["zh"], *(each["zh"] for each in lost[:_NAMED])])
    en = "; ".join([said["en"], *(each["en"] for each in lost[:_NAMED])])
    more = len(lost) - _NAMED
    return text(zh + f"；另有 {more} 处", en + f"; and {more} more") if more > 0 else text(zh, en)


def _losses(library: Library, before: Form, after: Form) -> list[Text]:
    found: list[Text] = []
    for pointer in after.everything():
        said = said_of(after, library, pointer)
        if said is None:
            continue
        zh, en = said.title["zh"], said.title["en"]
        shown, left = before.shown_when(pointer)[0], after.shown_when(pointer)[0]
        if shown is not None and left is None:
            found.append(text(f"“{zh}”改为始终显示", f"“{en}” is always shown now"))
        elif shown != left:
            found.append(text(f"“{zh}”的显示条件减少", f"“{en}” is shown on fewer conditions"))
        needed, still = before.required_when(pointer), after.required_when(pointer)
        if needed is not None and still is None and not after.required(pointer):
            found.append(text(f"“{zh}”改为选填", f"“{en}” is optional now"))
        elif needed != still:
            found.append(text(f"“{zh}”的必填条件减少", f"“{en}” is required on fewer conditions"))
        computed, now = ((form.leaf(pointer) or {}).get("x-compute") for form in (before, after))
        if computed is not None and now is None:
            found.append(text(f"“{zh}”不再自动计算", f"“{en}” is computed no longer"))
    return found
