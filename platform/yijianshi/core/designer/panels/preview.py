"""The real applicant form beside the canvas, at a phone's or a desktop's width; nothing typed in it is kept.

What is tried is one setting of the page (``try``): the pairs a post of the form would have, or the
number of a sample made up by the core. The form's own Python reads, checks and shows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from ...bundles.alone import alone
from ...bundles.compose import Composition, CompositionError, compose
from ...definitions.library import UnknownReference
from ...definitions.numbers import whole_number
from ...definitions.types import Json, text
from ...forms.html import tag
from ...forms.page import answers_after, read_post, render_section
from ...forms.samples import sample_answers
from ...forms.state import FormState, form_state
from ..composing import tryable, unready
from ..desk import SHOWN, Desk
from ..forms import form_in
from ..parts import Part

SAMPLE = "sample:"
TRIED = SHOWN + "try"
_PROBE = "probe"
_NOTHING = "[]"


class Tried(NamedTuple):
    """What is being tried: the answers, what they began with (see ``started``), and the form's state."""

    answers: dict[str, Json]
    start: str
    state: FormState


def preview(desk: Desk, trial: Tried | None = None) -> Part:
    """Show the form as an applicant sees it; ``trial`` where it is known already."""
    composition, trouble = (trial.state.composition, "") if trial else _composed(desk)
    title = tag(
        "h2",
        {"class": "h3", "id": "dz-preview-title", "tabindex": "-1"},
        escape(desk.word("预览", "Preview")),
    )
    if composition is None:
        inner: tuple[Part, ...] = (Part("dz-preview-trouble", trouble),)
    else:
        answers, start, state = trial or tried(desk, composition)
        inner = (
            Part("dz-preview-tools", _tools(desk, start)),
            Part("dz-preview-state", _told(desk, state), "p", {"class": "dz-tried", "role": "status"}),
            Part(
                "dz-preview-form",
                (_hidden(start), *_sections(desk, state, answers)),
                "div",
                {"class": "dz-preview form-page", "data-whole": TRIED},
            ),
        )
    width = "dz-phone" if desk.view.get("side") == "phone" else "dz-desktop"
    return Part(
        "dz-side",
        (Part("dz-preview-head", title), *inner),
        "section",
        {"class": f"dz-side {width}", "aria-labelledby": "dz-preview-title"},
    )


class _Memory:
    """The composition of the draft that was shown last: typing in the preview composes nothing anew."""

    document: Mapping[str, Any] | None = None
    made: tuple[Composition | None, str] = (None, "")


def _composed(desk: Desk) -> tuple[Composition | None, str]:
    if desk.kind == "bundle":
        made = tryable(desk)
        said = [desk.say(problem.message) for problem in made.problems]
        return made.composition, _trouble(desk, said)
    if _Memory.document is not desk.document:
        _Memory.document, _Memory.made = desk.document, _compose(desk)
    return _Memory.made


def _compose(desk: Desk) -> tuple[Composition | None, str]:
    library = desk.ground.library
    try:
        shaped = {**desk.document, "form": form_in(desk.document).to_json()}
        made = compose(library.with_([desk.document, alone(shaped, _PROBE)]), _PROBE)
        said = [desk.say(problem.message) for problem in unready(made, desk.world.today)]
        return (None, _trouble(desk, said)) if said else (made, "")
    except CompositionError as error:
        said = [desk.say(problem.message) for problem in error.problems]
    except UnknownReference as error:
        said = [desk.say(error.text)]
    except (KeyError, TypeError, ValueError) as error:
        said = [desk.word("表单还不完整，无法预览", f"the form is not whole yet: {error}")]
    return None, _trouble(desk, said)


def _trouble(desk: Desk, said: list[str]) -> str:
    head = tag("p", {}, escape(desk.word("暂时无法预览：", "No preview yet:")))
    return head + tag("ul", {}, "".join(tag("li", {}, escape(each)) for each in said))


def tried(desk: Desk, composition: Composition, cases: Sequence[dict[str, Json]] = ()) -> Tried:
    """Give what is being tried: what was typed over a sample, or over one of the situations ``cases``."""
    setting = desk.view.get("try", _NOTHING)
    pairs: list[tuple[str, str]] = []
    if setting.startswith(SAMPLE):
        start = setting.removeprefix(SAMPLE)
    else:
        try:
            pairs = [(str(name), str(value)) for name, value in json.loads(setting)]
        except (TypeError, ValueError):
            pairs = []
        start = next((value for name, value in reversed(pairs) if name == "_sample"), "")
    sample, case = started(start)
    given = cases[case] if case is not None and case < len(cases) else {}
    world = desk.world
    answers = given
    if sample:
        answers = composition.remember(
            ("tried", sample, case),
            lambda: sample_answers(composition, world.today, sample, calendar=world.calendar, given=given),
        )
    if pairs:
        answers = answers_after(answers, read_post(composition, list(composition.fields), pairs))
    state = form_state(composition, answers, world.today, world.calendar)
    return Tried(dict(answers), start, state)


def started(start: str) -> tuple[int, int | None]:
    """Read what answers begin with, ``sample@case``: the number of the sample (0: none) and of the case."""
    sample, _, case = start.partition("@")
    return whole_number(sample) or 0, whole_number(case)


def _tools(desk: Desk, start: str) -> str:
    sample, case = started(start)
    at = "" if case is None else f"@{case}"
    buttons = "".join(
        tag(
            "button",
            {
                "type": "submit",
                "name": TRIED,
                "value": value,
                "id": identifier,
                "class": "btn btn-sm btn-outline-secondary",
            },
            escape(word),
        )
        for value, identifier, word in (
            (f"{SAMPLE}{sample + 1}{at}", "dz-sample", desk.word("填入示例", "Fill in a sample")),
            (_NOTHING, "dz-clear", desk.word("清空", "Clear")),
        )
    )
    note = desk.word("在这里试填不会保存。", "What is typed here is not saved.")
    return tag("div", {"class": "dz-tools"}, buttons) + tag("p", {"class": "form-hint"}, escape(note))


def _told(desk: Desk, state: FormState) -> str:
    count = len(state.errors)
    if not count:
        return escape(desk.word("✓ 可以提交", "✓ may be submitted"))
    return escape(desk.word(f"还有 {count} 处未填或有误", f"{count} still open or wrong"))


def _hidden(start: str) -> Part:
    field = tag("input", {"type": "hidden", "name": "_sample", "value": start}, None)
    return Part("dz-preview-sample", field)


def _sections(desk: Desk, state: FormState, answers: dict[str, Json]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for number, page in enumerate(state.pages, 1):
        words = desk.word(f"第 {number} 页", f"Page {number}")
        inner = tuple(_section(desk, state, answers, section) for section in page["sections"])
        mark = Part(f"dz-preview-mark-{page['code']}", escape(words), "p", {"class": "dz-page"})
        parts.append(
            Part(f"dz-preview-page-{page['code']}", (mark, *inner), "div", {"class": "dz-preview-page"})
        )
    if not parts:
        empty = tag("p", {}, escape(desk.word("没有要填写的内容", "nothing is asked")))
        parts.append(Part("dz-preview-none", empty))
    return tuple(parts)


def _section(desk: Desk, state: FormState, answers: dict[str, Json], section: Mapping[str, Any]) -> Part:
    head = tag("h3", {"class": "h4"}, escape(desk.say(text(section["title"]["zh"], section["title"]["en"]))))
    # what is wrong is told at once, what is missing is counted above
    inner = render_section(state, answers, section["code"], desk.lang, (), desk.world.data)
    return Part(f"dz-preview-{section['code']}", head + inner, "div", {"class": "dz-preview-section"})
