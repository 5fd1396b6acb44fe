"""Answers are validated by the decimals that were typed, not by what a double makes of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.forms.exact import answer_validator, decimal_places
from yijianshi.core.forms.messages import field_errors


@given(st.integers(0, 4), st.integers(-(10**9), 10**9))
def test_what_has_so_many_decimal_places_is_taken_and_what_has_more_is_not(places: int, many: int) -> None:
    step = Decimal(1).scaleb(-places)
    validator = answer_validator({"type": "number", "multipleOf": float(step)})
    assert validator.is_valid(float(many * step))
    assert not validator.is_valid(float(many * step + step / 10))


def test_other_multiples_are_told_from_decimal_places() -> None:
    assert [decimal_places(step) for step in (1, 0.1, 0.01, 1.0, 0.0001)] == [0, 1, 2, 0, 4]
    assert [decimal_places(step) for step in (5, 0.5, 10, 0.25)] == [None] * 4
    assert answer_validator({"multipleOf": 0.5}).is_valid(7.5)
    assert not answer_validator({"multipleOf": 1e-300}).is_valid(1e300)
    assert answer_validator({"multipleOf": 2}).is_valid(True)


@pytest.mark.parametrize(
    ("step", "zh", "en"),
    [
        (1, "应为整数", "This must be a whole number"),
        (0.1, "最多保留 1 位小数", "At most 1 decimal place"),
        (0.01, "最多保留 2 位小数", "At most 2 decimal places"),
        (5, "应为 5 的倍数", "This must be a multiple of 5"),
    ],
)
def test_too_many_decimal_places_are_told_as_such(step: float, zh: str, en: str) -> None:
    errors = list(answer_validator({"multipleOf": step}).iter_errors(0.123))
    (told,) = field_errors(errors, lambda _: False)
    assert (told.message["zh"], told.message["en"]) == (zh, en)


@pytest.mark.parametrize(
    ("keyword", "good", "bad", "told"),
    [
        ("formatMinimum", ("2026-10-01", "2027-01-01"), ("2026-09-30", "2026-13-01", "soon"), "不能早于"),
        ("formatMaximum", ("2026-10-01", "1999-12-31"), ("2026-10-02", "2026-13-01", ""), "不能晚于"),
    ],
)
def test_days_are_compared(keyword: str, good: tuple[str, ...], bad: tuple[str, ...], told: str) -> None:
    validator = answer_validator({keyword: "2026-10-01"})
    assert all(validator.is_valid(day) for day in good)
    assert not any(validator.is_valid(day) for day in bad)
    assert validator.is_valid(7)  # a number is no day, and none is asked for
    (error,) = field_errors(validator.iter_errors(bad[0]), lambda _: False)
    assert error.message["zh"] == f"{told} 2026-10-01"
