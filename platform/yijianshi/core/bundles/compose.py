"""Compose a bundle: one form, one set of materials, one plan out of several matters.

``compose(library, code)`` gives a :class:`Composition`, whose JSON form (the *package*)
is all that the browser needs to run the same rules and the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from ..definitions.canonical import digest
from ..definitions.library import Library
from ..definitions.pointer import is_index, join, tokens
from ..definitions.types import Json, Problem, Text, text
from ..forms.fields import FIELD_TYPES, Field
from .fields import conflicts, field_from_json, merge_fields
from .materials import MergedMaterial, merge_materials
from .pages import pages_of
from .plan import Plan, plan
from .savings import savings
from .schemas import Schema, inline, is_group, merge, project
from .sections import SITUATIONS, merged_sections

T = TypeVar("T")

PACKAGE_FORMAT = 1
CHOSEN = "/situation/chosen_matters"
"""Where the applicant lists the optional matters he chooses (``selected: by_choice``)."""


_MEMORY = 1024
"""How many derived values one composition keeps before it starts afresh."""


class CompositionError(ValueError):
    """The bundle cannot be composed; ``problems`` says why and where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message["en"] for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Composition:
    """A bundle composed of exact definitions: an immutable value made of its package."""

    package: Mapping[str, Any]
    _memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_package(cls, package: Mapping[str, Any]) -> Composition:
        """Take up a package that ``compose`` made, on this machine or another."""
        return cls(package)

    def to_json(self) -> dict[str, Json]:
        """Give the package."""
        return dict(self.package)

    def remember(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Give what ``make`` gives, made once for each key; the composition never changes."""
        if key not in self._memory:
            if len(self._memory) >= _MEMORY:
                self._memory.clear()
            self._memory[key] = make()
        made: T = self._memory[key]
        return made

    @property
    def bundle(self) -> Mapping[str, Any]:
        """The bundle's own document."""
        bundle: Mapping[str, Any] = self.package["bundle"]
        return bundle

    @cached_property
    def digest(self) -> str:
        """The hash of the package."""
        return digest(self.package)

    @cached_property
    def matters(self) -> dict[str, Mapping[str, Any]]:
        """The matters by code, each with its resolved schema under ``schema``."""
        return {matter["code"]: matter for matter in self.package["matters"]}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field of the merged form and the situations, by pointer, in the order asked."""
        return {raw["pointer"]: field_from_json(raw) for raw in self.package["fields"]}

    @property
    def sections(self) -> list[Mapping[str, Any]]:
        """The sections of the form in order; the first asks the situations, if there are any."""
        sections: list[Mapping[str, Any]] = self.package["sections"]
        return sections

    @cached_property
    def pages(self) -> list[list[Mapping[str, Any]]]:
        """The pages of the form in order, each the sections that stand on it."""
        return pages_of(self.sections)

    def page_of(self, section: str) -> list[Mapping[str, Any]]:
        """Give the sections of the page that a section stands on; none for an unknown section."""
        return next((page for page in self.pages if any(s["code"] == section for s in page)), [])

    def rules_of(self, pointer: str) -> Mapping[str, Any]:
        """Give the visibility rules of a field by the matter that sets them."""
        return self._rules.get(pointer, {})

    @cached_property
    def _rules(self) -> dict[str, Mapping[str, Any]]:
        return {raw["pointer"]: raw["rules"] for raw in self.package["fields"]}

    @property
    def rulesets(self) -> Mapping[str, Mapping[str, Any]]:
        """The ruleset documents by code."""
        rulesets: Mapping[str, Mapping[str, Any]] = self.package["rulesets"]
        return rulesets

    def schema_for(self, active: Iterable[str]) -> Schema:
        """Give the merged schema of the situations and the active matters (cached)."""
        codes = tuple(sorted(active))
        schemas = [self.package["situations"]["schema"], *(self.matters[code]["schema"] for code in codes)]
        return self.remember(("schema", codes), lambda: merge(schemas))

    def project(self, matter: str, answers: Json) -> dict[str, Json]:
        """Give exactly the answers that one matter's form asks for."""
        part = project(self.matters[matter]["schema"], answers)
        return part if isinstance(part, dict) else {}

    def materials_for(
        self, active: Iterable[str], required: Iterable[str] = (), waived: Iterable[str] = ()
    ) -> list[MergedMaterial]:
        """Merge the materials of the active matters under what the rules require and waive."""
        return merge_materials(
            [self.matters[code] for code in sorted(active)],
            self.package["materials"],
            frozenset(required),
            frozenset(waived),
        )

    def plan_for(self, active: Iterable[str]) -> Plan:
        """Lay the active matters out in parallel by their promised limits."""
        chosen = set(active)
        after = {c: tuple(self.matters[c]["after"]) for c in self.matters if c in chosen}
        return plan(after, {code: self.matters[code]["promised_limit"] for code in after})

    def savings(self) -> dict[str, Json]:
        """Compare the bundle with every matter active against its baseline."""
        everything = list(self.matters)
        now: dict[str, int] = {
            "materials": sum(material.asked for material in self.materials_for(everything)),
            "days": max(self.plan_for(everything).days, int(self.bundle["promise"]["days"])),
        }
        for measure in ("steps", "visits"):
            if measure in self.bundle:
                now[measure] = self.bundle[measure]
        return savings(self.bundle.get("baseline", {}), now)

    def title(self, pointer: str) -> Text:
        """Give the title of the field at a pointer, or of the one it lies in; list indices do not count."""
        field = self.field_at(pointer)
        return field.title if field else text(pointer, pointer)

    def title_or_none(self, pointer: str) -> Text | None:
        """Give the title of the field at a pointer, None when there is no such field."""
        field = self.field_at(pointer)
        return field.title if field else None

    def is_choice(self, pointer: str) -> bool:
        """Tell whether the field at a pointer is chosen rather than typed."""
        field = self.field_at(pointer)
        if field is None:
            return False
        part = pointer.rpartition("/")[2] in ("province", "city", "county")
        return field.type in ("choice", "multiple_choice", "yes_no", "file") or (
            field.type == "address" and part
        )

    def field_at(self, pointer: str) -> Field | None:
        """Give the field at a pointer, or the innermost one it lies in."""
        path = [token for token in tokens(pointer) if not is_index(token)]
        while path:
            found = self._by_path.get(join(*path))
            if found is not None:
                return found
            path.pop()
        return None

    @cached_property
    def _by_path(self) -> dict[str, Field]:
        paths: dict[str, Field] = {}

        def note(prefix: str, fields: Iterable[Field]) -> None:
            for each in fields:
                paths[prefix + each.pointer] = each
                note(prefix + each.pointer, each.items)

        note("", self.fields.values())
        return paths


def compose(library: Library, code: str) -> Composition:
    """Compose the bundle ``code`` out of a library.

    Raises UnknownReference when a definition is missing, CompositionError when two
    matters use one place for different things.
    """
    bundle = library.get("bundle", code)
    matters = [_matter(library, part) for part in bundle["matters"]]
    matters.sort(key=lambda matter: str(matter["code"]))
    situations = bundle.get("situations") or {"schema": {"type": "object", "properties": {}}, "ui": {}}
    resolve = _resolver(library)
    forms = [(SITUATIONS, situations["schema"], situations.get("ui", {}))]
    forms += [(m["code"], m["form"]["schema"], m["form"].get("ui", {})) for m in matters]
    problems = conflicts(library, [(owner, schema) for owner, schema, _ in forms])
    if problems:
        raise CompositionError(problems)
    fields = merge_fields(library, forms, resolve)
    sections = merged_sections(bundle, matters, fields)
    ordered = [pointer for section in sections for pointer in section["fields"]]
    package = {
        "format": PACKAGE_FORMAT,
        "bundle": {key: value for key, value in bundle.items() if key not in ("matters", "situations")},
        "situations": {"schema": inline(situations["schema"], resolve)},
        "matters": [_packed(matter, resolve) for matter in matters],
        "fields": [fields[pointer] for pointer in ordered],
        "sections": sections,
        "materials": {
            doc["code"]: dict(doc)
            for doc in (library.get("material", c) for c in _material_codes(library, bundle, matters))
        },
        "rulesets": {c: _untested(library.get("ruleset", c)) for c in _ruleset_codes(bundle, matters)},
    }
    return Composition(package)


def _matter(library: Library, part: Mapping[str, Any]) -> dict[str, Any]:
    matter = dict(library.get("matter", part["matter"]))
    matter["after"] = sorted(part.get("after", ()))
    matter["selected"] = part.get("selected", "always")
    return matter


def _packed(matter: Mapping[str, Any], resolve: Any) -> dict[str, Any]:
    packed = {key: value for key, value in matter.items() if key not in ("form", "kind")}
    packed["schema"] = inline(matter["form"]["schema"], resolve)
    return packed


def _untested(ruleset: Mapping[str, Any]) -> dict[str, Any]:
    """Give a ruleset as it decides: its test cases are for whoever changes it."""
    return {key: value for key, value in ruleset.items() if key != "tests"}


def _ruleset_codes(bundle: Mapping[str, Any], matters: list[dict[str, Any]]) -> list[str]:
    return sorted({*bundle.get("rulesets", ()), *(c for m in matters for c in m.get("rulesets", ()))})


def _material_codes(library: Library, bundle: Mapping[str, Any], matters: list[dict[str, Any]]) -> list[str]:
    codes = {use["material"] for matter in matters for use in matter.get("materials", ())}
    for ruleset in _ruleset_codes(bundle, matters):
        for rule in library.get("ruleset", ruleset).get("rules", {}).values():
            run = rule["run"] if isinstance(rule["run"], list) else [rule["run"]]
            codes |= {o[key] for o in run for key in ("require_material", "waive_material") if key in o}
    return sorted(codes)


def _resolver(library: Library) -> Any:
    known: dict[str, Schema] = {}

    def resolve(code: str) -> Schema:
        if code not in known:
            element = library.element(code)
            own = inline(element.get("schema", {}), resolve)
            known[code] = {**FIELD_TYPES[element["type"]].schema(element), **own, "x-type": element["type"]}
        return known[code]

    return resolve


__all__ = ["SITUATIONS", "Composition", "CompositionError", "compose", "is_group"]
