"""What follows from a rule, each outcome with its parts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.types import text
from ...forms.html import tag
from ...rules.combine import DEPARTMENT
from ...rules.sentences import code_title
from ..automatic import unnamed
from ..bundles import departments
from ..controls import button, flag, phrase_field, select_field, text_field
from ..desk import Desk
from ..filling import untranslated
from ..ruleset_parts import KINDS, NAMED_HERE, facts_of, outcome_kind, phrase_of
from ..ruleset_shape import Named
from .rules_controls import choices

UNITS = (("working", text("工作日", "working days")), ("natural", text("自然日", "natural days")))


def two_texts(
    desk: Desk, label: str, operation: Mapping[str, Any], known: Any, long: bool = False, other: bool = False
) -> str:
    """Write the fields of a bilingual text that an operation with ``lang`` says.

    ``other``: only that of the other language, where the page has the one of its own elsewhere.
    """
    phrase: Mapping[str, Any] = known if isinstance(known, Mapping) else {}
    sides = []
    for lang, word in (("zh", desk.word("中文", "Chinese")), ("en", desk.word("英文", "English"))):
        if other and lang == desk.lang:
            continue
        missing = lang == "en" and untranslated(phrase)
        shown = "" if missing and phrase.get("en") == phrase.get("zh") else str(phrase.get(lang, ""))
        named = f"{label}（{word}）" if desk.lang == "zh" else f"{label} ({word})"
        field = text_field(
            desk,
            named,
            (),
            operation={**operation, "lang": lang},
            value=shown,
            long=long,
            attributes={"lang": "zh-CN" if lang == "zh" else "en"},
        )
        badge = flag(desk.lang, phrase) if missing or (lang == "zh" and unnamed(phrase)) else ""
        sides.append(tag("div", {"class": "dz-with-mark"}, badge + field))
    return tag("div", {"class": "dz-phrase"}, "".join(sides))


# the condition


def target_word(desk: Desk, outcome: Mapping[str, Any]) -> str:
    """Say what an outcome is about: a title, a limit, a name; empty when nothing."""
    kind = outcome_kind(outcome)
    value = outcome.get(kind)
    library = desk.ground.library
    if kind == "set_limit" and isinstance(value, Mapping):
        unit = next((desk.say(word) for code, word in UNITS if code == value.get("unit", "working")), "")
        return f"{value.get('days')} {unit}"
    if kind == "assert" and isinstance(value, Mapping):
        ((name, given),) = value.items()
        fact = facts_of(desk.document).get(name)
        said = (
            desk.word("是", "yes")
            if given is True
            else desk.word("否", "no")
            if given is False
            else str(given)
        )
        return f"{desk.say(fact.title) if fact else name}{desk.word('：', ': ')}{said}"
    of = {"select_matter": "matter", "require_material": "material", "waive_material": "material"}.get(kind)
    if of and isinstance(value, str) and library.has(of, value):
        return desk.say(phrase_of(library.get(of, value).get("title"), value))
    own = code_title(desk.document, value) if kind in NAMED_HERE and isinstance(value, str) else None
    return desk.say(own) if own else value if isinstance(value, str) else ""


def outcome_of(desk: Desk, rule: str, number: int, outcome: Mapping[str, Any], count: int) -> str:
    """Show an outcome: its kind, what it is of, its reason and its legal basis."""
    kind = outcome_kind(outcome)
    base = {"rule": rule, "n": number}
    kinds = [(code, desk.say(word)) for code, word in KINDS.items()]
    fields = select_field(
        desk, desk.word("结果", "Outcome"), (), kinds, operation={"op": "outcome_kind", **base}, value=kind
    )
    fields += _target(desk, base, kind, outcome)
    if kind != "assert":
        fields += two_texts(
            desk,
            desk.word("理由", "Reason"),
            {"op": "outcome_part", **base, "part": "reason"},
            outcome.get("reason"),
            long=True,
        )
        fields += text_field(
            desk,
            desk.word("依据", "Legal basis"),
            (),
            operation={"op": "outcome_part", **base, "part": "basis"},
            value=outcome.get("basis", ""),
        )
    drop = button(
        desk,
        {"op": "drop_outcome", **base},
        desk.word("删除这个结果", "Remove this outcome"),
        attributes={"class": "btn-outline-secondary"},
    )
    legend = tag(
        "legend", {"class": "dz-legend"}, escape(desk.word(f"结果 {number + 1}", f"Outcome {number + 1}"))
    )
    return tag("fieldset", {"class": "dz-group"}, legend + fields + (drop if count > 1 else ""))


def _target(desk: Desk, base: Mapping[str, Any], kind: str, outcome: Mapping[str, Any]) -> str:
    value = outcome.get(kind)

    def part(name: str) -> dict[str, Any]:
        return {"op": "outcome_part", **base, "part": name}

    matters = _titles(desk, "matter")
    if kind == "select_matter":
        return select_field(
            desk, desk.word("事项", "Matter"), (), matters, operation=part("target"), value=value
        )
    if kind in ("require_material", "waive_material"):
        materials = _titles(desk, "material")
        picked = select_field(
            desk, desk.word("材料", "Material"), (), materials, operation=part("target"), value=value
        )
        return picked + _matter(desk, part("matter"), outcome, matters)
    if kind == "set_limit":
        limit = value if isinstance(value, Mapping) else {}
        days = text_field(
            desk,
            desk.word("天数", "Days"),
            (),
            kind="integer",
            operation=part("days"),
            value=limit.get("days", ""),
        )
        units = [(code, desk.say(word)) for code, word in UNITS]
        unit = select_field(
            desk,
            desk.word("单位", "Unit"),
            (),
            units,
            operation=part("unit"),
            value=limit.get("unit", "working"),
        )
        return days + unit + _matter(desk, part("matter"), outcome, matters)
    if kind == "assert":
        return _assertion(desk, part("fact"), part("value"), value)
    hint = (
        desk.word("办理方式的编码，如 window（窗口）", "the code of a way, such as window")
        if kind == "route"
        else desk.word("可不填；用于测试用例和统计", "may be left empty; for cases and figures")
    )
    shown = value if isinstance(value, str) else ""
    pick = _department(desk, base, shown) if kind == "route" else ""
    if shown.startswith(DEPARTMENT) and shown.removeprefix(DEPARTMENT) in departments(desk.ground.library):
        return pick
    label = (
        desk.word("办理方式", "Way it goes")
        if kind == "route"
        else desk.word("原因简称", "Short name of the reason")
    )
    field = text_field(desk, label, (), operation=part("target"), value=shown, hint=hint)
    field = pick + field
    if not shown:
        return field
    again = desk.word(
        "凡用这个编码的规则，句子中都这样称呼", "sentences of every rule with this code call it so"
    )
    called = desk.word("在句子中的称呼", "What sentences call it")
    return field + phrase_field(desk, called, ("names", shown), optional=True, hint=again)


def _department(desk: Desk, base: Mapping[str, Any], shown: str) -> str:
    """Write the choice of the department a route hands to; none of them where it goes another way."""
    known = departments(desk.ground.library)
    handed = shown.removeprefix(DEPARTMENT) if shown.startswith(DEPARTMENT) else ""
    return select_field(
        desk,
        desk.word("分送到部门", "Sent to the department"),
        (),
        [(code, desk.say(name)) for code, name in known.items()],
        operation={"op": "route_to", **base},
        value=handed if handed in known else "",
        empty=desk.word("不是部门，是办理方式", "no department but a way"),
    )


def _assertion(desk: Desk, of: Mapping[str, Any], given: Mapping[str, Any], value: Any) -> str:
    facts = {name: fact for name, fact in facts_of(desk.document).items() if fact.asserted}
    name, held = next(iter(value.items())) if isinstance(value, Mapping) and value else ("", "")
    options = [(code, desk.say(fact.title)) for code, fact in facts.items()]
    pick = select_field(desk, desk.word("得出的事实", "Fact"), (), options, operation=of, value=name)
    fact = facts.get(name, Named("", "text", text("", "")))
    label = desk.word("取值", "Value")
    if fact.type == "boolean":
        words = [("true", desk.word("是", "yes")), ("false", desk.word("否", "no"))]
        return pick + select_field(
            desk, label, (), words, operation=given, value="true" if held is True else "false"
        )
    listed = [(code, desk.say(word)) for code, word in choices(desk, fact)]
    if listed:
        return pick + select_field(desk, label, (), listed, operation=given, value=held)
    return pick + text_field(desk, label, (), operation=given, value=held)


def _matter(
    desk: Desk, operation: Mapping[str, Any], outcome: Mapping[str, Any], matters: list[tuple[str, str]]
) -> str:
    return select_field(
        desk,
        desk.word("只对这个事项", "Of this matter only"),
        (),
        matters,
        operation=operation,
        value=outcome.get("matter", ""),
        empty=desk.word("所有事项", "every matter"),
    )


def _titles(desk: Desk, kind: str) -> list[tuple[str, str]]:
    return [
        (str(doc["code"]), desk.say(phrase_of(doc.get("title"), str(doc["code"]))))
        for doc in desk.ground.library.all(kind)
    ]
