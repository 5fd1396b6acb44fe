"""The generated names under which the engine of record is told facts: numbers, no two of one hash."""

from __future__ import annotations

from functools import lru_cache

from .patterns import Pattern
from .types import Calculation, Compare, FactRef, Match, Operand, Ruleset, nodes, operand_facts

MARKER = "c0"
"""The property that every message has."""

Pair = tuple[str, Operand]


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
                if belongs(name, row)
            ]
        return self._of[row]

    def _pair(self, fact: str, operand: Operand) -> None:
        if (fact, operand) not in self.pairs:
            self.pairs[fact, operand] = len(self.pairs)
            read = [fact, *operand_facts(operand)]
            self.place[fact, operand] = next((name for name in read if "[]" in name), "")


def belongs(name: str, row: str) -> bool:
    """Tell whether a name is of the row (``group[]``), or of the case where the row is empty."""
    return name.startswith(row) if row else "[]" not in name


def fnv1a(name: str) -> int:
    """Hash a name as the engine does (32-bit FNV-1a)."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


@lru_cache(maxsize=1_000)
def check_names(facts: int, pairs: int, matches: int, parts: int) -> None:
    """Raise ValueError when two of the names of so many facts and comparisons are one to the engine."""
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
