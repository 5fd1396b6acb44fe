"""The controls of one comparison, in a cell of the decision table or in the tree of a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.types import Text, text
from ...forms.facts import of_library, titles
from ...forms.html import tag
from ...rules import Ruleset, RulesetError, parse, sentence
from ...rules.types import ORDERED
from ...units import unit_in
from ..controls import checks_field, id_of, select_field, text_field
from ..desk import Desk
from ..ruleset_fields import field_at
from ..ruleset_parts import comparable, facts_of
from ..ruleset_shape import STEPS, Leaf, Named, against, operator_word, operators_for


def slug(name: str) -> str:
    """Make a name fit for the id of an element."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) else id_of(name)


FITS = 32
"""A cell shows so many letters of a name, or half as many characters, on the narrowest screen."""


def tight(*controls: str) -> str:
    """Put controls close together, their labels for screen readers only."""
    return tag("div", {"class": "dz-tight"}, "".join(controls))


def spelled(words: str) -> str:
    """Write a name out where the control that holds it may be too narrow for it; nothing where it fits."""
    width = sum(1 if char.isascii() else 2 for char in words)
    # a screen reader has it from the control
    return tag("p", {"class": "dz-spelled", "aria-hidden": "true"}, escape(words)) if width > FITS else ""


def choices(desk: Desk, fact: Named) -> list[tuple[str, Text]]:
    """Give the values of a choice with their titles: of its field, of its declaration."""
    found = field_at(desk.ground.library, fact.place, desk.document) if fact.place else None
    named = dict(found.options) if found else {}
    listed = fact.values or tuple(named)
    return [(value, named.get(value, text(value, value))) for value in listed]


def comparison(
    desk: Desk,
    rule: str,
    path: str,
    leaf: Leaf,
    scope: Mapping[str, Named],
    where: str,
    calculations: bool = True,
) -> str:
    """Write the controls of a comparison: how, with what, and the value; ``where`` names it for screen readers.

    A cell of the table offers no ``calculations``.
    """
    fact = scope[leaf.fact]
    base = {"rule": rule, "path": path}
    inner = operator_field(desk, {"op": "compare_by", **base}, fact, where, _shown(leaf, fact))
    if leaf.op in ("$ex", "$nex"):
        return inner
    kind = against(leaf.operand)[0]
    if fact.type == "boolean" and kind == "value":
        return inner
    if leaf.op in ("$mt", "$imt"):
        return inner + _value(desk, base, "", fact, leaf, leaf.operand, where)
    if leaf.op in ("$in", "$nin"):
        return inner + _list(desk, base, fact, leaf, where)
    return inner + operand(desk, base, "", fact, leaf, leaf.operand, scope, where, calculations)


def operator_field(
    desk: Desk, operation: Mapping[str, Any], fact: Named, where: str, value: str, empty: str | None = None
) -> str:
    """Write the choice of an operator; for a yes or no the two are operators."""
    options = [(op, desk.say(operator_word(op, fact.type))) for op in operators_for(fact.type)]
    if fact.type == "boolean":
        yes_no = [("yes", desk.word("是", "yes")), ("no", desk.word("否", "no"))]
        options = [*yes_no, *(each for each in options if each[0] != "$eq")]
    label = f"{where}{desk.word('：比较方式', ': how it is compared')}"
    return select_field(desk, label, (), options, operation=operation, value=value, empty=empty)


def operand(
    desk: Desk,
    base: Mapping[str, Any],
    side: str,
    fact: Named,
    leaf: Leaf,
    held: Any,
    scope: Mapping[str, Named],
    where: str,
    calculations: bool = True,
) -> str:
    """Write what a fact is held against: a value, a parameter, another fact, a calculation of these."""
    kind, inner = against(held)
    numeric = fact.type in ORDERED
    sides = facts_of_number(fact) if side else fact
    others = comparable(desk.document, sides, scope)
    options = [("value", desk.word("填写的值", "a value"))]
    for code, title in others:
        word = desk.word("参数", "parameter") if code.startswith("parameter:") else desk.word("事实", "fact")
        # its name first: a narrow column cuts the end off
        options.append((code, f"{desk.say(title)}{desk.word(f'（{word}）', f' ({word})')}"))
    depth = side.count(".") + bool(side)
    if numeric and depth < 3 and calculations:
        options += [(step, f"{desk.word('计算', 'calculate')} {sign}") for step, sign in STEPS.items()]
    chosen = f"{kind}:{inner}" if kind in ("parameter", "fact") else kind
    operation = {"op": "hold_against", **base, **({"side": side} if side else {})}
    label = f"{where}{_side_word(desk, side)}{desk.word('：与什么比较', ': held against')}"
    controls = ""
    if len(options) > 1 or chosen != "value":
        controls = select_field(desk, label, (), options, operation=operation, value=chosen)
        controls += spelled(dict(options).get(chosen, ""))
    if kind == "value":
        return controls + _value(desk, base, side, fact, leaf, held, where)
    if kind in STEPS and isinstance(inner, Mapping):
        parts = [
            operand(
                desk, base, f"{side}.{token}".lstrip("."), fact, leaf, inner.get(f"${token}"), scope, where
            )
            for token in ("l", "r")
        ]
        step = tag("span", {"class": "dz-step"}, escape(STEPS[kind]))
        return controls + tag("div", {"class": "dz-sum"}, parts[0] + step + parts[1])
    return controls


def facts_of_number(fact: Named) -> Named:
    """Give a fact such as the side of a calculation may be: a number, or a day for a day."""
    return Named("", "date" if fact.type == "date" else "decimal", fact.title)


def _value(
    desk: Desk, base: Mapping[str, Any], side: str, fact: Named, leaf: Leaf, value: Any, where: str
) -> str:
    operation = {"op": "set_operand", **base, **({"side": side} if side else {})}
    label = f"{where}{_side_word(desk, side)}{desk.word('：值', ': value')}"
    measure = unit_in(fact.unit, desk.lang)
    unit = f"{desk.word('（', ' (')}{measure}{desk.word('）', ')')}" if measure and not side else ""
    listed = choices(desk, fact) if fact.type == "choice" and leaf.op in ("$eq", "$neq") else []
    if listed:
        options = [(code, desk.say(title)) for code, title in listed]
        chosen = spelled(dict(options).get(str(value), ""))
        return select_field(desk, label, (), options, operation=operation, value=value) + chosen
    kind = "date" if fact.type == "date" and not side else "number" if fact.type in ORDERED else "text"
    field = text_field(desk, label + unit, (), kind=kind, operation=operation, value=value)
    mark = tag("span", {"class": "dz-unit", "aria-hidden": "true"}, escape(measure))
    return field + (mark if unit and kind == "number" else "")


def _list(desk: Desk, base: Mapping[str, Any], fact: Named, leaf: Leaf, where: str) -> str:
    operation = {"op": "set_operand", **base}
    values = leaf.operand if isinstance(leaf.operand, list) else []
    listed = choices(desk, fact) if fact.type == "choice" else []
    if listed:
        options = [(code, desk.say(title)) for code, title in listed]
        return checks_field(desk, where, (), options, operation=operation, value=values)
    label = f"{where}{desk.word('：各个值，每行一个', ': the values, one a line')}"
    return text_field(desk, label, (), kind="lines", operation=operation, value=list(map(str, values)))


def _shown(leaf: Leaf, fact: Named) -> str:
    if fact.type == "boolean" and isinstance(leaf.operand, bool) and leaf.op in ("$eq", "$neq"):
        return "yes" if leaf.operand == (leaf.op == "$eq") else "no"
    return leaf.op


def _side_word(desk: Desk, side: str) -> str:
    if not side:
        return ""
    last = side[-1] == "l"
    return desk.word("（左边）", " (left)") if last else desk.word("（右边）", " (right)")


# sentences


def parsed(desk: Desk, rule: str | None = None) -> Ruleset | RulesetError:
    """Read the ruleset, or one rule of it alone; gives why it cannot be read instead."""
    document = {key: value for key, value in desk.document.items() if key != "tests"}
    if rule is not None:
        document.pop("order", None)
        document["rules"] = {rule: document["rules"][rule]}
    try:
        return parse(document)
    except RulesetError as error:
        return error


def sentences(desk: Desk, name: str, whole: Ruleset | RulesetError) -> tuple[Text | None, list[str]]:
    """Say a rule in both languages; when it is not sound yet, say what is wrong with it."""
    ruleset = whole if isinstance(whole, Ruleset) else parsed(desk, name)
    if isinstance(ruleset, RulesetError):
        return None, [
            f"{desk.say(p.message)}{desk.word('。', '. ')}{desk.say(p.remedy)}" for p in ruleset.problems[:3]
        ]
    facts = facts_of(desk.document)
    options = {fact.place: dict(choices(desk, fact)) for fact in facts.values() if fact.type == "choice"}

    named = titles(of_library(desk.ground.library))

    def title(place: str) -> Text | None:
        if not place.startswith("/"):
            return named(place)
        found = field_at(desk.ground.library, place, desk.document)
        return found.title if found else None

    def option(place: str, value: str) -> Text | None:
        return options.get(place, {}).get(value)

    return text(
        sentence(ruleset, name, "zh", title, option), sentence(ruleset, name, "en", title, option)
    ), []
