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

The splitting into steps is in ``staging``; this module writes conditions and messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from ..definitions.canonical import digest
from ..definitions.types import Json
from .arithmetic import calculate, fraction, scaled, sign
from .compile import Compiled, Facts
from .patterns import Pattern
from .staging import Asserted, Node, OneOf, Part, Picked, Step, plan
from .types import (
    PLACES,
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
    Ruleset,
    Truth,
    Value,
    facts_in,
    nodes,
    operand_facts,
)

SLICE = 20
"""Rules in one slice: at most so many pairs can match at once (the engine's limit is 64 conditions)."""

PROPERTIES = 200
"""Properties of one message at most, well below the engine's 252."""

MARKER = "c0"
END = "end"

_NEGATED = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}

Expression = dict[str, Any]
Pair = tuple[str, Operand]
Message = str
"""One case as the engine is told it: a JSON object on one line."""


@dataclass(frozen=True)
class Program:
    """What the engine hosts; the digest names exactly that.

    In each of the steps: ``slices`` (durable_rules rulesets), ``reads`` (the properties each slice is told,
    or None when a message holds them all), ``rows`` (the group whose rows they decide,
    by number, or None), ``parts`` (the numbers of what is told on), ``every`` (which of ``x3`` are of every row) and ``asserts``. In a ``whole``
    program every fact is known, and what does not fire is unmet.
    """

    digest: str
    steps: tuple[dict[str, Json], ...]
    whole: bool


@dataclass(frozen=True)
class Lowered:
    """A compiled ruleset as programs for the engine, and how its messages are made."""

    ruleset: Ruleset
    parameters: Mapping[str, Value | None]
    names: Names

    @cached_property
    def whole(self) -> Program:
        """Give the program for when all facts are known."""
        return self._program(True)

    @cached_property
    def partial(self) -> Program:
        """Give the program for when facts are missing."""
        return self._program(False)

    def question(self, facts: Facts) -> tuple[Program, Message]:
        """Give the program to ask, and the facts of one case as its message.

        The rows of a group are messages of their own under ``rows``. Names and numbers are written
        by this module and texts as hexadecimal digits, so the message needs no escapes.
        """
        if self._given:
            facts = {**facts, **self._given}
        if self._writer is not None:
            with suppress(KeyError):  # an answer is missing
                return self.whole, self._writer(facts)
        whole = self._can_be_whole and self._all_known(facts)
        message: Message | None = self._message(facts, whole)
        if message is None:
            # a calculation has no value though all its facts have one
            whole, message = False, self._message(facts, False)
        assert message is not None  # noqa: S101 - only a whole message can fail
        return (self.whole if whole else self.partial), message

    @cached_property
    def _writer(self) -> Callable[[Facts], Message] | None:
        """Compile what writes the message of a case that is whole; None where more than values is told.

        It does what ``_told`` does in a third of the time.
        """
        names = self.names
        if not self._can_be_whole or names.groups or names.pairs or names.matches:
            return None
        read, told = [], [f'"{MARKER}":1']
        for name, (number, kind) in names.values.items():
            if name not in self._answered:
                continue
            read.append(f" v{number} = facts[{name!r}]")
            told.append(f'"v{number}":{_written(f"v{number}", kind)}')
        source = "\n".join(["def write(facts):", *read, f" return f'{{{{{','.join(told)}}}}}'"])
        space: dict[str, Any] = {"__builtins__": {}, "int": int, "encoders": _ENCODERS}
        exec(compile(source, "<message>", "exec"), space)  # noqa: S102 - our own source, no text of a ruleset but names of facts
        writer: Callable[[Facts], Message] = space["write"]
        return writer

    def truths(self, program: Program, fired: set[str]) -> dict[str, Truth]:
        """Read the rules that fired; raises ValueError when one is said to be met and unmet."""
        result: dict[str, Truth] = {}
        otherwise: Truth = "unmet" if program.whole else "unknown"
        for rule, met, unmet in self._answers:
            if met in fired:
                if unmet in fired:
                    raise ValueError(f"the engine says both of rule {rule!r}")
                result[rule] = "met"
            else:
                result[rule] = "unmet" if unmet in fired else otherwise
        return result

    @cached_property
    def _answers(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((rule.name, f"t{n}", f"f{n}") for n, rule in enumerate(self.ruleset.rules))

    @cached_property
    def _can_be_whole(self) -> bool:
        """Tell whether nothing but a missing answer can make a rule unknown."""
        undecided = (f.asserted and f.otherwise is None for f in self.ruleset.facts.values())
        return None not in self.parameters.values() and not any(undecided)

    @cached_property
    def _answered(self) -> tuple[str, ...]:
        read = {name.partition("[]")[0] for rule in self.ruleset.rules for name in facts_in(rule.condition)}
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
                told.append(value + _ENCODERS[kind](facts[name]))
            if not whole:
                told.append(known + ("1" if name in facts else "0"))
        if not whole and not row:
            told += [f'"p{number}":{int(name in facts)}' for name, number in names.groups.items()]
        for (name, operand), number in names.pairs.items():
            if _belongs(names.place[name, operand], row):
                order = self._order(name, operand, facts)
                if order is not None:
                    told.append(f'"d{number}":{order}')
                elif whole and not self._asserts(name, operand):
                    return None
        for (name, pattern), number in names.matches.items():
            if _belongs(name, row) and name in facts:
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

    def _program(self, whole: bool) -> Program:
        writer = _Writer(self.names, self.parameters, whole)
        planned = plan(self.ruleset)
        parts = sum(prefix == "x" for step in planned for prefix, *_ in step.rules)
        names = self.names
        _check_names(len(self.ruleset.scope), len(names.pairs), len(names.matches), -(-parts // 100) * 100)
        told = len(names.values) * (1 if whole else 2) + len(names.groups) + len(names.pairs)
        wide = told + len(names.matches) + parts + 1 > PROPERTIES
        steps = tuple(_step(step, writer, names, self.ruleset, wide) for step in planned)
        return Program(digest({"steps": steps, "whole": whole}), steps, whole)


class Names:
    """The numbers in the generated property names of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.values: dict[str, tuple[int, str]] = {}
        self.groups: dict[str, int] = {}
        self.pairs: dict[Pair, int] = {}
        self.place: dict[Pair, str] = {}
        """Of which row a pair is (the name of a fact of it), or of none."""
        self.matches: dict[tuple[str, Pattern], int] = {}
        for number, (name, fact) in enumerate(ruleset.scope.items()):
            if fact.type in ("list", "group"):
                self.groups[name] = number
            else:
                self.values[name] = (number, fact.type)
        for node in (node for rule in ruleset.rules for node in nodes(rule.condition)):
            if isinstance(node, Compare) and isinstance(node.operand, FactRef | Calculation):
                self._pair(node.fact, node.operand)
            elif isinstance(node, Match):
                self.matches.setdefault((node.fact, node.pattern), len(self.matches))
        self._of: dict[str, list[tuple[str, str, str, str]]] = {}

    def of(self, row: str) -> list[tuple[str, str, str, str]]:
        """Give (fact, its value's key, its flag's key, its type) of the case, or of a row (``group[]``)."""
        if row not in self._of:
            self._of[row] = [
                (name, f'"v{number}":', f'"p{number}":', kind)
                for name, (number, kind) in self.values.items()
                if _belongs(name, row)
            ]
        return self._of[row]

    def _pair(self, fact: str, operand: Operand) -> None:
        if (fact, operand) not in self.pairs:
            self.pairs[fact, operand] = len(self.pairs)
            read = [fact, *operand_facts(operand)]
            self.place[fact, operand] = next((name for name in read if "[]" in name), "")


def _belongs(name: str, row: str) -> bool:
    return name.startswith(row) if row else "[]" not in name


def _row(group: str, row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return {f"{group}[].{name}": value for name, value in row.items()}
    return {f"{group}[]": row}


def encode(value: Any, kind: str) -> int | str:
    """Encode a value of a fact type; order and equality stay as they are."""
    if kind == "boolean":
        return int(bool(value))
    if kind == "date":
        return date.fromisoformat(str(value)).toordinal()
    if kind in PLACES and not isinstance(value, str):
        return scaled(value, PLACES[kind])
    # a leading letter: an empty text is not an empty string to the engine
    return "x" + str(value).encode("utf-8").hex()


def _as_text(value: Any) -> str:
    return f'"x{str(value).encode().hex()}"'


def _as_number(places: int) -> Callable[[Any], str]:
    return lambda value: str(scaled(value, places))


def _written(name: str, kind: str) -> str:
    """Write the part of an f-string that encodes a variable."""
    encoder = f'encoders["{kind}"]({name})'
    if kind in PLACES:
        return f"{{{name} * {10 ** PLACES[kind]} if {name}.__class__ is int else {encoder}}}"
    return f"{{1 if {name} else 0}}" if kind == "boolean" else f"{{{encoder}}}"


_ENCODERS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "1" if value else "0",
    "date": lambda value: str(date.fromisoformat(value).toordinal()),
    "text": _as_text,
    "choice": _as_text,
    **{kind: _as_number(places) for kind, places in PLACES.items()},
}
"""``encode`` for each fact type, written as JSON."""


def lower(compiled: Compiled) -> Lowered:
    """Lower a compiled ruleset; its programs are written when they are first asked for."""
    return Lowered(compiled.ruleset, compiled.parameters, Names(compiled.ruleset))


def _step(step: Step, writer: _Writer, names: Names, ruleset: Ruleset, wide: bool) -> dict[str, Json]:
    slices: list[dict[str, Json]] = [{}]
    reads: list[set[str]] = [set()]
    inside = 0
    for prefix, number, node in step.rules:
        made = writer.pair(prefix, str(number), node)
        read = set(_properties(list(made.values()))) if wide else set()
        if inside == SLICE or len(reads[-1] | read) >= PROPERTIES:
            slices.append({})
            reads.append(set())
            inside = 0
        slices[-1] |= made
        reads[-1] |= read
        inside += 1
    for each in slices:
        each[END] = {"pri": 60000, "all": [{"m": {"$eq": {MARKER: 1}}}], "run": END}
    return {
        "slices": slices,
        "reads": [sorted({MARKER, *read}) for read in reads] if wide else None,
        "rows": None if step.group is None else names.groups[step.group],
        "parts": [str(number) for prefix, number, _ in step.rules if prefix == "x"],
        "every": sorted(step.every),
        "asserts": [_asserts(each, names, ruleset) for each in step.asserts],
    }


def _properties(written: Any) -> Iterator[str]:
    """Yield the generated names in expressions: what stands under an operator and is none itself."""
    if isinstance(written, list):
        for each in written:
            yield from _properties(each)
    elif isinstance(written, dict):
        for key, value in written.items():
            if isinstance(value, dict | list):
                yield from _properties(value)
            elif key not in ("run", "pri"):
                yield key


def _asserts(each: Asserted, names: Names, ruleset: Ruleset) -> dict[str, Json]:
    number, kind = names.values[each.fact]
    otherwise = ruleset.facts[each.fact].otherwise
    return {
        "fact": number,
        "rules": [[rule, encode(value, kind)] for rule, value in each.rules],
        "otherwise": None if otherwise is None else encode(otherwise, kind),
    }


class _Writer:
    """Writes conditions as the engine's expressions, on the two rails of met and unmet."""

    def __init__(self, names: Names, parameters: Mapping[str, Value | None], whole: bool) -> None:
        self._names = names
        self._parameters = parameters
        self._whole = whole

    def pair(self, prefix: str, number: str, condition: Node) -> dict[str, Json]:
        """Write the engine rules of one rule; a rail that can never be true is left out."""
        rules: dict[str, Json] = {}
        for letter, wanted in (("t", True),) if self._whole else (("t", True), ("f", False)):
            expression = self._rail(condition, wanted)
            if expression is not None:
                name = f"{prefix}{letter}{number}"
                rules[name] = {"all": [{"m": _and([{"$eq": {MARKER: 1}}, expression])}], "run": name}
        return rules

    def _rail(self, node: Node, wanted: bool) -> Expression | None:
        """Write "this is met" (or unmet); None when that can never be."""
        if isinstance(node, Part):
            return {"$eq": {f"x{node.number}": int(wanted)}}
        if isinstance(node, Picked):
            return self._picked(node, wanted)
        if isinstance(node, OneOf):
            each = [{"$eq": {f"x{part.number}": int(wanted)}} for part in node.parts]
            # one part at most is decided; where all are, the others are unmet
            return _and(each) if self._whole and not wanted else _or(each)
        if isinstance(node, Not):
            return self._rail(node.part, not wanted)
        if isinstance(node, And | Or):
            parts = [self._rail(part, wanted) for part in node.parts]
            possible = [part for part in parts if part is not None]
            if isinstance(node, And) == wanted:
                return _and(possible) if len(possible) == len(parts) else None
            return _or(possible) if possible else None
        return self._leaf(node, wanted)

    def _leaf(self, node: Condition, wanted: bool) -> Expression | None:
        if isinstance(node, Match):
            return {"$eq": {f"q{self._names.matches[node.fact, node.pattern]}": int(wanted)}}
        assert isinstance(node, Exists | Member | Compare)  # noqa: S101 - the others have been taken apart
        if isinstance(node, Exists):
            if self._whole:
                return {"$eq": {MARKER: 1}} if wanted else None
            return {"$eq": {f"p{self._number(node.fact)}": int(wanted)}}
        number, kind = self._names.values[node.fact]
        known: list[Expression] = [] if self._whole else [{"$eq": {f"p{number}": 1}}]
        if isinstance(node, Member):
            codes = [encode(value, kind) for value in node.values]
            each = [{"$eq" if wanted else "$neq": {f"v{number}": code}} for code in codes]
            return _and([*known, _or(each) if wanted else _and(each)])
        operation = node.op if wanted else _NEGATED[node.op]
        operand = node.operand
        if isinstance(operand, FactRef | Calculation):
            difference = f"d{self._names.pairs[node.fact, operand]}"
            # absent when unknown, and what is absent is less, more and unequal to nothing
            return {operation: {difference: 0}}
        value = operand.value if isinstance(operand, Constant) else self._parameters[operand.name]
        if value is None:
            return None
        return _and([*known, *self._against(number, kind, operation, value)])

    def _against(self, number: int, kind: str, operation: str, value: Value) -> list[Expression]:
        """Hold a known fact against a value; a number that its type cannot hold lies between two that it can."""
        if kind in PLACES and isinstance(value, float):
            top, bottom = fraction(value, "decimal")
            unit = 10 ** PLACES[kind]
            low, rest = divmod(top * unit, bottom)
            if rest:
                return _between(f"v{number}", operation, low)
        return [{operation: {f"v{number}": encode(value, kind)}}]

    def _number(self, name: str) -> int:
        return self._names.groups[name] if name in self._names.groups else self._names.values[name][0]

    def _picked(self, node: Picked, wanted: bool) -> Expression | None:
        """Write a fact held against one that rules assert: which value it has, and the comparison with that."""
        asserted, kind = self._names.values[node.asserted]
        number, other = self._names.values[node.fact]
        operation = node.op if wanted else _NEGATED[node.op]
        each = [
            _and(
                [
                    {"$eq": {f"v{asserted}": encode(value, kind)}},
                    *self._against(number, other, operation, value),
                ]
            )
            for value in node.values
        ]
        known = [] if self._whole else [{"$eq": {f"p{asserted}": 1}}, {"$eq": {f"p{number}": 1}}]
        return _and([*known, _or(each)])


def _between(name: str, operation: str, low: int) -> list[Expression]:
    """Compare with a value strictly between two whole units, ``low`` and the next."""
    if operation in ("$lt", "$lte"):
        return [{"$lte": {name: low}}]
    if operation in ("$gt", "$gte"):
        return [{"$gt": {name: low}}]
    # never equal, always unequal; a value is never less than the least
    return [{"$lt" if operation == "$eq" else "$gte": {name: -(2**62)}}]


def _and(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$and"] if list(part) == ["$and"] else [part])]
    return flat[0] if len(flat) == 1 else {"$and": flat}


def _or(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$or"] if list(part) == ["$or"] else [part])]
    return flat[0] if len(flat) == 1 else {"$or": flat}


def fnv1a(name: str) -> int:
    """Hash a name as the engine does (32-bit FNV-1a)."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


@lru_cache(maxsize=1_000)
def _check_names(facts: int, pairs: int, matches: int, parts: int) -> None:
    check_collisions(
        [
            MARKER,
            *(f"{letter}{n}" for n in range(facts) for letter in "pv"),
            *(f"d{n}" for n in range(pairs)),
            *(f"q{n}" for n in range(matches)),
            *(f"x{n}" for n in range(parts)),
        ]
    )


def check_collisions(names: list[str]) -> None:
    """Raise ValueError when two names are one to the engine."""
    seen: dict[int, str] = {}
    for name in [*names, "id", "sid", "$s"]:
        other = seen.setdefault(fnv1a(name), name)
        if other != name:
            raise ValueError(f"the engine takes {name!r} for {other!r}")
