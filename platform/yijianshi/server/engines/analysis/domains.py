"""Which values a fact can have: from its type, the form's schema, and the texts a ruleset speaks of."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ....core.definitions.types import Json
from ....core.rules.patterns import Pattern
from ....core.rules.types import Compare, Constant, FactRef, Match, Member, Ruleset, nodes

MOST_STATES = 5_000
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Domain:
    """What the form allows for a fact: bounds (dates as ISO text), or a list of values."""

    minimum: Any = None
    maximum: Any = None
    values: tuple[Any, ...] | None = None

    @classmethod
    def of(cls, schema: Mapping[str, Json]) -> Domain:
        """Read a JSON Schema of one value."""
        values = schema.get("enum")
        if values is None and "const" in schema:
            values = [schema["const"]]
        if values is None and isinstance(schema.get("oneOf"), list):
            listed = [each.get("const") for each in schema["oneOf"] if isinstance(each, Mapping)]
            values = listed if None not in listed and listed else None
        return cls(schema.get("minimum"), schema.get("maximum"), None if values is None else tuple(values))


def texts(ruleset: Ruleset, domains: Mapping[str, Domain]) -> dict[str, list[str]]:
    """Give for each text fact the values that stand for all it can have.

    Facts compared with one another share their list. It holds every constant, one text for each way
    of matching or not matching the patterns, and others that are none of these.
    """
    family = _families(ruleset)
    constants: dict[str, dict[str, None]] = {}
    patterns: dict[str, dict[Pattern, None]] = {}
    for node in (node for rule in ruleset.rules for node in nodes(rule.condition)):
        if isinstance(node, Compare | Member | Match) and node.fact in family:
            mine = constants.setdefault(family[node.fact], {})
            if isinstance(node, Compare) and isinstance(node.operand, Constant):
                mine[str(node.operand.value)] = None
            elif isinstance(node, Member):
                mine |= dict.fromkeys(map(str, node.values))
            elif isinstance(node, Match):
                patterns.setdefault(family[node.fact], {})[node.pattern] = None
    for name, domain in domains.items():
        if name in family and domain.values is not None:
            constants.setdefault(family[name], {}).update(dict.fromkeys(map(str, domain.values)))
    for name, fact in ruleset.facts.items():
        if name in family and fact.asserted:
            constants.setdefault(family[name], {}).update(
                dict.fromkeys(map(str, ruleset.assert_values(name)))
            )
    for parameter in ruleset.parameters.values():
        for root in set(family.values()):
            values = [parameter.value, *(value for _, value in parameter.values)]
            constants.setdefault(root, {}).update({v: None for v in values if isinstance(v, str)})
    made: dict[str, list[str]] = {}
    for root in set(family.values()):
        known = constants.get(root, {})
        found = [*known, *(t for t in ways(list(patterns.get(root, {}))) if t not in known)]
        members = sum(each == root for each in family.values())
        made[root] = [*found, *_others(found, members)]
    return {name: made[root] for name, root in family.items()}


def _families(ruleset: Ruleset) -> dict[str, str]:
    """Give for each text fact one that stands for all it is compared with."""
    root = {name: name for name, fact in ruleset.scope.items() if fact.type in ("text", "choice")}

    def find(name: str) -> str:
        return name if root[name] == name else find(root[name])

    for node in (node for rule in ruleset.rules for node in nodes(rule.condition)):
        if isinstance(node, Compare) and isinstance(node.operand, FactRef) and node.fact in root:
            root[find(node.fact)] = find(node.operand.name)
    return {name: find(name) for name in root}


def _others(known: Iterable[str], count: int) -> list[str]:
    taken, number = set(known), 1
    found: list[str] = []
    while len(found) < count:
        text = "其他" if number == 1 else f"其他{number}"
        number += 1
        if text not in taken:
            found.append(text)
    return found


def ways(patterns: Sequence[Pattern]) -> list[str]:
    """Give the shortest text of each combination of patterns it matches; fewer when there are very many."""
    if not patterns:
        return []
    edges = sorted({bound for pattern in patterns for bound in pattern.bounds})
    letters = [_letter(low, high - 1) for low, high in zip(edges, [*edges[1:], 0x110000], strict=True)]
    start = tuple(0 for _ in patterns)
    seen = {start: ""}
    waiting = deque([start])
    found: dict[tuple[bool, ...], str] = {}
    while waiting and len(seen) < MOST_STATES:
        states = waiting.popleft()
        matched = tuple(s in p.final for s, p in zip(states, patterns, strict=True))
        found.setdefault(matched, seen[states])
        for letter in letters:
            following = tuple(_next(p, s, letter) for p, s in zip(patterns, states, strict=True))
            if following not in seen and letter:
                seen[following] = seen[states] + letter
                waiting.append(following)
    return list(found.values())


def _next(pattern: Pattern, state: int, letter: str) -> int:
    if state < 0 or not letter:
        return -1
    return pattern.table[state][bisect_right(pattern.bounds, ord(letter)) - 1]


def _letter(low: int, high: int) -> str:
    """Give a readable character of an interval, or none when it holds none that text may have."""
    for nice_low, nice_high in ((0x30, 0x39), (0x61, 0x7A), (0x41, 0x5A), (0x4E00, 0x9FA5), (0x21, 0x7E)):
        if max(low, nice_low) <= min(high, nice_high):
            return chr(max(low, nice_low))
    point = max(low, 1)
    if 0xD800 <= point <= 0xDFFF:
        point = 0xE000
    return chr(point) if point <= high else ""
