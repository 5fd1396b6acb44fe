"""Reading the sheets of a workbook by the keys in their headers; what is wrong has sheet and cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeVar

from ...core.definitions.pointer import MISSING, join
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.ruleset_parts import free
from .book import Sheet
from .cells import AlreadyTold, BadCell, Raw, Refused, long_number, read_text, read_value
from .fields import CODE, REST, Field, fill
from .layout import FACT_ROW, KEY_ROW, LONG_SHEET, OPERATOR_ROW

_MOST_PROBLEMS = 1_000
"""More findings than this help nobody; the rest is left out."""

T = TypeVar("T")


class SheetReader:
    """Reads the sheets of one workbook, gathering findings, and places by JSON pointer."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}
        self.sheets = {sheet.name: sheet for sheet in sheets}
        for sheet in sheets:
            self._refuse(sheet)
        self._long = self._long_texts()

    def tell(self, place: str, code: str, message: Text, remedy: Text) -> None:
        """Add a finding."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(place, code, message, remedy))

    def _refuse(self, sheet: Sheet) -> None:
        """Tell of formulas and errors, wherever they stand."""
        for place, raw in sorted(sheet.cells.items(), key=lambda cell: cell[0]):
            if isinstance(raw, Refused):
                formula = raw.why == "formula"
                self.tell(
                    sheet.place(*place),
                    "formula" if formula else "error-value",
                    text("单元格是公式", "the cell is a formula")
                    if formula
                    else text("单元格是 Excel 的错误值", "the cell is an error of Excel"),
                    text(
                        "请改填结果；以 = 开头的文字，请先将单元格设为文本格式",
                        "write the result instead; for text that begins with =, format the cell as text first",
                    ),
                )

    def cell(self, place: str, raw: Raw, how: Callable[[Raw], T]) -> T | Any:
        """Give what a cell says, MISSING when it has been told what is wrong with it."""
        try:
            number = long_number(raw)
            return how(raw if number is None else self._long_text(number))
        except BadCell as bad:
            self.tell(place, bad.code, bad.message, bad.remedy)
        except AlreadyTold:
            pass
        return MISSING

    def _long_texts(self) -> dict[int, list[str]]:
        """Read the pieces of long texts; the sheet is there only where one was needed."""
        found: dict[int, list[str]] = {}
        sheet = self.sheets.get(LONG_SHEET)
        for row, cells in sheet.rows(KEY_ROW) if sheet else ():
            try:
                number, piece = cells.get(1), read_text(cells.get(2))
            except (BadCell, AlreadyTold):
                number, piece = None, ""
            if isinstance(number, int) and sheet:
                found.setdefault(number, []).append(piece)
            elif sheet:
                self.tell(
                    sheet.place(row, 1),
                    "long-text",
                    text("此行应为编号和文字", "this row should be a number and a text"),
                    text("请勿改动“续文”表", "leave the sheet 续文 as it was exported"),
                )
        return found

    def _long_text(self, number: int) -> str:
        # each is used once, so that reading takes no longer than the workbook is large
        pieces = self._long.pop(number, None)
        if pieces is None:
            raise BadCell(
                "long-text",
                text(
                    f"“续文”表中没有编号 {number}，或已用于别处",
                    f"the sheet 续文 has no {number}, or it is used elsewhere",
                ),
                text(
                    "请直接填写内容，或重新导出后修改", "write the content itself, or start from a new export"
                ),
            )
        return "".join(pieces)

    def columns(self, sheet: Sheet, fields: Sequence[Field], key_row: int) -> dict[int, Field]:
        """Give the columns by number, told by the row of keys; comparisons are not among them."""
        known = {field.key: field for field in fields}
        found: dict[int, Field] = {}
        for column in sorted({column for row, column in sheet.cells if row >= key_row}):
            if key_row == OPERATOR_ROW and (FACT_ROW, column) in sheet.cells:
                continue
            place = sheet.place(key_row, column)
            key = self.cell(place, sheet.cells.get((key_row, column), ""), read_text)
            if key is MISSING:
                continue
            if key not in known:
                self.unknown(place, "unknown-header", str(key), list(known))
            elif known[key] in found.values():
                first = next(number for number, field in found.items() if field.key == key)
                self.twice(place, "duplicate-header", str(key), sheet.place(key_row, first))
            else:
                found[column] = known[key]
        if fields[0] not in found.values():
            place = sheet.place(key_row, 1)
            self.unknown(place, "missing-header", "", [fields[0].key])
        return found

    def unknown(self, place: str, code: str, said: str, known: Sequence[str]) -> None:
        """Tell of a key that is none, or of none."""
        near = get_close_matches(said, known, 1)
        listed = "、".join(known)
        self.tell(
            place,
            code,
            text(f"未知的键“{said[:40]}”", f"unknown key {said[:40]!r}")
            if said
            else text("此列没有键", "this column has no key"),
            text(f"是否应为“{near[0]}”？", f"did you mean {near[0]!r}?")
            if near
            else text(
                f"请填写其中之一，或清空此列：{listed}", f"write one of these, or clear the column: {listed}"
            ),
        )

    def twice(self, place: str, code: str, said: str, first: str) -> None:
        """Tell of what is there twice."""
        self.tell(
            place,
            code,
            text(f"“{said[:40]}”重复（已见于 {first}）", f"{said[:40]!r} is there twice (first in {first})"),
            text("请只保留一个，或改用别的编号", "keep one of them, or use another code"),
        )

    def coded(
        self, sheet: Sheet, columns: Mapping[int, Field], after: int, fresh: str = ""
    ) -> list[tuple[str, int, dict[int, Raw]]]:
        """Give the rows below the header with their codes.

        A row whose code is told of goes by its place, so that the rest of it is looked at as well. With ``fresh`` a
        row without a code is given one that begins so, and nothing is told.
        """
        at = next((number for number, field in columns.items() if field.key in (CODE, "key")), None)
        found: list[tuple[str, int, dict[int, Raw]]] = []
        first: dict[str, str] = {}
        taken = [str(raw) for (_, column), raw in sheet.cells.items() if column == at]
        for row, cells in sheet.rows(after):
            if at is None or all(n in columns and columns[n].key == "note" for n in cells):
                continue
            place = sheet.place(row, at)
            if at not in cells and fresh:
                taken.append(free(taken, fresh))
                found.append((taken[-1], row, cells))
                continue
            if at not in cells:
                self.tell(
                    place,
                    "no-code",
                    text("此行没有编号", "this row has no code"),
                    text("请填写编号，或清空整行", "write a code, or clear the row"),
                )
            said = self.cell(place, cells[at], read_text) if at in cells else MISSING
            code = said if isinstance(said, str) else place
            if said is not MISSING and code in first:
                self.twice(place, "duplicate-code", code, first[code])
                code = place
            first.setdefault(code, place)
            found.append((code, row, cells))
        return found

    def item(
        self, sheet: Sheet, row: int, cells: Mapping[int, Raw], columns: Mapping[int, Field], pointer: str
    ) -> dict[str, Json]:
        """Give the object a row says: what its columns hold, in what its column 其余 holds."""
        self.note_places(sheet, row, columns, pointer)
        item: dict[str, Any] = {}
        rest = next((number for number, field in columns.items() if field.key == REST), None)
        if rest is not None and rest in cells:
            item = self.object(sheet.place(row, rest), cells[rest])
        for number, field in columns.items():
            if field.path and number in cells:
                place = sheet.place(row, number)
                self.cell(place, cells[number], partial(fill, item, field))
        return item

    def note_places(self, sheet: Sheet, row: int, columns: Mapping[int, Field], pointer: str) -> None:
        """Keep which cell each part of an object is said in; empty cells are places too."""
        for number, field in columns.items():
            if field.path:
                self.places[pointer + join(*field.path)] = sheet.place(row, number)
            elif field.key == CODE:
                self.places[pointer] = sheet.place(row, number)

    def object(self, place: str, raw: Raw) -> dict[str, Any]:
        """Give the JSON object of a cell; an empty one when it has been told that it is none."""
        value = self.cell(place, raw, read_value)
        if isinstance(value, dict):
            return value
        if value is not MISSING:
            self.tell(
                place,
                "not-an-object",
                text("此处应为 JSON 对象", "a JSON object belongs here"),
                text('请按 {"键": "值"} 的格式填写', 'write it as {"key": "value"}'),
            )
        return {}
