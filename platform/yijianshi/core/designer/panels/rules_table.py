"""The rules of a ruleset as a decision table: a column a fact, a row a rule, its sentence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...definitions.types import text
from ...forms.html import tag
from ...rules import reading_order
from ...units import unit_in
from ..controls import button, dragged, dropped, handle, id_of, link
from ..desk import Desk
from ..parts import Part
from ..ruleset_parts import ROWS_OF_PAGE, cases_of, facts_of, free
from ..ruleset_shape import Named, cells_of, tree_of
from .panel import Panel
from .rows import page_of, pages
from .rules_controls import parsed, slug
from .rules_row import rule_row, title_name

FEW = 6
"""So many facts are all columns; of more, those that a rule compares and those asked for."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the way through facts, rules and cases, the table, and what can be added."""
    facts = facts_of(desk.document)
    if not facts:
        return guide(desk), _no_facts(desk)
    names = reading_order(desk.document)
    page = page_of(desk, len(names), ROWS_OF_PAGE)
    shown = names[page * ROWS_OF_PAGE : (page + 1) * ROWS_OF_PAGE]
    columns = _columns(desk, facts)
    whole = parsed(desk)
    rows = tuple(rule_row(desk, name, names, columns, facts, whole) for name in shown)
    head = Part("dz-rt-head", _head(desk, columns, facts), "thead")
    label = desk.word("决策表", "Decision table")
    following = names[(page + 1) * ROWS_OF_PAGE] if len(names) > (page + 1) * ROWS_OF_PAGE else None
    drop = dropped(desk, "rules", "rules", {} if following is None else {"following": following})
    table = Part("dz-rt", (head, *rows), "table", {"class": "dz-rt", "aria-label": label, **drop})
    around = Part("dz-rt-around", (table,), "div", {"class": "dz-rt-around"})
    empty = () if names else (_no_rules(desk),)
    label = desk.word("规则分页", "Pages of rules")
    foot = pages(desk, "dz-r-foot", label, page, len(names), ROWS_OF_PAGE)
    return guide(desk), _tools(desk, columns, facts), around, *empty, foot


def guide(desk: Desk) -> Part:
    """Show how far the ruleset is: facts, rules, cases."""
    facts, rules, cases = (
        len(facts_of(desk.document)),
        len(desk.document.get("rules", {})),
        len(cases_of(desk.document)),
    )
    steps = (
        ("facts", facts, desk.word("选择事实", "Pick facts"), desk.word("个事实", "facts")),
        ("rules", rules, desk.word("编写规则", "Write rules"), desk.word("条规则", "rules")),
        ("cases", cases, desk.word("添加用例", "Add test cases"), desk.word("个用例", "cases")),
    )
    if facts and rules and cases:
        return Part("dz-r-guide", "", "div")
    items = ""
    for number, (tab, count, word, unit) in enumerate(steps, 1):
        done = tag("span", {"class": "dz-done"}, escape(f"{count} {unit}")) if count else ""
        mark = tag("span", {"class": "dz-number", "aria-hidden": "true"}, "✓" if count else str(number))
        items += tag(
            "li",
            {"class": "dz-is-done" if count else None},
            mark + link(desk, {"tab": tab, "select": None, "page": None}, escape(word)) + done,
        )
    return Part("dz-r-guide", tag("ol", {"class": "dz-guide"}, items), "div")


def _no_facts(desk: Desk) -> Part:
    said = desk.word(
        "规则根据申请人填报的事实作出判断。请先选择这些事实，它们会成为决策表的列。",
        "Rules decide on facts that the applicant gives. Pick these facts first: they become the columns.",
    )
    go = link(
        desk,
        {"tab": "facts", "select": None},
        escape(desk.word("选择事实", "Pick facts")),
        {"class": "btn btn-primary", "id": "dz-go-facts"},
    )
    return Part("dz-r-none", tag("p", {}, escape(said)) + go, "div", {"class": "dz-empty"})


def _no_rules(desk: Desk) -> Part:
    said = desk.word(
        "还没有规则。点击“新增规则”，再在每一列选择条件，留空表示不限。",
        "No rules yet. Add one, then choose its conditions in the columns; an empty cell means any.",
    )
    return Part("dz-r-none", tag("p", {}, escape(said)), "div", {"class": "dz-empty"})


def _tools(desk: Desk, columns: list[str], facts: Mapping[str, Named]) -> Part:
    new = free(list(desk.document.get("rules", {})), "rule")
    add = button(
        desk,
        {"op": "add_rule"},
        desk.word("＋ 新增规则", "＋ Add a rule"),
        attributes={
            "id": "dz-add-rule",
            "class": "btn-primary",
            "data-focus": id_of(title_name(desk, new)),
            "aria-keyshortcuts": "Alt+N",
        },
    )
    others = [
        fact for name, fact in facts.items() if name not in columns and fact.type not in ("list", "group")
    ]
    more = ""
    if others:
        asked = [each for each in desk.view.get("columns", "").split(",") if each]
        items = "".join(
            tag(
                "li", {}, link(desk, {"columns": ",".join([*asked, fact.name])}, escape(desk.say(fact.title)))
            )
            for fact in others
        )
        summary = tag("summary", {}, escape(desk.word("＋ 增加列", "＋ Add a column")))
        more = tag("details", {"class": "dz-more"}, summary + tag("ul", {"class": "list-plain"}, items))
    draft = f"/designer/ruleset/{desk.code}/workbook"
    excel = tag(
        "a", {"href": draft, "id": "dz-excel"}, escape(desk.word("Excel 导出和导入", "Excel out and in"))
    )
    read = tag(
        "a", {"href": f"/rulesets/{desk.code}"}, escape(desk.word("已发布的规则", "The published rules"))
    )
    published = desk.ground.library.users("ruleset", desk.code)
    links = excel + (read if published else "")
    return Part(
        "dz-r-tools", add + more + tag("span", {"class": "dz-links"}, links), "div", {"class": "dz-r-tools"}
    )


def _head(desk: Desk, columns: list[str], facts: Mapping[str, Named]) -> str:
    cells = tag("th", {"scope": "col", "class": "dz-rt-name"}, escape(desk.word("规则", "Rule")))
    for number, name in enumerate(columns):
        fact = facts[name]
        title = desk.say(fact.title)
        tools = ""
        for by, icon, zh, en in ((-1, "←", "左移", "left"), (1, "→", "右移", "right")):
            to = number + by
            order = list(columns)
            if 0 <= to < len(order):
                order[number], order[to] = order[to], order[number]
            tools += button(
                desk,
                {"op": "move_column", "fact": name, "order": order},
                desk.word(f"“{title}”列{zh}", f"Move the column {title} {en}"),
                icon=icon,
                attributes={"id": f"dz-col-{slug(name)}-{en}", "disabled": not 0 <= to < len(columns)},
            )
        tools += button(
            desk,
            {"op": "drop_column", "fact": name},
            desk.word(f"清空“{title}”列", f"Empty the column {title}"),
            icon="✕",
            attributes={"id": f"dz-col-{slug(name)}-drop"},
        )
        unit = tag("span", {"class": "dz-unit"}, escape(unit_in(fact.unit, desk.lang))) if fact.unit else ""
        cells += tag(
            "th",
            {"scope": "col", **dragged(desk, {"op": "move_column", "fact": name, "order": columns}, name)},
            handle(desk.readonly)
            + tag("span", {}, escape(title))
            + unit
            + tag("span", {"class": "dz-coltools"}, tools),
        )
    cells += tag("th", {"scope": "col", "class": "dz-rt-out"}, escape(desk.word("结果", "Outcome")))
    return tag("tr", dropped(desk, "columns", "columns", {}), cells)


def _columns(desk: Desk, facts: Mapping[str, Named]) -> list[str]:
    """Name the columns in the order in which the rules compare, then those asked for, or all where few."""
    found: dict[str, None] = {}
    for name in reading_order(desk.document):
        for _, leaf in cells_of(tree_of(desk.document["rules"][name]), facts) or ():
            found.setdefault(leaf.fact)
    plain = [name for name, fact in facts.items() if fact.type not in ("list", "group")]
    asked = desk.view.get("columns", "").split(",")
    for name in plain if len(plain) <= FEW else asked:
        if name in plain:
            found.setdefault(name)
    return list(found)


PANEL = Panel("rules", text("规则", "Rules"), show)
