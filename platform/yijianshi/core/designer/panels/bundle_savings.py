"""What a bundle saves against its baseline, with the formulas, and its promise on the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...bundles.compose import Composition
from ...deadlines import CalendarEnds, days_said, promised
from ...definitions.types import Text, text
from ...forms.html import tag
from ..addresses import get
from ..bundles import titled
from ..composing import composed
from ..controls import button, group, of, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from .bundle_clashes import unfinished
from .bundle_plan import table
from .panel import Panel

MEASURES: Mapping[str, Text] = {
    "materials": text("材料", "Materials"),
    "days": text("工作日", "Days"),
    "steps": text("环节", "Steps"),
    "visits": text("跑动", "Visits"),
}


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the savings, the figures they need, and when the promise ends."""
    made = composed(desk)
    if made.composition is None:
        return (*unfinished(desk, made.problems), _figures(desk))
    return _savings(desk, made.composition), _figures(desk), _calendar(desk, made.composition)


def _savings(desk: Desk, composition: Composition) -> Part:
    found: Mapping[str, Any] = composition.savings()
    cards = tuple(
        Part(
            f"dz-sav-{measure}",
            _measure(desk, word, found.get(measure)),
            "li",
            {"class": "dz-b-card dz-figure"},
        )
        for measure, word in MEASURES.items()
    )
    return Part("dz-sav", cards, "ul", {"class": "dz-figures"})


def _measure(desk: Desk, word: Text, entry: Mapping[str, Any] | None) -> str:
    head = tag("h2", {"class": "dz-figure-name"}, of(desk, word))
    if entry is None:
        said = desk.word("缺少改革前或现在的数字，不计算", "a figure before or now is missing: not computed")
        return head + tag("p", {"class": "dz-facts"}, escape(said))
    same_day = word is MEASURES["days"] and entry["after"] == 0
    change = f"{entry['before']} → {desk.say(days_said(0)) if same_day else entry['after']}"
    percent = tag("p", {"class": "dz-figure-big"}, escape(str(entry["percent"] or "—")))
    formula = tag("p", {"class": "dz-facts"}, of(desk, entry["formula"]))
    mark = (
        ""
        if entry["verified"]
        else tag(
            "span", {"class": "badge dz-missing"}, escape(desk.word("基线待核实", "baseline unverified"))
        )
    )
    worse = entry["after"] > entry["before"]
    warning = (
        tag("p", {"class": "field-error"}, escape(desk.word("比改革前还多", "more than before")))
        if worse
        else ""
    )
    return head + percent + tag("p", {}, escape(change)) + formula + warning + mark


def _figures(desk: Desk) -> Part:
    def pair(key: str, word: Text) -> str:
        before = text_field(
            desk,
            desk.word(f"{word['zh']}（改革前）", f"{word['en']} before"),
            ("baseline", key),
            kind="integer",
        )
        if key not in ("steps", "visits"):
            return before
        return before + text_field(
            desk, desk.word(f"{word['zh']}（现在）", f"{word['en']} now"), (key,), kind="integer"
        )

    rows = tag("div", {"class": "dz-b-figures"}, "".join(pair(key, word) for key, word in MEASURES.items()))
    hint = desk.word(
        "材料和天数的“现在”由系统按合并结果计算；环节和跑动由您填写。",
        "Materials and days now are computed from the merge; steps and visits are yours to say.",
    )
    return Part(
        "dz-sav-figures", group(desk.word("数字", "Figures"), (rows,), hint=hint) + _before(desk), "section"
    )


def _before(desk: Desk) -> str:
    listed = get(desk.document, ("baseline", "material_list"))
    lines = (
        "\n".join(
            each["zh"] if each["zh"] == each["en"] else f"{each['zh']} | {each['en']}" for each in listed
        )
        if isinstance(listed, list)
        else ""
    )
    return group(
        desk.word("改革前的清单和依据", "The list before, and the basis"),
        (
            text_field(
                desk,
                desk.word("改革前的材料清单", "Materials before, by name"),
                ("baseline", "material_list"),
                long=True,
                operation={"op": "materials_before"},
                value=lines,
                hint=desk.word(
                    "每行一项，英文写在“|”之后，例如：营业执照 | Business licence",
                    "one a line, the English after a “|”, like: 营业执照 | Business licence",
                ),
            ),
            _listed(desk, listed),
            text_field(desk, desk.word("基线依据", "Basis of the figures"), ("baseline", "basis")),
            text_field(desk, desk.word("基线来源", "Source of the figures"), ("baseline", "source")),
            yes_no_field(desk, desk.word("基线已核实", "Figures checked"), ("baseline", "verified")),
        ),
        hint=desk.word(
            "成效按这里的数字计算，没有基线就不计算。", "Savings are computed from these figures."
        ),
    )


def _listed(desk: Desk, listed: object) -> str:
    count = len(listed) if isinstance(listed, list) else 0
    if not count or count == get(desk.document, ("baseline", "materials")):
        return ""
    said = desk.word(f"清单中有 {count} 项。", f"The list has {count}.")
    take = button(
        desk,
        {"op": "fill", "at": ["baseline", "materials"], "as": "integer", "value": str(count)},
        desk.word(f"材料数填 {count}", f"Write {count} materials"),
        attributes={"class": "btn-outline-primary", "id": "dz-count-list"},
    )
    return tag("div", {"class": "dz-inline"}, tag("span", {}, escape(said)) + take)


def _calendar(desk: Desk, composition: Composition) -> Part:
    head = tag(
        "h2",
        {"class": "h3", "id": "dz-cal-title"},
        escape(desk.word("今天受理，何时办结", "Accepted today, when is it done")),
    )
    promise = get(desk.document, ("promise",))
    plan = composition.plan_for(composition.matters)
    try:
        due = _due(desk, int(promise["days"]), str(promise["unit"]))
        rows = "".join(
            tag("tr", {}, _step(desk, composition, step.matter, step.start, step.finish))
            for step in plan.steps
        )
    except CalendarEnds as error:
        inner = tag("p", {"class": "alert alert-warning"}, of(desk, error.text))
    else:
        promise_said = promised(int(promise["days"]))
        said = desk.word(
            f"{desk.world.today.isoformat()} 受理，{promise_said['zh']}，最迟 {due} 办结。",
            f"Accepted {desk.world.today.isoformat()}, {promise_said['en']}: done by {due}.",
        )
        heads = (
            desk.word("事项", "Matter"),
            desk.word("开始", "Starts"),
            desk.word("最迟办结", "Done by"),
        )
        inner = tag("p", {"class": "dz-lead"}, escape(said)) + table(
            desk.word("各事项最迟办结日", "When each matter is done"), heads, rows
        )
    return Part(
        "dz-sav-calendar", head + inner, "section", {"class": "dz-b-card", "aria-labelledby": "dz-cal-title"}
    )


def _step(desk: Desk, composition: Composition, code: str, start: int, finish: int) -> str:
    unit = str(composition.matters[code]["promised_limit"].get("unit", "working"))
    name = of(desk, titled(desk.ground.library, "matter", code))
    begins, ends = _due(desk, start, unit), _due(desk, finish, unit)
    return tag("th", {"scope": "row"}, name) + tag("td", {}, begins) + tag("td", {}, ends)


def _due(desk: Desk, days: int, unit: str) -> str:
    return desk.world.calendar.due(desk.world.today, days, unit).isoformat()


PANEL = Panel("savings", text("成效", "Savings"), show)
