"""A postal address: province, city, county, town from shipped data, and the rest as text.

Without script the lists are narrowed by what has been chosen when the page comes back (there
is a button for it); with script they are narrowed at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import Json, Text, text
from ..html import identifier, tag, text_of
from ..messages import FieldError
from .base import Field, FieldState, FieldType, Posted, as_text, described, error_html, fieldset, first

LEVELS: tuple[tuple[str, Text], ...] = (
    ("province", text("省（自治区、直辖市）", "Province")),
    ("city", text("市（州、盟）", "City")),
    ("county", text("县（市、区）", "County or district")),
    ("town", text("乡镇（街道）", "Town or street")),
)
DETAIL = text("详细地址（路、门牌、小区、村等）", "Street, number, village")
_DETAIL_LENGTH = 200

Regions = Mapping[str, Any]
"""Region code → ``{"name": …, "children": {…}}`` (GB/T 2260; towns by nine digits)."""


def children(regions: Regions, path: list[str]) -> Regions:
    """Give the regions below a path of codes; nothing where the data end."""
    level: Regions = regions
    for code in path:
        found = level.get(code)
        level = found.get("children", {}) if isinstance(found, Mapping) else {}
    return level


class AddressField(FieldType):
    """An address in China."""

    name = "address"
    title = text("地址", "Address")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Region codes of 6, 6, 6 and 9 digits, and the detail; the town may be left out."""
        code = {"type": "string", "pattern": "^[1-9][0-9]{5}$"}
        return {
            "type": "object",
            "properties": {
                "province": code,
                "city": code,
                "county": code,
                "town": {"type": "string", "pattern": "^[1-9][0-9]{8}$"},
                "detail": {"type": "string", "minLength": 1, "maxLength": _DETAIL_LENGTH},
            },
            "required": ["province", "city", "county", "detail"],
            "additionalProperties": False,
        }

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """A part that does not lie in the part above it is dropped: it was chosen before that changed."""
        value: dict[str, str] = {}
        above = ""
        for part, _ in LEVELS:
            raw = first(posted, f"{name}/{part}")
            if not raw or (above and not inside(raw, above)):
                break
            value[part] = above = raw
        detail = first(posted, f"{name}/detail")
        if detail:
            value["detail"] = detail
        return value or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Four lists and a line of text."""
        value = state.value if isinstance(state.value, dict) else {}
        regions: Regions = state.data.get("regions", {})
        path: list[str] = []
        html = ""
        for part, word in LEVELS:
            options = children(regions, path) if len(path) == len(_parts_before(part)) else {}
            chosen = as_text(value.get(part, MISSING))
            html += self._list(field, state, part, word, options, chosen, lang)
            if chosen:
                path.append(chosen)
        update = tag(
            "button",
            {
                "type": "submit",
                "name": "_update",
                "value": field.pointer,
                "class": "btn btn-sm script-hidden",
                "formnovalidate": True,
            },
            "Update the lists" if lang == "en" else "更新下级列表",
        )
        pointer = f"{field.pointer}/detail"
        line = tag(
            "input",
            {
                "type": "text",
                "class": "form-control" + (" is-invalid" if pointer in state.errors else ""),
                "id": identifier(pointer),
                "name": pointer,
                "value": as_text(value.get("detail", MISSING)),
                "maxlength": _DETAIL_LENGTH,
                "autocomplete": "street-address" if field.autocomplete else None,
                **described(field, state, pointer),
            },
            None,
        )
        detail = tag(
            "div",
            {"class": "col-12"},
            tag(
                "label", {"class": "form-label part-label", "for": identifier(pointer)}, text_of(DETAIL, lang)
            )
            + error_html(pointer, state, lang)
            + line,
        )
        return tag(
            "div", {"class": "row g-2"}, html + tag("div", {"class": "col-12 script-hidden"}, update) + detail
        )

    def _list(
        self, field: Field, state: FieldState, part: str, word: Text, options: Regions, chosen: str, lang: str
    ) -> str:
        pointer = f"{field.pointer}/{part}"
        nothing = "Please choose" if lang == "en" else "请选择"
        if part == "town":
            nothing = "Not listed or not known" if lang == "en" else "未列出或不清楚"
        items = tag("option", {"value": ""}, nothing) + "".join(
            tag("option", {"value": code, "selected": code == chosen}, escape(str(region["name"])))
            for code, region in options.items()
        )
        if chosen and chosen not in options:
            items += tag("option", {"value": chosen, "selected": True}, escape(chosen))
        return tag(
            "div",
            {"class": "col-sm-6"},
            tag("label", {"class": "form-label part-label", "for": identifier(pointer)}, text_of(word, lang))
            + error_html(pointer, state, lang)
            + tag(
                "select",
                {
                    "class": "form-select" + (" is-invalid" if pointer in state.errors else ""),
                    "id": identifier(pointer),
                    "name": pointer,
                    "data-rerender": True,
                    **described(field, state, pointer),
                    "aria-required": "true" if state.required and part != "town" else None,
                },
                items,
            ),
        )

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset."""
        return fieldset(field, state, lang, self.control(field, state, lang))

    def check(self, value: Any, field: Field, on: date) -> list[FieldError]:
        """Each part must lie in the part above it."""
        if not isinstance(value, dict):
            return []
        codes = [(part, value.get(part)) for part, _ in LEVELS]
        found = []
        for (_, above), (part, code) in itertools.pairwise(codes):
            if isinstance(above, str) and isinstance(code, str) and not inside(code, above):
                message = text(
                    "与上一级行政区划不符，请重新选择",
                    "This does not lie in the region above it: choose again",
                )
                found.append(FieldError(f"{field.pointer}/{part}", "region", message))
        return found

    def display(self, value: Any, field: Field, lang: str) -> str:
        """The parts in one line; a region is told by its code where its name is not at hand."""
        if not isinstance(value, dict):
            return as_text(value)
        return " ".join(as_text(value[part]) for part in (*(p for p, _ in LEVELS), "detail") if part in value)

    def display_with(self, value: Any, regions: Regions, lang: str) -> str:
        """The address with the names of its regions."""
        if not isinstance(value, dict):
            return as_text(value)
        names: list[str] = []
        path: list[str] = []
        for part, _ in LEVELS:
            code = value.get(part)
            if not isinstance(code, str):
                break
            name = children(regions, path).get(code, {}).get("name", code)
            if not names or names[-1] != name:
                names.append(str(name))
            path.append(code)
        return "".join([*names, as_text(value.get("detail", MISSING))])

    def masked(self, value: Any) -> str:
        """Region codes stay, the detail is covered."""
        if not isinstance(value, dict):
            return super().masked(value)
        county = as_text(value.get("county", value.get("city", MISSING)))
        return f"{county} ****"

    def example(self, field: Field, seed: int = 0) -> Any:
        """An address in 郯城县."""
        return {"province": "370000", "city": "371300", "county": "371322", "detail": f"人民路 {seed + 1} 号"}


def inside(code: str, above: str) -> bool:
    """Tell whether a region's code lies in the region above it (GB/T 2260: 2, 4, 6 leading digits)."""
    stem = above[:2] if above.endswith("0000") else above[:4] if above.endswith("00") else above[:6]
    return code.startswith(stem)


def _parts_before(part: str) -> list[str]:
    names = [name for name, _ in LEVELS]
    return names[: names.index(part)]
