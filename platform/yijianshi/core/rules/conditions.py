"""The condition grammar: durable-rules' JSON into the typed tree, every slip found with its place.

``$not``, ``$in`` and ``$nin`` are ours and are lowered away before the engine sees them. What
durable-rules would silently misread (a second key in an object, an unknown operator, a number
against text, an alias that does not exist) is refused; so is what does not decide on facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, text
from . import types as t
from .operands import ARITHMETIC, LEFT_OUT, OperandParser
from .patterns import PatternError, compile_pattern

MAX_DEPTH = 16
MAX_CONDITIONS = 2_000
MAX_INNER = 20
"""Terms of a condition on the rows of a list or group; the engine's rules hold 32."""

_KNOWN = "$and $or $not $in $nin $ex $nex $eq $neq $lt $lte $gt $gte $mt $imt $iall $iany"


class ConditionParser(OperandParser):
    """Reads conditions over declared facts and parameters; ``problems`` collects what is wrong."""

    _conditions = 0
    """How many were read."""

    def rule(self, kind: str, raw: Json, pointer: str) -> t.Condition | None:
        """Read ``all`` or ``any`` of one rule."""
        self._aliases = {"m", *_aliases(raw)}
        return self._patterns(kind, raw, pointer, 1)

    def _patterns(self, kind: str, raw: Json, pointer: str, depth: int) -> t.Condition | None:
        if not isinstance(raw, list) or not raw:
            self.refuse(
                pointer,
                "no-pattern",
                text("条件列表为空", "the list of conditions is empty"),
                text('请写成 [{"m": {…}}]', 'write [{"m": {…}}]'),
            )
            return None
        parts = [self._pattern(each, pointer + join(index), depth) for index, each in enumerate(raw)]
        good = tuple(part for part in parts if part is not None)
        if len(good) <= 1:
            return good[0] if good else None
        return t.And(good, pointer) if kind == "all" else t.Or(good, pointer)

    def _pattern(self, raw: Json, place: str, depth: int) -> t.Condition | None:
        node = self.mapping(raw, place)
        if not self._one_key(node, place):
            return None
        ((alias, inner),) = node.items()
        where = place + join(alias)
        name, _, kind = str(alias).partition("$")
        if kind in ("all", "any") and depth >= MAX_DEPTH:
            self._too_large(where)
            return None
        if kind in ("all", "any"):
            return self._patterns(kind, inner, where, depth + 1)
        if kind == "not" and name:
            part = self.condition(inner, where, depth + 1)
            return None if part is None else t.Not(part, place)
        if kind or not name:
            self.refuse(
                place,
                "no-pattern",
                text(f"“{str(alias)[:40]}”不是条件的别名", f"{str(alias)[:40]!r} is no alias of a condition"),
                text("请写 m，或 m$not、m$all、m$any", "write m, or m$not, m$all, m$any"),
            )
            return None
        return self.condition(inner, where, depth)

    def condition(self, raw: Json, pointer: str, depth: int = 1) -> t.Condition | None:
        """Read one condition."""
        self._conditions += 1
        if depth > MAX_DEPTH or self._conditions > MAX_CONDITIONS:
            if self._conditions <= MAX_CONDITIONS + 1:
                self._too_large(pointer)
            return None
        node = self.mapping(raw, pointer)
        if not self._one_key(node, pointer):
            return None
        ((key, value),) = node.items()
        place = pointer + join(key)
        if key in ("$and", "$or"):
            return self._several(key, value, place, depth)
        if key == "$not":
            part = self.condition(value, place, depth + 1)
            return None if part is None else t.Not(part, pointer)
        if key in ("$iall", "$iany"):
            return self._quantified(key, value, place, pointer, depth)
        if key in ("$in", "$nin"):
            return self._member(key, value, place, pointer)
        if key in ("$mt", "$imt"):
            return self._match(key, value, place, pointer)
        if key in ("$ex", "$nex"):
            name = self._named(value, place)
            exists = t.Exists(name, pointer) if name else None
            return exists if key == "$ex" or exists is None else t.Not(exists, pointer)
        operator = next((each for each in t.OPERATORS if each == key), None)
        if operator is not None:
            return self._compare(operator, value, place, pointer)
        if key.startswith("$") and not key.startswith("$i"):
            self._unknown_operator(key, place)
            return None
        return self._compare("$eq", {key: value}, pointer, pointer)

    def _too_large(self, pointer: str) -> None:
        self.refuse(
            pointer,
            "too-large",
            text("条件嵌套过深或过多", "the condition is nested too deeply, or has too many parts"),
            text("请拆成几条规则", "split it into several rules"),
        )

    def _one_key(self, node: Mapping[str, Any], pointer: str) -> bool:
        if len(node) == 1:
            return True
        self.refuse(
            pointer,
            "not-one-key",
            text(
                f"这里应只有一个键，现有 {len(node)} 个（引擎会悄悄忽略其余的）",
                f"one key is wanted here, there are {len(node)} (the engine would silently ignore the rest)",
            ),
            text("请用 $and 把它们并列", "put them side by side in $and"),
        )
        return False

    def _unknown_operator(self, key: str, place: str) -> None:
        if key in ARITHMETIC:
            self.refuse(
                place,
                "arithmetic-left",
                text(f"{key} 只能写在被比较的一边", f"{key} stands on the side that is compared with"),
                text(
                    '如 {"$gt": {"a": {"$add": {"$l": {"m": "b"}, "$r": 1}}}}',
                    'as in {"$gt": {"a": {"$add": {"$l": {"m": "b"}, "$r": 1}}}}',
                ),
            )
            return
        why = LEFT_OUT.get(key)
        self.refuse(
            place,
            "left-out" if why else "unknown-operator",
            why or text(f"未知的运算“{key[:40]}”", f"unknown operator {key[:40]!r}"),
            text(f"可用 {_KNOWN}", f"use {_KNOWN}"),
        )

    def _several(self, key: str, value: Json, place: str, depth: int) -> t.Condition | None:
        if not isinstance(value, list) or not value:
            self.refuse(
                place,
                "empty",
                text(f"{key} 之下应有至少一个条件", f"{key} needs at least one condition"),
                text("请写成列表", "write a list"),
            )
            return None
        parts = [self.condition(part, place + join(index), depth + 1) for index, part in enumerate(value)]
        good = tuple(part for part in parts if part is not None)
        if not good:
            return None
        return t.And(good, place) if key == "$and" else t.Or(good, place)

    def _quantified(self, key: str, value: Json, place: str, pointer: str, depth: int) -> t.Condition | None:
        if self._row is not None:
            self.refuse(
                place,
                "nested-rows",
                text("逐项条件之内不能再有逐项条件", "a condition on rows cannot hold another"),
                text("请先推导出一个事实", "derive a fact first"),
            )
            return None
        name = self._named(value, place)
        if name is None:
            return None
        where = place + join(name)
        if self._facts[name].type not in ("list", "group"):
            self.refuse(
                where,
                "no-rows",
                text(f"“{name}”不是列表或分组", f"{name!r} is no list and no group"),
                text("请用类型为 list 或 group 的事实", "use a fact of type list or group"),
            )
            return None
        self._row = name
        part = self.condition(value[name], where, depth + 1)
        self._row = None
        if part is None:
            return None
        if terms(part) > MAX_INNER:
            self.refuse(
                where,
                "too-large",
                text(f"逐项条件超过 {MAX_INNER} 项", f"a condition on rows has more than {MAX_INNER} terms"),
                text("请拆成几个条件", "split it"),
            )
            return None
        return t.Quantified(key == "$iall", name, part, pointer)

    def _named(self, value: Json, place: str) -> str | None:
        node = self.mapping(value, place)
        if len(node) != 1:
            self.refuse(
                place,
                "not-one-key",
                text("这里应只写一个事实", "one fact is wanted here"),
                text("请用 $and 把它们并列", "put them side by side in $and"),
            )
            return None
        return self._fact(next(iter(node)), place)

    def _scalar(self, name: str, where: str) -> bool:
        if self._scope[name].type in t.SCALARS:
            return True
        self.refuse(
            where,
            "rows-compared",
            text(f"“{name}”有多项，不能直接比较", f"{name!r} has many values and cannot be compared as one"),
            text(
                "请用 $iany 或 $iall，或先推导（如 count、sum）",
                "use $iany or $iall, or derive count, sum, …",
            ),
        )
        return False

    def _member(self, key: str, value: Json, place: str, pointer: str) -> t.Condition | None:
        name = self._named(value, place)
        if name is None or not self._scalar(name, place):
            return None
        written = next(iter(value))
        listed = value[written]
        if not isinstance(listed, list) or not listed:
            self.refuse(
                place + join(written),
                "empty",
                text("应列出至少一个取值", "list at least one value"),
                text("请写成列表", "write a list"),
            )
            return None
        good = [
            each
            for index, each in enumerate(listed)
            if self._constant(each, self._scope[name], place + join(written, index))
        ]
        member = t.Member(name, tuple(good), pointer)
        return member if key == "$in" else t.Not(member, pointer)

    def _match(self, key: str, value: Json, place: str, pointer: str) -> t.Condition | None:
        name = self._named(value, place)
        if name is None:
            return None
        written = next(iter(value))
        source, where = value[written], place + join(written)
        if self._scope[name].type not in ("text", "choice") or not isinstance(source, str):
            self.refuse(
                where,
                "no-text",
                text("匹配式只用于文字，且本身是文字", "a pattern is text, and for texts"),
                text("请改用比较", "use a comparison"),
            )
            return None
        if self._scope[name].asserted:
            self.refuse(
                where,
                "asserted-pattern",
                text(
                    "由规则得出或取自参数的事实只有几个值，不用匹配式",
                    "a fact that rules assert, or that is a parameter, has few values: no pattern",
                ),
                text("请用 $in 列出取值", "list them with $in"),
            )
            return None
        try:
            return t.Match(name, compile_pattern(source, key == "$imt"), pointer)
        except PatternError as error:
            self.refuse(
                where,
                "no-pattern",
                text(
                    f"第 {error.at + 1} 个字符处：{error.text['zh']}",
                    f"at character {error.at + 1}: {error.text['en']}",
                ),
                text("写法见 docs/rules.md 的“文字匹配”", "see “Text patterns” in docs/rules.md"),
            )
            return None

    def _compare(self, op: t.Operator, value: Json, place: str, pointer: str) -> t.Condition | None:
        name = self._named(value, place)
        if name is None:
            return None
        fact = self._scope[name]
        written = next(iter(value))
        where = place + join(written)
        if not self._scalar(name, where):
            return None
        if op in ("$lt", "$lte", "$gt", "$gte") and fact.type not in t.ORDERED:
            self.refuse(
                where,
                "no-order",
                text(f"“{name}”（{fact.type}）不能比较大小", f"{name!r} ({fact.type}) has no order"),
                text("请用 $eq、$neq 或 $in", "use $eq, $neq or $in"),
            )
            return None
        raw = value[written]
        if not isinstance(raw, Mapping):
            return t.Compare(op, name, t.Constant(raw), pointer) if self._constant(raw, fact, where) else None
        operand = self._operand(raw, where, 0)
        if fact.parameter and isinstance(operand, t.FactRef):
            # the other way round it is a fact held against a parameter
            op, name, operand = t.MIRRORED[op], operand.name, t.ParameterRef(fact.parameter)
            fact = self._scope[name]
        if operand is None or not self._comparable(operand, fact, where):
            return None
        return t.Compare(op, name, operand, pointer)


def _aliases(raw: Json, depth: int = 1) -> set[str]:
    """Give the aliases of a rule's patterns: all of them are the case that is decided."""
    if not isinstance(raw, list) or depth > MAX_DEPTH:
        return set()
    found = set()
    for pattern in raw:
        for key, inner in pattern.items() if isinstance(pattern, Mapping) else ():
            name, _, kind = str(key).partition("$")
            found |= {name} if name else set()
            found |= _aliases(inner, depth + 1) if kind in ("all", "any") else set()
    return found


def terms(node: t.Condition) -> int:
    """Count the engine's terms of a condition, on the longer of its two rails."""
    if isinstance(node, t.And | t.Or):
        return sum(terms(part) for part in node.parts)
    if isinstance(node, t.Not):
        return terms(node.part)
    if isinstance(node, t.Member):
        return 1 + len(node.values)
    return 2 if isinstance(node, t.Compare) else 1
