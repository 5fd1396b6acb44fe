"""A workbook read back into a ruleset document; whatever is wrong is a finding with sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.definitions.pointer import MISSING, join
from ...core.definitions.types import Json, Problem, text
from ...core.rules.table import Column, Row, Table, from_table
from .book import Sheet
from .cells import Raw, read_text, read_value
from .fields import ABOUT, CODE, RULES, WHOLE, Field, fold_outcome
from .layout import ABOUT_SHEET, FACT_ROW, KEY_ROW, LISTED, OPERATOR_ROW, OPERATORS, ORDER, RULES_SHEET
from .opening import missing
from .reader import SheetReader

ADDED = "added"
"""What the code begins with that a rule is given whose row has none: another than the designer gives, or a rule that was
taken out of the workbook and one that was added would seem to be the same."""

_SHEETS = (RULES_SHEET, *(sheet for sheet, _ in LISTED.values()), ABOUT_SHEET)


@dataclass(frozen=True, slots=True)
class ReadRuleset:
    """What a workbook says: the document (None when anything is wrong), and its cells by JSON pointer."""

    document: dict[str, Json] | None
    problems: list[Problem]
    places: Mapping[str, str]


def read_sheets(sheets: Sequence[Sheet]) -> ReadRuleset:
    """Read the sheets of a ruleset."""
    problems = missing(sheets, _SHEETS)
    if problems:
        return ReadRuleset(None, problems, {})
    reader = _RulesetReader(sheets)
    document = reader.document()
    return ReadRuleset(None if reader.problems else document, reader.problems, reader.places)


class _RulesetReader(SheetReader):
    """Reads the four sheets of a ruleset."""

    def document(self) -> dict[str, Json]:
        """Give the document; it is to be used only when there are no findings."""
        self.places |= {"": ABOUT_SHEET, "/rules": RULES_SHEET}
        made = self._about(self.sheets[ABOUT_SHEET])
        for key, (name, fields) in LISTED.items():
            items = self._items(self.sheets[name], fields, join(key))
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
        made: dict[str, Json] = {}
        for key, row, cells in self.coded(sheet, columns, KEY_ROW):
            self.places[join(key)] = sheet.place(row, at or 1)
            if key == "rules":
                self._reserved(sheet.name, key)
            elif key == ORDER:
                made[key] = []  # whatever stands there: it is said by the rows
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

    def _items(self, sheet: Sheet, fields: Sequence[Field], pointer: str) -> dict[str, Json]:
        """Read parameters or facts by code."""
        self.places.setdefault(pointer, sheet.name)
        columns = self.columns(sheet, fields, KEY_ROW)
        return {
            code: self.item(sheet, row, cells, columns, pointer + join(code))
            for code, row, cells in self.coded(sheet, columns, KEY_ROW)
        }

    def _rules(self, sheet: Sheet) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
        """Read the decision table."""
        columns = self.columns(sheet, RULES, OPERATOR_ROW)
        compared = self._compared(sheet)
        numbers = {number: index for index, number in enumerate(compared)}
        whole = next((number for number, field in columns.items() if field.key == WHOLE), None)
        rows = []
        for code, row, cells in self.coded(sheet, columns, OPERATOR_ROW, fresh=ADDED):
            compares = {
                numbers[number]: self.cell(sheet.place(row, number), raw, read_value)
                for number, raw in cells.items()
                if number in numbers
            }
            condition = self._condition(sheet, row, whole, cells)
            # a comparison whose header is told of is one all the same
            compared_at_all = any((FACT_ROW, number) in sheet.cells for number in cells)
            if compared_at_all and condition is not None:
                self._two_conditions(sheet.place(row, whole or 1))
            if not compared_at_all and condition is None:
                condition = {}  # an unfinished rule: what is missing is told with everything else of the rules
            self._note_condition(sheet, row, code, whole, [number for number in numbers if number in cells])
            rest = self._rest(sheet, row, cells, columns, join("rules", code))
            rows.append(Row(code, compares, condition, rest))
        return tuple(compared.values()), tuple(rows)

    def _note_condition(
        self, sheet: Sheet, row: int, code: str, whole: int | None, compared: Sequence[int]
    ) -> None:
        """Keep in which cells the condition of a rule is said."""
        if whole is not None and not compared:
            self.places |= {join("rules", code, key): sheet.place(row, whole) for key in ("all", "any")}
        pattern = join("rules", code, "all", 0, "m")
        for index, number in enumerate(compared):
            inner = join("$and", index) if len(compared) > 1 else ""
            self.places[pattern + inner] = sheet.place(row, number)

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

    def _two_conditions(self, place: str) -> None:
        self.tell(
            place,
            "two-conditions",
            text("同一行既有条件格，又有完整条件", "this row has both comparisons and a whole condition"),
            text("请只保留一种", "keep one of the two"),
        )

    def _rest(
        self, sheet: Sheet, row: int, cells: Mapping[int, Raw], columns: Mapping[int, Field], pointer: str
    ) -> dict[str, Any]:
        """Read what is not condition."""
        item = self.item(sheet, row, cells, columns, pointer)
        at = {field.key: number for number, field in columns.items()}
        for key in sorted(item.keys() & {"all", "any"}):
            self.tell(
                sheet.place(row, at["rest"]),
                "given-twice",
                text(f"“{key}”是条件，不能写在“其余”中", f"{key!r} is a condition and does not belong here"),
                text("请移到“完整条件”列", "move it to the column of whole conditions"),
            )
        place = sheet.place(row, at.get("outcome", at[CODE]))
        self.places[pointer + "/run"] = place
        if "value" in at and isinstance(item.get("run"), Mapping):
            self.places[pointer + join("run", item["run"].get("#kind"))] = sheet.place(row, at["value"])
        folded = self.cell(place, None, lambda _: fold_outcome(item))
        return folded if isinstance(folded, dict) else {}
