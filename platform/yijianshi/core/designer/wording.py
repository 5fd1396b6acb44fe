"""Values of a document in words: codes by the titles of what they name, choices by what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..definitions.library import ELEMENT_URN, Library
from ..definitions.pointer import MISSING
from ..definitions.types import Json, Text, text
from ..rules.sentences import code_title
from .ruleset_fields import field_at
from .ruleset_parts import KINDS, NAMED_HERE, facts_of, outcome_kind, row_facts
from .ruleset_shape import (
    GROUPS,
    ROWS,
    STEPS,
    Leaf,
    Named,
    against,
    children,
    kind_of,
    leaf_of,
    operator_word,
    tree_of,
)
from .words import brief, named_value, word

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, Lang] = ("zh", "en")

LONGEST = 300
"""Characters of a value that is told."""

_NONE = Library({})
_REFERRED: Mapping[str, str] = {
    "matter": "matter",
    "matters": "matter",
    "after": "matter",
    "select_matter": "matter",
    "material": "material",
    "materials": "material",
    "require_material": "material",
    "waive_material": "material",
    "rulesets": "ruleset",
    "extends": "element",
}
"""The keys that hold codes of other definitions, and of which kind."""

_OWN: Mapping[str, tuple[str, ...]] = {
    "order": ("rules",),
    "met": ("rules",),
    "unmet": ("rules",),
    "unknown": ("rules",),
    "unreached": ("rules",),
    "rules": ("rules",),
    "facts": ("facts",),
    "assert": ("facts",),
    "parameter": ("parameters",),
    "parameters": ("parameters",),
}
"""The keys that hold names of a ruleset's own parts."""

_PLACES = ("from", "of", "fields", "scope")
_BESIDE = ("reason", "basis")
_UNITS: Mapping[str, Text] = {"working": text("个工作日", "working days"), "natural": text("日", "days")}


@dataclass(frozen=True, slots=True)
class Words:
    """Says the values of a document in one language, with the library around it."""

    document: Any
    lang: Lang
    library: Library = field(default=_NONE)

    def pick(self, phrase: Text) -> str:
        """Give a phrase in the language."""
        return phrase[self.lang]

    def value(self, value: Json, key: str = "") -> str:
        """Say the value of a key."""
        said = self._value(value, key)
        return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"

    def called(self, name: str, key: str) -> str | None:
        """Give the title of what a code at a key names; None where there is none."""
        kind = _REFERRED.get(key)
        if kind is not None:
            return self._title(self.library.get(kind, name)) if self.library.has(kind, name) else None
        if name.startswith(ELEMENT_URN) or key == "elements":
            code = name.removeprefix(ELEMENT_URN)
            return (
                self._title(self.library.get("element", code)) if self.library.has("element", code) else None
            )
        for part in _OWN.get(key, ()):
            listed = self.document.get(part) if isinstance(self.document, Mapping) else None
            return self._title(listed.get(name)) if isinstance(listed, Mapping) else None
        if key in _PLACES or name.startswith(("/", "#/")):
            return self.place(name)
        known = named_value(key, name)
        return self.pick(known) if known else None

    def place(self, place: str) -> str | None:
        """Give the title of the field at a place in the answers, None when it is not known."""
        path = place.removeprefix("#").replace("/properties/", "/").replace("/items/", "/*/")
        names = [name for name in path.split("/") if name]
        for start in (("form", "schema"), ("situations", "schema")):
            node: Any = self.document
            for token in start:
                node = node.get(token) if isinstance(node, Mapping) else None
            for name in names:
                node = _inner(node, name)
            title = self._field(node) if node is not None else None
            if title is not None:
                return title
        document = self.document if isinstance(self.document, Mapping) and "code" in self.document else None
        found = field_at(self.library, "/" + "/".join(names), document)
        return self.pick(found.title) if found else None

    def item(self, item: Json, key: str) -> str | None:
        """Say what an item of a list, or a thing under a key, is called; None where it has no name."""
        own = self._field(item)
        if own is not None:
            return own
        if isinstance(item, Mapping):
            for name in ("matter", "material"):
                code = item.get(name)
                if isinstance(code, str):
                    return self.called(code, name) or code
            scope = item.get("scope")
            if isinstance(scope, str):
                return self.place(scope)
        return self.called(item, key) if isinstance(item, str) else None

    # rules

    def outcome(self, outcome: Mapping[str, Any], beside: bool = True) -> str:
        """Say what follows from a rule, with its reason and basis."""
        zh = self.lang == "zh"
        kind = outcome_kind(outcome)
        said, target = self.pick(KINDS[kind]) if kind else "", outcome.get(kind)
        colon = "：" if zh else ": "
        if kind == "set_limit" and isinstance(target, Mapping):
            said += colon + self._limit(target)
        elif kind == "assert" and isinstance(target, Mapping):
            said += colon + ("；" if zh else "; ").join(
                f"{self.called(name, 'facts') or name}{'为' if zh else ' is '}{self.value(value)}"
                for name, value in target.items()
            )
        elif isinstance(target, str):
            own = code_title(self.document, target) if kind in NAMED_HERE else None
            said += colon + (self.pick(own) if own else self.called(target, kind) or target)
        more = [
            f"{word(key, self.lang)}{colon}{self.value(outcome[key], key)}"
            for key in (("matter", *_BESIDE) if beside else ("matter",))
            if key in outcome
        ]
        inside = ("；" if zh else "; ").join(more)
        return f"{said}（{inside}）" if zh and more else f"{said} ({inside})" if more else said

    def outcomes(self, run: Json) -> str:
        """Say everything that follows from a rule."""
        listed = run if isinstance(run, list) else [run]
        return ("；" if self.lang == "zh" else "; ").join(
            self.outcome(each) for each in listed if isinstance(each, Mapping)
        )

    def condition(self, node: Any, rows: Mapping[str, Named] | None = None, inner: bool = False) -> str:
        """Say a condition, sound or not yet."""
        zh, kind = self.lang == "zh", kind_of(node)
        if node is None:
            return "没有条件" if zh else "no condition"
        if kind in GROUPS:
            between = ("，且" if zh else " and ") if kind == "$and" else ("，或" if zh else " or ")
            said = between.join(self.condition(part, rows, True) for part in children(node))
            return (f"（{said}）" if zh else f"({said})") if inner else said
        if kind == "$not":
            said = self.condition(children(node)[0], rows)
            return f"并非（{said}）" if zh else f"not ({said})"
        if kind in ROWS:
            group = str(next(iter(node[kind])))
            said = self.condition(children(node)[0], row_facts(self.document, group))
            name = self.called(group, "facts") or group
            if zh:
                return f"{name}中{'每一项都满足' if kind == '$iall' else '至少有一项满足'}（{said}）"
            return f"{'every one' if kind == '$iall' else 'at least one'} of {name} meets ({said})"
        leaf = leaf_of(node)
        return (
            self._leaf(leaf, {**facts_of(self.document), **(rows or {})}) if leaf else brief(node, self.lang)
        )

    def _leaf(self, leaf: Leaf, scope: Mapping[str, Named]) -> str:
        fact = scope.get(leaf.fact) or Named(leaf.fact, "text", text(leaf.fact, leaf.fact))
        name, verb = self.pick(fact.title), self.pick(operator_word(leaf.op, fact.type))
        if leaf.op in ("$ex", "$nex"):
            return f"{name}{verb}" if self.lang == "zh" else f"{name} {verb}"
        other = self._operand(leaf.operand, fact, scope)
        return f"{name}{verb}{other}" if self.lang == "zh" else f"{name} {verb} {other}"

    def _operand(self, operand: Json, fact: Named, scope: Mapping[str, Named]) -> str:
        kind, inner = against(operand)
        if kind in STEPS and isinstance(inner, Mapping):
            sides = [self._operand(side, fact, scope) for side in inner.values()]
            return f" {STEPS[kind]} ".join(sides)
        if kind == "parameter":
            return self.called(str(inner), "parameters") or str(inner)
        if kind == "fact":
            other = scope.get(str(inner))
            return self.pick(other.title) if other else str(inner)
        if isinstance(operand, list):
            return ("、" if self.lang == "zh" else ", ").join(
                self._operand(each, fact, scope) for each in operand
            )
        return self.of_fact(fact, operand)

    def of_fact(self, fact: Named, value: Json) -> str:
        """Say a value of a fact: a choice by its title, a number with its unit."""
        if isinstance(value, str) and fact.type in ("choice", "list") and fact.place:
            found = field_at(self.library, fact.place, self.document)
            titles = dict(found.options) if found else {}
            return self.pick(titles[value]) if value in titles else value
        said = self.value(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{said} {fact.unit}" if number and fact.unit else said

    # inside

    def _value(self, value: Json, key: str) -> str:
        zh = self.lang == "zh"
        if value is None or value is MISSING:
            return "无" if zh else "nothing"
        if isinstance(value, bool):
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        if isinstance(value, int | float):
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        if isinstance(value, str):
            return self.called(value, key) or value
        if key == "run":
            return self.outcomes(value)
        if isinstance(value, list):
            if key in ("all", "any") and (tree := tree_of({key: value})) is not None:
                return self.condition(tree)
            return ("、" if zh else ", ").join(self._value(each, key) for each in value) or (
                "无" if zh else "nothing"
            )
        return self._mapping(value, key)

    def _mapping(self, value: Mapping[str, Any], key: str) -> str:
        zh = self.lang == "zh"
        own = self.item(value, key)
        if own is not None:
            return own
        if isinstance(value.get(self.lang), str):
            return str(value[self.lang])
        if holds_fields(value):
            names = [
                self._field(each) or self._held(name, each) for name, each in value["properties"].items()
            ]
            return ("、" if zh else ", ").join(names) or ("无" if zh else "nothing")
        name = value.get("name")
        if isinstance(name, Mapping) and isinstance(name.get(self.lang), str):
            return str(name[self.lang])
        if "days" in value and "unit" in value:
            more = {name: inner for name, inner in value.items() if name not in ("days", "unit")}
            beside = f"（{self._mapping(more, key)}）" if zh else f" ({self._mapping(more, key)})"
            return self._limit(value) + (beside if more else "")
        if set(value) == {"from", "value"}:
            day, held = value["from"], self._value(value["value"], "value")
            return f"{held}（{day} 起）" if zh else f"{held} (from {day})"
        if outcome_kind(value):
            return self.outcome(value)
        if kind_of(value) != "odd" and next(iter(value)).startswith("$"):
            return self.condition(value)
        if isinstance(value.get("$ref"), str):
            return self.called(value["$ref"], "$ref") or str(value["$ref"]).rpartition(":")[2]
        colon, between = ("：", "；") if zh else (": ", "; ")
        said = [
            f"{self.called(name, key) or word(name, self.lang)}{colon}{self._value(inner, name)}"
            for name, inner in value.items()
        ]
        return between.join(said) or ("无" if zh else "nothing")

    def _limit(self, limit: Mapping[str, Any]) -> str:
        unit = _UNITS.get(str(limit.get("unit")), _UNITS["working"])
        return f"{limit.get('days', '')} {self.pick(unit)}".strip()

    def _held(self, name: str, item: Json) -> str:
        return self._mapping(item, "") if isinstance(item, Mapping) and holds_fields(item) else name

    def _title(self, item: Json) -> str | None:
        title = item.get("title") if isinstance(item, Mapping) else None
        return str(title[self.lang]) if isinstance(title, Mapping) and self.lang in title else None

    def _field(self, item: Json) -> str | None:
        """Give the title of a field, or of whatever has one of its own."""
        if not isinstance(item, Mapping):
            return None
        for holder, name in ((item, "x-title"), (item, "title"), (item.get("options"), "title")):
            title = holder.get(name) if isinstance(holder, Mapping) else None
            if isinstance(title, Mapping) and isinstance(title.get(self.lang), str):
                return str(title[self.lang])
        reference = item.get("$ref")
        if isinstance(reference, str):
            return self.called(reference, "$ref")
        return None


def holds_fields(item: Json) -> bool:
    """Tell whether something of a form's schema only holds fields together: it has no name of its own."""
    return (
        isinstance(item, Mapping)
        and isinstance(item.get("properties"), Mapping)
        and not {"x-title", "title", "$ref"} & set(item)
    )


def _inner(node: Any, name: str) -> Any:
    if not isinstance(node, Mapping):
        return None
    if name == "*":
        return node.get("items")
    properties = node.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def both(document: Any, library: Library, value: Json, key: str = "") -> Text:
    """Say a value in both languages."""
    return text(
        Words(document, "zh", library).value(value, key), Words(document, "en", library).value(value, key)
    )
