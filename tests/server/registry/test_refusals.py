"""What the registry and the designer refuse is said in a clerk's words, in both languages."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from yijianshi.core.checks import Source
from yijianshi.core.definitions.library import Library
from yijianshi.core.definitions.types import Problem, text
from yijianshi.server.designer import refused
from yijianshi.server.errors import Refusal
from yijianshi.server.registry import refusals
from yijianshi.server.registry.telling import Telling

from tests.server.registry.samples import matter, t

GIVEN: dict[str, Any] = {
    "kind": "matter",
    "code": "none",
    "version": 9,
    "draft": "matter:none",
    "expected": 1,
    "number": 0,
    "most": 5,
    "users": [text("开办餐馆", "Opening a restaurant")],
    "problems": (),
    "conflicts": (),
    "holder": text("王五", "Wang Wu"),
}
MADE = [
    make
    for module in (refusals, refused)
    for name, make in inspect.getmembers(module, inspect.isfunction)
    if make.__module__ == module.__name__ and not name.startswith("_")
]


@pytest.mark.parametrize("make", MADE, ids=[each.__name__ for each in MADE])
def test_no_refusal_speaks_in_internal_names(make: Callable[..., Refusal]) -> None:
    given = {name: GIVEN[name] for name in inspect.signature(make).parameters}
    if make is refusals.stale:
        given["draft"] = None
    refusal = make(**given)
    for said in (refusal.message, refusal.remedy):
        assert said["zh"] and said["en"]
        for lang in ("zh", "en"):
            assert not re.search(r"\b[a-z]+:[a-z]|[{}@/]|\bNone\b", said[lang]), said
        assert not re.search(r"[a-z]{3,}", re.sub("none|Excel|JSON", "", said["zh"])), said


def test_what_is_not_there_is_named_by_its_kind_and_code_with_how_to_go_on() -> None:
    found = refusals.not_found("matter", "none")
    assert dict(found.message) == {
        "zh": "没有编码为“none”的事项",
        "en": "there is no matter with the code “none”",
    }
    assert "查找事项" in found.remedy["zh"] and "look for the matter" in found.remedy["en"]
    assert refusals.not_found("bundle", "b", 3).message == text(
        "编码为“b”的一件事没有第 3 版", "the bundle with the code “b” has no version 3"
    )
    # what is no kind at all is not repeated
    assert refusals.not_found("nope", "b").message["zh"] == "没有编码为“b”的定义"
    assert refusals.in_use(GIVEN["users"]).message["en"] == (
        "it is still referred to by “Opening a restaurant”"
    )


def test_findings_of_what_is_imported_are_told_by_titles_and_places() -> None:
    sent = [
        Source("a.json", matter(department={"code": "x", "name": t("")}), "/0"),
        Source("a.json", {"kind": [], "title": 3}, "/1"),
    ]
    telling = Telling(sent, Library({}))

    def found(pointer: str, file: str = "a.json") -> Any:
        said = text("“shop-licence”不对", "“shop-licence” is wrong")
        problem = Problem(pointer, "x", said, said, file)
        return telling.where(problem), telling.said(problem, said)["en"]

    where, said = found("/0/department/name/zh")
    assert where == text(
        "第 1 份“开店许可”：实施部门·名称·中文", "no. 1, “en 开店许可”: department › name › Chinese"
    )
    assert "“en 开店许可” (shop-licence)" in said
    assert found("/0")[0] == text("第 1 份“开店许可”", "no. 1, “en 开店许可”")
    # what is no definition, another file, a cell of a workbook
    assert found("/1/title")[0]["zh"].endswith("名称")
    assert found("", "b.json")[0] is None
    assert found("参数!E3", "b.xlsx")[0] == text("参数!E3", "参数!E3")
