"""The laws that hold of every field type, and the particulars of each."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yijianshi.core.definitions.pointer import MISSING
from yijianshi.core.forms.fields import FIELD_TYPES, Field, FieldState, register
from yijianshi.core.forms.formats import FORMAT_CHECKER
from yijianshi.core.forms.html import render_error_summary
from yijianshi.core.forms.page import group_pairs

from tests.core.definitions.test_canonical import json_values
from tests.core.forms.reading import read

REGIONS = json.loads((Path(__file__).parents[3] / "schemas" / "regions" / "cn.json").read_text("utf-8"))[
    "tree"
]
OPTIONS = tuple({"value": v, "title": {"zh": f"选项{v}", "en": f"option {v}"}} for v in ("a", "b", "c"))
MANY = tuple({"value": str(n), "title": {"zh": f"第{n}", "en": f"no. {n}"}} for n in range(12))
TITLE = {"zh": "标题", "en": "Title"}


def field(kind: str, **more: Any) -> Field:
    base: dict[str, Any] = {"pointer": "/part/answer", "type": kind, "title": TITLE}
    if kind in ("choice", "multiple_choice"):
        base["options"] = OPTIONS
    if kind == "group":
        base["items"] = (
            Field("/name", "text", TITLE, required=True),
            Field("/id_number", "resident_id", TITLE),
            Field("/amount", "money", TITLE, unit="万元"),
            Field("/role", "choice", TITLE, options=OPTIONS),
            Field("/main", "yes_no", TITLE),
        )
    base |= more
    element = {"options": base.get("options", ())}
    base.setdefault("schema", FIELD_TYPES[kind].schema(element))
    return Field(**base)


KINDS = sorted(FIELD_TYPES)
VALUED = [kind for kind in KINDS if kind != "note"]


def state(value: Any, **more: Any) -> FieldState:
    return FieldState(value=value, data={"regions": REGIONS}, **more)


PROMISED = {
    "text": "<input",
    "long_text": "<textarea",
    "integer": "<input",
    "decimal": "m²",  # with its unit
    "money": "input-group-text",
    "date": 'type="date"',
    "date_range": 'type="date"',
    "yes_no": 'type="radio"',
    "choice": 'type="radio"',
    "multiple_choice": 'type="checkbox"',
    "resident_id": "<input",
    "uscc": "<input",
    "phone": 'inputmode="tel"',
    "address": "<select",
    "file": 'type="file"',
    "group": "<fieldset",
    "note": "<p",
}
"""The list of field types that the platform promises, and what each is shown by."""


def test_the_field_types_are_those_promised_each_of_a_class_of_its_own() -> None:
    """A plug-in may add one; none of these is ever missing."""
    assert set(PROMISED) <= set(FIELD_TYPES)
    assert len({type(FIELD_TYPES[kind]) for kind in PROMISED}) == len(PROMISED) == 17
    assert all(FIELD_TYPES[kind].name == kind for kind in PROMISED)


@pytest.mark.parametrize("kind", PROMISED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_field_type_is_shown_without_script(kind: str, lang: str) -> None:
    units = {"decimal": "m²", "money": "万元"}
    each = field(kind, unit=units.get(kind))
    value = MISSING if kind == "note" else FIELD_TYPES[kind].example(each, 1)
    html = FIELD_TYPES[kind].render(each, state(value), lang)
    page = read(html)
    assert page.open == [] and TITLE[lang] in html and PROMISED[kind] in html
    assert not re.search(r"<script|\son[a-z]+=|javascript:|\shidden[\s>]", html)
    if kind != "note":
        assert page.pairs and page.labels
    if kind == "address":
        assert {f"/part/answer/{part}" for part in ("province", "city", "county", "town")} <= {
            name for name, _ in page.pairs
        }


@pytest.mark.parametrize("kind", VALUED)
@given(seed=st.integers(0, 500))
def test_an_example_is_right(kind: str, seed: int) -> None:
    each = field(kind)
    value = FIELD_TYPES[kind].example(each, seed)
    errors = list(Draft202012Validator(each.schema, format_checker=FORMAT_CHECKER).iter_errors(value))
    assert errors == []
    assert FIELD_TYPES[kind].check(value, each, date(2026, 11, 23)) == []


@pytest.mark.parametrize("kind", VALUED)
@pytest.mark.parametrize("lang", ["zh", "en"])
@given(seed=st.integers(0, 60))
def test_what_a_page_shows_is_what_it_posts(kind: str, lang: str, seed: int) -> None:
    each = field(kind)
    value = FIELD_TYPES[kind].example(each, seed)
    page = read(FIELD_TYPES[kind].render(each, state(value), lang))
    posted = group_pairs(page.pairs)
    assert FIELD_TYPES[kind].parse(posted, each.pointer, each) == value
    assert posted["_asked"][0] == each.pointer


@pytest.mark.parametrize("kind", VALUED)
def test_nothing_filled_in_is_missing(kind: str) -> None:
    each = field(kind)
    page = read(FIELD_TYPES[kind].render(each, state(MISSING), "zh"))
    assert FIELD_TYPES[kind].parse(group_pairs(page.pairs), each.pointer, each) is MISSING


@pytest.mark.parametrize("kind", KINDS)
@given(value=json_values)
def test_any_value_at_all_can_be_shown_and_is_escaped(kind: str, value: Any) -> None:
    each = field(kind)
    kind_of = FIELD_TYPES[kind]
    read(kind_of.render(each, state(value), "zh"))
    kind_of.display(value, each, "zh")
    kind_of.masked(value)
    kind_of.check(value, each, date(2026, 1, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_are_escaped_everywhere(kind: str) -> None:
    evil = "\"><script>alert('x')</script>&"
    words = {"zh": evil, "en": evil}
    each = field(kind, title=words, hint=words, unit=evil, autocomplete=evil)
    errors = {each.pointer: words}
    html = FIELD_TYPES[kind].render(each, state(evil, errors=errors, used_by=(evil,)), "zh")
    assert "<script" not in html
    read(html)


@pytest.mark.parametrize("kind", VALUED)
def test_labels_hints_and_errors_are_tied_to_the_inputs(kind: str) -> None:
    each = field(kind, hint={"zh": "提示", "en": "hint"})
    value = FIELD_TYPES[kind].example(each, 1)
    errors = {each.pointer: {"zh": "有误", "en": "wrong"}}
    page = read(FIELD_TYPES[kind].render(each, state(value, errors=errors, required=True), "zh"))
    assert set(page.described) <= set(page.ids)
    assert set(page.labels) <= set(page.ids)
    assert {"f-part-answer-hint", "f-part-answer-error"} <= set(page.described)
    assert "（必填）" in "".join(page.texts)


@pytest.mark.parametrize("kind", VALUED)
def test_a_disabled_field_posts_nothing_of_its_own(kind: str) -> None:
    each = field(kind)
    value = FIELD_TYPES[kind].example(each, 1)
    html = FIELD_TYPES[kind].render(each, state(value, enabled=False), "zh")
    assert "disabled" in html


NUMBERS = [
    ("12", 12),
    ("１２．５", 12.5),
    ("1,234.50", 1234.5),
    ("1，000", 1000),
    (" 7 ", 7),
    ("-3", -3),
    ("0.1", 0.1),
    ("12万", "12万"),
    ("1e5", "1e5"),
    ("0.12345678901234567", "0.12345678901234567"),
    ("9" * 30, "9" * 30),
    ("--1", "--1"),
]


@pytest.mark.parametrize(("typed", "value"), NUMBERS)
def test_numbers_as_people_type_them(typed: str, value: Any) -> None:
    each = field("decimal")
    read_back = FIELD_TYPES["decimal"].parse({each.pointer: [typed]}, each.pointer, each)
    assert read_back == value
    assert type(read_back) is type(value)


DATES = [
    ("2026-3-1", "2026-03-01"),
    ("2026/03/01", "2026-03-01"),
    ("2026年3月1日", "2026-03-01"),
    ("20260301", "2026-03-01"),
    ("２０２６．３．１", "2026-03-01"),
    ("2026-02-30", "2026-02-30"),
    ("明天", "明天"),
]


@pytest.mark.parametrize(("typed", "value"), DATES)
def test_dates_as_people_write_them(typed: str, value: str) -> None:
    each = field("date")
    assert FIELD_TYPES["date"].parse({each.pointer: [typed]}, each.pointer, each) == value


def test_an_impossible_date_is_shown_again_as_it_was_typed() -> None:
    each = field("date")
    page = read(FIELD_TYPES["date"].render(each, state("2026-02-30"), "zh"))
    assert ("/part/answer", "2026-02-30") in page.pairs


def test_an_id_number_is_understood_with_spaces_and_a_small_x() -> None:
    each = field("resident_id")
    posted = {each.pointer: ["110105 19491231 002x"]}
    assert FIELD_TYPES["resident_id"].parse(posted, each.pointer, each) == "11010519491231002X"


def test_nobody_is_born_after_today() -> None:
    each = field("resident_id")
    value = FIELD_TYPES["resident_id"].example(each, 0)
    assert FIELD_TYPES["resident_id"].check(value, each, date(1960, 1, 1))[0].code == "future-birth"


def test_personal_data_are_masked() -> None:
    assert FIELD_TYPES["resident_id"].masked("11010519491231002X") == "1101**********002X"
    assert FIELD_TYPES["phone"].masked("13905390001") == "139******01"


def test_a_range_does_not_end_before_it_begins() -> None:
    each = field("date_range")
    found = FIELD_TYPES["date_range"].check(
        {"from": "2026-05-02", "to": "2026-05-01"}, each, date(2026, 1, 1)
    )
    assert [(e.pointer, e.code) for e in found] == [("/part/answer/to", "range")]


def test_a_county_lies_in_its_city() -> None:
    each = field("address")
    value = {"province": "370000", "city": "371300", "county": "370102", "detail": "x"}
    assert [e.pointer for e in FIELD_TYPES["address"].check(value, each, date(2026, 1, 1))] == [
        "/part/answer/county"
    ]


def test_changing_the_province_drops_what_lay_in_the_other() -> None:
    each = field("address")
    posted = {f"/part/answer/{k}": [v] for k, v in
              {"province": "320000", "city": "371300", "county": "371322", "detail": "人民路"}.items()}  # fmt: skip
    value = FIELD_TYPES["address"].parse(posted, each.pointer, each)
    assert value == {"province": "320000", "detail": "人民路"}


def test_the_towns_of_the_county_can_be_chosen() -> None:
    each = field("address")
    value = {"province": "370000", "city": "371300", "county": "371322"}
    page = read(FIELD_TYPES["address"].render(each, state(value), "zh"))
    assert "马头镇" in "".join(page.texts)
    assert "临沂市" in "".join(page.texts)


def test_a_row_can_be_added_and_removed_without_script() -> None:
    from yijianshi.core.forms.page import ADD, REMOVE

    assert (ADD, REMOVE) == ("_add", "_remove")
    each = field("group")
    html = FIELD_TYPES["group"].render(each, state([{"name": "甲"}, {"name": "乙"}]), "zh")
    assert 'name="_add" value="/part/answer"' in html
    assert 'name="_remove" value="/part/answer/1"' in html


def test_long_lists_of_options_become_a_list() -> None:
    assert "<select" in FIELD_TYPES["choice"].render(field("choice", options=MANY), state("3"), "zh")
    assert "<select" not in FIELD_TYPES["choice"].render(field("choice"), state("a"), "zh")


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="text"):
        register(FIELD_TYPES["text"])


def test_what_is_joined_in_english_is_joined_by_english_punctuation() -> None:
    each, rows = field("group"), [{"name": "A", "role": "a"}, {"name": "B"}]
    said = FIELD_TYPES["group"].display(rows, each, "en")
    assert said == "Title: A, Title: option a\nTitle: B"
    assert FIELD_TYPES["group"].display(rows[1:], each, "zh") == "标题：B"
    html = FIELD_TYPES["group"].render(each, state(rows), "en")
    html += render_error_summary([("/part/answer", TITLE, {"zh": "请填写", "en": "fill it in"})], "en")
    assert "Title: fill it in" in html
    assert not re.search("[：，（）；、。]", html)
