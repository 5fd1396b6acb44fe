"""What must hold of a matter, and of any form, beyond its meta-schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..bundles.fields import scope_pointer, visibility_rules
from ..bundles.pages import CONTINUES
from ..bundles.schemas import Leaf, leaves
from ..definitions.pointer import get, join, tokens, within
from ..definitions.types import Json, Problem, Text, text
from ..forms.fields import FIELD_TYPES
from ..functions import problems as compute_problems
from .elements import schema_problems, type_of
from .layout import layout_problems
from .practice import check_practice
from .rows import own_field_problems
from .times import check_times
from .whole import Part, Shelf

SITUATION = "situation"
"""Who owns the form of a bundle's situation questions."""


def check_matter(part: Part, shelf: Shelf) -> list[Problem]:
    """Check a matter: its form, its limits, its materials, and what practice checks (domain: 温州 audit)."""
    found = [
        *(problem.at("", "/form") for problem in check_form(part.at("/form"), part.text("/code"), shelf)),
        *_limits(part),
        *_materials(part, shelf),
    ]
    part = part.but(problem.pointer for problem in found if problem.severity == "error")
    return [*found, *check_times(part), *check_practice(part)]


def check_form(part: Part, owner: str | None, shelf: Shelf) -> list[Problem]:
    """Check a form (schema and layout): places, types, scopes, and what hides what; pointers from the form."""
    found = schema_problems(part, "/schema")
    ui = get(part.document, part.place + "/ui")
    if isinstance(ui, Mapping) and part.stands("/ui"):
        # the meta-schema has told of what is broken for it
        found += [problem for problem in layout_problems(ui, "/ui") if part.stands(problem.pointer)]
    part = part.but(problem.pointer for problem in found)
    schema, ui = part.mapping("/schema"), part.mapping("/ui")
    fields = {leaf.pointer: leaf for leaf in leaves(schema)}
    places = dict(_schema_places(schema))
    strays: dict[str, str] = {}
    for leaf in fields.values():
        wrong = list(_place(leaf, owner, "/schema" + places[leaf.pointer], part, shelf))
        found += wrong
        if leaf.element is not None and wrong:
            strays[join(*leaf.element.split("."))] = leaf.pointer
    seen: set[str] = set()
    for place, scope in _scopes(ui, "/ui"):
        target = scope_pointer(scope)
        missing = target not in fields and not (scope == "#" and "/rule/" in place)
        if missing and target in strays:
            target = strays[target]  # the field is out of its place, the layout is not
        elif missing and part.stands("/schema" + scope.removeprefix("#")):
            found.append(
                Problem(
                    place,
                    "unknown-scope",
                    text(f"表单中没有字段“{target}”", f"the form has no field “{target}”"),
                    text(
                        "请换成表单中的字段，或在表单中补充它",
                        "choose a field of the form, or add this one to it",
                    ),
                )
            )
        if place.endswith("/scope") and "/rule/" not in place:
            seen.add(target)
    found += _not_laid_out(set(fields), seen) if ui and _shows_all(part) else []
    found += _pages(ui, owner, "/ui")
    for leaf in fields.values():
        if "x-compute" in leaf.schema:
            place = "/schema" + places[leaf.pointer] + "/x-compute"
            found += [problem.at("", place) for problem in compute_problems(leaf.schema["x-compute"])]
    for entry in visibility_rules(ui):
        hides = any(rule.get("effect") in ("SHOW", "HIDE") for rule in entry["rule"])
        if hides and entry["pointer"] in fields and fields[entry["pointer"]].required:
            found.append(
                Problem(
                    "/schema" + places[entry["pointer"]],
                    "hidden-but-required",
                    text(
                        "可能被隐藏的字段不能无条件必填",
                        "a field that may be hidden cannot be required without condition",
                    ),
                    text(
                        "请改为按同样的条件必填，或始终显示",
                        "make it required under the same condition, or show it always",
                    ),
                )
            )
    return found


def _shows_all(part: Part) -> bool:
    """Tell whether no control of a layout is broken; its rules and options may be."""
    place = part.place + "/ui"
    broken = (each for each in part.broken if within(each, place) or within(place, each))
    return all("/rule" in each or "/options" in each for each in broken)


def _not_laid_out(fields: set[str], seen: set[str]) -> Iterator[Problem]:
    missed = sorted(fields - seen)
    # a control that names no field of the form is meant for one that would else not be laid out
    meant = {near for target in seen - fields for near in get_close_matches(target, missed, 1)}
    for missing in (each for each in missed if each not in meant):
        yield Problem(
            "/ui",
            "not-laid-out",
            text(f"字段“{missing}”没有出现在版面中", f"the field “{missing}” does not appear in the layout"),
            text("请把它放进一个分区", "put it into a section"),
            severity="warning",
        )


def _pages(ui: Json, owner: str | None, place: str) -> Iterator[Problem]:
    """Find groups that say they stand on the page of another and have none to stand on."""
    first = True
    for group, where in _groups(ui, place):
        if group.get("options", {}).get(CONTINUES) is True:
            if owner == SITUATION:
                yield continues_nothing(
                    where + "/options/" + CONTINUES,
                    text("情形问题总在同一页", "the situation questions always stand on one page"),
                )
            elif first:
                yield continues_nothing(where + "/options/" + CONTINUES)
        first = False


def _groups(node: Json, place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the outermost groups of a layout with their places."""
    for index, child in enumerate(node.get("elements", ()) if isinstance(node, Mapping) else ()):
        where = place + join("elements", index)
        if isinstance(child, Mapping) and child.get("type") == "Group":
            yield child, where
        else:
            yield from _groups(child, where)


def continues_nothing(place: str, why: Text | None = None) -> Problem:
    """Say that a section continues a page where there is none to continue."""
    return Problem(
        place,
        "continues-nothing",
        why or text("第一个分区之前没有可接的页", "there is no page before the first section to continue"),
        text("请让它另起一页", "let it begin a page"),
        severity="warning",
    )


def _schema_places(
    schema: Mapping[str, Any], pointer: str = "", place: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield (answers' pointer, place in the schema) of every leaf."""
    for name, inner in schema.get("properties", {}).items():
        here, there = pointer + join(name), place + join("properties", name)
        yield here, there
        if isinstance(inner, Mapping):
            yield from _schema_places(inner, here, there)


def _place(leaf: Leaf, owner: str | None, where: str, part: Part, shelf: Shelf) -> Iterator[Problem]:
    if not part.stands(where + "/$ref"):
        return
    code = leaf.element
    if code is None:
        own = owner.replace("-", "_") if owner is not None else tokens(leaf.pointer)[0]
        if tokens(leaf.pointer)[0] != own:
            yield Problem(
                where,
                "not-its-own-place",
                text(
                    f"不是数据元的字段应放在“/{own}”之下", f"a field that is no element belongs under /{own}"
                ),
                text("请移到该组之下，或改为引用数据元", "move it there, or refer to an element"),
            )
        yield from own_field_problems(leaf.schema, where, part)
        return
    yield from _type_conflict(leaf, code, where, shelf)
    wanted = join(*code.split("."))
    if leaf.pointer != wanted and shelf.find("element", code) is not None:
        yield Problem(
            where,
            "element-out-of-place",
            text(f"数据元“{code}”应位于“{wanted}”", f"the element “{code}” belongs at {wanted}"),
            text(
                "请移到该位置；若是另一个角色的信息，请另建一个继承它的数据元",
                "move it there; for a person in another role define an element that extends it",
            ),
        )


def _type_conflict(leaf: Leaf, code: str, where: str, shelf: Shelf) -> Iterator[Problem]:
    """Find a form that takes an element for another type than it is of."""
    kind = type_of(code, shelf)
    if kind is None:
        return
    json = FIELD_TYPES[kind].schema({"type": kind}).get("type")
    fits: dict[str, list[str | None]] = {
        "x-type": [kind],
        "type": [json, "integer"] if json == "number" else [json],
    }
    for key, wanted in fits.items():
        if wanted != [None] and isinstance(leaf.schema.get(key), str) and leaf.schema[key] not in wanted:
            yield Problem(
                where + join(key),
                "type-conflict",
                text(
                    f"数据元“{code}”的类型是“{kind}”，这里却当作另一种类型",
                    f"the element “{code}” is of the type “{kind}”, and taken for another here",
                ),
                text(
                    "请删去这里的类型，或另建一个数据元", "leave the type out here, or define another element"
                ),
            )


def _scopes(node: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "scope" and isinstance(value, str):
                yield place + "/scope", value
            else:
                yield from _scopes(value, place + join(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _scopes(value, place + join(index))


def _limits(part: Part) -> Iterator[Problem]:
    statutory, promised = part.number("/statutory_limit/days"), part.number("/promised_limit/days")
    if statutory is None or promised is None or not part.whole("/statutory_limit", "/promised_limit"):
        return
    units = part.text("/statutory_limit/unit"), part.text("/promised_limit/unit")
    if units[0] != units[1]:
        # n natural days are over no later than n working days: that promise certainly holds
        if units[1] == "natural" and promised <= statutory:
            return
        yield Problem(
            "/promised_limit/unit",
            "limits-not-comparable",
            text(
                "承诺时限与法定时限的单位不同，无法比较",
                "the promised and the statutory limit have different units",
            ),
            text("请用同一单位", "use one unit for both"),
            severity="warning",
        )
    elif promised > statutory:
        yield Problem(
            "/promised_limit/days",
            "promise-over-statute",
            text(
                f"承诺 {promised} 日超过法定 {statutory} 日",
                f"a promise of {promised} days is longer than the statutory {statutory}",
            ),
            text("请缩短承诺时限", "promise no more than the law allows"),
        )


def _materials(part: Part, shelf: Shelf) -> Iterator[Problem]:
    codes: set[str] = set()
    for place, use in part.each("/materials"):
        code = use.text("/material")
        if code is None:
            continue
        if code in codes:
            yield Problem(
                place,
                "material-twice",
                text(f"材料“{code}”重复列出", f"the material “{code}” is listed twice"),
                text("请合并为一条", "keep one entry"),
            )
        codes.add(code)
        material = shelf.find("material", code)
        if material is None or use.text("/obtain") != "shared":
            continue
        if "shared_source" not in material.document and material.stands("/shared_source"):
            yield Problem(
                place + "/obtain",
                "no-shared-source",
                text(
                    "材料标为共享获取，但没有写明数据来源",
                    "said to be shared, but the material names no source",
                ),
                text("请在材料中补充共享来源", "say in the material where it is shared from"),
            )
