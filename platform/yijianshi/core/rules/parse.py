"""From a ruleset document to the typed tree, with every problem found in one go.

``declarations`` reads facts and parameters, ``rule`` the rules, ``conditions`` what each asks for.
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
from ..definitions.types import Json, Problem, text
from . import types as t
from .conditions import ConditionParser
from .declarations import DeclarationParser
from .rule import RuleParser
from .shapes import document_problems, is_day
from .slips import Slips, title_of

MAX_RULES = 1_000

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
    return Reading([*odd, *parser.slips.problems], parser.declared.facts, ruleset)


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
        self.slips = Slips(broken)
        self.declared = DeclarationParser(self.slips)

    def ruleset(self, document: Json) -> t.Ruleset | None:
        doc = self.slips.mapping(document, "")
        if not isinstance(document, Mapping):
            return None
        for problem in document_problems(doc):
            self.slips.note(problem)
        facts = self.slips.mapping(doc.get("facts", {}), "/facts")
        for name, raw in facts.items():
            self.declared.fact(str(name), raw, join("facts", name))
        parameters = self.slips.mapping(doc.get("parameters", {}), "/parameters")
        for name, raw in parameters.items():
            self.declared.parameter(str(name), raw, join("parameters", name))
        self.declared.settle(parameters)
        rules = self.slips.mapping(doc.get("rules"), "/rules")
        if len(rules) > MAX_RULES:
            self.slips.refuse(
                "/rules",
                "too-many-rules",
                text(f"规则超过 {MAX_RULES} 条", f"more than {MAX_RULES} rules"),
                text("请拆成几个规则集", "split it into several rulesets"),
            )
            return None
        # what is declared and could not be read has its own problem, and is none where it is used
        known, values = self.declared.facts, self.declared.parameters
        for name in [name for name in known if self.slips.spoiled(join("facts", name, "type"))]:
            del known[name]
        other_facts = tuple(name for name in facts if name not in known)
        others = tuple(name for name in parameters if name not in values)
        conditions = ConditionParser(known, values, other_facts, others)
        reader = RuleParser(self.slips, self.declared, conditions, other_facts)
        # by name: the order of keys carries no meaning, and is lost when a document is published
        in_order = sorted(rules.items(), key=lambda rule: str(rule[0]))
        made = [reader.rule(str(name), raw, join("rules", name)) for name, raw in in_order]
        parsed = tuple(rule for rule in made if rule is not None)
        for problem in conditions.problems:
            where = _DECLARED.get(problem.code)
            self.slips.note(problem, (problem.pointer,) if where not in self.slips.broken else ("",))
        named = isinstance(doc.get("code"), str) and doc.get("decides") in t.DECIDES
        if not named:
            self.slips.refuse(
                "",
                "no-ruleset",
                text("缺少编码（code）或 decides", "code or decides is missing"),
                text("decides 可取：" + "、".join(t.DECIDES), "decides is one of: " + ", ".join(t.DECIDES)),
                ("/code", "/decides"),
            )
        partial = reader.partial | self.never_asserted(parsed, rules)
        self.circles(parsed)
        whole = _standing(tuple(rule for rule in parsed if rule.name not in partial), rules)
        order = chain(whole)
        if isinstance(order, str) or not named:
            return None
        return t.Ruleset(
            doc["code"],
            title_of(doc) or text(doc["code"], doc["code"]),
            doc["decides"],
            known,
            values,
            whole,
            doc["effective_from"] if is_day(doc.get("effective_from")) else None,
            doc["effective_to"] if is_day(doc.get("effective_to")) else None,
            doc,
            order,
        )

    def circles(self, rules: tuple[t.Rule, ...]) -> None:
        """Say which rules assert what decides themselves."""
        while isinstance(name := chain(rules), str):
            self.slips.refuse(
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
        if self.slips.spoiled(*(place for _, place in asserts)):
            return set()  # the one that is broken may be the one that asserts it
        given = {str(name) for told, _ in asserts for name in told}
        found = [
            (rule.name, name)
            for rule in rules
            for name in rule.reads
            if (fact := self.declared.facts.get(name)) is not None
            and fact.asserted
            and not fact.parameter
            and name not in given
        ]
        for rule_name, name in found:
            self.slips.refuse(
                join("rules", rule_name),
                "never-asserted",
                text(f"没有规则得出事实“{name}”", f"no rule asserts the fact {name!r}"),
                text(
                    "请补一条得出它的规则，或改为参数", "add a rule that asserts it, or make it a parameter"
                ),
                (),
            )
        return {rule_name for rule_name, _ in found}


def _standing(rules: tuple[t.Rule, ...], raw: Mapping[str, Any]) -> tuple[t.Rule, ...]:
    """Give the rules that decide as they are written: of the whole ones, those that build on whole ones."""
    kept = {rule.name: rule for rule in rules}
    while True:
        gone = {name: rule for name, rule in raw.items() if name not in kept}
        lost = {str(fact) for told, _ in _asserts(gone) for fact in told}
        leaning = [name for name, rule in kept.items() if not lost.isdisjoint(rule.reads)]
        if not leaning:
            return tuple(kept.values())
        for name in leaning:
            del kept[name]


def chain(rules: tuple[t.Rule, ...]) -> tuple[int, ...] | str:
    """Order rules so that each comes after those that assert what it reads; a rule's name when they go in a circle."""
    asserters: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for outcome in rule.outcomes:
            if outcome.type == "assert" and outcome.target is not None:
                asserters.setdefault(outcome.target, []).append(number)
    graph = {
        number: {n for name in rule.reads for n in asserters.get(name, ())}
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
