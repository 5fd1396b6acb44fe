"""The clocks of a case: until when to accept, when a decision is due, how pressing it is.

All are pure functions of days and a working-day calendar. Law: 行政许可法 §32 (five working days to
give notice, else accepted as of receipt), §42 (limits), §82 (working days); the first day is not
counted. A promise of 0 days ends with the day of acceptance itself, or with the next working day
when acceptance fell on a day off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ..deadlines import Calendar, CalendarEnds
from ..definitions.types import Json
from .state import CaseState, SubCase
from .values import Limit, Part

NOTICE_WORKING_DAYS: Final = 5
"""行政许可法 §32(4): within five days (working days, §82) the applicant is told of everything to correct."""

WARN_WORKING_DAYS: Final = 1
"""A due day this many working days away is shown as near (预警)."""

Severity = Literal[
    "unlawful", "overdue", "due_today", "due_soon", "in_time", "answer_overdue", "paused", "unknown", "ended"
]

ClockName = Literal["acceptance", "correction", "decision", "none"]

RANK: Final[Mapping[Severity, int]] = {
    "unlawful": 0,
    "overdue": 1,
    "due_today": 2,
    "due_soon": 3,
    "unknown": 4,
    "in_time": 5,
    "answer_overdue": 6,
    "paused": 7,
    "ended": 8,
}
"""The order of a queue: the most pressing first."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that runs for a sub-case today.

    ``name``: "acceptance" (the authority must give notice or accept), "correction" (the applicant
    must answer), "decision" or "none". ``due`` is None when the calendar does not reach so far.
    ``remaining`` counts working days, negative once past.
    """

    name: ClockName
    due: date | None
    statutory_due: date | None
    remaining: int | None
    severity: Severity

    def to_json(self) -> dict[str, Json]:
        """Give the clock as JSON."""
        return {
            "name": self.name,
            "due": None if self.due is None else self.due.isoformat(),
            "statutory_due": None if self.statutory_due is None else self.statutory_due.isoformat(),
            "remaining": self.remaining,
            "severity": self.severity,
        }


def due_days(
    parts: Mapping[str, Part], matter: str, accepted_on: date, calendar: Calendar
) -> tuple[date | None, date | None]:
    """Give (promised, statutory) due day of a matter accepted on a day, None where the calendar ends
    or no law sets a limit.

    The promise of a matter that waits for others runs along the longest path of promises to it,
    never their sum, and never beyond the statutory limit.
    """
    limit = parts[matter].statutory
    try:
        statutory = None if limit is None else _end(accepted_on, limit, calendar)
    except CalendarEnds:
        statutory = None
    try:
        promised = _promised(parts, matter, accepted_on, calendar)
    except CalendarEnds:
        promised = None
    if promised is not None and statutory is not None:
        promised = min(promised, statutory)
    return promised, statutory


def _promised(parts: Mapping[str, Part], matter: str, start: date, calendar: Calendar) -> date:
    before = [_promised(parts, code, start, calendar) for code in parts[matter].after]
    return _end(max(before, default=start), parts[matter].promised, calendar)


def _end(start: date, limit: Limit, calendar: Calendar) -> date:
    return calendar.due(start, limit.days, limit.unit)


def notice_deadline(received_on: date, calendar: Calendar) -> date:
    """Give the last day to accept or to tell of corrections; raises CalendarEnds."""
    return calendar.add_working_days(received_on, NOTICE_WORKING_DAYS)


def deemed_accepted_on(sub: SubCase, today: date, calendar: Calendar) -> date | None:
    """Give the day as of which the law deems a sub-case accepted, None while it does not.

    Five working days without notice: accepted as of the day the materials were received. The same
    is held for materials that were handed in again after a correction.
    """
    if sub.phase not in ("received", "corrected"):
        return None
    try:
        deadline = notice_deadline(date.fromisoformat(sub.received_on), calendar)
    except CalendarEnds:
        return None
    return date.fromisoformat(sub.received_on) if today > deadline else None


def clock_of(
    state: CaseState, sub: SubCase, today: date, calendar: Calendar, warn: int = WARN_WORKING_DAYS
) -> Clock:
    """Give the clock that runs for a sub-case on a day."""
    name, due, statutory = due_of(state, sub, calendar)
    return running(name, due, statutory, today, calendar, warn)


def due_of(state: CaseState, sub: SubCase, calendar: Calendar) -> tuple[ClockName, date | None, date | None]:
    """Give which clock runs for a sub-case, when it is due, and the statutory day: what a queue sorts by."""
    if sub.decided:
        return "none", None, None
    if sub.phase == "correction_requested":
        return "correction", date.fromisoformat(sub.notices[-1].deadline), None
    if sub.phase in ("received", "corrected"):
        try:
            due = notice_deadline(date.fromisoformat(sub.received_on), calendar)
        except CalendarEnds:
            return "acceptance", None, None
        return "acceptance", due, due
    promised, statutory = _day(sub.promised_due), _day(sub.statutory_due)
    if (promised is None or statutory is None) and sub.accepted_on is not None:
        # at acceptance the calendar did not reach this far: it may do so now
        parts = {each.matter: each.part for each in state.sub_cases}
        later = due_days(parts, sub.matter, date.fromisoformat(sub.accepted_on), calendar)
        promised, statutory = promised or later[0], statutory or later[1]
    return "decision", promised or statutory, statutory


def running(
    name: ClockName,
    due: date | None,
    statutory: date | None,
    today: date,
    calendar: Calendar,
    warn: int = WARN_WORKING_DAYS,
) -> Clock:
    """Tell how pressing a clock is on a day."""
    if name == "none":
        return Clock("none", None, None, None, "ended")
    if due is None:
        return Clock(name, None, statutory, None, "unknown")
    left = remaining_days(due, today, calendar)
    severity: Severity
    if name == "correction":
        severity = "paused" if today <= due else "answer_overdue"
    elif statutory is not None and today > statutory:
        severity = "unlawful"
    elif today > due:
        severity = "overdue"
    elif today == due:
        severity = "due_today"
    else:
        severity = "due_soon" if left is not None and left <= warn else "in_time"
    return Clock(name, due, statutory, left, severity)


def remaining_days(due: date, today: date, calendar: Calendar) -> int | None:
    """Count the working days from today until a due day, negative once past; None beyond the calendar."""
    try:
        return calendar.working_days_between(today, due)
    except CalendarEnds:
        return None


def _day(raw: str | None) -> date | None:
    return None if raw is None else date.fromisoformat(raw)
