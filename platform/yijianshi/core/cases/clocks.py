"""The clocks of a case: until when to accept, when a decision is due, how pressing it is.

All are pure functions of days and a working-day calendar. Law: 行政许可法 §32 (five working days to
give notice, else accepted as of receipt), §42 (limits), §82 (working days); the first day is not
counted. A promise of 0 days ends with the day of acceptance itself, or with the next working day
when acceptance fell on a day off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from ..deadlines import Calendar, CalendarEnds
from ..definitions.types import Json
from .state import CaseState, SubCase
from .values import Limit, Part

NOTICE_WORKING_DAYS: Final = 5
"""行政许可法 §32(4): within five days (working days, §82) the applicant is told of everything to correct."""

Severity = Literal[
    "unlawful",
    "overdue",
    "procedure_overdue",
    "due_today",
    "due_soon",
    "in_time",
    "answer_overdue",
    "paused",
    "in_procedure",
    "unknown",
    "ended",
]

ClockName = Literal["acceptance", "correction", "decision", "procedure", "none"]

Pause = tuple[date, date]
"""The day a special procedure started and the day it ended: the days after the first, up to and with
the last, are not counted, so that one that ends the day it starts changes nothing."""

RANK: Final[Mapping[Severity, int]] = {
    "unlawful": 0,
    "overdue": 1,
    "procedure_overdue": 2,
    "due_today": 3,
    "due_soon": 4,
    "unknown": 5,
    "in_time": 6,
    "answer_overdue": 7,
    "in_procedure": 8,
    "paused": 9,
    "ended": 10,
}
"""The order of a queue: the most pressing first."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that runs for a sub-case today.

    ``name``: "acceptance" (the authority must give notice or accept), "correction" (the applicant
    must answer), "decision", "procedure" (a special procedure runs, the decision's
    clock stands still) or "none". ``due`` is None when the calendar does not reach so far.
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
    parts: Mapping[str, Part],
    matter: str,
    accepted_on: date,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
) -> tuple[date | None, date | None]:
    """Give (promised, statutory) due day of a matter accepted on a day, None where the calendar ends
    or no law sets a limit.

    The promise of a matter that waits for others runs along the longest path of promises to it,
    never their sum, and never beyond the statutory limit. ``pauses`` are the matter's own.
    """
    limit = parts[matter].statutory
    try:
        statutory = None if limit is None else end_of(accepted_on, limit, calendar, pauses)
    except CalendarEnds:
        statutory = None
    try:
        promised = _promised(parts, matter, accepted_on, calendar, pauses)
    except CalendarEnds:
        promised = None
    if promised is not None and statutory is not None:
        promised = min(promised, statutory)
    return promised, statutory


def _promised(
    parts: Mapping[str, Part], matter: str, start: date, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> date:
    before = [_promised(parts, code, start, calendar) for code in parts[matter].after]
    return end_of(max(before, default=start), parts[matter].promised, calendar, pauses)


def end_of(start: date, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> date:
    """Give the last day of a limit, later by exactly the days of special procedures (行政许可法 §45).

    The days are working or natural ones, as the limit's are. A procedure that starts when the limit
    is over heals nothing. Raises CalendarEnds.
    """
    first = due = calendar.due(start, limit.days, limit.unit)
    working = natural = 0
    for since, until in pauses:
        if since > due:
            continue
        working += calendar.working_days_between(since, until)
        natural += (until - since).days
        if not natural:
            continue
        if limit.unit == "working" or limit.days == 0:
            due = calendar.add_working_days(first, working)
        else:
            due = calendar.next_working_day(start + timedelta(days=limit.days + natural))
    return due


def pauses_of(sub: SubCase) -> list[Pause]:
    """Give the special procedures of a sub-case that are over."""
    return [
        (date.fromisoformat(each.started_on), date.fromisoformat(each.ended_on))
        for each in sub.procedures
        if each.ended_on is not None
    ]


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


def clock_of(state: CaseState, sub: SubCase, today: date, calendar: Calendar) -> Clock:
    """Give the clock that runs for a sub-case on a day."""
    name, due, statutory = due_of(state, sub, calendar)
    return running(name, due, statutory, today, calendar, sub.part.warn_days)


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
    if sub.procedure is not None:
        procedure = sub.procedure
        try:
            due = calendar.add_working_days(date.fromisoformat(procedure.started_on), procedure.days)
        except CalendarEnds:
            return "procedure", None, None
        return "procedure", due, None
    promised, statutory = _day(sub.promised_due), _day(sub.statutory_due)
    if (promised is None or statutory is None) and sub.accepted_on is not None:
        # at acceptance the calendar did not reach this far: it may do so now
        parts = {each.matter: each.part for each in state.sub_cases}
        later = due_days(parts, sub.matter, date.fromisoformat(sub.accepted_on), calendar, pauses_of(sub))
        promised, statutory = promised or later[0], statutory or later[1]
    return "decision", promised or statutory, statutory


def running(
    name: ClockName,
    due: date | None,
    statutory: date | None,
    today: date,
    calendar: Calendar,
    warn: int,
) -> Clock:
    """Tell how pressing a clock is on a day; ``warn`` working days before it is due it is near."""
    if name == "none":
        return Clock("none", None, None, None, "ended")
    if due is None:
        return Clock(name, None, statutory, None, "unknown")
    left = remaining_days(due, today, calendar)
    severity: Severity
    if name == "correction":
        severity = "paused" if today <= due else "answer_overdue"
    elif name == "procedure":
        severity = "in_procedure" if today <= due else "procedure_overdue"
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
