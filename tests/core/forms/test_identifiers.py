"""Identifiers by their standards, and the messages that tell what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yijianshi.core.forms import identifiers
from yijianshi.core.forms.formats import CHECKS, EXAMPLES, FORMAT_CHECKER
from yijianshi.core.forms.messages import field_errors

CREDIT_GOOD = ["91350100M000100Y43", "91440300708461136T", "91330106673959654P", "11511301008778183N"]
RESIDENT_GOOD = ["11010519491231002X", "440524188001010014"]
RESIDENT_BAD = [
    ("110105194912310021", "check-digit"),
    ("11010519490231002X", "birth-date"),
    ("11010519491331002X", "birth-date"),
    ("1101051949123100", "form"),
    ("11010519491231002x", "form"),
    ("x" * 18, "form"),
    ("", "form"),
]


@pytest.mark.parametrize("code", CREDIT_GOOD)
def test_real_credit_codes(code: str) -> None:
    assert identifiers.credit_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"), [("911100001000013428", "check-digit"), ("91350100I000100Y43", "form")]
)
def test_wrong_credit_codes(code: str, fault: str) -> None:
    assert identifiers.credit_fault(code) == fault


@pytest.mark.parametrize("number", RESIDENT_GOOD)
def test_the_standards_own_numbers(number: str) -> None:
    assert isinstance(identifiers.resident(number), identifiers.Resident)


@pytest.mark.parametrize(("number", "fault"), RESIDENT_BAD)
def test_wrong_resident_numbers(number: str, fault: str) -> None:
    assert identifiers.resident(number) == fault


@given(
    st.from_regex(
        r"[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True
    )
)
def test_one_wrong_digit_is_always_found(first: str) -> None:
    whole = first + identifiers.resident_check(first)
    assert isinstance(identifiers.resident(whole), identifiers.Resident)
    for place in (0, 16):
        wrong = whole[:place] + str((int(whole[place]) + 1) % 9 + 1) + whole[place + 1 :]
        if wrong != whole:
            assert not isinstance(identifiers.resident(wrong), identifiers.Resident)


def test_organisation_codes() -> None:
    assert identifiers.organisation_fault("D2143569-X") is None
    assert identifiers.organisation_fault("D21435690") == "check-digit"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "2024-02-29", "2025-02-29"),
        ("date", "2026-03-01", "2026-3-1"),
        ("cn-phone", "13905390001", "12905390001"),
        ("cn-phone", "0539-6221234", "6221234"),
        ("project-code", "2026-371322-47-01-000001", "2026-371322-47-01-00001"),
        ("email", "a@b.cn", "a@b"),
        ("time", "09:30", "25:00"),
        ("date-time", "2026-03-01T09:00:00+08:00", "2026-03-01 09:00"),
        ("uri", "https://example.cn/a", "example.cn"),
        ("regex", "^a$", "("),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    assert FORMAT_CHECKER.conforms(good, name)
    assert not FORMAT_CHECKER.conforms(bad, name)
    assert FORMAT_CHECKER.conforms(7, name)


@given(st.sampled_from(sorted(CHECKS)), st.text())
def test_no_text_breaks_a_format(name: str, text: str) -> None:
    assert FORMAT_CHECKER.conforms(text, name) in (True, False)


MESSAGES = [
    ({"type": "string", "format": "resident-id"}, "110105194912310021", "format", "校验位不符"),
    ({"type": "string", "format": "uscc"}, "91350100M000100Y44", "format", "校验位不符"),
    ({"type": "number"}, "abc", "type", "请填写数字"),
    ({"type": "number", "minimum": 1}, 0, "minimum", "不能小于 1"),
    ({"type": "number", "exclusiveMinimum": 0}, 0, "exclusiveMinimum", "应大于 0"),
    ({"enum": ["a"]}, "b", "enum", "选项"),
    ({"type": "string", "maxLength": 2}, "三个字", "maxLength", "现有 3 个字"),
    ({"type": "array", "minItems": 1}, [], "minItems", "至少需要 1 项"),
    ({"type": "array", "uniqueItems": True}, [1, 1], "uniqueItems", "重复"),
    ({"const": True}, False, "const", "“是”"),
    ({"anyOf": [{"type": "number"}, {"type": "boolean"}]}, "x", "type", "请"),
    ({"not": {}}, 1, "not", "不符合要求"),
]


@pytest.mark.parametrize(("schema", "value", "code", "words"), MESSAGES)
def test_messages_say_what_and_how(schema: object, value: object, code: str, words: str) -> None:
    errors = Draft202012Validator(
        {"type": "object", "properties": {"a": schema}}, format_checker=FORMAT_CHECKER
    ).iter_errors({"a": value})
    found = field_errors(errors, lambda pointer: False)
    assert [(e.pointer, e.code) for e in found] == [("/a", code)]
    assert words in found[0].message["zh"]
    assert found[0].message["en"]


def test_every_error_is_told_and_each_at_its_field() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "object", "required": ["x", "y"]}},
        "required": ["a", "c"],
        "dependentRequired": {"a": ["d"]},
        "if": {"properties": {"a": {"const": "x"}}},
        "then": {"required": ["e"]},
    }
    errors = Draft202012Validator(schema).iter_errors({"a": "x", "b": {}})
    found = field_errors(errors, lambda pointer: pointer == "/c")
    assert [e.pointer for e in found] == ["/a", "/b/x", "/b/y", "/c", "/d", "/e"]
    assert found[3].message["zh"] == "请选择一项"
    assert found[4].message["zh"] == "请填写此项"


@given(st.sampled_from(sorted(CHECKS)), st.integers(0, 10**9))
def test_every_format_has_examples_that_are_right(name: str, seed: int) -> None:
    assert CHECKS[name](EXAMPLES[name](seed))
