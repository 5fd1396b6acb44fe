"""The time limits of a matter: what the law sets and what is promised, the steps, what stops the clock, the warning."""

from __future__ import annotations

from ...cases.values import WARN_WORKING_DAYS
from ...checks.times import DEFAULT_LIMIT
from ...definitions.types import text
from ...forms.html import tag
from ..controls import button, checks_field, group, select_field, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from . import matter_calendar, matter_steps
from .matter_about import WORDS
from .panel import Panel

PROCEDURES = ("hearing", "tender", "auction", "inspection", "testing", "quarantine", "expert-review")


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the limits, what stops the clock, and the calendar."""
    limits = tag(
        "div",
        {},
        _limit(desk, "promised_limit", desk.word("承诺办结时限", "Promised limit"))
        + _limit(desk, "statutory_limit", desk.word("法定办结时限", "Statutory limit"))
        + matter_steps.show(desk)
        + _warning(desk)
        + _pauses(desk),
    )
    return (
        Part(
            "dz-limits",
            (Part("dz-limits-fields", limits), matter_calendar.show(desk)),
            "div",
            {"class": "dz-split dz-split-even"},
        ),
    )


def _limit(desk: Desk, name: str, legend: str) -> str:
    look = {"class": "btn-outline-primary"}
    if name not in desk.document:
        made = {"op": "set", "at": [name], "value": dict(DEFAULT_LIMIT)}
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
    return group(legend, (fields + _not_set(desk, name),))


def _not_set(desk: Desk, name: str) -> str:
    """Let a limit that is what a new matter begins with be confirmed; the finding beside it says the rest."""
    if desk.document[name] != DEFAULT_LIMIT:
        return ""
    word = desk.word("已核对，就是 20 个工作日", "Checked: it is 20 working days")
    confirm = {"op": "set", "at": [name, "verified"], "value": True}
    pressed = button(
        desk, confirm, word, attributes={"class": "btn-outline-primary", "id": f"dz-confirm-{name}"}
    )
    return tag("p", {}, pressed)


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


PANEL = Panel("limits", text("时限", "Time limits"), show)
