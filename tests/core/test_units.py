"""Units are written once and said in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.types import text
from yijianshi.core.designer.ruleset_suggest import suggested
from yijianshi.core.forms.fields import FIELD_TYPES, Field
from yijianshi.core.forms.fields.base import FieldState
from yijianshi.core.rules import parse, sentence
from yijianshi.core.units import measured, unit_in
from yijianshi.server.files import shipped_library

HAN = re.compile("[㐀-鿿]")
SHIPPED = shipped_library()


def units(node: Any) -> Iterator[str]:
    """Yield every unit of a definition."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("unit", "x-unit") and isinstance(value, str):
                yield value
            yield from units(value)
    elif isinstance(node, list):
        for each in node:
            yield from units(each)


def test_every_shipped_unit_has_its_english() -> None:
    found = {unit for document in SHIPPED for unit in units(document)}
    assert "万元" in found and not [unit for unit in found if HAN.search(unit_in(unit, "en"))]


@pytest.mark.parametrize(
    ("value", "unit", "english"),
    [
        (24, "个月", "24 months"),
        (1, "个月", "1 month"),
        (30, "万元", "CNY 300,000"),
        (0.5, "万元", "CNY 5,000"),
        (1200, "平方米", "1,200 m²"),
        (3, "人", "3 persons"),
        (60, "kVA", "60 kVA"),
        (2, "囍", "2 囍"),
        (7, None, "7"),
    ],
)
def test_a_number_is_said_with_its_unit(value: float, unit: str | None, english: str) -> None:
    assert measured(value, f"{value:,}", unit, "en") == english
    assert measured(value, f"{value:,}", unit, "zh") == f"{value:,} {unit or ''}".strip()


@given(st.integers(-(10**9), 10**9), st.sampled_from(["元", "万元", "亿元"]))
def test_money_is_the_same_money_in_both_languages(value: int, unit: str) -> None:
    times = {"元": 1, "万元": 10**4, "亿元": 10**8}[unit]
    assert measured(value, str(value), unit, "en") == f"CNY {value * times:,}"


def test_forms_sentences_and_suggested_cases_say_units_in_the_language_that_is_read() -> None:
    amount = Field("/amount", "money", text("投资额", "Investment"), unit="万元")
    kind = FIELD_TYPES["money"]
    assert kind.display(30, amount, "en") == "CNY 300,000" and kind.display(30, amount, "zh") == "30 万元"
    assert "CNY 10,000" in kind.control(amount, FieldState(value=30), "en")
    ruleset = parse(
        {
            "kind": "ruleset",
            "code": "probe",
            "title": {"zh": "试", "en": "probe"},
            "decides": "eligibility",
            "facts": {
                "invested": {
                    "from": "/a",
                    "type": "money",
                    "unit": "万元",
                    "title": text("投资额", "investment"),
                },
                "months": {
                    "from": "/b",
                    "type": "integer",
                    "unit": "个月",
                    "title": text("缴费", "paid for"),
                },
            },
            "rules": {
                "enough": {
                    "all": [{"m": {"$and": [{"$gt": {"invested": 30}}, {"$gte": {"months": 12}}]}}],
                    "run": {"refer": "probe", "reason": text("甲", "A"), "basis": "x"},
                }
            },
        }
    )
    assert "CNY 300,000" in sentence(ruleset, "enough", "en") and "12 months" in sentence(
        ruleset, "enough", "en"
    )
    assert "30 万元" in sentence(ruleset, "enough", "zh")
    cases = list(suggested(ruleset, (), "2026-03-02"))
    assert cases and not [case for case in cases if HAN.search(case["title"]["en"])]
