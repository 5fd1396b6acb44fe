"""Pages of a workbook laid out and finished: items one a row, long texts apart, all within the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...core.definitions.types import Json
from .book import Page, is_long, save
from .cells import Written, long_reference, quoted, write_text
from .fields import CODE, Field, options, spread
from .guard import MAX_ROWS, examine
from .layout import LONG_SHEET

_PIECE = 15_000
"""Characters of one piece of a long text: even if each is escaped, or beyond 16 bits, Excel holds it."""


class TooLarge(ValueError):
    """Something is more than a workbook may hold (:mod:`guard`)."""


def finish(pages: Sequence[Page]) -> bytes:
    """Give the bytes of an .xlsx; raises TooLarge when it would be refused for its size."""
    pages = _shortened(pages)
    if any(len(page.header) + len(page.rows) > MAX_ROWS for page in pages):
        raise TooLarge(f"a sheet would have more than {MAX_ROWS} rows")
    made = save(pages)
    for problem in examine(made):
        raise TooLarge(problem.message["en"])
    return made


def item_page(sheet: str, fields: Sequence[Field], items: Mapping[str, Mapping[str, Json]]) -> Page:
    """Lay out items by code, one a row."""
    number = {field.key: index for index, field in enumerate(fields, start=1)}
    rows = []
    for code, item in items.items():
        cells = {CODE: write_text(code), **spread(item, fields)}
        rows.append({number[key]: written for key, written in cells.items()})
    lists = {number[field.key]: options(field) for field in fields if options(field)}
    return Page(sheet, key_header(fields), rows, [field.width for field in fields], lists)


def key_header(fields: Iterable[Field]) -> list[dict[int, str]]:
    """Give the two rows over a table: titles, and keys."""
    numbered = list(enumerate(fields, start=1))
    return [
        {number: field.title for number, field in numbered},
        {number: field.key for number, field in numbered},
    ]


def _shortened(pages: Sequence[Page]) -> list[Page]:
    """Move texts that Excel would cut off to a sheet of their own, in pieces."""
    pieces: list[dict[int, Written]] = []
    moved = 0

    def short(written: Any) -> Any:
        nonlocal moved
        if not is_long(written):
            return written
        moved += 1
        starts = range(0, len(written), _PIECE)
        pieces.extend({1: moved, 2: quoted(written[start : start + _PIECE])} for start in starts)
        return long_reference(moved)

    made = [
        replace(
            page,
            header=[{number: short(said) for number, said in row.items()} for row in page.header],
            rows=[{number: short(written) for number, written in row.items()} for row in page.rows],
        )
        for page in pages
    ]
    if not pieces:
        return made
    header = [{1: "续文编号\nLong text", 2: "文字（续接）\nPieces of it"}, {1: "number", 2: "piece"}]
    return [*made, Page(LONG_SHEET, header, pieces, [14, 100], {})]
