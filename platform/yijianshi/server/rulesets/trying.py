"""Trying a ruleset: sample facts out of a form or JSON, decided by both engines, explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.definitions.pointer import MISSING, get, join, put, tokens
from ...core.definitions.types import Json, Text, text
from ...core.forms.fields import FIELD_TYPES, Field, FieldState
from ...core.forms.page import ADD, ASKED, REMOVE, group_pairs
from ...core.rules import Compiled, Verdict, say_facts
from ...core.rules.explained import Explainer, Node
from ...core.rules.types import Fact, Ruleset
from ...core.rules.values import fact_value, fault
from ..engines.decider import Agreement, Decider, Disagreement
from ..rule_advice import Counsel, counsel
from ..rule_elements import Elements, options, titles

_FIELDS = {"boolean": "yes_no", "list": "group"}
MOST_ROWS = 20


@dataclass(frozen=True)
class Tried:
    """What both engines say of sample facts; without agreement nothing but that."""

    compiled: Compiled
    facts: Mapping[str, Any]
    verdict: Verdict
    engines: Agreement | Disagreement
    trace: Mapping[str, Node]
    asserted: Mapping[str, Any]
    said: Text
    advice: Counsel | None

    @property
    def agreed(self) -> bool:
        """Whether there is a verdict."""
        return isinstance(self.engines, Agreement)

    def having(self, truth: str) -> list[str]:
        """Name the rules that are met, unmet or unknown."""
        return [rule for rule, is_ in self.verdict.truths.items() if is_ == truth]

    def to_json(self) -> dict[str, Json]:
        """Give the attempt as JSON."""
        told: dict[str, Json] = {
            "on": self.compiled.on.isoformat(),
            "facts": dict(self.facts),
            "engines": self.engines.to_json(),
            "verdict": None,
        }
        if self.agreed:
            told |= {
                "verdict": self.verdict.to_json(),
                "asserted": dict(self.asserted),
                "trace": {rule: node.to_json() for rule, node in self.trace.items()},
                "advice": self.advice and self.advice.to_json(),
            }
        return told


def try_facts(compiled: Compiled, facts: Mapping[str, Any], elements: Elements, decider: Decider) -> Tried:
    """Decide facts with both engines, and explain."""
    ruleset = compiled.ruleset
    verdict = compiled.evaluate(facts)
    engines = decider.decide([(compiled, facts, verdict)])
    words = titles(elements), options(elements)
    explainer, trace = Explainer(ruleset, *words), compiled.trace(facts)
    agreed = isinstance(engines, Agreement)
    asserted = compiled.asserted(compiled.decide(facts))
    return Tried(
        compiled,
        facts,
        verdict,
        engines,
        {rule.name: explainer.rule(rule, trace[rule.name]) for rule in ruleset.rules},
        asserted,
        text(say_facts(ruleset, asserted, "zh", *words), say_facts(ruleset, asserted, "en", *words)),
        counsel(compiled, facts, elements) if agreed else None,
    )


@dataclass(frozen=True)
class Sample:
    """Facts as somebody entered them: those that are values, what was typed, and what is wrong with it."""

    facts: dict[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)


class SampleForm:
    """The form for a ruleset's facts, made of the field types of the applicants' forms."""

    def __init__(self, ruleset: Ruleset, elements: Elements) -> None:
        self._ruleset = ruleset
        self._titles = titles(elements)
        self._elements = elements
        asked = {name: fact for name, fact in ruleset.facts.items() if not fact.asserted}
        self._fields = {name: self._field(join(name), fact) for name, fact in asked.items()}

    def of_facts(self, facts: Mapping[str, Any]) -> Sample:
        """Take up facts that came as JSON."""
        return self._sample({name: facts[name] for name in self._fields if name in facts})

    def of_pairs(self, pairs: Iterable[tuple[str, str]]) -> Sample:
        """Read what was entered; the buttons that add and remove a row are carried out."""
        posted = group_pairs(pairs)
        raw: dict[str, Any] = {}
        for name, each in self._fields.items():
            if each.pointer not in posted.get(ASKED, ()):
                continue
            value = FIELD_TYPES[each.type].parse(posted, each.pointer, each)
            if each.type == "group":
                value = _with_rows(each.pointer, value, posted)
            if value is not MISSING:
                raw[name] = self._from_rows(self._ruleset.facts[name], value)
        return self._sample(raw)

    def html(self, sample: Sample, lang: str) -> str:
        """Write the fields."""
        shown = []
        for name, each in self._fields.items():
            value = sample.typed.get(name, MISSING)
            fact = self._ruleset.facts[name]
            if value is not MISSING and each.type == "group":
                value = self._to_rows(fact, value)
            errors = {each.pointer: sample.errors[name]} if name in sample.errors else {}
            shown.append(FIELD_TYPES[each.type].render(each, FieldState(value, errors=errors), lang))
        return "".join(shown)

    def errors(self, sample: Sample) -> list[tuple[str, Text, Text]]:
        """Give what is wrong: the field's place, its title, the message."""
        return [(self._fields[n].pointer, self._fields[n].title, m) for n, m in sample.errors.items()]

    def _sample(self, raw: Mapping[str, Any]) -> Sample:
        facts, errors = {}, {}
        for name, value in raw.items():
            fact = self._ruleset.facts[name]
            # a row just added is empty as yet
            given = [each for each in value if each is not None] if _is_list(fact, value) else value
            read = fact_value(fact, self._placed(fact, given))
            if read is MISSING:
                errors[name] = _wrong(fact, value)
            else:
                facts[name] = read
        return Sample(facts, raw, errors)

    def _field(self, pointer: str, fact: Fact) -> Field:
        listed: Sequence[Mapping[str, Any]] = (self._elements(fact.place) or {}).get("options", ())
        if fact.values:
            known = {option["value"]: option for option in listed}
            plain = [{"value": v, "title": text(v, v)} for v in fact.values]
            listed = [known.get(option["value"], option) for option in plain]
        kind = _FIELDS.get(fact.type, fact.type)
        if kind == "choice" and not listed:
            kind = "text"
        named = self._title(fact)
        items = tuple(self._field(item.place or "/value", item) for item in fact.items.values())
        return Field(pointer, kind, named, options=tuple(listed), unit=fact.unit, items=items)

    def _title(self, fact: Fact) -> Text:
        found = fact.title or (self._titles(fact.place) if fact.derive is None else None)
        inner = fact.name.rpartition("[]")[2].lstrip(".")
        return found or (text(inner, inner) if inner else text("值", "value"))

    @staticmethod
    def _placed(fact: Fact, value: Any) -> Any:
        """Put the rows of a group as ``fact_value`` reads them: each property at its place."""
        if fact.type != "group" or not isinstance(value, list):
            return value
        rows = []
        for row in value:
            made: Any = {}
            for key, inner in row.items() if isinstance(row, Mapping) else ():
                if key in fact.items:
                    made = put(made, fact.items[key].place, inner)
            rows.append(made)
        return rows

    @staticmethod
    def _from_rows(fact: Fact, value: Any) -> Any:
        if fact.type not in ("list", "group") or not isinstance(value, list):
            return value
        if fact.type == "list":
            return [None if (each := get(row, "/value")) is MISSING else each for row in value]
        return [
            {k: v for k, item in fact.items.items() if (v := get(row, item.place)) is not MISSING}
            for row in value
        ]

    def _to_rows(self, fact: Fact, value: Any) -> Any:
        if not isinstance(value, list):
            return MISSING
        if fact.type == "list":
            return [{} if each is None else {"value": each} for each in value]
        return self._placed(fact, value)


def _is_list(fact: Fact, value: Any) -> bool:
    return fact.type == "list" and isinstance(value, list)


def _with_rows(pointer: str, value: Any, posted: Mapping[str, Sequence[str]]) -> Any:
    rows = list(value) if isinstance(value, list) else []
    if pointer in posted.get(ADD, ()) and len(rows) < MOST_ROWS:
        rows.append({})
    for place in posted.get(REMOVE, ()):
        if place.startswith(pointer + "/") and (at := tokens(place)[-1]).isdigit() and int(at) < len(rows):
            del rows[int(at)]
    return rows or MISSING


def _wrong(fact: Fact, value: Any) -> Text:
    if fact.type in ("list", "group"):
        return text("其中有值不符合类型", "some of it is no value of its type")
    found = fault(value, fact.type)
    if found is not None:
        return found
    return text("不在可选的值之中", "it is none of the values there are")
