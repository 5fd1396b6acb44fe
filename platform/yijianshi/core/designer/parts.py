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
    """Yield the smallest parts of ``new`` to be put in place of those of ``old`` with the same id.

    Where a part's own parts come, go or move, those that stay are only named (``data-keep``): the page
    has them already.
    """
    if old is new or old == new:
        return
    olds, news = old.content, new.content
    if isinstance(olds, str) or isinstance(news, str) or old.id != new.id:
        yield new
        return
    were = {part.id: part for part in olds}
    if _ids(olds) != _ids(news) or (old.name, old.attributes) != (new.name, new.attributes):
        kept = tuple(_named(part) if part.id in were else part for part in news)
        yield Part(new.id, kept, new.name, new.attributes)
    for part in news:
        if part.id in were:
            yield from patches(were[part.id], part)


def _named(part: Part) -> Part:
    return Part(part.id, "", part.name, {"data-keep": True})


def _ids(parts: tuple[Part, ...]) -> list[str]:
    return [part.id for part in parts]
