"""The form state's short cuts say what the long way says, and what a page need not show again is not sent."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.bundles.schemas import with_groups
from yijianshi.core.definitions.pointer import MISSING, put
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.core.forms.formats import FORMAT_CHECKER
from yijianshi.core.forms.messages import field_errors
from yijianshi.core.forms.page import (
    Posted,
    Shown,
    errors_in,
    group_pairs,
    laid_out,
    page_fields,
    render_field,
    render_page,
    told,
    views_of,
    written_otherwise,
)
from yijianshi.core.forms.samples import sample_answers
from yijianshi.core.forms.state import Memory, form_state
from yijianshi.server.context import shipped_calendar
from yijianshi.server.files import shipped_library

from tests.core.forms.odd import odd

ON = date(2026, 11, 24)
CALENDAR = shipped_calendar()
COMPOSED = {
    **{code: compose(shipped_library(), code) for code in ("construction-start", "individual-to-enterprise")},
    "odd-one": compose(odd(), "odd-one"),
}
BROKEN: list[Any] = [
    MISSING,
    None,
    True,
    0,
    1.0,
    -5,
    10**9,
    "",
    "x",
    "是",
    [],
    [{}],
    ["a", "a"],
    {},
    {"from": "x"},
]


def harmed(composition: Composition, answers: Any, chance: random.Random) -> Any:
    """Answers of which some are no longer right."""
    for pointer in chance.sample(sorted(composition.fields), 6):
        answers = put(answers, pointer, chance.choice(BROKEN))
    return answers


@pytest.mark.parametrize("bundle", sorted(COMPOSED))
@settings(max_examples=60)
@given(seed=st.integers(0, 100_000))
def test_field_by_field_is_found_what_the_whole_schema_finds(bundle: str, seed: int) -> None:
    composition, chance = COMPOSED[bundle], random.Random(seed)
    answers = harmed(composition, sample_answers(composition, ON, seed % 50, calendar=CALENDAR), chance)
    state = form_state(composition, answers, ON, CALENDAR)
    schema = composition.schema_for(state.active)
    whole = Draft202012Validator(schema, format_checker=FORMAT_CHECKER)
    wanted = field_errors(whole.iter_errors(with_groups(schema, state.answers)), composition.is_choice)
    from_schemas = [error for error in state.errors if error in wanted]
    assert from_schemas == wanted
    assert all(
        error.pointer not in {w.pointer for w in wanted} for error in state.errors if error not in wanted
    )


@pytest.mark.parametrize("bundle", sorted(COMPOSED))
def test_a_memory_changes_nothing_of_what_is_said(bundle: str) -> None:
    composition, chance = COMPOSED[bundle], random.Random(7)
    memory: Memory = {}
    answers: Any = sample_answers(composition, ON, 3, calendar=CALENDAR)
    for _ in range(60):
        answers = harmed(composition, answers, chance)
        fresh = form_state(composition, answers, ON, CALENDAR).to_bytes()
        assert form_state(composition, answers, ON, CALENDAR, memory).to_bytes() == fresh
    assert memory


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("bundle", sorted(COMPOSED))
def test_what_is_sent_makes_the_page_what_it_would_be_if_all_were_sent(bundle: str, lang: str) -> None:
    composition, chance = COMPOSED[bundle], random.Random(11)
    view = Shown()
    page: dict[str, str] = {}
    partly = 0
    answers: Any = sample_answers(composition, ON, 3, calendar=CALENDAR)
    section = composition.sections[-1]["code"]
    for step in range(80):
        if step % 3 == 0:
            answers = harmed(composition, answers, chance)
        else:  # one keystroke on this page
            fields = page_fields(form_state(composition, answers, ON, CALENDAR), section)
            asked = fields or sorted(composition.fields)
            answers = put(answers, chance.choice(asked), chance.choice(BROKEN[5:10]))
        state = form_state(composition, answers, ON, CALENDAR)
        touched = set(chance.sample(sorted(composition.fields), 4))
        whole, changed = view.update(state, answers, section, lang, touched, {})
        fields = page_fields(state, section)
        expected = render_page(state, answers, section, lang, touched, {})
        if whole is None:
            page |= changed
            assert laid_out(state, section, page, lang) == expected
        else:
            assert (whole, changed) == (expected, {})
            errors = told(state, answers, errors_in(state, fields), touched)
            views = views_of(state, answers, fields, errors, lang, {})
            page = {pointer: render_field(state, pointer, view, lang) for pointer, view in views.items()}
        partly += whole is None
    assert partly > 20


def test_what_is_typed_in_other_words_is_shown_again() -> None:
    composition = COMPOSED["construction-start"]
    area, name = "/project/floor_area", "/project/name"
    field = composition.fields[area]
    pairs = group_pairs([(area, "１２"), (name, "幼儿园")])
    posted = Posted({area: FIELD_TYPES[field.type].parse(pairs, area, field), name: "幼儿园"})
    assert posted.values[area] == 12
    assert written_otherwise(composition, posted, pairs) == {area}
    assert written_otherwise(composition, Posted({area: 12}), {area: ["12"]}) == set()
