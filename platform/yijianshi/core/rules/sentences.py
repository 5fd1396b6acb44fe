"""Every rule, and every node of a trace, as a sentence in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from ..definitions.types import Json, Text, text
from ..units import measured
from .types import (
    And,
    Calculation,
    Compare,
    Condition,
    Constant,
    Exists,
    Fact,
    FactRef,
    Match,
    Member,
    Not,
    Operand,
    Or,
    OutcomeSpec,
    Parameter,
    ParameterRef,
    Quantified,
    Rule,
    Ruleset,
    Value,
)

Lang = Literal["zh", "en"]
Titles = Callable[[str], Text | None]
"""Gives the title of the field at a place in the answers, or of the definition at one of :func:`defined`; else None."""
Options = Callable[[str, str], Text | None]
"""Gives the title of a choice's value at a place in the answers, None when it is not known."""

_OPS: dict[str, Text] = {
    "$eq": text("为", "is"),
    "$neq": text("不为", "is not"),
    "$lt": text("小于", "is less than"),
    "$lte": text("不大于", "is at most"),
    "$gt": text("大于", "is more than"),
    "$gte": text("不小于", "is at least"),
}
_DATES: dict[str, Text] = {
    "$lt": text("早于", "is before"),
    "$lte": text("不晚于", "is not after"),
    "$gt": text("晚于", "is after"),
    "$gte": text("不早于", "is not before"),
}
_STEPS = {"$add": "＋", "$sub": "－", "$mul": "×", "$div": "÷"}
_OPPOSITE = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}

_OUTCOMES: dict[str, Text] = {
    "select_matter": text("办理事项", "the matter is handled:"),
    "require_material": text("须提交材料", "a material is needed:"),
    "waive_material": text("免交材料", "a material is not needed:"),
    "deny": text("不予办理", "it cannot be granted"),
    "refer": text("转人工办理", "a person takes it over"),
    "set_limit": text("办理时限调整", "the time limit is set"),
    "route": text("分送", "it is sent to"),
    "assert": text("认定", "it follows that"),
}


DEFINED = {"select_matter": "matter", "require_material": "material", "waive_material": "material"}
"""The outcomes that name a definition, and of which kind it is."""


def defined(kind: str, code: str) -> str:
    """Give where ``Titles`` has a definition: as no place in the answers is written."""
    return f"{kind}:{code}"


def code_title(document: Json, code: str) -> Text | None:
    """Give what a ruleset calls a route or the short name of a reason; None where it says nothing."""
    names = document.get("names") if isinstance(document, Mapping) else None
    own = names.get(code) if isinstance(names, Mapping) else None
    if not isinstance(own, Mapping) or not all(isinstance(own.get(lang), str) for lang in ("zh", "en")):
        return None
    return text(str(own["zh"]), str(own["en"]))


def sentence(
    ruleset: Ruleset,
    rule: Rule | str,
    lang: Lang,
    titles: Titles | None = None,
    options: Options | None = None,
) -> str:
    """Say a rule as one sentence; raises KeyError when the ruleset has no rule of that name."""
    if isinstance(rule, str):
        rule = {each.name: each for each in ruleset.rules}[rule]
    speaker = _Speaker(ruleset, lang, titles, options)
    condition = speaker.say(rule.condition)
    then = "；".join(speaker.outcome(o) for o in rule.outcomes)
    if lang == "en":
        return f"If {condition}, then {then.replace('；', '; ')}."
    return f"如果{condition}，则{then}。"


def say_condition(
    ruleset: Ruleset,
    condition: Condition,
    lang: Lang,
    titles: Titles | None = None,
    options: Options | None = None,
) -> str:
    """Say one condition, without what follows from it."""
    return _Speaker(ruleset, lang, titles, options).say(condition)


def say_value(
    ruleset: Ruleset,
    fact: str,
    value: Value,
    lang: Lang,
    titles: Titles | None = None,
    options: Options | None = None,
) -> str:
    """Say a value as one of a fact of the scope."""
    return _Speaker(ruleset, lang, titles, options).value(value, ruleset.scope[fact])


def say_fact(ruleset: Ruleset, fact: str, lang: Lang, titles: Titles | None = None) -> str:
    """Name a fact of the scope."""
    return _Speaker(ruleset, lang, titles).fact(ruleset.scope[fact])


def say_target(ruleset: Ruleset, outcome: OutcomeSpec, lang: Lang, titles: Titles | None = None) -> str:
    """Name what an outcome is about."""
    return _Speaker(ruleset, lang, titles).named(outcome.type, str(outcome.target))


def say_outcome(
    ruleset: Ruleset,
    outcome: OutcomeSpec,
    lang: Lang,
    titles: Titles | None = None,
    options: Options | None = None,
) -> str:
    """Say what follows from a rule."""
    return _Speaker(ruleset, lang, titles, options).outcome(outcome)


class _Speaker:
    def __init__(
        self, ruleset: Ruleset, lang: Lang, titles: Titles | None, options: Options | None = None
    ) -> None:
        self._ruleset = ruleset
        self._lang: Lang = lang
        self._titles = titles
        self._options = options

    def say(self, node: Condition, denied: bool = False, inner: bool = False) -> str:
        """Say a condition, or its denial."""
        zh = self._lang == "zh"
        if isinstance(node, Not):
            return self.say(node.part, not denied, inner)
        if isinstance(node, And | Or):
            together = isinstance(node, And) != denied
            word = ("，且" if together else "，或") if zh else (" and " if together else " or ")
            said = word.join(self.say(part, denied, True) for part in node.parts)
            return f"（{said}）" if inner and zh and len(node.parts) > 1 else f"({said})" if inner else said
        if isinstance(node, Quantified):
            return self.rows(node, denied)
        name = self.held(self._ruleset.scope[node.fact])
        if isinstance(node, Exists):
            known = (
                ("已填写" if not denied else "未填写")
                if zh
                else ("is given" if not denied else "is not given")
            )
            return f"{name}{known}" if zh else f"{name} {known}"
        if isinstance(node, Member):
            values = ("、" if zh else ", ").join(
                self.value(v, self._ruleset.scope[node.fact]) for v in node.values
            )
            if zh:
                return f"{name}{'不属于' if denied else '属于'}“{values}”"
            return f"{name} is {'none' if denied else 'one'} of {values}"
        if isinstance(node, Match):
            form = node.pattern.source
            if zh:
                return f"{name}{'不符合' if denied else '符合'}格式“{form}”"
            return f"{name} is {'not ' if denied else ''}of the form “{form}”"
        return self.comparison(node, denied, name)

    def rows(self, node: Quantified, denied: bool) -> str:
        """Say a condition on every row, or on some; denied, it is of the other kind."""
        every = node.every != denied
        name = self.fact(self._ruleset.facts[node.group])
        inner = self.say(node.part, denied)
        if self._lang == "zh":
            return f"{name}中{'每一项都满足' if every else '至少有一项满足'}：（{inner}）"
        return f"{'every one' if every else 'at least one'} of {name} meets ({inner})"

    def comparison(self, node: Compare, denied: bool, name: str) -> str:
        """Say a comparison."""
        zh = self._lang == "zh"
        fact = self._ruleset.scope[node.fact]
        operation = _OPPOSITE[node.op] if denied else node.op
        if fact.type == "boolean" and isinstance(node.operand, Constant):
            yes = bool(node.operand.value) == (operation == "$eq")
            return f"{name}：{'是' if yes else '否'}" if zh else f"{name}: {'yes' if yes else 'no'}"
        words = _DATES if fact.type == "date" and operation in _DATES else _OPS
        word = words[operation][self._lang]
        other = self.operand(node.operand, fact)
        return f"{name}{word}{other}" if zh else f"{name} {word} {other}"

    def operand(self, operand: Operand, fact: Fact) -> str:
        """Say what a fact is held against."""
        if isinstance(operand, Constant):
            return self.value(operand.value, fact)
        if isinstance(operand, ParameterRef):
            return self.parameter(operand.name, fact)
        if isinstance(operand, FactRef):
            return self.fact(self._ruleset.scope[operand.name])
        # inside a calculation a unit would be that of another quantity
        bare = replace(fact, unit=None)
        zh = self._lang == "zh"
        sides = [
            (f"（{said}）" if zh else f"({said})") if isinstance(side, Calculation) else said
            for side in (operand.left, operand.right)
            for said in [self.operand(side, bare)]
        ]
        return f"{sides[0]} {_STEPS[operand.op]} {sides[1]}"

    def parameter(self, name: str, fact: Fact) -> str:
        """Say a parameter: its title where it has one, and its value."""
        parameter = self._ruleset.parameters[name]
        title = parameter.title[self._lang] if parameter.title else name
        return self._valued(title, "", parameter, None, fact)

    def held(self, fact: Fact) -> str:
        """Name a fact that a condition is on; one that is a parameter with the parameter and its value."""
        if not fact.parameter:
            return self.fact(fact)
        parameter, zh = self._ruleset.parameters[fact.parameter], self._lang == "zh"
        named = self.fact(fact)
        called = parameter.title[self._lang] if parameter.title else fact.parameter
        own = "" if called == named else f"“{called}”" if zh else f" “{called}”"
        return self._valued(
            named, f"参数{own}为" if zh else f"parameter{own}: ", parameter, fact.otherwise, fact
        )

    def _valued(self, title: str, before: str, parameter: Parameter, value: Value | None, fact: Fact) -> str:
        """Say a title with a parameter's value, that of no day in particular where none is given."""
        if value is None:
            value = parameter.value if parameter.value is not None else parameter.values[-1][1]
        shown = before + self.value(value, fact, parameter.unit)
        mark = "" if parameter.verified else ("，待核实" if self._lang == "zh" else ", not verified")
        return f"{title}（{shown}{mark}）" if self._lang == "zh" else f"{title} ({shown}{mark})"

    def fact(self, fact: Fact) -> str:
        """Name a fact: its own title, the field's, or its name."""
        if fact.title:
            return fact.title[self._lang]
        found = self._titles(fact.place) if self._titles and fact.derive is None else None
        if found:
            return found[self._lang]
        rows, _, inner = fact.name.partition("[]")
        if rows == fact.name:
            return rows
        return inner.lstrip(".") or ("该项" if self._lang == "zh" else "the item")

    def value(self, value: Value, fact: Fact, unit: str | None = None) -> str:
        """Say a value with its unit."""
        if isinstance(value, bool):
            return ("是" if value else "否") if self._lang == "zh" else ("yes" if value else "no")
        if isinstance(value, str) and fact.type == "choice" and self._options:
            named = self._options(fact.place, value)
            if named:
                return named[self._lang]
        if value == "":
            return "空" if self._lang == "zh" else "empty"
        unit = unit or fact.unit
        if isinstance(value, int | float):
            return measured(value, f"{value:,}", unit, self._lang)
        return str(value)

    def named(self, kind: str, code: str) -> str:
        """Name what an outcome is about: a matter or material by its title, any other as the ruleset calls it."""
        of = DEFINED.get(kind)
        if of is None:
            found = code_title(self._ruleset.document, code)
        else:
            found = self._titles(defined(of, code)) if self._titles else None
        return found[self._lang] if found else code

    def outcome(self, outcome: OutcomeSpec) -> str:
        """Say an outcome."""
        zh = self._lang == "zh"
        word = _OUTCOMES[outcome.type][self._lang]
        if outcome.type == "assert":
            fact = self._ruleset.facts[str(outcome.target)]
            value = self.value(outcome.value, fact)
            return f"{word}{self.fact(fact)}为{value}" if zh else f"{word} {self.fact(fact)} is {value}"
        if outcome.type in ("deny", "refer") and outcome.target is not None:
            short = self.named(outcome.type, outcome.target)
            return f"{word}（{short}）" if zh else f"{word} ({short})"
        if outcome.target is not None:
            target = self.named(outcome.type, outcome.target)
            return f"{word}“{target}”" if zh else f"{word} {target}"
        if outcome.type == "set_limit" and isinstance(outcome.value, Mapping):
            return f"{word}{'：' if zh else ': '}{_limit(outcome.value, self._lang)}"
        return word


_UNITS = {"working": text("个工作日", "working days"), "natural": text("日", "days")}


def _limit(value: Mapping[str, Json], lang: Lang) -> str:
    unit = _UNITS.get(str(value.get("unit")), _UNITS["working"])[lang]
    return f"{value.get('days')} {unit}"


def explain(node: Mapping[str, Json], lang: Lang) -> str:
    """Say the truth of one node of a trace in a word."""
    words = {"met": ("符合", "met"), "unmet": ("不符合", "not met"), "unknown": ("待补充", "unknown")}
    return words[str(node["truth"])][0 if lang == "zh" else 1]


def say_facts(
    ruleset: Ruleset,
    facts: Mapping[str, Json],
    lang: Lang,
    titles: Titles | None = None,
    options: Options | None = None,
) -> str:
    """Say the values of facts, as a witness is told: “investment 30 万元, floor area 300 m²”."""
    speaker = _Speaker(ruleset, lang, titles, options)
    said = []
    for name, value in facts.items():
        fact = ruleset.facts[name]
        title = speaker.fact(fact)
        # a number is best told beside its name, a yes or a choice with a colon
        colon = ("：" if lang == "zh" else ": ") if isinstance(value, bool | str) else " "
        if isinstance(value, list) and not value:
            said.append(f"{title}：无" if lang == "zh" else f"{title}: none")
        elif isinstance(value, list):
            rows = ("；" if lang == "zh" else "; ").join(_row(speaker, fact, row, lang) for row in value)
            said.append(f"{title}〔{rows}〕" if lang == "zh" else f"{title} [{rows}]")
        else:
            said.append(f"{title}{colon}{speaker.value(value, fact)}")
    return ("，" if lang == "zh" else ", ").join(said)


def _row(speaker: _Speaker, fact: Fact, row: Json, lang: Lang) -> str:
    if not isinstance(row, Mapping):
        return speaker.value(row, fact.items[""])
    return ("，" if lang == "zh" else ", ").join(
        f"{speaker.fact(fact.items[key])} {speaker.value(value, fact.items[key])}"
        for key, value in row.items()
    )
