"""Rules said in plain language, for the pages."""

from __future__ import annotations

from ...core.definitions.types import Text
from ...core.rules import parse, sentence
from .model import Document


def sentences(document: Document) -> list[tuple[str, Text]]:
    """Give each rule of a ruleset with its sentence; nothing for other kinds, or for a broken draft."""
    if document.get("kind") != "ruleset":
        return []
    try:
        ruleset = parse(document)
    except ValueError:
        return []
    return [
        (rule.name, {"zh": sentence(ruleset, rule, "zh"), "en": sentence(ruleset, rule, "en")})
        for rule in ruleset.read
    ]
