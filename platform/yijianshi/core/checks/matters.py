"""What must hold of an element and of a matter beyond its meta-schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from ..bundles.compose import scope_pointer, visibility_rules
from ..bundles.pages import CONTINUES
from ..bundles.schemas import Leaf, leaves
from ..definitions.library import Library
from ..definitions.pointer import join, tokens
from ..definitions.types import Json, Problem, Text, text
from ..functions import problems as compute_problems
from .practice import check_practice

SITUATION = "situation"
"""Who owns the form of a bundle's situation questions."""


def check_element(document: Mapping[str, Any], library: Library) -> list[Problem]:
    """Check an element: it must not extend itself, its schema must be one, its options its values."""
    try:
        element = library.element(document["code"])
    except ValueError:
        return [
            Problem(
                "/extends",
                "circular-extends",
                text("数据元的继承关系成环", "elements extend one another in a circle"),
                text("请去掉其中一处 extends", "remove one of the extends"),
            )
        ]
    found = list(_schema_problems(document.get("schema", {}), "/schema"))
    if "type" not in element:
        found.append(
            Problem(
                "",
                "no-type",
                text(
                    "没有字段类型（type），也没有从 extends 继承到",
                    "no field type, neither its own nor inherited",
                ),
                text("请补充 type", "add a type"),
            )
        )
        return found
    schema = element.get("schema", {})
    values = [option["value"] for option in element.get("options", ())]
    allowed = (
        schema.get("items", schema).get("enum") if isinstance(schema.get("items", schema), Mapping) else None
    )
    if element["type"] in ("choice", "multiple_choice"):
        if not values:
            found.append(
                Problem(
                    "/options",
                    "no-options",
                    text("选择题没有选项", "a choice without options"),
                    text("请补充 options", "add options"),
                )
            )
        elif allowed is not None and sorted(map(str, allowed)) != sorted(map(str, values)):
            found.append(
                Problem(
                    "/options",
                    "options-differ",
                    text(
                        "选项与 schema 的 enum 不一致", "the options are not the values of the schema's enum"
                    ),
                    text("请使两者取值一致", "let both list the same values"),
                )
            )
    if "compute" in document:
        found += [p.at("", "/compute") for p in compute_problems(document["compute"])]
    return found


def _schema_problems(schema: Any, pointer: str) -> Iterator[Problem]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield Problem(
            pointer + join(*error.absolute_path),
            "no-json-schema",
            text("不是合法的 JSON Schema 2020-12", f"not a valid JSON Schema 2020-12: {error.message[:200]}"),
            text("请按 JSON Schema 规范改正该处", "correct this place as JSON Schema 2020-12 wants it"),
        )


def check_matter(document: Mapping[str, Any], library: Library) -> list[Problem]:
    """Check a matter: its form, its limits, its materials, and what practice checks (domain: 温州 audit)."""
    found = list(_schema_problems(document["form"]["schema"], "/form/schema"))
    if found:
        return found
    found += check_form(document["form"], document["code"], library, "/form")
    found += _limits(document)
    found += _materials(document, library)
    found += check_practice(document)
    return found


def check_form(form: Mapping[str, Any], owner: str, library: Library, pointer: str) -> list[Problem]:
    """Check a form (schema and layout): places, types, scopes, and what hides what."""
    found: list[Problem] = []
    fields = {leaf.pointer: leaf for leaf in leaves(form["schema"])}
    places = dict(_schema_places(form["schema"]))
    for leaf in fields.values():
        found += _place(leaf, owner, pointer + "/schema" + places[leaf.pointer], library)
    seen: set[str] = set()
    for place, scope in _scopes(form.get("ui", {}), pointer + "/ui"):
        target = scope_pointer(scope)
        if target not in fields and not (scope == "#" and "/rule/" in place):
            found.append(
                Problem(
                    place,
                    "unknown-scope",
                    text(f"表单中没有“{scope}”", f"the form has no field at {scope!r}"),
                    text(
                        "请改正 scope，或在 schema 中补充该字段",
                        "correct the scope, or add the field to the schema",
                    ),
                )
            )
        if place.endswith("/scope") and "/rule/" not in place:
            seen.add(target)
    for missing in sorted(set(fields) - seen if form.get("ui") else ()):
        found.append(
            Problem(
                pointer + "/ui",
                "not-laid-out",
                text(
                    f"字段“{missing}”没有出现在版面中", f"the field {missing} does not appear in the layout"
                ),
                text("请在 ui 中为它加一个 Control", "add a Control for it"),
                severity="warning",
            )
        )
    found += _pages(form.get("ui", {}), owner, pointer + "/ui")
    for leaf in fields.values():
        if "x-compute" in leaf.schema:
            place = pointer + "/schema" + places[leaf.pointer] + "/x-compute"
            found += [problem.at("", place) for problem in compute_problems(leaf.schema["x-compute"])]
    for entry in visibility_rules(form.get("ui", {})):
        hides = any(rule["effect"] in ("SHOW", "HIDE") for rule in entry["rule"])
        if hides and entry["pointer"] in fields and fields[entry["pointer"]].required:
            found.append(
                Problem(
                    pointer + "/schema" + places[entry["pointer"]],
                    "hidden-but-required",
                    text(
                        "可能被隐藏的字段不能无条件必填",
                        "a field that may be hidden cannot be required without condition",
                    ),
                    text(
                        "请用 if/then 写成有条件必填",
                        "make it required under the same condition with if/then",
                    ),
                )
            )
    return found


def _pages(ui: Json, owner: str, place: str) -> Iterator[Problem]:
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
        text("请去掉 continues", "remove continues"),
        severity="warning",
    )


def _schema_places(
    schema: Mapping[str, Any], pointer: str = "", place: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield (answers' pointer, place in the schema) of every leaf."""
    for name, inner in schema.get("properties", {}).items():
        here, there = pointer + join(name), place + join("properties", name)
        yield here, there
        yield from _schema_places(inner, here, there)


def _place(leaf: Leaf, owner: str, where: str, library: Library) -> Iterator[Problem]:
    code = leaf.element
    if code is None:
        own = owner.replace("-", "_")
        if tokens(leaf.pointer)[0] != own:
            yield Problem(
                where,
                "not-its-own-place",
                text(
                    f"不是数据元的字段应放在“/{own}”之下", f"a field that is no element belongs under /{own}"
                ),
                text("请移到该组之下，或改为引用数据元", "move it there, or refer to an element"),
            )
        if "x-type" not in leaf.schema:
            yield Problem(
                where,
                "no-type",
                text("字段没有 x-type", "the field has no x-type"),
                text("请补充字段类型，或改为引用数据元", "add its field type, or refer to an element"),
            )
        return
    wanted = join(*code.split("."))
    if leaf.pointer != wanted:
        yield Problem(
            where,
            "element-out-of-place",
            text(f"数据元“{code}”应位于“{wanted}”", f"the element {code} belongs at {wanted}"),
            text(
                "请移到该位置；若是另一个角色的信息，请另建一个 extends 它的数据元",
                "move it there; for a person in another role define an element that extends it",
            ),
        )
    yield from _role_conflicts(code, where, library)


def _role_conflicts(code: str, where: str, library: Library) -> Iterator[Problem]:
    try:
        library.element(code)
    except ValueError:
        yield Problem(
            where,
            "circular-extends",
            text(f"数据元“{code}”的继承关系成环", f"the element {code} extends itself"),
            text("请先改正该数据元", "correct that element first"),
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


def _limits(document: Mapping[str, Any]) -> Iterator[Problem]:
    statutory, promised = document.get("statutory_limit"), document["promised_limit"]
    if statutory is None:
        return
    if promised["unit"] != statutory["unit"]:
        # n natural days are over no later than n working days: that promise certainly holds
        if promised["unit"] == "natural" and promised["days"] <= statutory["days"]:
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
    elif promised["days"] > statutory["days"]:
        yield Problem(
            "/promised_limit/days",
            "promise-over-statute",
            text(
                f"承诺 {promised['days']} 日超过法定 {statutory['days']} 日",
                f"a promise of {promised['days']} days is longer than the statutory {statutory['days']}",
            ),
            text("请缩短承诺时限", "promise no more than the law allows"),
        )


def _materials(document: Mapping[str, Any], library: Library) -> Iterator[Problem]:
    codes: set[str] = set()
    for index, use in enumerate(document.get("materials", ())):
        place = join("materials", index)
        if use["material"] in codes:
            yield Problem(
                place,
                "material-twice",
                text(f"材料“{use['material']}”重复列出", f"the material {use['material']} is listed twice"),
                text("请合并为一条", "keep one entry"),
            )
        codes.add(use["material"])
        material = library.get("material", use["material"])
        if use["obtain"] == "shared" and "shared_source" not in material:
            yield Problem(
                place + "/obtain",
                "no-shared-source",
                text(
                    "材料标为共享获取，但没有写明数据来源",
                    "said to be shared, but the material names no source",
                ),
                text("请在材料中补充 shared_source", "add shared_source to the material"),
            )
