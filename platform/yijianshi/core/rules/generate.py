"""Python source for a ruleset: one function that decides, one that gives the truth of every node.

Truth is True (met), False (unmet) or None (unknown), after Kleene. What decides has two
forms: the plain one (``a > 3 and b == "x"``) is taken when every fact is known; the other composes
the three values. Names in the source are generated and constants are written by
``repr`` or handed in, so nothing of a ruleset is ever run as a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from .arithmetic import STEPS, constant, fraction, sign
from .types import (
    And,
    Calculation,
    Compare,
    Condition,
    Constant,
    Exists,
    FactRef,
    Match,
    Member,
    Not,
    Operand,
    Or,
    ParameterRef,
    Quantified,
    Ruleset,
    Value,
    facts_in,
)

Truths = tuple[bool | None, ...]
Decide = Callable[[Mapping[str, Any]], Truths]

_SIGNS = {"$eq": "==", "$neq": "!=", "$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}


class Source:
    """Writes the functions of one ruleset for given parameter values."""

    def __init__(self, ruleset: Ruleset, parameters: Mapping[str, Value | None]) -> None:
        self._ruleset = ruleset
        self._parameters = parameters
        self._names = {name: f"v{number}" for number, name in enumerate(ruleset.facts)}
        self._given: dict[str, Any] = {
            "KeyError": KeyError,
            "fraction": fraction,
            "sign": sign,
            "constant": constant,
            **{step[1:] + "_": function for step, function in STEPS.items()},
        }
        self._functions: list[str] = []
        self._unsure: dict[int, bool] = {}
        """Whether a node, by its identity, may be unknown though its facts are known."""

    def deciding(self) -> Decide:
        """Compile the function that gives the truth of every rule, in document order.

        It goes on to the careful one as soon as an answer is missing.
        """
        rules, order = self._ruleset.rules, self._ruleset.order
        given = f"return ({''.join(f'r{number}, ' for number in range(len(rules)))})"

        def careful() -> Iterator[str]:
            yield from self._reading()
            for number in order:
                yield f"r{number} = {self.careful(rules[number].condition)}"
                yield from self._asserted(number)
            yield given

        self._given["careful"] = self._later(careful)
        plain = self._trying()
        if not self._ruleset.asserters:
            truths = "".join(f"({self.plain(rule.condition)}), " for rule in rules)
            return self._compiled([*plain, f"return ({truths})"])
        for number in order:
            plain.append(f"r{number} = {self._guarded(rules[number].condition)}")
            plain += self._asserted(number)
        return self._compiled([*plain, given])

    def _guarded(self, condition: Condition) -> str:
        """Write a condition, in three values where a fact that rules assert is not known."""
        asserted = [name for name in facts_in(condition) if _root(name) in self._ruleset.asserters]
        if not asserted:
            return self.plain(condition)
        guard = " and ".join(f"{self._names[name]} is not None" for name in dict.fromkeys(asserted))
        return f"({self.plain(condition)}) if {guard} else ({self.careful(condition)})"

    def tracing(self) -> Decide:
        """Compile the function that gives the truth of every node, in the order of ``nodes`` (rows apart)."""
        rules = self._ruleset.rules
        starts = [0]
        for rule in rules:
            starts.append(starts[-1] + sum(1 for _ in traced(rule.condition)))

        def written(known: bool) -> Iterator[str]:
            yield from self._trying() if known else self._reading()
            for number in self._ruleset.order:
                # what rules assert may be unknown though every answer is known
                whole = known and not self._ruleset.asserters
                yield from self._traced(rules[number].condition, starts[number], whole)[0]
                yield f"r{number} = n{starts[number]}"
                yield from self._asserted(number)
            yield f"return ({''.join(f'n{number}, ' for number in range(starts[-1]))})"

        self._given["careful"] = self._later(lambda: written(known=False))
        return self._compiled(written(known=True))

    @cached_property
    def _answered(self) -> dict[str, str]:
        """The variables of the facts that the rules read and none asserts, each with the fact's name."""
        read = {_root(name) for rule in self._ruleset.rules for name in rule.reads}
        return {self._names[name]: name for name in sorted(read) if not self._ruleset.facts[name].asserted}

    @cached_property
    def _held(self) -> list[str]:
        """Write the facts that are parameters, which have their value without being read."""
        return [
            f"{self._names[name]} = {fact.otherwise!r}"
            for name, fact in self._ruleset.facts.items()
            if fact.parameter
        ]

    def _reading(self) -> list[str]:
        """Write how a careful function reads its facts."""
        return [
            *(f"{variable} = get({name!r})" for variable, name in self._answered.items()),
            *self._held,
        ]

    def _trying(self) -> list[str]:
        """Write how a plain function reads its facts; it goes on to the careful one when one is missing."""
        missing = " or ".join(f"{variable} is None" for variable in self._answered)
        return [
            "try:",
            *(f" {variable} = facts[{name!r}]" for variable, name in self._answered.items()),
            f" if {missing}: return careful(facts)" if missing else " pass",
            "except KeyError: return careful(facts)",
            *self._held,
        ]

    def _later(self, written: Callable[[], Iterator[str]]) -> Decide:
        """Give a function that is written when it is first called, which is as dear as the other one."""
        made: list[Decide] = []

        def decide(facts: Mapping[str, Any]) -> Truths:
            if not made:
                made.append(self._compiled(written()))
            return made[0](facts)

        return decide

    def _compiled(self, written: Iterable[str]) -> Decide:
        lines = [" " + line for line in written]  # which may write functions of their own, before it
        source = "\n".join([*self._functions, "def decide(facts):", " get = facts.get", *lines, ""])
        space: dict[str, Any] = {"__builtins__": {}, **self._given}
        exec(compile(source, "<ruleset>", "exec"), space)  # noqa: S102 - our own source, no text of a ruleset but constants
        decide: Decide = space["decide"]
        return decide

    def _asserted(self, number: int) -> Iterator[str]:
        """Give a fact its value, as soon as the last rule that asserts it has been decided."""
        at = self._ruleset.order.index(number)
        done = set(self._ruleset.order[: at + 1])
        for name, asserters in self._ruleset.asserters.items():
            if number in {rule for rule, _ in asserters} and {rule for rule, _ in asserters} <= done:
                value = repr(self._ruleset.facts[name].otherwise)
                for rule, asserted in reversed(asserters):
                    value = f"{asserted!r} if r{rule} else None if r{rule} is None else {value}"
                yield f"{self._names[name]} = {value}"

    def _traced(self, node: Condition, number: int, known: bool) -> tuple[list[str], int]:
        """Write a node and its parts into ``n3``, ``n4`` …; gives the lines and the next number.

        ``known`` tells that all facts are.
        """
        lines: list[str] = []
        following = number + 1
        mine: list[str] = []
        for part in parts(node):
            mine.append(f"n{following}")
            inner, following = self._traced(part, following, known)
            lines += inner
        two_valued = known and not self._may_be_unknown(node)
        if isinstance(node, And | Or):
            every = isinstance(node, And)
            told = (" and " if every else " or ").join(mine) if two_valued else _kleene(every, mine)
        elif isinstance(node, Not):
            told = f"not {mine[0]}" if two_valued else f"None if {mine[0]} is None else not {mine[0]}"
        else:
            told = self.plain(node) if known else self.careful(node)
        return [*lines, f"n{number} = {told}"], following

    def plain(self, node: Condition) -> str:
        """Write a condition whose facts are all known; of its parts the cheapest come first."""
        if isinstance(node, And | Or) and not self._may_be_unknown(node):
            return (" and " if isinstance(node, And) else " or ").join(
                f"({self.plain(part)})" for part in sorted(node.parts, key=_effort)
            )
        if isinstance(node, Not) and not self._may_be_unknown(node):
            return f"not ({self.plain(node.part)})"
        if isinstance(node, Compare | Member | Match) and not self._may_be_unknown(node):
            if not self._possible(node):
                return "None"
            return self._answer(node) or self._test(node)
        return self.careful(node)

    def _answer(self, node: Compare | Member | Match) -> str:
        """Write a yes or no held against yes or no as the fact itself, or its contrary; else nothing."""
        if isinstance(node, Compare) and node.op in ("$eq", "$neq") and _is_answer(node):
            wanted = node.operand.value is (node.op == "$eq")  # type: ignore[union-attr]
            return self._name(node.fact) if wanted else f"not {self._name(node.fact)}"
        return ""

    def careful(self, node: Condition) -> str:
        """Write a condition in three values."""
        if isinstance(node, And | Or):
            return _kleene(isinstance(node, And), [f"({self.careful(part)})" for part in node.parts])
        if isinstance(node, Not):
            return f"None if (t := ({self.careful(node.part)})) is None else not t"
        if isinstance(node, Exists):
            return f"{self._name(node.fact)} is not None"
        if isinstance(node, Quantified):
            rows = self._name(node.group)
            return f"None if {rows} is None else {self._loop(node)}"
        if not self._possible(node):
            return "None"
        needed = dict.fromkeys(self._name(name) for name in facts_in(node))
        missing = " or ".join(f"{name} is None" for name in needed)
        return f"None if {missing} else {self._test(node)}"

    def _may_be_unknown(self, node: Condition) -> bool:
        """Tell whether a condition can be unknown though its facts are known: rows, and division by zero."""
        known = self._unsure.get(id(node))
        if known is None:
            inner = parts(node)
            if inner:
                known = any(self._may_be_unknown(part) for part in inner)
            elif isinstance(node, Compare):
                # a parameter may have no value yet on the day
                known = isinstance(node.operand, Calculation | ParameterRef)
            else:
                known = isinstance(node, Quantified)
            self._unsure[id(node)] = known
        return known

    def _possible(self, node: Compare | Member | Match) -> bool:
        """Tell whether a comparison can be known: a parameter may have no value yet."""
        operand = node.operand if isinstance(node, Compare) else None
        return not (isinstance(operand, ParameterRef) and self._parameters[operand.name] is None)

    def _test(self, node: Compare | Member | Match) -> str:
        name = self._name(node.fact)
        if isinstance(node, Match):
            return f"{self._give(node.pattern.matches)}({name})"
        if isinstance(node, Member):
            return f"{name} in {self._give(frozenset(node.values))}"
        operand = node.operand
        if isinstance(operand, Calculation):
            kind = self._ruleset.scope[node.fact].type
            given = f"sign(fraction({name}, {kind!r}), {self._calculation(operand)})"
            return f"None if (t := {given}) is None else t {_SIGNS[node.op]} 0"
        return f"{name} {_SIGNS[node.op]} {self._operand(operand)}"

    def _operand(self, operand: Operand) -> str:
        if isinstance(operand, FactRef):
            return self._name(operand.name)
        value = operand.value if isinstance(operand, Constant) else self._parameters[operand.name]  # type: ignore[union-attr]
        return repr(value)

    def _calculation(self, operand: Operand) -> str:
        if isinstance(operand, Calculation):
            return f"{operand.op[1:]}_({self._calculation(operand.left)}, {self._calculation(operand.right)})"
        if isinstance(operand, FactRef):
            return f"fraction({self._name(operand.name)}, {self._ruleset.scope[operand.name].type!r})"
        value = operand.value if isinstance(operand, Constant) else self._parameters[operand.name]
        return "None" if value is None else repr(constant(value))

    def _loop(self, node: Quantified) -> str:
        """Write a function over the rows of a group; gives the call of it."""
        own = [name for name in dict.fromkeys(facts_in(node.part)) if "[]" in name]
        outer = [self._name(n) for n in dict.fromkeys(facts_in(node.part)) if "[]" not in n]
        function = f"q{len(self._functions)}"
        self._functions.append("")
        reads = [f"  {self._name(name)} = {_reading(name)}" for name in own]
        stop, end = ("False", "True") if node.every else ("True", "False")
        self._functions[int(function[1:])] = "\n".join(
            [
                f"def {function}({', '.join(['rows', *outer])}):",
                " unknown = False",
                " for row in rows:",
                *reads,
                f"  t = {self.careful(node.part)}",
                f"  if t is {stop}: return {stop}",
                "  if t is None: unknown = True",
                f" return None if unknown else {end}",
            ]
        )
        return f"{function}({', '.join([self._name(node.group), *outer])})"

    def _name(self, fact: str) -> str:
        if fact not in self._names:
            self._names[fact] = f"i{len(self._names)}"
        return self._names[fact]

    def _give(self, value: Any) -> str:
        name = f"c{len(self._given)}"
        self._given[name] = value
        return name


def parts(node: Condition) -> tuple[Condition, ...]:
    """Give the parts of a node that stand in its trace; the rows of a list are explained apart."""
    if isinstance(node, And | Or):
        return node.parts
    return (node.part,) if isinstance(node, Not) else ()


def traced(node: Condition) -> Iterator[Condition]:
    """Yield a condition and its parts in the order of the trace."""
    yield node
    for part in parts(node):
        yield from traced(part)


def _is_answer(node: Condition) -> bool:
    """Tell whether a comparison is with yes or no."""
    return (
        isinstance(node, Compare)
        and isinstance(node.operand, Constant)
        and isinstance(node.operand.value, bool)
    )


def _effort(node: Condition) -> int:
    """Tell what a test costs beside others: yes or no least, then texts, numbers, and all that is composed."""
    if isinstance(node, And | Or | Not | Quantified | Match):
        return 4
    if _is_answer(node) or isinstance(node, Exists):
        return 1
    if isinstance(node, Member) or (
        isinstance(node.operand, Constant) and isinstance(node.operand.value, str)
    ):
        return 2
    return 3


def _kleene(every: bool, tests: list[str]) -> str:
    stop, end = ("False", "True") if every else ("True", "False")
    return f"({stop} if {stop} in (t := ({', '.join(tests)},)) else None if None in t else {end})"


def _reading(name: str) -> str:
    inner = name.partition("[]")[2].removeprefix(".")
    return f"row.get({inner!r})" if inner else "row"


def _root(name: str) -> str:
    """Give the fact that a name in the scope belongs to."""
    return name.partition("[]")[0]
