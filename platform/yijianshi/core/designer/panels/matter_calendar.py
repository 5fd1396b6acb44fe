"""The limits of a matter tried on the calendar of working days: from acceptance to the day it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from ...cases.clocks import NOTICE_WORKING_DAYS, Pause, end_of
from ...cases.steps import ends_of
from ...cases.values import WARN_WORKING_DAYS, Limit
from ...checks.times import STEPS
from ...deadlines import Calendar, CalendarEnds
from ...definitions.numbers import whole_number
from ...forms.html import tag
from ..controls import group, id_of, labelled
from ..desk import SHOWN, Desk
from ..parts import Part

_DAY = timedelta(days=1)
_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Tried:
    """What becomes of a matter that is accepted on a day: the days on which something happens."""

    start: date
    pauses: tuple[Pause, ...]
    unit: str
    due: date | None
    last: date | None
    warn: date
    steps: Mapping[str, date]

    @property
    def end(self) -> date:
        """The last day that is shown as one of the matter's."""
        days = (self.start, self.due, self.last, *self.steps.values())
        return max(day for day in days if day is not None)

    @property
    def counted(self) -> date:
        """The last day that counts."""
        return max(day for day in (self.start, self.due, self.last) if day is not None)

    def paused(self, day: date) -> bool:
        """Tell whether the clock stands still on a day."""
        return any(since < day <= until for since, until in self.pauses)


def show(desk: Desk) -> Part:
    """Show the calendar, with the day of acceptance and the length of a special procedure to be tried."""
    start, paused = accepted_on(desk), paused_days(desk)
    fields = tag(
        "div",
        {"class": "dz-two"},
        _setting(desk, "accepted", desk.word("受理日期", "Accepted on"), start.isoformat(), "date")
        + _setting(
            desk,
            "paused",
            desk.word("特别程序用时（工作日）", "Special procedure (working days)"),
            str(paused),
            "text",
        ),
    )
    try:
        tried = _tried(desk, start, paused)
        told = _told(desk, tried)
    except CalendarEnds as error:
        told = tag("p", {"class": "alert alert-warning", "role": "note"}, escape(desk.say(error.text)))
    return Part(
        "dz-limits-calendar",
        group(desk.word("在工作日历上试算", "Tried on the calendar"), (fields, told)),
        "section",
    )


def _setting(desk: Desk, key: str, label: str, value: str, kind: str) -> str:
    name = SHOWN + key
    mode = "numeric" if kind == "text" else None
    control = tag(
        "input",
        {
            "type": kind,
            "id": id_of(name),
            "name": name,
            "class": "form-control",
            "value": value,
            "inputmode": mode,
            "autocomplete": "off",
        },
        None,
    )
    return labelled(desk, name, label, control)


def accepted_on(desk: Desk) -> date:
    """Give the day of acceptance being tried: the one picked, else today."""
    try:
        return date.fromisoformat(desk.view.get("accepted", ""))
    except ValueError:
        return desk.world.today


def paused_days(desk: Desk) -> int:
    """Give how many working days a special procedure takes, being tried."""
    typed = desk.view.get("paused", "")
    return min(whole_number(typed) or 0, 365)


def _tried(desk: Desk, start: date, paused: int) -> Tried:
    calendar = desk.world.calendar
    pauses = ((start, calendar.add_working_days(start, paused)),) if paused else ()
    promised, statutory = _limit(desk, "promised_limit"), _limit(desk, "statutory_limit")
    due = None if promised is None else end_of(start, promised, calendar, pauses)
    last = None if statutory is None else end_of(start, statutory, calendar, pauses)
    first = due or last or start
    warn = max(_before(calendar, first, desk.document.get("warn_days", WARN_WORKING_DAYS)), start)
    counting = promised or statutory
    unit = "working" if counting is None else counting.unit
    return Tried(start, pauses, unit, due, last, warn, ends_of(desk.document, start, calendar, pauses))


def _limit(desk: Desk, name: str) -> Limit | None:
    limit = desk.document.get(name)
    return Limit.of({"days": 0, **limit}) if isinstance(limit, Mapping) else None


def _told(desk: Desk, tried: Tried) -> str:
    said = (
        [desk.word(f"承诺最迟 {tried.due} 办结。", f"By the promise due on {tried.due}.")]
        if tried.due
        else []
    )
    if tried.last is not None:
        said.append(desk.word(f"法定最迟 {tried.last} 办结。", f"By law due on {tried.last}."))
    if tried.due is not None and tried.last is not None and tried.due > tried.last:
        said.append(desk.word("承诺期限晚于法定期限！", "The promise ends after the law's limit!"))
    for step, day in tried.steps.items():
        word = desk.say(STEPS[step])
        said.append(desk.word(f"{word}：最迟 {day}。", f"{word}: by {day}."))
    ahead = desk.document.get("warn_days", WARN_WORKING_DAYS)
    said.append(
        desk.word(
            f"{tried.warn} 起预警（到期前 {ahead} 个工作日）。",
            f"Warned of from {tried.warn} on ({ahead} working {'day' if ahead == 1 else 'days'} before).",
        )
        if tried.warn > tried.start
        else desk.word("受理当日即预警。", "Warned of from the day of acceptance on.")
    )
    notice = desk.world.calendar.add_working_days(tried.start, NOTICE_WORKING_DAYS)
    said.append(
        desk.word(
            f"若 {tried.start} 只是收到材料：{notice} 前须受理或一次告知补正，逾期视为受理。",
            f"If the materials only came on {tried.start}: accepted or corrections told by {notice}, else deemed accepted.",
        )
    )
    months = "".join(_month(desk, tried, month) for month in _months_of(tried.start, tried.end))
    lines = "".join(tag("li", {}, escape(each)) for each in said)
    return (
        tag("ul", {"class": "dz-due", "id": "dz-due"}, lines)
        + _legend(desk, tried)
        + tag("div", {"class": "dz-months"}, months)
    )


def _legend(desk: Desk, tried: Tried) -> str:
    """Explain how days are drawn, by an example of each that occurs and in words."""
    counted = desk.word("计时（从受理次日起第几日）", "counted, from the day after acceptance on")
    off = (
        desk.word("休息日，不计时", "day off, not counted")
        if tried.unit == "working"
        else desk.word("休息日，按自然日计时", "day off, counted: the limit is in natural days")
    )
    entries = [
        ("dz-counted", desk.word("第 1 日", "day 1"), counted),
        ("dz-off", desk.word("休", "off"), off),
        ("dz-warn", desk.word("预警", "warning"), desk.word("从这天起预警", "warned of from this day on")),
    ]
    if tried.pauses:
        stopped = desk.word("特别程序，停止计时", "special procedure: the clock stands still")
        entries.insert(1, ("dz-paused", desk.word("停", "stops"), stopped))
    if tried.steps:
        ends = desk.word("环节到期", "a step is due")
        entries.append(("dz-step-end", desk.word("◆ 审核", "◆ examination"), ends))
    rows = "".join(
        tag(
            "li",
            {},
            tag("span", {"class": f"dz-day dz-key {look}", "aria-hidden": "true"}, escape(example))
            + tag("span", {}, escape(words)),
        )
        for look, example, words in entries
    )
    label = desk.word("图例", "Legend")
    return tag("ul", {"class": "dz-day-keys", "aria-label": label}, rows)


def _before(calendar: Calendar, day: date, count: int) -> date:
    while count:
        day -= _DAY
        count -= calendar.is_working_day(day)
    return day


def _months_of(start: date, end: date) -> list[date]:
    months: list[date] = []
    month = start.replace(day=1)
    while month <= end and len(months) < _MONTHS:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def _month(desk: Desk, tried: Tried, month: date) -> str:
    names = "一二三四五六日" if desk.lang == "zh" else ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    head = tag("tr", {}, "".join(tag("th", {"scope": "col"}, name) for name in names))
    rows, day = "", month - timedelta(days=month.weekday())
    following = (month + timedelta(days=32)).replace(day=1)
    while day < following:
        cells = ""
        for _ in range(7):
            cells += _cell(desk, tried, day) if day.month == month.month else tag("td", {})
            day += _DAY
        rows += tag("tr", {}, cells)
    caption = desk.word(f"{month.year} 年 {month.month} 月", f"{month:%B %Y}")
    return tag(
        "table",
        {"class": "dz-month"},
        tag("caption", {}, caption) + tag("thead", {}, head) + tag("tbody", {}, rows),
    )


def _cell(desk: Desk, tried: Tried, day: date) -> str:
    worked = desk.world.calendar.is_working_day(day)
    look, word = ("dz-day", "") if worked else ("dz-day dz-off", desk.word("休", "off"))
    if tried.start < day <= tried.counted and (worked or tried.unit == "natural"):
        if tried.paused(day):
            look, word = "dz-day dz-paused", desk.word("停", "stops")
        else:
            count = _count(desk.world.calendar, tried, day)
            look = "dz-day dz-counted" if worked else look
            word = desk.word(f"第 {count} 日", f"day {count}")
    for at, mark, name in (
        (tried.warn, "dz-warn", desk.word("预警", "warning")),
        (tried.start, "dz-start", desk.word("受理", "accepted")),
        (tried.last, "dz-last", desk.word("法定到期", "due by law")),
        (tried.due, "dz-due-day", desk.word("承诺到期", "due")),
    ):
        if day == at:
            look, word = f"dz-day {mark}", name
    note = tag("span", {"class": "dz-day-word"}, escape(word)) if word else ""
    for step, end in tried.steps.items():
        if day == end:
            note += tag("span", {"class": "dz-day-word dz-step-end"}, "◆ " + escape(desk.say(STEPS[step])))
    return tag("td", {"class": look}, tag("span", {"class": "dz-day-number"}, str(day.day)) + note)


def _count(calendar: Calendar, tried: Tried, day: date) -> int:
    """Tell which day of the limit a day is: those on which the clock stood still are none."""
    if tried.unit == "natural":
        stopped = sum((min(until, day) - since).days for since, until in tried.pauses)
        return (day - tried.start).days - stopped
    stopped = sum(calendar.working_days_between(since, min(until, day)) for since, until in tried.pauses)
    return calendar.working_days_between(tried.start, day) - stopped
