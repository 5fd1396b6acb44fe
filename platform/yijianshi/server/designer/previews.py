"""A definition before and after publishing, as those see it who use it: the applicant's form, the rules in sentences.

What the other side has not, or has otherwise, is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from ...core.bundles.alone import alone
from ...core.bundles.compose import Composition, CompositionError, compose
from ...core.definitions.library import Library, UnknownReference
from ...core.definitions.types import Text, text
from ...core.designer.sentences import Lang
from ...core.forms.fields import FIELD_TYPES, FieldState
from ...core.forms.html import tag
from ...core.rules import Ruleset, RulesetError, parse, sentence
from ...core.rules.types import Rule
from ..rule_elements import of_library, options, titles

Side = Literal["before", "after"]
SIDES: Mapping[Side, Text] = {
    "before": text("发布前", "before publishing"),
    "after": text("发布后", "after publishing"),
}
SHOWN = ("bundle", "matter", "ruleset")
"""The kinds that have a preview."""

Differs = Literal["new", "gone", "changed"]
WORDS: Mapping[Differs, Text] = {
    "new": text("新增", "new"),
    "gone": text("发布后没有", "gone once published"),
    "changed": text("有改动", "changed"),
}

Piece = tuple[Text, list[tuple[str, str]]]
"""A section: its title, and what is in it by name, each as HTML."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One side: by page, titles of sections with their HTML; how many things differ, by how."""

    pages: list[list[tuple[Text, str]]]
    differing: Mapping[Differs, int] = field(default_factory=dict)


def preview(
    here: Library, there: Library, side: Side, kind: str, code: str, data: Mapping[str, Any], lang: Lang
) -> Preview | None:
    """Show a definition of the library ``here``, held against that of ``there``.

    None where there is nothing to show: it is not there, has no preview, or is unfinished.
    """
    pages = _pages(here, kind, code, data, lang)
    if pages is None:
        return None
    others = _pages(there, kind, code, data, lang)
    known = None if others is None else {n: html for page in others for _, piece in page for n, html in piece}
    counted: dict[Differs, int] = {}

    def marked(name: str, html: str) -> str:
        how = None if known is None else _differs(known.get(name), html, side)
        if how is None:
            return html
        counted[how] = counted.get(how, 0) + 1
        word = tag("p", {"class": "dz-differs-word"}, escape(WORDS[how][lang]))
        return tag("div", {"class": f"dz-differs dz-differs-{how}"}, word + html)

    shown = [
        [(title, "".join(marked(name, html) for name, html in piece)) for title, piece in page]
        for page in pages
    ]
    return Preview(shown, counted)


def composed(library: Library, kind: str, code: str) -> Composition | None:
    """Compose a bundle, or a matter as the only one of a bundle; None for anything unfinished."""
    if not library.has(kind, code):
        return None
    try:
        if kind == "matter":
            library = library.with_([alone(library.get(kind, code), code)])
        return compose(library, code) if kind in ("bundle", "matter") else None
    except (CompositionError, UnknownReference, KeyError, TypeError, ValueError):
        return None


def _differs(other: str | None, html: str, side: Side) -> Differs | None:
    if other is None:
        return "new" if side == "after" else "gone"
    return None if other == html else "changed"


def _pages(
    library: Library, kind: str, code: str, data: Mapping[str, Any], lang: Lang
) -> list[list[Piece]] | None:
    if kind == "ruleset":
        return _rules(library, code, lang)
    composition = composed(library, kind, code)
    if composition is None:
        return None
    return [
        [
            (
                section["title"],
                [(pointer, _field(composition, pointer, data, lang)) for pointer in section["fields"]],
            )
            for section in page
        ]
        for page in composition.pages
    ]


def _field(composition: Composition, pointer: str, data: Mapping[str, Any], lang: Lang) -> str:
    shown = composition.fields[pointer]
    needed = any(each["pointer"] == pointer and each["required_by"] for each in composition.package["fields"])
    return FIELD_TYPES[shown.type].render(shown, FieldState(required=needed, data=data), lang)


def _rules(library: Library, code: str, lang: Lang) -> list[list[Piece]] | None:
    if not library.has("ruleset", code):
        return None
    document = library.get("ruleset", code)
    try:
        ruleset = parse({key: value for key, value in document.items() if key != "tests"})
    except (RulesetError, KeyError, TypeError, ValueError):
        return None
    elements = of_library(library)
    words = (titles(elements), options(elements))
    look = {"class": "dz-rule-read"}
    rules = [
        (rule.name, tag("section", look, "".join(_said(ruleset, rule, lang, *words))))
        for rule in ruleset.read
    ]
    return [[(document["title"], rules)]] if rules else [[]]


def _said(ruleset: Ruleset, rule: Rule, lang: Lang, *words: Any) -> Iterator[str]:
    title = rule.title or text(rule.name, rule.name)
    yield tag("h2", {"class": "h3"}, escape(title[lang]))
    yield tag("p", {"class": "mb-1"}, escape(sentence(ruleset, rule, lang, *words)))
    for outcome in rule.outcomes:
        if outcome.reason:
            basis = f"（{outcome.basis}）" if outcome.basis and lang == "zh" else ""
            basis = f" ({outcome.basis})" if outcome.basis and lang == "en" else basis
            yield tag("p", {"class": "form-hint mb-0"}, escape(outcome.reason[lang] + basis))
