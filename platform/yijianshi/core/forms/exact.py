"""The validator of answers: JSON Schema as it is, with multiples taken as the decimals that were typed.

A double has no 0.01, so dividing 0.07 by it leaves something over; what a person typed with two
decimal places has two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from .formats import FORMAT_CHECKER

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


_Validator: Any = extend(Draft202012Validator, {"multipleOf": _multiple})  # type: ignore[no-untyped-call]


def answer_validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Give what answers are validated with, in the browser and on the server; it checks formats, too."""
    made: Draft202012Validator = _Validator(schema, format_checker=FORMAT_CHECKER)
    return made
