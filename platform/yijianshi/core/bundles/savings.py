"""What a bundle saves against its recorded baseline, computed, with the formula shown.

Published reform ratios are often inconsistent, so none is taken over: a ratio is
``(before − after) ÷ before`` from recorded figures, or it is not given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.types import Json, text

MEASURES = ("materials", "days", "steps", "visits")


def savings(baseline: Mapping[str, Any], after: Mapping[str, int]) -> dict[str, Json]:
    """Compare each measure of the baseline with what the bundle needs now.

    Gives for each measure that has both figures ``{"before", "after", "ratio", "percent",
    "formula", "verified"}``; ``ratio`` is negative for a saving. A same-day promise
    (0 days) is counted as at most one day, and said to be so.
    """
    result: dict[str, Json] = {}
    for measure in MEASURES:
        before = baseline.get(measure)
        now = after.get(measure)
        if before is None or now is None:
            continue
        entry = _same_day(before) if measure == "days" and now == 0 and before > 1 else _ratio(before, now)
        result[measure] = {
            "before": before,
            "after": now,
            **entry,
            "verified": bool(baseline.get("verified", False)),
        }
    return result


def _ratio(before: int, after: int) -> dict[str, Json]:
    if before <= 0:
        note = text("没有基线，不计算", "no baseline, nothing to compute")
        return {"ratio": None, "percent": None, "formula": dict(note)}
    saved = (before - after) / before
    percent = f"{-saved * 100:+.1f}%".replace("-", "−").replace("+0.0%", "0.0%").replace("−0.0%", "0.0%")
    formula = f"({before} − {after}) ÷ {before} = {saved * 100:.1f}%"
    return {"ratio": -round(saved, 4), "percent": percent, "formula": {"zh": formula, "en": formula}}


def _same_day(before: int) -> dict[str, Json]:
    saved = (before - 1) / before
    return {
        "ratio": -round(saved, 4),
        "percent": f"≥ {saved * 100:.0f}%",
        "formula": {
            "zh": f"({before} − 1) ÷ {before} = {saved * 100:.0f}%（当日办结按不超过 1 日计）",
            "en": f"({before} − 1) ÷ {before} = {saved * 100:.0f}% (same day counted as at most 1 day)",
        },
    }
