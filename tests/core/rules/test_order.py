"""The order of reading stands whatever becomes of the keys, and decides nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.rules import compile_ruleset, parse, problems, reading_order
from yijianshi.core.rules.boundaries import at_random
from yijianshi.core.rules.order import with_order
from yijianshi.core.rules.table import from_table, to_table
from yijianshi.server.registry.sentences import sentences
from yijianshi.server.workbooks.opening import open_sheets
from yijianshi.server.workbooks.reading import read_sheets
from yijianshi.server.workbooks.rulesets import write_workbook

PATH = Path(__file__).parents[3] / "rules" / "school-entry.order.json"
SCHOOL: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
DAY = date(2026, 11, 24)
PLAIN = compile_ruleset(parse({key: value for key, value in SCHOOL.items() if key != "order"}), DAY)
FACTS = list(at_random(PLAIN, 60, missing=0.2))


@settings(max_examples=25)
@given(st.permutations(list(SCHOOL["rules"])), st.integers(0, 7), st.permutations(list(SCHOOL["rules"])))
def test_neither_order_nor_keys_have_a_say_in_verdicts(order: list[str], many: int, keys: list[str]) -> None:
    rules = {name: SCHOOL["rules"][name] for name in keys}
    other = compile_ruleset(parse({**SCHOOL, "rules": rules, "order": order[:many]}), DAY)
    for facts in FACTS:
        assert other.evaluate(facts).to_json() == PLAIN.evaluate(facts).to_json()


@given(st.permutations(list(SCHOOL["rules"])))
def test_rows_moved_stand_after_publishing_in_table_sentences_and_table_read_back(order: list[str]) -> None:
    moved = with_order(SCHOOL, order)
    published = json.loads(canonical(moved))
    table = to_table(published)
    assert reading_order(published) == [row.rule for row in table.rows] == order
    assert [name for name, _ in sentences(published)] == order
    assert canonical(from_table(table)) == canonical(published)


def test_rows_moved_stand_in_the_workbook_and_are_read_from_it() -> None:
    order = list(reversed(reading_order(SCHOOL)))
    published = json.loads(canonical(with_order(SCHOOL, order)))
    sheets, wrong = open_sheets(write_workbook(published))
    read = read_sheets(sheets)
    assert not wrong and not read.problems and read.document is not None
    assert list(read.document["rules"]) == order  # type: ignore[arg-type]
    assert canonical(read.document) == canonical(published)


def test_those_not_named_come_after_by_priority_and_name() -> None:
    rules = {"d": {}, "c": {"pri": 2}, "b": {}, "a": {"pri": 1}}
    assert reading_order({"rules": rules}) == ["b", "d", "a", "c"]
    assert reading_order({"rules": rules, "order": ["c", "gone", "c"]}) == ["c", "b", "d", "a"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("first", ("/order", "wrong-type")),
        (["gone"], ("/order/0", "unknown-rule")),
        ([7], ("/order/0", "unknown-rule")),
        ([*SCHOOL["order"], SCHOOL["order"][0]], ("/order/7", "rule-listed-twice")),
    ],
)
def test_an_order_that_names_no_rule_or_one_twice_is_refused(order: Any, found: tuple[str, str]) -> None:
    assert [(each.pointer, each.code) for each in problems({**SCHOOL, "order": order})] == [found]
