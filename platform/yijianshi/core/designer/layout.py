"""A form as the designer sees it: sections of fields, each field with what is said of it.

A form is ``{schema, ui}``: a JSON Schema nested by the fields' places in the answers, and a JSON
Forms layout of groups of controls. Fields are named by their place (``/project/name``; a field of a
repeated group's rows by ``/…/*/name``), sections by ``options.id`` or, where a layout was written
by hand, by their label. Everything here is pure: a changed form shares with the old one what is alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..bundles.fields import scope_pointer
from ..bundles.pages import continuing
from ..bundles.schemas import element_of, is_group
from ..definitions.library import Library, UnknownReference
from ..definitions.pointer import join, tokens
from ..definitions.types import Json, Text, text
from ..functions import places
from .addresses import Address, get, identities, identity
from .conditions import Conditions, places_in, read_rule, read_schema, rule_of, schema_of, scope_of
from .conditions import without as conditions_without
from .nesting import drop, put, require
from .requiring import required_by, requirements, untargeted, untested, with_rules

FORM_OF: Mapping[str, Address] = {"matter": ("form",), "bundle": ("situations",)}
"""Where a document of a kind has its form."""

OWN_PLACES = {"bundle": "situation"}
"""Where fields that are no elements stand in a form of a kind; a matter's stand under its own code."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a form: its identity, its title, and the places of its fields in order."""

    id: str
    title: Text
    fields: tuple[str, ...]
    continues: bool = False
    """Whether it stands on the page of the section before it."""


@dataclass(frozen=True)
class Form:
    """A form in a document: where it stands, what it holds, and where its own fields go."""

    at: Address
    schema: Mapping[str, Any]
    ui: Mapping[str, Any]
    own: str

    @classmethod
    def of(cls, document: Mapping[str, Any], at: Sequence[str]) -> Form:
        """Take the form at an address of a document; what is missing is empty."""
        known = get(document, at)
        given = known if isinstance(known, Mapping) else {}
        own = OWN_PLACES.get(str(document["kind"]), str(document["code"]).replace("-", "_"))
        empty = {"type": "object", "properties": {}}
        return cls(tuple(at), given.get("schema") or empty, given.get("ui") or {}, own)

    def to_json(self) -> dict[str, Json]:
        """Give the form as it stands in its document."""
        return {"schema": self.schema, "ui": self.ui}

    # what is in it

    @property
    def tidy(self) -> bool:
        """Tell whether the layout is groups of controls, each with a name of its own, and nothing else."""
        groups = self.groups
        whole = set(self.ui) <= {"type", "elements"} and identities(groups) is not None
        return whole and all(
            isinstance(g, Mapping)
            and g.get("type") == "Group"
            and "rule" not in g
            and identities(g.get("elements", [])) is not None
            and all(c.get("type") == "Control" for c in g.get("elements", ()))
            for g in groups
        )

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The groups of the layout."""
        return list(self.ui.get("elements", ()))

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in order."""
        return [
            Section(
                identity(group) or "",
                title_of_group(group),
                tuple(scope_pointer(c["scope"]) for c in group.get("elements", ())),
                continuing(group.get("options", {})),
            )
            for group in self.groups
        ]

    @cached_property
    def order(self) -> list[str]:
        """The places of the fields in the order of the layout."""
        return [pointer for section in self.sections for pointer in section.fields]

    def section_of(self, pointer: str) -> Section | None:
        """Give the section a field (or the group it is an item of) stands in."""
        outer = pointer.partition("/*")[0]
        return next((section for section in self.sections if outer in section.fields), None)

    def leaf(self, pointer: str) -> Mapping[str, Any] | None:
        """Give the schema of a field as written, None when there is none."""
        found = get(self.schema, schema_tokens(pointer))
        return found if isinstance(found, Mapping) and not is_group(found) else None

    def address(self, pointer: str) -> Address:
        """Give the address of a field's schema in the document."""
        return (*self.at, "schema", *schema_tokens(pointer))

    def items(self, pointer: str) -> list[str]:
        """Give the places of the items of a repeated group of the form's own, in order."""
        leaf = self.leaf(pointer) or {}
        if leaf.get("x-type") != "group":
            return []
        names = list(leaf.get("items", {}).get("properties", {}))
        order = [name for name in leaf.get("x-order", ()) if name in names]
        return [f"{pointer}/*" + join(n) for n in [*order, *sorted(n for n in names if n not in order)]]

    def required(self, pointer: str) -> bool:
        """Tell whether a field must be answered whatever else is."""
        root, local = self.root(pointer)
        node: Any = root
        for name in tokens(local):
            if not isinstance(node, Mapping) or name not in node.get("required", ()):
                return False
            node = node.get("properties", {}).get(name)
        return True

    def root(self, pointer: str) -> tuple[Mapping[str, Any], str]:
        """Give the schema a field's conditions stand in (the form's, or its row's), and its place there."""
        outer, star, local = pointer.rpartition("/*")
        if not star:
            return self.schema, pointer
        found = get(self.schema, (*schema_tokens(outer), "items"))
        return (found if isinstance(found, Mapping) else {}), local

    def shown_when(self, pointer: str) -> tuple[Conditions | None, bool]:
        """Give when a field is shown (None: always), and whether that could be read."""
        if "/*" in pointer:
            raw = (self.leaf(pointer) or {}).get("x-show")
            found = None if raw is None else read_schema(raw)
        else:
            raw = (self.control(pointer) or {}).get("rule")
            found = None if raw is None else read_rule(raw)
        return found, raw is None or found is not None

    def required_when(self, pointer: str) -> Conditions | None:
        """Give when a field must be answered, where that hangs on others; None when it does not."""
        if "/*" not in pointer:
            return self._requirements.get(pointer)
        root, local = self.root(pointer)
        return requirements(root).get(local)

    @cached_property
    def _requirements(self) -> dict[str, Conditions]:
        return requirements(self.schema)

    def control(self, pointer: str) -> Mapping[str, Any] | None:
        """Give the control of a field."""
        return self._controls.get(pointer)

    @cached_property
    def _controls(self) -> dict[str, Mapping[str, Any]]:
        return {scope_pointer(c["scope"]): c for g in self.groups for c in g.get("elements", ())}

    # what can be made of it

    def with_leaf(self, pointer: str, leaf: Mapping[str, Any]) -> Form:
        """Give the form with a field's schema put at its place."""
        return replace(self, schema=put(self.schema, tokens(pointer), leaf))

    def with_groups(self, groups: Sequence[Mapping[str, Any]]) -> Form:
        """Give the form with another list of groups."""
        return replace(self, ui={"type": "VerticalLayout", **self.ui, "elements": list(groups)})

    def with_controls(self, section: str, controls: Sequence[Mapping[str, Any]]) -> Form:
        """Give the form with other controls in a section."""
        return self.with_groups(
            [{**g, "elements": list(controls)} if identity(g) == section else g for g in self.groups]
        )

    def with_control(self, pointer: str, rule: Mapping[str, Any] | None) -> Form:
        """Give the form with another rule of a field's control, None takes it away."""
        section = self.section_of(pointer)
        if section is None:
            return self
        group = next(g for g in self.groups if identity(g) == section.id)
        controls = [
            {**{k: v for k, v in c.items() if k != "rule"}, **({} if rule is None else {"rule": rule})}
            if scope_pointer(c["scope"]) == pointer
            else c
            for c in group["elements"]
        ]
        return self.with_controls(section.id, controls)

    def with_required(self, pointer: str, wanted: bool) -> Form:
        """Give the form in which a field must, or need not, be answered; what is above it as well."""
        return replace(self, schema=require(self.schema, tokens(pointer), wanted))

    def with_root(self, pointer: str, root: Mapping[str, Any]) -> Form:
        """Give the form with another schema where a field's conditions stand."""
        outer, star, _ = pointer.rpartition("/*")
        if not star:
            return replace(self, schema=root)
        leaf = self.leaf(outer) or {}
        return self.with_leaf(outer, {**leaf, "items": root})

    def with_shown(self, pointer: str, conditions: Conditions | None) -> Form:
        """Give the form in which a field is shown only when conditions are met (None: always)."""
        if "/*" not in pointer:
            return self.with_control(pointer, None if conditions is None else rule_of(conditions))
        leaf = {k: v for k, v in (self.leaf(pointer) or {}).items() if k != "x-show"}
        return self.with_leaf(
            pointer, leaf if conditions is None else {**leaf, "x-show": schema_of(conditions)}
        )

    def with_required_when(self, pointer: str, conditions: Conditions | None) -> Form:
        """Give the form in which a field must be answered when conditions are met (None: no such rule)."""
        root, local = self.root(pointer)
        rules = [each for rule in root.get("allOf", ()) if (each := untargeted(rule, local)) is not None]
        if conditions is not None:
            rules.append(required_by((local,), schema_of(conditions)))
        return self.with_root(pointer, with_rules(root, rules))

    def without(self, pointer: str) -> Form:
        """Give the form without a field: its control, its required mark and what hangs on it go along."""
        form = self.forgetting(pointer)
        if "/*" in pointer:
            group, _, local = pointer.rpartition("/*")
            leaf = form.leaf(group) or {}
            order = [name for name in leaf.get("x-order", ()) if join(name) != local]
            form = form.with_leaf(group, {**leaf, **({"x-order": order} if "x-order" in leaf else {})})
        else:
            section = form.section_of(pointer)
            if section is not None:
                controls = [c for p, c in form._controls.items() if p in section.fields and p != pointer]
                form = form.with_controls(section.id, controls)
        return replace(form, schema=drop(form.schema, tokens(pointer)))

    def forgetting(self, pointer: str) -> Form:
        """Give the form in which no condition and nothing computed hangs on a field."""
        form = self.with_required_when(pointer, None)
        root, local = form.root(pointer)
        rules = [each for rule in root.get("allOf", ()) if (each := untested(rule, local)) is not None]
        form = form.with_root(pointer, with_rules(root, rules))
        for other in list(form.everything()):
            same_root = other.rpartition("/*")[0] == pointer.rpartition("/*")[0]
            if same_root and other != pointer:
                form = _unshown(form, other, local)
            leaf = form.leaf(other) or {}
            spec = leaf.get("x-compute")
            if spec is not None and pointer.partition("/*")[0] in places(spec) and _reads(spec, pointer):
                form = form.with_leaf(other, {k: v for k, v in leaf.items() if k != "x-compute"})
        return form

    def everything(self) -> Iterator[str]:
        """Yield the place of every field, items of repeated groups after their group."""
        for pointer in self.order:
            yield pointer
            yield from self.items(pointer)


def schema_tokens(pointer: str) -> Address:
    """Give the tokens from a form's schema to a field's."""
    found: list[str] = []
    for part in tokens(pointer):
        found += ["items"] if part == "*" else ["properties", part]
    return tuple(found)


def title_of_group(group: Mapping[str, Any]) -> Text:
    """Give the title of a group: its bilingual one, else its label in both."""
    title = group.get("options", {}).get("title")
    label = str(group.get("label", ""))
    return text(title["zh"], title["en"]) if isinstance(title, Mapping) else text(label, label)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a field, by its element or by the form itself."""

    pointer: str
    type: str
    title: Text
    hint: Text | None
    options: tuple[Mapping[str, Any], ...]
    unit: str | None
    element: str | None
    compute: Mapping[str, Any] | None


def said_of(form: Form, library: Library, pointer: str) -> Said | None:
    """Give what is said of a field; None when there is no such field."""
    leaf = form.leaf(pointer)
    if leaf is None:
        return None
    code = element_of(leaf)
    name = tokens(pointer)[-1]
    try:
        known: Mapping[str, Any] = library.element(code) if code else {}
    except (UnknownReference, ValueError):
        known = {}
    if code:
        given = known
    else:
        given = {key.removeprefix("x-"): value for key, value in leaf.items() if key.startswith("x-")}
    title = given.get("title")
    return Said(
        pointer,
        str(given.get("type", "text")),
        title if isinstance(title, Mapping) else text(code or name, code or name),  # type: ignore[arg-type]
        given.get("hint"),
        tuple(given.get("options", ())),
        given.get("unit"),
        code,
        given.get("compute"),
    )


def control_for(pointer: str) -> dict[str, Any]:
    """Make the control of a field."""
    return {"type": "Control", "scope": scope_of(pointer)}


def _unshown(form: Form, other: str, local: str) -> Form:
    """Leave the field ``local`` out of what shows another."""
    conditions, readable = form.shown_when(other)
    if conditions is not None and any(test.field == local for test in conditions.tests):
        return form.with_shown(other, conditions_without(conditions, local))
    if not readable:
        rule = (form.control(other) or {}).get("rule", {})
        condition = rule.get("condition", {})
        scope = scope_pointer(str(condition.get("scope", "#")))
        if scope == local or (not scope and local in places_in(condition.get("schema"))):
            return form.with_control(other, None)
    return form


def _reads(spec: Mapping[str, Any], pointer: str) -> bool:
    of = spec.get("of", [])
    listed = of if isinstance(of, list) else [of]
    inner = pointer.rpartition("/*")[2] if "/*" in pointer else None
    where = spec.get("where")
    filtered = isinstance(where, Mapping) and inner is not None and inner.lstrip("/") in where
    return filtered or any(
        each == pointer or ("/*" not in pointer and each.startswith(pointer + "/*")) for each in listed
    )
