"""An element of the dictionary as the designer sees it: what is said of it, with what it inherits from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..bundles.schemas import element_of
from ..definitions.library import ELEMENT_URN, UnknownReference
from ..definitions.types import Text, text
from .layout import Form, Said, control_for
from .operations import Ground


@dataclass(frozen=True, slots=True)
class Datum(Said):
    """What is said of the element on the desk, with what it inherits."""

    schema: Mapping[str, Any]
    order: tuple[str, ...]
    inherits: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A field of a repeated group's rows: its name there, what it is called, its type, whether it must be answered."""

    name: str
    title: Text
    type: str
    required: bool
    element: str | None


def element_said(ground: Ground) -> Datum:
    """Give what is said of the element on the desk; what it extends and is not there counts for nothing."""
    document = ground.document
    try:
        known: Mapping[str, Any] = ground.library.with_([document]).element(str(document["code"]))
    except (UnknownReference, ValueError):
        known = document
    return Datum(
        "/" + str(document["code"]).replace(".", "/"),
        str(known.get("type", "text")),
        document["title"],
        known.get("hint"),
        tuple(known.get("options", ())),
        known.get("unit"),
        str(document["code"]),
        known.get("compute"),
        known.get("schema", {}),
        tuple(known.get("order", ())),
        "extends" in document,
    )


def dictionary_form(ground: Ground) -> Form:
    """Give the dictionary as one form that asks for every element, so that all that reads a form can read it.

    An element whose place lies within another's is left out: no form can ask for both.
    """
    codes = [str(each["code"]) for each in ground.library.all("element")]
    inner = {code for code in codes if any(code.startswith(other + ".") for other in codes)}
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    controls = []
    for code in codes:
        if code in inner:
            continue
        *groups, name = code.split(".")
        node = schema
        for each in groups:
            node = node["properties"].setdefault(each, {"type": "object", "properties": {}})
        node["properties"][name] = {"$ref": ELEMENT_URN + code}
        controls.append(control_for("/" + code.replace(".", "/")))
    group = {"type": "Group", "label": "dictionary", "elements": controls}
    return Form((), schema, {"type": "VerticalLayout", "elements": [group]}, "")


def items_of(ground: Ground, said: Datum) -> list[Item]:
    """Give the fields of the rows in their order."""
    inner = said.schema.get("items")
    given: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    fields, needed = given.get("properties", {}), given.get("required", ())
    place = {name: number for number, name in enumerate(said.order)}
    items = []
    for name in sorted(fields, key=lambda each: (place.get(each, len(place)), each)):
        code = element_of(fields[name])
        known = (
            element_named(ground, code)
            if code
            else {k.removeprefix("x-"): v for k, v in fields[name].items()}
        )
        title = known.get("title")
        called = text(title["zh"], title["en"]) if isinstance(title, Mapping) else text(name, name)
        items.append(Item(name, called, str(known.get("type", "text")), name in needed, code))
    return items


def element_named(ground: Ground, code: str) -> Mapping[str, Any]:
    """Give an element of the dictionary with what it inherits, nothing where it is not there."""
    try:
        return ground.library.element(code)
    except (UnknownReference, ValueError):
        return {}
