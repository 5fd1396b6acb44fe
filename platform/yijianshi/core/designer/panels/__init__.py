"""The tabs of the designer, by kind of document; importing this makes every operation known."""

from __future__ import annotations

from collections.abc import Mapping

from .. import element_edits, ruleset_conditions, ruleset_outcomes, ruleset_rows, ruleset_trying, sections  # noqa: F401 - for their operations
from . import (
    bundle_about,
    bundle_form,
    bundle_materials,
    bundle_matters,
    bundle_preview,
    bundle_rulesets,
    bundle_savings,
    dictionary,
    element,
    form,
    matter_about,
    matter_limits,
    matter_materials,
    rules_about,
    rules_cases,
    rules_facts,
    rules_parameters,
    rules_table,
    rules_try,
    source,
)
from .panel import Panel

PANELS: Mapping[str, tuple[Panel, ...]] = {
    "element": (element.PANEL, source.PANEL),
    "material": (dictionary.MATERIAL, source.PANEL),
    "matter": (matter_about.PANEL, form.FORM, matter_materials.PANEL, matter_limits.PANEL, source.PANEL),
    "bundle": (
        bundle_about.PANEL,
        bundle_matters.PANEL,
        bundle_form.PANEL,
        bundle_materials.PANEL,
        form.SITUATIONS,
        bundle_rulesets.SITUATIONS,
        bundle_rulesets.PANEL,
        bundle_savings.PANEL,
        bundle_preview.PANEL,
        source.PANEL,
    ),
    "ruleset": (
        rules_table.PANEL,
        rules_facts.PANEL,
        rules_parameters.PANEL,
        rules_cases.PANEL,
        rules_try.PANEL,
        rules_about.PANEL,
        source.PANEL,
    ),
}

__all__ = ["PANELS", "Panel"]
