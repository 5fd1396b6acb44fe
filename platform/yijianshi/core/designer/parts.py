"""A page in parts: each an element with an id, so that only what has changed is sent to the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..forms.html import tag


@dataclass(frozen=True, slots=True)
class Part:
    """An element of the page: HTML, or further parts in order."""

    id: str
    content: str | tuple[Part, ...] = ""
    name: str = "div"
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def html(self) -> str:
        """Write the part and everything in it."""
        inner = self.content if isinstance(self.content, str) else "".join(p.html() for p in self.content)
        return tag(self.name, {"id": self.id, **self.attributes}, inner)


def patches(old: Part, new: Part) -> Iterator[Part]:
    """Yield the smallest parts of ``new`` to be put in place of those of ``old`` with the same id."""
    if old == new:
        return
    olds, news = old.content, new.content
    same = (old.id, old.name, old.attributes) == (new.id, new.name, new.attributes)
    if not same or isinstance(olds, str) or isinstance(news, str) or _ids(olds) != _ids(news):
        yield new
        return
    for before, after in zip(olds, news, strict=True):
        yield from patches(before, after)


def _ids(parts: tuple[Part, ...]) -> list[str]:
    return [part.id for part in parts]
