"""Small pieces of HTML, built with nothing but escaping: the same text in CPython and Pyodide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ..definitions.pointer import tokens
from ..definitions.types import Text


def attributes(values: Mapping[str, Any]) -> str:
    """Write attributes in the order given; None and False are left out, True stands alone."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        parts.append(f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"')
    return "".join(parts)


def tag(name: str, values: Mapping[str, Any] | None = None, content: str | None = "") -> str:
    """Write an element; ``content`` is HTML, None makes a void element."""
    opening = f"<{name}{attributes(values or {})}>"
    return opening if content is None else f"{opening}{content}</{name}>"


def text_of(phrase: Text, lang: str) -> str:
    """Give a bilingual phrase in one language, escaped."""
    return escape(phrase["en" if lang == "en" else "zh"])


def identifier(pointer: str) -> str:
    """Give the element id of a field: stable over renderings, so that focus can be kept."""
    return "f-" + "-".join(tokens(pointer))


def render_error_summary(errors: Iterable[tuple[str, Text, Text]], lang: str) -> str:
    """Write the summary of errors, each a link to its field; nothing when there are none.

    ``errors`` are (pointer of the field to go to, title, message). After GOV.UK's error summary.
    """
    colon = ": " if lang == "en" else "："
    items = [
        tag(
            "li",
            {},
            tag(
                "a",
                {"href": "#" + identifier(pointer)},
                f"{text_of(title, lang)}{colon}{text_of(message, lang)}",
            ),
        )
        for pointer, title, message in errors
    ]
    if not items:
        return ""
    head = "There is something to correct" if lang == "en" else f"有 {len(items)} 处需要修改"
    return tag(
        "div",
        {
            "class": "alert alert-danger error-summary",
            "role": "alert",
            "tabindex": "-1",
            "id": "error-summary",
            "aria-labelledby": "error-summary-title",
        },
        tag("h2", {"id": "error-summary-title", "class": "alert-title h3"}, head)
        + tag("ul", {}, "".join(items)),
    )
