"""The time limits of a matter, tried on a calendar of working days: from acceptance to the day it is due."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

from ...cases.clocks import NOTICE_WORKING_DAYS, end_of
from ...cases.values import WARN_WORKING_DAYS, Limit
from ...deadlines import Calendar, CalendarEnds
from ...definitions.types import text
from ...forms.html import tag
from ..controls import button, checks_field, group, id_of, labelled, select_field, text_field, yes_no_field
from ..desk import SHOWN, Desk
from ..parts import Part
from .matter_about import WORDS
from .panel import Panel

_DAY = timedelta(days=1)
_MONTHS = 6
PROCEDURES = ("hearing", "tender", "auction", "inspection", "testing", "quarantine", "expert-review")


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the limits, what stops the clock, and the calendar."""
    limits = tag(
        "div",
        {},
        _limit(desk, "promised_limit", desk.word("承诺办结时限", "Promised limit"))
        + _limit(desk, "statutory_limit", desk.word("法定办结时限", "Statutory limit"))
        + _warning(desk)
        + _pauses(desk),
    )
    return (
        Part(
            "dz-limits",
            (Part("dz-limits-fields", limits), _calendar(desk)),
            "div",
            {"class": "dz-split dz-split-even"},
        ),
    )


def _limit(desk: Desk, name: str, legend: str) -> str:
    look = {"class": "btn-outline-primary"}
    if name not in desk.document:
        made = {"op": "set", "at": [name], "value": {"days": 20, "unit": "working"}}
        word = desk.word("＋ 设定法定时限", "+ Set a statutory limit")
        return group(legend, (tag("p", {}, button(desk, made, word, attributes=look)),))
    units = [
        ("working", desk.word("工作日", "working days")),
        ("natural", desk.word("自然日", "natural days")),
    ]
    fields = tag(
        "div",
        {"class": "dz-two"},
        text_field(
            desk,
            desk.word("天数", "Days"),
            (name, "days"),
            kind="integer",
            hint=desk.word("0 为当日办结", "0 is the same day"),
        )
        + select_field(desk, desk.word("单位", "Unit"), (name, "unit"), units),
    )
    fields += text_field(desk, desk.word("依据", "Basis"), (name, "basis"))
    fields += yes_no_field(desk, desk.word("已对照依据核实", "Checked against its basis"), (name, "verified"))
    return group(legend, (fields,))


def _warning(desk: Desk) -> str:
    field = text_field(
        desk,
        desk.word("到期前几个工作日起预警", "Working days before it is due"),
        ("warn_days",),
        kind="integer",
        hint=desk.word(
            f"未填为 {WARN_WORKING_DAYS}。经办人待办中从这天起排前并标黄。",
            f"{WARN_WORKING_DAYS} where nothing is said. From that day on it is marked and comes first in the queue.",
        ),
    )
    return group(desk.word("预警", "Warning"), (field,))


def _pauses(desk: Desk) -> str:
    words = [(value, desk.say(WORDS[value])) for value in PROCEDURES]
    note = desk.word(
        "勾选的程序所需时间不计入办理期限，须书面告知申请人（行政许可法第四十五条）。申请材料补正期间尚未受理，也不计时。",
        "The time these take does not count; the applicant is told in writing (Administrative Licensing Law, art. 45). "
        "While materials are corrected nothing is accepted yet, and no clock runs.",
    )
    boxes = checks_field(
        desk, desk.word("特别程序", "Special procedures"), ("standard", "special_procedures"), words
    )
    return group(desk.word("什么时候停止计时", "What stops the clock"), (boxes,), hint=note)


def _calendar(desk: Desk) -> Part:
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
    inner = fields + _told(desk, start, paused)
    return Part(
        "dz-limits-calendar",
        group(desk.word("在工作日历上试算", "Tried on the calendar"), (inner,)),
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
    return min(int(typed), 365) if typed.isascii() and typed.isdecimal() else 0


def _told(desk: Desk, start: date, paused: int) -> str:
    calendar = desk.world.calendar
    try:
        due = _due(desk, "promised_limit", start, paused)
        last = _due(desk, "statutory_limit", start, paused)
        end = max(day for day in (due, last) if day is not None)
        said = [desk.word(f"承诺最迟 {due} 办结。", f"By the promise due on {due}.")] if due else []
        if last is not None:
            said.append(desk.word(f"法定最迟 {last} 办结。", f"By law due on {last}."))
        if due is not None and last is not None and due > last:
            said.append(desk.word("承诺期限晚于法定期限！", "The promise ends after the law's limit!"))
        first = due or end
        ahead = desk.document.get("warn_days", WARN_WORKING_DAYS)
        warn = max(_before(calendar, first, ahead), start)
        said.append(
            desk.word(
                f"{warn} 起预警（到期前 {ahead} 个工作日）。",
                f"Warned of from {warn} on ({ahead} working {'day' if ahead == 1 else 'days'} before).",
            )
            if warn > start
            else desk.word("受理当日即预警。", "Warned of from the day of acceptance on.")
        )
        notice = calendar.add_working_days(start, NOTICE_WORKING_DAYS)
        said.append(
            desk.word(
                f"若 {start} 只是收到材料：{notice} 前须受理或一次告知补正，逾期视为受理。",
                f"If the materials only came on {start}: accepted or corrections told by {notice}, else deemed accepted.",
            )
        )
        months = "".join(_month(desk, month, start, due, last, warn) for month in _months_of(start, end))
    except CalendarEnds as error:
        return tag("p", {"class": "alert alert-warning", "role": "note"}, escape(desk.say(error.text)))
    lines = tag(
        "ul", {"class": "dz-due", "id": "dz-due"}, "".join(tag("li", {}, escape(each)) for each in said)
    )
    return lines + tag("div", {"class": "dz-months"}, months)


def _due(desk: Desk, name: str, start: date, paused: int) -> date | None:
    limit = desk.document.get(name)
    if not isinstance(limit, dict):
        return None
    calendar = desk.world.calendar
    pauses = [(start, calendar.add_working_days(start, paused))] if paused else []
    return end_of(start, Limit.of({"days": 0, **limit}), calendar, pauses)


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


def _month(desk: Desk, month: date, start: date, due: date | None, last: date | None, warn: date) -> str:
    calendar = desk.world.calendar
    names = "一二三四五六日" if desk.lang == "zh" else ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    head = tag("tr", {}, "".join(tag("th", {"scope": "col"}, name) for name in names))
    rows, day = "", month - timedelta(days=month.weekday())
    following = (month + timedelta(days=32)).replace(day=1)
    end = max(d for d in (due, last, start) if d is not None)
    while day < following:
        cells = ""
        for _ in range(7):
            cells += (
                _cell(desk, calendar, day, start, due, last, warn, end)
                if day.month == month.month
                else tag("td", {})
            )
            day += _DAY
        rows += tag("tr", {}, cells)
    caption = desk.word(f"{month.year} 年 {month.month} 月", f"{month:%B %Y}")
    return tag(
        "table",
        {"class": "dz-month"},
        tag("caption", {}, caption) + tag("thead", {}, head) + tag("tbody", {}, rows),
    )


def _cell(
    desk: Desk,
    calendar: Calendar,
    day: date,
    start: date,
    due: date | None,
    last: date | None,
    warn: date,
    end: date,
) -> str:
    worked = calendar.is_working_day(day)
    look, word = ("dz-day", "") if worked else ("dz-day dz-off", desk.word("休", "off"))
    if start < day <= end and worked:
        count = calendar.working_days_between(start, day)
        look, word = "dz-day dz-counted", desk.word(f"第 {count} 日", f"day {count}")
    for at, mark, name in (
        (warn, "dz-warn", desk.word("预警", "warning")),
        (start, "dz-start", desk.word("受理", "accepted")),
        (last, "dz-last", desk.word("法定到期", "due by law")),
        (due, "dz-due-day", desk.word("承诺到期", "due")),
    ):
        if day == at:
            look, word = f"dz-day {mark}", name
    note = tag("span", {"class": "dz-day-word"}, escape(word)) if word else ""
    return tag("td", {"class": look}, tag("span", {"class": "dz-day-number"}, str(day.day)) + note)


PANEL = Panel("limits", text("时限", "Time limits"), show)
