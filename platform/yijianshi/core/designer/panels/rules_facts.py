"""The facts of a ruleset: picked from forms and the dictionary, derived, asserted by rules, or parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ...definitions.pointer import join
from ...definitions.types import Text, text
from ...forms.html import tag
from ...functions import FUNCTIONS, TODAY
from ...rules.types import FACT_TYPES, NUMERIC, SCALARS
from ..controls import button, group, name_of, phrase_field, select_field, text_field, yes_no_field
from ..desk import SHOWN, Desk
from ..parts import Part
from ..ruleset_facts import FUNCTION_NAMES
from ..ruleset_fields import Field, dictionary_fields, field_at, rows_places, used_fields
from ..ruleset_parameters import held_by
from ..ruleset_parts import parameter_type, phrase_of, uses_of
from ..words import name_values
from .panel import Panel
from .rules_controls import slug
from .rules_table import guide

TYPE_NAMES: Mapping[str, Text] = {
    "boolean": text("是或否", "yes or no"),
    "integer": text("整数", "whole number"),
    "decimal": text("小数", "decimal"),
    "money": text("金额", "money"),
    "date": text("日期", "date"),
    "text": text("文字", "text"),
    "choice": text("单选", "choice"),
    "list": text("多选", "choice of several"),
    "group": text("分组（多行）", "group of rows"),
}
name_values("type", TYPE_NAMES.items())
name_values("items", TYPE_NAMES.items())
SEARCH = "fields"
OFFERED = 30
"""Fields offered at once."""

_WANTED: Mapping[str, tuple[str, ...]] = {
    "birth_date": ("text",),
    "sex": ("text",),
    "age": ("date", "text"),
    "months_between": ("date",),
    "days_between": ("date",),
    "working_days_between": ("date",),
    "total": NUMERIC,
    "difference": NUMERIC,
    "product": NUMERIC,
    "sum": NUMERIC,
    "min": NUMERIC,
    "max": NUMERIC,
    "any": SCALARS,
    "all": SCALARS,
}


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the facts beside what can be added."""
    used = used_fields(desk.ground.library, desk.document)
    listed = desk.document.get("facts", {})
    cards = tuple(_card(desk, name, raw, used) for name, raw in listed.items() if isinstance(raw, Mapping))
    if not cards:
        said = desk.word("还没有事实。从左侧选择一个字段加入。", "No facts yet: pick a field to add it.")
        cards = (Part("dz-f-none", escape(said), "p", {"class": "dz-empty"}),)
    columns = Part(
        "dz-f-columns",
        (
            Part(
                "dz-f-palette",
                (_palette(desk, used), _derived(desk, used), _held(desk), _asserted(desk)),
                "section",
                {"class": "dz-f-palette", "aria-label": desk.word("可加入的事实", "Facts to add")},
            ),
            Part("dz-f-cards", cards, "div", {"class": "dz-f-cards"}),
        ),
        "div",
        {"class": "dz-f-columns"},
    )
    return guide(desk), columns


def _palette(desk: Desk, used: list[Field]) -> Part:
    wanted = desk.view.get(SEARCH, "").strip().lower().split()
    places = {str(raw.get("from")) for raw in desk.document.get("facts", {}).values() if "from" in raw}
    offered: dict[str, Field] = {}
    for field in (*used, *dictionary_fields(desk.ground.library)):
        words = f"{field.title['zh']} {field.title['en']} {field.place}".lower()
        if field.place not in places and all(word in words for word in wanted):
            offered.setdefault(field.place, field)
    head = tag("h2", {"class": "h3"}, escape(desk.word("选择字段", "Pick a field")))
    label = desk.word("查找字段（名称或编码）", "Find a field (title or code)")
    search = tag(
        "input",
        {
            "type": "search",
            "id": "dz-f-search",
            "name": SHOWN + SEARCH,
            "value": desk.view.get(SEARCH, ""),
            "class": "form-control",
            "autocomplete": "off",
        },
        None,
    )
    items = "".join(_offer(desk, field) for field in list(offered.values())[:OFFERED])
    more = len(offered) - OFFERED
    note = ""
    if more > 0:
        note = desk.word(f"另有 {more} 个，请输入名称查找", f"and {more} more: type to find them")
    elif not offered:
        note = desk.word("没有找到其他字段", "no other field is found")
    return Part(
        "dz-f-search-part",
        head
        + tag("label", {"class": "form-label", "for": "dz-f-search"}, escape(label))
        + search
        + tag("ul", {"class": "dz-offers"}, items)
        + (tag("p", {"class": "form-hint"}, escape(note)) if note else ""),
    )


def _offer(desk: Desk, field: Field) -> str:
    title = desk.say(field.title)
    add = button(
        desk,
        {"op": "add_fact", "place": field.place},
        desk.word(f"加入“{title}”", f"Add {title}"),
        icon="＋",
    )
    kind = tag("span", {"class": "dz-kind"}, escape(desk.say(TYPE_NAMES[field.type])))
    return tag("li", {}, add + tag("span", {"class": "dz-offer"}, escape(title)) + kind)


def _derived(desk: Desk, used: list[Field]) -> Part:
    """Offer every function, on the first fields that fit it."""
    items = ""
    for name in FUNCTIONS:
        of = _operands_for(desk, name, used)
        if of is None:
            continue
        word = desk.say(FUNCTION_NAMES.get(name, text(name, name)))
        add = button(
            desk,
            {"op": "add_derived", "fn": name, "of": of},
            desk.word(f"加入：{word}", f"Add {word}"),
            icon="＋",
        )
        items += tag("li", {}, add + tag("span", {"class": "dz-offer"}, escape(word)))
    head = tag(
        "summary",
        {},
        escape(desk.word("推导的事实（年龄、合计、间隔……）", "Derived facts (age, sums, periods …)")),
    )
    return Part(
        "dz-f-derived", head + tag("ul", {"class": "dz-offers"}, items), "details", {"class": "dz-more"}
    )


def _held(desk: Desk) -> Part:
    """Offer the parameters that are no facts yet."""
    items = ""
    for name, raw in desk.document.get("parameters", {}).items():
        if isinstance(raw, Mapping) and not held_by(desk.document, name):
            title = desk.say(phrase_of(raw.get("title"), name))
            operation = {"op": "add_held", "parameter": name}
            add = button(desk, operation, desk.word(f"加入：{title}", f"Add {title}"), icon="＋")
            items += tag("li", {}, add + tag("span", {"class": "dz-offer"}, escape(title)))
    head = tag("summary", {}, escape(desk.word("取自参数的事实", "Facts that are parameters")))
    hint = desk.word(
        "让规则可以问参数取何值，如“投资和面积须同时超限还是其一即可”",
        "lets rules ask how a parameter is set, such as whether both limits count or either",
    )
    inner = head + tag("p", {"class": "form-hint"}, escape(hint))
    return Part(
        "dz-f-held", inner + tag("ul", {"class": "dz-offers"}, items), "details", {"class": "dz-more"}
    )


def _asserted(desk: Desk) -> Part:
    hint = desk.word("由前面的规则得出，供后面的规则使用", "asserted by rules, for other rules to read")
    add = button(
        desk,
        {"op": "add_asserted"},
        desk.word("＋ 由规则得出的事实", "＋ A fact that rules assert"),
        attributes={"class": "btn-outline-secondary"},
    )
    return Part("dz-f-asserted", add + tag("p", {"class": "form-hint"}, escape(hint)))


def _operands_for(desk: Desk, name: str, used: list[Field]) -> Any:
    function = FUNCTIONS[name]
    places = [place for place, _ in _places(desk, name, used)]
    if not places:
        return None
    if function.rows:
        return places[0]
    if _WANTED.get(name) == ("date",):
        return [places[0], TODAY] if name == "months_between" else [TODAY, places[0]]
    return [places[0]] * (function.operands or 1) if function.operands != 1 else [places[0]]


def _places(desk: Desk, name: str, used: list[Field]) -> list[tuple[str, str]]:
    """Give the places a function can be of, with titles: fields that use the ruleset first."""
    wanted = _WANTED.get(name, ())
    found: dict[str, str] = {}
    for field in _known(desk, used):
        if FUNCTIONS[name].rows:
            if (name == "count" and field.type == "group") or (name == "contains" and field.type == "list"):
                found.setdefault(field.place, desk.say(field.title))
            for place, title, kind in rows_places(field):
                if kind in wanted and name not in ("count", "contains"):
                    found.setdefault(place, desk.say(title))
        elif field.type in wanted:
            found.setdefault(field.place, desk.say(field.title))
    return list(found.items())


def _known(desk: Desk, used: list[Field]) -> Iterable[Field]:
    yield from used
    yield from dictionary_fields(desk.ground.library)


def _card(desk: Desk, name: str, raw: Mapping[str, Any], used: list[Field]) -> Part:
    at = ("facts", name)
    title = desk.say(phrase_of(raw.get("title"), name))
    types = [kind for kind in FACT_TYPES if kind in SCALARS or kind == raw.get("type")]
    kinds = [(kind, desk.say(TYPE_NAMES[kind])) for kind in types]
    fields = [
        phrase_field(desk, desk.word("在句子中的称呼", "What sentences call it"), (*at, "title")),
        tag(
            "div",
            {"class": "dz-row"},
            select_field(
                desk,
                desk.word("类型", "Type"),
                (*at, "type"),
                kinds,
                operation={"op": "fact_type", "fact": name},
            )
            + text_field(desk, desk.word("单位", "Unit"), (*at, "unit")),
        ),
    ]
    if "parameter" in raw:
        fields[1] = _parameter(desk, str(raw["parameter"]))
    elif raw.get("asserted") is True:
        fields.append(_otherwise(desk, name, raw))
    elif "derive" in raw:
        fields += _derivation(desk, name, raw["derive"], used)
    else:
        fields.append(_source(desk, str(raw.get("from", ""))))
    if raw.get("asserted") is not True and "parameter" not in raw:
        fields.append(
            yes_no_field(
                desk,
                desk.word("申请人能否改变", "Can the applicant change it"),
                (*at, "changeable"),
                operation={"op": "changeable", "fact": name},
                value=raw.get("changeable", True),
                hint=desk.word("不能改变的，系统不会建议修改", "what cannot be changed is never advised"),
            )
        )
    users = len(uses_of(desk.document, "fact", name))
    note = desk.word(f"用于 {users} 条规则", f"used by {users} rules")
    drop = button(
        desk,
        {"op": "drop_fact", "fact": name},
        desk.word(f"删除事实“{title}”", f"Remove the fact {title}"),
        icon="✕",
        attributes={"id": f"dz-f-{slug(name)}-drop", "data-focus": "dz-f-search"},
    )
    why = refused(desk, {"op": "drop_fact", "fact": name})
    foot = tag("p", {"class": "dz-foot"}, tag("span", {}, escape(note)) + drop) + why
    return Part(f"dz-f-{slug(name)}", group(title, (*fields, foot)), "div", {"class": "dz-f-card"})


def refused(desk: Desk, operation: Mapping[str, Any]) -> str:
    """Say why a button's operation was refused the last time; a button has no field to say it beside."""
    found = desk.problems.get("do")
    if found is None:
        return ""
    if found[0] != name_of(operation):
        return ""
    said = f"{desk.say(found[1].message)}{desk.word('。', '. ')}{desk.say(found[1].remedy)}"
    return tag("p", {"class": "field-error"}, escape(said))


def _parameter(desk: Desk, name: str) -> str:
    raw = desk.document.get("parameters", {}).get(name)
    known = raw if isinstance(raw, Mapping) else {}
    named = desk.say(phrase_of(known.get("title"), name))
    kind = TYPE_NAMES.get(parameter_type(known)) if known else None
    what = f"（{kind['zh']}）" if kind else "", f" ({kind['en']})" if kind else ""
    said = desk.word(
        f"取参数的值：{named}{what[0]}；类型、单位随参数",
        f"the parameter {named}{what[1]}: its value, type and unit",
    )
    return tag("p", {"class": "dz-from"}, f"{escape(said)} <code>{escape(name)}</code>")


def _source(desk: Desk, place: str) -> str:
    field = field_at(desk.ground.library, place, desk.document)
    named = desk.say(field.title) if field else desk.word("没有这个字段", "there is no such field")
    said = desk.word(f"取自：{named}", f"read from: {named}")
    return tag("p", {"class": "dz-from"}, f"{escape(said)} <code>{escape(place)}</code>")


def _otherwise(desk: Desk, name: str, raw: Mapping[str, Any]) -> str:
    label = desk.word("没有规则得出时", "When no rule asserts it")
    operation = {"op": "otherwise", "fact": name}
    if raw.get("type") == "boolean":
        return yes_no_field(desk, label, ("facts", name, "otherwise"), operation=operation)
    kind = "date" if raw.get("type") == "date" else "text"
    return text_field(desk, label, ("facts", name, "otherwise"), kind=kind, operation=operation)


def _derivation(desk: Desk, name: str, derive: Mapping[str, Any], used: list[Field]) -> list[str]:
    fn = str(derive.get("fn"))
    function = FUNCTIONS.get(fn)
    if function is None:
        return [tag("p", {"class": "field-error"}, escape(fn))]
    base = {"op": "derive_by", "fact": name}
    word = desk.say(FUNCTION_NAMES.get(fn, text(fn, fn)))
    found = [tag("p", {"class": "dz-from"}, escape(desk.word(f"推导：{word}", f"derived: {word}")))]
    options = _places(desk, fn, used)
    if _WANTED.get(fn) == ("date",):
        options = [(TODAY, desk.word("作出决定之日", "the day of decision")), *options]
    of = derive.get("of", [])
    listed = [str(each) for each in (of if isinstance(of, list) else [of])]
    rows = len(listed) + (function.operands is None and not function.rows)
    for number in range(rows):
        label = desk.word(f"第 {number + 1} 项", f"Operand {number + 1}")
        found.append(
            select_field(
                desk,
                label,
                (),
                options,
                operation={**base, "part": "of", "n": number},
                value=listed[number] if number < len(listed) else "",
                empty=desk.word("（无）", "(none)") if function.operands is None else None,
            )
        )
    if function.needs_value:
        found.append(
            _plain(desk, desk.word("某值", "The value"), {**base, "part": "value"}, derive.get("value"))
        )
    if function.rows and listed:
        found += _filter(desk, base, derive, listed[0], used)
    return found


def _filter(
    desk: Desk, base: Mapping[str, Any], derive: Mapping[str, Any], place: str, used: list[Field]
) -> list[str]:
    head = place.partition("/*")[0]
    owner = next((f for f in _known(desk, used) if f.place == head and f.type == "group"), None)
    if owner is None:
        return []
    where = derive.get("where") or {}
    chosen = next(iter(where), "")
    options = [(inner.place.strip("/"), desk.say(inner.title)) for inner in owner.properties]
    picked = select_field(
        desk,
        desk.word("只计这样的行：哪一项", "Only rows of which"),
        (),
        options,
        operation={**base, "part": "where"},
        value=chosen,
        empty=desk.word("所有行", "every row"),
    )
    if not chosen:
        return [picked]
    operation = {**base, "part": "wanted"}
    inner = next((each for each in owner.properties if each.place == join(chosen)), None)
    label = desk.word("为", "is")
    if inner is not None and inner.options:
        words = [(code, desk.say(title)) for code, title in inner.options]
        return [picked, select_field(desk, label, (), words, operation=operation, value=where[chosen])]
    return [picked, _plain(desk, label, operation, where[chosen])]


def _plain(desk: Desk, label: str, operation: Mapping[str, Any], value: Any) -> str:
    """Write a field for a value that may be yes, no, a number or a text."""
    hint = desk.word("是、否请选填 true、false", "yes and no are true and false")
    shown = "true" if value is True else "false" if value is False else "" if value is None else str(value)
    if isinstance(value, bool):
        words = [("true", desk.word("是", "yes")), ("false", desk.word("否", "no"))]
        return select_field(desk, label, (), words, operation=operation, value=shown)
    return text_field(desk, label, (), operation=operation, value=shown, hint=hint)


PANEL = Panel("facts", text("事实", "Facts"), show)
