"""The whole applicant form of a bundle, in any situation the administrator picks, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...bundles.compose import Composition
from ...deadlines import days_said
from ...definitions.types import Json, text
from ...forms.html import tag
from ...forms.situations import said, situations
from ...forms.state import FormState
from ..bundles import titled
from ..composing import tryable
from ..controls import of
from ..desk import SHOWN, Desk
from ..parts import Part
from .bundle_clashes import unfinished
from .panel import Panel
from .preview import SAMPLE, TRIED, preview, started, tried

CASES = 6
"""So many situations are offered; every other one is answered in the form itself."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the situations to pick from and what comes of the answers, beside the form."""
    made = tryable(desk)
    if made.composition is None:
        return unfinished(desk, made.problems)
    cases = _cases(desk, made.composition)
    trial = tried(desk, made.composition, cases)
    _, picked = started(trial.start)
    return (
        Part(
            "dz-try",
            (
                Part(
                    "dz-try-aside",
                    (
                        Part("dz-try-width", _width(desk)),
                        Part("dz-try-cases", _offered(desk, made.composition, cases, picked)),
                        Part("dz-try-outcome", _outcome(desk, trial.state)),
                    ),
                    "section",
                    {"class": "dz-b-card dz-b-aside"},
                ),
                preview(desk, trial),
            ),
            "div",
            {"class": "dz-b-cols"},
        ),
    )


def _cases(desk: Desk, composition: Composition) -> list[dict[str, Json]]:
    world = desk.world
    return composition.remember(
        ("cases", world.today), lambda: situations(composition, world.today, CASES, 0, world.calendar)[0]
    )


def _width(desk: Desk) -> str:
    shown = desk.view.get("side") or "desktop"
    buttons = "".join(
        tag(
            "button",
            {
                "type": "submit",
                "name": SHOWN + "side",
                "value": value,
                "id": f"dz-side-{value}",
                "class": "btn btn-sm " + ("btn-primary" if shown == value else "btn-outline-secondary"),
                "aria-pressed": "true" if shown == value else "false",
            },
            escape(word),
        )
        for value, word in (
            ("desktop", desk.word("电脑", "Desktop")),
            ("phone", desk.word("手机", "Phone")),
        )
    )
    label = desk.word("预览宽度", "Width of the preview")
    return tag("div", {"class": "dz-tools", "role": "group", "aria-label": label}, buttons)


def _offered(desk: Desk, composition: Composition, cases: list[dict[str, Json]], picked: int | None) -> str:
    head = tag("h2", {"class": "h3"}, escape(desk.word("选择情形", "Pick a situation")))
    offered = [number for number, case in enumerate(cases) if case]
    if not offered:
        said = desk.word(
            "没有情形问题：所有人填写同样的表单。", "No guiding questions: everybody fills in the same."
        )
        return head + tag("p", {"class": "form-hint"}, escape(said))
    buttons = "".join(
        tag(
            "li",
            {},
            tag(
                "button",
                {
                    "type": "submit",
                    "name": TRIED,
                    "value": f"{SAMPLE}0@{number}",
                    "id": f"dz-case-{number}",
                    "class": "dz-case",
                    "aria-pressed": "true" if picked == number else "false",
                },
                escape(said_of(desk, composition, cases[number])),
            ),
        )
        for number in offered
    )
    hint = desk.word(
        "也可以直接在右侧表单中回答情形问题，任选情形。",
        "Any other situation: answer the questions in the form.",
    )
    return (
        head + tag("ul", {"class": "dz-case-list"}, buttons) + tag("p", {"class": "form-hint"}, escape(hint))
    )


def said_of(desk: Desk, composition: Composition, case: Mapping[str, Json]) -> str:
    """Name a situation by what is answered."""
    return desk.say(said(composition, case))


def _outcome(desk: Desk, state: FormState) -> str:
    library = desk.ground.library
    head = tag("h2", {"class": "h3"}, escape(desk.word("这样填写的结果", "What comes of it")))
    refused = [outcome.reason for _, outcome in state.evaluation.denials]
    referred = [outcome.reason for _, outcome in state.evaluation.referrals]
    said = ""
    for reasons, word, look in (
        (refused, desk.word("不予办理", "It cannot be granted"), "dz-error"),
        (referred, desk.word("转人工办理", "A person takes it over"), "dz-warning"),
    ):
        for reason in reasons:
            mark = tag("span", {"class": f"dz-mark {look}"}, escape(word))
            said += tag("p", {}, f"{mark} {of(desk, reason)}")
    matters = [desk.say(titled(library, "matter", code)) for code in state.active]
    asked = [desk.say(material.title) for material in state.materials if material.asked]
    plan = state.composition.plan_for(state.active)
    took = days_said(plan.days)
    days = desk.word(
        f"并联 {took['zh']}" if plan.days else "当日办结",
        f"{took['en']} side by side" if plan.days else "the same day",
    )
    return (
        head
        + said
        + _listed(
            desk.word(f"办理 {len(matters)} 个事项，{days}", f"{len(matters)} matters, {days}"), matters
        )
        + _listed(desk.word(f"提交 {len(asked)} 份材料", f"{len(asked)} materials to hand in"), asked)
    )


def _listed(title: str, names: list[str]) -> str:
    items = "".join(tag("li", {}, escape(name)) for name in names)
    return tag("h3", {"class": "h4"}, escape(title)) + (tag("ul", {}, items) if items else "")


PANEL = Panel("preview", text("预览", "Preview"), show)
