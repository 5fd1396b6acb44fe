"""The sections of a merged form: those the bundle lists, then those of its matters' own layouts.

What the bundle does not place stands as its matters show it: their groups in the order of the
matters, groups of one title as one, each field where it is asked first. The order is one of the
set of matters (what waits for what, then codes), never of the list in which a bundle names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..definitions.pointer import tokens
from ..definitions.types import Text, text
from .fields import scope_pointer
from .pages import CONTINUES, with_fields
from .weaving import woven

SITUATIONS = "situations"
"""The section that asks the situations, and who uses its fields."""

_OTHER = text("其他信息", "Further information")

Section = dict[str, Any]


def layout_sections(ui: Any) -> Iterator[Section]:
    """Yield the outermost groups of a JSON Forms layout as sections."""
    for number, group in enumerate(_groups(ui)):
        options = group.get("options", {})
        label = str(group.get("label", ""))
        title = options.get("title") or (text(label, label) if label else _OTHER)
        section = {"code": f"s{number}", "title": dict(title), "fields": list(_fields(group))}
        yield {**section, CONTINUES: True} if options.get(CONTINUES) is True else section


def merged_sections(
    bundle: Mapping[str, Any], matters: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]
) -> list[Section]:
    """Put every field into one section: the situations first, on a page of their own, then as is said above.

    ``fields`` are the merged ones by pointer, in the order of the layouts; sections without fields
    are left out.
    """
    asked_first = [pointer for pointer, field in fields.items() if SITUATIONS in field["used_by"]]
    situations = {"code": SITUATIONS, "title": text("情形引导", "Your situation"), "fields": asked_first}
    listed = _listed(bundle, [pointer for pointer in fields if pointer not in asked_first])
    placed = {pointer for section in listed for pointer in section["fields"]}.union(asked_first)
    left = {pointer: field for pointer, field in fields.items() if pointer not in placed}
    made = _of_layouts(_in_turn(matters), left, listed)
    return [*([situations] if asked_first else []), *with_fields([*listed, *made])]


def _listed(bundle: Mapping[str, Any], pointers: Iterable[str]) -> list[Section]:
    """Give the bundle's own sections, each field in the first that lists it, or in the one called like its place."""
    left = dict.fromkeys(pointers)
    sections: list[Section] = []
    for declared in bundle.get("sections", ()):
        listed = [pointer for pointer in declared.get("fields", ()) if pointer in left]
        for pointer in listed:
            left.pop(pointer, None)
        sections.append({**declared, "fields": listed})
    by_code = {section["code"]: section for section in sections}
    for pointer in sorted(left):
        code = tokens(pointer)[0].replace("_", "-")
        if code in by_code:
            by_code[code]["fields"].append(pointer)
    return sections


def _of_layouts(
    matters: Sequence[Mapping[str, Any]], left: Mapping[str, Any], listed: Sequence[Section]
) -> list[Section]:
    """Give the sections of the matters' layouts for the fields that are left; those listed take what is theirs."""
    layouts = [list(layout_sections(matter["form"].get("ui", {}))) for matter in matters]
    titles = {_name(section["title"]): section for section in listed}
    waiting, home = set(left), {}
    for section in (each for layout in layouts for each in layout):
        for pointer in section["fields"]:
            if pointer in waiting:
                waiting.discard(pointer)
                home[pointer] = _name(section["title"])
    first = {_name(s["title"]): s for layout in reversed(layouts) for s in reversed(layout)}
    names = list(dict.fromkeys(_name(s["title"]) for layout in layouts for s in layout))
    made: dict[tuple[str, str], Section] = {}
    before: tuple[str, str] | None = None
    for name in woven(names, [[_name(section["title"]) for section in layout] for layout in layouts]):
        inside = woven(
            [pointer for pointer in home if home[pointer] == name],
            [
                section["fields"]
                for layout in layouts
                for section in layout
                if _name(section["title"]) == name
            ],
        )
        if name in titles:
            titles[name]["fields"] += inside
        elif inside:
            made[name] = {"title": dict(first[name]["title"]), "fields": inside}
            if _continues(name, before, layouts):
                made[name][CONTINUES] = True
        before = name
    asked_by = [str(matter["code"]) for matter in matters]
    asked = [p for code in asked_by for p, field in left.items() if p in waiting and code in field["used_by"]]
    rest = list(dict.fromkeys(asked))
    if rest:
        made.setdefault(_name(_OTHER), {"title": dict(_OTHER), "fields": []})["fields"] += rest
    return _coded(list(made.values()), {str(section["code"]) for section in listed})


def _in_turn(matters: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Order matters by what waits for what, then by code."""
    by_code = {str(matter["code"]): matter for matter in matters}
    waits = [(str(other), code) for code, matter in by_code.items() for other in matter["after"]]
    return [by_code[code] for code in woven(sorted(by_code), waits)]


def _continues(name: tuple[str, str], before: tuple[str, str] | None, layouts: list[list[Section]]) -> bool:
    """Tell whether a section stands on the page of the one before it: where it is so in the first layout of both."""
    for layout in layouts:
        names = [_name(section["title"]) for section in layout]
        if name in names:
            at = names.index(name)
            return at > 0 and names[at - 1] == before and layout[at].get(CONTINUES) is True
    return False


def _coded(sections: list[Section], taken: set[str]) -> list[Section]:
    """Give each section a code after its English title, none twice."""
    result = []
    for section in sections:
        words = re.findall(r"[a-z0-9]+", section["title"]["en"].lower())
        stem = "-".join(words)[:60].strip("-")
        stem = stem if stem[:1].isalpha() else f"part-{stem}".strip("-")
        code, number = stem, 2
        while code in taken or code == SITUATIONS:
            code, number = f"{stem}-{number}", number + 1
        taken.add(code)
        result.append({"code": code, **section})
    return result


def _name(title: Text) -> tuple[str, str]:
    return title["zh"], title["en"]


def _groups(ui: Any) -> Iterator[Mapping[str, Any]]:
    for child in ui.get("elements", ()) if isinstance(ui, Mapping) else ():
        if isinstance(child, Mapping) and child.get("type") == "Group":
            yield child
        else:
            yield from _groups(child)


def _fields(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("type") == "Control":
        yield scope_pointer(node["scope"])
    for child in node.get("elements", ()):
        yield from _fields(child)
