"""The small types every room shares: bilingual text and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypedDict

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict of the same."""

Severity = Literal["error", "warning", "note"]


class Text(TypedDict):
    """A phrase in the two languages of the platform."""

    zh: str
    en: str


def text(zh: str, en: str) -> Text:
    """Build a bilingual phrase."""
    return {"zh": zh, "en": en}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a document: what is wrong, where, and how to mend it.

    ``pointer`` is a JSON pointer (RFC 6901) into the document, ``file`` the file
    or ``kind:code`` it was found in, ``code`` a stable kebab-case identifier.
    """

    pointer: str
    code: str
    message: Text
    remedy: Text
    file: str | None = None
    severity: Severity = "error"

    def to_json(self) -> dict[str, Json]:
        """Give the finding as a JSON object (documented in docs/commands.md)."""
        return {
            "file": self.file,
            "pointer": self.pointer,
            "code": self.code,
            "severity": self.severity,
            "message": dict(self.message),
            "remedy": dict(self.remedy),
        }

    def line(self, lang: Literal["zh", "en"] = "zh") -> str:
        """Give the finding as one line for a terminal."""
        return f"{self.file or '-'} {self.pointer or '/'}: {self.message[lang]} → {self.remedy[lang]} [{self.code}]"

    def at(self, file: str, prefix: str = "") -> Problem:
        """Give the same finding placed in ``file`` below the pointer ``prefix``."""
        return Problem(prefix + self.pointer, self.code, self.message, self.remedy, file, self.severity)
