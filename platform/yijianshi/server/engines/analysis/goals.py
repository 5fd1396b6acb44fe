"""What test cases should reach (``core/rules/aims.py``), each as a formula of the model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import z3

from ....core.definitions.types import Text
from ....core.rules.aims import Aim, Key, aims_of
from .model import Formula, Model


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to be reached: what it is, and its formula."""

    aim: Aim
    formula: Formula

    @property
    def names(self) -> tuple[str, ...]:
        """The places it stands for."""
        return self.aim.names

    @property
    def said(self) -> Text:
        """What it is in words."""
        return self.aim.said


def goals_of(model: Model, reached: Collection[Key] = ()) -> list[Goal]:
    """Give what cases of a ruleset should reach, each thing once, without what is reached already."""
    return [Goal(aim, _formula(model, aim)) for aim in aims_of(model.compiled) if aim.key not in reached]


def _formula(model: Model, aim: Aim) -> Formula:
    if aim.rule:
        names = [rule.name for rule in model.ruleset.rules]
        met, unmet = model.rules[names.index(aim.rule)]
        return met if aim.met else unmet
    value = model.value(aim.fact)
    return z3.And(model.known(aim.fact), value >= aim.low, value <= aim.high)
