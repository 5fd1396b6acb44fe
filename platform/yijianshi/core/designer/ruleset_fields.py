"""What a ruleset can read: the fields of the bundles and matters that use it, and the shared dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.library import ELEMENT_URN, Library, UnknownReference
from ..definitions.pointer import join
from ..definitions.types import Text, text
from .ruleset_parts import phrase_of

TYPES: Mapping[str, str] = {
    "yes_no": "boolean",
    "integer": "integer",
    "decimal": "decimal",
    "money": "money",
    "date": "date",
    "choice": "choice",
    "multiple_choice": "list",
    "group": "group",
    "text": "text",
    "long_text": "text",
    "resident_id": "text",
    "uscc": "text",
    "phone": "text",
}
"""Types of fields that facts can be read from, and the type of the fact."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an answer: its place (rows of a group as ``/owners/*/share``), the fact's type, its title."""

    place: str
    type: str
    title: Text
    unit: str = ""
    options: tuple[tuple[str, Text], ...] = ()
    properties: tuple[Field, ...] = ()
    changeable: bool = True


def element_field(library: Library, code: str, place: str | None = None) -> list[Field]:
    """Give the fields an element makes at a place, by default the place that its code names."""
    try:
        element = library.element(code)
    except (UnknownReference, ValueError):
        return []
    return _fields(library, place if place is not None else "/" + code.replace(".", "/"), element)


def field_at(library: Library, place: str, document: Mapping[str, Any] | None = None) -> Field | None:
    """Find the field at a place: of the dictionary, else of a definition that uses the ruleset."""
    found = element_field(library, place.strip("/").replace("/", "."))
    if found and found[0].place == place:
        return found[0]
    if document is None or document.get("kind", "ruleset") != "ruleset":
        return None
    listed = used_fields(library, document)
    return next((field for field in listed if field.place == place), None)


def used_fields(library: Library, document: Mapping[str, Any]) -> list[Field]:
    """Give the fields of the bundles and matters that use a ruleset."""
    found: dict[str, Field] = {}
    for kind, code in library.users("ruleset", str(document.get("code"))):
        owner = library.get(kind, code)
        forms = [owner.get("form", {}) if kind == "matter" else owner.get("situations", {})]
        codes = [str(part.get("matter")) for part in owner.get("matters", ())] if kind == "bundle" else []
        forms += [
            library.get("matter", code).get("form", {}) for code in codes if library.has("matter", code)
        ]
        for form in forms:
            for field in _walk(library, "", form.get("schema")):
                found.setdefault(field.place, field)
    return list(found.values())


def dictionary_fields(library: Library) -> Iterator[Field]:
    """Yield the fields of the shared dictionary, by code."""
    for element in library.all("element"):
        yield from element_field(library, str(element["code"]))


def _walk(library: Library, place: str, schema: Any) -> Iterator[Field]:
    if not isinstance(schema, Mapping):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(ELEMENT_URN):
        yield from element_field(library, reference.removeprefix(ELEMENT_URN), place)
    elif "x-type" not in schema and isinstance(schema.get("properties"), Mapping):
        for name, inner in schema["properties"].items():
            yield from _walk(library, place + join(name), inner)
    elif place:
        yield from _inline(library, place, schema)


def _inline(library: Library, place: str, schema: Mapping[str, Any]) -> Iterator[Field]:
    """Read a field whose schema stands in the form itself."""
    if "x-type" in schema:
        said = {key.removeprefix("x-"): value for key, value in schema.items() if key.startswith("x-")}
        yield from _fields(library, place, {**said, "schema": schema})
        return
    kinds = {
        "boolean": "yes_no",
        "integer": "integer",
        "number": "decimal",
        "string": "text",
        "array": "group",
    }
    kind = kinds.get(str(schema.get("type")), "")
    options = [
        {"value": each["const"], "title": each.get("title", each["const"])}
        for each in schema.get("oneOf", ())
        if isinstance(each, Mapping) and isinstance(each.get("const"), str)
    ] or [{"value": each, "title": each} for each in schema.get("enum", ()) if isinstance(each, str)]
    if schema.get("format") == "date":
        kind = "date"
    if options:
        kind = "choice"
    title = schema.get("title")
    made = {"type": kind, "title": title if isinstance(title, Mapping) else title or place.rpartition("/")[2]}
    yield from _fields(library, place, {**made, "options": options, "schema": schema})


def _fields(library: Library, place: str, element: Mapping[str, Any]) -> list[Field]:
    kind, name = str(element.get("type")), element.get("title")
    title = phrase_of(name, name if isinstance(name, str) else place.rpartition("/")[2])
    if kind == "date_range":
        begins = text(f"{title['zh']}（起）", f"{title['en']}: from")
        ends = text(f"{title['zh']}（止）", f"{title['en']}: to")
        return [Field(f"{place}/from", "date", begins), Field(f"{place}/to", "date", ends)]
    if kind not in TYPES:
        return []
    options = tuple(
        (str(each["value"]), phrase_of(each.get("title"), str(each["value"])))
        for each in element.get("options", ())
        if isinstance(each, Mapping) and "value" in each
    )
    inner: tuple[Field, ...] = ()
    if kind == "group":
        items = element.get("schema", {}).get("items")
        found = _walk(library, "", items) if isinstance(items, Mapping) else ()
        inner = tuple(field for field in found if field.type not in ("list", "group"))
        if not inner:
            return []
    changeable = element.get("changeable") is not False
    return [Field(place, TYPES[kind], title, str(element.get("unit") or ""), options, inner, changeable)]


def fact_from(field: Field) -> dict[str, Any]:
    """Declare a fact that is read from a field."""
    made: dict[str, Any] = {"from": field.place, "type": field.type, "title": _short(field.title)}
    if field.unit:
        made["unit"] = field.unit[:20]
    if field.type == "list":
        made["items"] = "choice"
    if field.type == "group":
        made["properties"] = {
            inner.place.strip("/").replace("/", "_"): {
                "type": inner.type,
                "from": inner.place,
                "title": _short(inner.title),
                **({"unit": inner.unit[:20]} if inner.unit else {}),
            }
            for inner in field.properties
        }
    if not field.changeable:
        made["changeable"] = False
    return made


def rows_places(field: Field) -> list[tuple[str, Text, str]]:
    """Give the places of what the rows of a group hold, with their titles and types."""
    return [
        (
            f"{field.place}/*{inner.place}",
            text(f"{field.title['zh']}·{inner.title['zh']}", f"{field.title['en']}: {inner.title['en']}"),
            inner.type,
        )
        for inner in field.properties
    ]


def _short(title: Text) -> dict[str, str]:
    return {"zh": title["zh"][:100], "en": title["en"][:100]}
