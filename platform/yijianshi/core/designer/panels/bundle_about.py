"""A bundle in general: its names, who leads it, its stage, its promise, and what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...deadlines import days_said
from ...definitions.pointer import MISSING
from ...definitions.types import Text, text
from ...forms.html import tag
from ..addresses import get
from ..bundles import departments
from ..composing import planned
from ..controls import button, group, link, phrase_field, select_field, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from ..words import name_values
from .bundle_savings import MEASURES
from .panel import Panel

SUBJECTS: Mapping[str, Text] = {
    "enterprise": text("企业", "enterprise"),
    "person": text("个人", "person"),
}

STAGES: Mapping[str, Mapping[str, str]] = {
    "enterprise": {
        "准入准营": "entry and licensing",
        "招聘用工": "hiring",
        "纳税缴费": "taxes and contributions",
        "经营发展": "operation and growth",
        "工程建设": "construction",
        "注销退出": "closing down",
    },
    "person": {
        "出生": "birth",
        "教育": "education",
        "就业": "work",
        "生活": "daily life",
        "置业": "buying a home",
        "出行": "travel",
        "就医": "health care",
        "救助": "relief",
        "养老": "old age",
        "身后": "after death",
    },
}
"""The stages of 国办发〔2025〕24号, of the life of an enterprise and of a person."""

UNITS = (("working", text("工作日", "working days")), ("natural", text("自然日", "natural days")))
name_values("subject", SUBJECTS.items())
name_values("unit", UNITS)


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the bundle in general."""
    return (
        Part("dz-b-names", _names(desk), "section"),
        Part("dz-b-lead", _lead(desk), "section"),
        Part("dz-b-place", _place(desk), "section"),
        Part("dz-b-promise", _promise(desk), "section"),
        Part("dz-b-before", _before(desk), "section"),
        Part("dz-b-basis", _basis(desk), "section"),
    )


def _names(desk: Desk) -> str:
    return group(
        desk.word("名称和说明", "Name and description"),
        (
            phrase_field(desk, desk.word("名称", "Title"), ("title",)),
            phrase_field(desk, desk.word("说明", "Description"), ("description",), long=True, optional=True),
        ),
    )


def _lead(desk: Desk) -> str:
    known = departments(desk.ground.library)
    now = get(desk.document, ("lead", "code"))
    pick = select_field(
        desk,
        desk.word("从已有部门中选择", "Pick a known department"),
        ("lead", "code"),
        [(code, desk.say(name)) for code, name in known.items()],
        operation={"op": "lead_by"},
        value=now if now in known else "",
        empty=desk.word("请选择", "choose"),
    )
    code = text_field(desk, desk.word("部门编码", "Department code"), ("lead", "code"))
    name = phrase_field(desk, desk.word("部门名称", "Department name"), ("lead", "name"))
    return group(desk.word("牵头部门", "Lead department"), (pick, code, name))


def _place(desk: Desk) -> str:
    subject = get(desk.document, ("subject",))
    lives = [subject] if subject in STAGES else list(STAGES)
    stages = [
        (stage, stage if desk.lang == "zh" else f"{stage} ({english})")
        for life in lives
        for stage, english in STAGES[life].items()
    ]
    return group(
        desk.word("归类", "Where it belongs"),
        (
            _row(
                select_field(
                    desk,
                    desk.word("服务对象", "Subject"),
                    ("subject",),
                    [(code, desk.say(name)) for code, name in SUBJECTS.items()],
                    empty=desk.word("未填写", "not said"),
                ),
                select_field(
                    desk,
                    desk.word("生命周期阶段", "Life-cycle stage"),
                    ("stage",),
                    stages,
                    empty=desk.word("未填写", "not said"),
                ),
            ),
            _row(
                text_field(
                    desk,
                    desk.word("批次", "Batch"),
                    ("batch",),
                    hint=desk.word("国家重点事项批次，例如 2025-1", "the national batch, like 2025-1"),
                ),
                text_field(
                    desk,
                    desk.word("文号", "Document number"),
                    ("doc_no",),
                    hint=desk.word("例如 国办函〔2025〕3号", "like 国办函〔2025〕3号"),
                ),
            ),
        ),
    )


def _promise(desk: Desk) -> str:
    plan = planned(desk)
    needed, promised = plan.days if plan else 0, get(desk.document, ("promise", "days"))
    days = text_field(desk, desk.word("承诺天数", "Days promised"), ("promise", "days"), kind="integer")
    unit = select_field(
        desk,
        desk.word("单位", "Unit"),
        ("promise", "unit"),
        [(code, desk.say(name)) for code, name in UNITS],
    )
    note = ""
    if plan and plan.steps:
        took = days_said(needed)
        said = desk.word(
            f"按各事项的承诺时限，最长的路径需要 {took['zh']}。"
            if needed
            else "按各事项的承诺时限，当日即可办结。",
            f"By the matters' promised limits the longest path takes {took['en']}."
            if needed
            else "By the matters' promised limits all is done the same day.",
        )
        short = isinstance(promised, int) and promised < needed
        take = button(
            desk,
            {"op": "fill", "at": ["promise", "days"], "as": "integer", "value": str(needed)},
            desk.word(f"承诺 {took['zh']}" if needed else "承诺当日办结", f"Promise {took['en']}"),
            attributes={
                "class": "btn-outline-primary",
                "id": "dz-promise-plan",
                "data-focus": "dz-promise-plan",
            },
        )
        note = tag(
            "div",
            {"class": "alert alert-warning dz-inline" if short else "dz-inline"},
            tag("span", {}, escape(said)) + (take if promised != needed else ""),
        )
    return group(
        desk.word("整体承诺", "The promise for the whole"),
        (
            _row(days, unit),
            note,
            text_field(desk, desk.word("时限依据", "Basis of the limit"), ("promise", "basis")),
            yes_no_field(desk, desk.word("时限已核实", "Limit checked"), ("promise", "verified")),
        ),
    )


def _before(desk: Desk) -> str:
    """Lead to the one place where the figures before the reform are written."""
    known = get(desk.document, ("baseline",))
    figures = known if isinstance(known, Mapping) else {}
    said = [
        f"{desk.say(word)} {figures[key]}" for key, word in MEASURES.items() if figures.get(key) is not None
    ]
    shown = desk.word("、", ", ").join(said) or desk.word("尚未填写", "not written yet")
    words = escape(desk.word("在“成效”页填写", "Write them under Savings"))
    way = link(desk, {"tab": "savings"}, words, {"id": "dz-to-baseline"})
    return group(
        desk.word("改革前基线", "Before the reform"),
        (tag("p", {}, f"{escape(shown)} · {way}"),),
    )


def _basis(desk: Desk) -> str:
    verified = get(desk.document, ("verified",))
    mark = ""
    if verified is not True and verified is not MISSING:
        said = desk.word("内容尚未核实，页面上会标明。", "Not checked yet, and marked as such.")
        mark = tag("p", {"class": "form-hint"}, escape(said))
    return group(
        desk.word("依据和生效", "Basis and effect"),
        (
            text_field(desk, desk.word("依据", "Legal basis"), ("basis",)),
            text_field(desk, desk.word("来源", "Source"), ("source",)),
            yes_no_field(desk, desk.word("已对照依据核实", "Checked against its basis"), ("verified",)),
            mark,
            _row(
                text_field(desk, desk.word("生效日期", "Effective from"), ("effective_from",), kind="date"),
                text_field(desk, desk.word("失效日期", "Effective to"), ("effective_to",), kind="date"),
            ),
        ),
    )


def _row(*fields: str) -> str:
    return tag("div", {"class": "dz-row"}, "".join(fields))


PANEL = Panel("about", text("概况", "Overview"), show)
