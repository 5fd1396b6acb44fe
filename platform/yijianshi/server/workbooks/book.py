"""Workbook files: sheets of cells into the bytes of an .xlsx, and out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .cells import Raw, Refused, Written
from .guard import MAX_ROWS

MAX_TEXT = 32_000
"""Excel cuts a text off after 32,767 characters (of UTF-16)."""

_MOST_LISTED = 255
"""A list to choose from that is longer makes Excel call the file damaged."""

_SPARE = 500
"""Rows below the last one in which the lists to choose from are offered too."""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be written: header rows, rows by column number (from 1), widths, lists to choose from."""

    name: str
    header: Sequence[Mapping[int, str]]
    rows: Sequence[Mapping[int, Written]]
    widths: Sequence[int]
    lists: Mapping[int, Sequence[str]]
    frozen_columns: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as read: what is in its cells by row and column (from 1); empty cells are left out."""

    name: str
    cells: dict[tuple[int, int], Raw]

    def place(self, row: int, column: int) -> str:
        """Give the place of a cell, as 规则!C7."""
        return f"{self.name}!{get_column_letter(column)}{row}"

    def rows(self, after: int) -> list[tuple[int, dict[int, Raw]]]:
        """Give the rows below the header that have anything in them, in order."""
        found: dict[int, dict[int, Raw]] = {}
        for (row, column), raw in sorted(self.cells.items(), key=lambda cell: cell[0]):
            if row > after:
                found.setdefault(row, {})[column] = raw
        return list(found.items())


def is_long(written: Written) -> bool:
    """Whether Excel would cut a text off."""
    return isinstance(written, str) and len(written.encode("utf-16-le")) > 2 * MAX_TEXT


def save(pages: Sequence[Page]) -> bytes:
    """Give the bytes of an .xlsx with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for style in _styles():
        book.add_named_style(style)
    for page in pages:
        _fill(book.create_sheet(page.name), page)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _styles() -> list[Any]:
    top = Alignment(wrap_text=True, vertical="top")
    header = NamedStyle("表头")
    header.font = Font(bold=True, color="FFFFFF")
    header.fill = PatternFill("solid", fgColor="1F4E79")
    header.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    key = NamedStyle("键")
    key.font = Font(color="595959", italic=True)
    key.fill = PatternFill("solid", fgColor="DDEBF7")
    key.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    # as text, a date or a number that is typed over stays as it is typed
    words = NamedStyle("文字", number_format="@")
    number = NamedStyle("数值", number_format="General")
    words.alignment = number.alignment = top
    return [header, key, words, number]


def _fill(sheet: Any, page: Page) -> None:
    width = len(page.widths)
    for number, row in enumerate(page.header, start=1):
        for column in range(1, width + 1):
            cell = sheet.cell(number, column)
            cell.style = "表头" if number == 1 else "键"
            _set(cell, row.get(column, ""))
    for number, cells in enumerate(page.rows, start=len(page.header) + 1):
        for column, written in cells.items():
            cell = sheet.cell(number, column)
            cell.style = "文字" if isinstance(written, str) else "数值"
            _set(cell, written)
    for column, wide in enumerate(page.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = sheet.cell(len(page.header) + 1, page.frozen_columns + 1)
    _offer(sheet, page)


def _set(cell: Any, written: Written) -> None:
    if written == "":
        return
    cell.value = written
    if isinstance(written, str):
        # openpyxl would make a formula of =… and an error of #N/A
        cell.data_type = "s"
        if written[0] in "=+-@":
            # the mark by which Excel keeps it text when the cell is edited
            cell.quotePrefix = True


def _offer(sheet: Any, page: Page) -> None:
    first = len(page.header) + 1
    last = min(first + len(page.rows) + _SPARE, MAX_ROWS)
    for column, listed in page.lists.items():
        joined = ",".join(listed)
        if len(joined) > _MOST_LISTED or any(mark in option for option in listed for mark in '",'):
            continue
        # a warning only: a cell may also refer to a parameter or another fact
        offer = DataValidation(
            "list", formula1=f'"{joined}"', allow_blank=True, errorStyle="warning", showErrorMessage=True
        )
        offer.errorTitle, offer.error = "请核对 Check", "不在列表之中 / It is not in the list"
        letter = get_column_letter(column)
        offer.add(f"{letter}{first}:{letter}{last}")
        sheet.add_data_validation(offer)


def load(data: bytes) -> list[Sheet]:
    """Read the sheets of an .xlsx that :func:`guard.examine` let through.

    Raises ValueError when it is damaged.
    """
    try:
        book = load_workbook(BytesIO(data), read_only=False, data_only=False, keep_links=False)
    # of a damaged file openpyxl raises whatever it stumbles over: KeyError, TypeError, AttributeError …
    except Exception as error:
        raise ValueError("the workbook is damaged") from error
    return [Sheet(sheet.title, _cells(sheet)) for sheet in book.worksheets]


def _cells(sheet: Any) -> dict[tuple[int, int], Raw]:
    # the rows as openpyxl gives them are full: one cell far out would make millions of empty ones
    found = {(cell.row, cell.column): _raw(cell) for cell in sheet._cells.values()}
    return {place: raw for place, raw in found.items() if raw is not None}


def _raw(cell: Any) -> Raw:
    if cell.data_type == "f":
        return Refused("formula")
    if cell.data_type == "e":
        return Refused("error")
    value: Raw = cell.value
    if isinstance(value, str):
        # how Excel keeps the line ends of other systems in a text that was pasted
        value = value.replace("_x000D_", "")
        return value if value.strip() else None
    return value
