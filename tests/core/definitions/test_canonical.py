"""Canonical JSON (RFC 8785) and the strict reader."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import MalformedJson, canonical, digest, loads

# RFC 8785 appendix B and §3.2
NUMBERS = [
    (0.0, "0"),
    (-0.0, "0"),
    (5e-324, "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740992.0, "9007199254740992"),
    (295147905179352830000.0, "295147905179352830000"),
    (1e23, "1e+23"),
    (9.999999999999997e22, "9.999999999999997e+22"),
    (0.000001, "0.000001"),
    (1e-7, "1e-7"),
    (333333333.3333332, "333333333.3333332"),
    (1e30, "1e+30"),
    (4.50, "4.5"),
    (2e-3, "0.002"),
    (1e21, "1e+21"),
    (1e20, "100000000000000000000"),
    (-1.5, "-1.5"),
    (56, "56"),
]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("value", "expected"), NUMBERS)
def test_numbers_are_printed_as_ecmascript_prints_them(value: float, expected: str) -> None:
    assert canonical(value) == expected.encode()


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 §3.2.3: U+1F600 (surrogates D83D…) sorts before U+FB33
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    order = [json.loads(part.split(":")[0]) for part in canonical(value).decode()[1:-1].split(",")]
    assert order == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(json_values)
def test_reading_back_gives_the_same_content(value: object) -> None:
    assert canonical(loads(canonical(value), max_depth=100)) == canonical(value)


@given(json_values)
def test_the_digest_does_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(inner: object) -> object:
        if isinstance(inner, dict):
            return {key: turned(inner[key]) for key in reversed(inner)}
        if isinstance(inner, list):
            return [turned(item) for item in inner]
        return inner

    assert digest(turned(value)) == digest(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, {1, 2}, object(), b"x"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


MALFORMED = [
    ("{", "malformed-json"),
    ("", "malformed-json"),
    ('{"a":1,"a":2}', "duplicate-key"),
    ("[" * 10_000, "too-deep"),
    ('{"a":' * 10_000, "too-deep"),
    ("[NaN]", "not-a-number"),
    ("[-Infinity]", "not-a-number"),
    ("[1e999]", "not-a-number"),
    ("1" * 5000, "not-a-number"),
    (b"\xff\xfe", "not-utf8"),
    (b'"' + b"x" * 10_000_001 + b'"', "too-large"),
    ("x" * 10_000_001, "too-large"),
]


@pytest.mark.parametrize(("data", "code"), MALFORMED, ids=[code for _, code in MALFORMED])
def test_malformed_json_says_what_and_how_to_mend_it(data: str | bytes, code: str) -> None:
    with pytest.raises(MalformedJson) as caught:
        loads(data)
    problem = caught.value.problem
    assert problem.code == code
    assert all(problem.message.values()) and all(problem.remedy.values())


def test_brackets_inside_text_do_not_count_as_nesting() -> None:
    text = "[" * 500 + '\\"' + "{" * 500
    assert loads(json.dumps([text])) == [text]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert loads(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@given(st.text() | st.binary())
def test_any_input_is_read_or_refused_with_a_problem(data: str | bytes) -> None:
    try:
        loads(data)
    except MalformedJson as error:
        assert error.problem.message["zh"]
