"""The steps in which a matter is handled: which there are, and how many days each may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ...cases.steps import standard_of, steps_of
from ...checks.times import DELIVERED, STEPS, days_of
from ...definitions.types import Text, text
from ...forms.html import tag
from ..controls import group, id_of, name_of, text_field
from ..desk import Desk
from ..edits import Edit
from ..operations import Ground, Step, operation
from ..shifts import Shift

CHOSEN = name_of({"op": "steps"})
"""The name of the boxes: one list out of all the steps."""


@operation("steps")
def choose(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Handle a matter in these steps (``value``); what is no step any more has no days either."""
    standard = standard_of(ground.document)
    known = [str(step) for step in standard.get("steps", ())]
    chosen = [step for step in STEPS if step in given["value"]]
    if set(chosen) == set(known):
        return Step((), text("", ""))
    at = ("standard", "steps")
    edits = [Edit("set", at, chosen) if chosen else Edit("unset", at)]
    kept = {step: days for step, days in days_of(standard).items() if step in chosen}
    if kept != standard.get("step_days", {}):
        at = ("standard", "step_days")
        edits.append(Edit("set", at, kept) if kept else Edit("unset", at))
    was, now = (_said(each) for each in ([step for step in STEPS if step in known], chosen))
    return Step.of(edits, Shift(text("办理环节", "steps"), was, now))


def _said(steps: Sequence[str]) -> Text:
    zh, en = ([STEPS[step][lang] for step in steps] for lang in ("zh", "en"))
    return text("、".join(zh) or "无", ", ".join(en) or "none")


def show(desk: Desk) -> str:
    """Show the steps to choose from, with the days of those that are chosen, and what they come to."""
    chosen, days = steps_of(desk.document), days_of(standard_of(desk.document))
    place = id_of(CHOSEN)
    rows = tag("input", {"type": "hidden", "name": CHOSEN, "value": ""}, None)
    for step, phrase in STEPS.items():
        box = tag(
            "input",
            {
                "type": "checkbox",
                "class": "form-check-input",
                "id": f"{place}-{step}",
                "name": CHOSEN,
                "value": step,
                "checked": step in chosen,
                "disabled": desk.readonly,
            },
            None,
        )
        word = desk.say(phrase)
        label = tag("label", {"class": "form-check-label", "for": f"{place}-{step}"}, escape(word))
        row = tag("div", {"class": "form-check"}, box + label)
        if step in chosen or step in days:
            row += text_field(
                desk,
                desk.word(f"{word}几日", f"Days of {word}"),
                ("standard", "step_days", step),
                kind="integer",
            )
        rows += tag("div", {"class": "dz-step"}, row)
    note = desk.word(
        "每个环节最多用几日，单位与承诺时限相同；“送达”在办结之后另计（工作日）。",
        "How many days each may take, in the unit of the promise; delivery comes after it, in working days.",
    )
    return group(desk.word("办理环节", "Steps"), (tag("div", {"id": place}, rows), _sum(desk)), hint=note)


def _sum(desk: Desk) -> str:
    days, promised = days_of(standard_of(desk.document)), desk.document.get("promised_limit")
    spent = [each for step, each in days.items() if step != DELIVERED]
    if not spent or not isinstance(promised, Mapping) or not isinstance(promised.get("days"), int):
        return ""
    total, limit = sum(spent), promised["days"]
    said = desk.word(f"各环节共 {total} 日，承诺 {limit} 日", f"{total} days in all, {limit} are promised")
    if total > limit:
        said += desk.word(f"：超出 {total - limit} 日", f": {total - limit} too many")
    elif total < limit:
        said += desk.word(f"：还有 {limit - total} 日未分配", f": {limit - total} are not given out")
    look = "dz-steps-sum dz-over" if total > limit else "dz-steps-sum"
    return tag("p", {"class": look, "id": "dz-steps-sum"}, escape(said))
