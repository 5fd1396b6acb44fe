"""Text patterns mean what regular expressions mean, and take time in proportion to the text."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.rules.patterns import MOST_STATES, PatternError, compile_pattern, standard

PIECES = st.recursive(
    st.sampled_from(["a", "b", "张", "三", ".", "[ab]", "[^a]", "%d", "[一-龥]", "😀", "%.", "A"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "(" + "|".join(parts) + ")"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,}"])).map(
            lambda p: f"({p[0]}){p[1]}"
        ),
    ),
    max_leaves=8,
)
TEXTS = st.text(alphabet="abAB张三1.😀\n", max_size=8)


@given(PIECES, TEXTS, st.booleans())
def test_a_pattern_means_the_regular_expression_it_is_written_as(source: str, value: str, fold: bool) -> None:
    try:
        pattern = compile_pattern(source, fold)
    except PatternError:
        return
    # Python's engine reads code points as PostgreSQL's does
    assert pattern.matches(value) == (re.fullmatch(standard(pattern.tree, "postgres"), value) is not None)


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("(a+)+b", "a" * 5_000, False),
        ("(a|a)*", "a" * 5_000, True),
        ("(.*)*x", "y" * 5_000, False),
        ("%a+%s%d+", "abc 12", True),
        ("%%|%(", "%", True),
        ("[%]a-]+", "]a-", True),
        ("()", "", True),
    ],
)
def test_no_text_makes_a_pattern_slow(source: str, value: str, expected: bool) -> None:
    assert compile_pattern(source).matches(value) is expected


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("", 0),
        ("(a", 2),
        ("a)", 1),
        ("*a", 0),
        ("a{2,1}", 2),
        ("a{101}", 2),
        ("[]", 2),
        ("[b-a]", 4),
        ("a\\d", 1),
        ("^a", 0),
        ("%j", 1),
        ("a{x}", 2),
        ("[a", 2),
        ("%", 1),
    ],
)
def test_a_bad_pattern_is_refused_at_its_character(source: str, at: int) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(source)
    assert caught.value.at == at
    assert all(caught.value.text.values())


@given(st.text(max_size=30) | st.text(alphabet="ab()[]{}*+?|%^-,1.", max_size=30))
def test_any_text_is_a_pattern_or_refused(source: str) -> None:
    try:
        pattern: Any = compile_pattern(source)
    except PatternError:
        return
    assert len(pattern.table) <= MOST_STATES
    pattern.matches(source)
