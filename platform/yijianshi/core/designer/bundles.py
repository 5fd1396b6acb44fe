"""What is done to a bundle: its matters and what waits for what, its materials before, its rulesets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..bundles.plan import find_cycle
from ..definitions.library import Library
from ..definitions.pointer import MISSING, tokens
from ..definitions.types import Json, Text, text
from .addresses import Address, get, pointer
from .edits import Edit
from .operations import Ground, Step, operation, refuse
from .shifts import Shift
from .wording import both
from .words import name_values

SELECTED: Mapping[str, Text] = {
    "always": text("始终办理", "always"),
    "by_rule": text("由规则选取", "by rule"),
    "by_choice": text("由申请人选择", "by the applicant's choice"),
}

name_values("selected", SELECTED.items())

DECIDES: Mapping[str, Text] = {
    "situations": text("情形", "situations"),
    "eligibility": text("条件", "eligibility"),
    "materials": text("材料", "materials"),
    "limits": text("时限", "limits"),
    "routing": text("派件", "routing"),
}
"""What a ruleset of a bundle can decide."""
name_values("decides", DECIDES.items())


def titled(library: Library, kind: str, code: str) -> Text:
    """Give the title of a definition, its code when it is not there."""
    found = library.get(kind, code).get("title") if library.has(kind, code) else None
    return text(found["zh"], found["en"]) if isinstance(found, Mapping) else text(code, code)


def parts_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the entries of a bundle's matters that have a code."""
    listed = document.get("matters", ())
    return [part for part in listed if isinstance(part, Mapping) and isinstance(part.get("matter"), str)]


def waits_of(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give for each matter of a bundle what it waits for."""
    return {part["matter"]: tuple(part.get("after", ())) for part in parts_of(document)}


@operation("add_matter")
def add_matter(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a matter (``matter``) of the library into the bundle, before another (``before``) or last."""
    code = str(given["matter"])
    title = titled(ground.library, "matter", code)
    if not ground.library.has("matter", code):
        raise refuse(
            "/matters",
            "no-such-matter",
            text(f"没有编码为“{code}”的事项", f"there is no matter {code!r}"),
            text("请先新建该事项，或在列表中选择", "make that matter first, or pick one of the list"),
        )
    if code in waits_of(ground.document):
        raise refuse(
            pointer(ground.document, ("matters", code)),
            "matter-twice",
            text(f"“{title['zh']}”已在本一件事中", f"“{title['en']}” is in this bundle already"),
            text("每个事项只列一次", "each matter is listed once"),
        )
    return Step(
        (Edit("insert", ("matters",), {"matter": code, "selected": "always"}, given.get("before")),),
        text(f"加入事项“{title['zh']}”", f"The matter “{title['en']}” taken in"),
        focus=f"dz-m-{code}-title",
    )


@operation("remove_matter")
def remove_matter(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a matter (``matter``) out of the bundle, and out of what the others wait for."""
    code = str(given["matter"])
    title = titled(ground.library, "matter", code)
    waits = waits_of(ground.document)
    if list(waits) == [code]:
        raise refuse(
            "/matters",
            "last-matter",
            text("一件事至少要有一个事项", "a bundle has one matter at least"),
            text("请先加入另一个事项，再移出这一个", "take another matter in first, then this one out"),
        )
    edits = [edit for other in waits for edit in _no_longer(ground.document, other, code)]
    return Step(
        (*edits, Edit("remove", ("matters", code))),
        text(f"移出事项“{title['zh']}”", f"The matter “{title['en']}” taken out"),
    )


@operation("move_matter")
def move_matter(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a matter (``matter``) before another (``before``), or last."""
    code, before = str(given["matter"]), given["before"]
    title = titled(ground.library, "matter", code)
    return Step(
        (Edit("move", ("matters", code), before=before),),
        moved_said("事项", "The matter", title, titled(ground.library, "matter", before) if before else None),
    )


@operation("select_matter")
def select_matter(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say how a matter (``matter``) comes into a case: ``value`` is always, by_rule or by_choice."""
    code, how = str(given["matter"]), str(given["value"])
    title, word = titled(ground.library, "matter", code), SELECTED.get(how, text(how, how))
    known = get(ground.document, ("matters", code, "selected"))
    edits = () if known is MISSING and how == "always" else (Edit("set", ("matters", code, "selected"), how),)
    was = SELECTED["always" if known is MISSING else str(known)]
    what = text(f"事项“{title['zh']}”的选取方式", f"How the matter “{title['en']}” is selected")
    return Step.of(edits, Shift(what, was, word))


@operation("wait_for")
def wait_for(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say which matters (``value``, a list) a matter (``matter``) waits for; refused when they wait in a circle."""
    code, value = str(given["matter"]), given["value"]
    wanted = list(dict.fromkeys(str(each) for each in ([value] if isinstance(value, str) else value) if each))
    waits = waits_of(ground.document)
    known = waits.get(code, ())
    title = titled(ground.library, "matter", code)
    for each in wanted:
        if each not in waits and each not in known:
            raise refuse(
                pointer(ground.document, ("matters", code)),
                "unknown-predecessor",
                text(f"“{each}”不在本一件事之内", f"{each} is not in this bundle"),
                text("请先加入该事项", "take that matter in first"),
            )
    circle = find_cycle({**waits, code: tuple(wanted)})
    if circle is not None:
        names = [titled(ground.library, "matter", each) for each in circle]
        raise refuse(
            pointer(ground.document, ("matters", code, "after")),
            "cycle",
            text(
                "这样会互相等待：" + " → ".join(name["zh"] for name in names),
                "they would wait for one another: " + " → ".join(name["en"] for name in names),
            ),
            text("请去掉其中一条前置关系", "remove one of these waits"),
        )
    edits: list[Edit] = []
    if not wanted:
        edits += [Edit("unset", ("matters", code, "after"))] if known else []
    else:
        edits += [Edit("remove", ("matters", code, "after", each)) for each in known if each not in wanted]
        edits += [Edit("insert", ("matters", code, "after"), each) for each in wanted if each not in known]
    what = text(f"“{title['zh']}”所等待的事项", f"What “{title['en']}” waits for")
    was, now = (_listed(ground.library, "matter", each) for each in (known, wanted))
    return Step.of(edits, Shift(what, was, now))


def _listed(library: Library, kind: str, codes: Iterable[str]) -> Text:
    """Name several definitions, or say that there are none."""
    titles = [titled(library, kind, code) for code in codes] or [text("无", "nothing")]
    return text("、".join(each["zh"] for each in titles), ", ".join(each["en"] for each in titles))


@operation("lead_by")
def lead_by(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let a department that some matter or bundle of the library has lead (``value`` is its code)."""
    found = _picked(ground, "lead", given)
    if found is None:
        return Step((), text("", ""))
    return _by(ground, "lead", found, text("牵头部门", "The lead department"))


@operation("decided_by")
def decided_by(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let a department that some matter or bundle of the library has decide the matter (``value`` is its code)."""
    found = _picked(ground, "department", given)
    if found is None:
        return Step((), text("", ""))
    return _by(ground, "department", found, text("实施部门", "The department"))


def _by(ground: Ground, key: str, found: Mapping[str, Any], what: Text) -> Step:
    known = get(ground.document, (key, "name"))
    was = text(known["zh"], known["en"]) if isinstance(known, Mapping) else None
    name = found["name"]
    return Step.of((Edit("set", (key,), found),), Shift(what, was, text(name["zh"], name["en"])))


def _picked(ground: Ground, key: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the known department that was picked, None when there is none or it stands at the key already."""
    code = str(given["value"])
    found = departments(ground.library).get(code)
    if found is None or code == get(ground.document, (key, "code")):
        return None
    return {"code": code, "name": dict(found)}


def departments(library: Library) -> dict[str, Text]:
    """Give the departments of the library's matters and bundles, by code."""
    found: dict[str, Text] = {}
    for kind, key in (("matter", "department"), ("bundle", "lead")):
        for document in library.all(kind):
            department = document.get(key)
            if isinstance(department, Mapping) and isinstance(department.get("name"), Mapping):
                name = department["name"]
                found.setdefault(str(department.get("code")), text(name["zh"], name["en"]))
    return dict(sorted(found.items()))


@operation("materials_before")
def materials_before(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Write the list of materials before the reform: one a line, the English after a ``|``."""
    value = given["value"]
    lines = (value if isinstance(value, str) else "\n".join(value)).splitlines()
    listed: list[Json] = []
    for line in lines:
        zh, _, en = (part.strip() for part in line.partition("|"))
        if zh or en:
            listed.append({"zh": zh or en, "en": en or zh})
    at = ("baseline", "material_list")
    known = get(ground.document, at)
    if not listed:
        edits = (Edit("unset", at, prune=1),) if known is not MISSING else ()
    else:
        edits = (Edit("set", at, listed),)
    was, now = (
        both(ground.document, ground.library, each) if each else None
        for each in (known if isinstance(known, list) else [], listed)
    )
    return Step.of(
        edits, Shift(text("改革前的材料清单", "The list of materials before"), was, now), "/".join(at)
    )


@operation("use_ruleset")
def use_ruleset(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the bundle use a ruleset (``ruleset``, or ``value``)."""
    code = str(given.get("ruleset") or given["value"])
    title = titled(ground.library, "ruleset", code)
    if not code or code in ground.document.get("rulesets", ()):
        return Step((), text("", ""))
    return Step(
        (Edit("insert", ("rulesets",), code),),
        text(f"使用规则集“{title['zh']}”", f"The ruleset “{title['en']}” is used"),
    )


@operation("drop_ruleset")
def drop_ruleset(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the bundle no longer use a ruleset (``ruleset``); the ruleset itself stays."""
    code = str(given["ruleset"])
    title = titled(ground.library, "ruleset", code)
    return Step(
        (Edit("remove", ("rulesets", code)),),
        text(f"不再使用规则集“{title['zh']}”", f"The ruleset “{title['en']}” is used no longer"),
    )


@operation("take_leaf")
def take_leaf(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the form ask at ``pointer`` for what another form asks there: its element or own ``schema``."""
    place, schema = str(given["pointer"]), given["schema"]
    start = ("situations", "schema") if ground.document["kind"] == "bundle" else ("form", "schema")
    at = (*start, *(name for token in tokens(place) for name in ("properties", token)))
    if get(ground.document, at) is MISSING or not isinstance(schema, Mapping):
        raise refuse(
            pointer(ground.document, start),
            "no-such-field",
            text(f"表单没有“{place}”这一项", f"the form does not ask for {place}"),
            text("请刷新页面查看最新内容", "reload the page for the newest content"),
        )
    known, made = get(ground.document, at), dict(schema)
    name = both(ground.document, ground.library, known)
    what = text(f"表单中“{name['zh']}”的写法", f"What the form asks for as “{name['en']}”")
    was, now = (_asked(ground, each) for each in (known, made))
    return Step.of((Edit("set", at, made),), Shift(what, was, now))


def _asked(ground: Ground, schema: Mapping[str, Any]) -> Text:
    """Say what a place of a form asks for: an element, or a question of the form's own."""
    name, own = both(ground.document, ground.library, schema), "$ref" not in schema
    kind = text("自有字段", "the form's own field") if own else text("数据元", "the element")
    return text(f"{kind['zh']}“{name['zh']}”", f"{kind['en']} “{name['en']}”")


def _no_longer(document: Mapping[str, Any], waiting: str, code: str) -> list[Edit]:
    """Take a matter out of what another waits for."""
    waits = waits_of(document)[waiting]
    if code not in waits or waiting == code:
        return []
    at: Address = ("matters", waiting, "after")
    return [Edit("unset", at) if len(waits) == 1 else Edit("remove", (*at, code))]


def moved_said(zh: str, en: str, title: Text, before: Text | None) -> Text:
    """Say that something (in Chinese and English) was moved before another, or to the end."""
    if before is None:
        return text(f"将{zh}“{title['zh']}”移到最后", f"{en} “{title['en']}” moved to the end")
    return text(
        f"将{zh}“{title['zh']}”移到“{before['zh']}”之前",
        f"{en} “{title['en']}” moved before “{before['en']}”",
    )
