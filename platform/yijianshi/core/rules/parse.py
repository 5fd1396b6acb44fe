"""From a ruleset document to the typed tree, with every problem found in one go.

This module reads facts, parameters, rules and outcomes; ``conditions`` reads what stands between.
What is wrong at one place keeps nothing else from being read: a condition on a fact that is itself
wrong is not called wrong, and the rules that are whole make a ruleset of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..definitions.plain import plain, plain_problems
from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Text, text
from ..functions import FUNCTIONS, places
from ..functions import problems as function_problems
from . import types as t
from .conditions import ConditionParser
from .shapes import document_problems, is_day, is_text, label_problems, outcome_fault

MAX_RULES = 1_000

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

_DECLARED = {"unknown-fact": "/facts", "unknown-reference": "/parameters"}
"""Where what a condition names is declared."""


class RulesetError(ValueError):
    """The document is no ruleset; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(p.message["en"] for p in problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says as a ruleset, as far as it is whole, and what is wrong with the rest."""

    problems: list[Problem]
    facts: Mapping[str, t.Fact]
    ruleset: t.Ruleset | None
    """Made of the facts and rules that are whole; None where they make none."""


def read(document: Json, broken: Collection[str] = ()) -> Reading:
    """Read a ruleset; nothing is said of the places that are known to be broken."""
    odd = plain_problems(document)
    if any(problem.code == "too-deep" for problem in odd):
        return Reading(odd, {}, None)
    if odd:
        document = plain(document)
    parser = _Parser(frozenset({*broken, *(problem.pointer for problem in odd)}))
    ruleset = parser.ruleset(document)
    return Reading([*odd, *parser.problems], parser.facts, ruleset)


def parse(document: Json) -> t.Ruleset:
    """Parse a ruleset; raises RulesetError with every problem."""
    reading = read(document)
    if reading.problems or reading.ruleset is None:
        raise RulesetError(reading.problems)
    return reading.ruleset


def problems(document: Json) -> list[Problem]:
    """Give every problem of a ruleset document; none when it can be parsed."""
    return read(document).problems


class _Parser:
    def __init__(self, broken: frozenset[str]) -> None:
        self.broken = broken
        self.problems: list[Problem] = []
        self.facts: dict[str, t.Fact] = {}
        self.parameters: dict[str, t.Parameter] = {}
        self.conditions = ConditionParser({}, {})
        self.other_facts: tuple[str, ...] = ()
        self.partial: set[str] = set()
        """Rules of which a part could not be read."""

    def refuse(
        self, pointer: str, code: str, message: Text, remedy: Text, reads: tuple[str, ...] | None = None
    ) -> None:
        """Note a problem, unless one of the places it is read from is known to be broken."""
        self.note(Problem(pointer, code, message, remedy), reads)

    def note(self, problem: Problem, reads: tuple[str, ...] | None = None) -> None:
        if not self.spoiled(*((problem.pointer,) if reads is None else reads)):
            self.problems.append(problem)

    def spoiled(self, *places: str) -> bool:
        """Tell whether something is broken at one of the places, above or under it."""
        return any(
            place == each or not each or place.startswith(each + "/") or each.startswith(place + "/")
            for place in places
            for each in self.broken
        )

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
        if not isinstance(document, Mapping):
            return None
        for problem in document_problems(doc):
            self.note(problem)
        facts = self.mapping(doc.get("facts", {}), "/facts")
        for name, raw in facts.items():
            self.fact(str(name), raw, join("facts", name))
        parameters = self.mapping(doc.get("parameters", {}), "/parameters")
        for name, raw in parameters.items():
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
        # what is declared and could not be read has its own problem, and is none where it is used
        for name in [name for name in self.facts if self.spoiled(join("facts", name, "type"))]:
            del self.facts[name]
        self.other_facts = tuple(name for name in facts if name not in self.facts)
        others = tuple(name for name in parameters if name not in self.parameters)
        self.conditions = ConditionParser(self.facts, self.parameters, self.other_facts, others)
        # by name: the order of keys carries no meaning, and is lost when a document is published
        in_order = sorted(rules.items(), key=lambda rule: str(rule[0]))
        made = [self.rule(str(name), raw, join("rules", name)) for name, raw in in_order]
        parsed = tuple(rule for rule in made if rule is not None)
        for problem in self.conditions.problems:
            where = _DECLARED.get(problem.code)
            self.note(problem, (problem.pointer,) if where not in self.broken else ("",))
        named = isinstance(doc.get("code"), str) and doc.get("decides") in t.DECIDES
        if not named:
            self.refuse(
                "",
                "no-ruleset",
                text("缺少编码（code）或 decides", "code or decides is missing"),
                text("decides 可取：" + "、".join(t.DECIDES), "decides is one of: " + ", ".join(t.DECIDES)),
                ("/code", "/decides"),
            )
        self.partial |= self.never_asserted(parsed, rules)
        self.circles(parsed)
        whole = self.standing(parsed, rules)
        order = chain(whole)
        if isinstance(order, str) or not named:
            return None
        return t.Ruleset(
            doc["code"],
            _title(doc) or text(doc["code"], doc["code"]),
            doc["decides"],
            self.facts,
            self.parameters,
            whole,
            doc["effective_from"] if is_day(doc.get("effective_from")) else None,
            doc["effective_to"] if is_day(doc.get("effective_to")) else None,
            doc,
            order,
        )

    def standing(self, rules: tuple[t.Rule, ...], raw: Mapping[str, Any]) -> tuple[t.Rule, ...]:
        """Give the rules that decide as they are written: whole, and so is what they build on."""
        kept = {rule.name: rule for rule in rules if rule.name not in self.partial}
        while True:
            gone = {name: rule for name, rule in raw.items() if name not in kept}
            lost = {str(fact) for told, _ in _asserts(gone) for fact in told}
            leaning = [name for name, rule in kept.items() if lost & set(t.facts_in(rule.condition))]
            if not leaning:
                return tuple(kept.values())
            for name in leaning:
                del kept[name]

    def circles(self, rules: tuple[t.Rule, ...]) -> None:
        """Say which rules assert what decides themselves."""
        while isinstance(name := chain(rules), str):
            self.refuse(
                join("rules", name),
                "cycle",
                text(
                    f"规则“{name}”得出的事实又反过来决定它自己",
                    f"the rule {name!r} asserts what decides itself",
                ),
                text("请去掉循环", "break the circle"),
                (),
            )
            rules = tuple(rule for rule in rules if rule.name != name)

    def never_asserted(self, rules: tuple[t.Rule, ...], raw: Mapping[str, Any]) -> set[str]:
        """Say which rules read a fact that none asserts; gives their names."""
        asserts = list(_asserts(raw))
        if self.spoiled(*(place for _, place in asserts)):
            return set()  # the one that is broken may be the one that asserts it
        given = {str(name) for told, _ in asserts for name in told}
        found = [
            (rule.name, name)
            for rule in rules
            for name in dict.fromkeys(t.facts_in(rule.condition))
            if name in self.facts and self.facts[name].asserted and name not in given
        ]
        for rule_name, name in found:
            self.refuse(
                join("rules", rule_name),
                "never-asserted",
                text(f"没有规则得出事实“{name}”", f"no rule asserts the fact {name!r}"),
                text(
                    "请补一条得出它的规则，或改为参数", "add a rule that asserts it, or make it a parameter"
                ),
                (),
            )
        return {rule_name for rule_name, _ in found}

    def fact(self, name: str, raw: Json, pointer: str) -> None:
        declared = self.labelled(raw, pointer)
        kind = declared.get("type")
        if not isinstance(kind, str) or kind not in t.FACT_TYPES or "[]" in name or name.startswith("$"):
            self.refuse(
                pointer + "/type",
                "unknown-type",
                text(
                    f"未知的事实类型“{str(kind)[:40]}”，或名称不可用",
                    f"unknown fact type {str(kind)[:40]!r}, or a name that cannot be used",
                ),
                text("可取：" + "、".join(t.FACT_TYPES), "use one of: " + ", ".join(t.FACT_TYPES)),
            )
            if "derive" in declared:
                self.functions(declared["derive"], pointer + "/derive")
            return
        unit, title = _unit(declared), _title(declared)
        if declared.get("asserted") is True:
            otherwise = declared.get("otherwise")
            usable = kind in t.SCALARS and not {"from", "derive"} & set(declared)
            if usable and (otherwise is None or self.value(otherwise, kind, pointer + "/otherwise")):
                self.facts[name] = t.Fact(name, kind, "", None, unit, title, {}, True, otherwise)
            elif not usable:
                self.refuse(
                    pointer,
                    "asserted-and-answered",
                    text(
                        "由规则得出的事实不写 from 或 derive，也不能是列表",
                        "a fact that rules assert has no from or derive, and is no list",
                    ),
                    text("请保留其一", "keep one of them"),
                    (pointer + "/asserted", pointer + "/from", pointer + "/derive"),
                )
            return
        values = self.values(declared, kind, pointer)
        derive, place = declared.get("derive"), declared.get("from", "")
        if derive is not None:
            if not self.derivation(derive, kind, pointer):
                return
            place = next(iter(places(derive)), "")
        elif not isinstance(place, str) or not place.startswith("/"):
            self.refuse(
                pointer + "/from",
                "no-place",
                text("事实没有取值位置", "the fact does not say where it comes from"),
                text(
                    "请写 from（以 / 开头）、derive 或 asserted",
                    "write from (beginning with /), derive or asserted",
                ),
            )
            return
        items = self.items(name, kind, declared, pointer)
        if items is not None:
            changeable = declared.get("changeable", True) is not False
            self.facts[name] = t.Fact(
                name, kind, place, derive, unit, title, items, changeable=changeable, values=values
            )

    def values(self, declared: Mapping[str, Any], kind: str, pointer: str) -> tuple[str, ...]:
        """Read what a choice is one of."""
        listed = declared.get("values", [])
        if (
            isinstance(listed, list)
            and all(isinstance(v, str) for v in listed)
            and (kind == "choice" or not listed)
        ):
            return tuple(listed)
        self.refuse(
            pointer + "/values",
            "wrong-values",
            text("values 只用于 choice，且应为文字的列表", "values are for a choice, and a list of texts"),
            text("请改正或删除", "correct or remove them"),
        )
        return ()

    def derivation(self, derive: Json, kind: str, pointer: str) -> bool:
        """Tell whether a derivation is sound and gives the type declared."""
        if not self.functions(derive, pointer + "/derive"):
            return False
        function = FUNCTIONS[derive["fn"]]
        gives = function.gives
        numeric = gives in t.NUMERIC and kind in t.NUMERIC
        if gives == kind or numeric or (gives == "text" and kind == "choice"):
            return True
        self.refuse(
            pointer + "/type",
            "derived-type",
            text(f"推导的结果是 {gives}，不是 {kind}", f"the derivation gives {gives}, not {kind}"),
            text(f"请将 type 改为 {gives}", f"make its type {gives}"),
        )
        return False

    def functions(self, derive: Json, pointer: str) -> bool:
        """Tell whether a function is sound; says why not."""
        found = function_problems(derive)
        for problem in found:
            self.note(Problem(pointer + problem.pointer, problem.code, problem.message, problem.remedy))
        return not found

    def labelled(self, raw: Json, pointer: str) -> Mapping[str, Any]:
        """Read an object with a title, a unit, a basis."""
        declared = self.mapping(raw, pointer)
        for problem in label_problems(declared, pointer):
            self.note(problem)
        return declared

    def items(
        self, name: str, kind: str, declared: Mapping[str, Any], pointer: str
    ) -> dict[str, t.Fact] | None:
        """Read what a list or group holds; empty for other facts, None when it is wrong."""
        if kind == "list":
            inner = declared.get("items")
            if inner in t.SCALARS:
                return {"": t.Fact(f"{name}[]", inner, "", None, _unit(declared), None)}
        elif kind == "group":
            properties = declared.get("properties")
            if isinstance(properties, Mapping) and properties:
                read = {
                    str(k): self.item(name, str(k), v, pointer + join("properties", k))
                    for k, v in properties.items()
                }
                if None not in read.values():
                    return read  # type: ignore[return-value]
        else:
            return {}
        self.refuse(
            pointer,
            "no-items",
            text(
                "列表应写 items（类型），分组应写 properties（各有 type）",
                "a list has items (a type), a group has properties (each with a type)",
            ),
            text("可取：" + "、".join(t.SCALARS), "use one of: " + ", ".join(t.SCALARS)),
            (pointer + "/items", pointer + "/properties"),
        )
        return None

    def item(self, group: str, name: str, raw: Json, pointer: str) -> t.Fact | None:
        if not isinstance(raw, Mapping) or raw.get("type") not in t.SCALARS:
            return None
        self.labelled(raw, pointer)
        place = raw.get("from", join(name))
        return t.Fact(f"{group}[].{name}", raw["type"], str(place), None, _unit(raw), _title(raw))

    def parameter(self, name: str, raw: Json, pointer: str) -> None:
        declared = self.labelled(raw, pointer)
        value = declared.get("value")
        dated = declared.get("values", [])
        entries: list[tuple[str, Any]] = []
        for index, each in enumerate(dated if isinstance(dated, list) else [dated]):
            if isinstance(each, Mapping) and is_day(each.get("from")) and each.get("value") is not None:
                entries.append((each["from"], each["value"]))
                continue
            self.refuse(
                pointer + (join("values", index) if isinstance(dated, list) else "/values"),
                "wrong-values",
                text(
                    "按日期的值应写明自何日（YYYY-MM-DD）起为何值",
                    "a value by date says from which day (YYYY-MM-DD) it holds, and the value",
                ),
                text('请写 {"from": "2026-04-01", "value": …}', 'write {"from": "2026-04-01", "value": …}'),
            )
        sample = value if value is not None else entries[0][1] if entries else None
        kind = declared.get("type") or _type_of(sample)
        if sample is None or kind not in t.SCALARS:
            self.refuse(
                pointer,
                "no-value",
                text(f"参数“{name}”没有值", f"the parameter {name!r} has no value"),
                text("请写 value 或 values", "write value or values"),
                (pointer + "/value", pointer + "/values", pointer + "/type"),
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
            tuple(sorted(entries, key=lambda entry: entry[0])),
            _unit(declared),
            _title(declared),
            declared.get("basis"),
            bool(declared.get("verified", False)),
        )

    def rule(self, name: str, raw: Json, pointer: str) -> t.Rule | None:
        declared = self.mapping(raw, pointer)
        lost = self.conditions.lost
        if name.endswith(("$state", "$flow")):
            self.refuse(
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
            self.labelled({"title": declared["title"]}, pointer)
        for key in sorted(set(declared) - {"all", "any", "run", "title", "pri"}, key=str):
            why = _LEFT_OUT.get(str(key), text("", ""))
            self.refuse(
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
            self.refuse(
                pointer,
                "no-condition",
                text("规则不能同时有 all 和 any", "a rule has either all or any"),
                text("请保留一个", "keep one of them"),
                (pointer + "/all", pointer + "/any"),
            )
        else:
            self.refuse(
                pointer,
                "no-condition",
                text("规则还没有条件", "the rule has no condition yet"),
                text("请至少给它一个条件", "give it one at least"),
                (pointer + "/all", pointer + "/any"),
            )
        outcomes = self.outcomes(declared.get("run"), pointer + "/run")
        priority = declared.get("pri", 0)
        if isinstance(priority, bool) or not isinstance(priority, int) or not 0 <= priority <= 50_000:
            self.refuse(
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
        return t.Rule(name, condition, kept, _title(declared), priority)

    def outcomes(self, raw: Json, pointer: str) -> list[t.OutcomeSpec | None]:
        several = isinstance(raw, list)
        listed = raw if isinstance(raw, list) else [raw]
        if not listed:
            self.refuse(
                pointer,
                "no-outcome",
                text("规则没有结果", "the rule has no outcome"),
                text("请写 run", "write run"),
            )
            return [None]
        return [self.outcome(each, pointer + (join(i) if several else "")) for i, each in enumerate(listed)]

    def outcome(self, raw: Json, pointer: str) -> t.OutcomeSpec | None:
        node = self.mapping(raw, pointer)
        kinds = [key for key in node if key in t.OUTCOMES]
        strange = sorted(set(node) - set(t.OUTCOMES) - {"reason", "basis", "matter"})
        wrong = [pointer + join(key) for key in strange]
        if len(kinds) > 1 or not (kinds or wrong):
            wrong.append(pointer)
        for place in wrong:
            self.refuse(
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
            return self.assertion(node, pointer)
        reason, basis = node.get("reason"), node.get("basis")
        if not is_text(reason) or not isinstance(basis, str) or not basis:
            self.refuse(
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
            self.refuse(pointer + join(kind), "wrong-outcome", *fault)
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

    def assertion(self, node: Mapping[str, Any], pointer: str) -> t.OutcomeSpec | None:
        """Read an assert: one fact declared as asserted, and a constant of its type."""
        inner = node["assert"]
        if not isinstance(inner, Mapping) or len(inner) != 1:
            name, value = None, None
        else:
            ((name, value),) = inner.items()
        fact = self.facts.get(str(name))
        if fact is None and (name in self.other_facts or "/facts" in self.broken):
            return None
        if fact is None or not fact.asserted:
            self.refuse(
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
        if not self.value(value, fact.type, pointer + "/assert" + join(str(name))):
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

    def value(self, raw: Json, kind: str, place: str) -> bool:
        """Tell whether a constant is of a type; says why not."""
        self.conditions.problems, kept = [], self.conditions.problems
        good = self.conditions.value(raw, kind, place)
        for problem in self.conditions.problems:
            self.note(problem)
        self.conditions.problems = kept
        return good


def chain(rules: tuple[t.Rule, ...]) -> tuple[int, ...] | str:
    """Order rules so that each comes after those that assert what it reads; a rule's name when they go in a circle."""
    asserters: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for outcome in rule.outcomes:
            if outcome.type == "assert" and outcome.target is not None:
                asserters.setdefault(outcome.target, []).append(number)
    graph = {
        number: {n for name in t.facts_in(rule.condition) for n in asserters.get(name, ())}
        for number, rule in enumerate(rules)
    }
    try:
        order: tuple[int, ...] = tuple(TopologicalSorter(graph).static_order())
        return order
    except CycleError as error:
        circle: list[int] = error.args[1]
        return rules[circle[0]].name


def _asserts(rules: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield what the outcomes of rules assert, as it is written, and the place where it is or would be."""
    for name, rule in rules.items():
        run = rule.get("run") if isinstance(rule, Mapping) else None
        for index, outcome in enumerate(run if isinstance(run, list) else [run]):
            place = join("rules", name, "run", *([index] if isinstance(run, list) else []), "assert")
            told = outcome.get("assert") if isinstance(outcome, Mapping) else None
            yield (told if isinstance(told, Mapping) else {}), place


def _title(declared: Mapping[str, Any]) -> Text | None:
    title = declared.get("title")
    return title if is_text(title) else None


def _unit(declared: Mapping[str, Any]) -> str | None:
    unit = declared.get("unit")
    return unit if isinstance(unit, str) else None


def _type_of(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "decimal"
    return "text" if isinstance(value, str) else None
