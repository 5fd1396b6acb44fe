"""A decision table and its ruleset say the same, nothing lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.rules.table import Column, from_table, to_table

from .strategies import rulesets

SHIPPED = sorted(
    path for path in (Path(__file__).parents[3] / "rules").glob("*.json") if ".cases." not in path.name
)


@given(rulesets())
def test_there_and_back(document: Any) -> None:
    assert canonical(from_table(to_table(document))) == canonical(document)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_rulesets_there_and_back(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    table = to_table(document)
    assert canonical(from_table(table)) == canonical(document)
    assert list(document["rules"]) == [row.rule for row in table.rows]


def test_the_annex_of_the_retirement_decision_is_a_table() -> None:
    path = next(path for path in SHIPPED if path.stem == "retirement.age")
    table = to_table(json.loads(path.read_text("utf-8")))
    assert {Column("category", ""), Column("born", "$gte"), Column("born", "$lt")} <= set(table.columns)
    row = next(row for row in table.rows if row.rule == "male-1965-01-to-1965-04")
    told = {(table.columns[n].fact, table.columns[n].op): value for n, value in row.cells.items()}
    assert told == {("category", ""): "male", ("born", "$gte"): "1965-01-01", ("born", "$lt"): "1965-05-01"}
    assert row.whole is None


def test_what_is_no_row_of_a_table_is_kept_whole() -> None:
    condition = {"all": [{"m": {"$or": [{"a": 1}, {"b": 2}]}}]}
    table = to_table({"code": "x", "rules": {"r": {**condition, "run": {"deny": "x"}}}})
    assert table.columns == ()
    assert table.rows[0].whole == condition
