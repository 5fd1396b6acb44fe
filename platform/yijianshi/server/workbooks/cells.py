"""What one cell of a workbook says: JSON values as a clerk reads them, and back, nothing lost.

A number is an Excel number, yes and no are 是 and 否, a text is itself, a reference is
``参数:name`` or ``事实:name``. Whatever would be mistaken for another of these, or would not come
through Excel unharmed, is written as JSON: the text 5 is ``"5"``, in its quotation marks.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Literal

from ...core.definitions.canonical import MalformedJson, loads
from ...core.definitions.types import Json, Text, text

YES: Final = "是"
NO: Final = "否"
YES_NO: Final = (YES, NO)

Written = int | float | str
"""What is put into a cell; a text is never a formula."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell whose content is not taken at all; where it is found it is told of, once."""

    why: Literal["formula", "error"]


Raw = bool | int | float | str | datetime | date | time | Refused | None
"""What is found in a cell; None is an empty one."""


class BadCell(ValueError):
    """A cell says nothing that can be taken; raised with what is wrong and how to mend it."""

    def __init__(self, code: str, message: Text, remedy: Text) -> None:
        super().__init__(message["en"])
        self.code, self.message, self.remedy = code, message, remedy


class AlreadyTold(ValueError):
    """The cell is one that has been told of (:class:`Refused`)."""


_LIMIT = 10**15
"""Excel shows and re-enters fifteen digits of a number; larger ones are kept as JSON."""

_LITERAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_REFERENCE = re.compile(r"(参数|事实)\s*[:：]\s*([\w.-]+)")
_REFERENCES = {"参数": "parameter", "事实": "m"}
_LONG = re.compile(r"续文\s*[:：]\s*([0-9]{1,6})")

# XML cannot hold these, rewrites them on reading, or Excel takes them for an escape of its own
_UNSAFE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|x005F_"
)


def quoted(value: Json) -> str:
    """Give a value as JSON that XML and Excel leave as it is."""
    return _UNSAFE.sub(_escape, json.dumps(value, ensure_ascii=False, allow_nan=False))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()[0]):04x}" + found.group()[1:]


def _survives(value: str) -> bool:
    return (
        value != ""
        and value == value.strip()
        # Excel takes a leading apostrophe for its own mark of text when the cell is edited
        and value[0] not in "\"'"
        and _UNSAFE.search(value) is None
        and _LONG.fullmatch(value) is None
    )


def write_text(value: str) -> str:
    """Give a text for a cell that holds nothing but text."""
    return value if _survives(value) else quoted(value)


def write_value(value: Json) -> Written:
    """Give any JSON value for a cell."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int | float):
        return value if _exact(value) else quoted(value)
    if isinstance(value, str):
        return value if _survives(value) and _is_bare(value) else quoted(value)
    return _reference(value) or quoted(value)


def _is_bare(value: str) -> bool:
    return not (
        value in YES_NO or value[0] in "{[" or _LITERAL.fullmatch(value) or _REFERENCE.fullmatch(value)
    )


def _exact(value: int | float) -> bool:
    if value == 0:
        return True
    return 1e-300 < abs(value) < _LIMIT and float(f"{value:.15g}") == value


def _reference(value: Json) -> str | None:
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((key, name),) = value.items()
    for word, wanted in _REFERENCES.items():
        shown = f"{word}:{name}"
        if key == wanted and isinstance(name, str) and _REFERENCE.fullmatch(shown):
            return shown if _survives(shown) else None
    return None


def long_number(value: Raw) -> int | None:
    """Give the number of the long text that a cell refers to; None when it refers to none."""
    found = _LONG.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found.group(1)) if found else None


def long_reference(number: int) -> str:
    """Give the reference to a long text."""
    return f"续文:{number}"


def read_text(raw: Raw) -> str:
    """Give the text of a cell that holds nothing but text; raises BadCell, AlreadyTold."""
    if isinstance(raw, Refused):
        raise AlreadyTold
    if isinstance(raw, datetime | date):
        return _day(raw)
    if isinstance(raw, str):
        bare = raw.strip()
        value = _json(bare) if bare.startswith('"') else bare
        if isinstance(value, str):
            return value
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise BadCell(
        "not-text",
        text("此处应为文字", "text belongs here"),
        text("请将单元格设为文本格式，再填写文字", "format the cell as text and write the text"),
    )


def read_value(raw: Raw) -> Json:
    """Give the JSON value of a cell that is not empty; raises BadCell, AlreadyTold."""
    if isinstance(raw, Refused):
        raise AlreadyTold
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return _number(raw)
    if isinstance(raw, datetime | date):
        return _day(raw)
    if isinstance(raw, str):
        return _said(raw.strip())
    raise _no_day()


def read_yes_no(raw: Raw) -> bool:
    """Give the yes or no of a cell; raises BadCell, AlreadyTold."""
    if isinstance(raw, Refused):
        raise AlreadyTold
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip() in YES_NO:
        return raw.strip() == YES
    raise BadCell(
        "not-yes-no",
        text("此处只能填“是”或“否”", "this is 是 (yes) or 否 (no)"),
        text("请从下拉列表中选择", "choose from the list of the cell"),
    )


def _said(bare: str) -> Json:
    if bare in YES_NO:
        return bare == YES
    reference = _REFERENCE.fullmatch(bare)
    if reference:
        return {_REFERENCES[reference.group(1)]: reference.group(2)}
    if bare.startswith(('"', "{", "[")) or _LITERAL.fullmatch(bare):
        return _json(bare)
    return bare


def _json(written: str) -> Any:
    try:
        return loads(written)
    except MalformedJson as error:
        raise BadCell(
            "malformed-json",
            text(f"内容不是合法的 JSON：{error.problem.message['zh']}", str(error)),
            text(
                "请使用英文的引号、逗号和括号；以这些符号开头的文字，请整段写成 JSON 字符串",
                "use the ASCII quotation marks, commas and brackets; text that begins with one is written as a JSON string",
            ),
        ) from error


def _number(value: int | float) -> int | float:
    if not math.isfinite(value) or abs(value) >= _LIMIT:
        raise BadCell(
            "number-not-exact",
            text(
                "Excel 只保留数值的前十五位，此数可能已被改变",
                "Excel keeps fifteen digits of a number; this one may have been changed",
            ),
            text(
                '请将单元格设为文本格式后填写；若是号码，请加英文引号，如 "110101199001011234"',
                'format the cell as text; a number that is a name goes in quotation marks, as "110101199001011234"',
            ),
        )
    # what Excel shows is what is meant: 0.1+0.2 pasted as a value is 0.3
    shown = float(f"{value:.15g}")
    return int(shown) if shown.is_integer() else shown


def _day(value: date) -> str:
    if isinstance(value, datetime):
        if value.time() != time():
            raise _no_day()
        value = value.date()
    return value.isoformat()


def _no_day() -> BadCell:
    return BadCell(
        "not-a-day",
        text("此处是时间，而不是日期", "this is a time of day, not a date"),
        text("请按 2026-04-01 的格式填写日期", "write the date as 2026-04-01"),
    )
