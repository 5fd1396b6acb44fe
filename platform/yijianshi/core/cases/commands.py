"""What can be done to a case: pure commands that give events, or raise CaseRefusal.

Each command looks at the state only; who may call it, and on whose sub-cases, is for the service
to decide. Before a command for staff the caller appends what the law has brought about meanwhile
(``lapsed``), so that a command never overlooks a deemed acceptance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from ..deadlines import Calendar
from ..definitions.types import Text, text
from .clocks import deemed_accepted_on, due_days
from .conditions import (
    already_accepted,
    check_items,
    check_length,
    need_applicant,
    need_decidable,
    need_taken,
    open_sub,
    told_before,
)
from .events import (
    SYSTEM,
    Accepted,
    Corrected,
    CorrectionRequested,
    Event,
    Granted,
    Referred,
    Refused,
    Stopped,
    Submitted,
    TakenOver,
    Withdrawn,
)
from .refusal import CaseRefusal
from .state import CaseState, SubCase, apply
from .values import Answer, Item, Part, Remedies


def submit(
    *,
    case: str,
    number: str,
    bundle: str,
    applicant: str,
    package: str,
    parts: Sequence[Part],
    at: datetime,
    referral: Text | None = None,
) -> list[Event]:
    """Hand a bundle in; with a ``referral`` every sub-case waits for a person from the start."""
    codes = [part.matter for part in parts]
    if not parts or len(set(codes)) != len(codes) or len({part.id for part in parts}) != len(parts):
        raise CaseRefusal(
            "no-matters",
            text("没有需要办理的事项", "there is no matter to be handled"),
            text(
                "请回到情形引导，选择要办理的事项",
                "go back to the guiding questions and choose what you need",
            ),
            "input",
        )
    try:
        TopologicalSorter({part.matter: part.after for part in parts}).prepare()
    except CycleError as error:
        raise ValueError(f"matters wait for one another: {error.args[1]}") from error
    if unknown := {code for part in parts for code in part.after} - set(codes):
        raise ValueError(f"matters outside the case are waited for: {sorted(unknown)}")
    when = at.isoformat()
    events: list[Event] = [
        Submitted(when, applicant, "", case, number, bundle, package, at.date().isoformat(), tuple(parts))
    ]
    if referral is not None:
        events += [Referred(when, SYSTEM, part.id, referral) for part in parts]
    return events


def lapsed(state: CaseState, now: datetime, calendar: Calendar) -> list[Event]:
    """Give the deemed acceptances that the days passed have brought about (行政许可法 §32(4))."""
    events: list[Event] = []
    for sub in state.sub_cases:
        since = deemed_accepted_on(sub, now.date(), calendar)
        if since is not None:
            events.append(_acceptance(state, sub, SYSTEM, now, since, calendar, deemed=True))
    return events


def accept(state: CaseState, sub_case: str, *, actor: str, at: datetime, calendar: Calendar) -> list[Event]:
    """受理: start the clocks of one sub-case."""
    sub = open_sub(state, sub_case)
    need_taken(sub)
    if sub.phase == "accepted":
        raise already_accepted(sub)
    if sub.phase == "correction_requested":
        raise CaseRefusal(
            "waiting-for-applicant",
            text(
                "已告知补正，正在等待申请人补正",
                "corrections were asked for and the applicant has not answered yet",
            ),
            text("申请人补正后即可受理", "accept it once the applicant has answered"),
        )
    return [_acceptance(state, sub, actor, at, at.date(), calendar)]


def request_correction(
    state: CaseState, sub_case: str, items: Sequence[Item], deadline: date, *, actor: str, at: datetime
) -> list[Event]:
    """一次性告知: tell everything to put right at once, and until when.

    In a later notice an item that neither repeats an earlier one nor concerns the same place
    is allowed, for the applicant needs to know, but is flagged as a breach of §32(4).
    """
    sub = open_sub(state, sub_case)
    need_taken(sub)
    if sub.phase == "accepted":
        raise already_accepted(sub)
    check_items(sub, items)
    if deadline <= at.date():
        raise CaseRefusal(
            "deadline-not-later",
            text("补正期限须晚于今天", "the deadline must be later than today"),
            text("请另选日期", "choose another day"),
            "input",
            "deadline",
        )
    earlier = [item for notice in sub.notices for item in notice.items]
    late = tuple(item.id for item in items if sub.notices and not told_before(item, earlier))
    return [CorrectionRequested(at.isoformat(), actor, sub.id, tuple(items), deadline.isoformat(), late)]


def correct(
    state: CaseState, sub_case: str, answers: Sequence[Answer], *, actor: str, at: datetime
) -> list[Event]:
    """The applicant answers every open item, each with a text, with files, or with both."""
    sub = open_sub(state, sub_case)
    need_applicant(state, actor)
    if sub.phase != "correction_requested":
        raise CaseRefusal(
            "nothing-to-correct",
            text("目前没有需要补正的内容", "nothing has to be corrected at present"),
            text("请查看办件进度", "look at the progress of the case"),
        )
    by_item = {answer.item: answer for answer in answers}
    wanted = {item.id for item in sub.open_items}
    if unknown := set(by_item) - wanted:
        raise CaseRefusal(
            "unknown-item",
            text("补正内容与告知的项目不符", "an answer does not belong to any open item"),
            text("请刷新页面后重新填写", "reload the page and answer again"),
            "input",
            sorted(unknown)[0],
        )
    for item in sub.open_items:
        answer = by_item.get(item.id)
        if answer is None or not (answer.text.strip() or answer.uploads):
            raise CaseRefusal(
                "item-unanswered",
                text(f"尚未补正：{item.what}", f"not answered yet: {item.what}"),
                text(
                    "请填写说明或上传材料，各项须一次补齐", "write an answer or hand in a file for every item"
                ),
                "input",
                item.id,
            )
        check_length(answer.text, item.id)
    ordered = tuple(by_item[item.id] for item in sub.open_items)
    return [Corrected(at.isoformat(), actor, sub.id, ordered, at.date().isoformat())]


def grant(state: CaseState, sub_case: str, *, actor: str, at: datetime, note: str = "") -> list[Event]:
    """准予: decide in favour, after everything it waits for."""
    sub = open_sub(state, sub_case)
    need_decidable(state, sub)
    check_length(note, "note")
    return [Granted(at.isoformat(), actor, sub.id, note.strip())]


def refuse(
    state: CaseState,
    sub_case: str,
    *,
    reasons: str,
    basis: str,
    remedies: Remedies,
    actor: str,
    at: datetime,
) -> list[Event]:
    """不予许可; before acceptance 不予受理 (as well when the applicant let the deadline pass).

    Reasons, legal basis and both remedies are required (行政许可法 §38). Everything that waits
    for this matter stops.
    """
    sub = open_sub(state, sub_case)
    need_taken(sub)
    for name, value, zh, en in (
        ("reasons", reasons, "理由", "the reasons"),
        ("basis", basis, "法律依据", "the legal basis"),
        ("review", remedies.review, "行政复议的途径和期限", "how and until when to ask for reconsideration"),
        ("lawsuit", remedies.lawsuit, "行政诉讼的途径和期限", "how and until when to sue"),
    ):
        if not value.strip():
            raise CaseRefusal(
                f"{name}-required",
                text(f"不予许可须写明{zh}", f"a refusal must state {en}"),
                text(
                    f"请填写{zh}（行政许可法第三十八条）",
                    f"fill in {en} (Administrative Licence Law art. 38)",
                ),
                "input",
                name,
            )
        check_length(value, name)
    if sub.phase == "accepted":
        need_decidable(state, sub)
    elif sub.phase == "correction_requested" and at.date() <= date.fromisoformat(sub.notices[-1].deadline):
        raise CaseRefusal(
            "correction-running",
            text("补正期限未满，不能作出不予受理决定", "the time for corrections has not passed yet"),
            text("请等待申请人补正或期限届满", "wait for the applicant's answer or for the deadline"),
        )
    stage: Literal["acceptance", "decision"] = "decision" if sub.phase == "accepted" else "acceptance"
    told = Remedies(remedies.review.strip(), remedies.lawsuit.strip())
    event = Refused(at.isoformat(), actor, sub.id, stage, reasons.strip(), basis.strip(), told)
    return [event, *_stops(apply(state, event), at)]


def withdraw(
    state: CaseState, *, actor: str, at: datetime, sub_case: str | None = None, reason: str = ""
) -> list[Event]:
    """The applicant takes back one sub-case, or all that are undecided; what waits for them stops."""
    need_applicant(state, actor)
    check_length(reason, "reason")
    if sub_case is not None:
        chosen = [open_sub(state, sub_case)]
    else:
        chosen = [sub for sub in state.sub_cases if not sub.decided]
        if not chosen:
            raise CaseRefusal(
                "already-decided",
                text("办件已办结，不能撤回", "the case is closed and cannot be withdrawn"),
                text(
                    "对结果有异议的，可依法申请行政复议或提起行政诉讼",
                    "against a result you may ask for reconsideration or sue",
                ),
            )
    events: list[Event] = [Withdrawn(at.isoformat(), actor, sub.id, reason.strip()) for sub in chosen]
    after = state
    for event in events:
        after = apply(after, event)
    return [*events, *_stops(after, at)]


def refer(
    state: CaseState, reason: Text, *, at: datetime, actor: str = SYSTEM, sub_case: str | None = None
) -> list[Event]:
    """Hand one sub-case, or all that are undecided, to a person; nothing is decided until one takes over."""
    chosen = (
        [s for s in state.sub_cases if not s.decided] if sub_case is None else [open_sub(state, sub_case)]
    )
    return [Referred(at.isoformat(), actor, sub.id, reason) for sub in chosen if sub.referred is None]


def take_over(state: CaseState, sub_case: str, *, actor: str, at: datetime, note: str) -> list[Event]:
    """A person takes a referred sub-case over and says on what grounds he goes on."""
    sub = open_sub(state, sub_case)
    if sub.referred is None:
        raise CaseRefusal(
            "not-referred",
            text("这个子办件没有转人工", "this sub-case was not referred to a person"),
            text("请直接办理", "handle it directly"),
        )
    if not note.strip():
        raise CaseRefusal(
            "note-required",
            text("请说明人工接办的处理意见", "say on what grounds you take it over"),
            text("请填写意见", "fill in a note"),
            "input",
            "note",
        )
    check_length(note, "note")
    return [TakenOver(at.isoformat(), actor, sub.id, note.strip())]


def possible(state: CaseState, sub: SubCase, today: date) -> frozenset[str]:
    """Name the commands that the state allows staff on a sub-case: what to offer on a page."""
    if sub.decided:
        return frozenset()
    if sub.referred is not None:
        return frozenset({"take_over"})
    if sub.procedure is not None:
        return frozenset({"end_procedure"})
    if sub.phase == "accepted":
        start = frozenset({"start_procedure"} if sub.part.procedures else ())
        return start if state.pending(sub) else start | {"grant", "refuse"}
    if sub.phase == "correction_requested":
        over = today > date.fromisoformat(sub.notices[-1].deadline)
        return frozenset({"request_correction", "refuse"} if over else {"request_correction"})
    return frozenset({"accept", "request_correction", "refuse"})


def _acceptance(
    state: CaseState,
    sub: SubCase,
    actor: str,
    at: datetime,
    day: date,
    calendar: Calendar,
    deemed: bool = False,
) -> Accepted:
    parts: Mapping[str, Part] = {each.matter: each.part for each in state.sub_cases}
    promised, statutory = due_days(parts, sub.matter, day, calendar)
    return Accepted(
        at.isoformat(),
        actor,
        sub.id,
        day.isoformat(),
        None if promised is None else promised.isoformat(),
        None if statutory is None else statutory.isoformat(),
        deemed,
    )


def _stops(state: CaseState, at: datetime) -> list[Event]:
    """Stop, step by step, whatever waits for a matter that was not granted."""
    events: list[Event] = []
    while True:
        found = next(
            (
                (sub, failed)
                for sub in state.sub_cases
                if not sub.decided
                for failed in map(state.by_matter, sub.part.after)
                if failed.decided and failed.phase != "granted"
            ),
            None,
        )
        if found is None:
            return events
        sub, failed = found
        event = Stopped(at.isoformat(), SYSTEM, sub.id, failed.matter, _why_stopped(failed))
        state = apply(state, event)
        events.append(event)


_ENDED: Mapping[str, Text] = {
    "refused": text("未获准予", "was refused"),
    "withdrawn": text("已由申请人撤回", "was withdrawn by the applicant"),
    "stopped": text("已终止办理", "was stopped"),
}


def _why_stopped(failed: SubCase) -> Text:
    title, ended = failed.part.title, _ENDED[failed.phase]
    return text(
        f"本事项须在“{title['zh']}”准予后办理，该事项{ended['zh']}，因此终止办理；"
        "其获得准予后可重新申请本事项",
        f"this matter can only follow “{title['en']}”, which {ended['en']}, so it was stopped; "
        "apply for it again once that one is granted",
    )
