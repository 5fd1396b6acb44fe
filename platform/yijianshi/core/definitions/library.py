"""A library: an immutable set of definitions, found by kind and code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .kinds import by_code
from .types import Json, Text, text

KINDS = ("element", "material", "matter", "bundle", "ruleset")
ELEMENT_URN = "urn:yijianshi:element:"

Document = Mapping[str, Json]


class UnknownReference(LookupError):
    """A definition is referred to that the library does not have."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"no {kind} {code!r}")
        self.kind = kind
        self.code = code
        named = by_code(kind, code)
        self.text: Text = text(f"没有{named['zh']}", f"there is no {named['en']}")


class Library:
    """An immutable set of documents keyed by (kind, code)."""

    __slots__ = ("_documents", "_targets")

    def __init__(self, documents: Mapping[tuple[str, str], Document]) -> None:
        self._documents = dict(documents)
        self._targets: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}
        """What documents refer to, of those that were asked about."""

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Library:
        """Build a library; of two documents with one kind and code the later stands."""
        return cls({(doc["kind"], doc["code"]): doc for doc in documents})

    def get(self, kind: str, code: str) -> Document:
        """Give the document; raises UnknownReference."""
        try:
            return self._documents[kind, code]
        except KeyError:
            raise UnknownReference(kind, code) from None

    def has(self, kind: str, code: str) -> bool:
        """Tell whether the library holds the definition."""
        return (kind, code) in self._documents

    def all(self, kind: str) -> list[Document]:
        """Give every document of a kind, by code."""
        return [self._documents[key] for key in sorted(self._documents) if key[0] == kind]

    def __iter__(self) -> Iterator[Document]:
        return (self._documents[key] for key in sorted(self._documents))

    def __len__(self) -> int:
        return len(self._documents)

    def with_(self, documents: Iterable[Document]) -> Library:
        """Give a library in which ``documents`` are added or replaced."""
        merged = dict(self._documents)
        merged.update({(doc["kind"], doc["code"]): doc for doc in documents})
        made = Library(merged)
        # a draft is one document of many, and another with every edit: what the others refer to is known
        made._targets = {
            key: found for key, found in list(self._targets.items()) if merged[key] is self._documents[key]
        }
        return made

    def closure(self, kind: str, code: str) -> Library:
        """Give just the definition and everything it refers to; raises UnknownReference."""
        found: dict[tuple[str, str], Document] = {}
        waiting = [(kind, code)]
        while waiting:
            key = waiting.pop()
            if key in found:
                continue
            found[key] = self.get(*key)
            waiting.extend((ref_kind, ref_code) for ref_kind, ref_code, _ in references(found[key]))
        return Library(found)

    def users(self, kind: str, code: str) -> list[tuple[str, str]]:
        """Give the (kind, code) of every document that refers directly to this one."""
        return sorted(key for key in self._documents if (kind, code) in self._targets_of(key))

    def _targets_of(self, key: tuple[str, str]) -> frozenset[tuple[str, str]]:
        found = self._targets.get(key)
        if found is None:
            referred = references(self._documents[key])
            found = self._targets[key] = frozenset((kind, code) for kind, code, _ in referred)
        return found

    def element(self, code: str) -> dict[str, Any]:
        """Give an element with what it inherits through ``extends`` filled in.

        Raises UnknownReference, and ValueError when elements extend one another in a circle.
        """
        chain: list[Document] = []
        seen: set[str] = set()
        following: str | None = code
        while following is not None:
            if following in seen:
                raise ValueError(f"element {code!r} extends itself")
            seen.add(following)
            document = self.get("element", following)
            chain.append(document)
            following = document.get("extends")
        merged: dict[str, Any] = {}
        for document in reversed(chain):
            merged.update(document)
        merged.pop("extends", None)
        return merged


def references(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, code, JSON pointer) of everything a document refers to; what is no reference is passed over."""
    kind = document.get("kind")
    if kind == "element":
        if isinstance(document.get("extends"), str):
            yield "element", document["extends"], "/extends"
        yield from _schema_references(document.get("schema"), "/schema")
    elif kind == "matter":
        yield from _schema_references(_dig(document, "form", "schema"), "/form/schema")
        yield from _listed("material", document, "materials", "material")
        yield from _listed("material", document, "results", "material")
        yield from _listed("ruleset", document, "rulesets")
    elif kind == "bundle":
        yield from _listed("matter", document, "matters", "matter")
        yield from _schema_references(_dig(document, "situations", "schema"), "/situations/schema")
        yield from _listed("ruleset", document, "rulesets")
    elif kind == "ruleset":
        yield from _outcome_references(document)


def _listed(
    kind: str, document: Document, name: str, key: str | None = None
) -> Iterator[tuple[str, str, str]]:
    listed = document.get(name)
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        code = item if key is None else item.get(key) if isinstance(item, Mapping) else None
        if isinstance(code, str):
            yield kind, code, f"/{name}/{index}" + (f"/{key}" if key else "")


def _outcome_references(document: Document) -> Iterator[tuple[str, str, str]]:
    kinds = {"require_material": "material", "waive_material": "material", "matter": "matter"}
    rules = document.get("rules")
    for name, rule in rules.items() if isinstance(rules, Mapping) else ():
        run = rule.get("run") if isinstance(rule, Mapping) else None
        several = isinstance(run, list)
        for index, outcome in enumerate(run if isinstance(run, list) else [run]):
            if not isinstance(outcome, Mapping):
                continue
            place = f"/rules/{escape(name)}/run" + (f"/{index}" if several else "")
            for key, ref_kind in kinds.items():
                if isinstance(outcome.get(key), str):
                    yield ref_kind, outcome[key], f"{place}/{key}"


def _schema_references(schema: Json, pointer: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(schema, Mapping):
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith(ELEMENT_URN):
            yield "element", reference.removeprefix(ELEMENT_URN), f"{pointer}/$ref"
        for key, value in schema.items():
            yield from _schema_references(value, f"{pointer}/{escape(key)}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _schema_references(value, f"{pointer}/{index}")


def _dig(document: Document, *keys: str) -> Json:
    value: Json = document
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def escape(key: str) -> str:
    """Escape one reference token of a JSON pointer (RFC 6901 §3)."""
    return key.replace("~", "~0").replace("/", "~1")
