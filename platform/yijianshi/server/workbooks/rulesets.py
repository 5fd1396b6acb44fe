"""A ruleset as an Excel workbook for a clerk, and back, nothing lost.

Four sheets: 规则 (a decision table, ``core/rules/table.py``), 参数, 事实, and 说明 for everything
else with a note on how to fill them. The law: reading what was written gives the same document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...core.definitions.types import Json
from ...core.rules.table import PLAIN, Column, Row, Table, to_table
from .book import Page
from .cells import YES_NO, Written, quoted, write_text, write_value
from .fields import ABOUT, CODE, RULES, WHOLE, options, spread, unfold_outcome
from .guard import MAX_COLUMNS
from .layout import ABOUT_SHEET, IS, LISTED, NOTES, ORDER, ROWS, RULES_SHEET, words
from .writing import finish, item_page, key_header


def write_workbook(document: Mapping[str, Json]) -> bytes:
    """Give a ruleset document, one whose form the meta-schema accepts, as the bytes of an .xlsx.

    Raises TooLarge when reading would refuse the workbook for its size.
    """
    table = _fitting(to_table(document), document)
    sheets = {sheet: _listed(document, key) for key, (sheet, _) in LISTED.items()}
    pages = [_rules(table, document)]
    pages += [item_page(sheet, fields, sheets[sheet]) for sheet, fields in LISTED.values()]
    pages.append(
        _about({key: table.document[key] for key in table.document if not _is_listed(document, key)})
    )
    return finish(pages)


def _fitting(table: Table, document: Mapping[str, Any]) -> Table:
    """Give the table with the columns a sheet can take; rules that use others are kept whole."""
    room = MAX_COLUMNS - len(RULES)
    known = [number for number, column in enumerate(table.columns) if words(column.op, "")][:room]
    place = {number: index for index, number in enumerate(known)}
    rows = []
    for row in table.rows:
        if set(row.cells) <= set(place):
            rows.append(replace(row, cells={place[number]: value for number, value in row.cells.items()}))
        else:
            whole = {k: v for k, v in document["rules"][row.rule].items() if k in ("all", "any")}
            rows.append(Row(row.rule, {}, whole, row.rest))
    return Table(tuple(table.columns[number] for number in known), tuple(rows), table.document)


def _is_listed(document: Mapping[str, Json], key: str) -> bool:
    """Whether a sheet of its own holds what the document has under a key."""
    items = document.get(key)
    return (
        key in LISTED
        and isinstance(items, Mapping)
        and bool(items)
        and all(isinstance(item, Mapping) for item in items.values())
    )


def _listed(document: Mapping[str, Any], key: str) -> Mapping[str, Mapping[str, Json]]:
    return document[key] if _is_listed(document, key) else {}


def _rules(table: Table, document: Mapping[str, Any]) -> Page:
    """Lay out the decision table; its columns stand before the one of whole conditions."""
    at = [field.key for field in RULES].index(WHOLE)
    before, after = RULES[:at], RULES[at:]
    facts = _listed(document, "facts")
    comparisons = dict(enumerate(table.columns, start=at + 1))
    column_of = {field.key: number for number, field in enumerate(before, start=1)}
    column_of |= {field.key: number for number, field in enumerate(after, start=at + len(table.columns) + 1)}
    named = {column_of[field.key]: field for field in RULES}
    headings = {number: _heading(column, facts) for number, column in comparisons.items()}
    header: list[dict[int, str]] = [
        {number: field.title for number, field in named.items()} | headings,
        {number: words(column.op, _kind(facts, column)) for number, column in comparisons.items()},
        {number: write_text(column.fact) for number, column in comparisons.items()},
        {number: field.key for number, field in named.items()}
        | {number: IS if column.op == PLAIN else column.op for number, column in comparisons.items()},
    ]
    rows = []
    for row in table.rows:
        cells: dict[int, Written] = {column_of[CODE]: write_text(row.rule)}
        cells |= {at + 1 + number: write_value(value) for number, value in row.cells.items()}
        if row.whole:
            cells[column_of[WHOLE]] = quoted(row.whole)
        cells |= {column_of[key]: written for key, written in spread(unfold_outcome(row.rest), RULES).items()}
        rows.append(cells)
    # a Chinese character is two of the units that widths are measured in
    widths = [_width(headings[n]) if n in headings else named[n].width for n in sorted(named | headings)]
    lists: dict[int, Sequence[str]] = {number: options(field) for number, field in named.items()}
    lists |= {number: _choices(facts, column) for number, column in comparisons.items()}
    return Page(RULES_SHEET, header, rows, widths, {n: some for n, some in lists.items() if some})


def _heading(column: Column, facts: Mapping[str, Any]) -> str:
    title = facts.get(column.fact, {}).get("title")
    zh = title.get("zh") if isinstance(title, Mapping) else None
    return write_text((zh if isinstance(zh, str) and zh else column.fact)[:200])


def _kind(facts: Mapping[str, Any], column: Column) -> str:
    return str(facts.get(column.fact, {}).get("type", ""))


def _width(heading: str) -> int:
    return min(max(14, 2 * len(heading) + 2), 34)


def _choices(facts: Mapping[str, Any], column: Column) -> Sequence[str]:
    """Give what a fact can be, where a comparison is with one such value."""
    if column.op not in (PLAIN, "$eq", "$neq"):
        return ()
    if _kind(facts, column) == "boolean":
        return YES_NO
    values = facts.get(column.fact, {}).get("values")
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return ()
    return [str(write_value(value)) for value in values]


def _about(rest: Mapping[str, Json]) -> Page:
    """Lay out everything else by key, with the notes beside it."""
    rows: list[dict[int, Written]] = [
        {1: write_text(key), 2: ROWS if key == ORDER else write_value(value)} for key, value in rest.items()
    ]
    rows += [{} for _ in range(len(NOTES) - len(rows))]
    for row, note in zip(rows, NOTES, strict=False):
        row[3] = note
    return Page(ABOUT_SHEET, key_header(ABOUT), rows, [field.width for field in ABOUT], {})
