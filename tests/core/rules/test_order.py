"""The order of reading stands whatever becomes of the keys, and decides nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.evaluate import Evaluation, Run
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.library import Library
from yijianshi.core.rules import Facts, compile_ruleset, parse, problems, reading_order, run_cases
from yijianshi.core.rules.boundaries import at_random
from yijianshi.core.rules.combine import limit, routes
from yijianshi.core.rules.compile import Compiled
from yijianshi.core.rules.order import with_order
from yijianshi.core.rules.table import from_table, to_table
from yijianshi.server.apply.submission import conditions
from yijianshi.server.registry.sentences import sentences
from yijianshi.server.workbooks.layout import ABOUT_SHEET, ROWS
from yijianshi.server.workbooks.opening import open_sheets
from yijianshi.server.workbooks.reading import read_sheets
from yijianshi.server.workbooks.rulesets import write_workbook

from tests.core.rules.strategies import REASON, fact_sets, rulesets

RULES = Path(__file__).parents[3] / "rules"
SHIPPED = sorted(path for path in RULES.glob("*.json") if ".cases." not in path.name)
SCHOOL: dict[str, Any] = json.loads((RULES / "school-entry.order.json").read_text("utf-8"))
DAY = date(2026, 11, 24)
PLAIN = compile_ruleset(parse({key: value for key, value in SCHOOL.items() if key != "order"}), DAY)
FACTS = list(at_random(PLAIN, 60, missing=0.2))


def outcome(compiled: Compiled, facts: Facts) -> Any:
    """Everything that is decided: each rule, what follows, what stands of several, what is asserted."""
    verdict = compiled.evaluate(facts)
    stands = [routes(compiled.ruleset, verdict), limit(compiled.ruleset, verdict)]
    return verdict.to_json(), stands, compiled.asserted(compiled.decide(facts)), compiled.trace(facts)


@settings(max_examples=25)
@given(st.permutations(list(SCHOOL["rules"])), st.permutations(list(SCHOOL["rules"])))
def test_neither_order_nor_keys_have_a_say_in_verdicts(order: list[str], keys: list[str]) -> None:
    rules = {name: SCHOOL["rules"][name] for name in keys}
    other = compile_ruleset(parse({**SCHOOL, "rules": rules, "order": order}), DAY)
    assert [rule.name for rule in other.ruleset.read] == order
    for facts in FACTS:
        assert outcome(other, facts) == outcome(PLAIN, facts)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rulesets(), st.data())
def test_the_order_has_no_say_in_any_ruleset(document: Any, data: st.DataObject) -> None:
    order = data.draw(st.permutations(list(document["rules"])))
    plain, other = (compile_ruleset(parse(each), DAY) for each in (document, {**document, "order": order}))
    for facts in data.draw(st.lists(fact_sets(), min_size=1, max_size=5)):
        assert outcome(other, facts) == outcome(plain, facts)


TIED: dict[str, Any] = {
    "kind": "ruleset",
    "code": "tied",
    "title": {"zh": "一", "en": "a"},
    "decides": "routing",
    "facts": {"area": {"from": "/area", "type": "integer"}},
    "rules": {
        name: {
            "title": {"zh": title, "en": title},
            "all": [{"m": {"$gt": {"area": 0}}}],
            "run": {"route": name, "reason": REASON, "basis": "b"},
        }
        for name, title in (("b", "Second"), ("a", "First"), ("c", "Third"))
    },
}


def test_of_equal_priorities_the_name_decides_and_a_smaller_priority_before_it() -> None:
    def stands(document: Any) -> Any:
        compiled = compile_ruleset(parse(document), DAY)
        return routes(compiled.ruleset, compiled.evaluate({"area": 1}))

    assert stands(TIED) == ("a",)
    assert stands({**TIED, "order": ["c", "b", "a"]}) == ("a",)
    ranked = {**TIED["rules"], "a": {**TIED["rules"]["a"], "pri": 1}}
    assert stands({**TIED, "rules": ranked}) == ("b",)


@pytest.mark.parametrize("kind", ["deny", "refer"])
def test_reasons_are_given_as_the_rules_are_read(kind: str) -> None:
    rules = {
        name: {**rule, "run": {kind: name, "reason": REASON, "basis": "b"}}
        for name, rule in TIED["rules"].items()
    }
    document = {**TIED, "decides": "eligibility", "rules": rules, "order": ["b", "c", "a"]}
    compiled = compile_ruleset(parse(document), DAY)
    facts = {"area": 1}
    run = Run("tied", None, compiled, facts, compiled.evaluate(facts))
    evaluation = Evaluation(DAY, (), (), (run,))
    given = evaluation.denials if kind == "deny" else evaluation.referrals
    assert [outcome.rule for _, outcome in given] == ["b", "c", "a"]
    assert [each.rule for each in conditions(evaluation)] == ["b", "c", "a"]


@given(st.permutations(list(SCHOOL["rules"])))
def test_rows_moved_stand_after_publishing_in_table_sentences_and_table_read_back(order: list[str]) -> None:
    moved = with_order(SCHOOL, order)
    published = json.loads(canonical(moved))
    table = to_table(published)
    assert reading_order(published) == [row.rule for row in table.rows] == order
    assert [name for name, _ in sentences(published, Library({}))] == order
    assert canonical(from_table(table)) == canonical(published)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_ruleset_is_read_in_one_order_everywhere(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    assert problems(document) == []
    order = reading_order(document)
    # as its file is written, and said in no more words than it takes
    assert order == list(document["rules"])
    assert with_order(document, order) == document
    published = json.loads(canonical(document))
    assert [row.rule for row in to_table(published).rows] == order
    assert [name for name, _ in sentences(published, Library({}))] == order
    assert [rule.name for rule in parse(published).read] == order
    assert list(run_cases(parse(published), {}).truths) == order
    read = workbook(published)
    assert list(read["rules"]) == order
    assert canonical(read) == canonical(document)


def workbook(document: Any, change: Any = None) -> Any:
    """Give what is read of the workbook of a ruleset; ``change`` is done to its sheets before."""
    sheets, wrong = open_sheets(write_workbook(document))
    read = read_sheets([change(sheet) for sheet in sheets] if change else sheets)
    assert not wrong and not read.problems and read.document is not None
    return read.document


def test_rows_moved_in_the_workbook_are_read_so_whatever_it_says_beside_order() -> None:
    order = reading_order(SCHOOL)
    (about,) = [each for each in open_sheets(write_workbook(SCHOOL))[0] if each.name == ABOUT_SHEET]
    assert list(about.cells.values()).count(ROWS) == 1

    def last_row_first(sheet: Any) -> Any:
        if sheet.name == ABOUT_SHEET:
            return replace(
                sheet, cells={at: "[]" if said == ROWS else said for at, said in sheet.cells.items()}
            )
        if sheet.name != "规则":
            return sheet
        last = max(row for row, _ in sheet.cells)
        where = {row: row if row < 5 else 5 if row == last else row + 1 for row, _ in sheet.cells}
        return replace(
            sheet, cells={(where[row], column): said for (row, column), said in sheet.cells.items()}
        )

    read = workbook(SCHOOL, last_row_first)
    assert reading_order(read) == read["order"] == [order[-1], *order[:-1]]
    assert {**read, "order": order} == SCHOOL
    plain = {key: value for key, value in SCHOOL.items() if key != "order"}
    moved = workbook(plain, last_row_first)
    assert reading_order(moved) == [reading_order(plain)[-1], *reading_order(plain)[:-1]]


def test_without_order_rules_are_read_by_priority_and_name_and_what_a_draft_leaves_out_last() -> None:
    rules = {"d": {}, "c": {"pri": 2}, "b": {}, "a": {"pri": 1}}
    assert reading_order({"rules": rules}) == ["b", "d", "a", "c"]
    assert reading_order({"rules": rules, "order": ["c", "gone", "c"]}) == ["c", "b", "d", "a"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("first", [("/order", "wrong-type")]),
        (["b", "a", "gone", "c"], [("/order/2", "unknown-rule")]),
        (["b", 7, "a", "c"], [("/order/1", "unknown-rule")]),
        (["b", "a", "c", "b"], [("/order/3", "rule-listed-twice")]),
        (["c", "c"], [("/order/1", "rule-listed-twice"), ("/order", "rule-not-listed")]),
        ([], [("/order", "rule-not-listed")]),
    ],
)
def test_an_order_names_every_rule_once(order: Any, found: list[tuple[str, str]]) -> None:
    told = problems({**TIED, "order": order})
    assert [(each.pointer, each.code) for each in told] == found
    for each in told:
        assert "移动任一行" in each.remedy["zh"] and "move any row" in each.remedy["en"]


def test_what_is_wrong_with_an_order_is_told_by_title_and_name() -> None:
    (twice,) = problems({**TIED, "order": ["b", "a", "c", "b"]})
    assert twice.message == {
        "zh": "规则“Second”（b）列了两次",
        "en": "the rule “Second” (b) is listed twice",
    }
    (missing,) = problems({**TIED, "order": ["b"]})
    assert missing.message["en"] == "not listed: “First” (a), “Third” (c)"
    bare = {
        name: {key: value for key, value in rule.items() if key != "title"}
        for name, rule in TIED["rules"].items()
    }
    many = {f"r{number}": bare["a"] for number in range(9)}
    (missing,) = problems({**TIED, "rules": many, "order": ["r0"]})
    assert missing.message["zh"] == "没有列出规则“r1”、“r2”、“r3”、“r4”、“r5”等"
