"""What a submission is made of: the parts of the case, and whether a person must take it over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ...core.bundles.compose import Composition
from ...core.cases.values import WARN_WORKING_DAYS, Limit, Part
from ...core.definitions.types import Text, text
from ...core.rules.combine import length

DISAGREEMENT = text(
    "规则引擎与核对引擎结论不一致，系统不作判断，转由工作人员办理",
    "the two rule engines did not agree, so no verdict is given and a person handles the case",
)


def parts_of(
    composition: Composition, active: Sequence[str], evaluation: Mapping[str, Any] = MappingProxyType({})
) -> list[Part]:
    """Make the parts of a case of its active matters; what is not active is not waited for.

    What the rules decided stands over what the matter says: the department they hand it to, and
    the limit they set, which is never longer than the law's.
    """
    chosen = set(active)
    limits, departments = evaluation.get("limits", {}), evaluation.get("departments", {})
    parts = []
    for code in sorted(chosen):
        matter = composition.matters[code]
        statutory = matter.get("statutory_limit")
        parts.append(
            Part(
                secrets.token_hex(12),
                code,
                matter["title"],
                departments.get(code, matter["department"]["code"]),
                tuple(sorted(c for c in matter.get("after", ()) if c in chosen)),
                Limit.of(statutory) if statutory else None,
                Limit.of(
                    min([limits[code], *([statutory] if statutory else [])], key=length)
                    if code in limits
                    else matter["promised_limit"]
                ),
                tuple(matter.get("standard", {}).get("special_procedures", ())),
                matter.get("warn_days", WARN_WORKING_DAYS),
            )
        )
    return parts


def referral_of(evaluation: Mapping[str, Any], agreement: bool) -> Text | None:
    """Say why a case needs a person from the start, None when it does not."""
    if not agreement:
        return DISAGREEMENT
    if not evaluation.get("referred"):
        return None
    for outcome in evaluation.get("outcomes", ()):
        if outcome.get("type") == "refer" and outcome.get("truth") == "met" and outcome.get("reason"):
            reason: Text = outcome["reason"]
            return reason
    return text("按规则须由工作人员办理", "a rule asks for a person to handle the case")
