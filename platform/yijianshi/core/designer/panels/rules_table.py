"""The rules of a ruleset as a decision table: a column a fact, a row a rule, its sentence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...definitions.pointer import join, within
from ...definitions.types import text
from ...forms.html import tag
from ...rules import Ruleset, RulesetError, reading_order
from ...units import unit_in
from ..beside import said_of
from ..controls import button, dragged, dropped, flag, handle, id_of, link, name_of, text_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_shape import (
    KINDS,
    ROWS_OF_PAGE,
    Leaf,
    Named,
    cells_of,
    facts_of,
    free,
    outcome_kind,
    outcomes_of,
    path_of_cell,
    tree_of,
)
from ..ruleset_tests import cases_of
from .panel import Panel
from .rules_controls import comparison, operator_field, parsed, sentences, slug, spelled, tight
from .rules_details import details
from .rules_outcomes import target_word

FEW = 6
"""So many facts are all columns; of more, those that a rule compares and those asked for."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the way through facts, rules and cases, the table, and what can be added."""
    facts = facts_of(desk.document)
    if not facts:
        return guide(desk), _no_facts(desk)
    names = reading_order(desk.document)
    page = _page(desk, len(names))
    shown = names[page * ROWS_OF_PAGE : (page + 1) * ROWS_OF_PAGE]
    columns = _columns(desk, facts)
    whole = parsed(desk)
    rows = tuple(_rule(desk, name, names, columns, facts, whole) for name in shown)
    head = Part("dz-rt-head", _head(desk, columns, facts), "thead")
    label = desk.word("决策表", "Decision table")
    following = names[(page + 1) * ROWS_OF_PAGE] if len(names) > (page + 1) * ROWS_OF_PAGE else None
    drop = dropped(desk, "rules", "rules", {} if following is None else {"following": following})
    table = Part("dz-rt", (head, *rows), "table", {"class": "dz-rt", "aria-label": label, **drop})
    around = Part("dz-rt-around", (table,), "div", {"class": "dz-rt-around"})
    empty = () if names else (_no_rules(desk),)
    return guide(desk), _tools(desk, columns, facts), around, *empty, _foot(desk, page, len(names))


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
            mark + link(desk, {"tab": tab, "select": None}, escape(word)) + done,
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
            "data-focus": id_of(_title_name(desk, new)),
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


def _rule(
    desk: Desk,
    name: str,
    names: list[str],
    columns: list[str],
    facts: Mapping[str, Named],
    whole: Ruleset | RulesetError,
) -> Part:
    rule = desk.document["rules"][name]
    place = f"dz-r-{slug(name)}"
    tree = tree_of(rule)
    cells = cells_of(tree, facts)
    if cells is not None and any(leaf.fact not in columns for _, leaf in cells):
        cells = None
    opened = desk.view.get("select") == name
    if opened and desk.view.get("tree") == name:
        cells = None
    title = desk.say(title_of(rule, name))
    head = _heading(desk, name, names, title)
    if cells is None:
        note = desk.word("条件以条件树编辑", "Its condition is edited as a tree")
        go = link(
            desk, {"select": name, "focus": f"{place}-tree"}, escape(desk.word("编辑条件树", "Edit the tree"))
        )
        inner = tag(
            "td",
            {"colspan": max(1, len(columns)), "class": "dz-rt-whole"},
            tag("span", {}, escape(note)) + go,
        )
    else:
        inner = "".join(
            tag(
                "td",
                {"data-label": desk.say(facts[fact].title)},
                _cell(
                    desk,
                    name,
                    title,
                    facts[fact],
                    [(n, leaf) for n, leaf in cells if leaf.fact == fact],
                    facts,
                ),
            )
            for fact in columns
        )
    outcome = tag("td", {"class": "dz-rt-out"}, _outcomes(desk, name))
    width = max(1, len(columns)) + 2
    parts = [
        Part(f"{place}-row", head + inner + outcome, "tr", {"class": "dz-rt-row"}),
        Part(
            f"{place}-said",
            tag("td", {"colspan": width}, _said(desk, name, whole)),
            "tr",
            {"class": "dz-rt-said"},
        ),
    ]
    if opened:
        more = tag("td", {"colspan": width}, details(desk, name, cells is None))
        parts.append(Part(f"{place}-more", more, "tr", {"class": "dz-rt-more"}))
    drag = dragged(desk, {"op": "move_rule", "rule": name}, name)
    return Part(place, tuple(parts), "tbody", {"class": "dz-rt-rule", **drag})


def _title_name(desk: Desk, name: str) -> str:
    return name_of({"op": "rule_title", "rule": name, "lang": desk.lang})


def _heading(desk: Desk, name: str, names: list[str], title: str) -> str:
    place, at = f"dz-r-{slug(name)}", names.index(name)
    opened = desk.view.get("select") == name
    field = text_field(
        desk,
        desk.word(f"第 {at + 1} 条规则的名称", f"Title of rule {at + 1}"),
        (),
        operation={"op": "rule_title", "rule": name, "lang": desk.lang},
        value=desk.document["rules"][name].get("title", {}).get(desk.lang, ""),
        attributes={"placeholder": name},
    )
    before = names[at - 1] if at else None
    after = names[at + 2] if at + 2 < len(names) else None
    keys = (
        {"up": "Alt+ArrowUp", "down": "Alt+ArrowDown", "copy": "Alt+C", "drop": "Alt+Delete"}
        if opened
        else {}
    )
    buttons = (
        (
            "up",
            "↑",
            {"op": "move_rule", "rule": name, "before": before},
            desk.word("上移", "Move up"),
            at == 0,
        ),
        (
            "down",
            "↓",
            {"op": "move_rule", "rule": name, "before": after},
            desk.word("下移", "Move down"),
            at + 1 == len(names),
        ),
        ("copy", "×2", {"op": "copy_rule", "rule": name}, desk.word("复制", "Copy"), False),
        ("drop", "✕", {"op": "drop_rule", "rule": name}, desk.word("删除", "Remove"), False),
    )
    tools = "".join(
        button(
            desk,
            operation,
            f"{word}{desk.word('规则“', ' the rule “')}{title}{desk.word('”', '”')}",
            icon=icon,
            attributes={
                "id": f"{place}-{kind}",
                "disabled": shut,
                "aria-keyshortcuts": keys.get(kind),
                "data-focus": "dz-add-rule"
                if kind == "drop"
                else f"{place}-{kind}"
                if kind != "copy"
                else None,
            },
        )
        for kind, icon, operation, word, shut in buttons
    )
    tools += link(
        desk,
        {"select": None if opened else name},
        escape(desk.word("收起", "Close") if opened else desk.word("详情", "Details"))
        + tag(
            "span", {"class": "visually-hidden"}, escape(f"：{title}" if desk.lang == "zh" else f": {title}")
        ),
        {"id": f"{place}-open", "class": "dz-open", "aria-expanded": "true" if opened else "false"},
    )
    priority = desk.document["rules"][name].get("pri", 0)
    ranked = tag("p", {"class": "form-hint"}, escape(desk.word(f"优先级 {priority}", f"Priority {priority}")))
    return tag(
        "th",
        {"scope": "row", "class": "dz-rt-name"},
        tight(field + spelled(title))
        + flag(desk.lang, desk.document["rules"][name].get("title"))
        + tag("div", {"class": "dz-rowtools"}, handle(desk.readonly) + tools)
        + (ranked if priority else ""),
    )


def _cell(
    desk: Desk, rule: str, title: str, fact: Named, held: list[tuple[int, Leaf]], facts: Mapping[str, Named]
) -> str:
    where = f"{title}{desk.word('，', ', ')}{desk.say(fact.title)}"
    if not held:
        empty = desk.word("不限", "any")
        return tight(
            operator_field(desk, {"op": "set_cell", "rule": rule, "fact": fact.name}, fact, where, "", empty)
        )
    tree = tree_of(desk.document["rules"][rule])
    found = ""
    for number, leaf in held:
        path = ".".join(map(str, path_of_cell(tree, number)))
        drop = button(
            desk,
            {"op": "drop_condition", "rule": rule, "path": path},
            desk.word(f"去掉条件：{where}", f"Remove the condition: {where}"),
            icon="✕",
            attributes={"data-focus": id_of(name_of({"op": "set_cell", "rule": rule, "fact": fact.name}))},
        )
        found += tag(
            "div", {"class": "dz-leaf"}, tight(comparison(desk, rule, path, leaf, facts, where, False)) + drop
        )
    more = button(
        desk,
        {"op": "add_condition", "rule": rule, "path": "", "what": "leaf", "fact": fact.name},
        desk.word(f"同一列再加一个条件：{where}", f"One more condition in this column: {where}"),
        icon="＋",
    )
    return found + (more if fact.type != "boolean" else "")


def _outcomes(desk: Desk, name: str) -> str:
    found = ""
    for outcome in outcomes_of(desk.document["rules"][name]):
        kind = outcome_kind(outcome)
        word = desk.say(KINDS[kind]) if kind else "?"
        target = target_word(desk, outcome)
        found += tag("li", {}, tag("strong", {}, escape(word)) + (" " + escape(target) if target else ""))
    reason = next((o["reason"] for o in outcomes_of(desk.document["rules"][name]) if "reason" in o), None)
    said = tag("p", {"class": "dz-why"}, escape(desk.say(reason))) if isinstance(reason, Mapping) else ""
    go = link(
        desk,
        {"select": name, "focus": f"dz-r-{slug(name)}-outcomes"},
        escape(desk.word("编辑结果和理由", "Edit outcome and reason")),
    )
    return tag("ul", {"class": "list-plain"}, found) + said + go


def _said(desk: Desk, name: str, whole: Ruleset | RulesetError) -> str:
    told, problems = sentences(desk, name, whole)
    found = ""
    if told is not None:
        found = tag("p", {"lang": "zh-CN"}, escape(told["zh"])) + tag("p", {"lang": "en"}, escape(told["en"]))
    for problem in problems:
        found += tag("p", {"class": "field-error"}, escape(problem))
    start = join("rules", name)
    for finding in desk.findings or ():
        if within(finding.pointer, start):
            if told is None and finding.severity == "error":
                continue
            found += tag("p", {"class": "dz-found"}, " ".join(said_of(desk, finding)))
    return found


def _page(desk: Desk, count: int) -> int:
    wanted = desk.view.get("page", "0")
    last = max(0, (count - 1) // ROWS_OF_PAGE)
    return min(int(wanted), last) if wanted.isdecimal() else 0


def _foot(desk: Desk, page: int, count: int) -> Part:
    pages = (count + ROWS_OF_PAGE - 1) // ROWS_OF_PAGE
    if pages < 2:
        return Part("dz-r-foot", "", "div")
    items = "".join(
        tag(
            "li",
            {},
            link(
                desk,
                {"page": str(number) if number else None},
                escape(f"{number * ROWS_OF_PAGE + 1}–{min(count, (number + 1) * ROWS_OF_PAGE)}"),
                {"aria-current": "page" if number == page else None},
            ),
        )
        for number in range(pages)
    )
    label = desk.word("规则分页", "Pages of rules")
    return Part("dz-r-foot", tag("ul", {"class": "dz-pages"}, items), "nav", {"aria-label": label})


PANEL = Panel("rules", text("规则", "Rules"), show)
