"""Findings of the meta-schemas, said so that their author can mend them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

from ..definitions.plain import plain_problems
from ..definitions.pointer import join
from ..definitions.types import Json, Problem, text


def meta_registry(metas: Mapping[str, Json]) -> Registry[Any]:
    """Build the registry in which meta-schemas refer to one another by ``$id``."""
    return Registry().with_resources(
        (str(schema["$id"]), Resource.from_contents(schema)) for schema in metas.values()
    )


def meta_findings(document: Json, meta: Json, registry: Registry[Any]) -> list[Problem]:
    """Check one document against its meta-schema; every error becomes one finding or more.

    Texts and numbers that cannot be kept are told first, and alone.
    """
    odd = plain_problems(document)
    if odd:
        return odd
    validator = Draft202012Validator(
        meta, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    found = [problem for error in validator.iter_errors(document) for problem in _findings(error)]
    return sorted(set_by_place(found), key=lambda problem: (problem.pointer, problem.code))


def set_by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Keep one of several findings that say the same of the same place."""
    return list({(p.pointer, p.code, p.message["en"]): p for p in problems}.values())


def _findings(error: ValidationError) -> Iterable[Problem]:
    place = join(*error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        closest = best_match(error.context)
        if closest is not None:
            yield from _findings(closest)
            return
    handler = _HANDLERS.get(str(error.validator))
    if handler is None:
        yield Problem(
            place,
            f"schema-{error.validator}",
            text(f"不符合“{error.validator}”的要求", error.message[:300]),
            text(
                "请参照 docs/definitions.md 中该类文档的示例修改",
                "see the example of this kind in docs/definitions.md",
            ),
        )
    else:
        yield from handler(error, place)


def _unknown_keys(error: Any, place: str) -> Iterable[Problem]:
    known = set(error.schema.get("properties", {}))
    patterns = error.schema.get("patternProperties", {})
    for key in sorted(set(error.instance) - known):
        if any(_matches(pattern, key) for pattern in patterns):
            continue
        near = get_close_matches(key, sorted(known), 1)
        remedy = (
            text(f"是否应为“{near[0]}”？", f"did you mean {near[0]!r}?")
            if near
            else text("请删去，或参照文档改用已有的键", "remove it, or use one of the documented keys")
        )
        yield Problem(
            place + join(key), "unknown-key", text(f"未知的键“{key}”", f"unknown key {key!r}"), remedy
        )


def _matches(pattern: str, key: str) -> bool:
    return re.search(pattern, key) is not None


def _required(error: Any, place: str) -> Iterable[Problem]:
    for key in error.validator_value:
        if key not in error.instance:
            title = error.schema.get("properties", {}).get(key, {}).get("title", key)
            yield Problem(
                place,
                "missing-key",
                text(f"缺少“{key}”（{title}）", f"{key!r} ({title}) is missing"),
                text(f"请补充“{key}”", f"add {key!r}"),
            )


def _type(error: Any, place: str) -> Iterable[Problem]:
    wanted = error.validator_value
    names = "/".join(wanted) if isinstance(wanted, list) else str(wanted)
    yield Problem(
        place,
        "wrong-type",
        text(f"类型应为 {names}", f"this must be of type {names}"),
        text(f"请改为 {names} 类型的值", f"write a value of type {names}"),
    )


def _enum(error: Any, place: str) -> Iterable[Problem]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    shown = "、".join(str(value) for value in allowed[:20])
    near = get_close_matches(str(error.instance), [str(value) for value in allowed], 1)
    yield Problem(
        place,
        "not-allowed",
        text(
            f"“{str(error.instance)[:60]}”不在允许的取值之内",
            f"{str(error.instance)[:60]!r} is not allowed here",
        ),
        text(f"是否应为“{near[0]}”？", f"did you mean {near[0]!r}?")
        if near
        else text(f"可取：{shown}", f"use one of: {shown}"),
    )


def _pattern(error: Any, place: str) -> Iterable[Problem]:
    yield Problem(
        place,
        "bad-form",
        text(
            f"“{str(error.instance)[:60]}”的写法不符合要求",
            f"{str(error.instance)[:60]!r} has not the form wanted",
        ),
        text(f"应符合模式 {error.validator_value}", f"it must match {error.validator_value}"),
    )


_HANDLERS: dict[str, Any] = {
    "additionalProperties": _unknown_keys,
    "unevaluatedProperties": _unknown_keys,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "pattern": _pattern,
}
