"""A ruleset goes through an Excel workbook unchanged; what is wrong in one is said by sheet and cell."""

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.types import Problem
from yijianshi.core.rules import reading_order
from yijianshi.server.workbooks.cells import read_text, read_value, write_text, write_value
from yijianshi.server.workbooks.guard import MAX_BYTES, examine
from yijianshi.server.workbooks.opening import open_sheets
from yijianshi.server.workbooks.reading import read_sheets
from yijianshi.server.workbooks.rulesets import write_workbook
from yijianshi.server.workbooks.writing import TooLarge

from tests.core.rules.strategies import rulesets

SHIPPED = sorted(
    path for path in (Path(__file__).parents[3] / "rules").glob("*.json") if ".cases." not in path.name
)

ODD_TEXTS = [
    "", " ", " a ", "5", "-5", "1e5", "016", "true", "null", "TRUE", "是", "否", '"', '"a"', "'5", "{", "[1]", "{}",
    "参数:limit", "事实：area", "续文:1", "=1+1", "+86 13800000000", "-无-", "@SUM(A1)", "=", "#N/A", "#REF!",
    "_x0041_", "_x005F_x0041_", "x005F_", "_x000D_", "a\nb", "a\r\nb", "\t", "\x00\x1f", "\ud800", "\ufffe", "\uffff",
    "2026-04-01", "１２", "𠮷野", "\u2028", "\x85", "a" * 40_000, '"' * 70_000, "𠮷" * 33_000, "\n" * 33_000,
]  # fmt: skip
# by number: the long ones make no good name of a strategy
texts = (
    st.integers(0, len(ODD_TEXTS) - 1).map(lambda n: ODD_TEXTS[n])
    | st.text(max_size=8)
    | st.text(st.characters(codec=None), max_size=4)
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.builds(lambda key, name: {key: name}, st.sampled_from(["m", "$i", "parameter"]), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)
KEYS = [
    "title",
    "type",
    "value",
    "unit",
    "basis",
    "verified",
    "source",
    "zh",
    "en",
    "values",
    "other",
    "asserted",
    "parameter",
]
bilingual = st.dictionaries(st.sampled_from(["zh", "en", "fr"]), values, max_size=3)
items = st.dictionaries(st.sampled_from(KEYS), values | bilingual, max_size=5)
OUTCOMES = ["deny", "assert", "refer", "reason", "basis", "matter", "#kind", "x", "set_limit"]
outcomes = st.dictionaries(st.sampled_from(OUTCOMES), values | bilingual, max_size=4)
rests = st.fixed_dictionaries(
    {},
    optional={"run": outcomes | st.lists(outcomes, max_size=2) | values, "title": bilingual, "pri": values},
)
comparisons = st.dictionaries(
    st.tuples(
        texts.filter(lambda fact: not fact.startswith("$")), st.sampled_from(["", "$gte", "$in", "$odd"])
    ),
    values,
    min_size=1,
    max_size=3,
).map(
    lambda cells: {
        "all": [{"m": {"$and": [{f: v} if not op else {op: {f: v}} for (f, op), v in cells.items()]}}]
    }
)
odd_rulesets = st.fixed_dictionaries(
    {"rules": st.dictionaries(texts, st.builds(lambda a, b: {**a, **b}, comparisons, rests), max_size=3)},
    optional={
        "parameters": st.dictionaries(texts, items, max_size=3) | values,
        "facts": st.dictionaries(texts, items, max_size=3) | values,
        "title": values,
        "": values,
        "=1+1": values,
    },
)


def read_workbook(data: bytes) -> tuple[Any, list[Problem]]:
    opened, problems = open_sheets(data)
    if problems:
        return None, problems
    read = read_sheets(opened)
    return read.document, read.problems


def same(document: Any) -> None:
    read, problems = read_workbook(write_workbook(document))
    assert problems == []
    assert read is not None
    assert canonical(read) == canonical(document)
    for key in ("rules", "parameters", "facts"):
        if isinstance(document.get(key), dict):
            wanted = reading_order(document) if key == "rules" else list(document[key])
            assert list(read[key]) == wanted


@settings(max_examples=30)
@given(rulesets())
def test_there_and_back(document: Any) -> None:
    same(document)


@settings(max_examples=40)
@given(odd_rulesets)
def test_odd_documents_there_and_back(document: Any) -> None:
    same(document)


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"all": [{"m": {}}]},
        {"all": [{"m": {"$and": []}}]},
        {"all": [{"m": {"$and": [{"a": 1, "b": 2}, 3]}}]},
        {"all": [{"m": {"$gt": {"a": 1, "b": 2}}}]},
        {"all": [5]},
        {"all": [{"m": {"a": "…"}}], "any": [{"m": {"b": 1}}]},
    ],
    ids=str,
)
def test_an_unfinished_rule_there_and_back(condition: Any) -> None:
    document = {"rules": {"first": {"all": [{"m": {"a": 1}}], "run": {"deny": True}}, "second": condition}}
    same(document)
    if not condition:
        sheet = load_workbook(BytesIO(write_workbook(document)))["规则"]
        assert [cell.value for cell in sheet[6] if cell.value is not None] == ["second"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_rulesets_there_and_back(path: Path) -> None:
    same(json.loads(path.read_text("utf-8")))


@given(values)
def test_a_cell_says_its_value(value: Any) -> None:
    assert canonical(read_value(write_value(value))) == canonical(value)


@given(texts)
def test_a_cell_says_its_text(value: str) -> None:
    assert read_text(write_text(value)) == value


def test_a_table_wider_than_a_sheet_keeps_rules_whole() -> None:
    same({"rules": {f"r{n}": {"all": [{"m": {f"fact_{n}": n}}], "run": {"deny": "x"}} for n in range(600)}})


def test_what_would_be_refused_is_not_written() -> None:
    rule = {"all": [{"m": {"a": 1}}]}
    with pytest.raises(TooLarge):
        write_workbook({"rules": {str(n): rule for n in range(20_000)}})


SMALL: dict[str, Any] = {
    "kind": "ruleset",
    "code": "small",
    "facts": {
        "yes": {"type": "boolean", "title": {"zh": "有", "en": "yes"}, "from": "/yes"},
        "day": {"type": "date", "title": {"zh": "日期", "en": "day"}, "from": "/day"},
        "use": {"type": "choice", "from": "/use", "values": ["a", "b"], "title": {"zh": "用途", "en": "use"}},
    },
    "parameters": {
        "since": {"type": "date", "value": "2026-04-01", "verified": True, "basis": "=依据"},
        "limit": {"type": "decimal", "value": 0.3, "unit": "m²", "verified": False, "values": {"2027-01-01": 1}},
    },
    "rules": {
        "first": {
            "all": [{"m": {"$and": [{"yes": True}, {"$gte": {"day": {"parameter": "since"}}}]}}],
            "run": {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "依据"},
        },
        "second": {"all": [{"m": {"use": "a"}}], "run": {"assert": {"grade": "5"}, "basis": "依据"}},
        "third": {"any": [{"m": {"yes": True}}, {"m": {"yes": False}}], "pri": 2, "run": [{"refer": "x"}]},
    },
}  # fmt: skip


def sheets(document: Any = SMALL) -> Any:
    return load_workbook(BytesIO(write_workbook(document)))


def sent(book: Any) -> tuple[Any, list[Problem]]:
    data = BytesIO()
    book.save(data)
    return read_workbook(data.getvalue())


def columns(sheet: Any, key_row: int = 4) -> dict[str, str]:
    return {cell.value: cell.column_letter for cell in sheet[key_row] if cell.value}


def found(problems: list[Problem]) -> set[tuple[str, str]]:
    for problem in problems:
        assert problem.message["zh"] and problem.message["en"]
        assert problem.remedy["zh"] and problem.remedy["en"]
    return {(problem.code, problem.pointer) for problem in problems}


def test_the_sheet_of_rules_is_readable() -> None:
    book = sheets()
    assert book.sheetnames == ["规则", "参数", "事实", "说明"]
    sheet = book["规则"]
    header = [[sheet.cell(row, column).value for row in (1, 2, 3, 4)] for column in (5, 6, 7)]
    assert header == [
        ["有", "为", "yes", "is"],
        ["日期", "不早于", "day", "$gte"],
        ["用途", "为", "use", "is"],
    ]
    assert [sheet.cell(5, column).value for column in (1, 5, 6)] == ["first", "是", "参数:since"]
    at = columns(sheet)
    assert sheet[at["outcome"] + "5"].value == "不予办理 deny"
    assert sheet[at["value"] + "6"].value == '"5"'
    assert sheet[at["fact"] + "6"].value == "grade"
    assert json.loads(sheet[at["whole"] + "7"].value) == {"any": SMALL["rules"]["third"]["any"]}
    assert json.loads(sheet[at["rest"] + "7"].value) == {"run": [{"refer": "x"}]}
    assert sheet.freeze_panes == "B5"
    assert sheet["A1"].fill.fgColor.rgb == "001F4E79"
    assert sheet["A5"].alignment.wrap_text


def test_numbers_and_choices() -> None:
    book = sheets()
    sheet = book["参数"]
    at = columns(sheet, 2)
    assert sheet[at["value"] + "4"].value == 0.3
    assert sheet[at["value"] + "4"].data_type == "n"
    assert sheet[at["value"] + "3"].value == "2026-04-01"
    assert json.loads(sheet[at["rest"] + "4"].value) == {"values": {"2027-01-01": 1}}
    offered = {str(each.sqref).split(":")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert offered == {at["verified"] + "3": '"是,否"'}
    (warned,) = sheet.data_validations.dataValidation
    assert (warned.errorStyle, warned.showErrorMessage) == ("warning", True)
    rules = {each.formula1 for each in book["规则"].data_validations.dataValidation}
    assert {'"是,否"', '"a,b"'} <= rules


@pytest.mark.parametrize("said", ["=1+1", "=HYPERLINK(1)", "+1-1", "-cmd", "@SUM(A1)", "#N/A"])
def test_text_is_never_a_formula(said: str) -> None:
    document = {**SMALL, "basis": said, "parameters": {said: {"basis": said, "value": said}}}
    same(document)
    sheet = sheets(document)["参数"]
    for key in ("code", "basis", "value"):
        cell = sheet[columns(sheet, 2)[key] + "3"]
        assert (cell.value, cell.data_type) == (said, "s")
        assert cell.quotePrefix == (said[0] != "#")


def test_what_a_clerk_types_is_understood() -> None:
    book = sheets()
    sheet = book["规则"]
    sheet["E5"] = True
    sheet["F5"] = datetime(2026, 5, 1)
    sheet["G6"] = " b "
    sheet.append(
        {
            "A": 7,
            "G": "事实： use",
            "E": "否",
            columns(sheet)["outcome"]: "转人工",
            columns(sheet)["value"]: 0.1 + 0.2,
        }
    )
    book["说明"]["C20"] = "不读取"
    book.create_sheet("草稿")["A1"] = "随便"
    document, problems = sent(book)
    assert problems == []
    rules = document["rules"]
    assert rules["first"]["all"] == [{"m": {"$and": [{"yes": True}, {"$gte": {"day": "2026-05-01"}}]}}]
    assert rules["second"]["all"] == [{"m": {"use": "b"}}]
    assert rules["7"] == {
        "all": [{"m": {"$and": [{"yes": False}, {"use": {"m": "use"}}]}}],
        "run": {"refer": 0.3},
    }


def test_a_denial_needs_no_value() -> None:
    book = sheets()
    sheet = book["规则"]
    at = columns(sheet)
    for key in ("code", "outcome", "value"):
        sheet[f"{at[key]}5"] = {"code": "too_large", "outcome": "不予办理", "value": None}[key]
    document, problems = sent(book)
    assert not problems and document["rules"]["too_large"]["run"]["deny"] is True


def test_a_rule_added_in_the_workbook_needs_no_code() -> None:
    book = sheets()
    sheet = book["规则"]
    at, last = columns(sheet), sheet.max_row
    for row, title in ((last + 1, "新的"), (last + 2, "又一条")):
        sheet[f"{at['title.zh']}{row}"] = title
        sheet[f"{at['outcome']}{row}"] = "不予办理"
    sheet[f"{at['code']}{last + 3}"] = "added_01"
    document, problems = sent(book)
    assert problems == []
    made = {name: rule.get("title", {}).get("zh") for name, rule in document["rules"].items()}
    assert list(made.items())[-3:] == [("added_02", "新的"), ("added_03", "又一条"), ("added_01", None)]


def test_every_problem_is_told_with_its_cell() -> None:
    book = sheets()
    sheet = book["规则"]
    at = columns(sheet)
    sheet["E5"] = "=A1"
    sheet["A6"] = "first"
    sheet["G6"] = '{"m": '
    sheet[at["outcome"] + "6"] = "批准"
    sheet["E7"] = "是"
    sheet["A8"] = "empty"
    sheet["B9"] = "无编号"
    sheet["G9"] = "a"
    sheet["F4"] = "$gt e"
    sheet["Z4"] = "tittle.zh"
    sheet["AA9"] = "没有键"
    sheet[at["rest"] + "5"] = '{"run": {"basis": "又"}, "all": []}'
    sheet[at["rest"] + "7"] = "[1]"
    facts = book["事实"]
    facts[columns(facts, 2)["changeable"] + "3"] = "也许"
    facts["D4"] = 1.5
    parameters = book["参数"]
    parameters[columns(parameters, 2)["value"] + "4"] = 110101199001011234
    about = book["说明"]
    about["A10"] = "facts"
    about["B10"] = "{}"
    about["B11"] = 5
    about["A12"] = "combine"
    about["A13"], about["B13"] = "rules", 1
    document, problems = sent(book)
    assert document is None
    assert found(problems) == {
        ("formula", "规则!E5"),
        ("duplicate-code", "规则!A6"),
        ("malformed-json", "规则!G6"),
        ("unknown-choice", f"规则!{at['outcome']}6"),
        ("outcome-incomplete", f"规则!{at['outcome']}6"),
        ("two-conditions", f"规则!{at['whole']}7"),
        ("unknown-operator", "规则!F4"),
        ("unknown-header", "规则!Z4"),
        ("unknown-header", "规则!AA4"),
        ("given-twice", f"规则!{at['run.basis']}5"),
        ("given-twice", f"规则!{at['rest']}5"),
        ("not-an-object", f"规则!{at['rest']}7"),
        ("not-yes-no", f"事实!{columns(facts, 2)['changeable']}3"),
        ("not-text", "事实!D4"),
        ("number-not-exact", f"参数!{columns(parameters, 2)['value']}4"),
        ("no-code", "说明!A11"),
        ("no-value", "说明!B12"),
        ("given-twice", "说明"),
    }
    near = next(problem for problem in problems if problem.pointer == "规则!Z4")
    assert "title.zh" in near.remedy["zh"]


def test_headers_are_there_once() -> None:
    book = sheets()
    book["规则"]["F3"], book["规则"]["F4"] = "yes", "is"
    book["参数"]["J2"] = "unit"
    book["事实"]["A2"] = None
    _, problems = sent(book)
    assert found(problems) == {
        ("duplicate-header", "规则!F4"),
        ("duplicate-header", "参数!J2"),
        ("unknown-header", "事实!A2"),
        ("missing-header", "事实!A2"),
    }


def test_a_formula_on_any_sheet_is_refused() -> None:
    book = sheets()
    book.create_sheet("草稿")["B2"] = "=SUM(A1:A9)"
    book["说明"]["C3"] = "=1"
    book["事实"]["C3"] = "#REF!"
    _, problems = sent(book)
    assert found(problems) == {("formula", "草稿!B2"), ("formula", "说明!C3"), ("error-value", "事实!C3")}


def test_a_time_of_day_is_no_date() -> None:
    book = sheets()
    book["规则"]["F5"] = datetime(2026, 5, 1, 8, 30)
    assert found(sent(book)[1]) == {("not-a-day", "规则!F5")}


def test_long_texts_are_used_once() -> None:
    document = {**SMALL, "basis": "长" * 40_000, "source": "短"}
    book = sheets(document)
    assert book.sheetnames[-1] == "续文"
    row = next(row for row in book["说明"].iter_rows(min_row=3) if row[0].value == "source")
    row[1].value = "续文：1"
    book["续文"].append(["x", "y"])
    assert found(sent(book)[1]) == {("long-text", f"说明!B{row[1].row}"), ("long-text", "续文!A6")}


def test_sheets_that_are_missing() -> None:
    book = Workbook()
    book.active.title = "规则"
    assert found(sent(book)[1]) == {("missing-sheet", name) for name in ("参数", "事实", "说明")}


def test_too_many_rows_and_columns() -> None:
    book = sheets()
    book["规则"].cell(20_001, 1, "x")
    book["事实"].cell(1, 501, "x")
    assert found(sent(book)[1]) == {("too-large", "规则"), ("too-large", "事实")}


def test_merged_cells() -> None:
    book = sheets()
    book["规则"].merge_cells("A1:B2")
    assert found(sent(book)[1]) == {("merged-cells", "规则!A1:B2")}


def test_a_comment_and_a_link_are_no_matter() -> None:
    book = sheets()
    book["规则"]["A5"].comment = Comment("备注", "me")
    book["规则"]["A5"].hyperlink = "https://example.invalid/"
    document, problems = sent(book)
    assert problems == []
    assert canonical(document) == canonical(SMALL)


def changed(change: Callable[[str, str], str | None]) -> bytes:
    """The small workbook with its parts changed as text; None leaves a part out."""
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(write_workbook(SMALL))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name).decode())
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()


def in_sheet(old: str, new: str) -> bytes:
    return changed(
        lambda name, content: content.replace(old, new, 1) if name.endswith("sheet1.xml") else content
    )


LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)


def with_entities(part: str) -> bytes:
    def change(name: str, content: str) -> str:
        if not name.endswith(part):
            return content
        content = content.partition("?>")[2] if content.startswith("<?xml") else content
        return LAUGHS + "]>" + content.replace("</", "&a11;</", 1)

    return changed(change)


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "laughs in a sheet": (lambda: with_entities("sheet1.xml"), "entities"),
    "laughs in the manifest": (lambda: with_entities("[Content_Types].xml"), "entities"),
    "laughs in the styles": (lambda: with_entities("styles.xml"), "entities"),
    "many cells": (lambda: in_sheet("<sheetData>", "<sheetData><row>" + "<c/>" * 500_000 + "</row>"), "too-large"),
    "many rows": (lambda: in_sheet("<sheetData>", "<sheetData>" + "<row/>" * 30_000), "too-large"),
    "many formulas": (lambda: in_sheet("<sheetData>", "<sheetData><row><c>" + "<f/>" * 2_000 + "</c></row>"), "too-large"),
    "many settings": (lambda: in_sheet("<sheetData>", "<x>" * 60_000 + "</x>" * 60_000 + "<sheetData>"), "too-large"),
    "many ranges": (lambda: in_sheet("<sheetData>", f'<x sqref="{"A1 " * 100_000}"/><sheetData>'), "too-large"),
    "a merged sheet": (
        lambda: in_sheet("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "merged-cells",
    ),
    "a linked sheet": (
        lambda: in_sheet("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'),
        "merged-cells",
    ),
    "a cell far out": (lambda: in_sheet("<sheetData>", '<sheetData><row r="1"><c r="XFD1048576" t="b"><v>1</v></c></row>'), "too-large"),
    "a cell beyond all": (lambda: in_sheet("<sheetData>", '<sheetData><row r="1"><c r="ZZZZ99999999" t="b"><v>1</v></c></row>'), "not-a-workbook"),
    "no workbook inside": (lambda: changed(lambda name, content: None if "workbook.xml" in name else content), "not-a-workbook"),
    "no numbers where numbers belong": (lambda: in_sheet("<sheetData>", "<sheetData><row><c><v>x</v></c></row>"), "not-a-workbook"),
    "half a sheet": (lambda: in_sheet("</sheetData>", ""), "not-a-workbook"),
    "half a file": (lambda: write_workbook(SMALL)[:5_000], "not-a-workbook"),
    "a damaged file": (lambda: write_workbook(SMALL).replace(b"PK\x03\x04", b"PK\x00\x00"), "not-a-workbook"),
    "nothing": (lambda: b"", "not-a-workbook"),
    "text": (lambda: b'{"kind": "ruleset"}', "not-a-workbook"),
    "an encrypted workbook": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), "encrypted"),
    "a large file": (lambda: bytes(MAX_BYTES + 1), "too-large"),
    "a zip bomb": (lambda: packed({"xl/workbook.xml": bytes(60_000_000)}), "too-large"),
    "many parts": (lambda: packed({str(n): b"" for n in range(1_001)}), "too-large"),
    "another compression": (lambda: packed({"a": bytes(100)}, zipfile.ZIP_BZIP2), "not-a-workbook"),
    "macros": (lambda: packed({"xl/vbaProject.bin": b"x"}), "macros"),
    "an encrypted part": (lambda: flagged(packed({"a": b"x"})), "encrypted"),
}  # fmt: skip


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def flagged(data: bytes) -> bytes:
    """The archive with its parts marked as encrypted, in the central directory."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_no_honest_workbook_is_refused(name: str) -> None:
    make, code = BOMBS[name]
    data = make()
    document, problems = read_workbook(data)
    assert document is None
    assert {problem.code for problem in problems} == {code}
    found(problems)
    # what would cost the reader time or memory does not get as far as it
    assert examine(data) or code == "not-a-workbook" or name == "a cell far out"


@given(st.binary(max_size=200), st.integers(0, 11_000))
def test_damage_is_a_problem_or_no_matter(noise: bytes, at: int) -> None:
    data = SENT[:at] + noise + SENT[at + len(noise) :]
    document, problems = read_workbook(data)
    assert (document is None) == bool(problems)


SENT = write_workbook(SMALL)
