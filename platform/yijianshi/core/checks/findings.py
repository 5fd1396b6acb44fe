"""Findings of the meta-schemas, said so that their author can mend them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from ..definitions.plain import plain, plain_problems
from ..definitions.pointer import join, within
from ..definitions.types import Json, Problem, Text, text
from .expected import called, kinds, shown, written


def meta_registry(metas: Mapping[str, Json]) -> Registry[Any]:
    """Build the registry in which meta-schemas refer to one another by ``$id``."""
    return Registry().with_resources(
        (str(schema["$id"]), Resource.from_contents(schema)) for schema in metas.values()
    )


@dataclass(frozen=True, slots=True)
class Examined:
    """What the meta-schema of a document's kind says of it, and the places of it that are broken."""

    problems: list[Problem]
    broken: frozenset[str]


def meta_findings(document: Json, meta: Json, registry: Registry[Any]) -> list[Problem]:
    """Check one document against its meta-schema; every error becomes one finding or more."""
    return examine(document, meta, registry).problems


def examine(document: Json, meta: Json, registry: Registry[Any]) -> Examined:
    """Check one document against its meta-schema, and tell which of its places no law can read.

    A value of a wrong type or form is broken, and so is a place that should be there and is not; an
    unknown key breaks nothing, unless it looks like one that is missing: then it is that one. Of a
    document nested too deeply nothing else is said.
    """
    odd = plain_problems(document)
    if any(problem.code == "too-deep" for problem in odd):
        return Examined(odd, frozenset({""}))
    validator = Draft202012Validator(
        meta, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    unreadable = {problem.pointer for problem in odd}
    found: list[_Finding] = []
    for error in validator.iter_errors(plain(document) if odd else document):
        found += [each for each in _findings(error) if not _under(each.problem.pointer, unreadable)]
    misspelt = {each.broken for each in found if each.problem.code == "unknown-key"}
    problems = [
        each.problem
        for each in found
        if each.problem.code != "missing-key" or each.broken is None or each.broken not in misspelt
    ]
    broken = unreadable | {each.broken for each in found if each.broken is not None}
    ordered = sorted([*odd, *set_by_place(problems)], key=lambda problem: (problem.pointer, problem.code))
    return Examined(ordered, frozenset(broken))


def _under(pointer: str, places: Iterable[str]) -> bool:
    return any(within(pointer, place) for place in places)


def set_by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Keep one of several findings that say the same of the same place."""
    return list({(p.pointer, p.code, p.message["en"]): p for p in problems}.values())


class _Finding(NamedTuple):
    problem: Problem
    broken: str | None
    """The place that no law can read because of it."""


def _findings(error: ValidationError) -> Iterator[_Finding]:
    place = join(*error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        for inner in _closest(error.context):
            yield from _findings(inner)
        return
    handler = _HANDLERS.get(str(error.validator))
    if handler is not None:
        yield from handler(error, place)
        return
    bound = _BOUNDS.get(str(error.validator))
    said = (
        text(*(each.format(error.validator_value) for each in bound))
        if bound
        else text("内容不符合要求", "this is not as it should be")
    )
    name = called(error.schema)
    if name is not None and not isinstance(error.instance, list | Mapping):
        said = text(f"“{name['zh']}”{said['zh']}", f"“{name['en']}”: {said['en']}")
    remedy = (
        text("请按此修改", "mend it so")
        if bound
        else text(
            "请参照 docs/definitions.md 中该类文档的示例修改",
            "see the example of this kind in docs/definitions.md",
        )
    )
    problem = Problem(place, f"schema-{error.validator}", said, remedy)
    # too few or too many entries are entries still
    yield _Finding(problem, None if isinstance(error.instance, list | Mapping) else place)


def _closest(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """Give all that is wrong by the alternative that was meant: the first of the right type."""
    branches: dict[Any, list[ValidationError]] = {}
    for error in errors:
        branches.setdefault(error.relative_schema_path[0], []).append(error)
    return min(
        branches.values(), key=lambda own: any(e.validator == "type" and not e.relative_path for e in own)
    )


def _unknown_keys(error: Any, place: str) -> Iterator[_Finding]:
    known = set(error.schema.get("properties", {}))
    patterns = error.schema.get("patternProperties", {})
    for key in sorted(set(error.instance) - known):
        if any(_matches(pattern, key) for pattern in patterns):
            continue
        near = get_close_matches(key, sorted(known), 1)
        remedy = (
            _meant(_key(error.schema, near[0]))
            if near
            else text("请删去，或参照文档改用已有的键", "remove it, or use one of the documented keys")
        )
        yield _Finding(
            Problem(
                place + join(key), "unknown-key", text(f"未知的键“{key}”", f"unknown key {key!r}"), remedy
            ),
            place + join(near[0]) if near and near[0] not in error.instance else None,
        )


def _matches(pattern: str, key: str) -> bool:
    return re.search(pattern, key) is not None


def _required(error: Any, place: str) -> Iterator[_Finding]:
    for key in error.validator_value:
        if key not in error.instance:
            name = _key(_named_by(error, key), key)
            yield _Finding(
                Problem(
                    place,
                    "missing-key",
                    text(f"缺少{name['zh']}", f"{name['en']} is missing"),
                    text("请补充", "add it"),
                ),
                place + join(key),
            )


def _named_by(error: Any, key: str) -> Json:
    """Give the schema that has a title for a key: the error's own, or one that it is a branch of."""
    while called(error.schema, key) is None and error.parent is not None:
        error = error.parent
    schema: Json = error.schema
    return schema


def _key(schema: Json, key: str) -> Text:
    """Name a key as readers know it, with the key itself for whoever writes the file."""
    name = called(schema, key)
    return (
        text(f"“{name['zh']}”（{key}）", f"“{name['en']}” ({key})") if name else text(f"“{key}”", f"{key!r}")
    )


def _meant(name: Text) -> Text:
    return text(f"是否应为{name['zh']}？", f"did you mean {name['en']}?")


def _subject(error: Any) -> Text:
    """Name what a finding is about at the head of its message."""
    name = called(error.schema)
    return text(f"“{name['zh']}”", f"“{name['en']}”") if name else text("此处", "this")


def _type(error: Any, place: str) -> Iterator[_Finding]:
    name, wanted = _subject(error), kinds(error.validator_value)
    yield _Finding(
        Problem(
            place,
            "wrong-type",
            text(f"{name['zh']}应为{wanted['zh']}", f"{name['en']} should be {wanted['en']}"),
            text(f"请改为{wanted['zh']}", f"make it {wanted['en']}"),
        ),
        place,
    )


def _enum(error: Any, place: str) -> Iterator[_Finding]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    listed = [shown(value) for value in allowed[:20]]
    near = get_close_matches(str(error.instance), [str(value) for value in allowed], 1)
    name, known = _subject(error), shown(error.instance)
    problem = Problem(
        place,
        "not-allowed",
        text(f"{name['zh']}不能是{known['zh']}", f"{name['en']} cannot be {known['en']}"),
        _meant(shown(near[0]))
        if near
        else text(
            "可选：" + "、".join(each["zh"] for each in listed),
            "choose one of: " + ", ".join(each["en"] for each in listed),
        ),
    )
    yield _Finding(problem, place)


def _form(error: Any, place: str) -> Iterator[_Finding]:
    name, known = _subject(error), shown(error.instance)
    wanted = written(str(error.validator), error.validator_value)
    yield _Finding(
        Problem(
            place,
            "bad-form",
            text(
                f"{name['zh']}的写法{known['zh']}不符合要求",
                f"{name['en']} is not written as wanted: {known['en']}",
            ),
            text(f"应为{wanted['zh']}", f"write {wanted['en']}")
            if wanted
            else text(f"应符合 {error.validator_value}", f"it follows {error.validator_value}"),
        ),
        place,
    )


_BOUNDS = {
    "minItems": ("至少应有 {} 项", "there must be {} or more"),
    "maxItems": ("最多 {} 项", "there are at most {} entries"),
    "minProperties": ("至少应有 {} 项", "there must be {} or more"),
    "maxProperties": ("最多 {} 项", "there are at most {} entries"),
    "minLength": ("至少应有 {} 个字", "at least {} characters are wanted"),
    "maxLength": ("最多 {} 个字", "there are at most {} characters"),
    "minimum": ("不能小于 {}", "it is at least {}"),
    "maximum": ("不能大于 {}", "it is at most {}"),
    "exclusiveMinimum": ("应大于 {}", "it is more than {}"),
    "exclusiveMaximum": ("应小于 {}", "it is less than {}"),
    "uniqueItems": ("不能有重复的项", "no entry comes twice"),
}
"""What a bound of JSON Schema says, for a reader who knows none; ``{}`` is the bound."""

_HANDLERS: dict[str, Any] = {
    "additionalProperties": _unknown_keys,
    "unevaluatedProperties": _unknown_keys,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "pattern": _form,
    "format": _form,
}
