"""What stands against composing a bundle: conflicts with the ways to settle them, and what is unfinished."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from ...bundles.compose import SITUATIONS
from ...bundles.schemas import Leaf
from ...definitions.types import Problem
from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..bundles import titled
from ..composing import Clash, clashes, forms_of
from ..controls import id_of, of
from ..desk import Desk
from ..filling import untranslated
from ..layout import schema_tokens
from ..parts import Part
from ..sharing import Alike, alike


def unfinished(desk: Desk, problems: tuple[Problem, ...]) -> tuple[Part, ...]:
    """Say why the bundle cannot be composed, and offer ways to settle each conflict."""
    if not desk.document.get("matters"):
        said = desk.word("还没有事项，先到“事项”页加入。", "No matters yet: take some in under “Matters”.")
        return (Part("dz-b-unfinished", escape(said), "p", {"class": "dz-b-empty"}),)
    found = clashes(desk)
    if found:
        head = tag("h2", {"class": "h3"}, escape(desk.word("需要处理的冲突", "Conflicts to settle")))
        intro = desk.word(
            "同一处内容在不同事项中含义不同，选定一种后即可合并。",
            "Forms mean different things by one place; settle on one and they merge.",
        )
        return (
            Part("dz-b-clash-head", head + tag("p", {}, escape(intro))),
            Part(
                "dz-b-clashes", tuple(_clash(desk, clash) for clash in found), "ul", {"class": "dz-b-cards"}
            ),
        )
    items = "".join(
        tag("li", {}, f"{of(desk, problem.message)}{desk.word('。', '. ')}{of(desk, problem.remedy)}")
        for problem in problems
    )
    head = tag("h2", {"class": "h3"}, escape(desk.word("暂不能合并", "It cannot be merged yet")))
    return (
        Part("dz-b-unfinished", head + tag("ul", {}, items), "section", {"class": "alert alert-warning"}),
    )


def asked_twice(desk: Desk) -> Part:
    """Tell what several forms seem to ask for twice, and offer to let all ask for one element."""
    found = alike(desk.ground.library, forms_of(desk))
    if not found:
        return Part("dz-b-alike", "", "section")
    head = tag("h2", {"class": "h3"}, escape(desk.word("可能重复询问的内容", "Asked twice, it seems")))
    intro = desk.word(
        "以下名称相同的字段分属不同事项，申请人要填几遍。共用一个数据元后只填一遍。",
        "These fields have one title and belong to several forms: the applicant is asked for each. "
        "Once all are one element of the dictionary, there is one question.",
    )
    cards = tag("ul", {"class": "dz-b-cards"}, "".join(_twice(desk, each) for each in found))
    return Part("dz-b-alike", head + tag("p", {}, escape(intro)) + cards, "section")


def _twice(desk: Desk, found: Alike) -> str:
    rows = ""
    for field in found.fields:
        name, kind = owner_title(desk, field.owner), FIELD_TYPES.get(field.type)
        what = (
            desk.word("数据元", "element") if field.element else desk.word("自有字段", "a field of its own")
        )
        word = desk.say(kind.title) if kind else field.type
        said = escape(f"{name}{desk.word('：', ': ')}{what}{desk.word('，', ', ')}{word} ")
        if field.element is None:
            start = "/".join(("", "form", "schema", *schema_tokens(field.pointer)))
            place = f"/designer/matter/{field.owner}?{urlencode({'focus': start})}"
            said += tag("a", {"href": place}, escape(desk.word(f"打开“{name}”", f"Open “{name}”")))
        rows += tag("li", {}, said)
    own = [[field.owner, field.pointer] for field in found.fields if field.element is None]
    ways = "".join(_shared(desk, code, own) for code in found.elements)
    if not ways:
        # the code is made of the English
        titles = {
            "title": found.title["zh"],
            "english": "" if untranslated(found.title) else found.title["en"],
        }
        query = urlencode({"new": "element", **titles, "back": desk.code})
        new = desk.word("先新建这个数据元", "Make it an element of the dictionary first")
        ways = tag(
            "a", {"class": "btn btn-sm btn-outline-primary", "href": f"/designer?{query}"}, escape(new)
        )
    title = tag("h3", {"class": "dz-b-card-title"}, of(desk, found.title))
    inner = title + tag("ul", {"class": "dz-uses"}, rows) + tag("div", {"class": "dz-inline"}, ways)
    return tag("li", {"class": "dz-b-card"}, inner)


def _shared(desk: Desk, code: str, own: list[list[str]]) -> str:
    """Write the button that lets all own fields be an element."""
    what = desk.ground.library.get("element", code)
    kind = FIELD_TYPES.get(str(desk.ground.library.element(code).get("type", "text")))
    word = (
        f"{desk.say(what['title'])}（{code}）" if desk.lang == "zh" else f"{desk.say(what['title'])} ({code})"
    )
    if kind is not None:
        word += desk.word("，", ", ") + desk.say(kind.title)
    return tag(
        "button",
        {
            "type": "submit",
            "name": "_settle",
            "value": json.dumps({"element": code, "fields": own}, ensure_ascii=False, sort_keys=True),
            "id": f"dz-share-{id_of(code + json.dumps(own))}",
            "class": "btn btn-sm btn-outline-primary",
            "formaction": f"/designer/bundle/{desk.code}/settle",
            "disabled": desk.readonly,
        },
        escape(desk.word(f"都改用数据元“{word}”", f"Let all ask for the element “{word}”")),
    )


def owner_title(desk: Desk, owner: str) -> str:
    """Name what asks for a field: a matter, or the guiding questions."""
    if owner == SITUATIONS:
        return desk.word("情形引导", "guiding questions")
    return desk.say(titled(desk.ground.library, "matter", owner))


def _clash(desk: Desk, clash: Clash) -> Part:
    ways = {json.dumps(leaf.schema, sort_keys=True): leaf for _, leaf in clash.uses}
    rows = "".join(_use(desk, owner, leaf) for owner, leaf in clash.uses)
    settle = "".join(
        _way(desk, clash, leaf, f"{id_of(clash.pointer)}-{number}")
        for number, leaf in enumerate(ways.values())
    )
    head = tag("h3", {"class": "dz-b-card-title"}, tag("code", {}, escape(clash.pointer)))
    return Part(
        "dz-clash-" + id_of(clash.pointer),
        head + tag("ul", {"class": "dz-uses"}, rows) + tag("div", {"class": "dz-inline"}, settle),
        "li",
        {"class": "dz-b-card"},
    )


def _use(desk: Desk, owner: str, leaf: Leaf) -> str:
    name = owner_title(desk, owner)
    kind, code = ("bundle", desk.code) if owner == SITUATIONS else ("matter", owner)
    place = f"/designer/{kind}/{code}" if kind == "matter" else "?tab=questions"
    opened = tag("a", {"href": place}, escape(desk.word(f"打开“{name}”", f"Open “{name}”")))
    return tag("li", {}, f"{escape(name)}{desk.word('：', ': ')}{escape(leaf_said(desk, leaf))} {opened}")


def leaf_said(desk: Desk, leaf: Leaf) -> str:
    """Say what a form asks for at a place: title and type."""
    library = desk.ground.library
    if leaf.element and library.has("element", leaf.element):
        what: Mapping[str, Any] = library.get("element", leaf.element)
        title, kind = desk.say(what["title"]), str(what.get("type", "text"))
        named = desk.word(f"数据元“{title}”（{leaf.element}）", f"element “{title}” ({leaf.element})")
    else:
        own = leaf.schema.get("x-title")
        title = desk.say(own) if isinstance(own, Mapping) else leaf.pointer.rpartition("/")[2]
        kind = str(leaf.schema.get("x-type", "text"))
        named = desk.word(f"自有字段“{title}”", f"a field of its own, “{title}”")
    word = desk.say(FIELD_TYPES[kind].title) if kind in FIELD_TYPES else kind
    return f"{named}{desk.word('，', ', ')}{word}"


def _way(desk: Desk, clash: Clash, leaf: Leaf, identifier: str) -> str:
    """Write the button that lets everybody ask for what one form asks for there."""
    others = [owner for owner, other in clash.uses if other.schema != leaf.schema]
    wanted = {"pointer": clash.pointer, "schema": leaf.schema, "owners": others}
    said = desk.word(f"都改用{leaf_said(desk, leaf)}", f"Let all use the {leaf_said(desk, leaf)}")
    return tag(
        "button",
        {
            "type": "submit",
            "name": "_settle",
            "value": json.dumps(wanted, ensure_ascii=False, sort_keys=True),
            "id": f"dz-settle-{identifier}",
            "class": "btn btn-sm btn-outline-primary",
            "formaction": f"/designer/bundle/{desk.code}/settle",
            "disabled": desk.readonly,
        },
        escape(said),
    )
