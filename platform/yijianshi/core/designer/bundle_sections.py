"""What is done to the sections of a bundle's merged form: added, moved, removed, put on pages, and given fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..bundles.pages import CONTINUES
from ..definitions.pointer import MISSING, tokens
from ..definitions.types import Json, Text, text
from .addresses import get, identities
from .automatic import numbered
from .between import edits_between
from .bundles import moved_said
from .edits import Edit
from .operations import Ground, Step, operation, refuse
from .paging import edits_for, flags_in, moved, page_said, sentence, wanted, without
from .wording import LANGS, Words


def sections_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the sections that the bundle declares."""
    return [section for section in document.get("sections", ()) if isinstance(section, Mapping)]


@operation("add_section")
def add_section(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a section at the end; ``code`` and ``fields`` where the fields have one of their own already.

    It ``continues`` the page of the section before it where it did so before it was listed.
    """
    names = identities(sections_of(ground.document)) or []
    number = len(names) + 1
    while f"section-{number}" in names:
        number += 1
    code = str(given.get("code") or f"section-{number}")
    title = given.get("title") or numbered("section", number)
    section: dict[str, Json] = {"code": code, "title": dict(title), "fields": list(given.get("fields", ()))}
    if given.get(CONTINUES) is True and names:
        section[CONTINUES] = True
    return Step(
        (Edit("insert", ("sections",), section),),
        text(f"新增分区“{title['zh']}”", f"The section “{title['en']}” added"),
        shows={"section": code},
        focus=f"dz-s-{code}-title",
    )


@operation("remove_section")
def remove_section(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Remove a section (``section``); its fields go where the others stand that no section lists."""
    title = section_title(ground.document, str(given["section"]))
    code = str(given["section"])
    edits: tuple[Edit, ...] = (Edit("remove", ("sections", code)),)
    if code in flags_in(ground.document):
        # a page whose first section is gone begins with the next
        edits = (*edits_for(ground.document, without(flags_in(ground.document), code)), *edits)
    return Step(
        edits,
        text(f"删除分区“{title['zh']}”", f"The section “{title['en']}” removed"),
    )


@operation("move_section")
def move_section(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a section (``section``) before another (``before``), or last."""
    code, before = str(given["section"]), given["before"]
    title = section_title(ground.document, code)
    other = section_title(ground.document, before) if before else None
    edits: tuple[Edit, ...] = (Edit("move", ("sections", code), before=before),)
    if code not in flags_in(ground.document):
        return Step(edits, moved_said("分区", "The section", title, other))
    flags = moved(flags_in(ground.document), code, before)
    said, page = moved_said("分区", "The section", title, other), page_said(flags, code)
    edits = (*edits, *edits_for(ground.document, flags))
    return Step(edits, text(said["zh"] + page["zh"], said["en"] + page["en"]))


@operation("page_section")
def page_section(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let a ``section`` of a bundle stand on the page before it (``value``: same), or begin one (new)."""
    name = str(given["section"])
    flags = flags_in(ground.document)
    if name not in flags:
        raise refuse(
            "/sections",
            "misplaced",
            text(f"没有分区“{name}”", f"there is no section {name!r}"),
            text(
                "它可能已被删除，请在最新内容上重做",
                "it may have been removed: do it again on the newest content",
            ),
        )
    joins = wanted(flags, name, given.get("value"))
    flags[name] = joins
    title = section_title(ground.document, name)
    return Step(edits_for(ground.document, flags), sentence(title, joins, flags, name))


@operation("place_field")
def place_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a field (``field``) into a section (``section``, or ``value``) before another (``before``), or last.

    ``shown`` are the section's fields as they stand on the page: those that no section lists are
    listed then, too, so that the order is what was seen.
    """
    field, code = str(given["field"]), str(given.get("section") or given["value"])
    before = given.get("before")
    edits: list[Edit] = []
    for section in sections_of(ground.document):
        listed = list(section.get("fields", ()))
        if section["code"] == code:
            wanted = _placed(listed, given.get("shown", ()), field, before)
            edits += edits_between(listed, wanted, ("sections", code, "fields"))
        elif field in listed:
            edits.append(Edit("remove", ("sections", section["code"], "fields", field)))
    if get(ground.document, ("sections", code)) is MISSING:
        return Step((), text("", ""))
    name, title = field_title(ground, field), section_title(ground.document, code)
    if before:
        other = field_title(ground, str(before))
        said = text(
            f"将字段“{name['zh']}”移到“{other['zh']}”之前", f"“{name['en']}” moved before “{other['en']}”"
        )
    else:
        said = text(
            f"将字段“{name['zh']}”放在“{title['zh']}”的最后",
            f"“{name['en']}” put at the end of “{title['en']}”",
        )
    return Step(tuple(edits), said)


def section_title(document: Mapping[str, Any], code: str) -> Text:
    """Give the title of a section, its code when it has none."""
    title = get(document, ("sections", code, "title"))
    return text(title["zh"], title["en"]) if isinstance(title, Mapping) else text(code, code)


def field_title(ground: Ground, field: str) -> Text:
    """Name a field by its title, where there is one."""
    known = [Words(ground.document, lang, ground.library).place(field) for lang in LANGS]
    code = ".".join(tokens(field))
    return text(*(each or code for each in known))


def _placed(listed: Sequence[str], shown: Iterable[str], field: str, before: str | None) -> list[str]:
    wanted = [*listed, *(str(each) for each in shown if each not in listed)]
    wanted = [each for each in dict.fromkeys(wanted) if each != field]
    at = wanted.index(before) if before in wanted else len(wanted)
    return [*wanted[:at], field, *wanted[at:]]
