"""Reads HTML as a browser would: is it well formed, and what would a form post?"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"input", "br", "img", "hr", "meta", "link"}


class Reader(HTMLParser):
    """Collects what a browser would post of a piece of HTML, and checks that its tags balance."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.pairs: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.described: list[str] = []
        self.labels: list[str] = []
        self.texts: list[str] = []
        self._select: str | None = None
        self._chosen: str | None = None
        self._first: str | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        assert len(values) == len(attrs), f"an attribute twice in <{tag}>"
        if "id" in values:
            self.ids.append(values["id"])
        if "for" in values:
            self.labels.append(values["for"])
        self.described += values.get("aria-describedby", "").split()
        if tag not in VOID:
            self.open.append(tag)
        if tag == "input" and "name" in values and "disabled" not in values:
            kind = values.get("type", "text")
            if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in values):
                return
            self.pairs.append((values["name"], values.get("value", "")))
        elif tag == "select":
            self._select, self._chosen, self._first = values["name"], None, None
        elif tag == "option":
            if self._first is None:
                self._first = values.get("value", "")
            if "selected" in values:
                self._chosen = values.get("value", "")
        elif tag == "textarea":
            self._area = (values["name"], [])

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()
        if tag == "select" and self._select:
            self.pairs.append((self._select, self._chosen if self._chosen is not None else self._first or ""))
            self._select = None
        if tag == "textarea" and self._area:
            name, parts = self._area
            text = "".join(parts)
            self.pairs.append((name, text.removeprefix("\n")))
            self._area = None


def read(html: str) -> Reader:
    """Read a piece of HTML; AssertionError when it is not well formed."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], f"left open: {reader.open}"
    assert len(reader.ids) == len(set(reader.ids)), f"an id twice: {reader.ids}"
    return reader
