"""Two editions of a ruleset over many cases: which would now be decided differently, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from ...core.definitions.canonical import canonical
from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts
from ...core.rules.types import OutcomeSpec
from .batches import duck, load, narrow
from .sql import Batch

SAMPLES = 5
"""Cases named for each change."""

Key = tuple[str, str | None, str, str | None]
"""What makes two outcomes the same: type, target, value (canonical JSON), matter."""

_WORDS = {True: "met", False: "unmet", None: "unknown"}
_PAIRS = [(old, new) for old in (True, False, None) for new in (True, False, None) if old is not new]


@dataclass(frozen=True, slots=True)
class Change:
    """Cases whose answer to one outcome goes from one truth to another; some of them by id."""

    outcome: Mapping[str, Json]
    old: str
    new: str
    cases: int
    samples: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the change as JSON."""
        return {
            "outcome": dict(self.outcome),
            "old": self.old,
            "new": self.new,
            "cases": self.cases,
            "samples": list(self.samples),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """How many cases there were, how many are decided differently, and how."""

    cases: int
    changed: int
    changes: tuple[Change, ...] = field(default=())

    def to_json(self) -> dict[str, Json]:
        """Give the difference as JSON."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "changes": [change.to_json() for change in self.changes],
        }


class Editions:
    """An old and a new edition as one query; columns of the old begin with ``o``, of the new with ``n``."""

    def __init__(self, old: Compiled, new: Compiled) -> None:
        self.old, self.new = old, new
        self.batches = Batch(old, prefix="o"), Batch(new, prefix="n")
        givers = _givers(old), _givers(new)
        self.outcomes: dict[Key, tuple[Sequence[int], Sequence[int]]] = {
            key: (givers[0].get(key, ()), givers[1].get(key, ())) for key in {**givers[0], **givers[1]}
        }

    def columns(self) -> dict[str, str]:
        """Give the columns of both editions' facts, and their SQL types."""
        return {**self.batches[0].columns(), **self.batches[1].columns()}

    def row(self, old: Facts, new: Facts) -> dict[str, Json]:
        """Give the facts of one case as a row."""
        return {**self.batches[0].row(old), **self.batches[1].row(new)}

    def counts(self, table: str) -> str:
        """Give the query of one row: how many cases change at all, then how many change each outcome.

        Counting is several times faster in DuckDB than filtering, so who changes is asked only after,
        and only of the outcomes for which somebody does.
        """
        differs = [f"{old} IS DISTINCT FROM {new}" for old, new in self._pairs()]
        counted = ", ".join(f"count_if({each})" for each in [" OR ".join(differs) or "FALSE", *differs])
        return f"SELECT {counted} FROM ({self._both(table)})"

    def changed(self, table: str, numbers: Sequence[int]) -> str:
        """Give the query of the cases that change one of these outcomes: ``id``, and ``a7``, ``b7`` … its truths."""
        pairs = {number: pair for number, pair in enumerate(self._pairs()) if number in numbers}
        told = ", ".join(f"{old} AS a{number}, {new} AS b{number}" for number, (old, new) in pairs.items())
        differs = " OR ".join(f"a{number} IS DISTINCT FROM b{number}" for number in pairs)
        return f"SELECT * FROM (SELECT id, {told} FROM ({self._both(table)})) WHERE {differs}"

    def _pairs(self) -> list[tuple[str, str]]:
        return [(_any("or", old), _any("nr", new)) for old, new in self.outcomes.values()]

    def _both(self, table: str) -> str:
        old, new = self.batches
        decided = [old.decided(rule) for rule in range(len(self.old.ruleset.rules))]
        return new.query(old.select(table, ["id", *new.columns()]), ["id", *decided])


def compare(
    editions: Editions, cases: Iterable[tuple[str, Facts, Facts]], samples: int = SAMPLES
) -> Difference:
    """Decide cases (id, facts for the old edition, facts for the new) under both editions."""
    with duck() as connection:
        rows = ({"id": case, **editions.row(old, new)} for case, old, new in cases)
        count = load(connection, "cases", {"id": "VARCHAR", **editions.columns()}, rows)
        narrow(connection, "cases")
        return compare_table(connection, editions, "cases", count, samples)


def compare_table(
    connection: duckdb.DuckDBPyConnection,
    editions: Editions,
    table: str,
    count: int,
    samples: int = SAMPLES,
) -> Difference:
    """Compare the editions over a table with an ``id`` and their columns; ``changed`` then holds who changes."""
    changed, *each = connection.execute(editions.counts(table)).fetchone() or (0,)
    numbers = [number for number, found in enumerate(each) if found]
    if not numbers:
        return Difference(count, 0)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE changed AS {editions.changed(table, numbers)}")
    return Difference(count, changed, tuple(_changes(connection, editions, numbers, samples)))


def _changes(
    connection: duckdb.DuckDBPyConnection, editions: Editions, numbers: Sequence[int], samples: int
) -> Iterator[Change]:
    keys = list(editions.outcomes)
    for number in numbers:
        for old, new in _PAIRS:
            where = f"a{number} IS {_sql(old)} AND b{number} IS {_sql(new)}"
            (count,) = connection.execute(f"SELECT count(*) FROM changed WHERE {where}").fetchone() or (0,)
            if count:
                query = f"SELECT id FROM changed WHERE {where} ORDER BY id LIMIT {samples}"
                named = tuple(str(row[0]) for row in connection.execute(query).fetchall())
                yield Change(_told(keys[number]), _WORDS[old], _WORDS[new], count, named)


def merged(differences: Iterable[Difference], samples: int = SAMPLES) -> Difference:
    """Add differences found in several groups of cases."""
    cases = changed = 0
    found: dict[tuple[str, str, str], Change] = {}
    for difference in differences:
        cases += difference.cases
        changed += difference.changed
        for change in difference.changes:
            key = (canonical(dict(change.outcome)).decode(), change.old, change.new)
            known = found.get(key)
            if known is not None:
                named = tuple(sorted((*known.samples, *change.samples))[:samples])
                change = Change(change.outcome, change.old, change.new, known.cases + change.cases, named)
            found[key] = change
    return Difference(cases, changed, tuple(found[key] for key in sorted(found)))


def _givers(compiled: Compiled) -> dict[Key, list[int]]:
    """Give the rules, by number, that give each outcome."""
    found: dict[Key, list[int]] = {}
    for number, rule in enumerate(compiled.ruleset.rules):
        for outcome in rule.outcomes:
            if outcome.type != "assert":
                found.setdefault(_key(outcome), []).append(number)
    return found


def _key(outcome: OutcomeSpec) -> Key:
    value = "" if outcome.value is None else canonical(outcome.value).decode()
    return outcome.type, outcome.target, value, outcome.matter


def _told(key: Key) -> dict[str, Any]:
    names = ("type", "target", "value", "matter")
    return {name: value for name, value in zip(names, key, strict=True) if value}


def _any(prefix: str, rules: Sequence[int]) -> str:
    return "(" + " OR ".join(f"{prefix}{number}" for number in rules) + ")" if rules else "FALSE"


def _sql(truth: bool | None) -> str:
    return "NULL" if truth is None else str(truth).upper()
