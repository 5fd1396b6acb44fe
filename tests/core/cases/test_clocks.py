"""Until when: working days, longest path, the same day, and where the calendar ends."""

from dataclasses import replace
from datetime import date

import pytest

from yijianshi.core.cases import commands
from yijianshi.core.cases.clocks import clock_of, deemed_accepted_on, due_days, running
from yijianshi.core.cases.numbers import case_number, check_digit, is_case_number
from yijianshi.core.cases.state import apply
from yijianshi.core.cases.values import Item, Limit, Part

from tests.core.cases.samples import CALENDAR, MONDAY, PARTS, STAFF, begun, days, part

BY_MATTER = {p.matter: p for p in PARTS}


def test_the_promise_runs_along_the_longest_path_never_the_sum() -> None:
    on = date(2026, 3, 2)
    assert due_days(BY_MATTER, "review", on, CALENDAR) == (date(2026, 3, 5), date(2026, 3, 30))
    assert due_days(BY_MATTER, "permit", on, CALENDAR)[0] == date(2026, 3, 9)
    assert due_days(BY_MATTER, "power", on, CALENDAR)[0] == date(2026, 3, 12)


def test_a_promise_never_outlasts_the_statutory_limit() -> None:
    parts = {"a": part("a", promised=4, statutory=4), "b": part("b", "a", promised=4, statutory=5)}
    assert due_days(parts, "b", date(2026, 3, 2), CALENDAR) == (date(2026, 3, 9), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("accepted", "due"),
    [("2026-03-02", "2026-03-02"), ("2026-02-28", "2026-02-28"), ("2026-10-01", "2026-10-08")],
)
def test_a_same_day_promise_ends_with_the_day_of_acceptance_or_the_next_working_day(accepted, due) -> None:
    found = due_days({"a": part("a", promised=0)}, "a", date.fromisoformat(accepted), CALENDAR)[0]
    assert found == date.fromisoformat(due)


def test_beyond_the_calendar_no_day_is_made_up() -> None:
    parts = {"a": part("a", promised=1, statutory=20)}
    assert due_days(parts, "a", date(2026, 12, 24), CALENDAR) == (date(2026, 12, 25), None)
    assert running("decision", None, None, date(2026, 12, 30), CALENDAR, 1).severity == "unknown"


@pytest.mark.parametrize(
    ("today", "warn", "severity"),
    [
        ("2026-03-05", 1, "in_time"),
        ("2026-03-06", 1, "due_soon"),
        ("2026-03-04", 2, "in_time"),
        ("2026-03-05", 2, "due_soon"),
        ("2026-03-06", 0, "in_time"),
        ("2026-03-09", 0, "due_today"),
        ("2026-03-10", 5, "overdue"),
    ],
)
def test_a_matter_says_how_early_it_is_warned_of(today: str, warn: int, severity: str) -> None:
    due = date(2026, 3, 9)
    assert running("decision", due, None, date.fromisoformat(today), CALENDAR, warn).severity == severity


def test_what_a_part_is_warned_by_is_pinned_and_read_back() -> None:
    early = replace(part("water"), warn_days=4)
    assert Part.from_json(early.to_json()) == early
    before = {key: value for key, value in early.to_json().items() if key != "warn_days"}
    assert Part.from_json(before).warn_days == 1


def test_acceptance_is_due_in_five_working_days_and_pauses_while_the_applicant_corrects() -> None:
    state = begun()
    water = state.by_matter("water")
    clock = clock_of(state, water, date(2026, 3, 2), CALENDAR)
    assert (clock.name, clock.due, clock.remaining, clock.severity) == (
        "acceptance",
        date(2026, 3, 9),
        5,
        "in_time",
    )
    assert deemed_accepted_on(water, date(2026, 3, 9), CALENDAR) is None
    assert deemed_accepted_on(water, date(2026, 3, 10), CALENDAR) == date(2026, 3, 2)
    events = commands.request_correction(
        state, "id-water", [Item("i", "甲")], date(2026, 3, 20), actor=STAFF, at=MONDAY
    )
    state = apply(state, events[0])
    water = state.by_matter("water")
    assert deemed_accepted_on(water, date(2026, 3, 19), CALENDAR) is None
    assert clock_of(state, water, date(2026, 3, 19), CALENDAR).severity == "paused"
    assert clock_of(state, water, date(2026, 3, 21), CALENDAR).severity == "answer_overdue"


@pytest.mark.parametrize(
    ("today", "remaining", "severity"),
    [
        ("2026-03-03", 2, "in_time"),
        ("2026-03-04", 1, "due_soon"),
        ("2026-03-05", 0, "due_today"),
        ("2026-03-06", -1, "overdue"),
        ("2026-03-31", -18, "unlawful"),
    ],
)
def test_how_pressing_a_decision_is(today: str, remaining: int, severity: str) -> None:
    state = begun()
    events = commands.accept(state, "id-water", actor=STAFF, at=MONDAY, calendar=CALENDAR)
    state = apply(state, events[0])
    clock = clock_of(state, state.by_matter("water"), date.fromisoformat(today), CALENDAR)
    assert (clock.name, clock.remaining, clock.severity) == ("decision", remaining, severity)
    assert clock.to_json()["due"] == "2026-03-05"


def test_a_decided_sub_case_has_no_clock() -> None:
    state = begun()
    state = apply(state, commands.withdraw(state, actor="a-applicant", at=days(1), sub_case="id-water")[0])
    assert clock_of(state, state.by_matter("water"), date(2026, 3, 9), CALENDAR).severity == "ended"


def test_a_limit_has_a_known_unit() -> None:
    with pytest.raises(ValueError, match="no unit"):
        Limit.of({"days": 3, "unit": "lunar"})


def test_case_numbers_carry_a_check_digit() -> None:
    number = case_number("371322", date(2026, 11, 23), 123)
    assert number == "371322-20261123-000123-8"  # as docs/cases.md has it
    assert is_case_number(number)
    # the worked example of ISO/IEC 7064 for MOD 11,10
    assert check_digit("0794") == "5"
    for place, character in enumerate(number[:-1]):
        if character.isdigit():
            wrong = number[:place] + str((int(character) + 1) % 10) + number[place + 1 :]
            assert not is_case_number(wrong)
    for region, running_number in (("37132", 1), ("371322", 0), ("371322", 1_000_000)):
        with pytest.raises(ValueError, match="case number"):
            case_number(region, date(2026, 1, 1), running_number)
