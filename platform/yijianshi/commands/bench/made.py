"""Made-up rulesets and cases for measuring: the same for every engine, from a seed.

The facts lie two levels deep, as answers do: nine numbers, five choices, five yes/no. Numbers are
quarters below a million, so that they are exact in every engine's arithmetic, single floats included.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from ...core.definitions.types import Json
from ...core.rules import Compiled, compile_ruleset, parse

Shape = Literal["flat", "nested"]
SHAPES: tuple[Shape, ...] = ("flat", "nested")

ON = date(2026, 11, 1)
USES = ["stadium", "library", "factory", "dwelling", "school", "shop"]
NUMBERS = [f"n{number}" for number in range(9)]
CHOICES = [f"c{number}" for number in range(5)]
ANSWERS = [f"y{number}" for number in range(5)]
_SIGNS = ["$gt", "$gte", "$lt", "$lte"]


@dataclass(frozen=True)
class Suite:
    """A ruleset, cases whose facts are all known, and what the compiled evaluator says of them."""

    name: str
    rules: int
    shape: Shape
    document: Mapping[str, Json]
    cases: Sequence[Mapping[str, Any]]

    @cached_property
    def compiled(self) -> Compiled:
        """The ruleset, compiled."""
        return compile_ruleset(parse(self.document), ON)

    @cached_property
    def met(self) -> list[frozenset[int]]:
        """The numbers of the rules met, for each case."""
        return [
            frozenset(number for number, truth in enumerate(self.compiled.decide(case)) if truth)
            for case in self.cases
        ]


def suite(rules: int, shape: Shape, cases: int, seed: int = 20261101) -> Suite:
    """Make a ruleset of so many rules, and cases for it."""
    made = random.Random(f"{seed}/{rules}/{shape}")
    document = ruleset(made, rules, shape)
    return Suite(f"{rules} {shape}", rules, shape, document, [facts(made) for _ in range(cases)])


def ruleset(made: random.Random, rules: int, shape: Shape) -> dict[str, Json]:
    """Make a ruleset document; every rule refers the case, with reason and basis."""
    declared: dict[str, Json] = {
        **{name: {"from": place(name), "type": "decimal"} for name in NUMBERS},
        **{name: {"from": place(name), "type": "text"} for name in CHOICES},
        **{name: {"from": place(name), "type": "boolean"} for name in ANSWERS},
    }
    reason = {"zh": "测量用", "en": "made for measuring"}
    return {
        "kind": "ruleset",
        "code": "bench.made",
        "title": reason,
        "decides": "eligibility",
        "basis": "无 / none",
        "facts": declared,
        "rules": {
            name: {
                "all": [{"m": _flat(made) if shape == "flat" else _nested(made)}],
                "run": {"refer": name, "reason": reason, "basis": "无 / none"},
            }
            for name in map(named, range(rules))
        },
    }


def named(rule: int) -> str:
    """Give the name of a rule; by name, as they are read, rules come in the order of their numbers."""
    return f"r{rule:03}"


def facts(made: random.Random) -> dict[str, Any]:
    """Make the facts of a case, all known."""
    return {
        **{name: _quarter(made.randrange(400_000)) for name in NUMBERS},
        **{name: made.choice(USES) for name in CHOICES},
        **{name: made.random() < 0.5 for name in ANSWERS},
    }


def place(name: str) -> str:
    """Give the place of a fact in the answers."""
    return f"/{'project' if name[0] == 'n' else 'applicant'}/{name}"


def answers(case: Mapping[str, Any]) -> dict[str, Json]:
    """Give facts as the answers they would come from."""
    found: dict[str, dict[str, Any]] = {"project": {}, "applicant": {}}
    for name, value in case.items():
        _, group, inner = place(name).split("/")
        found[group][inner] = value
    return dict(found)


def _quarter(quarters: int) -> float | int:
    return quarters // 4 if quarters % 4 == 0 else quarters / 4


def _number(made: random.Random) -> dict[str, Json]:
    sign, name = made.choice(_SIGNS), made.choice(NUMBERS)
    return {sign: {name: _quarter(made.randrange(40_000, 360_000))}}


def _choice(made: random.Random) -> dict[str, Json]:
    name = made.choice(CHOICES)
    if made.random() < 0.5:
        return {"$in": {name: made.sample(USES, 3)}}
    return {made.choice(["$eq", "$neq"]): {name: made.choice(USES)}}


def _answer(made: random.Random) -> dict[str, Json]:
    return {made.choice(ANSWERS): made.random() < 0.5}


def _flat(made: random.Random) -> dict[str, Json]:
    return {"$and": [_number(made), _choice(made), _answer(made)]}


def _nested(made: random.Random) -> dict[str, Json]:
    return {
        "$or": [
            {
                "$and": [
                    _number(made),
                    {"$or": [_choice(made), {"$not": {"$and": [_number(made), _answer(made)]}}]},
                ]
            },
            {"$and": [_answer(made), _choice(made), _number(made)]},
        ]
    }
