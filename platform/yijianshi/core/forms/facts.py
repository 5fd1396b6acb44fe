"""A form for the facts of a ruleset, made of the field types of the applicants' forms, and what was entered in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..definitions.library import Library, UnknownReference
from ..definitions.pointer import MISSING, get, join, put, tokens
from ..definitions.types import Text, text
from ..rules.sentences import Options, Titles
from ..rules.types import Fact, Ruleset
from ..rules.values import fact_value, fault
from .fields import FIELD_TYPES, Field, FieldState
from .page import ADD, ASKED, REMOVE, group_pairs

Elements = Callable[[str], Mapping[str, Any] | None]
"""Gives the element at a place in the answers (``schema``, ``options``, ``title``, ``changeable``).

At what :func:`~yijianshi.core.rules.sentences.defined` writes, the matter or material of that code.
"""

_FIELDS = {"boolean": "yes_no", "list": "group"}
MOST_ROWS = 20


def of_library(library: Library) -> Elements:
    """Read elements out of a library."""

    def element(place: str) -> Mapping[str, Any] | None:
        kind, colon, code = place.partition(":")
        if colon:
            return library.get(kind, code) if library.has(kind, code) else None
        try:
            return library.element(place.strip("/").replace("/", "."))
        except (UnknownReference, ValueError):
            return None

    return element


def titles(elements: Elements) -> Titles:
    """Give what names a place in the answers, a matter or a material."""

    def title(place: str) -> Text | None:
        found: Text | None = (elements(place) or {}).get("title")
        return found

    return title


def options(elements: Elements) -> Options:
    """Give what names the value of a choice at a place in the answers."""

    def option(place: str, value: str) -> Text | None:
        for each in (elements(place) or {}).get("options", ()):
            if each["value"] == value:
                found: Text = each["title"]
                return found
        return None

    return option


@dataclass(frozen=True)
class Sample:
    """Facts as somebody entered them: those that are values, what was typed, and what is wrong with it."""

    facts: dict[str, Any] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)


class SampleForm:
    """The form for a ruleset's facts, made of the field types of the applicants' forms."""

    def __init__(self, ruleset: Ruleset, elements: Elements) -> None:
        self._ruleset = ruleset
        self._titles = titles(elements)
        self._elements = elements
        asked = {name: fact for name, fact in ruleset.facts.items() if not fact.asserted}
        self._fields = {name: self._field(join(name), fact) for name, fact in asked.items()}

    def of_facts(self, facts: Mapping[str, Any]) -> Sample:
        """Take up facts that came as JSON."""
        return self._sample({name: facts[name] for name in self._fields if name in facts})

    def of_pairs(self, pairs: Iterable[tuple[str, str]]) -> Sample:
        """Read what was entered; the buttons that add and remove a row are carried out."""
        posted = group_pairs(pairs)
        raw: dict[str, Any] = {}
        for name, each in self._fields.items():
            if each.pointer not in posted.get(ASKED, ()):
                continue
            value = FIELD_TYPES[each.type].parse(posted, each.pointer, each)
            if each.type == "group":
                value = _with_rows(each.pointer, value, posted)
            if value is not MISSING:
                raw[name] = self._from_rows(self._ruleset.facts[name], value)
        return self._sample(raw)

    def html(self, sample: Sample, lang: str) -> str:
        """Write the fields."""
        return "".join(html for _, html in self.fields(sample, lang))

    def fields(self, sample: Sample, lang: str) -> Iterator[tuple[str, str]]:
        """Yield the field of each fact, by the fact's name."""
        for name, each in self._fields.items():
            value = sample.typed.get(name, MISSING)
            fact = self._ruleset.facts[name]
            if value is not MISSING and each.type == "group":
                value = self._to_rows(fact, value)
            errors = {each.pointer: sample.errors[name]} if name in sample.errors else {}
            yield name, FIELD_TYPES[each.type].render(each, FieldState(value, errors=errors), lang)

    def title(self, name: str) -> Text:
        """Give what a fact is called."""
        return self._fields[name].title

    def errors(self, sample: Sample) -> list[tuple[str, Text, Text]]:
        """Give what is wrong: the field's place, its title, the message."""
        return [(self._fields[n].pointer, self._fields[n].title, m) for n, m in sample.errors.items()]

    def _sample(self, raw: Mapping[str, Any]) -> Sample:
        facts, errors = {}, {}
        for name, value in raw.items():
            fact = self._ruleset.facts[name]
            # a row just added is empty as yet
            given = [each for each in value if each is not None] if _is_list(fact, value) else value
            read = fact_value(fact, self._placed(fact, given))
            if read is MISSING:
                errors[name] = _wrong(fact, value)
            else:
                facts[name] = read
        return Sample(facts, raw, errors)

    def _field(self, pointer: str, fact: Fact) -> Field:
        listed: Sequence[Mapping[str, Any]] = (self._elements(fact.place) or {}).get("options", ())
        if fact.values:
            known = {option["value"]: option for option in listed}
            plain = [{"value": v, "title": text(v, v)} for v in fact.values]
            listed = [known.get(option["value"], option) for option in plain]
        kind = _FIELDS.get(fact.type, fact.type)
        if kind == "choice" and not listed:
            kind = "text"
        named = self._named(fact)
        items = tuple(self._field(item.place or "/value", item) for item in fact.items.values())
        return Field(pointer, kind, named, options=tuple(listed), unit=fact.unit, items=items)

    def _named(self, fact: Fact) -> Text:
        found = fact.title or (self._titles(fact.place) if fact.derive is None else None)
        inner = fact.name.rpartition("[]")[2].lstrip(".")
        return found or (text(inner, inner) if inner else text("值", "value"))

    @staticmethod
    def _placed(fact: Fact, value: Any) -> Any:
        """Put the rows of a group as ``fact_value`` reads them: each property at its place."""
        if fact.type != "group" or not isinstance(value, list):
            return value
        rows = []
        for row in value:
            made: Any = {}
            for key, inner in row.items() if isinstance(row, Mapping) else ():
                if key in fact.items:
                    made = put(made, fact.items[key].place, inner)
            rows.append(made)
        return rows

    @staticmethod
    def _from_rows(fact: Fact, value: Any) -> Any:
        if fact.type not in ("list", "group") or not isinstance(value, list):
            return value
        if fact.type == "list":
            return [None if (each := get(row, "/value")) is MISSING else each for row in value]
        return [
            {k: v for k, item in fact.items.items() if (v := get(row, item.place)) is not MISSING}
            for row in value
        ]

    def _to_rows(self, fact: Fact, value: Any) -> Any:
        if not isinstance(value, list):
            return MISSING
        if fact.type == "list":
            return [{} if each is None else {"value": each} for each in value]
        return self._placed(fact, value)


def _is_list(fact: Fact, value: Any) -> bool:
    return fact.type == "list" and isinstance(value, list)


def _with_rows(pointer: str, value: Any, posted: Mapping[str, Sequence[str]]) -> Any:
    rows = list(value) if isinstance(value, list) else []
    if pointer in posted.get(ADD, ()) and len(rows) < MOST_ROWS:
        rows.append({})
    for place in posted.get(REMOVE, ()):
        if place.startswith(pointer + "/") and (at := tokens(place)[-1]).isdigit() and int(at) < len(rows):
            del rows[int(at)]
    return rows or MISSING


def _wrong(fact: Fact, value: Any) -> Text:
    if fact.type in ("list", "group"):
        return text("其中有值不符合类型", "some of it is no value of its type")
    found = fault(value, fact.type)
    if found is not None:
        return found
    return text("不在可选的值之中", "it is none of the values there are")
