"""How a condition is read for editing: as one tree, whose leaves are comparisons, some of which fit a row.

A path is the numbers of the parts on the way from a rule's whole condition to a part of it. Writing
a condition back gives ``all`` with one pattern, which means what the patterns read meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..checks.unfinished import TO_BE_CHOSEN
from ..definitions.types import Json, Text, text
from ..rules.types import ORDERED

Path = tuple[int, ...]
Node = Mapping[str, Any]

GROUPS = ("$and", "$or")
ROWS = ("$iall", "$iany")
STEPS: Mapping[str, str] = {"$add": "＋", "$sub": "－", "$mul": "×", "$div": "÷"}

OPERATORS: Mapping[str, Text] = {
    "$eq": text("为", "is"),
    "$neq": text("不为", "is not"),
    "$lt": text("小于", "less than"),
    "$lte": text("不大于", "at most"),
    "$gt": text("大于", "more than"),
    "$gte": text("不小于", "at least"),
    "$in": text("属于", "one of"),
    "$nin": text("不属于", "none of"),
    "$mt": text("符合格式", "of the form"),
    "$imt": text("符合格式（不分大小写）", "of the form (any case)"),
    "$ex": text("已填写", "is given"),
    "$nex": text("未填写", "is not given"),
}
DATED: Mapping[str, Text] = {
    "$lt": text("早于", "before"),
    "$lte": text("不晚于", "not after"),
    "$gt": text("晚于", "after"),
    "$gte": text("不早于", "not before"),
}
BLANKS: Mapping[str, Json] = {
    "boolean": True,
    "date": "2026-01-01",
    "text": TO_BE_CHOSEN,
    "choice": TO_BE_CHOSEN,
}
"""What a new comparison holds a fact against, by its type; a number against 0."""


@dataclass(frozen=True, slots=True)
class Named:
    """A fact as conditions name it: ``$i`` is a row, ``$i.share`` a property of it."""

    name: str
    type: str
    title: Text
    place: str = ""
    unit: str = ""
    values: tuple[str, ...] = ()
    asserted: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison: operator, fact and what it is held against."""

    op: str
    fact: str
    operand: Json = field(default=None)


# conditions


def tree_of(rule: Any) -> Node | None:
    """Give a rule's condition as one tree; None when it has none, or is not to be read."""
    try:
        if "all" in rule:
            return _patterns(rule["all"], "$and")
        return _patterns(rule["any"], "$or") if "any" in rule else None
    except (TypeError, ValueError, AttributeError, KeyError):
        return None


def with_tree(rule: Mapping[str, Any], tree: Node | None) -> dict[str, Any]:
    """Give a rule with another condition."""
    rest = {key: value for key, value in rule.items() if key not in ("all", "any")}
    return rest if tree is None else {"all": [{"m": tree}], **rest}


def _patterns(patterns: Any, word: str) -> Node | None:
    parts = [part for part in map(_pattern, patterns) if part is not None]
    return None if not parts else parts[0] if len(parts) == 1 else {word: parts}


def _pattern(pattern: Any) -> Node | None:
    ((alias, inner),) = pattern.items()
    kind = alias.partition("$")[2]
    if kind in ("all", "any"):
        return _patterns(inner, "$and" if kind == "all" else "$or")
    return {"$not": inner} if kind == "not" else dict(inner)


def kind_of(node: Any) -> str:
    """Name what a part of a condition is: ``$and``, ``$or``, ``$not``, ``$iall``, ``$iany``, leaf, odd."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return "odd"
    ((name, value),) = node.items()
    key = str(name)
    if key in GROUPS:
        return key if isinstance(value, list) else "odd"
    if key == "$not":
        return key
    if key in ROWS:
        return key if isinstance(value, Mapping) and len(value) == 1 else "odd"
    return "leaf" if leaf_of(node) is not None else "odd"


def children(node: Node) -> list[Any]:
    """Give the parts of a group, of a denial, of a condition on rows."""
    kind = kind_of(node)
    if kind in GROUPS:
        return list(node[kind])
    if kind == "$not":
        return [node[kind]]
    return list(node[kind].values()) if kind in ROWS else []


def with_children(node: Node, parts: Sequence[Any]) -> Node | None:
    """Give a node with other parts; None when none is left, the part itself where a group has but one."""
    kind = kind_of(node)
    if not parts:
        return None
    if kind in GROUPS:
        only: Node = parts[0]
        return {kind: list(parts)} if len(parts) > 1 else only
    if kind == "$not":
        return {kind: parts[0]}
    return {kind: {str(next(iter(node[kind]))): parts[0]}}


def part_at(tree: Node | None, path: Path) -> Any:
    """Give the part of a condition at a path; raises KeyError when there is none."""
    node: Any = tree
    for number in path:
        inner = children(node) if node is not None else []
        if not 0 <= number < len(inner):
            raise KeyError("path")
        node = inner[number]
    if node is None:
        raise KeyError("path")
    return node


def replaced(tree: Node | None, path: Path, made: Node | None) -> Node | None:
    """Give a condition with another part at a path (None: without it)."""
    if not path or tree is None:
        return made
    parts = children(tree)
    if not 0 <= path[0] < len(parts):
        raise KeyError("path")
    inner = replaced(parts[path[0]], path[1:], made)
    parts[path[0] : path[0] + 1] = [] if inner is None else [inner]
    return with_children(tree, parts)


def leaf_of(node: Any) -> Leaf | None:
    """Read a comparison; None for anything else."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return None
    ((key, value),) = node.items()
    if not key.startswith("$") or key == "$i" or key.startswith("$i."):
        return Leaf("$eq", key, value)
    if key not in OPERATORS or not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((fact, operand),) = value.items()
    return Leaf(key, str(fact), operand)


def leaf_json(leaf: Leaf) -> dict[str, Json]:
    """Write a comparison."""
    return {leaf.fact: leaf.operand} if leaf.op == "$eq" else {leaf.op: {leaf.fact: leaf.operand}}


def blank(fact: Named) -> Leaf:
    """Give a new comparison of a fact."""
    if fact.type in ("list", "group"):
        return Leaf("$ex", fact.name, 1)
    value = fact.values[0] if fact.values else BLANKS.get(fact.type, 0)
    return Leaf("$gte" if fact.type in ORDERED else "$eq", fact.name, value)


def operators_for(kind: str) -> tuple[str, ...]:
    """Name the operators a fact of a type may be compared by."""
    if kind in ("list", "group"):
        return ("$ex", "$nex")
    if kind == "boolean":
        return ("$eq", "$ex", "$nex")
    if kind in ORDERED:
        return ("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$ex", "$nex")
    texts = ("$mt", "$imt") if kind == "text" else ()
    return ("$eq", "$neq", "$in", "$nin", *texts, "$ex", "$nex")


def operator_word(op: str, kind: str) -> Text:
    """Call an operator by its name for a type."""
    return DATED.get(op, OPERATORS[op]) if kind == "date" else OPERATORS[op]


def against(operand: Any) -> tuple[str, Any]:
    """Tell what an operand is: ``value``, ``parameter``, ``fact`` or a step of arithmetic, and what of it."""
    if not isinstance(operand, Mapping) or len(operand) != 1:
        return "value", operand
    ((key, inner),) = operand.items()
    if key in STEPS:
        return key, inner
    if key == "$i":
        return "fact", f"$i.{inner}" if inner else "$i"
    return ("parameter", inner) if key == "parameter" else ("fact", inner)


def fact_operand(name: str) -> dict[str, str]:
    """Write another fact as an operand."""
    return {"$i": name[3:]} if name == "$i" or name.startswith("$i.") else {"m": name}


def walk(node: Any) -> Iterator[Any]:
    """Yield a condition and every part of it."""
    yield node
    for part in children(node) if isinstance(node, Mapping) else ():
        yield from walk(part)


# rows


def cells_of(tree: Node | None, facts: Mapping[str, Named]) -> list[tuple[int, Leaf]] | None:
    """Give the comparisons of a condition that fits a row, each with its number; None when it does not fit.

    It fits when it is a plain conjunction of comparisons of facts that are declared.
    """
    if tree is None:
        return []
    parts = children(tree) if kind_of(tree) == "$and" else [tree]
    found: list[tuple[int, Leaf]] = []
    for number, part in enumerate(parts):
        leaf = leaf_of(part) if kind_of(part) == "leaf" else None
        if leaf is None or leaf.fact not in facts or against(leaf.operand)[0] in STEPS:
            return None
        found.append((number, leaf))
    return found


def path_of_cell(tree: Node | None, number: int) -> Path:
    """Give the path of a row's comparison."""
    return (number,) if tree is not None and kind_of(tree) == "$and" else ()
