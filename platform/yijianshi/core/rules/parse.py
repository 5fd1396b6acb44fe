"""From a ruleset document to the typed tree, with every problem found in one go.

The condition grammar is that of durable-rules' JSON; ``$not``, ``$in`` and ``$nin`` are ours and
are lowered away before the engine sees them. What durable-rules would silently misread (a second
key in an object, an unknown operator, a number against text) is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Text, text
from . import types as t
from .values import fault

MAX_DEPTH = 16
MAX_CONDITIONS = 2_000
MAX_RULES = 1_000

_LATER = {
    "$mt": "文本匹配",
    "$imt": "文本匹配",
    "$iall": "数组条件",
    "$iany": "数组条件",
    "$add": "算术",
    "$sub": "算术",
    "$mul": "算术",
    "$div": "算术",
}


class RulesetError(ValueError):
    """The document is no ruleset; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(p.message["en"] for p in problems[:5]))
        self.problems = problems


def parse(document: Json) -> t.Ruleset:
    """Parse a ruleset; raises RulesetError with every problem."""
    parser = _Parser()
    ruleset = parser.ruleset(document)
    if parser.problems or ruleset is None:
        raise RulesetError(parser.problems)
    return ruleset


def problems(document: Json) -> list[Problem]:
    """Give every problem of a ruleset document; none when it can be parsed."""
    try:
        parse(document)
    except RulesetError as error:
        return error.problems
    return []


class _Parser:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.facts: dict[str, t.Fact] = {}
        self.parameters: dict[str, t.Parameter] = {}
        self.conditions = 0

    def refuse(self, pointer: str, code: str, message: Text, remedy: Text) -> None:
        self.problems.append(Problem(pointer, code, message, remedy))

    def mapping(self, value: Json, pointer: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.refuse(
            pointer,
            "wrong-type",
            text("这里应为对象", "an object is wanted here"),
            text("请改为 {…}", "write {…}"),
        )
        return {}

    def ruleset(self, document: Json) -> t.Ruleset | None:
        doc = self.mapping(document, "")
        if self.problems:
            return None
        for name, raw in self.mapping(doc.get("facts", {}), "/facts").items():
            self.fact(str(name), raw, join("facts", name))
        for name, raw in self.mapping(doc.get("parameters", {}), "/parameters").items():
            self.parameter(str(name), raw, join("parameters", name))
        rules = self.mapping(doc.get("rules"), "/rules")
        if len(rules) > MAX_RULES:
            self.refuse(
                "/rules",
                "too-many-rules",
                text(f"规则超过 {MAX_RULES} 条", f"more than {MAX_RULES} rules"),
                text("请拆成几个规则集", "split it into several rulesets"),
            )
            return None
        parsed = [self.rule(str(name), raw, join("rules", name)) for name, raw in rules.items()]
        if not isinstance(doc.get("code"), str) or doc.get("decides") not in t.DECIDES:
            self.refuse(
                "",
                "no-ruleset",
                text("缺少编码（code）或 decides", "code or decides is missing"),
                text("decides 可取：" + "、".join(t.DECIDES), "decides is one of: " + ", ".join(t.DECIDES)),
            )
            return None
        title = doc.get("title") if isinstance(doc.get("title"), Mapping) else text(doc["code"], doc["code"])
        return t.Ruleset(
            doc["code"],
            title,  # type: ignore[arg-type]
            doc["decides"],
            self.facts,
            self.parameters,
            tuple(rule for rule in parsed if rule is not None),
            doc.get("effective_from"),
            doc.get("effective_to"),
            doc,
        )

    def fact(self, name: str, raw: Json, pointer: str) -> None:
        from ..functions import FUNCTIONS, places
        from ..functions import problems as function_problems

        declared = self.mapping(raw, pointer)
        kind = declared.get("type")
        if kind not in t.FACT_TYPES:
            self.refuse(
                pointer + "/type",
                "unknown-type",
                text(f"未知的事实类型“{str(kind)[:40]}”", f"unknown fact type {str(kind)[:40]!r}"),
                text("可取：" + "、".join(t.FACT_TYPES), "use one of: " + ", ".join(t.FACT_TYPES)),
            )
            return
        derive = declared.get("derive")
        place = declared.get("from", "")
        if derive is not None:
            found = function_problems(derive)
            self.problems += [p.at("", pointer + "/derive") for p in found]
            if found:
                return
            gives = FUNCTIONS[derive["fn"]].gives
            numeric = gives in t.NUMERIC and kind in t.NUMERIC
            if not (gives == kind or numeric or (gives == "text" and kind == "choice")):
                self.refuse(
                    pointer + "/type",
                    "derived-type",
                    text(
                        f"函数 {derive['fn']} 的结果是 {gives}，不是 {kind}",
                        f"{derive['fn']} gives {gives}, not {kind}",
                    ),
                    text(f"请将 type 改为 {gives}", f"make its type {gives}"),
                )
            place = next(iter(places(derive)), "")
        elif not isinstance(place, str) or not place.startswith("/"):
            self.refuse(
                pointer + "/from",
                "no-place",
                text("事实没有取值位置", "the fact does not say where it comes from"),
                text("请写 from（以 / 开头）或 derive", "write from (beginning with /) or derive"),
            )
            return
        self.facts[name] = t.Fact(name, kind, place, derive, declared.get("unit"), declared.get("title"))

    def parameter(self, name: str, raw: Json, pointer: str) -> None:
        declared = self.mapping(raw, pointer)
        value = declared.get("value")
        dated = declared.get("values", [])
        entries: list[tuple[str, Any]] = [
            (str(v.get("from")), v.get("value")) for v in dated if isinstance(v, Mapping)
        ]
        sample = value if value is not None else entries[0][1] if entries else None
        kind = declared.get("type") or _type_of(sample)
        if sample is None or kind not in t.FACT_TYPES:
            self.refuse(
                pointer,
                "no-value",
                text(f"参数“{name}”没有值", f"the parameter {name!r} has no value"),
                text("请写 value 或 values", "write value or values"),
            )
            return
        for place, each in [
            ("/value", value),
            *((f"/values/{i}/value", v) for i, (_, v) in enumerate(entries)),
        ]:
            if each is not None:
                self.value(each, kind, pointer + place)
        self.parameters[name] = t.Parameter(
            name,
            kind,
            value,
            tuple(sorted(entries)),
            declared.get("unit"),
            declared.get("title"),
            declared.get("basis"),
            bool(declared.get("verified", False)),
        )

    def rule(self, name: str, raw: Json, pointer: str) -> t.Rule | None:
        declared = self.mapping(raw, pointer)
        for key in sorted(set(declared) - {"all", "any", "run", "title", "pri"}):
            self.refuse(
                pointer + join(key),
                "unknown-rule-key",
                text(f"规则中不能有“{key}”", f"a rule cannot have {key!r}"),
                text("可用 all、any、run、title、pri", "use all, any, run, title, pri"),
            )
        kinds = [key for key in ("all", "any") if key in declared]
        if len(kinds) != 1:
            self.refuse(
                pointer,
                "no-condition",
                text("规则应有且只有 all 或 any 之一", "a rule has either all or any"),
                text("请保留一个", "keep one of them"),
            )
            return None
        condition = self.patterns(kinds[0], declared[kinds[0]], pointer + "/" + kinds[0])
        outcomes = self.outcomes(declared.get("run"), pointer + "/run")
        if condition is None:
            return None
        priority = declared.get("pri", 0)
        return t.Rule(
            name, condition, outcomes, declared.get("title"), priority if isinstance(priority, int) else 0
        )

    def patterns(self, kind: str, raw: Json, pointer: str) -> t.Condition | None:
        if not isinstance(raw, list) or not raw:
            self.refuse(
                pointer,
                "no-pattern",
                text("条件列表为空", "the list of conditions is empty"),
                text('请写成 [{"m": {…}}]', 'write [{"m": {…}}]'),
            )
            return None
        parts = []
        for index, pattern in enumerate(raw):
            place = pointer + join(index)
            inner = self.mapping(pattern, place)
            if list(inner) != ["m"]:
                self.refuse(
                    place,
                    "no-pattern",
                    text("每个条件应写成 {“m”: …}", 'each condition is written {"m": …}'),
                    text(
                        "一次只判断一个办件的事实，别名用 m", "one case is decided at a time: its alias is m"
                    ),
                )
                continue
            part = self.condition(inner["m"], place + "/m", 1)
            if part is not None:
                parts.append(part)
        if len(parts) <= 1:
            return parts[0] if parts else None
        return t.And(tuple(parts), pointer) if kind == "all" else t.Or(tuple(parts), pointer)

    def condition(self, raw: Json, pointer: str, depth: int) -> t.Condition | None:
        self.conditions += 1
        if depth > MAX_DEPTH or self.conditions > MAX_CONDITIONS:
            if self.conditions <= MAX_CONDITIONS + 1:
                self.refuse(
                    pointer,
                    "too-large",
                    text("条件嵌套过深或过多", "the condition is nested too deeply, or has too many parts"),
                    text("请拆成几条规则", "split it into several rules"),
                )
            return None
        node = self.mapping(raw, pointer)
        if len(node) != 1:
            self.refuse(
                pointer,
                "not-one-key",
                text(
                    f"这里应只有一个键，现有 {len(node)} 个（引擎会悄悄忽略其余的）",
                    f"one key is wanted here, there are {len(node)} (the engine would silently ignore the rest)",
                ),
                text("请用 $and 把它们并列", "put them side by side in $and"),
            )
            return None
        ((key, value),) = node.items()
        place = pointer + join(key)
        if key in ("$and", "$or"):
            return self.several(key, value, place, depth)
        if key == "$not":
            part = self.condition(value, place, depth + 1)
            return None if part is None else t.Not(part, pointer)
        if key in ("$in", "$nin"):
            return self.member(key, value, place, pointer)
        if key in ("$ex", "$nex"):
            name = self.named(value, place)
            exists = t.Exists(name, pointer) if name else None
            return exists if key == "$ex" or exists is None else t.Not(exists, pointer)
        if key in t.OPERATORS:
            return self.compare(key, value, place, pointer)
        if key.startswith("$"):
            self.unknown_operator(key, place)
            return None
        return self.compare("$eq", {key: value}, pointer, pointer)

    def unknown_operator(self, key: str, place: str) -> None:
        if key in _LATER:
            self.refuse(
                place,
                "not-in-the-language",
                text(f"{key}（{_LATER[key]}）暂不支持", f"{key} is not in the language yet"),
                text("请改用 derive 先算出一个事实，再比较它", "derive a fact first, then compare that"),
            )
        else:
            self.refuse(
                place,
                "unknown-operator",
                text(f"未知的运算“{key[:40]}”", f"unknown operator {key[:40]!r}"),
                text(
                    "可用 $and $or $not $in $nin $ex $nex $eq $neq $lt $lte $gt $gte",
                    "use $and $or $not $in $nin $ex $nex $eq $neq $lt $lte $gt $gte",
                ),
            )

    def several(self, key: str, value: Json, place: str, depth: int) -> t.Condition | None:
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
        return t.And(good, place) if key == "$and" else t.Or(good, place)

    def named(self, value: Json, place: str) -> str | None:
        node = self.mapping(value, place)
        if len(node) != 1:
            self.refuse(
                place,
                "not-one-key",
                text("这里应只写一个事实", "one fact is wanted here"),
                text("请用 $and 把它们并列", "put them side by side in $and"),
            )
            return None
        name = next(iter(node))
        if name not in self.facts:
            self.refuse(
                place + join(name),
                "unknown-fact",
                text(f"没有声明事实“{str(name)[:60]}”", f"the fact {str(name)[:60]!r} is not declared"),
                text("请在 facts 中声明它，或改正名称", "declare it under facts, or correct its name"),
            )
            return None
        return str(name)

    def member(self, key: str, value: Json, place: str, pointer: str) -> t.Condition | None:
        name = self.named(value, place)
        if name is None:
            return None
        listed = value[name]
        if not isinstance(listed, list) or not listed:
            self.refuse(
                place + join(name),
                "empty",
                text("应列出至少一个取值", "list at least one value"),
                text("请写成列表", "write a list"),
            )
            return None
        good = [
            each
            for index, each in enumerate(listed)
            if self.value(each, self.facts[name].type, place + join(name, index))
        ]
        member = t.Member(name, tuple(good), pointer)
        return member if key == "$in" else t.Not(member, pointer)

    def compare(self, op: str, value: Json, place: str, pointer: str) -> t.Condition | None:
        name = self.named(value, place)
        if name is None:
            return None
        fact = self.facts[name]
        where = place + join(name)
        if op in ("$lt", "$lte", "$gt", "$gte") and fact.type not in t.ORDERED:
            self.refuse(
                where,
                "no-order",
                text(f"“{name}”（{fact.type}）不能比较大小", f"{name!r} ({fact.type}) has no order"),
                text("请用 $eq、$neq 或 $in", "use $eq, $neq or $in"),
            )
            return None
        operand = self.operand(value[name], fact, where)
        return None if operand is None else t.Compare(op, name, operand, pointer)  # type: ignore[arg-type]

    def operand(self, raw: Json, fact: t.Fact, place: str) -> t.Operand | None:
        if not isinstance(raw, Mapping):
            return t.Constant(raw) if self.value(raw, fact.type, place) else None
        if len(raw) == 1:
            ((alias, name),) = raw.items()
            if alias == "parameter" and name in self.parameters:
                return self.same_type(t.ParameterRef(name), self.parameters[name].type, fact, place)
            if alias in ("m", "$m") and name in self.facts:
                return self.same_type(t.FactRef(name), self.facts[name].type, fact, place)
            if alias in _LATER:
                self.unknown_operator(alias, place)
                return None
        self.refuse(
            place,
            "unknown-reference",
            text("引用的参数或事实不存在", "there is no such parameter or fact"),
            text('请写 {"parameter": 名称} 或 {"m": 事实名}', 'write {"parameter": name} or {"m": fact}'),
        )
        return None

    def same_type(self, operand: t.Operand, kind: str, fact: t.Fact, place: str) -> t.Operand | None:
        if kind == fact.type or {kind, fact.type} <= {"text", "choice"}:
            return operand
        if isinstance(operand, t.ParameterRef) and kind in t.NUMERIC and fact.type in t.NUMERIC:
            return operand
        self.refuse(
            place,
            "types-differ",
            text(
                f"“{fact.name}”是 {fact.type}，不能与 {kind} 比较",
                f"{fact.name!r} is {fact.type} and cannot be held against {kind}",
            ),
            text("请比较同一类型的值", "compare values of one type"),
        )
        return None

    def value(self, raw: Json, kind: str, place: str) -> bool:
        found = fault(raw, kind)
        if found is not None:
            self.refuse(
                place,
                "wrong-value",
                text(
                    f"这里需要 {kind} 类型的值：{found['zh']}",
                    f"a value of type {kind} is wanted here: {found['en']}",
                ),
                text("请改正取值", "correct the value"),
            )
        return found is None

    def outcomes(self, raw: Json, pointer: str) -> tuple[t.OutcomeSpec, ...]:
        several = isinstance(raw, list)
        listed = raw if isinstance(raw, list) else [raw]
        if not listed:
            self.refuse(
                pointer,
                "no-outcome",
                text("规则没有结果", "the rule has no outcome"),
                text("请写 run", "write run"),
            )
        made = [self.outcome(each, pointer + (join(i) if several else "")) for i, each in enumerate(listed)]
        return tuple(outcome for outcome in made if outcome is not None)

    def outcome(self, raw: Json, pointer: str) -> t.OutcomeSpec | None:
        node = self.mapping(raw, pointer)
        kinds = [key for key in node if key in t.OUTCOMES]
        strange = sorted(set(node) - set(t.OUTCOMES) - {"reason", "basis", "matter"})
        if len(kinds) != 1 or strange:
            self.refuse(
                pointer + (join(strange[0]) if strange else ""),
                "unknown-outcome",
                text("结果应恰有一种，且只用已有的种类", "an outcome is of exactly one known type"),
                text("可取：" + "、".join(t.OUTCOMES), "use one of: " + ", ".join(t.OUTCOMES)),
            )
            return None
        kind = kinds[0]
        reason, basis = node.get("reason"), node.get("basis")
        whole = isinstance(reason, Mapping) and all(
            isinstance(reason.get(x), str) and reason[x] for x in ("zh", "en")
        )
        if not whole or not isinstance(basis, str) or not basis:
            self.refuse(
                pointer,
                "no-reason",
                text(
                    "结果缺少中英文理由或依据",
                    "the outcome lacks its reason (both languages) or its legal basis",
                ),
                text("请补充 reason 和 basis", "add reason and basis"),
            )
            return None
        value = node[kind]
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


def _type_of(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "decimal"
    return "text" if isinstance(value, str) else None
