"""The steps in which a matter is handled: which there are, how many days each may take, and when each is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from ...cases.clocks import Pause, end_of
from ...cases.values import Limit
from ...checks.times import DELIVERED, DELIVERY_DAYS, STEPS, days_of
from ...deadlines import Calendar
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
    standard = _standard(ground.document)
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


def steps_of(document: Mapping[str, Any]) -> list[str]:
    """Give the steps of a matter in their order."""
    chosen = _standard(document).get("steps", ())
    return [step for step in STEPS if step in chosen]


def ends_of(
    document: Mapping[str, Any], start: date, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> dict[str, date]:
    """Give the day each step is due by, one after another from acceptance on; raises CalendarEnds.

    The days are of the promise's unit. A step that has no days, and what follows it, has no day of its own, but
    what was decided is delivered within its days after the promise.
    """
    promised = document.get("promised_limit")
    unit = str(promised["unit"]) if isinstance(promised, Mapping) and "unit" in promised else "working"
    days, ends, spent = days_of(_standard(document)), dict[str, date](), 0
    for step in steps_of(document):
        if step not in days or step == DELIVERED:
            break
        spent += days[step]
        ends[step] = _end(start, spent, unit, calendar, pauses)
    if DELIVERED in days and DELIVERED in steps_of(document) and isinstance(promised, Mapping):
        decided = _end(start, int(promised.get("days", 0)), unit, calendar, pauses)
        ends[DELIVERED] = calendar.add_working_days(decided, days[DELIVERED])
    return ends


def show(desk: Desk) -> str:
    """Show the steps to choose from, with the days of those that are chosen, and what they come to."""
    chosen, days = steps_of(desk.document), days_of(_standard(desk.document))
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
    days, promised = days_of(_standard(desk.document)), desk.document.get("promised_limit")
    spent = [each for step, each in days.items() if step != DELIVERED]
    if not spent or not isinstance(promised, Mapping) or not isinstance(promised.get("days"), int):
        return ""
    total, limit = sum(spent), promised["days"]
    said = desk.word(f"各环节共 {total} 日，承诺 {limit} 日", f"{total} days in all, {limit} are promised")
    if total > limit:
        said += desk.word(f"：超出 {total - limit} 日", f": {total - limit} too many")
    elif total < limit:
        said += desk.word(f"：还有 {limit - total} 日未分配", f": {limit - total} are not given out")
    if days.get(DELIVERED, 0) > DELIVERY_DAYS:
        said += desk.word(
            f"；送达法定不超过 {DELIVERY_DAYS} 日", f"; by law delivery takes {DELIVERY_DAYS} days at most"
        )
    look = "dz-steps-sum dz-over" if total > limit else "dz-steps-sum"
    return tag("p", {"class": look, "id": "dz-steps-sum"}, escape(said))


def _end(start: date, days: int, unit: str, calendar: Calendar, pauses: Sequence[Pause]) -> date:
    # what is done on the day of acceptance is done before anything stops the clock
    return end_of(start, Limit.of({"days": days, "unit": unit}), calendar, pauses if days else ())


def _standard(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get("standard")
    return found if isinstance(found, Mapping) else {}
