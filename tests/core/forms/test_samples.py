"""Sample answers are answers: nothing is wrong with them, in the shipped bundles and in made-up ones."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import SITUATIONS, Composition, compose
from yijianshi.core.checks.ways import ways
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.pointer import MISSING, get
from yijianshi.core.definitions.types import Json
from yijianshi.core.forms.samples import sample_answers, values_at
from yijianshi.core.forms.situations import situations
from yijianshi.core.forms.state import FormState, form_state
from yijianshi.core.rules.types import facts_in
from yijianshi.server.context import shipped_calendar
from yijianshi.server.files import shipped_library

from tests.core.forms.odd import odd

CALENDAR = shipped_calendar()
COMPOSED = {
    code: compose(shipped_library(), code) for code in ("construction-start", "individual-to-enterprise")
}
DAYS = st.dates(date(2026, 1, 1), date(2026, 11, 30))


def looked_at(composition: Composition, answers: dict[str, Json], on: date) -> FormState:
    return form_state(composition, answers, on, CALENDAR)


@pytest.mark.parametrize("bundle", sorted(COMPOSED))
@settings(max_examples=40)
@given(seed=st.integers(0, 100_000), on=DAYS)
def test_nothing_is_wrong_with_sample_answers(bundle: str, seed: int, on: date) -> None:
    composition = COMPOSED[bundle]
    answers = sample_answers(composition, on, seed, calendar=CALENDAR)
    state = looked_at(composition, answers, on)
    assert [(e.pointer, e.code) for e in state.errors] == []
    assert [o.rule for _, o in state.evaluation.denials] == []
    assert state.answers == answers
    assert all(get(answers, pointer) is not MISSING for pointer in state.required)


@pytest.mark.parametrize("bundle", sorted(COMPOSED))
def test_the_same_seed_gives_the_same_and_others_differ(bundle: str) -> None:
    on = date(2026, 11, 24)
    made = [
        canonical(sample_answers(compose(shipped_library(), bundle), on, seed, calendar=CALENDAR))
        for seed in (1, 1, 2)
    ]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("fill", [0.0, 1.0])
@pytest.mark.parametrize("bundle", sorted(COMPOSED))
def test_as_little_or_as_much_as_can_be_answered(bundle: str, fill: float) -> None:
    composition, on = COMPOSED[bundle], date(2026, 11, 24)
    state = looked_at(composition, sample_answers(composition, on, 5, calendar=CALENDAR, fill=fill), on)
    assert state.complete
    asked = {p for p in state.visible if composition.fields[p].type != "note"}
    answered = {p for p in asked if get(state.answers, p) is not MISSING}
    assert answered == asked if fill else answered < asked


@pytest.mark.parametrize("bundle", sorted(COMPOSED))
def test_every_situation_can_be_completed_or_is_denied_for_what_it_is(bundle: str) -> None:
    composition, on = COMPOSED[bundle], date(2026, 11, 24)
    found, _ = situations(composition, on, 60, calendar=CALENDAR)
    assert len(found) == 60
    assert len({canonical(answers) for answers in found}) == 60
    for seed, given_ in enumerate(found):
        answers = sample_answers(composition, on, seed, calendar=CALENDAR, given=given_)
        state = looked_at(composition, answers, on)
        assert state.complete
        kept = [p for p in composition.fields if get(given_, p) is not MISSING]
        assert all(get(answers, p) == get(given_, p) for p in kept)
        for run, outcome in state.evaluation.denials:
            rule = next(r for r in run.compiled.ruleset.rules if r.name == outcome.rule)
            reads = {run.compiled.ruleset.place_of(name) for name in facts_in(rule.condition)}
            assert reads & set(kept)


@given(seed=st.integers(0, 10_000))
def test_conditions_of_every_kind_are_met(seed: int) -> None:
    composition, on = ODD, date(2026, 5, 6)
    state = looked_at(composition, sample_answers(composition, on, seed), on)
    assert [(e.pointer, e.code) for e in state.errors] == []


ODD = compose(odd(), "odd-one")


def test_the_values_worth_trying_are_values_of_the_field() -> None:
    on = date(2026, 5, 6)
    assert "鲁Q00000" in values_at(ODD, "/a/plate", on)
    assert all(value % 10 == 0 and value > 25 for value in values_at(ODD, "/a/tens", on))
    assert all(len(value) <= 2 for value in values_at(ODD, "/a/short", on))
    assert values_at(ODD, "/a/kind", on) == ["x", "y"]


def test_without_any_value_that_fits_the_answer_stays_out_and_is_told() -> None:
    composition, on = compose(odd(short={"pattern": "^(?!x)x$"}), "odd-one"), date(2026, 5, 6)
    state = looked_at(composition, sample_answers(composition, on), on)
    assert [(e.pointer, e.code) for e in state.errors] == [("/a/short", "required")]
    assert [(p.code, "/a/short" in p.message["en"]) for p in ways(composition, on)] == [
        ("no-way-through", True)
    ]
    assert ways(ODD, on) == []


def test_few_situations_are_all_walked_through_and_of_many_every_two_meet() -> None:
    composition, on = COMPOSED["individual-to-enterprise"], date(2026, 11, 24)
    every, whole = situations(composition, on, 1000, calendar=CALENDAR)
    some, partly = situations(composition, on, 60, calendar=CALENDAR)
    assert whole
    assert not partly
    asked = [p for p, field in composition.fields.items() if SITUATIONS in field.used_by]

    def meetings(rows: list[dict[str, Json]]) -> set[Any]:
        return {
            (one, canonical(get(row, one)), two, canonical(get(row, two)))
            for row in rows
            for one, two in combinations(asked, 2)
            if get(row, one) is not MISSING and get(row, two) is not MISSING
        }

    assert meetings(some) == meetings(every)
    assert len(some) == 60 < len(every)
