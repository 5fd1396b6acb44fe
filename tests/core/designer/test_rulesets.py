"""The rules of the designer: its operations on the shipped rulesets, and its tabs whatever state a ruleset is in."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yijianshi.core.checks import Source, check
from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.types import Problem, text
from yijianshi.core.designer.between import changes_between
from yijianshi.core.designer.bundles import departments
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED, Desk, World, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import Entry, merge, replay
from yijianshi.core.designer.operations import Done, Ground, Refused, carry_out
from yijianshi.core.designer.panels import PANELS
from yijianshi.core.designer.parts import patches
from yijianshi.core.designer.places import focus_of, tab_for, way_to
from yijianshi.core.designer.ruleset_fields import used_fields
from yijianshi.core.designer.ruleset_parts import outcomes_of
from yijianshi.core.designer.ruleset_shape import tree_of
from yijianshi.core.rules import compile_ruleset, extract_facts, parse, problems, reading_order, run_cases
from yijianshi.core.rules.boundaries import at_random
from yijianshi.core.rules.sentences import say_facts
from yijianshi.server.context import shipped_calendar
from yijianshi.server.designer.starts import start
from yijianshi.server.files import meta_schemas, root, shipped_library

from tests.permit import tabled

LIBRARY = shipped_library()
METAS = meta_schemas()
DAY = date(2026, 11, 24)
WORLD = World(DAY, shipped_calendar())
TABS = [panel.name for panel in PANELS["ruleset"]]


def with_cases(code: str) -> Any:
    document = dict(LIBRARY.get("ruleset", code))
    cases = json.loads((root() / "rules" / f"{code}.cases.json").read_text("utf-8"))
    return {**document, "tests": {"cases": cases["cases"]}}


RULESETS = {str(each["code"]): with_cases(str(each["code"])) for each in LIBRARY.all("ruleset")}
SMALL = {code: each for code, each in RULESETS.items() if len(each["rules"]) < 20}
PERMIT = tabled(RULESETS["construction-permit.scope"])
COMPANY = RULESETS["individual-to-enterprise.eligibility"]


OWNED = {
    "derive": {"fn": "sum", "of": "/owners/*/share"},
    "type": "decimal",
    "title": {"zh": "自然人持股", "en": "what persons hold"},
}


def ground(document: Any) -> Ground:
    return Ground(document, LIBRARY.with_([document]), METAS)


def desk(document: Any, tab: str = "rules", lang: Any = "zh", **view: str) -> Desk:
    return Desk(ground(document), view={"tab": tab, **view}, lang=lang, world=WORLD)


def carried(document: Any, *operations: dict[str, Any]) -> Any:
    for operation in operations:
        done = carry_out(ground(document), operation)
        assert done is not None, operation
        document = done.document
    return document


def refused(document: Any, operation: dict[str, Any]) -> str:
    with pytest.raises(Refused) as caught:
        carry_out(ground(document), operation)
    return caught.value.problems[0].code


PERMIT_OPERATIONS: list[dict[str, Any]] = [
    {
        "op": "keep_tried",
        "on": "2026-11-24",
        "tried": '[["_asked","/investment"],["/investment","77"],["_on","2026-12-01"]]',
    },
    {"op": "add_rule"},
    {"op": "add_rule", "outcome": "deny"},
    {"op": "copy_rule", "rule": "no_permit"},
    {"op": "drop_rule", "rule": "no_permit"},
    {"op": "move_rule", "rule": "no_permit", "before": "permit_needed"},
    {"op": "move_rule", "rule": "permit_needed", "before": None},
    {"op": "rule_priority", "rule": "no_permit", "value": "3"},
    {"op": "rule_title", "rule": "no_permit", "lang": "zh", "value": "不需要"},
    {"op": "drop_column", "fact": "floor_area"},
    {"op": "move_column", "fact": "floor_area", "order": ["floor_area", "investment"]},
    {
        "op": "move_column",
        "fact": "floor_area",
        "order": ["investment", "floor_area"],
        "before": "investment",
    },
    {"op": "add_outcome", "rule": "no_permit"},
    {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "set_limit"},
    {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "require_material"},
    {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "reason", "lang": "en", "value": "none"},
    {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "basis", "value": "某法 第一条"},
    {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "target", "value": "department:x"},
    {"op": "route_to", "rule": "no_permit", "n": 0, "value": "tancheng-housing"},
    {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "matter", "value": "drainage-permit"},
    {"op": "add_condition", "rule": "no_permit", "path": "", "what": "leaf", "fact": "floor_area"},
    {"op": "add_condition", "rule": "no_permit", "path": "", "what": "$and"},
    {"op": "add_condition", "rule": "no_permit", "path": "0", "what": "leaf"},
    {"op": "add_condition", "rule": "no_permit", "path": "", "what": "$not"},
    {"op": "drop_condition", "rule": "no_permit", "path": "1"},
    {"op": "drop_condition", "rule": "no_permit", "path": ""},
    {"op": "move_condition", "rule": "no_permit", "path": "0", "by": 1},
    {"op": "wrap_condition", "rule": "no_permit", "path": "", "with": "$not"},
    {"op": "wrap_condition", "rule": "no_permit", "path": "0", "with": "$and"},
    {"op": "turn_condition", "rule": "no_permit", "path": "", "value": "$and"},
    {"op": "compare_fact", "rule": "no_permit", "path": "0", "value": "floor_area"},
    {"op": "compare_by", "rule": "no_permit", "path": "0", "value": "$gt"},
    {"op": "compare_by", "rule": "no_permit", "path": "0", "value": "$in"},
    {"op": "compare_by", "rule": "no_permit", "path": "0", "value": "$ex"},
    {"op": "set_cell", "rule": "permit_needed", "fact": "floor_area", "value": "$lt"},
    {"op": "hold_against", "rule": "no_permit", "path": "0", "value": "value"},
    {"op": "hold_against", "rule": "no_permit", "path": "0", "value": "parameter:area_limit"},
    {"op": "hold_against", "rule": "no_permit", "path": "0", "value": "fact:floor_area"},
    {"op": "hold_against", "rule": "no_permit", "path": "0", "value": "$mul"},
    {"op": "set_operand", "rule": "no_permit", "path": "0", "value": "12.5"},
    {"op": "add_fact", "place": "/project/name"},
    {"op": "add_fact", "place": "/company/shareholders"},
    {"op": "add_derived", "fn": "days_between", "of": ["today", "/project/start"]},
    {"op": "add_asserted"},
    {"op": "add_held", "parameter": "area_limit"},
    {"op": "fact_type", "fact": "investment", "value": "money"},
    {"op": "changeable", "fact": "investment", "value": "false"},
    {"op": "add_parameter"},
    {"op": "parameter_type", "parameter": "area_limit", "value": "date"},
    {"op": "parameter_value", "parameter": "area_limit", "value": "500"},
    {"op": "parameter_day", "parameter": "area_limit", "value": "2027-01-01"},
    {"op": "add_case", "on": "2026-11-24"},
    {"op": "copy_case", "case": "case_01"},
    {"op": "drop_case", "case": "case_02"},
    {"op": "move_case", "case": "case_02", "by": -1},
    {"op": "case_title", "case": "case_01", "lang": "en", "value": "at the limit"},
    {"op": "case_day", "case": "case_01", "value": "2027-01-01"},
    {"op": "case_answer", "case": "case_01", "place": "/project/investment", "as": "decimal", "value": "31"},
    {"op": "case_answer", "case": "case_01", "place": "/project/investment", "as": "decimal", "value": ""},
    {"op": "case_row", "case": "case_01", "place": "/owners"},
    {"op": "case_expect", "case": "case_01", "rule": "no_permit", "value": "unknown"},
    {"op": "case_outcomes", "case": "case_01", "value": ["route:no-permit"]},
    {"op": "case_record", "case": "case_01", "expect": {"met": ["permit_needed"], "unmet": []}},
    {
        "op": "sign_unreached",
        "rule": "no_permit",
        "lang": "zh",
        "value": "不会发生",
        "by": "王",
        "on": "2026-11-24",
    },
]


@pytest.mark.parametrize("operation", PERMIT_OPERATIONS, ids=lambda each: json.dumps(each)[:70])
def test_every_operation_is_told_in_both_languages_and_taken_back(operation: dict[str, Any]) -> None:
    before = copy.deepcopy(PERMIT)
    done: Done | None = carry_out(ground(PERMIT), operation)
    assert done is not None
    assert done.step.sentence["zh"] and done.step.sentence["en"]
    assert done.step.sentence["zh"] != done.step.sentence["en"]
    assert canonical(done.document) != canonical(PERMIT)
    assert canonical(apply(done.document, done.inverse)[0]) == canonical(PERMIT) == canonical(before)
    assert not meta_findings(done.document, METAS["ruleset"], meta_registry(METAS))


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "drop_fact", "fact": "investment"}, "in-use"),
        ({"op": "drop_parameter", "parameter": "area_limit"}, "in-use"),
        ({"op": "drop_rule", "rule": "gone"}, "misplaced"),
        ({"op": "drop_condition", "rule": "no_permit", "path": "7"}, "bad-operation"),
        ({"op": "drop_condition", "rule": "no_permit", "path": "x"}, "bad-operation"),
        ({"op": "set_operand", "rule": "no_permit", "path": "0", "value": "many"}, "unreadable"),
        ({"op": "set_operand", "rule": "no_permit", "path": "0", "value": ""}, "empty"),
        ({"op": "drop_outcome", "rule": "no_permit", "n": 0}, "last-outcome"),
        ({"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "assert"}, "no-asserted-fact"),
        ({"op": "add_condition", "rule": "no_permit", "path": "", "what": "$iall"}, "no-facts"),
        ({"op": "compare_by", "rule": "no_permit", "path": "0", "value": "$mt"}, "bad-operation"),
        ({"op": "add_fact", "place": "/nowhere"}, "misplaced"),
        ({"op": "add_derived", "fn": "age", "of": []}, "no-field"),
        ({"op": "parameter_value", "parameter": "area_limit", "value": ""}, "empty"),
        ({"op": "case_day", "case": "case_01", "value": "soon"}, "unreadable"),
        ({"op": "drop_case", "case": "gone"}, "misplaced"),
        (
            {
                "op": "sign_unreached",
                "rule": "no_permit",
                "lang": "zh",
                "value": "无",
                "by": " ",
                "on": "2026-11-24",
            },
            "unsigned",
        ),
    ],
    ids=lambda each: json.dumps(each)[:60] if isinstance(each, dict) else each,
)
def test_what_makes_no_sense_is_refused_whole(operation: dict[str, Any], code: str) -> None:
    assert refused(PERMIT, operation) == code


def test_the_order_of_rows_stands_after_publishing_and_decides_nothing() -> None:
    document = carried(PERMIT, {"op": "add_rule"}, {"op": "add_rule"}, {"op": "add_rule"})
    assert reading_order(document) == [*reading_order(PERMIT), "rule_01", "rule_02", "rule_03"]
    moved = carried(document, {"op": "move_rule", "rule": "rule_03", "before": "permit_needed"})
    wanted = ["rule_03", "permit_needed", "no_permit", "rule_01", "rule_02"]
    assert reading_order(moved) == moved["order"] == wanted
    assert reading_order(json.loads(canonical(moved))) == wanted
    assert moved["rules"] == document["rules"]
    copied = carried(moved, {"op": "copy_rule", "rule": "rule_03"})
    assert reading_order(copied)[:2] == ["rule_03", "rule_04"]
    fewer = carried(copied, {"op": "drop_rule", "rule": "rule_03"})
    assert reading_order(fewer) == fewer["order"] == ["rule_04", *wanted[1:]]


def test_an_order_that_says_nothing_new_is_not_written() -> None:
    plain = {key: value for key, value in PERMIT.items() if key != "order"}
    assert reading_order(plain) == ["no_permit", "permit_needed"]
    moved = carried(plain, {"op": "move_rule", "rule": "permit_needed", "before": "no_permit"})
    assert moved["order"] == ["permit_needed", "no_permit"]
    assert carried(moved, {"op": "move_rule", "rule": "permit_needed", "before": None}) == plain


def test_what_a_code_is_called_is_typed_beside_it_and_goes_along_with_it() -> None:
    document = with_cases("individual-to-enterprise.paths")
    document = {key: value for key, value in document.items() if key != "names"}
    name = next(name for name, rule in document["rules"].items() if rule["run"].get("deny") == "listed")
    say = {"op": "say", "at": ["names", "listed"], "lang": "zh", "value": "在异常名录中", "optional": True}
    english = {**say, "lang": "en", "value": "on the list"}
    called = carried(document, say, english)
    assert not meta_findings(called, METAS["ruleset"], meta_registry(METAS))
    shown = frame(desk(called, select=name)).html()
    assert "不予办理（在异常名录中）" in shown and "it cannot be granted (on the list)" in shown
    assert "在句子中的称呼" in shown and "在句子中的称呼" not in frame(desk(called)).html()
    renamed = carried(
        called, {"op": "outcome_part", "rule": name, "n": 0, "part": "target", "value": "on-list"}
    )
    assert renamed["names"] == {"on-list": called["names"]["listed"]}
    untold = carried(called, {**english, "value": ""})
    assert untold["names"]["listed"] == text("在异常名录中", "在异常名录中"), "the Chinese stays"
    assert not carried(untold, {**say, "value": ""})["names"]
    other = next(each for each in document["rules"] if each != name)
    shared = {"op": "outcome_kind", "rule": other, "n": 0, "value": "deny"}
    code = {"op": "outcome_part", "rule": other, "n": 0, "part": "target", "value": "listed"}
    both = carried(called, shared, code, {**code, "value": "elsewhere"})
    assert both["names"]["listed"] == both["names"]["elsewhere"]


def test_a_row_is_led_to_and_shown_on_whichever_page_it_stands() -> None:
    document = RULESETS["retirement.age"]
    order = reading_order(document)
    assert len(order) > 50
    view = way_to(document, f"/rules/{order[40]}/all")
    shown = frame(
        desk(document, **{key: value for key, value in view.items() if value and key != "tab"})
    ).html()
    assert f'id="dz-r-{order[40]}"' in shown and f'id="dz-r-{order[0]}"' not in shown
    done = carry_out(ground(document), {"op": "add_rule"})
    assert done is not None
    added = next(name for name in done.document["rules"] if name not in document["rules"])
    assert f'id="dz-r-{added}"' in frame(desk(done.document, **done.step.shows)).html()
    first = carry_out(ground(document), {"op": "copy_rule", "rule": order[0]})
    assert first is not None and first.step.shows["page"] == "0"
    cases = document["tests"]["cases"]
    assert way_to(document, "/tests/cases/45/on")["page"] == str(45 // 20) and len(cases) > 45


def test_what_a_code_is_called_goes_with_the_last_rule_that_names_it_and_comes_back_with_it() -> None:
    document = with_cases("individual-to-enterprise.paths")
    rule = next(name for name, rule in document["rules"].items() if rule["run"].get("deny") == "listed")
    kept = {"route-not-here": text("别处", "elsewhere")}
    document = {**document, "names": {"listed": text("在异常名录中", "on the list"), **kept}}
    twice = carried(document, {"op": "copy_rule", "rule": rule})
    assert carried(twice, {"op": "drop_rule", "rule": rule})["names"] == document["names"]
    done = carry_out(ground(document), {"op": "drop_rule", "rule": rule})
    assert done is not None and done.document["names"] == kept
    assert apply(done.document, done.inverse)[0] == document
    alone = {**document, "names": {"listed": text("在异常名录中", "on the list")}}
    assert "names" not in carried(alone, {"op": "drop_rule", "rule": rule})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("tab", "size"), [("rules", 25), ("cases", 20)])
def test_a_page_follows_the_row_that_is_moved_and_every_button_leaves_the_focus_where_there_is_something(
    tab: str, size: int, lang: Any
) -> None:
    def rows(document: Any) -> list[str]:
        if tab == "rules":
            return [f"dz-r-{name}" for name in reading_order(document)]
        return [f"dz-c-{each['code']}" for each in document["tests"]["cases"]]

    # every case has its own code from the first operation on
    given = carried(RULESETS["retirement.age"], {"op": "copy_case", "case": "case_01"})
    named = rows(given)
    far = len(named) - 1
    presses = [
        (size - 1, "down"),
        (size, "up"),
        (1, "up"),
        (far - 1, "down"),
        (size - 1, "copy"),
        (far, "copy"),
        (3, "drop"),
        (far, "drop"),
        (size, "drop"),
    ]
    for at, kind in presses:
        before = desk(given, tab, lang, page=str(at // size), select=named[at][5:])
        press = re.search(
            rf'<button type="submit" name="do" value="([^"]*)" id="{named[at]}-{kind}"[^>]*>', shown(before)
        )
        assert press is not None and " disabled" not in press[0] and "aria-keyshortcuts" in press[0]
        there, entries = after(before, [(PRESSED, unescape(press[1]))])
        focus = re.search(r'data-focus="([^"]*)"', press[0])
        held = re.search(rf'<[^>]* id="{focus[1]}"[^>]*>', shown(there)) if focus else None
        assert len(entries) == 1 and held is not None and " disabled" not in held[0], (at, kind)
        if kind in ("up", "down"):
            assert rows(there.document).index(named[at]) == at + {"up": -1, "down": 1}[kind]
            assert f'<tbody id="{named[at]}"' in shown(there)


def test_another_tab_begins_with_its_own_first_page() -> None:
    link = re.search(
        r'<a href="([^"]*)"[^>]* id="dz-tab-cases"', shown(desk(RULESETS["retirement.age"], page="2"))
    )
    assert link is not None and "page" not in link[1] and "tab=cases" in link[1]


def shown(desk: Desk) -> str:
    return frame(desk).html()


def test_a_value_that_is_not_chosen_yet_is_an_error_and_no_rule_that_is_never_met() -> None:
    document = carried(
        {key: value for key, value in PERMIT.items() if key != "tests"},
        {"op": "add_fact", "place": "/project/category"},
        {"op": "add_rule"},
    )
    name = next(each for each in document["rules"] if each not in PERMIT["rules"])
    fact = next(each for each in document["facts"] if each not in PERMIT["facts"])
    document = carried(
        document,
        {"op": "add_condition", "rule": name, "path": "", "what": "leaf", "fact": fact},
        {"op": "compare_by", "rule": name, "path": "", "value": "$in"},
    )
    found = check([Source("x", document)], METAS, LIBRARY)
    assert "还没有选择或填写比较的值" in {each.message["zh"] for each in found if each.severity == "error"}


def test_a_priority_is_typed_and_the_rule_is_read_where_it_was() -> None:
    plain = {key: value for key, value in PERMIT.items() if key != "order"}
    last = carried(plain, {"op": "rule_priority", "rule": "no_permit", "value": "7"})
    assert last["rules"]["no_permit"]["pri"] == 7
    assert reading_order(last) == last["order"] == ["no_permit", "permit_needed"]
    row = frame(desk(last)).html().partition('id="dz-r-no_permit"')[2].partition('id="dz-r-permit_needed"')[0]
    assert "优先级 7" in row and "优先级" not in frame(desk(plain)).html()
    assert carried(last, {"op": "rule_priority", "rule": "no_permit", "value": ""}) == plain
    for typed in ("-1", "50001", "soon"):
        assert refused(PERMIT, {"op": "rule_priority", "rule": "no_permit", "value": typed}) == "unreadable"


ROWS = st.lists(
    st.tuples(st.sampled_from(["add", "copy", "drop", "move", "rank"]), st.integers(0, 9), st.integers(0, 9)),
    max_size=6,
)


def row_operation(document: Any, what: str, one: int, other: int) -> dict[str, Any] | None:
    names = reading_order(document)
    if what == "add":
        return {"op": "add_rule", "outcome": "refer"}
    if not names:
        return None
    rule = names[one % len(names)]
    if what == "move":
        return {"op": "move_rule", "rule": rule, "before": ([*names, None])[other % (len(names) + 1)]}
    if what == "rank":
        return {"op": "rule_priority", "rule": rule, "value": str(other)}
    return {"op": f"{what}_rule", "rule": rule}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.booleans())
def test_whatever_is_done_to_rows_the_order_is_whole_and_every_step_is_taken_back(
    steps: list[tuple[str, int, int]], bare: bool
) -> None:
    document: Any = {key: value for key, value in PERMIT.items() if not bare or key != "order"}
    begun, inverses = document, []
    for step in steps:
        operation = row_operation(document, *step)
        done = carry_out(ground(document), operation) if operation else None
        if done is None or operation is None:
            continue
        assert apply(done.document, done.inverse)[0] == document
        before, now = reading_order(document), reading_order(done.document)
        staying = [name for name in before if name in now and name != operation.get("rule")]
        assert [name for name in now if name in staying] == staying
        if operation["op"] == "rule_priority":
            assert now == before
        document = done.document
        inverses.append(done.inverse)
        assert reading_order(json.loads(canonical(document))) == now
        assert [each for each in problems(document) if each.pointer.startswith("/order")] == []
        assert meta_findings(document, METAS["ruleset"], meta_registry(METAS)) == []
    for inverse in reversed(inverses):
        document, _ = apply(document, inverse)
    assert document == begun


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.booleans(), st.integers(0, 9), st.integers(0, 9))
def test_what_is_added_moved_or_copied_and_put_back_leaves_the_document_as_it_was(
    steps: list[tuple[str, int, int]], bare: bool, one: int, other: int
) -> None:
    document: Any = {key: value for key, value in PERMIT.items() if not bare or key != "order"}
    for step in steps:
        operation = row_operation(document, *step)
        done = carry_out(ground(document), operation) if operation else None
        document = done.document if done else document
    names = reading_order(document)
    for what in ("add", "copy"):
        if names or what == "add":
            more = carried(document, row_operation(document, what, one, other))
            (new,) = set(reading_order(more)) - set(names)
            assert carried(more, {"op": "drop_rule", "rule": new}) == document
    if len(names) > 1:
        rule = names[one % len(names)]
        after_ = [*names, None][names.index(rule) + 1]
        away = carry_out(ground(document), row_operation(document, "move", one, other) or {})
        if away is not None:
            assert carried(away.document, {"op": "move_rule", "rule": rule, "before": after_}) == document


def logged(
    document: Any, steps: list[tuple[str, int, int]], by: str, skip: int = 0
) -> tuple[Any, list[Entry]]:
    """Do something to the rows; the names of the first ``skip`` new rules are left to somebody else."""
    log: list[Entry] = []
    operations = [{"op": "add_rule", "outcome": "refer"}] * skip
    operations += [{"op": "drop_rule", "rule": f"rule_{number:02d}"} for number in range(1, skip)]
    for given_ in [*operations, *steps]:
        operation = row_operation(document, *given_) if isinstance(given_, tuple) else given_
        try:
            done = carry_out(ground(document), operation) if operation else None
        except Refused:
            continue
        if done is not None:
            log.append(Entry.of(done, by=by))
            document = done.document
    return document, log


def astray(document: Any) -> list[str]:
    return [each.code for each in problems(document) if each.pointer.startswith("/order")]


def test_one_adds_a_rule_while_another_orders_them_for_the_first_time() -> None:
    bare = {key: value for key, value in PERMIT.items() if key != "order"}
    first, *rest = reading_order(bare)
    added = carry_out(ground(bare), {"op": "add_rule", "outcome": "refer"})
    moved = carry_out(ground(bare), {"op": "move_rule", "rule": first, "before": None})
    assert added and moved and "order" not in added.document and "order" in moved.document
    (new,) = set(added.document["rules"]) - set(bare["rules"])
    for theirs, mine in ((added, moved), (moved, added)):
        found = merge(ground(theirs.document), [Entry.of(theirs)], [Entry.of(mine)])
        assert found.conflicts == () and astray(found.document) == []
        assert reading_order(found.document) == found.document["order"] == [*rest, first, new]
        (entry,) = found.entries
        assert apply(theirs.document, entry.edits)[0] == found.document
        assert apply(found.document, entry.inverse)[0] == theirs.document


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, ROWS, st.booleans(), st.integers(0, 3))
def test_what_two_do_to_the_rows_leaves_the_order_whole_or_is_a_conflict(
    theirs: list[tuple[str, int, int]], mine: list[tuple[str, int, int]], bare: bool, skip: int
) -> None:
    document: Any = {key: value for key, value in PERMIT.items() if not bare or key != "order"}
    other, their_log = logged(document, theirs, "bo")
    _, my_log = logged(document, mine, "ann", skip)
    found = merge(ground(other), their_log, my_log)
    assert astray(found.document) == []
    if found.conflicts:
        assert found.document == other and found.entries == ()
        return
    assert replay(other, found.entries) == found.document
    back: Any = found.document
    for entry in reversed(found.entries):
        back, _ = apply(back, entry.inverse)
    assert back == other


def test_an_order_that_was_not_whole_before_is_not_mended_in_passing() -> None:
    broken = {**PERMIT, "order": ["permit_needed"]}
    title = carry_out(ground(broken), {"op": "set", "at": ["title", "en"], "value": "Another"})
    basis = carry_out(ground(broken), {"op": "set", "at": ["basis"], "value": "另一依据"})
    assert title and basis
    found = merge(ground(title.document), [Entry.of(title)], [Entry.of(basis)])
    assert found.document["order"] == ["permit_needed"]


def test_a_broken_order_is_told_and_mended_by_moving_any_row() -> None:
    broken = {**PERMIT, "order": ["permit_needed"]}
    assert [each.code for each in problems(broken)] == ["rule-not-listed"]
    assert tab_for("ruleset", "/order") == "rules"
    mended = carried(broken, {"op": "move_rule", "rule": "no_permit", "before": "permit_needed"})
    assert problems(mended) == [] and reading_order(mended) == ["no_permit", "permit_needed"]


def test_a_row_moved_is_told_by_the_titles_of_the_rules() -> None:
    titles = {name: rule["title"]["zh"] for name, rule in PERMIT["rules"].items()}
    three = carried(PERMIT, {"op": "copy_rule", "rule": "no_permit"})
    moved = carried(three, {"op": "move_rule", "rule": "rule_01", "before": "permit_needed"})
    (change,) = changes_between(three, moved)
    assert change.pointer.startswith("/order/")
    assert change.sentence["zh"] == f"规则“{titles['no_permit']}（副本）”移到“{titles['permit_needed']}”之前"
    assert "moved before" in change.sentence["en"] and "permit_needed" not in change.sentence["en"]
    said = [each.sentence["zh"] for each in changes_between(PERMIT, three)]
    assert f"规则“{titles['no_permit']}（副本）”排在最后" in said
    plain = {key: value for key, value in PERMIT.items() if key != "order"}
    (set_,) = changes_between(plain, PERMIT)
    assert set_.sentence["zh"] == f"规则的先后改为：“{titles['permit_needed']}”、“{titles['no_permit']}”"
    (unset,) = changes_between(PERMIT, plain)
    assert unset.sentence["zh"] == f"规则的先后改为：“{titles['no_permit']}”、“{titles['permit_needed']}”"


@pytest.mark.parametrize("code", sorted(SMALL))
def test_a_condition_read_as_a_tree_and_written_back_decides_alike(code: str) -> None:
    document = SMALL[code]
    rules = {
        name: {"all": [{"m": tree_of(rule)}], **{k: v for k, v in rule.items() if k not in ("all", "any")}}
        for name, rule in document["rules"].items()
    }
    old = compile_ruleset(parse({**document, "tests": {}}), DAY)
    new = compile_ruleset(parse({**document, "rules": rules, "tests": {}}), DAY)
    for facts in at_random(old, 200, missing=0.2):
        assert old.truths(facts) == new.truths(facts)


def test_patterns_of_every_shape_become_one_tree() -> None:
    rule = {
        "any": [
            {"m": {"a": 1}},
            {"x$not": {"b": 2}},
            {"y$all": [{"m": {"c": 3}}, {"z$any": [{"m": {"d": 4}}, {"m": {"e": 5}}]}]},
        ]
    }
    assert tree_of(rule) == {
        "$or": [{"a": 1}, {"$not": {"b": 2}}, {"$and": [{"c": 3}, {"$or": [{"d": 4}, {"e": 5}]}]}]
    }
    assert tree_of({"all": "nonsense"}) is None


def test_a_ruleset_is_composed_from_nothing_and_decides() -> None:
    """Facts, two rules in the table, one with a calculation and one on rows, and cases: without typing any code."""
    document = start("ruleset", "company.eligibility", "设立条件")
    document = carried(
        document,
        {"op": "add_fact", "place": "/company/capital"},
        {"op": "add_fact", "place": "/company/shareholders"},
        {"op": "add_derived", "fn": "sum", "of": "/company/shareholders/*/amount"},
        {"op": "add_parameter"},
        {"op": "parameter_value", "parameter": "parameter_1", "value": "3"},
        {"op": "add_rule"},
        {"op": "rule_title", "rule": "rule_01", "lang": "zh", "value": "注册资本不足"},
        {"op": "set_cell", "rule": "rule_01", "fact": "capital", "value": "$lt"},
        {"op": "hold_against", "rule": "rule_01", "path": "", "value": "parameter:parameter_1"},
        {
            "op": "outcome_part",
            "rule": "rule_01",
            "n": 0,
            "part": "reason",
            "lang": "zh",
            "value": "注册资本不足",
        },
        {"op": "outcome_part", "rule": "rule_01", "n": 0, "part": "target", "value": "capital"},
        {"op": "add_rule", "outcome": "refer"},
        {"op": "add_condition", "rule": "rule_02", "path": "", "what": "$iany", "fact": "shareholders"},
        {"op": "compare_fact", "rule": "rule_02", "path": "0", "value": "$i.amount"},
        {"op": "compare_by", "rule": "rule_02", "path": "0", "value": "$gt"},
        {"op": "hold_against", "rule": "rule_02", "path": "0", "value": "$mul"},
        {"op": "hold_against", "rule": "rule_02", "path": "0", "side": "l", "value": "fact:capital"},
        {"op": "set_operand", "rule": "rule_02", "path": "0", "side": "r", "value": "0.5"},
        {"op": "wrap_condition", "rule": "rule_02", "path": "", "with": "$or"},
    )
    last = len(tree_of(document["rules"]["rule_02"])["$or"]) - 1  # type: ignore[index]
    document = carried(document, {"op": "drop_condition", "rule": "rule_02", "path": str(last)})
    assert problems({**document, "tests": {}}) == []
    compiled = compile_ruleset(parse({**document, "tests": {}}), DAY)
    answers = {"company": {"capital": 2, "shareholders": [{"amount": 1.5}, {"amount": 0.5}]}}
    facts = extract_facts(compiled.ruleset, answers, DAY)
    assert compiled.truths(facts) == {"rule_01": "met", "rule_02": "met"}
    document = carried(document, {"op": "suggest_cases", "on": DAY.isoformat()})
    report = run_cases(compiled.ruleset, document["tests"])
    assert not report.failures and not report.never_met
    assert len({case["code"] for case in document["tests"]["cases"]}) == len(document["tests"]["cases"])
    html = frame(desk(document, "cases")).html()
    assert "未通过 0 个" in html
    broken = carried(
        document,
        {"op": "set_operand", "rule": "rule_02", "path": "0", "side": "r", "value": "0"},
        {"op": "case_expect", "case": "case_01", "rule": "rule_01", "value": "unknown"},
    )
    assert "未通过" in frame(desk(broken, "cases")).html()


def test_the_english_of_a_reason_leaves_the_chinese_as_it_was_written() -> None:
    """What has no English yet has the Chinese in its place: writing the English is no word on the Chinese."""
    reason = {"op": "outcome_part", "rule": "rule_01", "n": 0, "part": "reason"}
    document = carried(start("ruleset", "company.eligibility", "设立条件"), {"op": "add_rule"})
    for lang, value, zh, en in (
        ("zh", "出资", "出资", "出资"),
        ("zh", "出资不足", "出资不足", "出资不足"),
        ("en", "too little", "出资不足", "too little"),
        ("en", "The capital is too small", "出资不足", "The capital is too small"),
        ("zh", "注册资本不足", "注册资本不足", "The capital is too small"),
        ("en", "", "注册资本不足", "注册资本不足"),
        ("en", "too small", "注册资本不足", "too small"),
    ):
        document = carried(document, {**reason, "lang": lang, "value": value})
        (outcome,) = outcomes_of(document["rules"]["rule_01"])
        assert outcome["reason"] == {"zh": zh, "en": en}, (lang, value)


def test_a_case_of_answers_no_form_asks_for_says_what_each_is_for() -> None:
    entry = with_cases("school-entry.order")
    assert "学生出生日期" in frame(desk(entry, "cases")).html()
    waited = {"derive": {"fn": "days_between", "of": ["/wait/from", "/wait/to"]}, "type": "integer"}
    waited["title"] = {"zh": "等待天数", "en": "days waited"}
    entry = dict(entry, facts={**entry["facts"], "held": OWNED, "waited": waited})
    shown = frame(desk(entry, "cases")).html()
    assert "“等待天数”所依据的 /wait/from" in shown and "“自然人持股”所依据的 /owners" in shown
    assert "/wait/from, for “days waited”" in frame(desk(entry, "cases", "en")).html()
    place = 'name="{&quot;as&quot;:&quot;date&quot;,&quot;case&quot;:'
    assert "/wait/from" in "".join(each[:200] for each in shown.split(place)[1:])


@pytest.mark.parametrize(("tab", "lang"), [("cases", "zh"), ("try", "en")])
def test_rules_that_cannot_run_yet_say_which_and_lead_there(tab: str, lang: Any) -> None:
    document = carried(RULESETS["retirement.age"], {"op": "add_rule"})
    told = frame(desk(document, tab, lang)).html().split('id="dz-c-broken"')[1].split("</div>")[0]
    title = document["rules"]["rule_01"]["title"][lang]
    assert title in told
    link = re.search(r'href="\?([^"]*)"', told)
    assert link is not None
    view = dict(parse_qsl(unescape(link[1])))
    events = [(f"view:{key}", value) for key, value in view.items()]
    there = after(desk(document, tab, lang), events)[0]
    assert (
        f'id="{focus_of(there)}"' in frame(there).html() and 'id="dz-r-rule_01-more"' in frame(there).html()
    )


def test_a_rule_taken_out_is_expected_by_no_case_any_more() -> None:
    document = carried(PERMIT, {"op": "drop_rule", "rule": "no_permit"})
    assert "no_permit" not in json.dumps(document["tests"])
    assert not run_cases(parse({**document, "tests": {}}), document["tests"]).failures


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("code", sorted(SMALL))
def test_every_tab_shows_every_ruleset_in_both_languages(code: str, tab: str) -> None:
    document = SMALL[code]
    opened = next(iter(document["rules"])) if tab == "rules" else "case_01"
    for lang in ("zh", "en"):
        html = frame(desk(document, tab, lang, select=opened)).html()
        names = [each.split('"')[0] for each in html.split(' id="')[1:]]
        assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1][:5]


class Controls(HTMLParser):
    """What a page without script would post: every control with what it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.held: dict[str, list[str]] = {}
        self._name, self._text = "", ""
        self._options: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.held.setdefault(name, []).append(value)
        elif tag in ("select", "textarea"):
            self._name, self._text, self._options = name, "", []
        elif tag == "option":
            self._options.append((value, "selected" in given))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            chosen = [value for value, selected in self._options if selected]
            self.held[self._name] = chosen or [self._options[0][0]]
        elif tag == "textarea":
            self.held[self._name] = [self._text.removeprefix("\n")]


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "json"])
@pytest.mark.parametrize("code", sorted(SMALL))
def test_a_page_posted_whole_and_untouched_changes_nothing(code: str, tab: str) -> None:
    document = SMALL[code]
    for opened in [*document["rules"]] if tab == "rules" else ["case_01", "case_03"]:
        for view in ({"select": opened}, {"select": opened, "tree": opened}):
            shown = desk(document, tab, "zh", **view)
            held = Controls(frame(shown).html()).held
            events = [(name, given if len(given) > 1 else given[0]) for name, given in held.items() if name]
            now, entries = after(shown, [event for event in events if event[0].startswith("{")])
            assert not entries, [entry.sentence["en"] for entry in entries]
            assert not now.problems


def test_every_rule_is_said_in_both_languages_beside_its_row() -> None:
    html = frame(desk(PERMIT)).html()
    assert "如果投资额大于投资限额" in html and "If investment is more than the investment limit" in html
    unfinished = carried(PERMIT, {"op": "add_rule"})
    html = frame(desk(unfinished)).html()
    assert "规则还没有条件" in html and "如果投资额大于投资限额" in html


def test_an_edit_of_one_row_repaints_that_row_alone() -> None:
    before = desk(PERMIT)
    changed, entries = after(
        before,
        [(PRESSED, json.dumps({"op": "compare_by", "rule": "permit_needed", "path": "0", "value": "$gte"}))],
    )
    assert len(entries) == 1
    ids = [part.id for part in patches(frame(before), frame(changed))]
    assert ids == ["dz-bar", "dz-r-permit_needed-row", "dz-r-permit_needed-said", "dz-said"]


def test_findings_stand_beside_their_row() -> None:
    found = Problem(
        "/rules/no_permit/all/0",
        "never-met",
        text("永不成立", "never met"),
        text("请改", "mend"),
        "",
        "warning",
    )
    html = frame(replace(desk(PERMIT), findings=(found,))).html()
    before, _, after_ = html.partition('id="dz-r-no_permit"')
    assert "永不成立" in after_.partition("</tbody>")[0]
    assert "永不成立" not in before.partition('id="dz-r-permit_needed"')[2]


def test_findings_lead_to_the_tab_of_their_place() -> None:
    for place, name in (("/rules/a", "rules"), ("/facts/b", "facts"), ("/tests/cases/0", "cases")):
        assert tab_for("ruleset", place) == name


def test_an_empty_ruleset_leads_from_facts_to_rules_to_cases() -> None:
    document = start("ruleset", "new.eligibility", "条件")
    assert "选择这些事实" in frame(desk(document)).html()
    document = carried(document, {"op": "add_fact", "place": "/project/investment"})
    assert "还没有规则" in frame(desk(document)).html()
    assert "还没有用例" in frame(desk(document, "cases")).html()
    done = carried(document, {"op": "add_rule"}, {"op": "add_case", "on": "2026-11-24"})
    assert "dz-guide" not in frame(desk(done)).html()


def random_operations() -> st.SearchStrategy[dict[str, Any]]:
    rules = st.sampled_from(["permit_needed", "no_permit", "rule_01"])
    paths = st.sampled_from(["", "0", "1", "0.0", "0.1", "1.0"])
    words = st.sampled_from(
        ["", "5", "2026-01-01", "true", "x", "$gt", "$in", "$ex", "$or", "floor_area", "decimal"]
    )
    free = st.fixed_dictionaries(
        {
            "op": st.sampled_from(sorted({each["op"] for each in PERMIT_OPERATIONS})),
            "rule": rules,
            "path": paths,
            "value": words,
        },
        optional={
            "n": st.integers(0, 2),
            "part": st.sampled_from(["target", "reason", "basis", "days"]),
            "lang": st.sampled_from(["zh", "en"]),
            "what": st.sampled_from(["leaf", "$and", "$or", "$not", "$iany"]),
            "with": st.sampled_from(["$and", "$or", "$not"]),
            "by": st.integers(-2, 2),
            "fact": st.sampled_from(["investment", "floor_area", "follows"]),
            "parameter": st.sampled_from(["area_limit", "gone"]),
            "before": st.sampled_from([None, "no_permit"]),
            "case": st.sampled_from(["case_01", "case_05"]),
            "on": st.just("2026-11-24"),
            "place": st.sampled_from(["/project/name", "/project/investment", "/company/shareholders"]),
            "as": st.sampled_from(["decimal", "text"]),
            "side": st.sampled_from(["", "l", "r"]),
        },
    )
    return st.one_of(st.sampled_from(PERMIT_OPERATIONS), free)


def test_the_facts_offered_are_the_fields_that_the_form_builder_made() -> None:
    beds = {"type": "integer", "x-type": "integer", "x-title": text("床位", "Beds"), "x-unit": "张"}
    rooms = {"type": "array", "items": {"type": "object", "properties": {"beds": beds}}}
    place = {"type": "object", "properties": {"province": {"type": "string"}}, "x-type": "address"}
    fields = {
        "beds": beds,
        "rooms": {**rooms, "x-type": "group", "x-title": text("客房", "Rooms")},
        "seal": {"type": "boolean", "x-type": "yes_no", "x-title": text("是否刻章", "A seal")},
        "place": {**place, "x-title": text("地址", "Address")},
    }
    inn = {"type": "object", "properties": fields}
    matter = {
        **start("matter", "inn", "民宿"),
        "form": {"schema": {"type": "object", "properties": {"inn": inn}}, "ui": {}},
        "rulesets": ["inn.rules"],
    }
    document = start("ruleset", "inn.rules", "规则")
    found = {each.place: each for each in used_fields(LIBRARY.with_([matter, document]), document)}
    assert {place: (each.type, each.title["zh"]) for place, each in found.items()} == {
        "/inn/beds": ("integer", "床位"),
        "/inn/rooms": ("group", "客房"),
        "/inn/seal": ("boolean", "是否刻章"),
    }
    assert found["/inn/beds"].unit == "张"
    assert [(each.place, each.type) for each in found["/inn/rooms"].properties] == [("/beds", "integer")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(random_operations(), max_size=8))
def test_any_operations_give_a_document_the_meta_schema_accepts_or_are_refused_whole(
    operations: list[dict[str, Any]],
) -> None:
    now, entries = after(desk(PERMIT), [(PRESSED, json.dumps(each)) for each in operations])
    assert not meta_findings(now.document, METAS["ruleset"], meta_registry(METAS))
    assert canonical(replay(PERMIT, entries)) == canonical(now.document)
    for tab in ("rules", "facts", "parameters", "cases"):
        frame(replace(now, view={"tab": tab, "select": "no_permit"})).html()
    for entry in reversed(entries):
        assert entry.sentence["zh"] and entry.sentence["en"]
    document: Any = now.document
    for entry in reversed(entries):
        document = apply(document, entry.inverse)[0]
    assert canonical(document) == canonical(PERMIT)


@pytest.mark.parametrize(
    ("title", "written"), [("短名称", 1), ("既不属于重大项目也不属于限额以下小型工程的其他项目", 2)]
)
def test_a_name_too_long_for_its_cell_is_written_out_below_it(title: str, written: int) -> None:
    name = name_of({"op": "rule_title", "rule": "permit_needed", "lang": "zh"})
    at, entries = after(desk(RULESETS["construction-permit.scope"]), [(name, title)])
    assert entries
    row = frame(at).html().partition('id="dz-r-permit_needed-row"')[2].partition("</th>")[0]
    assert len(re.findall(f'(?:value="|>){title}(?:"|<)', row)) == written


def test_a_route_is_handed_to_a_department_by_its_title_and_back_to_a_way() -> None:
    code, name = next(iter(departments(LIBRARY).items()))
    route = {"op": "route_to", "rule": "no_permit", "n": 0}
    done = carry_out(ground(PERMIT), {**route, "value": code})
    assert done is not None
    handed, told = done.document, done.step.sentence
    assert outcomes_of(handed["rules"]["no_permit"])[0]["route"] == "department:" + code
    assert name["zh"] in told["zh"] and "department:" not in told["zh"]
    shown = frame(desk(handed, select="no_permit")).html()
    assert f'<option value="{code}" selected' in shown and name["zh"] in shown
    # what sentences call it is the department, and a way has a name of its own again
    assert handed["names"]["department:" + code] == name
    back = carried(handed, {**route, "value": ""})
    assert outcomes_of(back["rules"]["no_permit"])[0]["route"] == "window"
    assert "department:" + code not in back.get("names", {})
    assert carry_out(ground(PERMIT), {**route, "value": "no-such"}) is None


def test_rows_that_are_none_are_told_as_none() -> None:
    tags = {"from": "/project/tags", "type": "list", "items": "text", "title": text("标签", "Tags")}
    ruleset = parse({**PERMIT, "facts": {**PERMIT["facts"], "tags": tags}})
    assert say_facts(ruleset, {"tags": []}, "zh") == "标签：无"
    assert say_facts(ruleset, {"tags": []}, "en") == "Tags: none"
