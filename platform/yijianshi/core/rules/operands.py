"""What a fact is held against: a constant, a parameter, another fact, or a calculation of these.

Types are settled here: what has no order, no number or another type is refused with its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from . import types as t
from .arithmetic import bound, fits, kind_of, magnitude
from .slips import Slips
from .values import fault

ARITHMETIC: tuple[t.Arithmetic, ...] = ("$add", "$sub", "$mul", "$div")

_NO_TIMERS = text(
    "没有计时器和时间窗：日期是事实，时限由时钟计算",
    "there are no timers and time windows: dates are facts, and the clocks of a case count its days",
)
LEFT_OUT: dict[str, Text] = {
    **dict.fromkeys(("$t", "$time", "$timerName", "$baseTime"), _NO_TIMERS),
    "$s": text(
        "没有会话状态：一次判断只看本办件的事实",
        "there is no state of a session: a decision looks at the facts of its case alone",
    ),
}


class OperandParser(Slips):
    """Reads operands over declared facts and parameters; ``problems`` collects what is wrong.

    ``other_facts`` and ``other_parameters`` are declared and have a problem of their own.
    """

    def __init__(
        self,
        facts: Mapping[str, t.Fact],
        parameters: Mapping[str, t.Parameter],
        other_facts: Collection[str] = (),
        other_parameters: Collection[str] = (),
    ) -> None:
        super().__init__(frozenset())
        self.lost = 0
        """How many parts could not be read, whether or not something is wrong with them."""
        self._other_facts = other_facts
        self._other_parameters = other_parameters
        self._facts = facts
        self._scope = {
            **facts,
            **{item.name: item for fact in facts.values() for item in fact.items.values()},
        }
        self._parameters = parameters
        self._aliases: set[str] = {"m"}
        self._row: str | None = None

    def refuse(
        self, pointer: str, code: str, message: Text, remedy: Text, reads: tuple[str, ...] | None = None
    ) -> None:
        """Note a problem: a part that could not be read."""
        self.lost += 1
        super().refuse(pointer, code, message, remedy, reads)

    def _fact(self, written: Any, place: str) -> str | None:
        """Give the name in the scope of a fact as written (``$i.age`` is a property of the row)."""
        name = str(written)
        if self._row is not None and (name == "$i" or name.startswith("$i.")):
            name = self._row + "[]" + name[2:]
        if name in self._other_facts and name not in self._scope:
            self.lost += 1
            return None
        if name not in self._scope or "[]" in str(written):
            self.refuse(
                place + join(written),
                "unknown-fact",
                text(f"没有声明事实“{str(written)[:60]}”", f"the fact {str(written)[:60]!r} is not declared"),
                text("请在 facts 中声明它，或改正名称", "declare it under facts, or correct its name"),
            )
            return None
        return name

    def _operand(self, raw: Json, place: str, depth: int) -> t.Operand | None:
        if not isinstance(raw, Mapping):
            # true or null in arithmetic durable-rules would take for a number
            return (
                t.Constant(raw)
                if self.value(raw, "date" if isinstance(raw, str) else "decimal", place)
                else None
            )
        if len(raw) == 1:
            ((alias, name),) = raw.items()
            if alias == "parameter" and isinstance(name, str) and name in self._parameters:
                return t.ParameterRef(name)
            if alias == "parameter" and name in self._other_parameters:
                self.lost += 1
                return None
            step = next((each for each in ARITHMETIC if each == alias), None)
            if step is not None:
                return self._calculation(step, name, place + join(step), depth)
            if isinstance(name, str) and (alias in ("$m", "$i") or alias in self._aliases):
                written = name if alias != "$i" else f"$i.{name}" if name else "$i"
                found = self._fact(written, place)
                held = self._scope[found].parameter if found else ""
                # a fact that is a parameter is that parameter wherever something is held against it
                return t.ParameterRef(held) if held else t.FactRef(found) if found else None
        why = next((LEFT_OUT[key] for key in raw if key in LEFT_OUT), None)
        self.refuse(
            place,
            "left-out" if why else "unknown-reference",
            why or text("引用的参数或事实不存在", "there is no such parameter or fact"),
            text('请写 {"parameter": 名称} 或 {"m": 事实名}', 'write {"parameter": name} or {"m": fact}'),
        )
        return None

    def _calculation(self, op: t.Arithmetic, raw: Json, place: str, depth: int) -> t.Operand | None:
        node = self.mapping(raw, place)
        if set(node) != {"$l", "$r"} or depth > 8:
            self.refuse(
                place,
                "no-arithmetic",
                text("算术应恰有 $l 和 $r 两边", "arithmetic has the two sides $l and $r"),
                text('请写 {"$l": …, "$r": …}', 'write {"$l": …, "$r": …}'),
            )
            return None
        left = self._operand(node["$l"], place + "/$l", depth + 1)
        right = self._operand(node["$r"], place + "/$r", depth + 1)
        if left is None or right is None:
            return None
        if op == "$div" and isinstance(right, t.Constant) and right.value == 0:
            self.refuse(
                place + "/$r",
                "division-by-zero",
                text("除数为零", "division by zero"),
                text("请改正除数", "correct the divisor"),
            )
            return None
        return t.Calculation(op, left, right)

    def _comparable(self, operand: t.Operand, fact: t.Fact, place: str) -> bool:
        """Tell whether a fact may be held against an operand; says why not."""
        if isinstance(operand, t.Calculation | t.Constant):
            return self._calculable(operand, fact, place)
        declared: Mapping[str, t.Parameter | t.Fact] = (
            self._parameters if isinstance(operand, t.ParameterRef) else self._scope
        )
        kind = declared[operand.name].type
        same = (
            kind == fact.type
            or {kind, fact.type} <= {"text", "choice"}
            or {kind, fact.type} <= set(t.NUMERIC)
        )
        if not same:
            self._types_differ(fact, kind, place)
            return False
        other = self._scope[operand.name] if isinstance(operand, t.FactRef) else None
        asserted = [
            each for each in (fact, other) if other is not None and each is not None and each.asserted
        ]
        if len(asserted) == 2 or (asserted and self._row is not None):
            self.refuse(
                place,
                "asserted-twice",
                text(
                    "两个由规则得出的事实不能相互比较",
                    "two facts that rules assert are not compared with one another",
                ),
                text("请用常数、参数或填报的事实", "use a constant, a parameter or a fact that is answered"),
            )
            return False
        return True

    def _calculable(self, operand: t.Operand, fact: t.Fact, place: str) -> bool:
        names = [fact.name, *t.operand_facts(operand)]
        if fact.parameter:
            self.refuse(
                place,
                "parameter-arithmetic",
                text(
                    "取自参数的事实不能与算式比较",
                    "a fact that is a parameter is not held against arithmetic",
                ),
                text(
                    "请把填报的事实放在左边，参数写进算式",
                    "put the fact that is answered on the left, and the parameter into the arithmetic",
                ),
            )
            return False
        if any(self._scope[name].asserted for name in names):
            self.refuse(
                place,
                "asserted-arithmetic",
                text("由规则得出的事实不能参与算术", "a fact that rules assert takes no part in arithmetic"),
                text("请在得出它的规则里直接给出算好的值", "let the rules assert the value already computed"),
            )
            return False
        if any(self._scope[name].type not in t.ORDERED for name in names):
            self._types_differ(fact, "number", place)
            return False
        kind = kind_of(operand, self._scope, self._parameters)
        if kind is None or (kind == "date") != (fact.type == "date"):
            self._types_differ(fact, kind or "?", place)
            return False
        if not fits(bound(fact.type), magnitude(operand, self._scope, self._parameters)):
            self.refuse(
                place,
                "too-wide",
                text("算式可能超出可精确计算的范围", "the calculation may exceed what is computed exactly"),
                text("请减少相乘的事实，或先推导", "multiply fewer facts, or derive one first"),
            )
            return False
        return True

    def _types_differ(self, fact: t.Fact, kind: str, place: str) -> None:
        self.refuse(
            place,
            "types-differ",
            text(
                f"“{fact.name}”是 {fact.type}，不能与 {kind} 比较",
                f"{fact.name!r} is {fact.type} and cannot be held against {kind}",
            ),
            text("请比较同一类型的值", "compare values of one type"),
        )

    def _constant(self, raw: Json, fact: t.Fact, place: str) -> bool:
        """Tell whether a constant is a value of a fact; says why not."""
        if not self.value(raw, fact.type, place):
            return False
        if not fact.values or raw in fact.values:
            return True
        self.refuse(
            place,
            "not-one-of",
            text(f"“{raw}”不在“{fact.name}”的取值之列", f"{raw!r} is none of the values of {fact.name!r}"),
            text("可取：" + "、".join(fact.values), "use one of: " + ", ".join(fact.values)),
        )
        return False

    def value(self, raw: Json, kind: str, place: str) -> bool:
        """Tell whether a constant is of a type; says why not."""
        found = fault(raw, kind)
        if found is not None:
            self.refuse(
                place,
                "wrong-value",
                text(
                    f"“{str(raw)[:60]}”不能用在这里：{found['zh']}",
                    f"“{str(raw)[:60]}” is of no use here: {found['en']}",
                ),
                text("请改正取值", "correct the value"),
            )
        return found is None
