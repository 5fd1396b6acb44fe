"""What is done to the condition of a rule: comparisons, groups of them, and conditions on rows.

Every operation names the rule (``rule``) and the ``path`` of the part, numbers with dots between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..checks.unfinished import TO_BE_CHOSEN
from ..definitions.pointer import join
from ..definitions.types import Text, text
from .controls import id_of, name_of
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import rule_of, title_of, typed_value, typed_values, with_rule
from .ruleset_parts import row_facts, scope_of
from .ruleset_shape import (
    BLANKS,
    GROUPS,
    ROWS,
    STEPS,
    Leaf,
    Named,
    Node,
    Path,
    against,
    blank,
    children,
    fact_operand,
    kind_of,
    leaf_json,
    leaf_of,
    operators_for,
    part_at,
    replaced,
    tree_of,
    with_tree,
)
from .shifts import Shift
from .wording import LANGS, Words

_CONDITION = text("条件", "condition")


def path_of(given: Mapping[str, Any]) -> Path:
    """Read the path of an operation."""
    written = str(given.get("path", ""))
    if any(not token.isdecimal() for token in written.split(".") if written):
        raise KeyError("path")
    return tuple(map(int, written.split("."))) if written else ()


def written(path: Path) -> str:
    """Write a path as operations name it."""
    return ".".join(map(str, path))


@operation("add_condition")
def add_condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a part at the end of the group at ``path``: ``what`` is leaf, $and, $or, $not, $iall or $iany.

    ``fact`` names the fact of a comparison, or the group of a condition on rows; without it the first
    that fits. Where ``path`` leads to a comparison, the two become parts of one *and*.
    """
    name, rule = rule_of(ground, given)
    tree, path = tree_of(rule), path_of(given)
    what = str(given.get("what", "leaf"))
    at = None if tree is None else part_at(tree, path)
    within = (*path, len(children(at))) if at is not None and kind_of(at) in GROUPS else (*path, 1)
    scope = _scope(ground, tree, within if at is not None and kind_of(at) in (*GROUPS, *ROWS) else path)
    made = _new(ground, scope, what, given.get("fact"))
    if at is None:
        whole: Node | None = made
    elif kind_of(at) in GROUPS:
        whole = replaced(tree, path, {kind_of(at): [*children(at), made]})
    elif kind_of(at) in ROWS:
        inner = children(at)[0]
        both = {"$and": [*(children(inner) if kind_of(inner) == "$and" else [inner]), made]}
        whole = replaced(tree, path, {kind_of(at): {next(iter(at[kind_of(at)])): both}})
    else:
        whole = replaced(tree, path, {"$and": [at, made]})
    step = _step(ground, name, rule, whole, _CONDITION)
    if what != "leaf":
        return step
    # beside a single comparison it is the second part of the two
    group = () if at is None else (*path, 0) if kind_of(at) in ROWS else path
    number = len(children(part_at(whole, group))) - 1
    return replace(step, focus=_operator(name, (*group, number) if at is not None else ()))


@operation("drop_condition")
def drop_condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take the part at ``path`` out."""
    name, rule, tree, path, _ = _part(ground, given)
    return _step(ground, name, rule, replaced(tree, path, None), _CONDITION)


@operation("move_condition")
def move_condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put the part at ``path`` by so many places (``by``) up or down within its group."""
    name, rule, tree, path, part = _part(ground, given)
    if not path:
        raise KeyError("path")
    group = part_at(tree, path[:-1])
    parts = children(group)
    to = max(0, min(len(parts) - 1, path[-1] + int(given["by"])))
    parts.pop(path[-1])
    parts.insert(to, part)
    made = {kind_of(group): parts} if kind_of(group) in GROUPS else group
    step = _step(
        ground, name, rule, replaced(tree, path[:-1], made), text("条件的先后", "order of the conditions")
    )
    return replace(step, focus=_operator(name, (*path[:-1], to)))


@operation("wrap_condition")
def wrap_condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put the part at ``path`` into a group (``with``: $and, $or), or deny it ($not); a denial denied is none."""
    name, rule, tree, path, part = _part(ground, given)
    kind = str(given["with"])
    if kind == "$not":
        made: Any = children(part)[0] if kind_of(part) == "$not" else {"$not": part}
    elif kind in GROUPS:
        made = {kind: [part, _new(ground, _scope(ground, tree, path), "leaf", None)]}
    else:
        raise KeyError("with")
    step = _step(ground, name, rule, replaced(tree, path, made), _CONDITION)
    return replace(step, focus=_operator(name, (*path, 1)) if kind in GROUPS else None)


@operation("turn_condition")
def turn_condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Turn the group at ``path`` into another kind (``value``): $and or $or; $iall or $iany."""
    name, rule, tree, path, part = _part(ground, given)
    kind, now = str(given["value"]), kind_of(part)
    pair = GROUPS if now in GROUPS else ROWS
    if kind not in pair or now not in pair:
        raise KeyError("value")
    return _step(ground, name, rule, replaced(tree, path, {kind: part[now]}), _CONDITION)


@operation("rows_of")
def rows_of(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the condition on rows at ``path`` be on the rows of another list or group (``value``)."""
    name, rule, tree, path, part = _part(ground, given)
    group = str(given["value"])
    if kind_of(part) not in ROWS:
        raise KeyError("path")
    if group == next(iter(part[kind_of(part)])):
        return Step((), text("", ""))
    inner = next(iter(row_facts(ground.document, group).values()))
    made = {kind_of(part): {group: leaf_json(blank(inner))}}
    return _step(ground, name, rule, replaced(tree, path, made), _CONDITION)


@operation("compare_fact")
def compare_fact(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the comparison at ``path`` be of another fact (``value``)."""
    name, rule, tree, path, leaf = _leaf(ground, given)
    fact = _scope(ground, tree, path)[str(given["value"])]
    if fact.name == leaf.fact:
        return Step((), text("", ""))
    old = _scope(ground, tree, path).get(leaf.fact)
    same = old is not None and old.type == fact.type and not fact.values and fact.type != "choice"
    made = replace(leaf, fact=fact.name) if same else blank(fact)
    return _put(ground, name, rule, tree, path, made, _CONDITION)


@operation("compare_by")
def compare_by(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Compare by another operator (``value``) at ``path``; yes and no are ``yes`` and ``no``."""
    name, rule, tree, path, leaf = _leaf(ground, given)
    fact = _fact(ground, tree, path, leaf)
    if str(given["value"]) == leaf.op:
        return Step((), text("", ""))
    made = _by(leaf, fact, str(given["value"]))
    return _put(ground, name, rule, tree, path, made, _CONDITION)


def _by(leaf: Leaf, fact: Named, op: str) -> Leaf:
    if op in ("yes", "no"):
        return Leaf("$eq", fact.name, op == "yes")
    if op not in operators_for(fact.type):
        raise KeyError("value")
    new = blank(fact).operand
    what = against(leaf.operand)[0]
    if op in ("$ex", "$nex"):
        return Leaf(op, fact.name, 1)
    if op in ("$in", "$nin"):
        one = leaf.operand if what == "value" and leaf.op not in ("$ex", "$nex") else new
        return Leaf(op, fact.name, one if isinstance(one, list) else [one])
    if op in ("$mt", "$imt"):
        return Leaf(op, fact.name, leaf.operand if isinstance(leaf.operand, str) else TO_BE_CHOSEN)
    if leaf.op in ("$ex", "$nex"):
        return Leaf(op, fact.name, new)
    first = leaf.operand[0] if isinstance(leaf.operand, list) and leaf.operand else leaf.operand
    return Leaf(op, fact.name, first)


@operation("set_cell")
def set_cell(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Begin a comparison of a fact (``fact``) in a row, by an operator (``value``)."""
    name, rule = rule_of(ground, given)
    op = str(given["value"])
    if not op:
        return Step((), text("", ""))
    tree = tree_of(rule)
    fact = _scope(ground, tree, ())[str(given["fact"])]
    leaf = leaf_json(_by(blank(fact), fact, op))
    if tree is None:
        whole: Node = leaf
    else:
        whole = {"$and": [*(children(tree) if kind_of(tree) == "$and" else [tree]), leaf]}
    path = (len(children(whole)) - 1,) if tree is not None else ()
    return replace(_step(ground, name, rule, whole, _CONDITION), focus=_operator(name, path))


@operation("hold_against")
def hold_against(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say what kind of thing the fact at ``path`` is held against, on a ``side`` of a calculation.

    ``value`` is ``value``, ``parameter:name``, ``fact:name`` or ``$add`` and the like.
    """
    name, rule, tree, path, leaf = _leaf(ground, given)
    fact = _fact(ground, tree, path, leaf)
    side, value = str(given.get("side", "")), str(given["value"])
    now, inner = against(_side(leaf.operand, side))
    if value == (f"{now}:{inner}" if now in ("parameter", "fact") else now):
        return Step((), text("", ""))
    kind, _, named = value.partition(":")
    first = 0 if side or fact.type not in BLANKS else blank(fact).operand
    made: Any
    if kind == "parameter" and named in ground.document.get("parameters", {}):
        made = {"parameter": named}
    elif kind == "fact" and named in _scope(ground, tree, path):
        made = fact_operand(named)
    elif kind in STEPS:
        known = _side(leaf.operand, side)
        made = {kind: inner if now in STEPS else {"$l": known, "$r": 1}}
    elif kind == "value":
        made = first
    else:
        raise KeyError("value")
    operand = _with_side(leaf.operand, side, made)
    return _put(ground, name, rule, tree, path, replace(leaf, operand=operand), _CONDITION)


@operation("set_operand")
def set_operand(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put what was typed (``value``) as what the fact at ``path`` is held against, on a ``side`` of a calculation."""
    name, rule, tree, path, leaf = _leaf(ground, given)
    fact = _fact(ground, tree, path, leaf)
    side, place = str(given.get("side", "")), join("rules", name, "all")
    if leaf.op in ("$in", "$nin"):
        value: Any = typed_values(fact.type, given["value"], place)
        if isinstance(leaf.operand, list) and sorted(map(str, value)) == sorted(map(str, leaf.operand)):
            # boxes stand in the order of the choices
            return Step((), text("", ""))
    else:
        value = typed_value("decimal" if side else fact.type, given["value"], place)
    if value is None:
        raise refuse(
            place,
            "empty",
            text("这里需要一个值", "a value is wanted here"),
            text("请填写，或删除这个条件", "write one, or remove the condition"),
        )
    operand = _with_side(leaf.operand, side, value)
    typing = f"{name}/{written(path)}/{side}"
    return _put(ground, name, rule, tree, path, replace(leaf, operand=operand), _CONDITION, typing)


def _operator(rule: str, path: Path) -> str:
    """Give the id of the choice of operator of a comparison, where one goes on after it was put there."""
    return id_of(name_of({"op": "compare_by", "rule": rule, "path": written(path)}))


def _side(operand: Any, side: str) -> Any:
    for token in side.split(".") if side else ():
        operand = against(operand)[1][f"${token}"]
    return operand


def _with_side(operand: Any, side: str, made: Any) -> Any:
    if not side:
        return made
    token, _, rest = side.partition(".")
    kind, inner = against(operand)
    return {kind: {**inner, f"${token}": _with_side(inner[f"${token}"], rest, made)}}


def _scope(ground: Ground, tree: Node | None, path: Path) -> dict[str, Named]:
    return scope_of(ground.document, tree, path)


def _new(ground: Ground, scope: Mapping[str, Named], what: str, named: Any) -> Any:
    rows = what in ROWS
    fitting = [fact for fact in scope.values() if (fact.type in ("list", "group")) == rows]
    fact = next((each for each in fitting if each.name == named), fitting[0] if fitting else None)
    if fact is None:
        raise refuse(
            "/facts",
            "no-facts",
            text("没有可用的列表或分组", "there is no list or group")
            if rows
            else text("还没有事实", "there are no facts yet"),
            text("请先在“事实”页添加", "add one on the Facts page first"),
        )
    if rows:
        inner = next(iter(row_facts(ground.document, fact.name).values()))
        return {what: {fact.name: leaf_json(blank(inner))}}
    leaf = leaf_json(blank(fact))
    if what in GROUPS:
        return {what: [leaf, leaf]}
    return {"$not": leaf} if what == "$not" else leaf


def _part(ground: Ground, given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], Node | None, Path, Any]:
    name, rule = rule_of(ground, given)
    tree, path = tree_of(rule), path_of(given)
    return name, rule, tree, path, part_at(tree, path)


def _leaf(ground: Ground, given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], Node | None, Path, Leaf]:
    name, rule, tree, path, part = _part(ground, given)
    leaf = leaf_of(part)
    if leaf is None:
        raise KeyError("path")
    return name, rule, tree, path, leaf


def _fact(ground: Ground, tree: Node | None, path: Path, leaf: Leaf) -> Named:
    return _scope(ground, tree, path)[leaf.fact]


def _put(
    ground: Ground,
    name: str,
    rule: Mapping[str, Any],
    tree: Node | None,
    path: Path,
    leaf: Leaf,
    what: Text,
    typing: str | None = None,
) -> Step:
    return _step(ground, name, rule, replaced(tree, path, leaf_json(leaf)), what, typing)


def _step(
    ground: Ground,
    name: str,
    rule: Mapping[str, Any],
    tree: Node | None,
    what: Text,
    typing: str | None = None,
) -> Step:
    """Give the step to another condition, told by what of it was and what is now."""
    title, old = title_of(rule, name), tree_of(rule)
    said = text(f"规则“{title['zh']}”：{what['zh']}", f"The rule “{title['en']}”: {what['en']}")
    was, now = (None if part is None else _said(ground, *part) for part in _differing(ground, old, tree))
    if was is None and now is not None:
        more = text(f"{said['zh']}新增：{now['zh']}", f"{said['en']} added: {now['en']}")
        return with_rule(ground, name, with_tree(rule, tree), more, typing)
    return with_rule(ground, name, with_tree(rule, tree), Shift(said, was, now), typing)


_Part = tuple[Any, Mapping[str, Named]]


def _differing(ground: Ground, old: Any, new: Any) -> tuple[_Part | None, _Part | None]:
    """Give the innermost parts, with the facts of their rows, that two conditions differ in alone."""
    rows: Mapping[str, Named] = {}
    while kind_of(old) == kind_of(new) and kind_of(old) in (*GROUPS, "$not", *ROWS):
        parts, others = children(old), children(new)
        if kind_of(old) in ROWS and next(iter(old[kind_of(old)])) != next(iter(new[kind_of(new)])):
            break
        if len(parts) != len(others):
            return _added(parts, others, rows) or ((old, rows), (new, rows))
        unlike = [number for number, part in enumerate(parts) if part != others[number]]
        if len(unlike) != 1:
            break
        if kind_of(old) in ROWS:
            rows = row_facts(ground.document, str(next(iter(old[kind_of(old)]))))
        old, new = parts[unlike[0]], others[unlike[0]]
    return (None if old is None else (old, rows)), (None if new is None else (new, rows))


def _added(
    parts: list[Any], others: list[Any], rows: Mapping[str, Named]
) -> tuple[_Part | None, _Part | None] | None:
    """Give the part that came, or went; None when it is more than one."""
    fewer, more = sorted((parts, others), key=len)
    number = next((n for n, part in enumerate(fewer) if part != more[n]), len(fewer))
    if len(more) != len(fewer) + 1 or more[number + 1 :] != fewer[number:]:
        return None
    return (None, (more[number], rows)) if more is others else ((more[number], rows), None)


def _said(ground: Ground, part: Any, rows: Mapping[str, Named]) -> Text:
    zh, en = (Words(ground.document, lang, ground.library).condition(part, rows) for lang in LANGS)
    return text(zh, en)
