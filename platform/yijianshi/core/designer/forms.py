"""What is done to a form: fields and sections added, moved, copied and removed.

The same operations work on a matter's form and on a bundle's situation questions: which of the two
follows from the document's kind. Each is made by changing the form as a whole and taking the edits
between the two, so whatever hangs on a field goes and comes back with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..definitions.pointer import MISSING, join, tokens
from ..definitions.types import Text, text
from ..forms.fields import FIELD_TYPES
from .addresses import Address, get
from .automatic import numbered
from .between import edits_between
from .controls import id_of
from .edits import Edit
from .hanging import with_losses
from .layout import FORM_OF, Form, Said, control_for, said_of
from .operations import Ground, Refused, Step, operation, refuse
from .shifts import Shift
from .tidying import fresh_section, new_group, tidied

_WHOLE = ("rule", "if", "then", "x-compute", "x-show")

OPTIONS = 2
"""A new choice begins with so many options."""

CHOICES = ("choice", "multiple_choice")
NUMBERS = ("integer", "decimal", "money")


def form_in(document: Mapping[str, Any]) -> Form:
    """Give the form of a matter or a bundle, its layout brought into the designer's shape."""
    return tidied(Form.of(document, FORM_OF[str(document["kind"])]))


def changed(
    ground: Ground,
    form: Form,
    said: Text | Shift,
    typing: str | None = None,
    select: str | None = None,
    focus: str | None = None,
) -> Step:
    """Make the step that puts a changed form into the document; ``select`` is looked at after it."""
    known, new = get(ground.document, form.at), form.to_json()
    if isinstance(known, Mapping) and "schema" in known:
        old = {"schema": known["schema"], "ui": known.get("ui", {})}
        if new != old and new == form_in(ground.document).to_json():
            # a layout is brought into shape with a change, not for nothing
            return Step.of((), said)
        edits = tuple(whole(edits_between(old, new, form.at), new, len(form.at)))
    else:
        edits = (Edit("set", form.at, form.to_json()),)
    shows = {} if select is None else {"select": select}
    return replace(Step.of(edits, said, typing), shows=shows, focus=focus)


def whole(edits: Iterable[Edit], new: Mapping[str, Any], start: int) -> Iterator[Edit]:
    """Put what means something only as a whole, as a whole: half of one condition and half of another is none."""
    seen: set[Address] = set()
    for edit in edits:
        at = edit.at[start:]
        end = next((n for n, t in enumerate(at) if t in _WHOLE and at[n - 1] != "properties"), None)
        value = MISSING if end is None else get(new, at[: end + 1])
        if end is None or value is MISSING or len(at) == end + 1:
            yield edit
        elif at[: end + 1] not in seen:
            seen.add(at[: end + 1])
            yield Edit("set", edit.at[: start + end + 1], value)


def card_id(pointer: str) -> str:
    """Give the element id of a field's card, and of a section's."""
    return "f" + id_of(pointer)[1:]


def field_of(ground: Ground, form: Form, pointer: str) -> Said:
    """Give what is said of a field; raises Refused when it is not there."""
    said = said_of(form, ground.library, pointer)
    if said is None:
        raise gone(form, pointer)
    return said


def gone(form: Form, what: str) -> Refused:
    """Make the refusal for a field or section that is not there."""
    return refuse(
        join(*form.at),
        "misplaced",
        text(f"表单中没有“{what}”", f"there is no {what!r} in the form"),
        text(
            "它可能已被删除，请在最新内容上重做",
            "it may have been removed: do it again on the newest content",
        ),
    )


def new_option(taken: Collection[str]) -> dict[str, Any]:
    """Make an option whose value is not among those taken."""
    number = next(n for n in range(1, len(taken) + 2) if f"option_{n}" not in taken)
    return {"value": f"option_{number}", "title": numbered("option", number)}


def first_options() -> list[dict[str, Any]]:
    """Make the options a new choice begins with."""
    made: list[dict[str, Any]] = []
    for _ in range(OPTIONS):
        made.append(new_option([each["value"] for each in made]))
    return made


@operation("add_field")
def add_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a field of a ``type``, or an ``element`` of the dictionary, to a ``section`` or a ``group``'s rows.

    It comes ``before`` or ``after`` a field, else at the end.
    """
    form = form_in(ground.document)
    group = given.get("group")
    pointer, leaf, title = new_field(ground, form, given, group)
    before, after = given.get("before"), given.get("after")
    form = form.with_leaf(pointer, leaf)
    if group is None:
        form, section = _opened(form, given.get("section"), before or after)
        form = placed(form, section, control_for(pointer), before, after)
        where = next(each.title for each in form.sections if each.id == section)
    else:
        form = _ordered(form, group, pointer, before, after)
        where = field_of(ground, form, group).title
    sentence = text(
        f"在“{where['zh']}”中新增字段“{title['zh']}”", f"“{title['en']}” added to “{where['en']}”"
    )
    return changed(ground, form, sentence, select=pointer, focus=card_id(pointer))


@operation("move_field")
def move_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Move a ``field``: ``by`` places, or to a ``section`` (``value``), there ``before`` another or to the end."""
    form = form_in(ground.document)
    pointer = str(given["field"])
    title = field_of(ground, form, pointer).title
    group = pointer.rpartition("/*")[0]
    if "by" not in given and given.get("group", "") != group:
        raise refuse(
            join(*form.at),
            "another-place",
            text("字段不能移入或移出可重复分组", "a field cannot be moved into or out of a repeated group"),
            text("请在目标位置新增字段，再删除原字段", "add a field there, then remove this one"),
        )
    home = form.section_of(pointer)
    left = field_of(ground, form, group).title if group else home.title if home else title
    number = _ordinal(form, pointer)
    if group:
        items = form.items(group)
        before = neighbour(items, pointer, int(given["by"])) if "by" in given else given.get("before")
        form = _ordered(form, group, pointer, before, None)
        where = field_of(ground, form, group).title
    else:
        if given.get("value") is not None and given["value"] == getattr(form.section_of(pointer), "id", None):
            return Step((), text("", ""))
        section, before = _target(form, pointer, given)
        control = form.control(pointer)
        if home is None or control is None:
            raise gone(form, pointer)
        rest = [form.control(p) for p in home.fields if p != pointer]
        form = form.with_controls(home.id, [c for c in rest if c is not None])
        form = placed(form, section, control, before, None)
        where = next(each.title for each in form.sections if each.id == section)
    place = _ordinal(form, pointer)
    sentence = text(
        f"将“{title['zh']}”由“{left['zh']}”第 {number} 位移到“{where['zh']}”第 {place} 位",
        f"“{title['en']}” moved from place {number} of “{left['en']}” to place {place} of “{where['en']}”",
    )
    return changed(ground, form, sentence)


@operation("remove_field")
def remove_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Remove a ``field``, and with it every condition and everything computed that hangs on it."""
    form = form_in(ground.document)
    pointer = str(given["field"])
    title = field_of(ground, form, pointer).title
    following = _beside(form, pointer)
    left = form.without(pointer)
    sentence = text(f"删除字段“{title['zh']}”", f"“{title['en']}” removed")
    sentence = with_losses(ground.library, sentence, form, left)
    focus = card_id(following) if following else "dz-canvas-title"
    return changed(ground, left, sentence, select=following or "", focus=focus)


@operation("duplicate_field")
def duplicate_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Copy a ``field`` of the form's own, with its conditions, to stand after it."""
    form = form_in(ground.document)
    pointer = str(given["field"])
    said = field_of(ground, form, pointer)
    if said.element is not None:
        raise refuse(
            join(*form.at),
            "element-twice",
            text("一个表单中同一数据元只能出现一次", "a form asks for an element only once"),
            text(
                "若是另一个角色的信息，请另建一个继承它的数据元",
                "for another role, define an element that extends it",
            ),
        )
    form, copy = copied(form, pointer)
    if "/*" in pointer:
        form = _ordered(form, pointer.rpartition("/*")[0], copy, None, pointer)
    else:
        home = form.section_of(pointer)
        section = home.id if home else ""
        control = {**(form.control(pointer) or {}), **control_for(copy)}
        form = placed(form, section, control, None, pointer)
    form = form.with_required_when(copy, form.required_when(pointer))
    sentence = text(f"复制字段“{said.title['zh']}”", f"“{said.title['en']}” duplicated")
    return changed(ground, form, sentence, select=copy, focus=card_id(copy))


# inside


def new_field(
    ground: Ground, form: Form, given: Mapping[str, Any], group: str | None
) -> tuple[str, dict[str, Any], Text]:
    """Make a new field: its place, its schema, its title."""
    if "element" in given:
        code = str(given["element"])
        title = (
            ground.library.element(code)["title"] if ground.library.has("element", code) else text(code, code)
        )
        reference = {"$ref": f"urn:yijianshi:element:{code}"}
        pointer = join(*code.split(".")) if group is None else f"{group}/*" + join(code.rpartition(".")[2])
        if form.leaf(pointer) is not None:
            raise refuse(
                join(*form.at),
                "element-twice",
                text(f"表单中已有“{title['zh']}”", f"the form has “{title['en']}” already"),
                text("一个表单中同一数据元只能出现一次", "a form asks for an element only once"),
            )
        return pointer, reference, title
    kind = FIELD_TYPES.get(str(given["type"]))
    if kind is None or (group is not None and kind.name == "group"):
        raise refuse(
            join(*form.at),
            "no-such-type",
            text("这里不能放这种字段", "this type of field cannot stand here"),
            text("请选择其他字段类型", "choose another type"),
        )
    options = first_options()
    leaf: dict[str, Any] = {"x-type": kind.name, "x-title": dict(kind.title)}
    if kind.name in CHOICES:
        leaf["x-options"] = options
    leaf.update(kind.schema({"options": options}))
    if kind.name == "group":
        leaf.update({"items": {"type": "object", "properties": {}}, "x-order": []})
    return _fresh(form, f"{group}/*" if group else join(form.own), kind.name), leaf, kind.title


def _fresh(form: Form, inside: str, stem: str) -> str:
    number = 1
    while form.leaf(pointer := f"{inside}/{stem}_{number}") is not None:
        number += 1
    return pointer


def copied(form: Form, pointer: str) -> tuple[Form, str]:
    """Copy a field of the form's own to a free place beside it; gives that place."""
    inside, _, name = pointer.rpartition("/")
    copy = _fresh(form, inside, name.rstrip("0123456789").rstrip("_") or "field")
    leaf = dict(form.leaf(pointer) or {})
    title = leaf.get("x-title")
    if isinstance(title, Mapping):
        leaf["x-title"] = text(f"{title['zh']}（副本）", f"{title['en']} (copy)")
    required = form.required(pointer)
    form = form.with_leaf(copy, leaf)
    return (form.with_required(copy, True) if required else form), copy


def _opened(form: Form, section: Any, beside: Any) -> tuple[Form, str]:
    """Give the section a new field goes to: the one named, that of its neighbour, the last, or a new one."""
    ids = [each.id for each in form.sections]
    if section in ids:
        return form, str(section)
    home = form.section_of(str(beside)) if beside else None
    if home is not None:
        return form, home.id
    if ids:
        return form, ids[-1]
    name = fresh_section(form)
    return form.with_groups([new_group(name, text("基本信息", "Basic information"))]), name


def placed(form: Form, section: str, control: Mapping[str, Any], before: Any, after: Any) -> Form:
    """Put a control into a section, before or after a field or at the end."""
    found = [each for each in form.sections if each.id == section]
    if not found:
        raise gone(form, section)
    fields = list(found[0].fields)
    index = len(fields)
    if before in fields:
        index = fields.index(before)
    elif after in fields:
        index = fields.index(after) + 1
    controls = [form.control(pointer) for pointer in fields]
    controls.insert(index, control)
    return form.with_controls(section, [each for each in controls if each is not None])


def _ordered(form: Form, group: str, pointer: str, before: Any, after: Any) -> Form:
    """Put an item of a repeated group before or after another, or at the end."""
    items = [item for item in form.items(group) if item != pointer]
    leaf = form.leaf(group)
    if leaf is None or leaf.get("x-type") != "group":
        raise gone(form, group)
    index = len(items)
    if before in items:
        index = items.index(before)
    elif after in items:
        index = items.index(after) + 1
    items.insert(index, pointer)
    return form.with_leaf(group, {**leaf, "x-order": [tokens(item)[-1] for item in items]})


def _target(form: Form, pointer: str, given: Mapping[str, Any]) -> tuple[str, str | None]:
    """Give the section a field is to be moved to, and the field it is to stand before."""
    home = form.section_of(pointer)
    if home is None:
        raise gone(form, pointer)
    if "by" not in given:
        section = given.get("section") or given.get("value")
        if section not in [each.id for each in form.sections]:
            raise gone(form, str(section))
        return str(section), given.get("before")
    by, fields = int(given["by"]), list(home.fields)
    index = fields.index(pointer) + by
    if 0 <= index < len(fields):
        return home.id, neighbour(fields, pointer, by)
    ids = [each.id for each in form.sections]
    beside = ids.index(home.id) + (1 if by > 0 else -1)
    if not 0 <= beside < len(ids):
        return home.id, neighbour(fields, pointer, by)
    other = form.sections[beside]
    return other.id, other.fields[0] if by > 0 and other.fields else None


def neighbour(names: Sequence[str], name: str, by: int) -> str | None:
    """Give what something stands before once it is moved by some places, None at the end."""
    rest = [each for each in names if each != name]
    index = min(max(list(names).index(name) + by, 0), len(rest)) if name in names else len(rest)
    return rest[index] if index < len(rest) else None


def _beside(form: Form, pointer: str) -> str | None:
    """Give the field that is looked at once this one is gone: the next, else the one before."""
    if "/*" in pointer:
        group = pointer.rpartition("/*")[0]
        names = form.items(group) or [group]
    else:
        home = form.section_of(pointer)
        names = list(home.fields) if home else []
        group = None
    if pointer not in names or len(names) == 1:
        return group
    index = names.index(pointer)
    return names[index + 1] if index + 1 < len(names) else names[index - 1]


def _ordinal(form: Form, pointer: str) -> int:
    if "/*" in pointer:
        return form.items(pointer.rpartition("/*")[0]).index(pointer) + 1
    home = form.section_of(pointer)
    return list(home.fields).index(pointer) + 1 if home else 0
