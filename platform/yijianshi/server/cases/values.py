"""The data of a sub-case as text for reading: titled, in the order of the form, masked where personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...core.bundles.compose import Composition
from ...core.definitions.pointer import MISSING, get
from ...core.definitions.types import Json, text
from ...core.forms.fields import FIELD_TYPES, Field
from ...core.forms.fields.address import AddressField
from .model import Value

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, Lang] = ("zh", "en")


def shown_values(
    composition: Composition, data: Json, reveal: bool, regions: Mapping[str, Any] | None = None
) -> list[Value]:
    """List a sub-case's data by title; personal values are masked unless ``reveal``."""
    values: list[Value] = []
    for pointer, field in composition.fields.items():
        value = get(data, pointer)
        if value is MISSING:
            continue
        # a lone surrogate can be typed and kept, but no page can be written with it
        zh, en = (
            _reading(field, value, lang, reveal, regions).encode("utf-8", "replace").decode()
            for lang in LANGUAGES
        )
        values.append(
            Value(pointer, field.title, text(zh, en), field.sensitivity, is_personal(field) and not reveal)
        )
    return values


def is_personal(field: Field) -> bool:
    """Tell whether a field, or any item of a group, holds personal data."""
    return field.sensitivity in ("personal", "sensitive") or any(map(is_personal, field.items))


def _reading(field: Field, value: Json, lang: Lang, reveal: bool, regions: Mapping[str, Any] | None) -> str:
    """Give a value as text; in a group only the items that are personal are masked."""
    kind = FIELD_TYPES[field.type]
    if field.items and isinstance(value, list):
        return ("；" if lang == "zh" else "; ").join(_row(field, row, lang, reveal, regions) for row in value)
    if is_personal(field) and not reveal:
        return kind.masked(value)
    if isinstance(kind, AddressField) and regions is not None:
        return kind.display_with(value, regions, lang)
    return kind.display(value, field, lang)


def _row(field: Field, row: Json, lang: Lang, reveal: bool, regions: Mapping[str, Any] | None) -> str:
    parts = [
        f"{item.title[lang]}{'：' if lang == 'zh' else ': '}{_reading(item, found, lang, reveal, regions)}"
        for item in field.items
        if (found := get(row, item.pointer)) is not MISSING
    ]
    return ("，" if lang == "zh" else ", ").join(parts)
