"""Where in a JSON text something stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.places import line_of, place
from yijianshi.core.definitions.pointer import join

TEXT = """{
  "a": [
    1,
    {"b/c": true,
     "d": "第一行\\n\\"x\\": {"}
  ],
  "a~": {}
}"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("", 1), ("/a", 2), ("/a/0", 3), ("/a/1/b~1c", 4), ("/a/1/d", 5), ("/a~0", 7), ("/a~0/gone/deep", 7)],
)
def test_the_line_of_a_pointer(pointer: str, line: int) -> None:
    assert line_of(TEXT, pointer) == line


@given(st.recursive(st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_every_key_stands_on_its_line(document: Any) -> None:
    written = json.dumps(document, indent=1)
    lines = written.split("\n")

    def look(value: Any, pointer: str) -> None:
        pairs = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, inner in pairs:
            at = pointer + join(key)
            told = json.dumps(inner, indent=1).split("\n")[0]
            wanted = f"{json.dumps(key)}: {told}" if isinstance(key, str) else told
            assert lines[line_of(written, at) - 1].strip().rstrip(",") == wanted
            look(inner, at)

    look(document, "")


def test_what_is_looked_for_and_not_there_is_at_the_end() -> None:
    assert place('{"a": [1, {"b": ', lambda token: False) == "/a/1/b"
