"""What each function of the closed set gives, value by value; that none is left out is tested too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yijianshi.core.definitions.pointer import MISSING
from yijianshi.core.functions import FUNCTIONS, apply
from yijianshi.server.context import shipped_calendar

ON = date(2026, 11, 23)
WOMAN, MAN = "11010519491231002X", "110105194912310038"
ROWS = [{"kind": "a", "share": 0.1}, {"kind": "b", "share": 0.2}, {"kind": "a", "share": 3}]
KIND, SHARE = "/rows/*/kind", "/rows/*/share"

GIVES: list[tuple[dict[str, Any], Any]] = [
    ({"fn": "birth_date", "of": "/woman"}, "1949-12-31"),
    ({"fn": "birth_date", "of": "/seven"}, MISSING),
    ({"fn": "sex", "of": "/woman"}, "female"),
    ({"fn": "sex", "of": "/man"}, "male"),
    ({"fn": "age", "of": "/woman"}, 76),
    ({"fn": "age", "of": "/first"}, 0),
    ({"fn": "months_between", "of": ["/first", "/last"]}, 1),
    ({"fn": "days_between", "of": ["/first", "/last"]}, 60),
    ({"fn": "days_between", "of": ["/last", "/first"]}, -60),
    ({"fn": "working_days_between", "of": ["/last", "today"]}, 16),
    ({"fn": "total", "of": ["/seven", "/tenth", "/fifth"]}, 7.3),
    ({"fn": "difference", "of": ["/seven", "/fifth"]}, 6.8),
    ({"fn": "difference", "of": ["/fifth", "/seven"]}, -6.8),
    ({"fn": "product", "of": ["/seven", "/tenth", "/fifth"]}, 0.14),
    ({"fn": "product", "of": ["/seven", "/missing"]}, MISSING),
    ({"fn": "count", "of": "/rows"}, 3),
    ({"fn": "sum", "of": SHARE}, 3.3),
    ({"fn": "sum", "of": SHARE, "where": {"kind": "b"}}, 0.2),
    ({"fn": "min", "of": SHARE}, 0.1),
    ({"fn": "max", "of": SHARE}, 3),
    ({"fn": "any", "of": KIND, "value": "b"}, True),
    ({"fn": "any", "of": KIND, "value": "c"}, False),
    ({"fn": "all", "of": KIND, "value": "a"}, False),
    ({"fn": "all", "of": KIND, "value": "a", "where": {"kind": "a"}}, True),
    ({"fn": "contains", "of": "/tags", "value": "x"}, True),
    ({"fn": "contains", "of": "/tags", "value": "z"}, False),
]  # fmt: skip
ANSWERS: dict[str, Any] = {
    "woman": WOMAN, "man": MAN, "seven": 7, "tenth": 0.1, "fifth": 0.2, "tags": ["x", "y"], "rows": ROWS,
    "first": "2026-09-01", "last": "2026-10-31",
}  # fmt: skip


@pytest.mark.parametrize(("spec", "gives"), GIVES, ids=[f"{n}-{s['fn']}" for n, (s, _) in enumerate(GIVES)])
def test_it_gives_what_its_name_says(spec: dict[str, Any], gives: Any) -> None:
    assert apply(spec, ANSWERS, ON, shipped_calendar()) == gives


def test_every_function_is_tried() -> None:
    assert {spec["fn"] for spec, _ in GIVES} == set(FUNCTIONS)
