"""The merged form of a bundle: its sections and fields, who uses each, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...bundles.compose import SITUATIONS, Composition
from ...bundles.pages import CONTINUES, continuing
from ...definitions.types import text
from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..addresses import get
from ..beside import found_in, notes
from ..bundle_sections import sections_of
from ..composing import composed
from ..controls import button, dragged, dropped, flag, handle, id_of, link, of, phrase_field, select_field
from ..desk import Desk
from ..paging import flags_in, numbers
from ..parts import Part
from .bundle_clashes import asked_twice, owner_title, unfinished
from .ordering import before_next, ordering
from .paging import page_field, page_mark
from .panel import Panel

SECTION = "section"
"""The page's setting that names the section whose names are being edited."""
NAMED = 2
"""Of the forms that use a field, so many are named when there are more."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the merged form, or what is wrong with it and how that is settled."""
    made = composed(desk)
    if made.composition is None:
        return (*unfinished(desk, made.problems), _declared(desk))
    return _summary(desk, made.composition), asked_twice(desk), _sections(desk, made.composition), _add(desk)


def _declared(desk: Desk) -> Part:
    listed = sections_of(desk.document)
    if not listed:
        return Part("dz-b-declared", "")
    items = "".join(
        tag("li", {}, f"{of(desk, section['title'])} ({len(section.get('fields', ()))})")
        for section in listed
    )
    head = tag("h2", {"class": "h3"}, escape(desk.word("已定的分区", "Sections so far")))
    return Part("dz-b-declared", head + tag("ol", {}, items), "section")


def _summary(desk: Desk, composition: Composition) -> Part:
    fields = composition.fields.values()
    asked = sum(sum(owner != SITUATIONS for owner in field.used_by) for field in fields)
    merged = [field for field in fields if set(field.used_by) - {SITUATIONS}]
    said = desk.word(
        f"各事项的表单共 {asked} 项，合并后 {len(merged)} 项，少填 {asked - len(merged)} 项。",
        f"The matters' forms ask {asked} things; merged they ask {len(merged)}, {asked - len(merged)} fewer.",
    )
    return Part("dz-b-sum", escape(said), "p", {"class": "dz-lead"})


def _sections(desk: Desk, composition: Composition) -> Part:
    declared = [str(section["code"]) for section in sections_of(desk.document)]
    shown = {str(section["code"]): section for section in composition.sections}
    order = [code for code in shown if code not in declared and code == SITUATIONS]
    order += declared
    order += [code for code in shown if code not in order]
    flags = flags_in(desk.document)
    joins = {
        code: flags.get(code, False) and code != declared[0]
        if code in declared
        else continuing(shown[code])  # as the layouts of the matters have it
        for code in order
    }
    pages = numbers(joins)
    parts = tuple(
        part
        for code in order
        for part in (
            *page_mark(desk, pages, code, f"dz-s-{code}"),
            _section(desk, composition, code, declared, shown, joins[code], _ahead(order, code, declared)),
        )
    )
    return Part(
        "dz-b-sections", parts, "div", {"class": "dz-b-cards", **dropped(desk, "sections", "sections", {})}
    )


def _section(
    desk: Desk,
    composition: Composition,
    code: str,
    declared: list[str],
    shown: Mapping[str, Mapping[str, Any]],
    joined: bool,
    next_: bool,
) -> Part:
    own, fields = code in declared, list(shown.get(code, {}).get("fields", ()))
    title = desk.say(sections_title(desk, code, shown))
    if own:
        head = _names(desk, code, title)
        tools = _section_tools(desk, code, title, declared)
    else:
        # a section that is listed keeps its page where it keeps what stands before it
        head, tools = "", _adopt(desk, code, title, fields, shown, joined and next_)
    heading = tag(
        "h2",
        {"class": "dz-b-card-title", "id": f"dz-s-{code}-title", "tabindex": "-1"},
        (handle(desk.readonly) if own else "") + escape(title),
    )
    rows = tuple(_field(desk, composition, code, fields, number, declared) for number in range(len(fields)))
    drop: dict[str, Any] = {}
    if own:
        listed = get(desk.document, ("sections", code, "fields"))
        shown_only = [each for each in fields if each not in listed]
        target = {"section": code, **({"shown": shown_only} if shown_only else {})}
        drop = dropped(desk, "merged", "merged", target)
    elif code != SITUATIONS:
        drop = dropped(desk, "merged")
    empty = desk.word("这个分区还没有字段。", "No fields in this section yet.")
    return Part(
        f"dz-s-{code}",
        (
            Part(f"dz-s-{code}-head", tag("div", {"class": "dz-b-card-head"}, heading + tools) + head),
            Part(f"dz-s-{code}-none", "" if rows else escape(empty), "p", {"class": "dz-facts"}),
            Part(f"dz-s-{code}-fields", rows, "ol", {"class": "dz-b-fields dz-b-drop", **drop}),
        ),
        "section",
        {
            "class": "dz-b-card dz-joined" if joined else "dz-b-card",
            "aria-labelledby": f"dz-s-{code}-title",
            **(dragged(desk, {"op": "move_section", "section": code}, code) if own else {}),
        },
    )


def _joined(desk: Desk, code: str) -> bool:
    return flags_in(desk.document).get(code, False)


def _names(desk: Desk, code: str, title: str) -> str:
    """Write the names of a section where they are being edited, else the way to them."""
    opened = desk.view.get(SECTION) == code
    word = desk.word("收起", "Close") if opened else desk.word("修改名称和提示", "Change title and hint")
    hint = get(desk.document, ("sections", code, "hint"))
    known = tag("span", {"class": "dz-facts"}, of(desk, hint)) if isinstance(hint, Mapping) else ""
    missing = flag(desk.lang, get(desk.document, ("sections", code, "title"))) or flag(desk.lang, hint)
    listed = [str(section["code"]) for section in sections_of(desk.document)]
    paging = (
        page_field(
            desk,
            {"op": "page_section", "section": code},
            _joined(desk, code),
            desk.word(f"“{title}”的分页", f"Page of “{title}”"),
        )
        if code != listed[0]
        else ""
    )
    toggle = link(
        desk,
        {SECTION: None if opened else code},
        escape(word) + tag("span", {"class": "visually-hidden"}, escape(f" {title}")),
        {"id": f"dz-s-names-{code}", "aria-expanded": "true" if opened else "false", "role": "button"},
    )
    line = tag("div", {"class": "dz-inline"}, known + missing + toggle) + paging
    found = notes(desk, found_in(desk, ("sections", code), ("title", "hint") if opened else ()))
    if not opened:
        return found + line
    name = phrase_field(desk, desk.word("分区名称", "Section title"), ("sections", code, "title"))
    said = phrase_field(
        desk, desk.word("分区提示", "Section hint"), ("sections", code, "hint"), optional=True
    )
    return found + line + name + said


def sections_title(desk: Desk, code: str, shown: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """Give the title of a section, declared or made by composing."""
    for section in sections_of(desk.document):
        if section["code"] == code:
            title: Mapping[str, str] = section["title"]
            return title
    made: Mapping[str, str] = shown[code]["title"]
    return made


def _ahead(order: list[str], code: str, declared: list[str]) -> bool:
    """Tell whether a section stands right behind the last that the bundle lists."""
    return bool(declared) and order[: order.index(code)][-1:] == declared[-1:]


def _adopt(
    desk: Desk,
    code: str,
    title: str,
    fields: list[str],
    shown: Mapping[str, Mapping[str, Any]],
    continues: bool,
) -> str:
    if code == SITUATIONS:
        said = desk.word("在“情形问题”页中编辑", "edited under “Situation questions”")
        return tag("span", {"class": "form-hint"}, escape(said))
    adopt: dict[str, Any] = {
        "op": "add_section",
        "code": code,
        "title": dict(shown[code]["title"]),
        "fields": fields,
    }
    if continues:
        adopt[CONTINUES] = True
    return button(
        desk,
        adopt,
        desk.word(f"把“{title}”设为分区", f"Make “{title}” a section"),
        attributes={
            "id": f"dz-adopt-{code}",
            "class": "btn-outline-primary",
            "data-focus": f"dz-s-{code}-title",
        },
    )


def _section_tools(desk: Desk, code: str, title: str, declared: list[str]) -> str:
    number, last = declared.index(code), len(declared) - 1
    moves = before_next({"op": "move_section", "section": code}, declared, number)
    near = declared[number + 1] if number < last else declared[number - 1]
    called = desk.word(f"分区“{title}”", f"the section “{title}”")
    return tag(
        "div",
        {"class": "dz-b-card-tools"},
        ordering(desk, moves, number, len(declared), called, f"dz-s-{code}")
        + button(
            desk,
            {"op": "remove_section", "section": code},
            desk.word(
                f"删除分区“{title}”，其字段并入其他分区", f"Remove the section “{title}”, keep its fields"
            ),
            icon="✕",
            attributes={
                "id": f"dz-s-out-{code}",
                "class": "btn-outline-danger",
                "data-focus": f"dz-s-{near}-title" if last else "dz-s-add",
            },
        ),
    )


def _field(
    desk: Desk, composition: Composition, code: str, fields: list[str], number: int, declared: list[str]
) -> Part:
    pointer = fields[number]
    field = composition.fields[pointer]
    title = desk.say(field.title)
    names = [owner_title(desk, owner) for owner in field.used_by]
    users = desk.word("、", ", ").join(names)
    few = desk.word("、", ", ").join(names[:NAMED])
    kind = desk.say(FIELD_TYPES[field.type].title)
    count = len(names)
    if count > NAMED + 1:
        used = desk.word(f"用于：{few}等 {count} 个表单", f"used by: {few} and {count - NAMED} more")
    else:
        used = desk.word(f"用于：{users}", f"used by: {users}")
    shared = (
        tag(
            "span",
            {"class": "badge dz-shared"},
            escape(desk.word(f"{count} 个表单共用", f"shared by {count} forms")),
        )
        if count > 1
        else ""
    )
    grip = "" if code == SITUATIONS else handle(desk.readonly)
    said = (
        grip
        + tag("strong", {}, escape(title))
        + " "
        + tag("small", {"class": "dz-facts"}, escape(kind))
        + shared
    )
    who = tag("p", {"class": "dz-users", "title": users}, escape(used))
    tools = "" if code == SITUATIONS else _field_tools(desk, code, fields, number, declared, title)
    return Part(
        "dz-f-" + id_of(pointer),
        tag("div", {"class": "dz-field-said"}, said + who) + tools,
        "li",
        {
            "class": "dz-field-row",
            **({} if code == SITUATIONS else dragged(desk, {"op": "place_field", "field": pointer}, pointer)),
        },
    )


def _field_tools(
    desk: Desk, code: str, fields: list[str], number: int, declared: list[str], title: str
) -> str:
    pointer = fields[number]
    listed = get(desk.document, ("sections", code, "fields"))
    # those that no section lists yet are listed with the first that is moved among them
    shown = [each for each in fields if not isinstance(listed, list) or each not in listed]
    place_op: dict[str, Any] = {"op": "place_field", "field": pointer, "section": code}
    if shown:
        place_op["shown"] = shown
    moves = ""
    if code in declared:
        both = before_next(place_op, fields, number)
        moves = ordering(desk, both, number, len(fields), f"“{title}”", "dz-f-" + id_of(pointer))
    choices = [(each, desk.say(sections_title(desk, each, {}))) for each in declared]
    to = (
        select_field(
            desk,
            desk.word(f"“{title}”所在分区", f"Section of “{title}”"),
            (),
            choices,
            operation={"op": "place_field", "field": pointer},
            value=code if code in declared else "",
            empty=None if code in declared else desk.word("未归入分区", "in no section"),
        )
        if choices
        else ""
    )
    return tag("div", {"class": "dz-field-tools"}, moves + to)


def _add(desk: Desk) -> Part:
    add = button(
        desk,
        {"op": "add_section"},
        desk.word("新增分区", "Add a section"),
        attributes={"id": "dz-s-add", "class": "btn-outline-primary"},
    )
    return Part("dz-b-add", add)


PANEL = Panel("form", text("合并表单", "Merged form"), show)
