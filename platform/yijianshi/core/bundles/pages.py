"""The pages of a form: sections stand in one order, and one that *continues* stands on the page of the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

S = TypeVar("S")

CONTINUES = "continues"
"""What a section says that stands on the page of the section before it."""


def runs(sections: Iterable[S], continues: Callable[[S], bool]) -> list[list[S]]:
    """Divide sections into pages; the first begins one, whatever it says."""
    pages: list[list[S]] = []
    for section in sections:
        if pages and continues(section):
            pages[-1].append(section)
        else:
            pages.append([section])
    return pages


def continuing(section: Mapping[str, Any]) -> bool:
    """Tell whether a section stands on the page of the one before it."""
    return section.get(CONTINUES) is True


def pages_of(sections: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Divide the sections of a bundle, or of a package, into pages."""
    return runs(sections, continuing)


def with_fields(sections: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the sections without fields; the first that is left of a page begins it."""
    left: list[dict[str, Any]] = []
    for page in pages_of(sections):
        for number, section in enumerate(each for each in page if each["fields"]):
            said = {key: value for key, value in section.items() if key != CONTINUES}
            left.append({**said, CONTINUES: True} if number else said)
    return left
