"""Sample answers: a form filled in as an applicant could fill it, made up from its own definition.

``sample_answers(composition, on, seed)`` gives answers that the form finds nothing wrong with and
its rules do not deny, wherever that can be had. Nothing here knows a bundle: values come from the
examples of the field types, from the schemas of every matter, and from the limits the rules hold
facts against. What is found wrong is mended by trying other values at the places blamed, as a
person would, so conditional requirements and rules that hang together are met too.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

from ..bundles.compose import Composition
from ..bundles.evaluate import compiled
from ..deadlines import Calendar
from ..definitions.canonical import canonical
from ..definitions.pointer import MISSING, get, put, tokens
from ..definitions.types import Json
from ..functions import number as json_number
from ..functions import places
from ..rules.boundaries import shortest, values_of
from ..rules.patterns import PatternError, compile_pattern
from ..rules.types import Fact, facts_in
from .exact import answer_validator
from .fields import FIELD_TYPES, Field
from .state import FormState, field_of, form_state

FILL = 0.6
"""Of the questions that need no answer, so many are answered."""

_EXAMPLES = 8
_PASSES = 12
_TRIALS = 100
"""So often is a form looked at again to mend it, at most."""

_DAYS = (14, 0, -30, 1, -1, 60, 200, -400, 1000, -9000)
"""Days worth trying, counted from the day itself."""

Answers = dict[str, Json]


def sample_answers(
    composition: Composition,
    on: date,
    seed: int = 0,
    *,
    calendar: Calendar | None = None,
    given: Mapping[str, Json] | None = None,
    fill: float = FILL,
) -> Answers:
    """Give answers that may be submitted; the same for the same seed.

    ``given`` are answers to keep as they are (a situation, say). Where they cannot be completed,
    the answers come as near as was found: ``form_state`` tells what is wrong with them.
    """
    return _Applicant(composition, on, seed, calendar, given or {}, fill).answered()


class _Applicant:
    """One made-up applicant: what he was told to answer, and how he chooses the rest."""

    def __init__(
        self,
        composition: Composition,
        on: date,
        seed: int,
        calendar: Calendar | None,
        given: Mapping[str, Json],
        fill: float,
    ) -> None:
        self.composition, self.on, self.seed, self.calendar = composition, on, seed, calendar
        self.given, self.fill = dict(given), fill
        self.fixed = {pointer for pointer in composition.fields if get(self.given, pointer) is not MISSING}

    def answered(self) -> Answers:
        """Fill the form in, then mend what is wrong with it."""
        answers, state = self._filled(self.given)
        trials = _TRIALS
        while any(_score(state)) and trials > 0:
            for trial in self._other_answers(answers, state):
                trials -= 1
                mended, after = self._filled(trial)
                if _score(after) < _score(state):
                    answers, state = mended, after
                    break
                if trials <= 0:
                    break
            else:
                break
        return state.answers

    def _state(self, answers: Answers) -> FormState:
        return form_state(self.composition, answers, self.on, self.calendar)

    def _filled(self, answers: Answers) -> tuple[Answers, FormState]:
        """Answer what is asked until nothing is left open; answering may make more be asked."""
        state = self._state(answers)
        for _ in range(_PASSES):
            waiting = {entry["pointer"] for entry in state.evaluation.unknown}
            before = answers
            for pointer in self.composition.fields:
                if pointer not in state.visible or get(answers, pointer) is not MISSING:
                    continue
                if pointer in state.required or pointer in waiting or self._chance(pointer) < self.fill:
                    answers = self._put(answers, pointer)
            if answers == before:
                break
            state = self._state(answers)
        return answers, state

    def _put(self, answers: Answers, pointer: str) -> Answers:
        values = [] if self.composition.fields[pointer].compute else self.values(pointer)
        changed: Answers = put(answers, pointer, values[0]) if values else answers
        return changed

    def _chance(self, pointer: str) -> float:
        return random.Random(f"{self.seed} {pointer}").random()

    def _other_answers(self, answers: Answers, state: FormState) -> Iterator[Answers]:
        """Yield the answers with another value at one place that is blamed for something."""
        for pointer, suggested in _blamed(state).items():
            if pointer not in state.visible or pointer in self.fixed:
                continue
            field, now = self.composition.fields[pointer], get(answers, pointer)
            fit = [value for value in suggested if fits(self.composition, field, value, self.on)]
            for value in [*fit, *_other_rows(field, now), *self.values(pointer)]:
                if value != now:
                    yield put(answers, pointer, value)

    def values(self, pointer: str) -> list[Json]:
        """Give the values worth trying at a place, the first one by the seed."""
        known: list[Json] = values_at(self.composition, pointer, self.on)
        if self.composition.fields[pointer].type in ("date", "date_range"):
            return known  # the likeliest day comes first
        start = random.Random(f"{self.seed} value {pointer}").randrange(max(1, min(len(known), _EXAMPLES)))
        return known[start:] + known[:start]


def _score(state: FormState) -> tuple[int, int, int]:
    """Say how far answers are from being granted: errors, denials, referrals."""
    evaluation = state.evaluation
    return len(state.errors), len(evaluation.denials), len(evaluation.referrals)


def _blamed(state: FormState) -> dict[str, list[Json]]:
    """Give the places that have to do with what is wrong, the errors' own first.

    With each come the values that the rule holds it against: other facts of the same case.
    """
    found: dict[str, list[Json]] = {}
    for error in state.errors:
        place = field_of(error.pointer, state.composition.fields)
        if place:
            found.setdefault(place, [])
    for run, outcome in [*state.evaluation.denials, *state.evaluation.referrals]:
        ruleset = run.compiled.ruleset
        rule = next(each for each in ruleset.rules if each.name == outcome.rule)
        names = [name.partition("[]")[0] for name in facts_in(rule.condition)]
        for name in names:
            beside = [run.facts[other] for other in names if other != name and other in run.facts]
            for place in _places(ruleset.facts[name]):
                found.setdefault(place, []).extend(beside)
    return found


def _other_rows(field: Field, now: Any) -> Iterator[Json]:
    """Yield the rows of a group with another value in one of them."""
    for number, row in enumerate(now if isinstance(now, list) and field.items else ()):
        for item in field.items:
            kind = FIELD_TYPES[item.type]
            for seed in range(max(2, len(item.options))):
                yield [*now[:number], put(row, item.pointer, kind.example(item, seed)), *now[number + 1 :]]


def _places(fact: Fact) -> list[str]:
    """Give the places in the answers that a fact is read from."""
    if fact.asserted:
        return []
    return [fact.place] if fact.derive is None else places(fact.derive)


def values_at(composition: Composition, pointer: str, on: date) -> list[Json]:
    """Give values that the field at a pointer takes, examples first, then the limits of the rules.

    Where the field's own schemas contradict each other there may be none.
    """
    return composition.remember(("values", pointer, on), lambda: _values_at(composition, pointer, on))


def _values_at(composition: Composition, pointer: str, on: date) -> list[Json]:
    field = composition.fields[pointer]
    if field.type == "note":
        return []
    whole = composition.schema_for(composition.matters)
    parts = [part for part in parts_at(whole, tokens(pointer)) if isinstance(part, Mapping)]
    known = {canonical(part): part for part in [field.schema, *parts]}
    wide = replace(field, schema={**field.schema, "allOf": [*field.schema.get("allOf", ()), *known.values()]})
    proposed = [*_near(field, on), *_examples(wide), *_written(parts), *limits_at(composition, pointer, on)]
    proposed += [fitted for value in proposed for part in known.values() for fitted in _fitted(value, part)]
    return list({canonical(v): v for v in proposed if fits(composition, field, v, on)}.values())


def fits(composition: Composition, field: Field, value: Json, on: date) -> bool:
    """Tell whether a value is right for a field by what every matter says of it, whatever else is answered."""

    def validator() -> Draft202012Validator:
        whole = composition.schema_for(composition.matters)
        own = get(whole, "".join(f"/properties/{token}" for token in field.pointer.split("/")[1:]))
        schema = field.schema if own is MISSING else own
        return answer_validator(schema)

    known = composition.remember(("fits", field.pointer), validator)
    return known.is_valid(value) and not FIELD_TYPES[field.type].check(value, field, on)


def parts_at(schema: Any, path: list[str]) -> Iterator[Any]:
    """Yield every schema that may speak of the value at a path, also those under a condition."""
    if not isinstance(schema, Mapping):
        return
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from parts_at(part, path)
    for keyword in ("if", "then", "else", "not"):
        yield from parts_at(schema.get(keyword), path)
    if not path:
        yield schema
    else:
        yield from parts_at(schema.get("properties", {}).get(path[0]), path[1:])


def _examples(field: Field) -> list[Json]:
    """Give the field type's own examples; of a choice every option."""
    kind = FIELD_TYPES[field.type]
    count = max(_EXAMPLES, len(field.options))
    examples = [kind.example(field, seed if seed < len(field.options) else seed * 7) for seed in range(count)]
    if field.type == "multiple_choice" and field.options:
        examples.append([option["value"] for option in field.options])
    if field.type == "group":
        examples += [[*examples[0], *examples[1]]]
    return [value for value in examples if value is not MISSING]


def _near(field: Field, on: date) -> list[Json]:
    """Give dates about the day itself: what is planned lies ahead, what has happened behind."""
    days = [(on + timedelta(days=days)).isoformat() for days in _DAYS]
    if field.type == "date":
        return list(days)
    if field.type == "date_range":
        ends = [(on + timedelta(days=days + 180)).isoformat() for days in _DAYS]
        return [{"from": start, "to": end} for start, end in zip(days, ends, strict=True)]
    return []


def _written(parts: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Give the values that the schemas themselves write down, and texts of their patterns."""
    found: list[Json] = []
    for part in parts:
        found += [part["const"]] if "const" in part else []
        found += [*part.get("enum", ()), *part.get("examples", ())]
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(part.get(keyword), int | float):
                found += [part[keyword], part[keyword] + 1, part[keyword] - 1]
        if "pattern" in part:
            found += _of_pattern(str(part["pattern"]))
    return found


def _of_pattern(source: str) -> list[Json]:
    plain = source.removeprefix("^").removesuffix("$").replace("\\d", "[0-9]")
    try:
        example = shortest(compile_pattern(plain))
    except PatternError:
        return []
    return [] if example is None else [example]


def _fitted(value: Json, part: Mapping[str, Any]) -> Iterator[Json]:
    """Yield a value cut to a length, or to a multiple, that a schema wants."""
    if isinstance(value, str) and value:
        if len(value) > int(part.get("maxLength", len(value))):
            yield value[: int(part["maxLength"])]
        if len(value) < int(part.get("minLength", 0)):
            yield value + "文" * (int(part["minLength"]) - len(value))
    step = part.get("multipleOf")
    if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(step, int | float):
        exact = Decimal(str(step))
        multiple = round(value / step) * exact
        yield from (json_number(multiple), json_number(multiple + exact))


def limits_at(composition: Composition, pointer: str, on: date) -> list[Json]:
    """Give the values that the rules compare the answer with, and those just beside them."""
    found: list[Json] = []
    for code in composition.rulesets:
        rules = compiled(composition, code, on)
        values = values_of(rules)
        for name, fact in rules.ruleset.facts.items():
            if fact.derive is None and not fact.asserted and fact.place == pointer:
                found += values.get(name, [])
    return found
