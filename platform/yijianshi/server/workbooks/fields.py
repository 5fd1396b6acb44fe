"""The columns of the sheets: which place in a rule, a parameter or a fact each one holds.

What a column cannot hold stays in the column 其余 as JSON, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ...core.definitions.types import Json, text
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

Codec = Literal["text", "value", "yes-no", "outcome"]

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


def _field(key: str, title: str, width: int, codec: Codec = "text") -> Field:
    return Field(key, title, width, codec, tuple(key.split(".")))


_REST = Field(REST, "其余（JSON）\nThe rest", 36, "value")
_TITLES = (
    _field("title.zh", "名称（中文）\nTitle, Chinese", 26),
    _field("title.en", "名称（英文）\nTitle, English", 26),
)

RULES: Final = (
    Field(CODE, "规则编号\nRule", 26),
    *_TITLES,
    _field("pri", "先后\nPriority", 8, "value"),
    Field(WHOLE, "完整条件（JSON，\n不能列成表格时）\nWhole condition", 44, "value"),
    Field("outcome", "结果类型\nOutcome", 26, "outcome", ("run", "#kind")),
    Field("fact", "认定的事实\nFact asserted", 18, "text", ("run", "#fact")),
    Field("value", "结果值\nValue", 26, "value", ("run", "#value")),
    _field("run.matter", "所属事项\nMatter", 22),
    _field("run.reason.zh", "理由（中文）\nReason, Chinese", 36),
    _field("run.reason.en", "理由（英文）\nReason, English", 36),
    _field("run.basis", "依据\nBasis", 36),
    _REST,
)
"""Before WHOLE stand what names a rule, and then the comparisons; after it what follows from it."""

PARAMETERS: Final = (
    Field(CODE, "参数编号\nParameter", 24),
    *_TITLES,
    _field("type", "类型\nType", 12),
    _field("value", "数值\nValue", 16, "value"),
    _field("unit", "单位\nUnit", 12),
    _field("basis", "依据\nBasis", 44),
    _field("verified", "已核实\nVerified", 10, "yes-no"),
    _field("source", "来源\nSource", 36),
    _REST,
)

FACTS: Final = (
    Field(CODE, "事实编号\nFact", 24),
    *_TITLES,
    _field("type", "类型\nType", 12),
    _field("unit", "单位\nUnit", 12),
    _field("from", "取自\nFrom", 34),
    _field("derive", "推算（JSON）\nDerived", 40, "value"),
    _field("values", "可取的值（JSON）\nValues", 36, "value"),
    _field("asserted", "由规则认定\nAsserted", 12, "yes-no"),
    _field("otherwise", "否则为\nOtherwise", 12, "value"),
    _field("changeable", "申请人可改变\nChangeable", 14, "yes-no"),
    _REST,
)

ABOUT: Final = (
    Field("key", "键\nKey", 20),
    Field("value", "值\nValue", 70, "value"),
    Field("note", "填写说明（不导入）\nHow to fill the tables (not read)", 90),
)

_WORDS = {
    "select_matter": "办理事项",
    "require_material": "须交材料",
    "waive_material": "免交材料",
    "deny": "不予办理",
    "refer": "转人工",
    "set_limit": "调整时限",
    "route": "分送",
    "assert": "认定",
}
OUTCOME_LABELS: Final = {kind: f"{_WORDS[kind]} {kind}" for kind in OUTCOMES}
_KINDS = {said: kind for kind, label in OUTCOME_LABELS.items() for said in (label, kind, _WORDS[kind])}


def options(field: Field) -> tuple[str, ...]:
    """Give what is chosen from in a column; empty where anything can be written."""
    return {"yes-no": YES_NO, "outcome": tuple(OUTCOME_LABELS.values())}.get(field.codec, ())


def _read(field: Field, raw: Raw) -> Json:
    """Give what a cell of the column says; raises BadCell, AlreadyTold."""
    if field.codec == "value":
        return read_value(raw)
    if field.codec == "yes-no":
        return read_yes_no(raw)
    said = read_text(raw)
    if field.codec == "text":
        return said
    if said not in _KINDS:
        raise BadCell(
            "unknown-outcome",
            text(f"没有“{said[:40]}”这种结果", f"there is no outcome {said[:40]!r}"),
            text("请从下拉列表中选择", "choose from the list of the cell"),
        )
    return _KINDS[said]


def spread(item: Mapping[str, Json], fields: Iterable[Field]) -> dict[str, Written]:
    """Give an object by column key; what no column can hold is in the column 其余."""
    left = _copied(item)
    cells: dict[str, Written] = {}
    for field in fields:
        written = _write(field, left) if field.path else None
        if written is not None:
            cells[field.key] = written
            _remove(left, field.path)
    return cells | {REST: quoted(left)} if left else cells


def _copied(value: Json) -> Any:
    return {key: _copied(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value


def _write(field: Field, item: Mapping[str, Json]) -> Written | None:
    value: Any = item
    for key in field.path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    if field.codec == "value":
        return write_value(value)
    if field.codec == "yes-no":
        return (YES if value else NO) if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    return OUTCOME_LABELS[value] if field.codec == "outcome" else write_text(value)


def _remove(item: dict[str, Any], path: tuple[str, ...]) -> None:
    """Take a place out, and the objects that nothing else is in; an object that was empty stays."""
    head, rest = path[0], path[1:]
    if rest:
        _remove(item[head], rest)
    if not rest or not item[head]:
        del item[head]


def fill(item: dict[str, Any], field: Field, raw: Raw) -> None:
    """Set the place that a column holds to what a cell says.

    Raises BadCell when the cell says nothing of the kind, or 其余 says something there as well,
    and AlreadyTold.
    """
    value = _read(field, raw)
    *outer, last = field.path
    for key in outer:
        item = item.setdefault(key, {})
        if not isinstance(item, dict):
            raise _twice(field.path)
    if last in item:
        raise _twice(field.path)
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
            text("只有“认定”才填写认定的事实", "only the outcome assert names a fact"),
            text("请清空“认定的事实”，或将结果类型改为“认定”", "clear the fact, or make the outcome assert"),
        )
    if kind in others:
        raise _twice(("run",))
    return {**rest, "run": {kind: {run["#fact"]: value} if "#fact" in run else value, **others}}
