"""Codes made up for new definitions are allowed, and nobody else's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.library import KINDS
from yijianshi.core.designer.codes import suggest
from yijianshi.server.files import meta_schemas

METAS = meta_schemas()


@pytest.mark.parametrize(
    ("kind", "english", "taken", "code"),
    [
        ("bundle", "Opening a restaurant", (), "opening-restaurant"),
        ("bundle", "Opening a restaurant", ("opening-restaurant",), "opening-restaurant-2"),
        ("bundle", "", (), "bundle-1"),
        ("bundle", "", ("bundle-1", "bundle-2"), "bundle-3"),
        ("matter", "3 licences", (), "matter-3-licences"),
        ("element", "Number of seats", (), "common.number_seats"),
        ("element", "", (), "common.element_1"),
    ],
)
def test_a_code_is_made_of_the_english_title_or_numbered(
    kind: str, english: str, taken: tuple[str, ...], code: str
) -> None:
    assert suggest(kind, english, taken) == code


@given(st.sampled_from(KINDS), st.text(max_size=150), st.integers(0, 4))
def test_every_code_made_up_is_new_and_one_the_meta_schema_allows(
    kind: str, english: str, times: int
) -> None:
    taken: list[str] = []
    for _ in range(times + 1):
        code = suggest(kind, english, taken)
        rule = METAS[kind]["properties"]["code"]
        assert code not in taken and re.fullmatch(rule["pattern"], code) and len(code) <= rule["maxLength"]
        taken.append(code)
