"""A compiled ruleset lowered onto the part of durable_rules that is safe and means what it says.

What the engine sees (its semantics as measured are in docs/rules.md):

* one message for each decision, with generated property names ``v3`` (a value) and ``p3`` (1 when
  the fact is known, else 0), none of them colliding in the engine's 32-bit FNV-1a hash;
* numbers as whole numbers of the smallest unit of their type, dates as day numbers, yes/no as 1
  and 0, text as the hexadecimal of its UTF-8 bytes: no decimals, no escapes, no order of text;
* two programs of one ruleset. When all its facts are known, each rule once, and what does not fire
  is unmet. When some are missing, each rule twice, once for *met* and once for *unmet*, with
  negation pushed to the leaves, so that unknown is neither;
* a case marker as first condition, which spreads the load and which no state fact has;
* a fact held against another or against a calculation as the sign of their exact difference (``d3``:
  -1, 0 or 1; absent when unknown), because references between properties make the engine join, and
  its arithmetic is that of C; a text of a pattern as ``q3``, because some patterns crash it;
* a condition on rows as a step before: one message for each row, and what is told on (``x3``) is
  whether all, some or none of the rows fired; its own ``$iall`` and ``$iany`` have holes;
* a rule that asserts in a step before those that read it, the fact told on as ``v3`` and ``p3``;
* a condition too long for one engine rule (its limit is 32 terms) taken apart: its parts are decided
  in an earlier step, as rules of their own, and stand in the next step's message as ``x3``;
* slices small enough for the engine's limits, each ended by a rule that always fires; where a case has
  more properties than one message can hold (its limit is 252), each slice is told only those it reads.

The splitting into steps is in ``staging``, the engine's expressions in ``rails``, their names in
``naming``, values in ``encoding``; this module asks and reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .arithmetic import calculate, fraction, sign
from .compile import Compiled, Facts
from .encoding import ENCODERS, MessageSource
from .naming import MARKER, Names, belongs
from .rails import Program, program
from .types import PLACES, FactRef, Operand, Ruleset, Truth, Value, operand_facts

Message = str
"""One case as the engine is told it: a JSON object on one line."""


@dataclass(frozen=True)
class Lowered:
    """A compiled ruleset as programs for the engine, and how its messages are made."""

    ruleset: Ruleset
    parameters: Mapping[str, Value | None]
    names: Names

    @cached_property
    def whole(self) -> Program:
        """Give the program for when all facts are known."""
        return program(self.ruleset, self.names, self.parameters, whole=True)

    @cached_property
    def partial(self) -> Program:
        """Give the program for when facts are missing."""
        return program(self.ruleset, self.names, self.parameters, whole=False)

    def question(self, facts: Facts) -> tuple[Program, Message]:
        """Give the program to ask, and the facts of one case as its message.

        The rows of a group are messages of their own under ``rows``. Names and numbers are written
        by this module and texts as hexadecimal digits, so the message needs no escapes.
        """
        if self._given:
            facts = {**facts, **self._given}
        if self._writer is not None:
            try:
                return self.whole, self._writer(facts)
            except KeyError:
                pass  # an answer is missing
        whole = self._can_be_whole and self._all_known(facts)
        message: Message | None = self._message(facts, whole)
        if message is None:
            # a calculation has no value though all its facts have one
            whole, message = False, self._message(facts, False)
        assert message is not None  # noqa: S101 - only a whole message can fail
        return (self.whole if whole else self.partial), message

    @cached_property
    def _writer(self) -> Callable[[Facts], Message] | None:
        """Compile what writes the message of a case that is whole; None where more than values is told."""
        names = self.names
        if not self._can_be_whole or names.groups or names.pairs or names.matches:
            return None
        source = MessageSource(f'"{MARKER}":1')
        for name, (number, _) in names.values.items():
            if name in self._answered:
                source.add(self.ruleset.facts[name], number)
        return source.compiled()

    def truths(self, program: Program, fired: set[str]) -> dict[str, Truth]:
        """Read the rules that fired; raises ValueError for what no rule says, and for both of one rule."""
        silent, answers = self._whole_answers if program.whole else self._partial_answers
        result = dict(silent)
        for name in fired:
            if name not in answers:
                raise ValueError(f"the engine says {name!r}, which no rule does")
            rule, truth = answers[name]
            if result[rule] is not silent[rule]:
                raise ValueError(f"the engine says both of rule {rule!r}")
            result[rule] = truth
        return result

    @cached_property
    def _whole_answers(self) -> tuple[dict[str, Truth], dict[str, tuple[str, Truth]]]:
        """What is true of the rules when none fires, and what each of the engine's rules says of which."""
        rules = [rule.name for rule in self.ruleset.rules]
        return dict.fromkeys(rules, "unmet"), {f"t{n}": (rule, "met") for n, rule in enumerate(rules)}

    @cached_property
    def _partial_answers(self) -> tuple[dict[str, Truth], dict[str, tuple[str, Truth]]]:
        silent, met = self._whole_answers
        unmet: dict[str, tuple[str, Truth]] = {f"f{n}": (rule, "unmet") for n, rule in enumerate(silent)}
        return dict.fromkeys(silent, "unknown"), met | unmet

    @cached_property
    def _can_be_whole(self) -> bool:
        """Tell whether nothing but a missing answer can make a rule unknown."""
        undecided = (f.asserted and f.otherwise is None for f in self.ruleset.facts.values())
        return None not in self.parameters.values() and not any(undecided)

    @cached_property
    def _answered(self) -> tuple[str, ...]:
        read = {name.partition("[]")[0] for rule in self.ruleset.rules for name in rule.reads}
        facts = self.ruleset.facts
        return tuple(sorted(name for name in read if not facts[name].asserted or facts[name].parameter))

    @cached_property
    def _given(self) -> dict[str, Value]:
        """Give the facts that are parameters: the engine is told them like what is answered."""
        facts = self.ruleset.facts.values()
        return {f.name: f.otherwise for f in facts if f.parameter and f.otherwise is not None}

    def _all_known(self, facts: Facts) -> bool:
        for name in self._answered:
            if name not in facts:
                return False
            fact = self.ruleset.facts[name]
            if fact.type == "group" and any(len(row) < len(fact.items) for row in facts[name]):
                return False
        return True

    def _message(self, facts: Facts, whole: bool) -> Message | None:
        told = self._told(facts, "", whole)
        if told is None:
            return None
        rows: list[str] = []
        for group, number in self.names.groups.items():
            if group in facts:
                each = [
                    self._told({**facts, **_row(group, row)}, group + "[]", whole) for row in facts[group]
                ]
                known = [f"{{{','.join(row)}}}" for row in each if row is not None]
                if len(known) < len(each):
                    return None
                rows.append(f'"{number}":[{",".join(known)}]')
        if rows:
            told.append(f'"rows":{{{",".join(rows)}}}')
        return f"{{{','.join(told)}}}"

    def _told(self, facts: Facts, row: str, whole: bool) -> list[str] | None:
        """Write the properties of the case, or of one row; None when it cannot be whole."""
        told = [] if row else [f'"{MARKER}":1']
        names = self.names
        for name, value, known, kind in names.of(row):
            if name in facts:
                told.append(value + ENCODERS[kind](facts[name]))
            if not whole:
                told.append(known + ("1" if name in facts else "0"))
        if not whole and not row:
            told += [f'"p{number}":{int(name in facts)}' for name, number in names.groups.items()]
        for (name, operand), number in names.pairs.items():
            if belongs(names.place[name, operand], row):
                order = self._order(name, operand, facts)
                if order is not None:
                    told.append(f'"d{number}":{order}')
                elif whole and not self._asserts(name, operand):
                    return None
        for (name, pattern), number in names.matches.items():
            if belongs(name, row) and name in facts:
                told.append(f'"q{number}":{int(pattern.matches(facts[name]))}')
        return told

    def _asserts(self, name: str, operand: Operand) -> bool:
        """Tell whether a rule-asserted fact takes part, whose comparison the program itself takes apart."""
        return any(self.ruleset.scope[each].asserted for each in [name, *operand_facts(operand)])

    def _order(self, name: str, operand: Operand, facts: Facts) -> int | None:
        if name not in facts:
            return None
        kind = self.ruleset.scope[name].type
        if kind in PLACES or kind == "date":
            right = calculate(operand, facts, self.ruleset.scope, self.parameters)
            return sign(fraction(facts[name], kind), right)
        other = facts.get(operand.name) if isinstance(operand, FactRef) else None
        # of texts and of yes and no only sameness counts
        return None if other is None else int(facts[name] != other)


def _row(group: str, row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return {f"{group}[].{name}": value for name, value in row.items()}
    return {f"{group}[]": row}


def lower(compiled: Compiled) -> Lowered:
    """Lower a compiled ruleset; its programs are written when they are first asked for."""
    return Lowered(compiled.ruleset, compiled.parameters, Names(compiled.ruleset))
