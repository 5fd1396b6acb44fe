"""JSON pointers over plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.pointer import MISSING, get, join, put, tokens, within

VALUE = {"a": {"b": [1, {"c/d": 2}]}, "m~n": 3, "": 4}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [("", VALUE), ("/a/b/0", 1), ("/a/b/1/c~1d", 2), ("/m~0n", 3), ("/", 4), ("/a/b/2", MISSING),
     ("/a/b/x", MISSING), ("/a/b/-1", MISSING), ("/a/b/²", MISSING), ("/z", MISSING), ("/m~0n/x", MISSING)],
)  # fmt: skip
def test_get(pointer: str, expected: object) -> None:
    assert get(VALUE, pointer) == expected


@given(st.lists(st.text()))
def test_join_and_tokens_are_inverse(path: list[str]) -> None:
    assert tokens(join(*path)) == path


@given(st.lists(st.text(alphabet="ab/~", max_size=3), min_size=1, max_size=4), st.integers())
def test_what_is_put_is_got_and_the_original_is_untouched(path: list[str], new: int) -> None:
    original = {"a": {"b": 1}}
    changed = put(original, join(*path), new)
    assert get(changed, join(*path)) == new
    assert original == {"a": {"b": 1}}
    assert get(put(changed, join(*path), MISSING), join(*path)) is MISSING


def test_lists_are_appended_to_and_shortened_but_never_holed() -> None:
    assert put({"a": [1]}, "/a/1", 2) == {"a": [1, 2]}
    assert put({"a": [1, 2, 3]}, "/a/1", MISSING) == {"a": [1, 3]}
    assert put({"a": [1]}, "/a/7", 2) == {"a": [1]}
    assert put({"a": [{"b": 1}]}, "/a/0/b", 2) == {"a": [{"b": 2}]}


@pytest.mark.parametrize(
    ("pointer", "place", "expected"),
    [
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/a", "/a/b", False),
        ("/a", "", True),
        ("", "", True),
    ],
)
def test_within_goes_by_whole_tokens(pointer: str, place: str, expected: bool) -> None:
    assert within(pointer, place) is expected
