"""Working days: the county's vectors, the published notices, and the laws of counting."""

import json
import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.deadlines import Calendar, CalendarEnds

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import chinese_calendar

FOLDER = Path(__file__).parents[3] / "schemas" / "calendars"
CALENDAR = Calendar.from_data(json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))

VECTORS = [
    ("2025-01-24", 5, "2025-02-07"),
    ("2025-01-24", 20, "2025-02-27"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-12-24", 20, "2026-01-22"),
    ("2025-12-31", 2, "2026-01-05"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-09-18", 10, "2026-10-09"),
    ("2024-02-09", 5, "2024-02-22"),
    ("2024-09-13", 3, "2024-09-19"),
]
DAYS = st.dates(date(2024, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(("start", "days", "due"), VECTORS)
def test_the_vectors(start: str, days: int, due: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), days).isoformat() == due


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_every_day_agrees_with_an_independent_calendar(year: int, working: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366 if year == 2024 else 365)]
    assert [CALENDAR.is_working_day(day) for day in days] == [
        chinese_calendar.is_workday(day) for day in days
    ]
    assert sum(CALENDAR.is_working_day(day) for day in days) == working


def test_beyond_the_last_notice_nothing_is_assumed() -> None:
    with pytest.raises(CalendarEnds, match="2027-01-01") as caught:
        CALENDAR.add_working_days(date(2026, 12, 31), 1)
    assert "2027-01-01" in caught.value.text["zh"]
    with pytest.raises(CalendarEnds):
        Calendar.from_data([]).is_working_day(date(2026, 1, 1))


def test_a_same_day_promise_on_a_day_off_is_due_on_the_next_working_day() -> None:
    assert CALENDAR.due(date(2026, 10, 1), 0, "working") == date(2026, 10, 8)
    assert CALENDAR.due(date(2026, 10, 9), 0, "working") == date(2026, 10, 9)


def test_natural_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    assert CALENDAR.due(date(2026, 9, 21), 10, "natural") == date(2026, 10, 8)


def test_there_are_no_negative_limits() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2026, 1, 5), -1)


@given(DAYS, st.integers(1, 30))
def test_counting_forward_and_back_is_the_same(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert CALENDAR.is_working_day(due)
    assert CALENDAR.working_days_between(start, due) == days
    assert CALENDAR.working_days_between(due, start) == -days


@given(DAYS, DAYS, st.integers(0, 20))
def test_who_starts_later_is_never_due_earlier(one: date, other: date, days: int) -> None:
    first, second = sorted((one, other))
    assert CALENDAR.add_working_days(first, days) <= CALENDAR.add_working_days(second, days)


def test_the_browsers_copy_is_the_same_calendar() -> None:
    copy = Calendar.from_data(CALENDAR.to_json())
    assert copy.to_json() == CALENDAR.to_json()
    assert copy.last_year == 2026
