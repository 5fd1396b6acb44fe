"""Values as the engine of record is told them: whole numbers, and text as hexadecimal digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from .arithmetic import ROUNDED, scaled
from .types import PLACES, Fact


def encode(value: Any, kind: str) -> int | str:
    """Encode a value of a fact type; order and equality stay as they are."""
    if kind == "boolean":
        return int(bool(value))
    if kind == "date":
        return date.fromisoformat(str(value)).toordinal()
    if kind in PLACES and not isinstance(value, str):
        return scaled(value, PLACES[kind])
    # a leading letter: an empty text is not an empty string to the engine
    return "x" + str(value).encode("utf-8").hex()


def _as_text(value: Any) -> str:
    return f'"x{str(value).encode().hex()}"'


def _as_number(places: int) -> Callable[[Any], str]:
    return lambda value: str(scaled(value, places))


ENCODERS: dict[str, Callable[[Any], str]] = {
    "boolean": lambda value: "1" if value else "0",
    "date": lambda value: str(date.fromisoformat(value).toordinal()),
    "text": _as_text,
    "choice": _as_text,
    **{kind: _as_number(places) for kind, places in PLACES.items()},
}
"""``encode`` for each fact type, written as JSON."""


class _Choices(dict[str, str]):
    """The values of a list with what is written for each; what is not of the list is encoded when it comes."""

    def __missing__(self, value: str) -> str:
        return _as_text(value)


class MessageSource:
    """Source of a function that writes facts, all of them known, as one JSON object.

    It does what ``ENCODERS`` do in a fourth of the time: what is usual of a type (a whole number, a
    float that rounds to its unit, a value of the list) is written out and calls nothing.
    """

    def __init__(self, first: str) -> None:
        """``first`` is a property that every message has, as JSON."""
        self._read: list[str] = []
        self._told = [first]
        self._given: dict[str, Any] = {"int": int, "round": round, "encoders": ENCODERS}

    def add(self, fact: Fact, number: int) -> None:
        """Write a fact's value as the property ``v<number>``."""
        name = f"v{number}"
        self._read.append(f" {name} = facts[{fact.name!r}]")
        self._told.append(f'"{name}":{{{self._written(name, fact)}}}')

    def compiled(self) -> Callable[[Mapping[str, Any]], str]:
        """Compile it; the function raises KeyError where a fact is missing."""
        source = "\n".join(["def write(facts):", *self._read, f" return f'{{{{{','.join(self._told)}}}}}'"])
        space: dict[str, Any] = {"__builtins__": {}, **self._given}
        exec(compile(source, "<message>", "exec"), space)  # noqa: S102 - our own source, no text of a ruleset but names of facts
        write: Callable[[Mapping[str, Any]], str] = space["write"]
        return write

    def _written(self, name: str, fact: Fact) -> str:
        encoded = f'encoders["{fact.type}"]({name})'
        if fact.type in PLACES:
            self._read.append(f" p = {name} * {10 ** PLACES[fact.type]}")
            near = f"round(p) if -{ROUNDED} < p < {ROUNDED} else {encoded}"
            self._read.append(f" {name} = p if {name}.__class__ is int else {near}")
            return name
        if fact.type == "choice":
            self._given[f"of_{name}"] = _Choices((value, _as_text(value)) for value in fact.values)
            return f"of_{name}[{name}]"
        return f"1 if {name} else 0" if fact.type == "boolean" else encoded
