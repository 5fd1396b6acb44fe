"""The steps in which a matter is handled, and the day each is due by: they keep staff within the promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..checks.times import DELIVERED, STEPS, days_of
from ..deadlines import Calendar
from .clocks import Pause, end_of
from .values import Limit


def steps_of(document: Mapping[str, Any]) -> list[str]:
    """Give the steps of a matter in their order."""
    chosen = standard_of(document).get("steps", ())
    return [step for step in STEPS if step in chosen]


def ends_of(
    document: Mapping[str, Any], start: date, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> dict[str, date]:
    """Give the day each step is due by, one after another from acceptance on; raises CalendarEnds.

    The days are of the promise's unit. A step that has no days, and what follows it, has no day of its own, but
    what was decided is delivered within its days after the promise.
    """
    promised = document.get("promised_limit")
    unit = str(promised["unit"]) if isinstance(promised, Mapping) and "unit" in promised else "working"
    days, ends, spent = days_of(standard_of(document)), dict[str, date](), 0
    for step in steps_of(document):
        if step not in days or step == DELIVERED:
            break
        spent += days[step]
        ends[step] = _end(start, spent, unit, calendar, pauses)
    if DELIVERED in days and DELIVERED in steps_of(document) and isinstance(promised, Mapping):
        decided = _end(start, int(promised.get("days", 0)), unit, calendar, pauses)
        ends[DELIVERED] = calendar.add_working_days(decided, days[DELIVERED])
    return ends


def _end(start: date, days: int, unit: str, calendar: Calendar, pauses: Sequence[Pause]) -> date:
    # what is done on the day of acceptance is done before anything stops the clock
    return end_of(start, Limit.of({"days": days, "unit": unit}), calendar, pauses if days else ())


def standard_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what a matter says in the words of the national standard."""
    found = document.get("standard")
    return found if isinstance(found, Mapping) else {}
