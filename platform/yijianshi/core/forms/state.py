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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from ..bundles.compose import SITUATIONS, Composition
from ..bundles.evaluate import Evaluation, evaluate
from ..bundles.fields import scope_pointer
from ..bundles.materials import MergedMaterial
from ..bundles.schemas import Schema, is_group, with_groups
from ..deadlines import Calendar
from ..definitions.canonical import canonical
from ..definitions.pointer import MISSING, get, join, path_of, put, tokens
from ..definitions.types import Json, Text, text
from ..functions import apply
from .exact import answer_validator
from .fields import FIELD_TYPES, Field
from .fields.groups import asked_in, is_asked
from .messages import FieldError, field_errors
from .requirements import required_now

_MAX_PASSES = 8
"""Visibility settles within as many passes as rules are chained; more is a circle, which `check` reports."""

_NAMED = 2
"""Of the sections of a page, so many are named in its title when there are more."""


Memory = dict[tuple[tuple[str, ...], str], tuple[str, list[ValidationError]]]
"""What was last found of each field's own value, with that value as it is spelled."""


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
        wrong = [field_of(error.pointer, self.composition.fields) for error in self.errors]
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
                    "errors": sum(wrong.count(pointer) for pointer in shown) if wrong else 0,
                }
            )
        return result

    @cached_property
    def pages(self) -> list[dict[str, Any]]:
        """The pages with something to ask: code (that of its first section), title, sections, fields, errors.

        ``sections`` are entries of ``sections``; a page begins with the first of its sections that asks something.
        """
        result = []
        for page in self.composition.pages:
            codes = {section["code"] for section in page}
            shown = [section for section in self.sections if section["code"] in codes]
            if shown:
                result.append(
                    {
                        "code": shown[0]["code"],
                        "title": together([section["title"] for section in shown]),
                        "sections": shown,
                        "fields": [pointer for section in shown for pointer in section["fields"]],
                        "errors": sum(section["errors"] for section in shown),
                    }
                )
        return result

    def page(self, section: str) -> dict[str, Any] | None:
        """Give the page that a section belongs to, also one that asks nothing now; None when the page asks nothing."""
        codes = {each["code"] for each in self.composition.page_of(section)}
        return next((page for page in self.pages if page["code"] in codes), None)

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
            "pages": [
                {
                    "code": page["code"],
                    "title": page["title"],
                    "sections": [section["code"] for section in page["sections"]],
                    "errors": page["errors"],
                }
                for page in self.pages
            ],
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
    memory: Memory | None = None,
) -> FormState:
    """Work out the state of a composed form for the answers so far, on a date.

    ``memory`` is for whoever asks again and again of one applicant's form: what was said of an
    answer is said again while the answer stays. It never changes what is said.
    """
    fields = composition.fields
    answers = _rows_as_asked(fields, dict(answers) if isinstance(answers, Mapping) else {})
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
    found = _validated(composition, evaluation.active, schema, whole, {} if memory is None else memory)
    errors = field_errors(found, composition.is_choice)
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


def _validated(
    composition: Composition, active: tuple[str, ...], schema: Schema, whole: Json, memory: Memory
) -> Iterator[ValidationError]:
    """Yield what ``schema`` finds: of each field's own value first, then of what hangs together."""
    fields, frame = composition.remember(("validators", active), lambda: _split(schema))
    for pointer, validator in fields:
        value = get(whole, pointer)
        if value is MISSING:
            continue
        spelled = repr(value)
        known = memory.get((active, pointer))
        if known is None or known[0] != spelled:
            known = memory[active, pointer] = (spelled, [*_placed(validator.iter_errors(value), pointer)])
        yield from known[1]
    yield from frame.iter_errors(whole)


def _split(schema: Schema) -> tuple[list[tuple[str, Draft202012Validator]], Draft202012Validator]:
    """Take the fields' own schemas out of a form's schema; gives them by pointer, and the frame that is left."""
    fields: list[tuple[str, Draft202012Validator]] = []

    def frame_of(part: Schema, pointer: str) -> Schema:
        kept: Schema = {}
        for name, inner in part.get("properties", {}).items():
            place = pointer + join(name)
            if is_group(inner):
                kept[name] = frame_of(inner, place)
            else:
                fields.append((place, answer_validator(inner)))
        return {**part, "properties": kept} if "properties" in part else part

    frame = frame_of(schema, "")
    return fields, answer_validator(frame)


def _placed(errors: Iterable[ValidationError], pointer: str) -> Iterator[ValidationError]:
    for error in errors:
        error.relative_path.extendleft(reversed(path_of(pointer)))
        yield error


def _settle(
    composition: Composition, answers: Json, candidates: set[str], owners: set[str]
) -> tuple[set[str], set[str]]:
    """Give the visible and the disabled fields among the candidates."""
    ruled = [p for p in candidates if composition.rules_of(p)]
    visible = set(candidates)
    for _ in range(_MAX_PASSES if ruled else 0):
        kept = _keep(answers, visible)
        shown = candidates - {p for p in ruled if _effect(composition, p, kept, owners, "HIDE", "SHOW")}
        if shown == visible:
            break
        visible = shown
    kept = _keep(answers, visible)
    disabled = {
        p for p in ruled if p in visible and _effect(composition, p, kept, owners, "DISABLE", "ENABLE")
    }
    return visible, disabled


def _effect(
    composition: Composition, pointer: str, answers: Json, owners: set[str], when_true: str, when_false: str
) -> bool:
    """Tell whether *every* active user of a field wants the effect (hidden, or disabled)."""
    rules = composition.remember(("rules", pointer), lambda: _read_rules(composition.rules_of(pointer)))
    users = [owner for owner in composition.fields[pointer].used_by if owner in owners]
    return bool(users) and all(
        _wants(rules.get(owner, ()), answers, when_true, when_false) for owner in users
    )


_Rule = tuple[str, str, Draft202012Validator]
"""A rule of a field ready to be asked: its effect, and the place and the schema of its condition."""


def _read_rules(raw: Mapping[str, Any]) -> dict[str, list[_Rule]]:
    return {
        owner: [
            (
                rule["effect"],
                scope_pointer(rule["condition"]["scope"]),
                answer_validator(rule["condition"]["schema"]),
            )
            for rule in rules
        ]
        for owner, rules in raw.items()
    }


def _wants(rules: Iterable[_Rule], answers: Json, when_true: str, when_false: str) -> bool:
    for effect, place, validator in rules:
        if effect in (when_true, when_false):
            value = get(answers, place)
            # a value that is missing is not valid
            holds = value is not MISSING and validator.is_valid(value)
            if holds == (effect == when_true):
                return True
    return False


def _keep(answers: Json, pointers: set[str]) -> dict[str, Json]:
    """Give just the answers at the pointers."""
    kept: dict[str, Json] = {}
    for pointer in sorted(pointers):
        value = get(answers, pointer)
        if value is not MISSING:
            *groups, name = path_of(pointer)
            inner: Any = kept
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[name] = value
    return kept


def _rows_as_asked(fields: Mapping[str, Field], answers: dict[str, Json]) -> dict[str, Json]:
    """Leave out of the rows of repeated groups what is not asked in them."""
    for pointer, field in fields.items():
        rows = get(answers, pointer) if any(item.show for item in field.items) else MISSING
        if not isinstance(rows, list):
            continue
        kept = []
        for row in rows:
            for _ in range(_MAX_PASSES):
                hidden = {item.pointer for item in field.items} - {i.pointer for i in asked_in(field, row)}
                gone = [place for place in sorted(hidden) if get(row, place) is not MISSING]
                for place in gone:
                    row = put(row, place, MISSING)
                if not gone:
                    break
            kept.append(row)
        answers = put(answers, pointer, kept)
    return answers


def _computed(
    fields: Mapping[str, Field],
    answers: dict[str, Json],
    visible: set[str],
    on: date,
    calendar: Calendar | None,
) -> dict[str, Json]:
    """Fill in computed values; a second pass serves values computed from computed ones."""
    computed = [(p, f.compute) for p, f in fields.items() if f.compute and p in visible]

    def asked(group: str, row: Json, place: str) -> bool:
        known = {item.pointer: item for item in fields[group].items} if group in fields else {}
        return place not in known or is_asked(known[place], row)

    for _ in range(2 if computed else 0):
        for pointer, spec in computed:
            if spec is not None:
                answers = put(answers, pointer, apply(spec, answers, on, calendar, asked))
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


def together(titles: Sequence[Mapping[str, str]]) -> Text:
    """Name a page by the titles of its sections; of many by the first two."""
    few = titles[:_NAMED]
    zh, en = "、".join(t["zh"] for t in few), ", ".join(t["en"] for t in few)
    rest = len(titles) - len(few)
    return text(f"{zh}等 {len(titles)} 部分", f"{en} and {rest} more") if rest else text(zh, en)


def field_of(pointer: str, fields: Any) -> str | None:
    """Give the field among ``fields`` that a pointer lies in (or is), or None."""
    path = tokens(pointer)
    while path:
        candidate = join(*path)
        if candidate in fields:
            return candidate
        path.pop()
    return None
