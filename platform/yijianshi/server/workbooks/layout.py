"""What writer and reader of the workbook agree on: sheets, header rows, operators in words, notes."""

from __future__ import annotations

from typing import Final

from ...core.rules.table import PLAIN
from .fields import FACTS, PARAMETERS, Field

RULES_SHEET: Final = "规则"
ABOUT_SHEET: Final = "说明"
LONG_SHEET: Final = "续文"

LISTED: Final[dict[str, tuple[str, tuple[Field, ...]]]] = {
    "parameters": ("参数", PARAMETERS),
    "facts": ("事实", FACTS),
}
"""The keys of a document that have a sheet of their own, one row an item."""

FACT_ROW: Final = 3
OPERATOR_ROW: Final = 4
"""On the sheet of rules the row of exact keys: an operator below a fact, else a column's key."""

KEY_ROW: Final = 2
"""On the other sheets the row of exact keys."""

IS: Final = "is"
"""How the operator of ``{"fact": value}``, which has no name, is spelt."""

_WORDS = {
    PLAIN: "为",
    "$eq": "等于",
    "$neq": "不等于",
    "$lt": "小于",
    "$lte": "不大于",
    "$gt": "大于",
    "$gte": "不小于",
    "$in": "属于（任一）",
    "$nin": "不属于（任一）",
    "$mt": "符合格式",
    "$imt": "符合格式（不分大小写）",
    "$ex": "已填写",
    "$nex": "未填写",
}
_DATE_WORDS = {"$lt": "早于", "$lte": "不晚于", "$gt": "晚于", "$gte": "不早于"}

OPERATORS: Final = {IS if op == PLAIN else op: op for op in _WORDS}
"""The operators as they are spelt in the workbook."""


def words(op: str, kind: str) -> str:
    """Say an operator on a fact of a type in Chinese; empty for one that no column is made of."""
    return (_DATE_WORDS if kind == "date" else {}).get(op, _WORDS.get(op, ""))


ORDER: Final = "order"
ROWS: Final = "见“规则”表各行的先后 / as the rows of the sheet 规则 stand"
"""What stands beside ``ORDER`` on the sheet 说明: the rows say it, and a list in a cell might say something else."""

NOTES: Final = (
    "“规则”表：一行是一条规则，新增的行可不填编号。浅蓝色的第 2–4 行供系统识别，请勿改动。",
    "Sheet 规则: one row is one rule; a new row needs no code. The keys in the shaded rows 2–4 are read by the platform; leave them as they are.",
    "同一行各条件须同时满足；空格表示不看这一项。行的先后就是阅读的先后，不影响判断；多个结果只取其一时看“优先级”列（小者优先，相同的按规则编号）。",
    "All comparisons of a row must hold; an empty cell asks nothing. The rows stand as they are read, which decides nothing; where one of several outcomes stands, the column Priority does (the smallest, then by name).",
    "条件格和“完整条件”都空着的规则还没有条件：可以读入草稿，发布前须补上。",
    "A row with nothing filled in is a rule without a condition yet: it can be taken into the draft, and needs one to be published.",
    "条件不能列成表格的规则，写在“完整条件”列中，该行条件格留空。",
    "A rule that is no row of comparisons has its condition in the column of whole conditions, and no comparison filled in.",
    "增加一列条件：第 3 行填事实编号，第 4 行填 is、$gte 等运算符。",
    "To add a comparison insert a column: the code of the fact in row 3, an operator such as is or $gte in row 4.",
    "是、否、数值、日期（2026-04-01）、文字直接填写。参数写作 参数:编号，其他事实写作 事实:编号。",
    "Write 是 (yes), 否 (no), numbers, dates (2026-04-01) and text as they are; a parameter as 参数:code, another fact as 事实:code.",
    '会与上述混淆的文字加英文双引号："5" 是文字，5 是数值。列表写作 ["甲", "乙"]。',
    'Text that could be taken for one of these goes in quotation marks: "5" is text, 5 a number. A list is ["a", "b"].',
    "选项可以直接写名称；“属于”可写几个，用顿号或逗号隔开。",
    "A choice may be written as it is called; several, where one of them will do, with a comma between.",
    "请勿使用公式、合并单元格、宏和密码。",
    "Use no formulas, merged cells, macros or passwords.",
)
