"""Materials, and what elements and materials have in common: names, basis, where each is used."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from ...definitions.types import text
from ...forms.html import tag
from ..controls import checks_field, group, of, phrase_field, select_field, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from ..words import name_values
from .panel import Panel

FORMATS = ("pdf", "jpeg", "png", "ofd")
ORIGINALS = (
    ("original", text("原件", "original")),
    ("copy", text("复印件", "copy")),
    ("either", text("原件或复印件", "either")),
)
name_values("original", ORIGINALS)
MANY = 3
"""Used by as many definitions, a change is warned of."""


def warned(desk: Desk) -> Part:
    """Warn, before anything else, of changing what many definitions use."""
    users = desk.ground.library.users(desk.kind, desk.code)
    if len(users) < MANY:
        return Part("dz-many", "", "div")
    said = desk.word(
        f"有 {len(users)} 个定义引用它，修改会影响它们的表单和材料，请先逐一确认：",
        f"{len(users)} definitions refer to it: a change alters their forms and materials, so look at each first: ",
    )
    where = tag("a", {"href": "#dz-usage"}, escape(desk.word("在哪里使用", "where it is used")))
    return Part("dz-many", escape(said) + where, "div", {"class": "alert alert-warning", "role": "note"})


def usage(desk: Desk) -> Part:
    """Say where the definition is used."""
    users = desk.ground.library.users(desk.kind, desk.code)
    head = tag("h2", {"class": "h3"}, escape(desk.word("在哪里使用", "Where it is used")))
    if not users:
        note = desk.word("还没有定义引用它。", "Nothing refers to it yet.")
        return Part("dz-usage", head + tag("p", {}, escape(note)), "section")
    return Part("dz-usage", head + linked(desk, users), "section")


def linked(desk: Desk, users: Iterable[tuple[str, str]]) -> str:
    """List definitions (kind, code) by title, each leading to where it is changed."""
    items = "".join(
        tag(
            "li",
            {},
            tag(
                "a",
                {"href": f"/designer/{kind}/{code}"},
                of(desk, desk.ground.library.get(kind, code)["title"]),
            )
            + f" <code>{escape(code)}</code>",
        )
        for kind, code in users
    )
    return tag("ul", {"class": "list-plain"}, items)


def common(desk: Desk) -> str:
    """Write the fields every kind has: title, description, basis, source, verified mark, effective days."""
    return naming(desk) + grounds(desk)


def naming(desk: Desk) -> str:
    """Write the title and the description."""
    return group(
        desk.word("名称和说明", "Name and description"),
        (
            phrase_field(desk, desk.word("名称", "Title"), ("title",)),
            phrase_field(desk, desk.word("说明", "Description"), ("description",), long=True, optional=True),
        ),
    )


def grounds(desk: Desk) -> str:
    """Write what a definition rests on, and from when it holds."""
    return group(
        desk.word("依据和生效", "Basis and effect"),
        (
            text_field(desk, desk.word("依据", "Legal basis"), ("basis",)),
            text_field(desk, desk.word("来源", "Source"), ("source",)),
            yes_no_field(
                desk,
                desk.word("已对照依据核实", "Checked against its basis"),
                ("verified",),
                hint=desk.word("未核实的内容会标明，不影响使用", "what is not checked is marked as such"),
            ),
            text_field(desk, desk.word("生效日期", "Effective from"), ("effective_from",), kind="date"),
            text_field(desk, desk.word("失效日期", "Effective to"), ("effective_to",), kind="date"),
        ),
    )


def beginning(desk: Desk, kind: str, title: str, tab: str, label: str) -> str:
    """Write the way to begin what the dictionary lacks, by the title it was sought by, and back to a tab of this page."""
    query = urlencode({"new": kind, "title": title.strip(), "back": f"{desk.kind}/{desk.code}/{tab}"})
    return tag("p", {}, tag("a", {"href": f"/designer?{query}"}, escape(label)))


def material(desk: Desk) -> tuple[Part, ...]:
    """Show a material."""
    what = group(
        desk.word("材料要求", "What is wanted"),
        (
            checks_field(desk, desk.word("格式", "Formats"), ("formats",), [(f, f.upper()) for f in FORMATS]),
            text_field(
                desk, desk.word("大小上限（MB）", "Size limit (MB)"), ("max_size_mb",), kind="integer"
            ),
            text_field(desk, desk.word("份数上限", "Count limit"), ("max_count",), kind="integer"),
            select_field(
                desk,
                desk.word("原件要求", "Original"),
                ("original",),
                [(code, desk.say(word)) for code, word in ORIGINALS],
                empty=desk.word("未填写", "not said"),
            ),
            phrase_field(desk, desk.word("出具单位", "Issued by"), ("issuer",), optional=True),
            phrase_field(
                desk, desk.word("填报须知", "How to fill it in"), ("fill_note",), long=True, optional=True
            ),
        ),
    )
    inner = naming(desk) + what + grounds(desk)
    return warned(desk), Part("dz-material", inner, "section"), usage(desk)


MATERIAL = Panel("about", text("材料", "Material"), material)
