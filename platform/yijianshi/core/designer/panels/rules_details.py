"""One rule opened: its title in both languages, its condition as a tree, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.types import Text, text
from ...forms.html import tag
from ..controls import button, link, select_field, text_field
from ..desk import Desk
from ..ruleset_edits import title_of
from ..ruleset_parts import facts_of, outcomes_of, scope_of
from ..ruleset_shape import GROUPS, ROWS, Path, children, kind_of, leaf_of, tree_of
from .rules_controls import comparison, slug, tight
from .rules_outcomes import outcome_of, two_texts

WORDS: Mapping[str, Text] = {
    "$and": text("全部满足", "all of these"),
    "$or": text("满足任一", "any of these"),
    "$not": text("不满足", "not"),
    "$iall": text("每一项都满足", "every row meets"),
    "$iany": text("至少一项满足", "some row meets"),
}


def details(desk: Desk, name: str, whole: bool) -> str:
    """Write everything of a rule; its condition as a tree where the table shows it ``whole``."""
    rule = desk.document["rules"][name]
    place = f"dz-r-{slug(name)}"
    title = two_texts(
        desk,
        desk.word("规则名称", "Title of the rule"),
        {"op": "rule_title", "rule": name},
        rule.get("title"),
        other=True,
    )
    tree = tree_of(rule)
    head = tag(
        "h2", {"class": "h3", "id": f"{place}-tree", "tabindex": -1}, escape(desk.word("条件", "Condition"))
    )
    if whole and tree is not None:
        shown = tag("ul", {"class": "dz-tree"}, _node(desk, name, tree, tree, (), 1))
    elif whole:
        shown = tag("p", {}, escape(desk.word("还没有条件。", "No condition yet.")))
        shown += _adders(desk, name, "", desk.say(title_of(rule, name)))
    else:
        note = desk.word(
            "条件在上面的各列中编辑；需要“或”、“非”、逐项条件或计算时，改用条件树。",
            "Its conditions are edited in the columns above; for or, not, rows and calculations use the tree.",
        )
        go = link(
            desk,
            {"tree": name, "focus": f"{place}-tree"},
            escape(desk.word("用条件树编辑", "Edit as a tree")),
            {"id": f"{place}-to-tree", "class": "btn btn-sm btn-outline-secondary"},
        )
        shown = tag("p", {}, escape(note)) + go
    follows = tag(
        "h2", {"class": "h3", "id": f"{place}-outcomes", "tabindex": -1}, escape(desk.word("结果", "Outcome"))
    )
    listed = outcomes_of(rule)
    outcomes = "".join(
        outcome_of(desk, name, number, each, len(listed)) for number, each in enumerate(listed)
    )
    more = button(
        desk,
        {"op": "add_outcome", "rule": name},
        desk.word("＋ 再加一个结果", "＋ One more outcome"),
        attributes={"class": "btn-outline-secondary"},
    )
    priority = text_field(
        desk,
        desk.word("优先级", "Priority"),
        (),
        kind="integer",
        operation={"op": "rule_priority", "rule": name},
        value=rule.get("pri", 0),
        hint=desk.word(
            "多个结果只取其一时，取数字小的；数字相同，按规则编码。行的先后只供阅读。",
            "Where one of several outcomes stands, the smallest number goes first, then the name of the rule. The order of rows is for reading.",
        ),
    )
    columns = tag("section", {}, head + shown) + tag(
        "section", {}, follows + outcomes + more + tag("div", {"class": "mt-3"}, priority)
    )
    return tag("div", {"class": "dz-r-more"}, title + tag("div", {"class": "dz-r-columns"}, columns))


def _node(desk: Desk, rule: str, tree: Any, node: Any, path: Path, count: int) -> str:
    """Write a part of a condition with everything in it."""
    kind, at = kind_of(node), ".".join(map(str, path))
    number = ".".join(str(each + 1) for each in path) or "1"
    where = desk.word(f"条件 {number}", f"Condition {number}")
    base = {"rule": rule, "path": at}
    inner = ""
    if kind == "leaf":
        head = _comparison(desk, rule, tree, node, path, where)
    elif kind in GROUPS or kind in ROWS:
        pair = GROUPS if kind in GROUPS else ROWS
        head = select_field(
            desk,
            desk.word(f"{where}：组合方式", f"{where}: grouping"),
            (),
            [(each, desk.say(WORDS[each])) for each in pair],
            operation={"op": "turn_condition", **base},
            value=kind,
        )
        if kind in ROWS:
            head += _rows_of(desk, base, node, where)
    elif kind == "$not":
        head = tag("strong", {}, escape(desk.say(WORDS[kind])))
    else:
        head = tag(
            "em", {}, escape(desk.word("无法识别，请在 JSON 页修改", "cannot be read: see the JSON page"))
        )
    parts = children(node) if kind != "odd" and kind != "leaf" else []
    if parts:
        items = "".join(
            _node(desk, rule, tree, part, (*path, index), len(parts)) for index, part in enumerate(parts)
        )
        inner = tag("ul", {"class": "dz-tree"}, items)
    if kind in GROUPS or kind in ROWS:
        inner += _adders(desk, rule, at, where)
    head = tag("div", {"class": "dz-node"}, tight(head) + _node_tools(desk, base, path, count, where, kind))
    return tag("li", {"class": f"dz-kind-{kind.strip('$')}"}, head + inner)


def _comparison(desk: Desk, rule: str, tree: Any, node: Any, path: Path, where: str) -> str:
    leaf = leaf_of(node)
    scope = scope_of(desk.document, tree, path)
    at = ".".join(map(str, path))
    if leaf is None:
        return ""
    plain = [fact for fact in scope.values() if fact.type not in ("list", "group") or fact.name == leaf.fact]
    pick = select_field(
        desk,
        desk.word(f"{where}：事实", f"{where}: fact"),
        (),
        [(fact.name, desk.say(fact.title)) for fact in plain],
        operation={"op": "compare_fact", "rule": rule, "path": at},
        value=leaf.fact,
    )
    if leaf.fact not in scope:
        return pick
    return pick + comparison(desk, rule, at, leaf, scope, where)


def _rows_of(desk: Desk, base: Mapping[str, Any], node: Any, where: str) -> str:
    groups = [fact for fact in facts_of(desk.document).values() if fact.type in ("list", "group")]
    return select_field(
        desk,
        desk.word(f"{where}：逐项的分组", f"{where}: rows of"),
        (),
        [(fact.name, desk.say(fact.title)) for fact in groups],
        operation={"op": "rows_of", **base},
        value=next(iter(node[kind_of(node)])),
    )


def _node_tools(desk: Desk, base: Mapping[str, Any], path: Path, count: int, where: str, kind: str) -> str:
    last = path[-1] if path else 0
    stem = f"{slug(str(base['rule']))}-{base['path'].replace('.', '-') or 'root'}"
    tools = ""
    if path and count > 1:
        for by, icon, zh, en in ((-1, "↑", "上移", "Move up"), (1, "↓", "下移", "Move down")):
            tools += button(
                desk,
                {"op": "move_condition", **base, "by": by},
                desk.word(f"{zh}：{where}", f"{en}: {where}"),
                icon=icon,
                attributes={"disabled": not 0 <= last + by < count},
            )
    wraps = (
        ("$and", desk.word("且", "and"), desk.word("与另一个条件同时满足", "together with another")),
        ("$or", desk.word("或", "or"), desk.word("与另一个条件满足其一", "either this or another")),
        ("$not", desk.word("非", "not"), desk.word("取反", "the opposite")),
    )
    for with_, icon, word in wraps:
        tools += button(
            desk,
            {"op": "wrap_condition", **base, "with": with_},
            f"{word}{desk.word('：', ': ')}{where}",
            icon=icon,
        )
    return tag(
        "div",
        {"class": "dz-rowtools", "id": f"dz-n-{stem}"},
        tools
        + button(
            desk,
            {"op": "drop_condition", **base},
            desk.word(f"删除：{where}", f"Remove: {where}"),
            icon="✕",
            attributes={"data-focus": f"dz-r-{slug(str(base['rule']))}-tree"},
        ),
    )


def _adders(desk: Desk, rule: str, at: str, where: str) -> str:
    facts = facts_of(desk.document).values()
    kinds = [
        ("leaf", desk.word("＋ 条件", "＋ Condition")),
        ("$and", desk.word("＋ 全部满足的一组", "＋ All of a group")),
        ("$or", desk.word("＋ 满足任一的一组", "＋ Any of a group")),
    ]
    inside_rows = False
    tree, path = tree_of(desk.document["rules"][rule]), tuple(map(int, at.split("."))) if at else ()
    node: Any = tree
    for number in (*path, None):
        inside_rows = inside_rows or (node is not None and kind_of(node) in ROWS)
        if number is not None:
            node = children(node)[number]
    if not inside_rows and any(fact.type in ("list", "group") for fact in facts):
        kinds += [
            ("$iany", desk.word("＋ 逐项：至少一项", "＋ Rows: some row")),
            ("$iall", desk.word("＋ 逐项：每一项", "＋ Rows: every row")),
        ]
    tools = "".join(
        button(
            desk,
            {"op": "add_condition", "rule": rule, "path": at, "what": what},
            word,
            attributes={
                "class": "btn-outline-secondary",
                "aria-label": f"{word}{desk.word('，加到', ', to ')}{where}",
            },
        )
        for what, word in kinds
    )
    return tag("div", {"class": "dz-adders"}, tools)


# what follows
