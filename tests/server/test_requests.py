"""Requests read strictly say what the framework's own say of everything that both read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, Request, post
from litestar.testing import TestClient

from yijianshi.server.requests import StrictRequest

FORM = {"content-type": "application/x-www-form-urlencoded"}
texts = st.text(st.characters(codec="utf-8"), max_size=6)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


@post("/form", status_code=200)
async def form(request: Request[None, None, object]) -> list[list[str]]:
    return [[name, str(value)] for name, value in (await request.form()).multi_items()]


@post("/json", status_code=200)
async def body(request: Request[None, None, object]) -> dict[str, object]:
    return {"read": await request.json()}


Both = tuple[TestClient[Litestar], TestClient[Litestar]]


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with (
        TestClient(Litestar([form, body], request_class=StrictRequest)) as strict,
        TestClient(Litestar([form, body])) as plain,
    ):
        yield strict, plain


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_forms_are_read_alike_empty_fields_included(both: Both, pairs: list[tuple[str, str]]) -> None:
    strict, plain = (client.post("/form", content=urlencode(pairs), headers=FORM) for client in both)
    assert strict.json() == plain.json()
    assert sorted(strict.json()) == sorted(map(list, pairs))


@given(documents)
def test_json_is_read_alike(both: Both, document: object) -> None:
    strict, plain = (client.post("/json", content=json.dumps(document)) for client in both)
    assert strict.json() == plain.json() == {"read": document}
