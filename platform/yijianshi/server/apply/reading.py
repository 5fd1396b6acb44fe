"""What the applicant reads before submitting: his answers, the conditions, the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from ...core.bundles.compose import Composition
from ...core.definitions.pointer import MISSING, get
from ...core.forms.fields import FIELD_TYPES
from ...core.forms.fields.address import AddressField
from ...core.rules import say_condition
from ..rule_elements import of_composition, options
from .service import Work


def summary(work: Work, lang: str, regions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the answers that count, section by section, as titles and text."""
    composition = work.composed.composition
    result = []
    for section in work.state.sections:
        lines = []
        for pointer in section["fields"]:
            field = composition.fields[pointer]
            value = get(work.state.answers, pointer)
            if field.type == "note":
                continue
            kind = FIELD_TYPES[field.type]
            if isinstance(kind, AddressField):
                shown = kind.display_with(value, regions, lang)
            else:
                shown = kind.display(value, field, lang)
            lines.append({"title": field.title, "value": shown, "missing": value is MISSING})
        result.append(
            {"code": section["code"], "title": section["title"], "lines": lines, "errors": section["errors"]}
        )
    return result


def conditions_by_matter(work: Work, lang: str) -> list[dict[str, Any]]:
    """Give every condition with its truth, reason, basis and sentence, grouped by what it decides."""
    composition = work.composed.composition
    side: Literal["zh", "en"] = "en" if lang == "en" else "zh"
    groups = []
    for run in work.state.evaluation.runs:
        ruleset = run.compiled.ruleset
        rows: list[dict[str, Any]] = []
        for rule in ruleset.read:
            truth = run.verdict.truths[rule.name]
            condition = say_condition(
                ruleset,
                rule.condition,
                side,
                composition.title_or_none,
                options(of_composition(composition)),
            )
            rows += [
                {
                    "truth": truth,
                    "kind": outcome.type,
                    "target": outcome.target,
                    "reason": outcome.reason,
                    "basis": outcome.basis,
                    "condition": condition,
                }
                for outcome in rule.outcomes
            ]
        order = {"met": 0, "unknown": 1, "unmet": 2}
        rows.sort(key=lambda row: order[row["truth"]])
        groups.append({"title": ruleset.title, "decides": ruleset.decides, "rows": rows})
    return groups


def plan_view(composition: Composition, active: Iterable[str] | None = None) -> dict[str, Any]:
    """Give the plan for a page: stages of matters with their limits."""
    codes = list(composition.matters if active is None else active)
    plan = composition.plan_for(codes)
    stages: dict[int, list[dict[str, Any]]] = {}
    for step in plan.steps:
        matter = composition.matters[step.matter]
        stages.setdefault(step.stage, []).append(
            {
                "code": step.matter,
                "title": matter["title"],
                "department": matter["department"]["name"],
                "promised": matter["promised_limit"],
                "statutory": matter.get("statutory_limit"),
                "critical": step.critical,
                "selected": matter["selected"],
                "verified": matter.get("verified", False),
            }
        )
    return {"stages": [stages[number] for number in sorted(stages)], "days": plan.days, "unit": plan.unit}
