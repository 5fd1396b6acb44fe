"""The words for what happens to a case, in both languages: statuses, clocks, steps, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...core.cases.clocks import Clock
from ...core.cases.events import (
    Accepted,
    Corrected,
    CorrectionRequested,
    Event,
    Granted,
    ProcedureEnded,
    ProcedureStarted,
    Referred,
    Refused,
    Stopped,
    TakenOver,
    Withdrawn,
)
from ...core.cases.state import CaseState, SubCase
from ...core.cases.values import Limit
from ...core.definitions.types import Text, text

CASE_STATUS: Mapping[str, Text] = {
    "submitted": text("已收件", "received"),
    "in_progress": text("办理中", "in progress"),
    "referred": text("转人工办理", "with a person"),
    "closed": text("已办结", "closed"),
}

RESULT: Mapping[str, Text] = {
    "all_granted": text("全部准予", "all granted"),
    "partly_granted": text("部分准予", "partly granted"),
    "refused": text("不予许可", "refused"),
    "withdrawn": text("已撤回", "withdrawn"),
}

STATUS: Mapping[str, Text] = {
    "received": text("待受理", "to be accepted"),
    "correction_requested": text("待申请人补正", "waiting for corrections"),
    "corrected": text("已补正，待受理", "corrected, to be accepted"),
    "referred": text("待人工接办", "waiting for a person"),
    "waiting": text("已受理，等待前置事项", "accepted, waiting for other matters"),
    "paused": text("特别程序中", "special procedure"),
    "accepted": text("已受理，待决定", "accepted, to be decided"),
    "granted": text("准予", "granted"),
    "refused": text("不予许可", "refused"),
    "withdrawn": text("已撤回", "withdrawn"),
    "stopped": text("已终止", "stopped"),
}

COLOURS: Mapping[str, str] = {
    "granted": "green",
    "all_granted": "green",
    "refused": "red",
    "stopped": "secondary",
    "withdrawn": "secondary",
    "correction_requested": "orange",
    "referred": "purple",
    "partly_granted": "yellow",
}
"""Tabler colour names that go with the words; "blue" for the rest."""

SEVERITY: Mapping[str, Text] = {
    "unlawful": text("已超法定时限", "past the statutory limit"),
    "overdue": text("已超承诺时限", "past the promise"),
    "due_today": text("今日到期", "due today"),
    "due_soon": text("即将到期", "due soon"),
    "in_time": text("时限内", "in time"),
    "answer_overdue": text("申请人逾期未补正", "the applicant's answer is overdue"),
    "paused": text("等待申请人，不计时", "waiting for the applicant, not counted"),
    "in_procedure": text("停止计时", "the clock stands still"),
    "procedure_overdue": text("特别程序超过告知的时间", "special procedure past the time told"),
    "unknown": text("日历未发布，无法计算", "beyond the published calendar"),
    "ended": text("已办结", "ended"),
}

SEVERITY_COLOURS: Mapping[str, str] = {
    "unlawful": "red",
    "overdue": "orange",
    "procedure_overdue": "orange",
    "due_today": "yellow",
    "due_soon": "yellow",
    "unknown": "purple",
}

NEXT: Mapping[str, Text] = {
    "received": text(
        "无需操作。部门将在五个工作日内受理或一次性告知补正",
        "nothing to do: within five working days it is accepted or you are told everything to correct",
    ),
    "correction_requested": text("请按告知内容一次补齐", "please answer everything you were asked for"),
    "corrected": text("无需操作。部门将核对补正内容", "nothing to do: your corrections are being checked"),
    "referred": text("无需操作。工作人员将接办", "nothing to do: a member of staff will take it over"),
    "waiting": text(
        "无需操作。前置事项办结后继续办理", "nothing to do: it goes on once other matters are decided"
    ),
    "paused": text(
        "无需操作。特别程序结束后继续计时，并作出决定",
        "nothing to do: once the special procedure ends the clock goes on and a decision follows",
    ),
    "accepted": text(
        "无需操作。部门将在承诺时限内作出决定", "nothing to do: a decision follows within the promised time"
    ),
    "granted": text("已准予，可领取结果", "granted: the result can be collected"),
    "refused": text(
        "可查看理由；不服的，可依法申请行政复议或提起行政诉讼",
        "see the reasons; you may ask for reconsideration or sue",
    ),
    "withdrawn": text("如仍需办理，请重新申请", "apply again if you still need it"),
    "stopped": text("前置事项获准后可重新申请", "apply again once the matter before it is granted"),
}


PROCEDURE: Mapping[str, Text] = {
    "hearing": text("听证", "hearing"),
    "tender": text("招标", "tender"),
    "auction": text("拍卖", "auction"),
    "inspection": text("检验", "inspection"),
    "testing": text("检测", "testing"),
    "quarantine": text("检疫", "quarantine"),
    "expert-review": text("专家评审", "expert review"),
}
"""The special procedures of 行政许可法 §45, by the names matters declare them with."""

PROCEDURE_BASIS = "《行政许可法》第四十五条"
"""What a special procedure stands on unless staff name more."""


def procedure_text(kind: str) -> Text:
    """Name a special procedure."""
    return PROCEDURE.get(kind, text(kind, kind))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline."""

    at: str
    what: Text
    detail: str


def limit_text(limit: Limit) -> Text:
    """Say a time limit in words."""
    if limit.days == 0:
        return text("受理当日", "the day of acceptance")
    if limit.unit == "natural":
        return text(f"{limit.days} 个自然日", f"{limit.days} calendar days")
    return text(f"{limit.days} 个工作日", f"{limit.days} working days")


def remaining_text(clock: Clock) -> Text:
    """Say how many working days are left, or how many it is late."""
    if clock.remaining is None:
        return text("", "")
    if clock.remaining >= 0:
        return text(f"剩 {clock.remaining} 个工作日", f"{clock.remaining} working days left")
    return text(f"超 {-clock.remaining} 个工作日", f"{-clock.remaining} working days late")


def timeline(events: Iterable[Event], sub: SubCase) -> list[Step]:
    """Give what happened to a sub-case, oldest first."""
    return [step for event in events if event.sub_case in ("", sub.id) for step in [_step(event)]]


def _step(event: Event) -> Step:
    what, detail = text("已提交", "submitted"), ""
    match event:
        case Accepted():
            what = (
                text("视为受理（逾期未告知）", "deemed accepted (no notice in time)")
                if event.deemed
                else text("已受理", "accepted")
            )
            detail = event.accepted_on
        case CorrectionRequested():
            what = text("一次性告知补正", "corrections asked for")
            detail = "；".join(item.what for item in event.items)
        case Corrected():
            what = text("申请人已补正", "corrected by the applicant")
        case Referred():
            what = text("转人工办理", "handed to a person")
        case TakenOver():
            what = text("工作人员已接办", "taken over by a person")
        case ProcedureStarted():
            name = procedure_text(event.procedure)
            what = text(
                f"启动特别程序：{name['zh']}，停止计时",
                f"special procedure started: {name['en']}, the clock stands still",
            )
            detail = "；".join(each for each in (event.due or "", event.basis, event.note) if each)
        case ProcedureEnded():
            name = procedure_text(event.procedure)
            what = text(
                f"特别程序结束：{name['zh']}，恢复计时",
                f"special procedure ended: {name['en']}, the clock runs again",
            )
            detail = "；".join(each for each in (event.promised_due or "", event.note) if each)
        case Granted():
            what, detail = text("准予", "granted"), event.note
        case Refused():
            what = (
                text("不予许可", "refused") if event.stage == "decision" else text("不予受理", "not accepted")
            )
        case Withdrawn():
            what, detail = text("申请人撤回", "withdrawn by the applicant"), event.reason
        case Stopped():
            what = text("终止办理", "stopped")
    return Step(event.at, what, detail)


def ended_as(state: CaseState, sub: SubCase) -> Text:
    """Say a sub-case's status; a refusal before acceptance by its own name."""
    if sub.decision is not None and sub.decision.kind == "refused" and sub.decision.stage == "acceptance":
        return text("不予受理", "not accepted")
    return STATUS[state.status_of(sub)]
