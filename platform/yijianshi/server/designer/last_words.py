"""What earlier pages could not have kept: carried out where it merges, and otherwise given back, change by change.

A page that is closed without a network leaves in the browser what it did; the next one sends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.definitions.types import Text, text
from ...core.designer.desk import PRESSED, Event
from ...core.designer.sentences import Lang
from ..errors import Refusal
from .service import DesignerService, Saved, Sent

_LATER = ("held-by-another", "in-review-already")


@dataclass(frozen=True, slots=True)
class Left:
    """An event (by its place in what was sent) that was not carried out, and what to tell of it.

    ``later`` tells that the draft itself was shut: the next time it may be open.
    """

    event: int
    message: Text
    later: bool = False


def carried_out(
    designer: DesignerService,
    kind: str,
    code: str,
    actor: str,
    revision: int,
    events: Sequence[Event],
    lang: Lang,
    sent: Sent,
) -> tuple[int, int, list[Left]]:
    """Carry out what merges of the events a page left; gives the revision, how many entries came of it, and the rest."""
    try:
        saved = designer.carry_out(kind, code, actor, revision, events, {}, lang, sent)
    except Refusal as refusal:
        later = refusal.code in _LATER
        if later or len(events) == 1:
            why = (refusal.problems[0] if refusal.problems else refusal).message
            shut = [Left(place, _told(why, event), later) for place, event in enumerate(events)]
            return designer.opened(kind, code).revision, 0, shut
    else:
        return saved.revision, saved.entries, _refused(saved, events)
    entries, left, now = 0, list[Left](), revision
    # together they touch what another has changed: what does not is carried out all the same
    for place, event in enumerate(events):
        one = Sent(sent.page, (sent.numbers[place],))
        now, more, rest = carried_out(designer, kind, code, actor, revision, [event], lang, one)
        entries += more
        left += [Left(place, each.message, each.later) for each in rest]
    return now, entries, left


def _refused(saved: Saved, events: Sequence[Event]) -> list[Left]:
    problems = saved.desk.problems
    return [
        Left(place, _told(problems[event[0]][1].message, event))
        for place, event in enumerate(events)
        if event[0] in problems
    ]


def _told(why: Text, event: Event) -> Text:
    """Tell why, and what he had typed."""
    name, typed = event
    if name == PRESSED or not isinstance(typed, str):
        return why
    return text(*(said if typed in said else f"{said} “{typed}”" for said in (why["zh"], why["en"])))
