"""Fields of several forms that ask for the same thing, and an own field that becomes an element of the dictionary.

Forms are merged by the places of their fields. What two matters ask for as fields of their own has two
places, and the applicant would be asked twice: fields of one title are taken for one thing, until both
ask for an element.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..bundles.compose import SITUATIONS
from ..bundles.schemas import Leaf, leaves
from ..definitions.library import Library
from ..definitions.types import Text, text
from .conditions import Conditions, comparisons_of
from .forms import card_id, changed, field_of, form_in, gone, new_field, placed
from .hanging import with_losses
from .layout import Form, Said, control_for, said_of
from .operations import Ground, Step, operation, refuse


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form of a bundle: whose it is, and what it asks for."""

    owner: str
    pointer: str
    title: Text
    type: str
    element: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """Fields of several forms that seem to ask for the same thing, and the elements that could be asked for instead."""

    title: Text
    fields: tuple[Asked, ...]
    elements: tuple[str, ...]


def alike(library: Library, forms: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Alike]:
    """Give what several forms (owner, schema) ask for under one title at different places."""
    found: dict[str, list[Asked]] = {}
    for owner, schema in forms:
        for leaf in leaves(schema):
            asked = _asked(library, owner, leaf)
            if asked is not None:
                found.setdefault(_plain(asked.title["zh"]), []).append(asked)
    known: dict[str, list[str]] = {}
    for each in library.all("element"):
        known.setdefault(_plain(str(each["title"]["zh"])), []).append(str(each["code"]))
    return [
        Alike(fields[0].title, tuple(fields), tuple(known.get(name, ())))
        for name, fields in found.items()
        if len({each.owner for each in fields}) > 1
        and len({each.pointer for each in fields}) > 1
        and any(each.element is None for each in fields)
    ]


@operation("share_field")
def share_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Ask for an ``element`` of the dictionary in place of an own ``field``; conditions and computing follow."""
    form, pointer, code = form_in(ground.document), str(given["field"]), str(given["element"])
    said = field_of(ground, form, pointer)
    if said.element is not None or "/*" in pointer or not ground.library.has("element", code):
        raise gone(form, pointer if said.element is not None or "/*" in pointer else code)
    shown, readable = form.shown_when(pointer)
    if not readable:
        raise refuse(
            "/form",
            "by-hand",
            text(
                f"“{said.title['zh']}”的显示条件是手工编写的",
                f"what shows “{said.title['en']}” was written by hand",
            ),
            text("请先在 JSON 页中去掉它", "remove it in the JSON tab first"),
        )
    place, leaf, title = new_field(ground, form, {"element": code}, None)
    home = form.section_of(pointer)
    made = placed(form.with_leaf(place, leaf), home.id if home else "", control_for(place), None, pointer)
    made = made.with_required(place, form.required(pointer)).with_shown(place, shown)
    made = made.with_required_when(place, form.required_when(pointer))
    element = said_of(made, ground.library, place)
    if element is not None:
        for other in [each for each in made.everything() if each not in (pointer, place)]:
            made = _following(made, other, said, element)
    left = made.without(pointer)
    told = text(
        f"“{said.title['zh']}”改为共用数据元“{title['zh']}”",
        f"“{said.title['en']}” is now the shared element “{title['en']}”",
    )
    told = with_losses(ground.library, told, made, left)
    return changed(ground, left, told, select=place, focus=card_id(place))


# inside


def _asked(library: Library, owner: str, leaf: Leaf) -> Asked | None:
    if leaf.element is not None:
        if not library.has("element", leaf.element):
            return None
        known: Mapping[str, Any] = library.get("element", leaf.element)
        title, kind = known["title"], str(known.get("type", "text"))
    else:
        title, kind = leaf.schema.get("x-title"), str(leaf.schema.get("x-type", "text"))
    if not isinstance(title, Mapping) or kind == "note" or (owner == SITUATIONS and leaf.element is None):
        # what only the bundle itself asks is asked to find the way, and named like what it leads to
        return None
    return Asked(owner, leaf.pointer, text(title["zh"], title["en"]), kind, leaf.element)


def _plain(title: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", title)).casefold()


def _following(form: Form, other: str, old: Said, new: Said) -> Form:
    """Let what another field says of the old one be said of the new one, as far as it can be."""
    shown, readable = form.shown_when(other)
    moved = _moved(shown, old, new)
    if readable and moved != shown:
        form = form.with_shown(other, moved)
    needed = form.required_when(other)
    moved = _moved(needed, old, new)
    if moved != needed:
        form = form.with_required_when(other, moved)
    leaf = form.leaf(other) or {}
    spec = leaf.get("x-compute")
    if spec is not None and new.type == old.type:
        swapped = _swapped(spec.get("of"), old.pointer, new.pointer)
        if swapped != spec.get("of"):
            form = form.with_leaf(other, {**leaf, "x-compute": {**spec, "of": swapped}})
    return form


def _swapped(of: Any, old: str, new: str) -> Any:
    """Give what a function is of, with the new place for the old one: a list of places, or one, maybe in its rows."""
    if isinstance(of, list):
        return [new if each == old else each for each in of]
    if isinstance(of, str) and (of == old or of.startswith(f"{old}/*")):
        return new + of.removeprefix(old)
    return of


def _moved(known: Conditions | None, old: Said, new: Said) -> Conditions | None:
    if known is None:
        return None
    values = [each["value"] for each in new.options]
    tests = tuple(
        replace(test, field=new.pointer)
        if test.field == old.pointer
        and test.test in comparisons_of(new.type)
        and (not values or test.value is None or test.value in values)
        else test
        for test in known.tests
    )
    return Conditions(tests, known.join)
