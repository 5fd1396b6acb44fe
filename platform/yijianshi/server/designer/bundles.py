"""What the bundle composer does to other definitions: a conflict settled in a matter, a ruleset begun."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...core.bundles.compose import SITUATIONS
from ...core.definitions.types import Json, Problem, text
from ...core.designer.bundles import DECIDES
from ...core.designer.controls import name_of
from ...core.designer.desk import PRESSED
from ..registry.model import Draft
from . import refused
from .service import DesignerService
from .starts import start


def settle(designer: DesignerService, code: str, wanted: str, actor: str) -> None:
    """Let every form named in ``wanted`` ask at one place for the same thing, each in its own draft.

    ``wanted`` is what the composer's button says: ``{"pointer", "schema", "owners"}``, or
    ``{"element", "fields"}`` with the owner and the pointer of each own field. Raises Refusal.
    """
    try:
        told = json.loads(wanted)
        operations = list(_operations(told))
    except (ValueError, KeyError, TypeError) as error:
        raise refused.unreadable() from error
    for owner, operation in operations:
        kind, whose = ("bundle", code) if owner == SITUATIONS else ("matter", owner)
        _do(designer, kind, whose, operation, actor)


def _operations(told: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Json]]]:
    if "element" in told:
        for owner, field in told["fields"]:
            yield str(owner), {"op": "share_field", "field": str(field), "element": str(told["element"])}
        return
    operation = {"op": "take_leaf", "pointer": str(told["pointer"]), "schema": dict(told["schema"])}
    for owner in told["owners"]:
        yield str(owner), operation


def begin_ruleset(designer: DesignerService, code: str, decides: str, actor: str) -> Draft:
    """Begin the bundle's own ruleset as a draft, and let the bundle use it. Raises Refusal."""
    if decides not in DECIDES:
        raise refused.unreadable()
    bundle = designer.opened("bundle", code).document
    word, name = DECIDES[decides], f"{code}.{decides}"
    document: dict[str, Json] = start("ruleset", name, word["zh"])
    title = text(f"{bundle['title']['zh']}：{word['zh']}", f"{bundle['title']['en']}: {word['en']}")
    draft = designer.create({**document, "title": dict(title), "decides": decides}, actor)
    _do(designer, "bundle", code, {"op": "use_ruleset", "ruleset": name}, actor)
    return draft


def _do(designer: DesignerService, kind: str, code: str, operation: Mapping[str, Any], actor: str) -> None:
    revision = designer.opened(kind, code).revision
    saved = designer.carry_out(kind, code, actor, revision, [(PRESSED, name_of(operation))], {}, "zh")
    problems: Iterable[Problem] = [problem for _, problem in saved.desk.problems.values()]
    if problems:
        raise refused.not_done(problems)
