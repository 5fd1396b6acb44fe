"""The rules of a ruleset: what each asks for, through ``conditions``, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from . import types as t
from .conditions import ConditionParser
from .declarations import DeclarationParser
from .shapes import is_text, outcome_fault
from .slips import Slips, title_of

_NO_BATCHES = text("一次只判断一个办件，没有批量", "one case is decided at a time, there are no batches")
_NO_CHARTS = text(
    "没有状态图和流程图，办件的进程由平台管理",
    "there are no state charts and flow charts: the platform leads a case through its life",
)
_LEFT_OUT: dict[str, Text] = {
    "count": _NO_BATCHES,
    "cap": _NO_BATCHES,
    "dist": text("各条件针对同一办件", "the conditions are all of one case"),
    "then": text("结果写在 run 中", "what follows is written in run"),
    "to": _NO_CHARTS,
    "$chart": _NO_CHARTS,
}


class RuleParser:
    """Reads one rule after another; ``partial`` are those of which a part could not be read."""

    def __init__(
        self,
        slips: Slips,
        declared: DeclarationParser,
        conditions: ConditionParser,
        other_facts: tuple[str, ...],
    ) -> None:
        self.slips = slips
        self.declared = declared
        self.conditions = conditions
        self.other_facts = other_facts
        self.partial: set[str] = set()

    def rule(self, name: str, raw: Json, pointer: str) -> t.Rule | None:
        """Read one rule, as far as it can be read; None without a condition or a priority."""
        declared = self.slips.mapping(raw, pointer)
        lost = self.conditions.lost
        if name.endswith(("$state", "$flow")):
            self.slips.refuse(
                pointer,
                "chart",
                _NO_CHARTS,
                text(
                    "请写成规则，并用事项的先后（after）表示次序",
                    "write rules, and order matters by what each waits for (after)",
                ),
            )
            return None
        if "title" in declared:
            self.slips.labelled({"title": declared["title"]}, pointer)
        for key in sorted(set(declared) - {"all", "any", "run", "title", "pri"}, key=str):
            why = _LEFT_OUT.get(str(key), text("", ""))
            self.slips.refuse(
                pointer + join(key),
                "unknown-rule-key",
                text(
                    f"规则中不能有“{key}”" + (f"：{why['zh']}" if why["zh"] else ""),
                    f"a rule cannot have {key!r}" + (f": {why['en']}" if why["en"] else ""),
                ),
                text("可用 all、any、run、title、pri", "use all, any, run, title, pri"),
            )
        condition = None
        kinds = [key for key in ("all", "any") if key in declared]
        if len(kinds) == 1:
            condition = self.conditions.rule(kinds[0], declared[kinds[0]], pointer + "/" + kinds[0])
        elif kinds:
            self.slips.refuse(
                pointer,
                "no-condition",
                text("规则不能同时有 all 和 any", "a rule has either all or any"),
                text("请保留一个", "keep one of them"),
                (pointer + "/all", pointer + "/any"),
            )
        else:
            self.slips.refuse(
                pointer,
                "no-condition",
                text("规则还没有条件", "the rule has no condition yet"),
                text("请至少给它一个条件", "give it one at least"),
                (pointer + "/all", pointer + "/any"),
            )
        outcomes = self._outcomes(declared.get("run"), pointer + "/run")
        priority = declared.get("pri", 0)
        if isinstance(priority, bool) or not isinstance(priority, int) or not 0 <= priority <= 50_000:
            self.slips.refuse(
                pointer + "/pri",
                "wrong-priority",
                text(
                    "优先级应为 0 到 50000 的整数，小的在先",
                    "a priority is a whole number from 0 to 50000, the smaller first",
                ),
                text("请改正 pri", "correct pri"),
            )
            return None
        if self.conditions.lost > lost or None in outcomes:
            self.partial.add(name)
        if condition is None:
            return None
        kept = tuple(outcome for outcome in outcomes if outcome is not None)
        return t.Rule(name, condition, kept, title_of(declared), priority)

    def _outcomes(self, raw: Json, pointer: str) -> list[t.OutcomeSpec | None]:
        several = isinstance(raw, list)
        listed = raw if isinstance(raw, list) else [raw]
        if not listed:
            self.slips.refuse(
                pointer,
                "no-outcome",
                text("规则没有结果", "the rule has no outcome"),
                text("请写 run", "write run"),
            )
            return [None]
        return [self._outcome(each, pointer + (join(i) if several else "")) for i, each in enumerate(listed)]

    def _outcome(self, raw: Json, pointer: str) -> t.OutcomeSpec | None:
        node = self.slips.mapping(raw, pointer)
        kinds = [key for key in node if key in t.OUTCOMES]
        strange = sorted(set(node) - set(t.OUTCOMES) - {"reason", "basis", "matter"})
        wrong = [pointer + join(key) for key in strange]
        if len(kinds) > 1 or not (kinds or wrong):
            wrong.append(pointer)
        for place in wrong:
            self.slips.refuse(
                place,
                "unknown-outcome",
                text("结果应恰有一种，且只用已有的种类", "an outcome is of exactly one known type"),
                text("可取：" + "、".join(t.OUTCOMES), "use one of: " + ", ".join(t.OUTCOMES)),
                (place,) if place != pointer else tuple(pointer + join(key) for key in t.OUTCOMES),
            )
        if wrong:
            return None
        kind = kinds[0]
        if kind == "assert":
            return self._assertion(node, pointer)
        reason, basis = node.get("reason"), node.get("basis")
        if not is_text(reason) or not isinstance(basis, str) or not basis:
            self.slips.refuse(
                pointer,
                "no-reason",
                text(
                    "结果缺少中英文理由或依据",
                    "the outcome lacks its reason (both languages) or its legal basis",
                ),
                text("请补充 reason 和 basis", "add reason and basis"),
                (pointer + "/reason", pointer + "/basis"),
            )
            return None
        value = node[kind]
        fault = outcome_fault(kind, value)
        if fault is not None:
            self.slips.refuse(pointer + join(kind), "wrong-outcome", *fault)
            return None
        target = value if isinstance(value, str) else None
        matter = node.get("matter")
        return t.OutcomeSpec(
            kind,
            target,
            reason,
            basis,
            None if target is not None else value,
            matter if isinstance(matter, str) else None,
        )

    def _assertion(self, node: Mapping[str, Any], pointer: str) -> t.OutcomeSpec | None:
        """Read an assert: one fact declared as asserted, and a constant of its type."""
        inner = node["assert"]
        if not isinstance(inner, Mapping) or len(inner) != 1:
            name, value = None, None
        else:
            ((name, value),) = inner.items()
        fact = self.declared.facts.get(str(name))
        if fact is None and (name in self.other_facts or "/facts" in self.slips.broken):
            return None
        if fact is None or not fact.asserted or fact.parameter:
            self.slips.refuse(
                pointer + "/assert",
                "not-asserted",
                text(
                    "assert 应给一个声明为 asserted 的事实赋值",
                    "assert gives a value to one fact declared as asserted",
                ),
                text(
                    '如 {"assert": {"large": true}}，并在 facts 中声明 "asserted": true',
                    'as {"assert": {"large": true}}, the fact declared with "asserted": true',
                ),
            )
            return None
        if not self.declared.value(value, fact.type, pointer + "/assert" + join(str(name))):
            return None
        reason: Any = node.get("reason")
        basis = node.get("basis")
        return t.OutcomeSpec(
            "assert",
            str(name),
            reason,
            basis if isinstance(basis, str) else None,
            value,
        )
