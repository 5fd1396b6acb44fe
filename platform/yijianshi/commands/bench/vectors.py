"""OpenFisca's vectors as a contestant for many cases at once: its variables and formulas over arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .contestant import Contestant
from .made import CHOICES, NUMBERS, USES, Suite
from .peers import conditions, package

CHUNK = 100_000
"""Cases a simulation: its best size, measured (docs/commands.md)."""

PERIOD = "2026-11"
ONE = "OpenFisca, one case"


class OpenFisca:
    """A ruleset as an OpenFisca tax-benefit system of one entity, one variable a fact and a rule."""

    def __init__(self, suite: Suite) -> None:
        """Build the system; raises NotInstalled."""
        package("openfisca_core", "openfisca-core")
        from openfisca_core import entities, periods, taxbenefitsystems, variables
        from openfisca_core.simulations import SimulationBuilder

        self._builder = SimulationBuilder
        person = entities.build_entity(key="person", plural="persons", label="applicant", is_person=True)
        self._system = taxbenefitsystems.TaxBenefitSystem([person])
        self.rules = [f"rule_{number}" for number in range(suite.rules)]

        def variable(name: str, kind: type, formula: Callable[..., Any] | None = None) -> None:
            space = {"value_type": kind, "entity": person, "definition_period": periods.DateUnit.MONTH}
            if formula is not None:
                space["formula"] = formula
            self._system.add_variable(type(name, (variables.Variable,), space))

        for name in suite.cases[0]:
            # a choice is the number of its value: OpenFisca's own enumerations are just that
            variable(name, float if name in NUMBERS else int if name in CHOICES else bool)
        for name, node in zip(self.rules, conditions(suite), strict=True):
            variable(name, bool, _formula(node))

    def met(self, columns: Mapping[str, Any], count: int) -> list[Any]:
        """Decide so many cases given as arrays by fact; gives an array of truths for each rule."""
        simulation = self._builder().build_default_simulation(self._system, count=count)
        for name, values in columns.items():
            simulation.set_input(name, PERIOD, values)
        return [simulation.calculate(name, PERIOD) for name in self.rules]


def one_case(suite: Suite) -> Contestant:
    """OpenFisca deciding one case at a time, a simulation each, which is not what it is made for."""
    engine = OpenFisca(suite)
    numpy = package("numpy", "openfisca-core")
    return Contestant(
        ONE,
        # it is slow: a part of the cases is enough
        [{name: numpy.array([_code(value)]) for name, value in case.items()} for case in suite.cases[:50]],
        lambda columns: engine.met(columns, 1),
        lambda said: frozenset(number for number, truths in enumerate(said) if truths[0]),
    )


def _formula(node: Mapping[str, Any]) -> Callable[..., Any]:
    def formula(person: Any, period: Any) -> Any:
        return _vector(node, lambda name: person(name, period))

    return formula


def _vector(node: Mapping[str, Any], column: Callable[[str], Any]) -> Any:
    ((key, value),) = node.items()
    if key in ("$and", "$or"):
        vectors = [_vector(part, column) for part in value]
        found = vectors[0]
        for vector in vectors[1:]:
            found = found & vector if key == "$and" else found | vector
        return found
    if key == "$not":
        return ~_vector(value, column)
    if not key.startswith("$"):
        return column(key) == _code(value)
    ((fact, operand),) = value.items()
    if key == "$in":
        first, *others = [column(fact) == _code(each) for each in operand]
        for other in others:
            first = first | other
        return first
    return _COMPARE[key](column(fact), _code(operand))


def _code(value: Any) -> Any:
    return USES.index(value) if isinstance(value, str) else value


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "$eq": lambda left, right: left == right,
    "$neq": lambda left, right: left != right,
    "$lt": lambda left, right: left < right,
    "$lte": lambda left, right: left <= right,
    "$gt": lambda left, right: left > right,
    "$gte": lambda left, right: left >= right,
}
