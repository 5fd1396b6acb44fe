"""The list of matters as an Excel workbook, one row a matter, and back.

The columns hold what the national standard wants to know of a matter; its materials and results
have sheets of their own, its form has none. A row is laid over the matter as the registry has it, so
the form stays. A column or sheet that a workbook lacks is left alone too; a cell that is empty
takes its fact away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from ...core.definitions.pointer import MISSING, join
from ...core.definitions.types import Json, Problem, text
from .book import Page, Sheet
from .cells import Raw, Written, read_text, write_text
from .fields import CODE, Field, copied, options, read_cell, remove, spread, write_cell
from .layout import ABOUT_SHEET, KEY_ROW
from .matter_fields import ABOUT, MATTERS, MATTERS_SHEET, NOTES, OWNER, PARTS
from .opening import missing
from .reader import SheetReader
from .writing import finish, key_header

_NEW: Final = {"kind": "matter", "form": {"schema": {"type": "object", "properties": {}}}}
"""What a row of a matter that is not yet there is laid over."""


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A row of the list: what each column says (MISSING: nothing), and its cells by JSON pointer.

    ``parts`` are its materials and results, where the workbook has their sheets.
    """

    code: str
    values: Mapping[tuple[str, ...], Json]
    parts: Mapping[str, Sequence[Json]]
    places: Mapping[str, str]

    def onto(self, document: Mapping[str, Json] | None) -> dict[str, Json]:
        """Lay the row over a matter; None is one that is not yet there."""
        made: dict[str, Json] = copied({**(document or _NEW), "code": self.code})
        for path, value in self.values.items():
            _lay(made, path, value)
        for key, items in self.parts.items():
            if items or made.get(key):
                made[key] = list(items)
        return made


def write_matters(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """Give matters as the bytes of an .xlsx; raises TooLarge."""
    documents = list(documents)
    rows = [
        {CODE: write_text(document["code"])}
        | {field.key: said for field in MATTERS if (said := _written(field, document)) is not None}
        for document in documents
    ]
    pages = [_page(MATTERS_SHEET, MATTERS, rows, frozen=2)]
    for key, (sheet, fields) in PARTS.items():
        items = [
            {OWNER: write_text(document["code"]), **spread(item, fields)}
            for document in documents
            for item in document.get(key, ())
        ]
        pages.append(_page(sheet, fields, items, frozen=2))
    return finish([*pages, _page(ABOUT_SHEET, ABOUT, [{ABOUT[0].key: note} for note in NOTES], frozen=0)])


def _page(name: str, fields: Sequence[Field], rows: Iterable[Mapping[str, Written]], frozen: int) -> Page:
    number = {field.key: index for index, field in enumerate(fields, start=1)}
    lists = {number[field.key]: options(field) for field in fields if options(field)}
    numbered = [{number[key]: written for key, written in row.items()} for row in rows]
    return Page(name, key_header(fields), numbered, [field.width for field in fields], lists, frozen)


def read_matters(sheets: Sequence[Sheet]) -> tuple[list[MatterRow], list[Problem]]:
    """Read the rows of a list of matters; they are to be used only when there are no findings."""
    problems = missing(sheets, [MATTERS_SHEET])
    if problems:
        return [], problems
    reader = _MattersReader(sheets)
    rows = reader.rows(reader.sheets[MATTERS_SHEET])
    return rows, reader.problems


class _MattersReader(SheetReader):
    """Reads the sheets of a list of matters."""

    def rows(self, sheet: Sheet) -> list[MatterRow]:
        """Give the rows in order, each with its materials and results."""
        columns = self.columns(sheet, MATTERS, KEY_ROW)
        rows = {
            code: self._row(sheet, code, row, cells, columns)
            for code, row, cells in self.coded(sheet, columns, KEY_ROW)
        }
        for key, (name, fields) in PARTS.items():
            if name in self.sheets:
                self._part(key, self.sheets[name], fields, rows)
        return list(rows.values())

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
        return MatterRow(code, values, {}, self.places)

    def _part(self, key: str, sheet: Sheet, fields: Sequence[Field], rows: dict[str, MatterRow]) -> None:
        """Read the materials or results of all matters."""
        columns = self.columns(sheet, fields, KEY_ROW)
        at = {field.key: number for number, field in columns.items()}
        for field in fields[1:]:
            if field.key not in at:
                self.tell(
                    sheet.place(KEY_ROW, 1),
                    "missing-header",
                    text(f"缺少“{field.key}”列", f"the column {field.key!r} is missing"),
                    text(
                        "请恢复该列（可以留空），或删去整个工作表",
                        "put the column back (it may be empty), or delete the whole sheet",
                    ),
                )
        items: dict[str, list[Json]] = {code: [] for code in rows}
        # a row whose code was told of goes by its place; its materials are not to be told of as well
        complete = not any("!" in code for code in rows)
        for number, cells in sheet.rows(KEY_ROW):
            place = sheet.place(number, at.get(OWNER, 1))
            owner = self.cell(place, cells.get(at.get(OWNER, 1), ""), read_text)
            if owner is not MISSING and owner not in rows and complete:
                self._no_owner(place, str(owner))
            self.places = {}
            item = self.item(sheet, number, cells, columns, "")
            if owner in rows:
                pointer = join(key, len(items[owner]))
                items[owner].append(item)
                mine = {pointer: place} | {pointer + inner: cell for inner, cell in self.places.items()}
                rows[owner] = replace(rows[owner], places={**rows[owner].places, **mine})
        for code, listed in items.items():
            rows[code] = replace(rows[code], parts={**rows[code].parts, key: listed})

    def _no_owner(self, place: str, owner: str) -> None:
        self.tell(
            place,
            "unknown-matter",
            text(
                f"“{MATTERS_SHEET}”表中没有事项“{owner[:40]}”",
                f"the sheet {MATTERS_SHEET} has no matter {owner[:40]!r}",
            ),
            text("请填写该表中的事项编码，或清空整行", "write the code of a matter there, or clear the row"),
        )


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
