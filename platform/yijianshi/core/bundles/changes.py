"""What is different for an applicant when his form was published anew while he was filling it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..definitions.types import Text, text
from .compose import Composition

_ASKED = ("type", "schema", "options", "unit", "items", "compute", "rules")
_WORDED = ("title", "hint")


def form_changes(old: Composition, new: Composition) -> list[Text]:
    """Tell the differences between two compositions of a bundle, one sentence each, in the form's order."""
    return [*_matters(old, new), *_fields(old, new), *_materials(old, new), *_rulesets(old, new)]


def _matters(old: Composition, new: Composition) -> Iterator[Text]:
    for code, matter in new.matters.items():
        if code not in old.matters:
            title = matter["title"]
            yield text(f"新增事项“{title['zh']}”", f"a matter was added: {title['en']}")
    for code, matter in old.matters.items():
        if code not in new.matters:
            title = matter["title"]
            yield text(f"不再办理事项“{title['zh']}”", f"a matter was taken out: {title['en']}")


def _fields(old: Composition, new: Composition) -> Iterator[Text]:
    before, after = _by_pointer(old), _by_pointer(new)
    for pointer, raw in after.items():
        title, known = raw["title"], before.get(pointer)
        if known is None:
            yield text(f"新增一项：{title['zh']}", f"a question was added: {title['en']}")
        elif any(known.get(key) != raw.get(key) for key in _ASKED) or (
            bool(known["required_by"]) != bool(raw["required_by"])
        ):
            yield text(f"填写要求有变化：{title['zh']}", f"what is asked changed: {title['en']}")
        elif any(known.get(key) != raw.get(key) for key in _WORDED):
            yield text(f"文字有变化：{title['zh']}", f"the wording changed: {title['en']}")
    for pointer, raw in before.items():
        if pointer not in after:
            title = raw["title"]
            yield text(f"不再需要填写：{title['zh']}", f"a question was taken out: {title['en']}")


def _by_pointer(composition: Composition) -> dict[str, Any]:
    return {raw["pointer"]: raw for raw in composition.package["fields"]}


def _materials(old: Composition, new: Composition) -> Iterator[Text]:
    before, after = _asked(old), _asked(new)
    for code, title in after.items():
        if code not in before:
            yield text(f"新增材料：{title['zh']}", f"a material was added: {title['en']}")
    for code, title in before.items():
        if code not in after:
            yield text(f"不再需要材料：{title['zh']}", f"a material is no longer needed: {title['en']}")


def _asked(composition: Composition) -> dict[str, Text]:
    merged = composition.materials_for(composition.matters, composition.package["materials"])
    return {material.code: material.title for material in merged if material.asked}


def _rulesets(old: Composition, new: Composition) -> Iterator[Text]:
    for code in sorted({*old.rulesets, *new.rulesets}):
        if old.rulesets.get(code) != new.rulesets.get(code):
            title = (new.rulesets.get(code) or old.rulesets[code])["title"]
            yield text(f"办理规则有变化：{title['zh']}", f"the rules changed: {title['en']}")
