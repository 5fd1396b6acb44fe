"""The list of matters as an Excel workbook, one row a matter, and back.

The columns hold what the national standard wants to know of a matter. Form, materials and results
are no columns: a row is laid over the matter as the registry has it, and those stay as they are.
A column that a workbook lacks is left alone too; a cell that is empty takes its fact away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from ...core.definitions.pointer import MISSING
from ...core.definitions.types import Json, Problem
from .book import Page, Sheet
from .cells import Raw
from .fields import CODE, SEPARATOR, TITLES, Field, at, copied, options, read_cell, remove, write_cell
from .layout import ABOUT_SHEET, KEY_ROW
from .opening import missing
from .reader import SheetReader
from .writing import finish, key_header

MATTERS_SHEET: Final = "事项"

TYPES: Final = {
    "administrative-permit": "行政许可",
    "administrative-penalty": "行政处罚",
    "administrative-coercion": "行政强制",
    "administrative-levy": "行政征收",
    "administrative-payment": "行政给付",
    "administrative-inspection": "行政检查",
    "administrative-confirmation": "行政确认",
    "administrative-reward": "行政奖励",
    "administrative-ruling": "行政裁决",
    "other-administrative-power": "其他行政权力",
    "public-service": "公共服务",
}
LEVELS: Final = {
    "national": "国家级",
    "province": "省级",
    "city": "市级",
    "county": "县级",
    "town": "镇（乡、街道）级",
    "village": "村（社区）级",
}
CASES: Final = {"immediate": "即办件", "promised": "承诺件"}
SERVED: Final = {
    "person": "自然人",
    "enterprise": "企业法人",
    "institution": "事业法人",
    "social-organisation": "社会组织法人",
    "unincorporated": "非法人企业",
    "government": "行政机关",
    "other": "其他",
}
UNITS: Final = {"working": "工作日", "natural": "自然日"}


def _limit(key: str, zh: str, en: str) -> tuple[Field, ...]:
    return (
        at(f"{key}.days", f"{zh}（天）\n{en}, days", 12, "value"),
        at(f"{key}.unit", f"{zh}单位\n{en}, unit", 16, "choice", UNITS),
        at(f"{key}.basis", f"{zh}依据\n{en}, basis", 30),
        at(f"{key}.verified", f"{zh}已核实\n{en}, verified", 12, "yes-no"),
    )


MATTERS: Final = (
    Field(CODE, "事项编码\nMatter", 26),
    *TITLES,
    at("department.code", "部门编码\nDepartment, code", 24),
    at("department.name.zh", "实施部门（中文）\nDepartment, Chinese", 22),
    at("department.name.en", "实施部门（英文）\nDepartment, English", 26),
    at("type", "事项类型\nType", 24, "choice", TYPES),
    at("level", "行使层级\nLevel", 20, "choice", LEVELS),
    at("standard.catalog_code", "基本编码\nCatalogue code", 18),
    at("standard.task_code", "实施编码\nTask code", 38),
    at("standard.project_type", "办件类型\nCase type", 20, "choice", CASES),
    at("standard.service_objects", "服务对象（可多个）\nWhom it serves", 28, "list", SERVED),
    *_limit("statutory_limit", "法定时限", "Statutory limit"),
    *_limit("promised_limit", "承诺时限", "Promised limit"),
    at("basis", "设定依据\nBasis", 40),
    at("source", "来源\nSource", 36),
    at("verified", "已核实\nVerified", 10, "yes-no"),
    at("effective_from", "生效日期\nEffective from", 14),
    at("effective_to", "失效日期\nEffective to", 14),
    at("rulesets", "规则集\nRulesets", 34, "list"),
    at("description.zh", "说明（中文）\nDescription, Chinese", 40),
    at("description.en", "说明（英文）\nDescription, English", 40),
)

_NEW: Final = {"kind": "matter", "form": {"schema": {"type": "object", "properties": {}}}}
"""What a row of a matter that is not yet there is laid over."""

_ABOUT: Final = (Field("note", "填写说明（不导入）\nHow to fill the table (not read)", 110),)
_NOTES: Final = (
    "“事项”表：一行是一个事项。浅蓝色的第 2 行供系统识别，请勿改动；列的先后不限。",
    "Sheet 事项: one row is one matter. The keys in the shaded row 2 are read by the platform; columns may stand in any order.",
    "表单、材料和结果不在表中：已有事项的保持不变，新增的行成为表单为空的新事项。",
    "Form, materials and results are not in the table: those of a matter that is there stay, a new row makes a matter with an empty form.",
    "清空单元格即删去该项内容；删去整列则该项内容保持不变；删去整行不会删去事项。",
    "To clear a cell takes that fact away; to delete a column leaves its facts as they are; to delete a row deletes no matter.",
    f"可多个的，用“{SEPARATOR}”分开。日期写作 2026-04-01。编码较长的数字请保持文本格式。",
    f"Several are separated by {SEPARATOR} or a comma. A date is 2026-04-01. Long codes of digits stay formatted as text.",
    "请勿使用公式、合并单元格、宏和密码。",
    "Use no formulas, merged cells, macros or passwords.",
)


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A row of the list: what each column says (MISSING: nothing), and its cells by JSON pointer."""

    code: str
    values: Mapping[tuple[str, ...], Json]
    places: Mapping[str, str]

    def onto(self, document: Mapping[str, Json] | None) -> dict[str, Json]:
        """Lay the row over a matter; None is one that is not yet there."""
        made: dict[str, Json] = copied({**(document or _NEW), "code": self.code})
        for path, value in self.values.items():
            _lay(made, path, value)
        return made


def write_matters(documents: Iterable[Mapping[str, Json]]) -> bytes:
    """Give matters as the bytes of an .xlsx; raises TooLarge."""
    rows = []
    for document in documents:
        said = {CODE: document["code"]} | {
            field.key: written for field in MATTERS if (written := _written(field, document)) is not None
        }
        rows.append({number: said[f.key] for number, f in enumerate(MATTERS, 1) if f.key in said})
    widths = [field.width for field in MATTERS]
    lists = {number: options(field) for number, field in enumerate(MATTERS, 1) if options(field)}
    notes = [{1: note} for note in _NOTES]
    return finish(
        [
            Page(MATTERS_SHEET, key_header(MATTERS), rows, widths, lists, frozen_columns=2),
            Page(ABOUT_SHEET, key_header(_ABOUT), notes, [_ABOUT[0].width], {}, frozen_columns=0),
        ]
    )


def read_matters(sheets: Sequence[Sheet]) -> tuple[list[MatterRow], list[Problem]]:
    """Read the rows of a list of matters; they are to be used only when there are no findings."""
    problems = missing(sheets, [MATTERS_SHEET])
    if problems:
        return [], problems
    reader = _MattersReader(sheets)
    rows = reader.rows(reader.sheets[MATTERS_SHEET])
    return rows, reader.problems


class _MattersReader(SheetReader):
    """Reads the sheet of matters."""

    def rows(self, sheet: Sheet) -> list[MatterRow]:
        """Give the rows in order."""
        columns = self.columns(sheet, MATTERS, KEY_ROW)
        return [
            self._row(sheet, code, row, cells, columns)
            for code, row, cells in self.coded(sheet, columns, KEY_ROW)
        ]

    def _row(
        self, sheet: Sheet, code: str, row: int, cells: Mapping[int, Raw], columns: Mapping[int, Field]
    ) -> MatterRow:
        self.places = {}
        self.note_places(sheet, row, columns, "")
        values: dict[tuple[str, ...], Json] = {}
        for number, field in columns.items():
            if field.path and number in cells:
                said = self.cell(sheet.place(row, number), cells[number], partial(read_cell, field))
                values[field.path] = said
            elif field.path:
                values[field.path] = MISSING
        return MatterRow(code, values, self.places)


def _written(field: Field, document: Mapping[str, Any]) -> Any:
    return write_cell(field, document) if field.path else None


def _lay(item: dict[str, Any], path: tuple[str, ...], value: Json) -> None:
    """Set a place in a document, or take it out."""
    here: Any = item
    for key in path[:-1]:
        if value is MISSING and key not in here:
            return
        here = here.setdefault(key, {})
    if value is not MISSING:
        here[path[-1]] = value
    elif path[-1] in here:
        remove(item, path)
