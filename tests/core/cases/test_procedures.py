"""Special procedures (行政许可法 §45): the clock stands still, and due days move by exactly what did not count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.cases import commands, procedures
from yijianshi.core.cases.clocks import clock_of, end_of
from yijianshi.core.cases.events import from_json
from yijianshi.core.cases.refusal import CaseRefusal
from yijianshi.core.cases.state import CaseState, apply, fold
from yijianshi.core.cases.values import Limit, Part

from tests.core.cases.samples import APPLICANT, CALENDAR, MONDAY, PARTS, REMEDIES, STAFF, begun, days

BASIS = "《行政许可法》第四十五条"
DECLARING = tuple(replace(each, procedures=("expert-review", "testing")) for each in PARTS)
START = date(2026, 3, 2)


def accepted() -> CaseState:
    state = begun(DECLARING)
    return did(state, commands.accept(state, "id-water", actor=STAFF, at=MONDAY, calendar=CALENDAR))


def did(state: CaseState, events: list) -> CaseState:
    for event in events:
        assert from_json(event.to_json()) == event
        state = apply(state, event)
    return state


def start(
    state: CaseState, day: int, kind: str = "expert-review", length: int = 5, basis: str = BASIS
) -> list:
    return procedures.start(
        state, "id-water", kind, length, basis, actor=STAFF, at=days(day), calendar=CALENDAR
    )


def end(state: CaseState, day: int) -> list:
    return procedures.end(state, "id-water", actor=STAFF, at=days(day), calendar=CALENDAR)


def test_the_clock_stands_still_and_the_procedure_has_a_due_day_of_its_own() -> None:
    state = did(accepted(), start(accepted(), 1))
    water = state.by_matter("water")
    assert state.status_of(water) == "paused"
    assert water.procedure is not None
    assert water.procedure.due == "2026-03-10"
    seen = {day: clock_of(state, water, START + timedelta(days=day), CALENDAR) for day in (1, 8, 9)}
    assert {clock.name for clock in seen.values()} == {"procedure"}
    assert [clock.severity for clock in seen.values()] == [
        "in_procedure",
        "in_procedure",
        "procedure_overdue",
    ]
    assert seen[8].due == date(2026, 3, 10)


def test_due_days_move_by_the_working_days_that_did_not_count_and_procedures_add() -> None:
    state = accepted()
    assert (state.by_matter("water").promised_due, state.by_matter("water").statutory_due) == (
        "2026-03-05",
        "2026-03-30",
    )
    state = did(state, start(state, 1))
    state = did(state, end(state, 4))  # Tuesday to Friday: three working days
    water = state.by_matter("water")
    assert (water.promised_due, water.statutory_due) == ("2026-03-10", "2026-04-02")
    state = did(state, start(state, 7, "testing"))
    state = did(state, end(state, 8))
    water = state.by_matter("water")
    assert (water.promised_due, water.statutory_due) == ("2026-03-11", "2026-04-03")
    assert clock_of(state, water, date(2026, 3, 10), CALENDAR).name == "decision"
    assert [each.kind for each in water.procedures] == ["expert-review", "testing"]


def test_one_that_ends_the_day_it_starts_changes_no_day() -> None:
    before = accepted()
    state = did(before, start(before, 1))
    state = did(state, end(state, 1))
    water, old = state.by_matter("water"), before.by_matter("water")
    assert (water.promised_due, water.statutory_due) == (old.promised_due, old.statutory_due)


def test_a_promise_that_was_broken_before_is_not_healed() -> None:
    state = accepted()
    state = did(state, start(state, 7))
    water = did(state, end(state, 9)).by_matter("water")
    assert (water.promised_due, water.statutory_due) == ("2026-03-05", "2026-04-01")


def test_nothing_is_decided_while_it_runs_but_the_applicant_may_withdraw() -> None:
    state = did(accepted(), start(accepted(), 1))
    water = state.by_matter("water")
    assert commands.possible(state, water, days(1).date()) == {"end_procedure"}
    for command in (
        lambda: commands.grant(state, "id-water", actor=STAFF, at=days(2)),
        lambda: commands.refuse(
            state, "id-water", reasons="无", basis="无", remedies=REMEDIES, actor=STAFF, at=days(2)
        ),
        lambda: start(state, 2, "testing"),
    ):
        with pytest.raises(CaseRefusal) as refused:
            command()
        assert refused.value.code == "procedure-running"
    gone = did(state, commands.withdraw(state, actor=APPLICANT, at=days(2), sub_case="id-water"))
    assert gone.by_matter("water").procedure is None
    assert gone.status_of(gone.by_matter("water")) == "withdrawn"


@pytest.mark.parametrize(
    ("call", "code", "why"),
    [
        (lambda: start(begun(DECLARING), 0), "not-accepted", "state"),
        (lambda: start(accepted(), 1, "hearing"), "unknown-procedure", "input"),
        (lambda: start(accepted(), 1, length=0), "days-out-of-range", "input"),
        (lambda: start(accepted(), 1, length=366), "days-out-of-range", "input"),
        (lambda: start(accepted(), 1, basis=" "), "basis-required", "input"),
        (lambda: end(accepted(), 1), "no-procedure", "state"),
    ],
)
def test_what_cannot_be_is_refused(call, code: str, why: str) -> None:
    with pytest.raises(CaseRefusal) as refused:
        call()
    assert (refused.value.code, refused.value.why) == (code, why)


def test_a_case_of_before_reads_as_one_without_special_procedures() -> None:
    raw = PARTS[0].to_json()
    del raw["procedures"]
    assert Part.from_json(raw).procedures == ()


LIMITS = st.builds(Limit, st.integers(0, 30), st.sampled_from(["working", "natural"]))
GAPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 15)), max_size=4)


def laid_out(gaps: list[tuple[int, int]]) -> list[tuple[date, date]]:
    pauses, day = [], START
    for before, length in gaps:
        since = day + timedelta(days=before)
        day = since + timedelta(days=length)
        pauses.append((since, day))
    return pauses


@given(LIMITS, GAPS)
def test_a_due_day_never_moves_earlier(limit: Limit, gaps: list[tuple[int, int]]) -> None:
    pauses = laid_out(gaps)
    found = [end_of(START, limit, CALENDAR, pauses[:count]) for count in range(len(pauses) + 1)]
    assert found == sorted(found)


@given(st.integers(0, 30), GAPS)
def test_the_days_counted_are_exactly_the_limit(length: int, gaps: list[tuple[int, int]]) -> None:
    pauses = laid_out(gaps)
    due = end_of(START, Limit(length), CALENDAR, pauses)
    counted, day = 0, START
    while day < due:
        day += timedelta(days=1)
        if not any(since < day <= until for since, until in pauses):
            counted += CALENDAR.is_working_day(day)
    assert counted == length


@given(LIMITS, st.lists(st.integers(0, 12), max_size=4))
def test_procedures_of_no_length_change_nothing(limit: Limit, gaps: list[int]) -> None:
    pauses = laid_out([(gap, 0) for gap in gaps])
    assert end_of(START, limit, CALENDAR, pauses) == end_of(START, limit, CALENDAR)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=4))
def test_the_state_is_the_fold_of_the_events(gaps: list[tuple[int, int]]) -> None:
    state, events, day = begun(DECLARING), [], 0
    steps = [commands.accept(state, "id-water", actor=STAFF, at=MONDAY, calendar=CALENDAR)]
    for before, length in gaps:
        events += steps[-1]
        state = did(state, steps[-1])
        day += before
        steps.append(start(state, day))
        events += steps[-1]
        state = did(state, steps[-1])
        day += length
        steps.append(end(state, day))
    events += steps[-1]
    state = did(state, steps[-1])
    first = commands.submit(
        case="c1",
        number="371322-20260302-000001-1",
        bundle="construction-start",
        applicant=APPLICANT,
        package="sha256:x",
        parts=DECLARING,
        at=MONDAY,
    )
    assert fold([*first, *(from_json(event.to_json()) for event in events)]) == state
    water = state.by_matter("water")
    pauses = [(date.fromisoformat(p.started_on), date.fromisoformat(p.ended_on)) for p in water.procedures]
    assert water.statutory_due == end_of(START, Limit(20), CALENDAR, pauses).isoformat()
