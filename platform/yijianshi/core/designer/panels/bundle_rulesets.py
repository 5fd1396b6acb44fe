"""The rulesets of a bundle, and how its situations decide which matters are handled."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.types import Text, text
from ...forms.html import tag
from ...rules import Ruleset, RulesetError, parse, say_condition
from ...rules.table import Column, Row, to_table
from ...units import measured
from ..beside import found_in, notes
from ..bundles import DECIDES, titled
from ..controls import button, of, select_field
from ..desk import Desk
from ..parts import Part
from .bundle_plan import table
from .panel import Panel

LONG = 10
"""A cell with more characters is wider."""

_OPERATORS: Mapping[str, str] = {
    "": "=",
    "$eq": "=",
    "$neq": "≠",
    "$lt": "<",
    "$lte": "≤",
    "$gt": ">",
    "$gte": "≥",
}


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the rulesets the bundle uses, and offer others and new ones."""
    codes = [str(code) for code in desk.document.get("rulesets", ())]
    cards = tuple(_card(desk, code) for code in codes)
    empty = desk.word("还没有规则集：所有事项始终办理。", "No rulesets yet: every matter is always handled.")
    listed = (
        Part("dz-rs-list", cards, "ul", {"class": "dz-b-cards"})
        if cards
        else Part("dz-rs-none", escape(empty), "p", {"class": "dz-b-empty"})
    )
    return listed, _more(desk, codes)


def situation_tables(desk: Desk) -> tuple[Part, ...]:
    """Show the rulesets that decide the situations, each as a decision table."""
    library = desk.ground.library
    codes = [
        str(code)
        for code in desk.document.get("rulesets", ())
        if library.has("ruleset", code) and library.get("ruleset", code).get("decides") == "situations"
    ]
    head = Part(
        "dz-sit-head",
        escape(desk.word("哪种情形办理哪些事项", "Which matters a situation selects")),
        "h2",
        {"class": "h3"},
    )
    if not codes:
        said = desk.word(
            "还没有情形规则：只办理“始终办理”的事项和申请人选择的事项。",
            "No rules for situations yet: the matters that are always handled, and those chosen, are.",
        )
        new = create_button(desk, "situations")
        return head, Part("dz-sit-none", tag("p", {"class": "dz-b-empty"}, escape(said)) + new)
    return (head, *(_situations(desk, code) for code in codes))


def _situations(desk: Desk, code: str) -> Part:
    library = desk.ground.library
    document = library.get("ruleset", code)
    edit = tag(
        "a",
        {"class": "btn btn-sm btn-outline-primary", "href": f"/designer/ruleset/{code}"},
        escape(desk.word("编辑规则", "Edit the rules")),
    )
    head = tag(
        "div",
        {"class": "dz-b-card-head"},
        tag("h3", {"class": "dz-b-card-title"}, of(desk, document["title"])) + edit,
    )
    return Part(f"dz-sit-{code}", head + decision_table(desk, document), "section", {"class": "dz-b-card"})


def decision_table(desk: Desk, document: Mapping[str, Any]) -> str:
    """Write a ruleset as a table to read: a row a rule, first what it selects, then a column a fact."""
    try:
        parsed = parse(document)
        drawn = to_table(document)
    except (RulesetError, KeyError, TypeError, ValueError, AttributeError):
        said = desk.word("规则尚未完成，请打开编辑。", "The rules are unfinished: open them to go on.")
        return tag("p", {"class": "dz-b-empty"}, escape(said))
    if not drawn.rows:
        return tag("p", {"class": "dz-b-empty"}, escape(desk.word("还没有规则。", "No rules yet.")))
    heads = (
        desk.word("办理事项", "Matters handled"),
        *(_head(desk, document, column) for column in drawn.columns),
    )
    rows = "".join(_row(desk, parsed, row, len(drawn.columns), drawn.columns) for row in drawn.rows)
    return table(desk.say(document["title"]), heads, rows)


def _head(desk: Desk, document: Mapping[str, Any], column: Column) -> str:
    fact = document.get("facts", {}).get(column.fact, {})
    title = desk.say(fact["title"]) if isinstance(fact.get("title"), Mapping) else column.fact
    operator = _OPERATORS.get(column.op, column.op)
    return title if operator == "=" else f"{title} {operator}"


def _row(desk: Desk, parsed: Ruleset, row: Row, width: int, columns: tuple[Column, ...]) -> str:
    if row.whole is None:
        cells = "".join(
            _cell(_value(desk, parsed, columns[number], row.cells[number]))
            if number in row.cells
            else tag("td", {}, _any(desk))
            for number in range(width)
        )
    else:
        rule = next(rule for rule in parsed.rules if rule.name == row.rule)
        said = say_condition(
            parsed,
            rule.condition,
            desk.lang,
            lambda place: _field_title(desk, place),
            lambda place, value: option_title(desk, place, value),
        )
        cells = tag("td", {"colspan": max(width, 1)}, tag("div", {"class": "dz-span"}, escape(said)))
    head = tag("th", {"scope": "row", "class": "dz-sit-row"}, _outcome(desk, row.rest.get("run")))
    return tag("tr", {}, head + cells)


def _cell(said: str) -> str:
    # a long list of values needs room to be read
    return tag("td", {"class": "dz-long" if len(said) > LONG else None}, escape(said))


def _any(desk: Desk) -> str:
    said = tag("span", {"class": "visually-hidden"}, escape(desk.word("不限", "any")))
    return tag("span", {"class": "text-secondary", "aria-hidden": "true"}, "—") + said


def _value(desk: Desk, parsed: Ruleset, column: Column, value: Any) -> str:
    if isinstance(value, bool):
        return desk.word("是", "yes") if value else desk.word("否", "no")
    if isinstance(value, list):
        return desk.word("、", ", ").join(_value(desk, parsed, column, each) for each in value)
    if isinstance(value, Mapping):
        name = next((str(each) for each in value.values() if isinstance(each, str)), "")
        return _parameter(desk, parsed, name)
    fact = parsed.facts.get(column.fact)
    option = option_title(desk, fact.place, str(value)) if fact is not None else None
    return desk.say(option) if option is not None else str(value)


def _parameter(desk: Desk, parsed: Ruleset, name: str) -> str:
    """Say a parameter by its value of today, by its title while it has none."""
    known = parsed.parameters.get(name)
    value = known.on(desk.world.today) if known else None
    if known is None or value is None:
        return desk.say(known.title) if known and known.title else name
    if isinstance(value, int | float) and not isinstance(value, bool):
        return measured(value, f"{value:,}", known.unit, desk.lang)
    return str(value)


def option_title(desk: Desk, place: str, value: str) -> Text | None:
    """Name a choice's value by the element that stands at the place."""
    element = _element(desk, place)
    for option in element.get("options", ()) if element else ():
        if option.get("value") == value:
            return text(option["title"]["zh"], option["title"]["en"])
    return None


def _field_title(desk: Desk, place: str) -> Text | None:
    element = _element(desk, place)
    return text(element["title"]["zh"], element["title"]["en"]) if element else None


def _element(desk: Desk, place: str) -> Mapping[str, Any] | None:
    code = place.strip("/").replace("/", ".")
    library = desk.ground.library
    return library.get("element", code) if library.has("element", code) else None


def _outcome(desk: Desk, run: Any) -> str:
    found = []
    for outcome in run if isinstance(run, list) else [run]:
        code = outcome.get("select_matter") if isinstance(outcome, Mapping) else None
        if code is not None:
            word = of(desk, titled(desk.ground.library, "matter", str(code)))
            if code not in [part.get("matter") for part in desk.document.get("matters", ())]:
                gone = desk.word("不在本一件事内", "not in this bundle")
                word += " " + tag("span", {"class": "badge dz-missing"}, escape(gone))
            found.append(tag("li", {}, word))
    return tag("ul", {"class": "list-unstyled"}, "".join(found)) if found else "—"


def _card(desk: Desk, code: str) -> Part:
    library = desk.ground.library
    title = desk.say(titled(library, "ruleset", code))
    if library.has("ruleset", code):
        document = library.get("ruleset", code)
        decides = DECIDES.get(str(document.get("decides")), text("其他", "other"))
        count = len(document.get("rules", {}))
        about = desk.word(f"决定{decides['zh']} · {count} 条规则", f"decides {decides['en']} · {count} rules")
        if document.get("verified") is not True:
            about += desk.word(" · 待核实", " · unverified")
        small = tag("small", {"class": "dz-facts"}, escape(about))
    else:
        small = tag(
            "small", {"class": "field-error"}, escape(desk.word("没有这个规则集", "there is no such ruleset"))
        )
    name = tag(
        "h2", {"class": "dz-b-card-title"}, tag("a", {"href": f"/designer/ruleset/{code}"}, escape(title))
    )
    drop = button(
        desk,
        {"op": "drop_ruleset", "ruleset": code},
        desk.word(f"不再使用“{title}”", f"No longer use “{title}”"),
        icon="✕",
        attributes={"id": f"dz-rs-out-{code}", "class": "btn-outline-danger"},
    )
    inner = tag("div", {}, f"{name}<code>{escape(code)}</code> {small}") + tag(
        "div", {"class": "dz-b-card-tools"}, drop
    )
    found = notes(desk, found_in(desk, ("rulesets", code)))
    head = tag("div", {"class": "dz-b-card-head"}, inner)
    return Part(f"dz-rs-{code}", head + found, "li", {"class": "dz-b-card"})


def _more(desk: Desk, codes: list[str]) -> Part:
    others = [
        (str(each["code"]), f"{desk.say(each['title'])} ({each['code']})")
        for each in desk.ground.library.all("ruleset")
        if each["code"] not in codes
    ]
    use = select_field(
        desk,
        desk.word("使用已有的规则集", "Use a ruleset that exists"),
        (),
        others,
        operation={"op": "use_ruleset"},
        value="",
        empty=desk.word("请选择", "choose"),
    )
    head = tag("h2", {"class": "h3"}, escape(desk.word("增加规则集", "More rulesets")))
    new = "".join(create_button(desk, decides) for decides in DECIDES)
    hint = desk.word("新规则集先存为草稿，并加入本一件事。", "A new one is a draft, and used by this bundle.")
    return Part(
        "dz-rs-more",
        head + use + tag("p", {"class": "form-hint"}, escape(hint)) + tag("div", {"class": "dz-inline"}, new),
        "section",
        {"class": "dz-b-card"},
    )


def create_button(desk: Desk, decides: str) -> str:
    """Write the button that begins the bundle's own ruleset of a kind; open it when there is one."""
    code = f"{desk.code}.{decides}"
    word = DECIDES[decides]
    if desk.ground.library.has("ruleset", code):
        return ""
    return tag(
        "button",
        {
            "type": "submit",
            "name": "_ruleset",
            "value": decides,
            "id": f"dz-rs-new-{decides}",
            "class": "btn btn-sm btn-outline-primary",
            "formaction": f"/designer/bundle/{desk.code}/rulesets",
            "disabled": desk.readonly,
        },
        escape(desk.word(f"新建{word['zh']}规则集", f"New ruleset for {word['en']}")),
    )


PANEL = Panel("rulesets", text("规则集", "Rulesets"), show)
SITUATIONS = Panel("selection", text("情形规则", "Situation rules"), situation_tables)
