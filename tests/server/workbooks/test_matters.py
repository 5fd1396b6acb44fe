"""The list of matters goes through an Excel workbook unchanged, and what is no column stays as it is."""

from datetime import datetime
from io import BytesIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.types import Problem
from yijianshi.server.files import meta_schemas, shipped_library
from yijianshi.server.workbooks.matter_fields import MATTERS, PARTS
from yijianshi.server.workbooks.matters import MatterRow, read_matters, write_matters
from yijianshi.server.workbooks.opening import open_sheets

META = meta_schemas()["matter"]
SHIPPED = [dict(document) for document in shipped_library().all("matter")]

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6) | st.sampled_from(
    ["5", "是", "=1+1", "甲、乙", "2026-04-01", '"', "[1]", "续文:1", "长" * 40_000]
)


def of_schema(schema: dict[str, Any], whole: bool = False) -> st.SearchStrategy[Any]:
    """What the meta-schema allows, and a little more: nothing of a matter itself has to be there.

    Of what is ``whole`` that which is required is.
    """
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        inner = {key: of_schema(value, whole) for key, value in schema.get("properties", {}).items()}
        needed = {key: inner.pop(key) for key in schema.get("required", ()) if whole}
        return st.fixed_dictionaries(needed, optional=inner)
    if kind == "array":
        return st.lists(of_schema(schema["items"], whole=True), max_size=3)
    return {"boolean": st.booleans(), "integer": st.integers(0, 3650)}.get(kind, texts)


CODES = [f"matter-{number}" for number in range(4)]
matters = of_schema({key: value for key, value in META.items() if key != "required"})
lists = st.lists(matters, max_size=3).map(
    lambda made: [{**matter, "kind": "matter", "code": CODES[n]} for n, matter in enumerate(made)]
)


def read(data: bytes) -> tuple[list[MatterRow], list[Problem]]:
    sheets, problems = open_sheets(data)
    assert problems == []
    return read_matters(sheets)


def edited(change: Any, documents: Any = SHIPPED) -> tuple[list[MatterRow], list[Problem]]:
    book = load_workbook(BytesIO(write_matters(documents)))
    sheet = book["事项"]
    change(sheet, {cell.value: cell.column_letter for cell in sheet[2]})
    return sent(book)


def sent(book: Any) -> tuple[list[MatterRow], list[Problem]]:
    data = BytesIO()
    book.save(data)
    return read(data.getvalue())


@settings(max_examples=40)
@given(lists)
def test_there_and_back(documents: list[dict[str, Any]]) -> None:
    rows, problems = read(write_matters(documents))
    assert problems == []
    assert [canonical(r.onto(d)) for r, d in zip(rows, documents, strict=True)] == [
        canonical(document) for document in documents
    ]


@settings(max_examples=25)
@given(matters, matters)
def test_what_is_no_column_stays_and_the_rest_is_replaced(
    mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    mine, theirs = {**mine, "code": "a"}, {**theirs, "code": "a"}
    (row,), _ = read(write_matters([mine]))
    made = row.onto(theirs)
    assert made.get("form") == theirs.get("form")
    assert [made.get(key) or [] for key in PARTS] == [mine.get(key) or [] for key in PARTS]
    (again,), _ = read(write_matters([made]))
    assert (again.values, again.parts) == (row.values, row.parts)


def test_every_shipped_matter_there_and_back() -> None:
    rows, problems = read(write_matters(SHIPPED))
    assert problems == []
    assert [row.onto(document) for row, document in zip(rows, SHIPPED, strict=True)] == SHIPPED


def test_the_columns_are_those_of_the_meta_schema() -> None:
    def leaves(schema: dict[str, Any], path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        inner = schema.get("properties")
        return {leaf for k, v in inner.items() for leaf in leaves(v, (*path, k))} if inner else {path}

    def same(fields: Any, schema: dict[str, Any], beside: set[str]) -> None:
        columns = {field.path for field in fields if field.path}
        assert columns == {path for path in leaves(schema) if path[0] not in beside}
        for field in fields:
            held: Any = schema
            for key in field.path:
                held = held["properties"][key]
            if field.choices:
                assert list(field.choices) == held.get("enum", held.get("items", {}).get("enum")), field.key

    same(MATTERS, META, {"kind", "code", "form", *PARTS})
    for key, (_, fields) in PARTS.items():
        same(fields, META["properties"][key]["items"], set())


def test_what_a_clerk_types_is_understood() -> None:
    def change(sheet: Any, at: dict[str, str]) -> None:
        sheet[at["type"] + "3"] = "行政确认"
        sheet[at["standard.service_objects"] + "3"] = "自然人, enterprise；其他"
        sheet[at["effective_from"] + "3"] = datetime(2026, 4, 1)
        sheet[at["standard.task_code"] + "3"] = "11371322MB2857385Y"
        sheet[at["promised_limit.days"] + "3"] = "3"
        sheet[at["promised_limit.unit"] + "3"] = "natural"
        sheet[at["rulesets"] + "3"] = "a.b，c"
        sheet[at["verified"] + "3"] = True
        sheet[at["statutory_limit.basis"] + "3"] = None
        sheet.append(["new-matter", "新事项", "New"])

    rows, problems = edited(change)
    assert problems == []
    made = rows[0].onto(SHIPPED[0])
    assert made["type"] == "administrative-confirmation"
    assert made["standard"]["service_objects"] == ["person", "enterprise", "other"]
    assert made["standard"]["task_code"] == "11371322MB2857385Y"
    assert made["effective_from"] == "2026-04-01"
    assert made["promised_limit"] | {"days": 3, "unit": "natural"} == made["promised_limit"]
    assert made["rulesets"] == ["a.b", "c"]
    assert made["verified"] is True
    assert "basis" not in made.get("statutory_limit", {})
    assert made["form"] == SHIPPED[0]["form"]
    assert rows[-1].onto(None) == {
        "kind": "matter",
        "code": "new-matter",
        "title": {"zh": "新事项", "en": "New"},
        "form": {"schema": {"type": "object", "properties": {}}},
    }


def test_an_empty_cell_takes_away_a_missing_column_leaves_alone() -> None:
    def change(sheet: Any, at: dict[str, str]) -> None:
        sheet[at["level"] + "3"] = None
        for column in ("basis", "department.name.en"):
            for row in range(1, 40):
                sheet[at[column] + str(row)] = None

    rows, problems = edited(change)
    assert problems == []
    wanted = {key: value for key, value in SHIPPED[0].items() if key != "level"}
    assert rows[0].onto(SHIPPED[0]) == wanted


def test_every_problem_is_told_with_its_cell() -> None:
    def change(sheet: Any, at: dict[str, str]) -> None:
        sheet[at["type"] + "3"] = "审批"
        sheet[at["standard.service_objects"] + "4"] = "自然人、路人"
        sheet[at["verified"] + "5"] = "也许"
        sheet[at["standard.task_code"] + "5"] = 1.5
        sheet["A6"] = sheet["A5"].value
        sheet["A7"] = None
        sheet[at["title.zh"] + "8"] = "=A1"
        sheet[at["level"] + "2"] = "levle"

    _, problems = edited(change)
    at = {field.key: number for number, field in enumerate(MATTERS, 1)}
    letters = {
        key: load_workbook(BytesIO(write_matters([])))["事项"].cell(1, n).column_letter
        for key, n in at.items()
    }
    assert {(problem.code, problem.pointer) for problem in problems} == {
        ("unknown-choice", f"事项!{letters['type']}3"),
        ("unknown-choice", f"事项!{letters['standard.service_objects']}4"),
        ("not-yes-no", f"事项!{letters['verified']}5"),
        ("not-text", f"事项!{letters['standard.task_code']}5"),
        ("duplicate-code", "事项!A6"),
        ("no-code", "事项!A7"),
        ("formula", f"事项!{letters['title.zh']}8"),
        ("unknown-header", f"事项!{letters['level']}2"),
    }
    assert all(p.message["zh"] and p.message["en"] and p.remedy["zh"] and p.remedy["en"] for p in problems)


def test_materials_and_results_have_sheets_of_their_own() -> None:
    document = {**SHIPPED[0], "materials": [], "results": []}
    book = load_workbook(BytesIO(write_matters([document])))
    assert book.sheetnames == ["事项", "材料", "结果", "说明"]
    book["材料"].append([document["code"], "site-plan", "可容缺", "告知承诺", "理由", "reason", "依据"])
    book["材料"].append([document["code"], "passport", "required", "申请人提交 applicant"])
    (row,), problems = sent(book)
    assert problems == []
    assert row.onto(document)["materials"] == [
        {
            "material": "site-plan",
            "necessity": "deferrable",
            "obtain": "commitment",
            "reason": {"zh": "理由", "en": "reason"},
            "basis": "依据",
        },
        {"material": "passport", "necessity": "required", "obtain": "applicant"},
    ]
    assert row.places["/materials/1/material"] == "材料!B4"
    assert row.places["/materials/1"] == "材料!A4"
    # as they are in the registry, once the sheet is gone
    del book["材料"]
    (row,), problems = sent(book)
    assert problems == []
    assert row.onto(SHIPPED[0])["materials"] == SHIPPED[0]["materials"]


def test_what_is_wrong_with_a_material_is_told_with_its_cell() -> None:
    book = load_workbook(BytesIO(write_matters(SHIPPED[:1])))
    sheet = book["材料"]
    row = sheet.max_row + 1
    sheet.append(["no-such", "site-plan", "必要", "申请人提交"])
    sheet.append([None, "site-plan", "必要", "抢"])
    book["结果"]["E2"] = None
    for line in range(3, 9):
        book["结果"][f"E{line}"] = None
    book["结果"]["E1"] = None
    _, problems = sent(book)
    assert {(problem.code, problem.pointer) for problem in problems} == {
        ("unknown-matter", f"材料!A{row}"),
        ("unknown-matter", f"材料!A{row + 1}"),
        ("unknown-choice", f"材料!D{row + 1}"),
        ("missing-header", "结果!A2"),
    }
