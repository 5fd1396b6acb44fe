"""What must hold of the days of a matter: its limits are looked at, and its steps keep within the promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Severity, Text, text
from .whole import Part

STEPS: Final[Mapping[str, Text]] = {
    "accept": text("受理", "acceptance"),
    "examine": text("审核", "examination"),
    "approve": text("审批", "approval"),
    "conclude": text("办结", "conclusion"),
    "deliver": text("送达", "delivery"),
}
"""The steps of handling that the national list knows, in their order."""

DELIVERED: Final = "deliver"
"""The step that comes after the limit: what was decided is handed over."""

DELIVERY_DAYS: Final = 10
"""行政许可法 §44: a decision is handed over within ten days (working days, §82)."""

DEFAULT_LIMIT: Final[Mapping[str, Json]] = {"days": 20, "unit": "working"}
"""What a limit begins as (行政许可法 §42): with nothing said beside it, nobody has looked at it yet."""


def days_of(standard: Mapping[str, Json]) -> dict[str, int]:
    """Give the days that a matter's steps take, in the order of the steps."""
    known = standard.get("step_days")
    days = known if isinstance(known, Mapping) else {}
    return {
        step: each for step in STEPS if isinstance(each := days.get(step), int) and not isinstance(each, bool)
    }


def check_times(part: Part) -> Iterator[Problem]:
    """Check a matter's limits for what nobody has set yet, and the days of its steps against the promise."""
    for key in ("promised_limit", "statutory_limit"):
        if part.whole(join(key)) and part.mapping(join(key)) == DEFAULT_LIMIT:
            yield _found(
                join(key),
                "limit-not-set",
                "warning",
                text("时限还是默认的 20 个工作日", "the limit is still the default, 20 working days"),
                text("请改为实际时限；确为 20 日的，请确认", "set the real one, or confirm that it is 20"),
            )
    standard = part.at("/standard")
    said = standard.mapping("")
    days = days_of(said)
    if not days or not standard.whole("/step_days", "/steps"):
        return
    steps = said.get("steps", ())
    for step in (each for each in days if each not in steps):
        yield _found(
            join("standard", "step_days", step),
            "days-without-step",
            "warning",
            text(
                f"“{STEPS[step]['zh']}”有天数，但不在办理环节中",
                f"{STEPS[step]['en']} has days, but is none of the steps",
            ),
            text("请补充该环节，或删去天数", "add the step, or take its days away"),
        )
    yield from _sum(part, days, [step for step in STEPS if step in steps and step != DELIVERED])
    late = days.get(DELIVERED, 0)
    if late > DELIVERY_DAYS and part.text("/type") == "administrative-permit":
        yield _found(
            join("standard", "step_days", DELIVERED),
            "delivery-late",
            "warning",
            text(
                f"送达 {late} 日，超过法定的 {DELIVERY_DAYS} 日（行政许可法第四十四条）",
                f"delivery takes {late} days, the law allows {DELIVERY_DAYS} (Administrative Licensing Law, art. 44)",
            ),
            text("请缩短送达的天数", "deliver sooner"),
        )


def _sum(part: Part, days: Mapping[str, int], steps: list[str]) -> Iterator[Problem]:
    promised = part.number("/promised_limit/days")
    if promised is None:
        return
    total = sum(each for step, each in days.items() if step != DELIVERED)
    place = join("standard", "step_days")
    if total > promised:
        yield _found(
            place,
            "steps-over-promise",
            "warning",
            text(
                f"各环节共 {total} 日，超过承诺的 {promised} 日",
                f"the steps take {total} days, {promised} are promised",
            ),
            text("请缩短环节的天数，或改正承诺时限", "shorten the steps, or correct the promised limit"),
        )
    elif total < promised and all(step in days for step in steps):
        left = promised - total
        yield _found(
            place,
            "steps-under-promise",
            "note",
            text(
                f"各环节共 {total} 日，承诺 {promised} 日，还有 {left} 日未分给环节",
                f"the steps take {total} days, {promised} are promised: {left} belong to no step",
            ),
            text("请分给环节，或缩短承诺时限", "give them to a step, or promise less"),
        )


def _found(pointer: str, code: str, severity: Severity, message: Text, remedy: Text) -> Problem:
    return Problem(pointer, code, message, remedy, severity=severity)
