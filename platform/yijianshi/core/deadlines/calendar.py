"""The working-day calendar: 行政许可法 第八十二条 counts working days without statutory holidays.

A working day is a Monday to Friday outside the State Council's holiday notice, or a weekend
day that the notice makes a working day (调休上班). Beyond the last year whose notice is known
nothing is assumed: CalendarEnds is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from ..definitions.types import Text, text

_DAY = timedelta(days=1)


class CalendarEnds(ValueError):
    """A day lies outside the years whose holiday notice is known; ``text`` says so in both languages."""

    def __init__(self, day: date, first: int | None, last: int | None) -> None:
        known = f"{first}–{last}" if first else "-"
        self.text: Text = text(
            f"{day.isoformat()} 超出工作日历的范围（已有 {known} 年），请先录入该年的放假通知",
            f"{day.isoformat()} lies outside the working-day calendar ({known}): enter that year's holiday notice first",
        )
        super().__init__(self.text["en"])


class Calendar:
    """The working days of the years whose notices are known; an immutable value."""

    __slots__ = ("_off", "_on", "_years")

    def __init__(self, years: Iterable[int], off: Iterable[date], on: Iterable[date]) -> None:
        """``off`` are days off that fall on a weekday, ``on`` weekend days that are worked."""
        self._years = frozenset(years)
        self._off = frozenset(off)
        self._on = frozenset(on)

    @classmethod
    def from_data(cls, documents: Iterable[Mapping[str, Any]]) -> Calendar:
        """Read year documents: ``{"year", "off": [[first, last] or day, …], "on": [day, …]}``."""
        years: list[int] = []
        off: set[date] = set()
        on: set[date] = set()
        for document in documents:
            years.append(int(document["year"]))
            for entry in document["off"]:
                first, last = (entry, entry) if isinstance(entry, str) else entry
                day, end = date.fromisoformat(first), date.fromisoformat(last)
                while day <= end:
                    off.add(day)
                    day += _DAY
            on |= {date.fromisoformat(day) for day in document["on"]}
        return cls(years, off, on)

    def to_json(self) -> list[dict[str, Any]]:
        """Give the calendar back as year documents, for the browser."""
        return [
            {
                "year": year,
                "off": sorted(day.isoformat() for day in self._off if day.year == year),
                "on": sorted(day.isoformat() for day in self._on if day.year == year),
            }
            for year in sorted(self._years)
        ]

    @property
    def last_year(self) -> int | None:
        """The last year whose notice is known."""
        return max(self._years, default=None)

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked; raises CalendarEnds."""
        if day.year not in self._years:
            raise CalendarEnds(day, min(self._years, default=None), self.last_year)
        return day in self._on or (day.weekday() < 5 and day not in self._off)

    def next_working_day(self, day: date) -> date:
        """Give the day itself when it is worked, else the next that is."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Give the ``count``-th working day after ``start``, which itself does not count (民法典 第二百零一条).

        0 is the same day: ``start`` when it is worked, else the next working day.
        """
        if count < 0:
            raise ValueError("a time limit has no negative days")
        day = start if count else self.next_working_day(start)
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        count = 0
        day = start
        while day < end:
            day += _DAY
            count += self.is_working_day(day)
        return count

    def due(self, start: date, days: int, unit: str) -> date:
        """Give the last day of a limit of working or natural days that starts on ``start``.

        A limit of natural days that would end on a day off ends on the next working day
        (民法典 第二百零三条).
        """
        if unit == "working" or days == 0:
            return self.add_working_days(start, days)
        return self.next_working_day(start + timedelta(days=days))
