"""The plan of a bundle as a picture: side-by-side steps on one scale of days, and the same as a table."""

from __future__ import annotations

from html import escape

from ...bundles.plan import Plan, Step
from ...deadlines import days_said
from ...forms.html import tag
from ..bundles import titled
from ..composing import planned
from ..controls import of
from ..desk import Desk
from ..parts import Part


def plan_part(desk: Desk) -> Part:
    """Show the plan; what is wrong with it when there is none."""
    plan = planned(desk)
    head = tag("h2", {"class": "h3", "id": "dz-plan-title"}, escape(desk.word("办理计划", "The plan")))
    attributes = {"class": "dz-b-card dz-plan", "aria-labelledby": "dz-plan-title"}
    if plan is None:
        said = desk.word(
            "事项互相等待，排不出计划：请去掉其中一条前置关系。",
            "Matters wait for one another in a circle: remove one of these waits.",
        )
        inner = tag("p", {"class": "alert alert-danger"}, escape(said))
    elif not plan.steps:
        inner = tag("p", {"class": "dz-b-empty"}, escape(desk.word("还没有事项。", "No matters yet.")))
    else:
        inner = _summary(desk, plan) + _picture(desk, plan) + _table(desk, plan)
    return Part("dz-plan", head + inner, "section", attributes)


def _summary(desk: Desk, plan: Plan) -> str:
    path = " → ".join(of(desk, titled(desk.ground.library, "matter", code)) for code in plan.critical_path)
    said = desk.word(
        f"并联办理 {plan.days} 日，逐项办理 {plan.days_in_turn} 日。" if plan.days else "当日办结。",
        f"{days_said(plan.days)['en']} side by side, {plan.days_in_turn} one after another."
        if plan.days
        else "All the same day.",
    )
    mark = tag("span", {"class": "dz-mark dz-critical"}, escape(desk.word("关键路径", "critical path")))
    return tag("p", {}, f"{escape(said)} {mark} {path}")


def _picture(desk: Desk, plan: Plan) -> str:
    """Draw a bar for each step; the table beside it says the same in words.

    Where everything is done the same day, the bars show the order instead of days.
    """
    spans = {
        step.matter: (step.start, step.finish) if plan.days else (step.stage - 1, step.stage)
        for step in plan.steps
    }
    scale = max(end for _, end in spans.values())
    rows = "".join(_bar(desk, step, spans[step.matter], scale) for step in plan.steps)
    said = (
        desk.word("受理后第几日", "days from acceptance")
        if plan.days
        else desk.word("办理顺序（当日办结）", "in this order, the same day")
    )
    ticks = "".join(tag("span", {}, str(day)) for day in _ticks(scale)) if plan.days else ""
    axis = tag(
        "div",
        {"class": "dz-plan-row dz-plan-axis"},
        tag("span", {}, escape(said)) + tag("span", {"class": "dz-plan-ticks"}, ticks),
    )
    return tag("div", {"class": "dz-plan-picture", "aria-hidden": "true"}, rows + axis)


def _ticks(scale: int) -> list[int]:
    """Give the days to mark: as many steps as divide the scale evenly, six at most."""
    parts = next(parts for parts in (6, 5, 4, 3, 2, 1) if scale % parts == 0)
    return [scale * part // parts for part in range(parts + 1)]


def _bar(desk: Desk, step: Step, span: tuple[int, int], scale: int) -> str:
    name = of(desk, titled(desk.ground.library, "matter", step.matter))
    marks = [1000 * day // scale for day in _ticks(scale)]
    lines = "".join(
        tag("line", {"x1": mark, "x2": mark, "y1": 0, "y2": 20, "class": "dz-grid"}, "") for mark in marks
    )
    # what is done the same day is a narrow mark
    width = max(1000 * (span[1] - span[0]) // scale, 8)
    bar = tag(
        "rect",
        {
            "x": min(1000 * span[0] // scale, 1000 - width),
            "y": 2,
            "width": width,
            "height": 16,
            "class": "dz-bar-critical" if step.critical else "dz-bar-step",
        },
        "",
    )
    drawn = tag(
        "svg",
        {"viewBox": "0 0 1000 20", "preserveAspectRatio": "none", "class": "dz-plan-line"},
        lines + bar,
    )
    days = desk.word(
        f"{step.days} 日" if step.days else "当日", f"{step.days} d" if step.days else "same day"
    )
    return tag(
        "div",
        {"class": "dz-plan-row"},
        tag("span", {"class": "dz-plan-name"}, f"{name} <small>{escape(days)}</small>") + drawn,
    )


def _table(desk: Desk, plan: Plan) -> str:
    heads = (
        desk.word("事项", "Matter"),
        desk.word("等待", "Waits for"),
        desk.word("天数", "Days"),
        desk.word("第几日开始", "Starts"),
        desk.word("第几日办结", "Done"),
        desk.word("关键", "Critical"),
    )
    rows = "".join(
        tag(
            "tr",
            {},
            tag("th", {"scope": "row"}, of(desk, titled(desk.ground.library, "matter", step.matter)))
            + tag(
                "td",
                {},
                escape(desk.word("、", ", ")).join(
                    of(desk, titled(desk.ground.library, "matter", code)) for code in step.after
                )
                or escape(desk.word("无", "nothing")),
            )
            + tag("td", {}, str(step.days))
            + tag("td", {}, str(step.start))
            + tag("td", {}, str(step.finish))
            + tag("td", {}, escape(desk.word("是", "yes") if step.critical else desk.word("否", "no"))),
        )
        for step in plan.steps
    )
    return details(
        desk.word("以表格查看", "As a table"),
        table(desk.word("办理计划", "The plan"), heads, rows),
        "dz-plan-table",
    )


def table(caption: str, heads: tuple[str, ...], rows: str) -> str:
    """Write a table that scrolls within itself where it is too wide."""
    head = tag("tr", {}, "".join(tag("th", {"scope": "col"}, escape(each)) for each in heads))
    inner = tag("caption", {"class": "visually-hidden"}, escape(caption)) + tag("thead", {}, head)
    whole = tag("table", {"class": "table table-sm dz-table"}, inner + tag("tbody", {}, rows))
    return tag("div", {"class": "dz-scroll", "tabindex": "0", "role": "region", "aria-label": caption}, whole)


def details(summary: str, inner: str, identifier: str) -> str:
    """Write what is opened at wish."""
    return tag("details", {"id": identifier}, tag("summary", {}, escape(summary)) + inner)
