"""Opening a workbook that was sent: looked at first, then its sheets, all within the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...core.definitions.types import Problem, text
from .book import Sheet, load
from .guard import MAX_COLUMNS, MAX_ROWS, examine, no_workbook, too_large

_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ENDINGS = (".xlsx", ".xlsm", ".xls")


def is_workbook(name: str, data: bytes) -> bool:
    """Tell whether a file is, or claims to be, a workbook: by its content, and by its name."""
    return data.startswith(_MARKS) or name.lower().endswith(_ENDINGS)


def open_sheets(data: bytes) -> tuple[list[Sheet], list[Problem]]:
    """Give the sheets of an .xlsx, or why it is not opened."""
    refused = examine(data)
    if refused:
        return [], refused
    try:
        sheets = load(data)
    except ValueError:
        return [], [no_workbook()]
    problems = [problem for sheet in sheets for problem in _oversized(sheet)]
    return ([], problems) if problems else (sheets, [])


def missing(sheets: Iterable[Sheet], wanted: Sequence[str]) -> list[Problem]:
    """Tell of the sheets that a workbook lacks."""
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
        for name in wanted
        if name not in names
    ]


def located(problem: Problem, places: Mapping[str, str]) -> Problem:
    """Place a finding about a document in the cell that says it; ``places`` are cells by JSON pointer."""
    pointer = problem.pointer
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return replace(problem, pointer=places[pointer]) if pointer in places else problem


def _oversized(sheet: Sheet) -> list[Problem]:
    found = []
    for axis, most, zh, en in ((0, MAX_ROWS, "行", "rows"), (1, MAX_COLUMNS, "列", "columns")):
        if max((place[axis] for place in sheet.cells), default=0) > most:
            message = text(
                f"工作表“{sheet.name}”超过 {most} {zh}", f"the sheet {sheet.name} has more than {most} {en}"
            )
            found.append(too_large(sheet.name, message))
    return found
