"""Choices as a clerk writes them into a decision table: by what they are called, several with a comma between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.definitions.library import Library
from ...core.definitions.types import Json
from ...core.designer.ruleset_fields import field_at
from .fields import SEPARATORS

_LISTS = ("$in", "$nin")


def by_value(document: Mapping[str, Any], library: Library) -> dict[str, Any]:
    """Give a ruleset read from a workbook with choices by their values, and lists of values as lists."""
    rules, facts = document.get("rules"), document.get("facts")
    if not isinstance(rules, Mapping) or not isinstance(facts, Mapping):
        return dict(document)
    known = {name: _titles(fact, library) for name, fact in facts.items() if isinstance(fact, Mapping)}
    made = {
        name: {**rule, **{key: _valued(rule[key], known) for key in ("all", "any") if key in rule}}
        if isinstance(rule, Mapping)
        else rule
        for name, rule in rules.items()
    }
    return {**document, "rules": made}


def _titles(fact: Mapping[str, Any], library: Library) -> dict[str, str]:
    """Give the values of a choice by what they are called; a value itself stands for no other."""
    place = fact.get("from")
    field = field_at(library, place) if fact.get("type") == "choice" and isinstance(place, str) else None
    options = field.options if field else ()
    values = {value for value, _ in options}
    return {
        name: value for value, title in options for name in (title["zh"], title["en"]) if name not in values
    }


def _valued(node: Json, known: Mapping[str, Mapping[str, str]], op: str = "") -> Any:
    if isinstance(node, list):
        return [_valued(each, known) for each in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _operand(inner, known[key], op in _LISTS)
        if key in known and not isinstance(inner, Mapping)
        else _valued(inner, known, key)
        for key, inner in node.items()
    }


def _operand(operand: Json, titles: Mapping[str, str], several: bool) -> Json:
    if several and isinstance(operand, str):
        operand = [part.strip() for part in SEPARATORS.split(operand) if part.strip()]
    elif several and not isinstance(operand, list):
        operand = [operand]
    if isinstance(operand, list):
        return [titles.get(each, each) if isinstance(each, str) else each for each in operand]
    return titles.get(operand, operand) if isinstance(operand, str) else operand
