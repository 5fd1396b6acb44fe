"""Exact arithmetic of operands: fractions of whole numbers, never floating point.

A number of a fact type is a whole number of its smallest unit over a power of ten; a date is its
day number. Every step gives a fraction (numerator, denominator); what has no value, division by
zero included, is None. ``magnitude`` bounds a calculation before it is allowed, so that engines
with 128-bit whole numbers hold every step of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .types import (
    LARGEST,
    NUMERIC,
    PLACES,
    Calculation,
    Constant,
    Fact,
    FactRef,
    Operand,
    Parameter,
    ParameterRef,
    Value,
)

Fraction = tuple[int, int]
Lookup = Callable[[str], Any]

WIDEST = 2**126
"""A comparison cleared of its denominators stays below this."""

ROUNDED = 2**50
"""Below this a scaled float is off by less than a half, so rounding gives the exact unit."""


def scaled(value: int | float, places: int) -> int:
    """Give a number of a fact type as a whole number of its smallest unit."""
    factor: int = 10**places
    if isinstance(value, int):
        return value * factor
    product = value * factor
    return round(product) if -ROUNDED < product < ROUNDED else int(Decimal(str(value)).scaleb(places))


def fraction(value: Any, kind: str) -> Fraction:
    """Give a value of a number or date type as a fraction."""
    if kind == "date":
        return date.fromisoformat(value).toordinal(), 1
    places = PLACES[kind]
    return scaled(value, places), 10**places


def added(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    """Add two fractions."""
    if one is None or two is None:
        return None
    return one[0] * two[1] + two[0] * one[1], one[1] * two[1]


def subtracted(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    """Subtract the second from the first."""
    return added(one, None if two is None else (-two[0], two[1]))


def multiplied(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    """Multiply two fractions."""
    return None if one is None or two is None else (one[0] * two[0], one[1] * two[1])


def divided(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    """Divide the first by the second; None by zero."""
    if one is None or two is None or two[0] == 0:
        return None
    sign = 1 if two[0] > 0 else -1
    return sign * one[0] * two[1], sign * one[1] * two[0]


STEPS: dict[str, Callable[[Fraction | None, Fraction | None], Fraction | None]] = {
    "$add": added,
    "$sub": subtracted,
    "$mul": multiplied,
    "$div": divided,
}


def sign(left: Fraction | None, right: Fraction | None) -> int | None:
    """Give -1, 0 or 1 as left is less than, equal to or more than right; denominators are positive."""
    if left is None or right is None:
        return None
    difference = left[0] * right[1] - right[0] * left[1]
    return (difference > 0) - (difference < 0)


def calculate(
    operand: Operand, facts: Mapping[str, Any], scope: Mapping[str, Fact], parameters: Mapping[str, Any]
) -> Fraction | None:
    """Give the value of an operand of number or date type; None when it has none."""
    if isinstance(operand, Calculation):
        return STEPS[operand.op](
            calculate(operand.left, facts, scope, parameters),
            calculate(operand.right, facts, scope, parameters),
        )
    if isinstance(operand, Constant):
        return constant(operand.value)
    if isinstance(operand, ParameterRef):
        value = parameters[operand.name]
        return None if value is None else constant(value)
    value = facts.get(operand.name)
    return None if value is None else fraction(value, scope[operand.name].type)


def constant(value: Value) -> Fraction:
    """Give a constant as a fraction; a text is a date."""
    if isinstance(value, str):
        return date.fromisoformat(value).toordinal(), 1
    return fraction(value, "integer" if isinstance(value, int) else "decimal")


def kind_of(operand: Operand, scope: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> str | None:
    """Give ``number`` or ``date``, the type of an operand; None when it has neither or mixes them."""
    if isinstance(operand, Constant):
        return (
            "number"
            if not isinstance(operand.value, bool | str)
            else "date"
            if _is_day(operand.value)
            else None
        )
    if not isinstance(operand, Calculation):
        kind = (parameters if isinstance(operand, ParameterRef) else scope)[operand.name].type
        return "number" if kind in NUMERIC else "date" if kind == "date" else None
    sides = kind_of(operand.left, scope, parameters), kind_of(operand.right, scope, parameters)
    if sides == ("number", "number"):
        return "number"
    if operand.op in ("$add", "$sub") and sides == ("date", "number"):
        return "date"
    return "number" if operand.op == "$sub" and sides == ("date", "date") else None


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def magnitude(operand: Operand, scope: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> Fraction:
    """Bound an operand: how large its numerator and its denominator can become."""
    if isinstance(operand, Constant):
        top, bottom = constant(operand.value)
        return abs(top), bottom
    if isinstance(operand, ParameterRef):
        kind: str = parameters[operand.name].type
        return bound(kind)
    if isinstance(operand, FactRef):
        return bound(scope[operand.name].type)
    one, two = (magnitude(side, scope, parameters) for side in (operand.left, operand.right))
    if operand.op == "$mul":
        return one[0] * two[0], one[1] * two[1]
    if operand.op == "$div":
        return one[0] * two[1], one[1] * max(two[0], 1)
    return one[0] * two[1] + two[0] * one[1], one[1] * two[1]


def bound(kind: str) -> Fraction:
    """Bound the values of a fact type."""
    return (timedelta.max.days, 1) if kind == "date" else (LARGEST, 10 ** PLACES[kind])


def fits(left: Fraction, right: Fraction) -> bool:
    """Tell whether two bounded fractions can be compared within WIDEST."""
    return left[0] * right[1] < WIDEST and right[0] * left[1] < WIDEST
