"""The state of a form: what is asked, what is required, what is wrong, what the rules say.

``form_state(composition, answers, on)`` is a pure function and the same in the server and
in the browser. Its steps, in this order:

1. the situation questions that their own rules hide are left out;
2. the rulesets decide which matters are active;
3. the fields that no active matter uses, or that rules hide, are left out (repeated until
   nothing changes, because what hides a field may itself be hidden);
4. computed values are filled in;
5. what is left is checked against the merged schema of the active matters;
6. the rulesets run on what is left, and the materials follow.

What is left out is not lost: the answers as given are kept by whoever keeps the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from ..bundles.compose import SITUATIONS, Composition, scope_pointer
from ..bundles.evaluate import Evaluation, evaluate
from ..bundles.materials import MergedMaterial
from ..bundles.schemas import Schema, with_groups
from ..deadlines import Calendar
from ..definitions.canonical import canonical
from ..definitions.pointer import MISSING, get, join, put, tokens
from ..definitions.types import Json
from ..functions import apply
from .fields import FIELD_TYPES, Field
from .formats import FORMAT_CHECKER
from .messages import FieldError, field_errors

_MAX_PASSES = 8
"""Visibility settles within as many passes as rules are chained; more is a circle, which `check` reports."""


@dataclass(frozen=True)
class FormState:
    """The state of a form for one set of answers on one date."""

    composition: Composition
    on: date
    answers: dict[str, Json]
    """The answers that count: visible, used by an active matter, computed values filled in."""
    visible: frozenset[str]
    disabled: frozenset[str]
    required: frozenset[str]
    """Pointers of visible fields that must be answered now, conditional requirements included."""
    errors: tuple[FieldError, ...]
    evaluation: Evaluation
    materials: tuple[MergedMaterial, ...]

    @property
    def active(self) -> tuple[str, ...]:
        """The codes of the active matters."""
        return self.evaluation.active

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The sections with something to ask: code, title, visible pointers, number of errors."""
        result = []
        for section in self.composition.sections:
            shown = [pointer for pointer in section["fields"] if pointer in self.visible]
            if not shown:
                continue
            result.append(
                {
                    "code": section["code"],
                    "title": dict(section["title"]),
                    "fields": shown,
                    "errors": sum(field_of(error.pointer, shown) is not None for error in self.errors),
                }
            )
        return result

    @property
    def complete(self) -> bool:
        """Tell whether the answers may be submitted as far as the form goes."""
        return not self.errors

    def to_json(self) -> dict[str, Json]:
        """Give the whole state as JSON; canonical bytes are equal in CPython and Pyodide."""
        return {
            "on": self.on.isoformat(),
            "answers": self.answers,
            "fields": {
                pointer: {
                    "visible": pointer in self.visible,
                    "required": pointer in self.required,
                    "enabled": pointer not in self.disabled,
                }
                for pointer in self.composition.fields
            },
            "errors": [error.to_json() for error in self.errors],
            "sections": self.sections,
            "evaluation": self.evaluation.to_json(),
            "materials": [material.to_json() for material in self.materials],
        }

    def to_bytes(self) -> bytes:
        """Give the state in canonical JSON, for comparing two machines byte by byte."""
        return canonical(self.to_json())


def form_state(
    composition: Composition,
    answers: Mapping[str, Json],
    on: date,
    calendar: Calendar | None = None,
) -> FormState:
    """Work out the state of a composed form for the answers so far, on a date."""
    answers = dict(answers) if isinstance(answers, Mapping) else {}
    fields = composition.fields
    everything = {p for p, field in fields.items() if SITUATIONS in field.used_by}
    asked, disabled = _settle(composition, answers, everything, {SITUATIONS})
    evaluation = evaluate(
        composition, _computed(fields, _keep(answers, asked), asked, on, calendar), on, calendar
    )
    owners = {SITUATIONS, *evaluation.active}
    candidates = {p for p, field in fields.items() if owners & set(field.used_by)}
    visible, disabled = _settle(composition, answers, candidates, owners)
    kept = _computed(fields, _keep(answers, visible), visible, on, calendar)
    if visible != asked or kept != answers:
        evaluation = evaluate(composition, kept, on, calendar)
    schema = composition.schema_for(evaluation.active)
    whole = with_groups(schema, kept)
    errors = field_errors(
        _validator(composition, evaluation.active, schema).iter_errors(whole), composition.is_choice
    )
    errors += _checked(composition, visible, kept, on, {error.pointer for error in errors})
    return FormState(
        composition,
        on,
        kept,
        frozenset(visible),
        frozenset(disabled),
        frozenset(p for p in required_now(schema, whole) if p in visible),
        tuple(sorted(errors, key=lambda error: (error.pointer, error.code))),
        evaluation,
        tuple(composition.materials_for(evaluation.active, evaluation.required, evaluation.waived)),
    )


def _validator(composition: Composition, active: tuple[str, ...], schema: Schema) -> Draft202012Validator:
    return composition.remember(
        ("validator", active), lambda: Draft202012Validator(schema, format_checker=FORMAT_CHECKER)
    )


def _settle(
    composition: Composition, answers: Json, candidates: set[str], owners: set[str]
) -> tuple[set[str], set[str]]:
    """Give the visible and the disabled fields among the candidates."""
    visible = set(candidates)
    disabled: set[str] = set()
    for _ in range(_MAX_PASSES):
        kept = _keep(answers, visible)
        shown = {p for p in candidates if _shown(composition, p, kept, owners)}
        if shown == visible:
            break
        visible = shown
    kept = _keep(answers, visible)
    for pointer in visible:
        if _effect(composition, pointer, kept, owners, "DISABLE", "ENABLE"):
            disabled.add(pointer)
    return visible, disabled


def _shown(composition: Composition, pointer: str, answers: Json, owners: set[str]) -> bool:
    return not _effect(composition, pointer, answers, owners, "HIDE", "SHOW")


def _effect(
    composition: Composition, pointer: str, answers: Json, owners: set[str], when_true: str, when_false: str
) -> bool:
    """Tell whether *every* active user of a field wants the effect (hidden, or disabled)."""
    raw = composition.rules_of(pointer)
    users = [owner for owner in composition.fields[pointer].used_by if owner in owners]
    return bool(users) and all(_wants(raw.get(owner, ()), answers, when_true, when_false) for owner in users)


def _wants(rules: Any, answers: Json, when_true: str, when_false: str) -> bool:
    for rule in rules:
        if rule["effect"] == when_true and condition_holds(rule["condition"], answers):
            return True
        if rule["effect"] == when_false and not condition_holds(rule["condition"], answers):
            return True
    return False


def condition_holds(condition: Mapping[str, Any], answers: Json) -> bool:
    """Evaluate a JSON Forms condition: the value at ``scope`` is valid for ``schema``; a missing value is not."""
    value = get(answers, scope_pointer(condition["scope"]))
    return value is not MISSING and Draft202012Validator(condition["schema"]).is_valid(value)


def _keep(answers: Json, pointers: set[str]) -> dict[str, Json]:
    """Give just the answers at the pointers."""
    kept: Json = {}
    for pointer in sorted(pointers):
        value = get(answers, pointer)
        if value is not MISSING:
            kept = put(kept, pointer, value)
    result: dict[str, Json] = kept
    return result


def _computed(
    fields: Mapping[str, Field],
    answers: dict[str, Json],
    visible: set[str],
    on: date,
    calendar: Calendar | None,
) -> dict[str, Json]:
    """Fill in computed values; a second pass serves values computed from computed ones."""
    computed = [(p, f.compute) for p, f in fields.items() if f.compute and p in visible]
    for _ in range(2 if computed else 0):
        for pointer, spec in computed:
            if spec is not None:
                answers = put(answers, pointer, apply(spec, answers, on, calendar))
    return answers


def _checked(
    composition: Composition, visible: set[str], answers: Json, on: date, wrong: set[str]
) -> list[FieldError]:
    """What the field types find in answers that their schemas accept."""
    found: list[FieldError] = []
    for pointer in sorted(visible):
        value = get(answers, pointer)
        field = composition.fields[pointer]
        if value is not MISSING and pointer not in wrong:
            found += FIELD_TYPES[field.type].check(value, field, on)
    return found


def required_now(schema: Mapping[str, Any], value: Json, pointer: str = "") -> set[str]:
    """Give the pointers of all fields required for this value, through if/then/else and allOf."""
    found: set[str] = set()
    if not isinstance(value, Mapping):
        return found
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if not _holds_fields(properties.get(name, {})):
            found.add(pointer + join(name))
    for name, inner in properties.items():
        if _holds_fields(inner):
            found |= required_now(inner, value.get(name, {}), pointer + join(name))
    for name, others in schema.get("dependentRequired", {}).items():
        if name in value:
            found |= {pointer + join(other) for other in others}
    for part in schema.get("allOf", ()):
        found |= required_now(part, value, pointer)
    if "if" in schema:
        holds = Draft202012Validator(schema["if"]).is_valid(value)
        found |= required_now(schema.get("then" if holds else "else", {}), value, pointer)
    return found


def _holds_fields(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema speaks of the fields of a group, not of a field's own value."""
    keywords = ("properties", "required", "if", "allOf", "dependentRequired")
    return "x-type" not in schema and any(keyword in schema for keyword in keywords)


def field_of(pointer: str, fields: Any) -> str | None:
    """Give the field among ``fields`` that a pointer lies in (or is), or None."""
    path = tokens(pointer)
    while path:
        candidate = join(*path)
        if candidate in fields:
            return candidate
        path.pop()
    return None
