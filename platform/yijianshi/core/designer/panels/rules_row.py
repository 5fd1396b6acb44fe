"""One rule as a row of the decision table: its title, a cell a fact, what follows, and its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...definitions.pointer import join, within
from ...forms.html import tag
from ...rules import Ruleset, RulesetError
from ..beside import said_of
from ..controls import button, dragged, flag, id_of, link, name_of, text_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_parts import KINDS, free, outcome_kind, outcomes_of
from ..ruleset_shape import Leaf, Named, cells_of, path_of_cell, tree_of
from .rows import RowTools, beside
from .rules_controls import comparison, operator_field, sentences, slug, spelled, tight
from .rules_details import details
from .rules_outcomes import target_word


def rule_row(
    desk: Desk,
    name: str,
    names: list[str],
    columns: list[str],
    facts: Mapping[str, Named],
    whole: Ruleset | RulesetError,
) -> Part:
    """Show a rule: its cells, what follows, its sentence, and opened, everything of it."""
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


def title_name(desk: Desk, name: str) -> str:
    """Name the control of a rule's title in the language of the page."""
    return name_of({"op": "rule_title", "rule": name, "lang": desk.lang})


def _heading(desk: Desk, name: str, names: list[str], title: str) -> str:
    place, at = f"dz-r-{slug(name)}", names.index(name)
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
    left = beside(names, at)
    move = {"op": "move_rule", "rule": name}
    tools = RowTools(
        name,
        place,
        title,
        desk.word(f"规则“{title}”", f"the rule “{title}”"),
        at,
        len(names),
        {**move, "before": before},
        {**move, "before": after},
        {"op": "copy_rule", "rule": name},
        {"op": "drop_rule", "rule": name},
        id_of(title_name(desk, free(names, "rule"))),
        "dz-add-rule" if left is None else f"dz-r-{slug(left)}-open",
    )
    priority = desk.document["rules"][name].get("pri", 0)
    ranked = tag("p", {"class": "form-hint"}, escape(desk.word(f"优先级 {priority}", f"Priority {priority}")))
    return tag(
        "th",
        {"scope": "row", "class": "dz-rt-name"},
        tight(field + spelled(title))
        + flag(desk.lang, desk.document["rules"][name].get("title"))
        + tools.html(desk, dragged=True)
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
