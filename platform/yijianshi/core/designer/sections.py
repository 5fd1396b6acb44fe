"""What is done to the sections of a form: added, named, moved, copied, removed, and put on pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Text, text
from .addresses import identity
from .automatic import numbered
from .controls import id_of, name_of
from .filling import follows
from .forms import card_id, changed, copied, form_in, gone, neighbour, placed
from .hanging import with_losses
from .layout import Form, control_for
from .operations import Ground, Step, operation, refuse
from .paging import added, flags_of, moved, on_pages, page_said, sentence, wanted, without
from .shifts import phrase_shift
from .tidying import fresh_section, new_group


@operation("add_part")
def add_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a section, ``after`` another or at the end."""
    form = form_in(ground.document)
    name = fresh_section(form)
    title = numbered("section", len(form.groups) + 1)
    group = new_group(name, title)
    flags = added(flags_of(form), name, given.get("after"))
    form = form.with_groups(on_pages([*form.groups, group], flags))
    said = text(f"新增分区“{title['zh']}”", f"section “{title['en']}” added")
    return changed(ground, form, said, select=f"section:{name}", focus=card_id(f"section:{name}"))


@operation("name_part")
def name_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Name a ``section`` in one language (``lang``, ``value``)."""
    name, lang, typed = str(given["section"]), given["lang"], str(given["value"]).strip()[:200]

    def renamed(form: Form, group: dict[str, Any]) -> dict[str, Any]:
        title = dict(next(each.title for each in form.sections if each.id == name))
        unwritten = follows(title, lang, typed)
        title[lang] = typed
        if lang == "zh" and unwritten:
            title["en"] = typed
        title["en"] = title["en"] or title["zh"]
        if title == dict(next(each.title for each in form.sections if each.id == name)):
            return group
        known = group.get("options", {})
        options = {**known, "id": known.get("id") or fresh_section(form), "title": title}
        return {**group, "label": title["zh"], "options": options}

    if lang == "zh" and not typed:
        raise refuse(
            join("form"),
            "no-title",
            text("分区需要名称", "a section needs a title"),
            text("请填写名称，或删除该分区", "write a title, or remove the section"),
        )
    form = _each_group(ground, name, renamed)
    index = _index(form_in(ground.document).groups, name, 0)
    now = form.sections[index]
    old = form_in(ground.document).sections[index].title
    what = text(f"分区“{old['zh']}”的名称", f"The title of the section “{old['en']}”")
    said = phrase_shift(what, old, now.title)
    # a section that had only its label to be known by is known by another name now, and so is its control
    control = id_of(name_of({"op": "name_part", "section": now.id, "lang": lang}))
    focus = None if now.id == name else control
    return changed(ground, form, said, f"section/{now.id}/{lang}", f"section:{now.id}", focus)


@operation("move_part")
def move_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Move a ``section``: ``by`` places, or ``before`` another or to the end."""
    form, name = form_in(ground.document), str(given["section"])
    title = _section(form, name)
    ids = [section.id for section in form.sections]
    before = neighbour(ids, name, int(given["by"])) if "by" in given else given.get("before")
    flags = moved(flags_of(form), name, before)
    form = form.with_groups(on_pages(form.groups, flags))
    place, page = list(flags).index(name) + 1, page_said(flags, name)
    said = text(
        f"将分区“{title['zh']}”移到第 {place} 位{page['zh']}",
        f"section “{title['en']}” moved to place {place}{page['en']}",
    )
    return changed(ground, form, said)


@operation("remove_part")
def remove_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Remove a ``section`` with its fields, and what hangs on them."""
    before, name = form_in(ground.document), str(given["section"])
    form, title = before, _section(before, name)
    fields = next(section.fields for section in form.sections if section.id == name)
    for pointer in fields:
        form = form.without(pointer)
    form = form.with_groups(on_pages(form.groups, without(flags_of(form), name)))
    said = text(
        f"删除分区“{title['zh']}”及其 {len(fields)} 个字段",
        f"section “{title['en']}” removed with its {len(fields)} fields",
    )
    said = with_losses(ground.library, said, before, form)
    return changed(ground, form, said, select="", focus="dz-canvas-title")


@operation("duplicate_part")
def duplicate_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Copy a ``section`` with the fields of the form's own; elements are asked for once and stay where they are."""
    form, name = form_in(ground.document), str(given["section"])
    title = _section(form, name)
    source = next(section for section in form.sections if section.id == name)
    copy = fresh_section(form)
    group = new_group(copy, text(f"{title['zh']}（副本）", f"{title['en']} (copy)"))
    flags = added(flags_of(form), copy, name, alike=True)
    form = form.with_groups(on_pages([*form.groups, group], flags))
    count = 0
    for pointer in source.fields:
        if "$ref" in (form.leaf(pointer) or {}):
            continue
        form, place = copied(form, pointer)
        form = placed(form, copy, {**(form.control(pointer) or {}), **control_for(place)}, None, None)
        form = form.with_required_when(place, form.required_when(pointer))
        count += 1
    said = text(
        f"复制分区“{title['zh']}”（{count} 个字段）", f"section “{title['en']}” duplicated ({count} fields)"
    )
    return changed(ground, form, said, select=f"section:{copy}", focus=card_id(f"section:{copy}"))


@operation("page_part")
def page_part(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let a ``section`` of a matter's form stand on the page before it (``value``: same), or begin one (new)."""
    form, name = form_in(ground.document), str(given["section"])
    flags = flags_of(form)
    if name not in flags or ground.document["kind"] != "matter":
        raise gone(form, name)
    joins = wanted(flags, name, given.get("value"))
    flags[name] = joins
    title = next(section.title for section in form.sections if section.id == name)
    return changed(
        ground, form.with_groups(on_pages(form.groups, flags)), sentence(title, joins, flags, name)
    )


def _index(groups: Sequence[Any], name: Any, otherwise: int) -> int:
    return next((index for index, group in enumerate(groups) if identity(group) == name), otherwise)


def _section(form: Form, name: str) -> Text:
    found = next((section.title for section in form.sections if section.id == name), None)
    if found is None:
        raise gone(form, name)
    return found


def _each_group(ground: Ground, name: str, change: Callable[[Form, dict[str, Any]], dict[str, Any]]) -> Form:
    form = form_in(ground.document)
    _section(form, name)
    return form.with_groups([change(form, g) if identity(g) == name else g for g in form.groups])
