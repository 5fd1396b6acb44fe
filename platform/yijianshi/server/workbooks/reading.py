"""A workbook read back into a ruleset document; whatever is wrong is a finding with sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.definitions.pointer import MISSING
from ...core.definitions.types import Json, Problem, text
from ...core.rules.table import Column, Row, Table, from_table
from .book import Sheet, load
from .cells import Raw, read_text, read_value
from .fields import ABOUT, CODE, RULES, WHOLE, Field, fold_outcome
from .guard import MAX_COLUMNS, MAX_ROWS, examine, no_workbook, too_large
from .layout import ABOUT_SHEET, FACT_ROW, KEY_ROW, LISTED, OPERATOR_ROW, OPERATORS, RULES_SHEET
from .reader import SheetReader

_SHEETS = (RULES_SHEET, *(sheet for sheet, _ in LISTED.values()), ABOUT_SHEET)


def read(data: bytes) -> tuple[dict[str, Json] | None, list[Problem]]:
    """Give the document that an .xlsx says, or None and everything that is wrong with it."""
    refused = examine(data)
    if refused:
        return None, refused
    try:
        sheets = load(data)
    except ValueError:
        return None, [no_workbook()]
    problems = [problem for sheet in sheets for problem in _oversized(sheet)] or _missing(sheets)
    if problems:
        return None, problems
    reader = _RulesetReader(sheets)
    document = reader.document()
    return (None, reader.problems) if reader.problems else (document, [])


def _oversized(sheet: Sheet) -> list[Problem]:
    found = []
    for axis, most, zh, en in ((0, MAX_ROWS, "行", "rows"), (1, MAX_COLUMNS, "列", "columns")):
        if max((place[axis] for place in sheet.cells), default=0) > most:
            message = text(
                f"工作表“{sheet.name}”超过 {most} {zh}", f"the sheet {sheet.name} has more than {most} {en}"
            )
            found.append(too_large(sheet.name, message))
    return found


def _missing(sheets: Sequence[Sheet]) -> list[Problem]:
    names = {sheet.name for sheet in sheets}
    return [
        Problem(
            name,
            "missing-sheet",
            text(f"缺少工作表“{name}”", f"the sheet {name} is missing"),
            text(
                "请使用从本平台导出的工作簿，并保留各工作表的名称",
                "use a workbook exported from this platform and keep the names of its sheets",
            ),
        )
        for name in _SHEETS
        if name not in names
    ]


class _RulesetReader(SheetReader):
    """Reads the four sheets of a ruleset."""

    def document(self) -> dict[str, Json]:
        """Give the document; it is to be used only when there are no findings."""
        made = self._about(self.sheets[ABOUT_SHEET])
        for key, (name, fields) in LISTED.items():
            items = self._items(self.sheets[name], fields)
            if items and made.get(key):
                self._reserved(name, key)
            elif items:
                made[key] = items
        columns, rows = self._rules(self.sheets[RULES_SHEET])
        return from_table(Table(columns, rows, made))

    def _about(self, sheet: Sheet) -> dict[str, Json]:
        """Read everything that has no sheet of its own."""
        columns = self.columns(sheet, ABOUT, KEY_ROW)
        at = next((number for number, field in columns.items() if field.key == "value"), 0)
        made = {}
        for key, row, cells in self.coded(sheet, columns, KEY_ROW):
            if key == "rules":
                self._reserved(sheet.name, key)
            elif at in cells:
                made[key] = self.cell(sheet.place(row, at), cells[at], read_value)
            else:
                self.tell(
                    sheet.place(row, at or 1),
                    "no-value",
                    text(f"“{key[:40]}”没有值", f"{key[:40]!r} has no value"),
                    text("请填写值，或清空整行", "write a value, or clear the row"),
                )
        return made

    def _reserved(self, name: str, key: str) -> None:
        self.tell(
            name,
            "given-twice",
            text(
                f"“{key}”有专用的工作表，不能又写在“说明”表中",
                f"{key!r} has a sheet of its own; it is not written in 说明 too",
            ),
            text("请从“说明”表中删去该行", "remove that row from the sheet 说明"),
        )

    def _items(self, sheet: Sheet, fields: Sequence[Field]) -> dict[str, Json]:
        """Read parameters or facts by code."""
        columns = self.columns(sheet, fields, KEY_ROW)
        return {
            code: self.item(sheet, row, cells, columns)
            for code, row, cells in self.coded(sheet, columns, KEY_ROW)
        }

    def _rules(self, sheet: Sheet) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
        """Read the decision table."""
        columns = self.columns(sheet, RULES, OPERATOR_ROW)
        compared = self._compared(sheet)
        numbers = {number: index for index, number in enumerate(compared)}
        whole = next((number for number, field in columns.items() if field.key == WHOLE), None)
        rows = []
        for code, row, cells in self.coded(sheet, columns, OPERATOR_ROW):
            compares = {
                numbers[number]: self.cell(sheet.place(row, number), raw, read_value)
                for number, raw in cells.items()
                if number in numbers
            }
            condition = self._condition(sheet, row, whole, cells)
            # a comparison whose header is told of is one all the same
            compared_at_all = any((FACT_ROW, number) in sheet.cells for number in cells)
            if compared_at_all == (condition is not None):
                self._one_condition(sheet.place(row, whole or 1), compared_at_all)
            rest = self._rest(sheet, row, cells, columns)
            rows.append(Row(code, compares, condition, rest))
        return tuple(compared.values()), tuple(rows)

    def _compared(self, sheet: Sheet) -> dict[int, Column]:
        """Read the header of the comparisons: a fact, and the operator below it."""
        found: dict[int, Column] = {}
        for number in sorted(column for row, column in sheet.cells if row == FACT_ROW):
            fact = self.cell(sheet.place(FACT_ROW, number), sheet.cells[FACT_ROW, number], read_text)
            place = sheet.place(OPERATOR_ROW, number)
            spelt = self.cell(place, sheet.cells.get((OPERATOR_ROW, number), ""), read_text)
            if MISSING in (fact, spelt):
                continue
            if spelt not in OPERATORS:
                self.unknown(place, "unknown-operator", spelt, list(OPERATORS))
                continue
            column = Column(fact, OPERATORS[spelt])
            first = next((n for n, known in found.items() if known == column), None)
            if first is None:
                found[number] = column
            else:
                self.twice(place, "duplicate-header", f"{fact} {spelt}", sheet.place(OPERATOR_ROW, first))
        return found

    def _condition(
        self, sheet: Sheet, row: int, at: int | None, cells: Mapping[int, Raw]
    ) -> dict[str, Json] | None:
        """Read a whole condition: an object of nothing but ``all`` and ``any``."""
        if at is None or at not in cells:
            return None
        place = sheet.place(row, at)
        condition = self.object(place, cells[at])
        for key in sorted(condition.keys() - {"all", "any"}):
            self.unknown(place, "unknown-key", key, ["all", "any"])
        return condition

    def _one_condition(self, place: str, both: bool) -> None:
        self.tell(
            place,
            "two-conditions" if both else "no-condition",
            text("同一行既有条件格，又有完整条件", "this row has both comparisons and a whole condition")
            if both
            else text("此行没有任何条件", "this row has no condition"),
            text("请只保留一种", "keep one of the two")
            if both
            else text("请填写条件格，或填写完整条件", "fill in a comparison, or the whole condition"),
        )

    def _rest(
        self, sheet: Sheet, row: int, cells: Mapping[int, Raw], columns: Mapping[int, Field]
    ) -> dict[str, Any]:
        """Read what is not condition."""
        item = self.item(sheet, row, cells, columns)
        at = {field.key: number for number, field in columns.items()}
        for key in sorted(item.keys() & {"all", "any"}):
            self.tell(
                sheet.place(row, at["rest"]),
                "given-twice",
                text(f"“{key}”是条件，不能写在“其余”中", f"{key!r} is a condition and does not belong here"),
                text("请移到“完整条件”列", "move it to the column of whole conditions"),
            )
        place = sheet.place(row, at.get("outcome", at[CODE]))
        folded = self.cell(place, None, lambda _: fold_outcome(item))
        return folded if isinstance(folded, dict) else {}
