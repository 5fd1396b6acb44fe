"""One edition of a ruleset made readable: rules as sentences, a decision table, facts and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ...core.definitions.types import Json, Problem, Text, text
from ...core.functions import places
from ...core.rules import Ruleset, sentence
from ...core.rules.explained import Explainer, Node
from ...core.rules.sentences import say_condition, say_fact, say_outcome, say_value
from ...core.rules.table import to_table
from ...core.rules.types import And, Condition, Parameter, Rule
from ..registry.model import title_of
from ..rule_elements import Elements, options, titles

FACT_TYPES: dict[str, Text] = {
    "boolean": text("是否", "yes or no"),
    "integer": text("整数", "whole number"),
    "decimal": text("小数", "decimal"),
    "money": text("金额", "money"),
    "date": text("日期", "date"),
    "text": text("文字", "text"),
    "choice": text("选项", "choice"),
    "list": text("列表", "list"),
    "group": text("分组", "group"),
}


DECIDES: dict[str, Text] = {
    "situations": text("办哪些事项", "which matters are handled"),
    "eligibility": text("能否办理", "who may have it"),
    "materials": text("要哪些材料", "which materials are needed"),
    "limits": text("办理时限", "time limits"),
    "routing": text("分送何处", "where it is sent"),
}


def decided(document: Mapping[str, Any]) -> Text | None:
    """Say what a ruleset decides; None where a draft does not say."""
    named = document.get("decides")
    return DECIDES.get(named) if isinstance(named, str) else None


@dataclass(frozen=True)
class Edition:
    """A published version (``number``) or the draft (None) of a ruleset, and what it says of itself.

    ``ruleset`` is None when the document cannot be parsed; then ``problems`` say why.
    """

    code: str
    number: int | None
    digest: str
    document: Mapping[str, Any]
    ruleset: Ruleset | None
    problems: tuple[Problem, ...]
    elements: Elements
    retired: bool = False

    @property
    def name(self) -> str:
        """How the edition is addressed: its version, or ``draft``."""
        return "draft" if self.number is None else str(self.number)

    @property
    def title(self) -> Text:
        """The ruleset's title, also of an unfinished draft."""
        return title_of(self.document, self.code)

    @property
    def decides(self) -> Text | None:
        """What it decides, in words."""
        return decided(self.document)

    @property
    def sound(self) -> Ruleset:
        """The ruleset, where it has been seen that it can be parsed."""
        if self.ruleset is None:
            raise ValueError(f"{self.code} cannot be parsed")
        return self.ruleset

    def in_force(self, on: date) -> bool:
        """Tell whether the edition applies on a day."""
        day = on.isoformat()
        first, last = self.document.get("effective_from", day), self.document.get("effective_to", day)
        return not self.retired and str(first) <= day <= str(last)


class Reading:
    """What the pages and the API show of an edition that can be parsed."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._ruleset = edition.sound
        self._titles = titles(edition.elements)
        self._options = options(edition.elements)
        self.explainer = Explainer(self._ruleset, self._titles, self._options)

    @cached_property
    def rules(self) -> list[dict[str, Any]]:
        """Every rule with its sentence, and its outcomes with reason and basis."""
        return [
            {
                "name": rule.name,
                "title": rule.title,
                "priority": rule.priority,
                "sentence": self._both(
                    lambda lang, rule=rule: sentence(self._ruleset, rule, lang, self._titles, self._options)
                ),
                "outcomes": self.outcomes(rule),
            }
            for rule in self._ruleset.read
        ]

    def outcomes(self, rule: Rule) -> list[dict[str, Any]]:
        """What follows from a rule, said, with reason and basis."""
        return [
            {
                "type": outcome.type,
                "said": self._both(
                    lambda lang, outcome=outcome: say_outcome(
                        self._ruleset, outcome, lang, self._titles, self._options
                    )
                ),
                "reason": outcome.reason,
                "basis": outcome.basis,
            }
            for outcome in rule.outcomes
        ]

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """Every fact: its name in words, type, unit, and where it comes from."""
        return [
            {
                "name": name,
                "title": self.fact(name),
                "type": fact.type,
                "kind": FACT_TYPES[fact.type],
                "unit": fact.unit,
                "from": fact.place if fact.derive is None and not fact.asserted else None,
                "derive": fact.derive,
                "read": [] if fact.derive is None else places(fact.derive),
                "asserted": fact.asserted and not fact.parameter,
                "parameter": fact.parameter or None,
                "changeable": fact.changeable,
            }
            for name, fact in self._ruleset.facts.items()
        ]

    def fact(self, name: str) -> Text:
        """Name a fact in words."""
        return self._both(lambda lang: say_fact(self._ruleset, name, lang, self._titles))

    @cached_property
    def parameters(self) -> list[dict[str, Any]]:
        """Every parameter: values by date, unit, basis, whether it was checked against it."""
        return [
            {
                "name": name,
                "title": each.title or text(name, name),
                "unit": each.unit,
                "values": _values(each),
                "basis": each.basis,
                "verified": each.verified,
            }
            for name, each in self._ruleset.parameters.items()
        ]

    @cached_property
    def table(self) -> dict[str, Any]:
        """The decision table: a column a fact, a row a rule; what is no row is shown as a tree."""
        table = to_table(self.edition.document)
        columns = list(dict.fromkeys(column.fact for column in table.columns))
        rows = []
        for row, rule in zip(table.rows, self._ruleset.read, strict=True):
            cells: dict[str, Text] = {}
            conjunction = _conjunction(rule.condition)
            if row.whole is None:
                for number, part in zip(sorted(row.cells), conjunction, strict=True):
                    fact = table.columns[number].fact
                    said = self._cell(fact, part)
                    cells[fact] = _joined(cells[fact], said) if fact in cells else said
            rows.append(
                {
                    "rule": row.rule,
                    "title": rule.title,
                    "priority": rule.priority,
                    "cells": cells,
                    "tree": self.explainer.rule(rule) if row.whole is not None else None,
                    "outcomes": self.outcomes(rule),
                }
            )
        return {"columns": [{"fact": name, "title": self.fact(name)} for name in columns], "rows": rows}

    def _cell(self, fact: str, part: Condition) -> Text:
        """Say a comparison without the name of the fact, which heads the column."""
        said = self._both(lambda lang: say_condition(self._ruleset, part, lang, self._titles, self._options))
        named = self.fact(fact)
        return text(
            said["zh"].removeprefix(named["zh"]).lstrip("： "),
            said["en"].removeprefix(named["en"]).lstrip(": "),
        )

    def value(self, fact: str, value: Any) -> Text:
        """Say a value of a fact."""
        return self._both(
            lambda lang: say_value(self._ruleset, fact, value, lang, self._titles, self._options)
        )

    @staticmethod
    def _both(say: Any) -> Text:
        return text(say("zh"), say("en"))

    def to_json(self) -> dict[str, Json]:
        """Give the whole reading as JSON."""
        table = self.table
        rows = [
            {**row, "tree": row["tree"].to_json() if isinstance(row["tree"], Node) else None}
            for row in table["rows"]
        ]
        return {
            "code": self.edition.code,
            "edition": self.edition.name,
            "digest": self.edition.digest,
            "title": dict(self.edition.title),
            "decides": self._ruleset.decides,
            "effective_from": self._ruleset.effective_from,
            "effective_to": self._ruleset.effective_to,
            "facts": self.facts,
            "parameters": self.parameters,
            "rules": self.rules,
            "table": {"columns": table["columns"], "rows": rows},
            "document": dict(self.edition.document),
        }


def _values(parameter: Parameter) -> list[dict[str, Json]]:
    """Give a parameter's values in the order of time, the one without a date first."""
    plain = [{"from": None, "value": parameter.value}] if parameter.value is not None else []
    return plain + [{"from": start, "value": value} for start, value in parameter.values]


def _conjunction(condition: Condition) -> tuple[Condition, ...]:
    """Give the parts of a plain conjunction, however often it is wrapped."""
    while isinstance(condition, And) and len(condition.parts) == 1:
        condition = condition.parts[0]
    return condition.parts if isinstance(condition, And) else (condition,)


def _joined(one: Text, two: Text) -> Text:
    return text(f"{one['zh']}，且{two['zh']}", f"{one['en']} and {two['en']}")
