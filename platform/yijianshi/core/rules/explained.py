"""A condition, and the trace of a decision, as a tree of sentences in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..definitions.types import Json, Text, text
from .generate import parts
from .sentences import Lang, Options, Titles, say_condition, say_value
from .types import And, Condition, Constant, Not, Or, ParameterRef, Quantified, Rule, Ruleset, Truth

ALL = text("以下各项都满足", "all of these hold")
ANY = text("以下至少一项满足", "at least one of these holds")
NOT = text("以下不成立", "this does not hold")
ABSENT = text("未填写", "not given")


@dataclass(frozen=True, slots=True)
class Node:
    """One node: all of it as a sentence, a heading where it has parts, and what was found of it.

    ``found`` says what the fact is, ``against`` what it was held against where that is no constant.
    """

    sentence: Text
    heading: Text
    pointer: str
    truth: Truth | None
    found: Text | None
    against: Text | None
    parts: tuple[Node, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the tree as JSON; what was not decided has no truth."""
        told: dict[str, Json] = {"sentence": dict(self.sentence), "pointer": self.pointer}
        for name in ("truth", "found", "against"):
            value = getattr(self, name)
            if value is not None:
                told[name] = value if isinstance(value, str) else dict(value)
        if self.parts:
            told["parts"] = [part.to_json() for part in self.parts]
        return told


class Explainer:
    """Says the conditions of one ruleset, with the titles that fields and their options have."""

    def __init__(
        self, ruleset: Ruleset, titles: Titles | None = None, options: Options | None = None
    ) -> None:
        self._ruleset = ruleset
        self._titles = titles
        self._options = options

    def rule(self, rule: Rule, trace: Mapping[str, Any] | None = None) -> Node:
        """Say a rule's condition; ``trace`` is what ``Compiled.trace`` tells of the rule."""
        return self.node(rule.condition, trace)

    def node(self, node: Condition, told: Mapping[str, Any] | None = None) -> Node:
        """Say a condition and its parts, with what a trace tells of them."""
        inner: Sequence[Condition] = parts(node)
        below: list[Any] = list(told["parts"]) if told is not None and inner else [None] * len(inner)
        if isinstance(node, Quantified) and told is None:
            # a trace does not go into the rows
            inner, below = (node.part,), [None]
        sentence = self._both(lambda lang: self._say(node, lang))
        return Node(
            sentence,
            _heading(node) or sentence,
            node.pointer,
            told["truth"] if told is not None else None,
            self._found(node, told),
            self._against(node, told),
            tuple(self.node(part, each) for part, each in zip(inner, below, strict=True)),
        )

    def _say(self, node: Condition, lang: Lang) -> str:
        return say_condition(self._ruleset, node, lang, self._titles, self._options)

    @staticmethod
    def _both(say: Any) -> Text:
        return text(say("zh"), say("en"))

    def _found(self, node: Condition, told: Mapping[str, Any] | None) -> Text | None:
        if told is None or isinstance(node, And | Or | Not):
            return None
        if isinstance(node, Quantified):
            return text(f"共 {told['rows']} 项", f"{told['rows']} in all") if "rows" in told else ABSENT
        return self._value(node.fact, told["value"]) if "value" in told else ABSENT

    def _against(self, node: Condition, told: Mapping[str, Any] | None) -> Text | None:
        """Say the value of another fact, of a parameter on the day, or of a calculation."""
        operand = getattr(node, "operand", None)
        if told is None or operand is None or isinstance(operand, Constant):
            return None
        value = told["with"].get("value")
        if value is None:
            return ABSENT
        plain = isinstance(operand, ParameterRef) or not isinstance(value, int | float)
        return self._value(node.fact, value) if plain else text(f"{value:,}", f"{value:,}")  # type: ignore[union-attr]

    def _value(self, fact: str, value: Any) -> Text:
        return self._both(
            lambda lang: say_value(self._ruleset, fact, value, lang, self._titles, self._options)
        )


def _heading(node: Condition) -> Text | None:
    if isinstance(node, And):
        return ALL
    if isinstance(node, Or):
        return ANY
    return NOT if isinstance(node, Not) else None
