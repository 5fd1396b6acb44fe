"""What a ruleset decides and where it applies: its names, edition, the date that counts, how outcomes combine."""

from __future__ import annotations

from ...definitions.types import text
from ...forms.html import tag
from ..bundles import DECIDES
from ..controls import group, select_field, text_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_fields import dictionary_fields, used_fields
from .dictionary import common, usage, warned
from .panel import Panel


def show(desk: Desk) -> tuple[Part, ...]:
    """Show where the ruleset applies."""
    decides = select_field(
        desk,
        desk.word("决定什么", "What it decides"),
        ("decides",),
        [(code, desk.say(word)) for code, word in DECIDES.items()],
    )
    dates: dict[str, str] = {}
    library = desk.ground.library
    for field in (*used_fields(library, desk.document), *dictionary_fields(library)):
        if field.type == "date":
            dates.setdefault(field.place, desk.say(field.title))
    dated = select_field(
        desk,
        desk.word("按哪个日期适用", "The date that counts"),
        ("dated_by",),
        list(dates.items()),
        empty=desk.word("作出决定之日", "the day of decision"),
        hint=desk.word(
            "以该答案中的日期选用版本和参数", "this answer chooses the edition and the parameters"
        ),
    )
    series = text_field(
        desk,
        desk.word("系列编码", "Series"),
        ("series",),
        hint=desk.word(
            "同一规定的各版用同一编码，有效期首尾相接",
            "editions of one regulation share it, and their periods follow one another",
        ),
    )
    limits = select_field(
        desk,
        desk.word("有多个时限时", "Of several limits"),
        ("combine", "set_limit"),
        (
            ("strictest", desk.word("最严的", "the strictest")),
            ("longest", desk.word("最宽的", "the longest")),
            ("first", desk.word("第一个", "the first")),
        ),
        empty=desk.word("最严的（默认）", "the strictest (by default)"),
    )
    routes = select_field(
        desk,
        desk.word("有多个分送去向时", "Of several routes"),
        ("combine", "route"),
        (("first", desk.word("第一个", "the first")), ("all", desk.word("全部", "all"))),
        empty=desk.word("第一个（默认）", "the first (by default)"),
    )
    what = group(
        desk.word("适用", "Scope"), (decides, dated, series, tag("div", {"class": "dz-row"}, limits + routes))
    )
    scope = Part("dz-r-scope", what, "section")
    return warned(desk), scope, Part("dz-r-common", common(desk), "section"), usage(desk)


PANEL = Panel("about", text("适用", "Scope"), show)
