"""Whether a form can be got through: for every situation tried, answers that nothing is wrong with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..bundles.compose import Composition, CompositionError, compose
from ..deadlines import Calendar
from ..definitions.library import Library, UnknownReference
from ..definitions.types import Problem, text
from ..forms.samples import sample_answers
from ..forms.situations import said, situations
from ..forms.state import form_state
from .documents import Source

SITUATIONS_TRIED = 40


def way_findings(
    sources: Iterable[Source], library: Library, on: date, calendar: Calendar | None = None
) -> list[Problem]:
    """Try every bundle among the sources; one that cannot be composed has its own findings."""
    found: list[Problem] = []
    for source in sources:
        document = source.document
        if not isinstance(document, dict) or document.get("kind") != "bundle":
            continue
        try:
            composition = compose(library, document["code"])
        except (CompositionError, UnknownReference, ValueError, KeyError, TypeError):
            continue
        found += [problem.at(source.file, source.pointer) for problem in ways(composition, on, calendar)]
    return found


def ways(
    composition: Composition, on: date, calendar: Calendar | None = None, limit: int = SITUATIONS_TRIED
) -> list[Problem]:
    """Find fields at which nobody in some situation gets further, each with such a situation, and idle matters."""
    stuck: dict[tuple[str, str], Problem] = {}
    reached: set[str] = set()
    chosen, every = situations(composition, on, limit, calendar=calendar)
    for seed, situation in enumerate(chosen):
        answers = sample_answers(composition, on, seed, calendar=calendar, given=situation)
        state = form_state(composition, answers, on, calendar)
        reached |= set(state.active)
        for error in state.errors:
            shown, title = said(composition, situation), composition.title(error.pointer)
            stuck.setdefault(
                (error.pointer, error.code),
                Problem(
                    "/matters",
                    "no-way-through",
                    text(
                        f"找不到能通过的填法：“{title['zh']}”（{error.pointer}）{error.message['zh']}；情形：{shown['zh']}",
                        f"no answers were found to get through: “{title['en']}” ({error.pointer}): "
                        f"{error.message['en']}; situation: {shown['en']}",
                    ),
                    text(
                        "请检查该字段的条件和取值规则是否互相矛盾",
                        "see whether the conditions and the value rules of the field contradict each other",
                    ),
                    severity="warning",
                ),
            )
    idle = sorted(set(composition.matters) - reached) if every else []
    return [
        *stuck.values(),
        *(
            Problem(
                "/matters",
                "matter-unreached",
                text(f"没有一种情形会办到事项“{code}”", f"in no situation is the matter “{code}” reached"),
                text(
                    "请检查情形规则，或去掉该事项",
                    "look at the rules of the situations, or take the matter out",
                ),
                severity="warning",
            )
            for code in idle
        ),
    ]
