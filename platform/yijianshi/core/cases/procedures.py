"""Special procedures: what stops the clock of a decision, and what lets it go on.

行政许可法 §45: the time of a hearing, a tender, an auction, an inspection, a test, a quarantine or an
expert review is not counted, and the applicant is told in writing how long it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from ..deadlines import Calendar, CalendarEnds
from ..definitions.types import text
from .clocks import due_days, pauses_of
from .conditions import check_length, need_taken, open_sub
from .events import Event, ProcedureEnded, ProcedureStarted
from .refusal import CaseRefusal
from .state import CaseState
from .values import Part

MAX_PROCEDURE_DAYS = 365
"""A special procedure that would take longer is refused."""


def start(
    state: CaseState,
    sub_case: str,
    procedure: str,
    days: int,
    basis: str,
    *,
    actor: str,
    at: datetime,
    calendar: Calendar,
    note: str = "",
) -> list[Event]:
    """启动特别程序: stop the clock for what the matter declares, and tell how many working days it takes."""
    sub = open_sub(state, sub_case)
    need_taken(sub)
    if sub.phase != "accepted":
        raise CaseRefusal(
            "not-accepted",
            text(
                "尚未受理，不能启动特别程序", "it has not been accepted yet: no special procedure can start"
            ),
            text("请先受理", "accept it first"),
        )
    if sub.procedure is not None:
        raise CaseRefusal(
            "procedure-running",
            text("已有特别程序在进行", "a special procedure runs already"),
            text("请先结束正在进行的特别程序", "end the one that runs first"),
        )
    if procedure not in sub.part.procedures:
        raise CaseRefusal(
            "unknown-procedure",
            text("该事项没有规定这一特别程序", "the matter declares no such special procedure"),
            text("请从列出的特别程序中选择", "choose one of those listed"),
            "input",
            "procedure",
        )
    if not 1 <= days <= MAX_PROCEDURE_DAYS:
        raise CaseRefusal(
            "days-out-of-range",
            text(
                f"所需时间须为 1 至 {MAX_PROCEDURE_DAYS} 个工作日",
                f"the time needed is 1 to {MAX_PROCEDURE_DAYS} working days",
            ),
            text(
                "请填写需要书面告知申请人的工作日数（行政许可法第四十五条）",
                "fill in the working days the applicant is told of (Administrative Licence Law art. 45)",
            ),
            "input",
            "days",
        )
    if not basis.strip():
        raise CaseRefusal(
            "basis-required",
            text("请填写特别程序的法律依据", "a special procedure needs its legal basis"),
            text("请填写依据", "fill in the basis"),
            "input",
            "basis",
        )
    check_length(basis, "basis")
    check_length(note, "note")
    try:
        due = calendar.add_working_days(at.date(), days).isoformat()
    except CalendarEnds:
        due = None
    today = at.date().isoformat()
    return [
        ProcedureStarted(
            at.isoformat(), actor, sub.id, procedure, today, days, due, basis.strip(), note.strip()
        )
    ]


def end(
    state: CaseState, sub_case: str, *, actor: str, at: datetime, calendar: Calendar, note: str = ""
) -> list[Event]:
    """特别程序结束: the clock runs again, due days are later by the days that were not counted."""
    sub = open_sub(state, sub_case)
    need_taken(sub)
    procedure = sub.procedure
    if procedure is None or sub.accepted_on is None:
        raise CaseRefusal(
            "no-procedure",
            text("没有正在进行的特别程序", "no special procedure runs"),
            text("请刷新页面，查看最新状态", "reload the page and look at its state now"),
        )
    check_length(note, "note")
    parts: Mapping[str, Part] = {each.matter: each.part for each in state.sub_cases}
    pauses = [*pauses_of(sub), (date.fromisoformat(procedure.started_on), at.date())]
    promised, statutory = due_days(parts, sub.matter, date.fromisoformat(sub.accepted_on), calendar, pauses)
    return [
        ProcedureEnded(
            at.isoformat(),
            actor,
            sub.id,
            procedure.kind,
            at.date().isoformat(),
            None if promised is None else promised.isoformat(),
            None if statutory is None else statutory.isoformat(),
            note.strip(),
        )
    ]
