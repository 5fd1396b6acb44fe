"""The columns of the sheets: which place in a rule, a parameter or a fact each one holds.

What a column cannot hold stays in the column 其余 as JSON, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ...core.definitions.types import Json, text
from ...core.designer.ruleset_parts import KINDS
from ...core.rules.types import OUTCOMES
from .cells import (
    NO,
    YES,
    YES_NO,
    BadCell,
    Raw,
    Written,
    quoted,
    read_text,
    read_value,
    read_yes_no,
    write_text,
    write_value,
)

Codec = Literal["text", "value", "yes-no", "choice", "list"]
"""What a cell holds: text, any value, yes or no, one of the field's choices, several texts or choices."""

SEPARATOR: Final = "、"
SEPARATORS = re.compile(r"[、，,;；\n]")

REST: Final = "rest"
WHOLE: Final = "whole"
CODE: Final = "code"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its key, the words over it, how wide it is, and the place it holds, if it holds one."""

    key: str
    title: str
    width: int
    codec: Codec = "text"
    path: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    """What is chosen from: the Chinese word for each value of the document, the one that the designer says."""
    former: Mapping[str, str] = field(default_factory=dict)
    """What workbooks said before, with the value it stands for; it is read all the same."""

    def label(self, value: str) -> str:
        """Say a choice as it is written into a cell."""
        return f"{self.choices[value]} {value}"


def at(
    key: str,
    title: str,
    width: int,
    codec: Codec = "text",
    choices: Mapping[str, str] | None = None,
    former: Mapping[str, str] | None = None,
) -> Field:
    """Give a column whose key is the place it holds, with dots."""
    return Field(key, title, width, codec, tuple(key.split(".")), choices or {}, former or {})


_FORMER_OUTCOMES: Final = {"须交材料": "require_material", "转人工": "refer", "认定": "assert"}

REST_FIELD: Final = Field(REST, "其余（JSON）\nThe rest", 36, "value")
TITLES: Final = (
    at("title.zh", "名称（中文）\nTitle, Chinese", 26),
    at("title.en", "名称（英文）\nTitle, English", 26),
)

RULES: Final = (
    Field(CODE, "规则编号\nRule", 26),
    *TITLES,
    at("pri", "优先级\nPriority", 8, "value"),
    Field(WHOLE, "完整条件（JSON，\n不能列成表格时）\nWhole condition", 44, "value"),
    Field(
        "outcome",
        "结果类型\nOutcome",
        26,
        "choice",
        ("run", "#kind"),
        {kind: KINDS[kind]["zh"] for kind in OUTCOMES},
        _FORMER_OUTCOMES,
    ),
    Field("fact", "得出的事实\nFact asserted", 18, "text", ("run", "#fact")),
    Field("value", "结果值\nValue", 26, "value", ("run", "#value")),
    at("run.matter", "所属事项\nMatter", 22),
    at("run.reason.zh", "理由（中文）\nReason, Chinese", 36),
    at("run.reason.en", "理由（英文）\nReason, English", 36),
    at("run.basis", "依据\nBasis", 36),
    REST_FIELD,
)
"""Before WHOLE stand what names a rule, and then the comparisons; after it what follows from it."""

PARAMETERS: Final = (
    Field(CODE, "参数编号\nParameter", 24),
    *TITLES,
    at("type", "类型\nType", 12),
    at("value", "数值\nValue", 16, "value"),
    at("unit", "单位\nUnit", 12),
    at("basis", "依据\nBasis", 44),
    at("verified", "已核实\nVerified", 10, "yes-no"),
    at("source", "来源\nSource", 36),
    REST_FIELD,
)

FACTS: Final = (
    Field(CODE, "事实编号\nFact", 24),
    *TITLES,
    at("type", "类型\nType", 12),
    at("unit", "单位\nUnit", 12),
    at("from", "取自\nFrom", 34),
    at("derive", "推算（JSON）\nDerived", 40, "value"),
    at("parameter", "取自参数\nParameter", 24),
    at("values", "可取的值（JSON）\nValues", 36, "value"),
    at("asserted", "由规则得出\nAsserted", 12, "yes-no"),
    at("otherwise", "否则为\nOtherwise", 12, "value"),
    at("changeable", "申请人可改变\nChangeable", 14, "yes-no"),
    REST_FIELD,
)

ABOUT: Final = (
    Field("key", "键\nKey", 20),
    Field("value", "值\nValue", 70, "value"),
    Field("note", "填写说明（不导入）\nHow to fill the tables (not read)", 90),
)


def options(column: Field) -> tuple[str, ...]:
    """Give what is chosen from in a column; empty where anything, or more than one, can be written."""
    if column.codec == "yes-no":
        return YES_NO
    return tuple(column.label(value) for value in column.choices) if column.codec == "choice" else ()


def read_cell(column: Field, raw: Raw) -> Json:
    """Give what a cell of the column says; raises BadCell, AlreadyTold."""
    if column.codec == "value":
        return read_value(raw)
    if column.codec == "yes-no":
        return read_yes_no(raw)
    if column.codec == "list":
        return _listed(column, raw)
    said = read_text(raw)
    return said if column.codec == "text" else _chosen(column, said)


def _listed(column: Field, raw: Raw) -> Json:
    if isinstance(raw, str) and raw.strip().startswith("["):
        return read_value(raw)
    parts = [part.strip() for part in SEPARATORS.split(read_text(raw))]
    return [_chosen(column, part) if column.choices else part for part in parts if part]


def _chosen(column: Field, said: str) -> str:
    for value, word in column.choices.items():
        if said in (value, word, column.label(value)):
            return value
    for word, value in column.former.items():
        if said in (word, f"{word} {value}"):
            return value
    listed = SEPARATOR.join(column.choices.values())
    raise BadCell(
        "unknown-choice",
        text(f"没有“{said[:40]}”这一选项", f"there is no choice {said[:40]!r}"),
        text(f"请选择其中之一：{listed}", f"choose one of: {', '.join(column.choices)}"),
    )


def spread(item: Mapping[str, Json], fields: Iterable[Field]) -> dict[str, Written]:
    """Give an object by column key; what no column can hold is in the column 其余."""
    left = copied(item)
    cells: dict[str, Written] = {}
    for column in fields:
        written = write_cell(column, left) if column.path else None
        if written is not None:
            cells[column.key] = written
            remove(left, column.path)
    return cells | {REST: quoted(left)} if left else cells


def copied(value: Json) -> Any:
    """Copy a value as far as objects go."""
    return {key: copied(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def write_cell(column: Field, item: Mapping[str, Json]) -> Written | None:
    """Give what a column says of an object; None when it cannot, or there is nothing to say."""
    value: Any = item
    for key in column.path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    if column.codec == "value":
        return write_value(value)
    if column.codec == "yes-no":
        return (YES if value else NO) if isinstance(value, bool) else None
    if column.codec == "list":
        return _write_list(column, value)
    if not isinstance(value, str):
        return None
    if column.codec == "text":
        return write_text(value)
    return column.label(value) if value in column.choices else None


def _write_list(column: Field, value: Any) -> Written:
    """Give a list for one cell; one that would be read otherwise is JSON."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        if column.choices and set(value) <= set(column.choices):
            return SEPARATOR.join(column.choices[part] for part in value)
        joined = SEPARATOR.join(value)
        plain = all(part and part == part.strip() and not SEPARATORS.search(part) for part in value)
        if not column.choices and plain and not joined.startswith("[") and write_text(joined) == joined:
            return joined
    return quoted(value)


def remove(item: dict[str, Any], path: tuple[str, ...]) -> None:
    """Take a place out, and the objects that nothing else is in; an object that was empty stays."""
    head, rest = path[0], path[1:]
    if rest:
        remove(item[head], rest)
    if not rest or not item[head]:
        del item[head]


def fill(item: dict[str, Any], column: Field, raw: Raw) -> None:
    """Set the place that a column holds to what a cell says.

    Raises BadCell when the cell says nothing of the kind, or 其余 says something there as well,
    and AlreadyTold.
    """
    value = read_cell(column, raw)
    *outer, last = column.path
    for key in outer:
        item = item.setdefault(key, {})
        if not isinstance(item, dict):
            raise _twice(column.path)
    if last in item:
        raise _twice(column.path)
    item[last] = value


def _twice(path: tuple[str, ...]) -> BadCell:
    return BadCell(
        "given-twice",
        text(
            f"此内容与本行“其余”列中的“{path[0]}”重复",
            f"the column 其余 of this row says {path[0]!r} as well",
        ),
        text("请只在一处填写", "write it in one place only"),
    )


_OUTCOME = ("#kind", "#fact", "#value")
_WITHOUT_VALUE = ("deny", "refer")
"""The outcomes that say all by themselves: whoever adds a row leaves their value empty."""


def unfold_outcome(rest: Mapping[str, Json]) -> dict[str, Json]:
    """Give a rule with its one outcome as kind, fact and value; one of another shape as it is.

    A key that itself begins with # is given one more.
    """
    run = rest.get("run")
    if not isinstance(run, Mapping):
        return dict(rest)
    flat: dict[str, Json] = {}
    kinds = [key for key in run if key in OUTCOMES]
    if len(kinds) == 1:
        told = run[kinds[0]]
        flat = {"#kind": kinds[0], "#value": told}
        if kinds == ["assert"] and isinstance(told, Mapping) and len(told) == 1:
            ((flat["#fact"], flat["#value"]),) = told.items()
    for key, value in run.items():
        if [key] != kinds:
            flat["#" + key if key.startswith("#") else key] = value
    return {**rest, "run": flat}


def fold_outcome(rest: Mapping[str, Json]) -> dict[str, Json]:
    """Give a rule whose outcome is kind, fact and value as its document has it; raises BadCell."""
    run = rest.get("run")
    if not isinstance(run, Mapping):
        return dict(rest)
    others = {key.removeprefix("#"): value for key, value in run.items() if key not in _OUTCOME}
    if not any(key in run for key in _OUTCOME):
        return {**rest, "run": others}
    if run.get("#kind") in _WITHOUT_VALUE and "#value" not in run:
        run = {**run, "#value": True}
    if "#kind" not in run or "#value" not in run:
        raise BadCell(
            "outcome-incomplete",
            text("结果类型和结果值须同时填写", "an outcome has both a kind and a value"),
            text("请补充缺少的一项", "fill in the one that is missing"),
        )
    kind, value = run["#kind"], run["#value"]
    if "#fact" in run and kind != "assert":
        raise BadCell(
            "fact-not-asserted",
            text("只有“得出事实”才填写得出的事实", "only the outcome assert names a fact"),
            text(
                "请清空“得出的事实”，或将结果类型改为“得出事实”", "clear the fact, or make the outcome assert"
            ),
        )
    if kind in others:
        raise _twice(("run",))
    return {**rest, "run": {kind: {run["#fact"]: value} if "#fact" in run else value, **others}}
