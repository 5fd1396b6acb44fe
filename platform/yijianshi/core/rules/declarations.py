"""What a ruleset declares: its facts, where each comes from, and its parameters with their values by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, text
from ..functions import FUNCTIONS, places
from ..functions import problems as function_problems
from . import types as t
from .operands import OperandParser
from .shapes import is_day
from .slips import Slips, title_of, unit_of


class DeclarationParser:
    """Reads facts and parameters; what could not be read is in neither and has its slip."""

    def __init__(self, slips: Slips) -> None:
        self.slips = slips
        self.facts: dict[str, t.Fact] = {}
        self.parameters: dict[str, t.Parameter] = {}

    def fact(self, name: str, raw: Json, pointer: str) -> None:
        """Read one fact: answered, derived, asserted by rules, or a parameter (which ``settle`` looks up)."""
        declared = self.slips.labelled(raw, pointer)
        kind = declared.get("type")
        if not isinstance(kind, str) or kind not in t.FACT_TYPES or "[]" in name or name.startswith("$"):
            self.slips.refuse(
                pointer + "/type",
                "unknown-type",
                text(
                    f"未知的事实类型“{str(kind)[:40]}”，或名称不可用",
                    f"unknown fact type {str(kind)[:40]!r}, or a name that cannot be used",
                ),
                text("可取：" + "、".join(t.FACT_TYPES), "use one of: " + ", ".join(t.FACT_TYPES)),
            )
            if "derive" in declared:
                self._functions(declared["derive"], pointer + "/derive")
            return
        unit, title = unit_of(declared), title_of(declared)
        if "parameter" in declared:
            self._from_parameter(name, kind, declared, pointer)
            return
        if declared.get("asserted") is True:
            otherwise = declared.get("otherwise")
            usable = kind in t.SCALARS and not {"from", "derive"} & set(declared)
            if usable and (otherwise is None or self.value(otherwise, kind, pointer + "/otherwise")):
                self.facts[name] = t.Fact(name, kind, "", None, unit, title, {}, True, otherwise)
            elif not usable:
                self.slips.refuse(
                    pointer,
                    "asserted-and-answered",
                    text(
                        "由规则得出的事实不写 from 或 derive，也不能是列表",
                        "a fact that rules assert has no from or derive, and is no list",
                    ),
                    text("请保留其一", "keep one of them"),
                    (pointer + "/asserted", pointer + "/from", pointer + "/derive"),
                )
            return
        values = self._values(declared, kind, pointer)
        derive, place = declared.get("derive"), declared.get("from", "")
        if derive is not None:
            if not self._derivation(derive, kind, pointer):
                return
            place = next(iter(places(derive)), "")
        elif not isinstance(place, str) or not place.startswith("/"):
            self.slips.refuse(
                pointer + "/from",
                "no-place",
                text("事实没有取值位置", "the fact does not say where it comes from"),
                text(
                    "请写 from（以 / 开头）、derive、asserted 或 parameter",
                    "write from (beginning with /), derive, asserted or parameter",
                ),
            )
            return
        items = self._items(name, kind, declared, pointer)
        if items is not None:
            changeable = declared.get("changeable", True) is not False
            self.facts[name] = t.Fact(
                name, kind, place, derive, unit, title, items, changeable=changeable, values=values
            )

    def _from_parameter(self, name: str, kind: t.FactType, declared: Mapping[str, Any], pointer: str) -> None:
        """Read a fact that has the value of a parameter."""
        also = sorted({"from", "derive", "asserted", "otherwise"} & set(declared))
        if also:
            self.slips.refuse(
                pointer,
                "two-sources",
                text(
                    f"事实“{name}”取自参数，不能再写 {'、'.join(also)}",
                    f"the fact {name!r} is a parameter, and has no {', '.join(also)} as well",
                ),
                text("请只保留一个来源", "keep one source"),
                tuple(pointer + join(key) for key in ("parameter", *also)),
            )
            return
        held, values = declared["parameter"], self._values(declared, kind, pointer)
        self.facts[name] = t.Fact(
            name,
            kind,
            unit=unit_of(declared),
            title=title_of(declared),
            asserted=True,
            changeable=False,
            values=values,
            parameter=held if isinstance(held, str) and held else "?",
        )

    def settle(self, written: Mapping[str, Any]) -> None:
        """Look up the facts that are parameters; what is wrong with one leaves it out."""
        for name, fact in list(self.facts.items()):
            if not fact.parameter:
                continue
            held, pointer = self.parameters.get(fact.parameter), join("facts", name)
            if held is not None and self._fits(fact, held, pointer):
                self.facts[name] = replace(fact, unit=fact.unit or held.unit, title=fact.title or held.title)
                continue
            del self.facts[name]
            if fact.parameter not in written:
                self.slips.refuse(
                    pointer + "/parameter",
                    "unknown-parameter",
                    text(f"没有参数“{fact.parameter}”", f"there is no parameter {fact.parameter!r}"),
                    text(
                        "请在 parameters 中声明它，或改正名称",
                        "declare it under parameters, or correct its name",
                    ),
                )

    def _fits(self, fact: t.Fact, held: t.Parameter, pointer: str) -> bool:
        """Tell whether a fact may have the values of a parameter; says why not."""
        if fact.type != held.type and not {fact.type, held.type} <= {"text", "choice"}:
            self.slips.refuse(
                pointer + "/type",
                "parameter-type",
                text(
                    f"参数“{held.name}”的类型是 {held.type}，事实“{fact.name}”却是 {fact.type}",
                    f"the parameter {held.name!r} is {held.type}, and the fact {fact.name!r} is {fact.type}",
                ),
                text(
                    f"请将两者的 type 改为同一类型，如 {held.type}",
                    f"give both one type, such as {held.type}",
                ),
                (pointer + "/type", join("parameters", held.name)),
            )
            return False
        others = [
            v for v in (held.value, *(v for _, v in held.values)) if v is not None and v not in fact.values
        ]
        if fact.values and others:
            self.slips.refuse(
                pointer + "/values",
                "parameter-not-one-of",
                text(
                    f"参数“{held.name}”的值“{others[0]}”不在事实“{fact.name}”的 values 之列",
                    f"the value {others[0]!r} of the parameter {held.name!r} is none of the values of {fact.name!r}",
                ),
                text("请把它加入 values，或改正参数", "add it to values, or correct the parameter"),
                (pointer + "/values", join("parameters", held.name)),
            )
            return False
        return True

    def _values(self, declared: Mapping[str, Any], kind: str, pointer: str) -> tuple[str, ...]:
        """Read what a choice is one of."""
        listed = declared.get("values", [])
        if (
            isinstance(listed, list)
            and all(isinstance(v, str) for v in listed)
            and (kind == "choice" or not listed)
        ):
            return tuple(listed)
        self.slips.refuse(
            pointer + "/values",
            "wrong-values",
            text("values 只用于 choice，且应为文字的列表", "values are for a choice, and a list of texts"),
            text("请改正或删除", "correct or remove them"),
        )
        return ()

    def _derivation(self, derive: Json, kind: str, pointer: str) -> bool:
        """Tell whether a derivation is sound and gives the type declared."""
        if not self._functions(derive, pointer + "/derive"):
            return False
        function = FUNCTIONS[derive["fn"]]
        gives = function.gives
        numeric = gives in t.NUMERIC and kind in t.NUMERIC
        if gives == kind or numeric or (gives == "text" and kind == "choice"):
            return True
        self.slips.refuse(
            pointer + "/type",
            "derived-type",
            text(f"推导的结果是 {gives}，不是 {kind}", f"the derivation gives {gives}, not {kind}"),
            text(f"请将 type 改为 {gives}", f"make its type {gives}"),
        )
        return False

    def _functions(self, derive: Json, pointer: str) -> bool:
        """Tell whether a function is sound; says why not."""
        found = function_problems(derive)
        for problem in found:
            self.slips.note(Problem(pointer + problem.pointer, problem.code, problem.message, problem.remedy))
        return not found

    def _items(
        self, name: str, kind: str, declared: Mapping[str, Any], pointer: str
    ) -> dict[str, t.Fact] | None:
        """Read what a list or group holds; empty for other facts, None when it is wrong."""
        if kind == "list":
            inner = declared.get("items")
            if inner in t.SCALARS:
                return {"": t.Fact(f"{name}[]", inner, "", None, unit_of(declared), None)}
        elif kind == "group":
            properties = declared.get("properties")
            if isinstance(properties, Mapping) and properties:
                read = {
                    str(k): self._item(name, str(k), v, pointer + join("properties", k))
                    for k, v in properties.items()
                }
                whole = {k: item for k, item in read.items() if item is not None}
                if len(whole) == len(read):
                    return whole
        else:
            return {}
        self.slips.refuse(
            pointer,
            "no-items",
            text(
                "列表应写 items（类型），分组应写 properties（各有 type）",
                "a list has items (a type), a group has properties (each with a type)",
            ),
            text("可取：" + "、".join(t.SCALARS), "use one of: " + ", ".join(t.SCALARS)),
            (pointer + "/items", pointer + "/properties"),
        )
        return None

    def _item(self, group: str, name: str, raw: Json, pointer: str) -> t.Fact | None:
        if not isinstance(raw, Mapping) or raw.get("type") not in t.SCALARS:
            return None
        self.slips.labelled(raw, pointer)
        place = raw.get("from", join(name))
        return t.Fact(f"{group}[].{name}", raw["type"], str(place), None, unit_of(raw), title_of(raw))

    def parameter(self, name: str, raw: Json, pointer: str) -> None:
        """Read one parameter: its value, or its values by date."""
        declared = self.slips.labelled(raw, pointer)
        value = declared.get("value")
        dated = declared.get("values", [])
        entries: list[tuple[str, Any]] = []
        for index, each in enumerate(dated if isinstance(dated, list) else [dated]):
            if isinstance(each, Mapping) and is_day(each.get("from")) and each.get("value") is not None:
                entries.append((each["from"], each["value"]))
                continue
            self.slips.refuse(
                pointer + (join("values", index) if isinstance(dated, list) else "/values"),
                "wrong-values",
                text(
                    "按日期的值应写明自何日（YYYY-MM-DD）起为何值",
                    "a value by date says from which day (YYYY-MM-DD) it holds, and the value",
                ),
                text('请写 {"from": "2026-04-01", "value": …}', 'write {"from": "2026-04-01", "value": …}'),
            )
        sample = value if value is not None else entries[0][1] if entries else None
        kind = declared.get("type") or _type_of(sample)
        if sample is None or kind not in t.SCALARS:
            self.slips.refuse(
                pointer,
                "no-value",
                text(f"参数“{name}”没有值", f"the parameter {name!r} has no value"),
                text("请写 value 或 values", "write value or values"),
                (pointer + "/value", pointer + "/values", pointer + "/type"),
            )
            return
        told = [("/value", value), *((f"/values/{i}/value", v) for i, (_, v) in enumerate(entries))]
        good = [self.value(each, kind, pointer + place) for place, each in told if each is not None]
        if not all(good) or len(entries) < (len(dated) if isinstance(dated, list) else 1):
            return  # without one of its values it would be another parameter
        self.parameters[name] = t.Parameter(
            name,
            kind,
            value,
            tuple(sorted(entries, key=lambda entry: entry[0])),
            unit_of(declared),
            title_of(declared),
            declared.get("basis"),
            bool(declared.get("verified", False)),
        )

    def value(self, raw: Json, kind: str, place: str) -> bool:
        """Tell whether a constant is of a type; says why not."""
        constants = OperandParser({}, {})
        good = constants.value(raw, kind, place)
        for problem in constants.problems:
            self.slips.note(problem)
        return good


def _type_of(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "decimal"
    return "text" if isinstance(value, str) else None
