"""The validator of answers: JSON Schema, with multiples taken as the decimals that were typed, and days compared.

A double has no 0.01, so dividing 0.07 by it leaves something over; what a person typed with two
decimal places has two. JSON Schema compares no days: ``formatMinimum`` and ``formatMaximum`` do, as in
Ajv, which JSON Forms validates with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from .formats import CHECKS, FORMAT_CHECKER

Number = int | float


def is_multiple(value: Number, step: Number) -> bool:
    """Tell whether a number is a multiple of a step, both as they are written; no number is one of 0."""
    try:
        return Decimal(str(value)) % Decimal(str(step)) == 0
    except InvalidOperation:
        # more times than a decimal can hold
        return False


def decimal_places(step: Number) -> int | None:
    """Give how many decimal places the multiples of a step have, None for a step that says something else."""
    return next((places for places in range(7) if Decimal(str(step)) == Decimal(1).scaleb(-places)), None)


def _multiple(_validator: Any, step: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_multiple(value, step):
        yield ValidationError(f"{value!r} is not a multiple of {step!r}")


def is_day(value: str) -> bool:
    """Tell whether a text is a day of the calendar."""
    try:
        return CHECKS["date"](value)
    except ValueError:
        return False


def _not_before(_validator: Any, first: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and (not is_day(value) or value < str(first)):
        yield ValidationError(f"{value!r} is before {first!r}")


def _not_after(_validator: Any, last: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and (not is_day(value) or value > str(last)):
        yield ValidationError(f"{value!r} is after {last!r}")


_KEYWORDS = {"multipleOf": _multiple, "formatMinimum": _not_before, "formatMaximum": _not_after}
_Validator: Any = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]


def answer_validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Give what answers are validated with, in the browser and on the server; it checks formats, too."""
    made: Draft202012Validator = _Validator(schema, format_checker=FORMAT_CHECKER)
    return made
