"""The conditions commands share: each refuses with a reason that can be mended."""

from __future__ import annotations

from collections.abc import Sequence

from ..definitions.types import text
from .refusal import CaseRefusal
from .state import CaseState, SubCase
from .values import Item

MAX_TEXT = 4000
"""Longer reasons, items and answers are refused."""

MAX_ITEMS = 50
"""A notice with more items than this is refused."""


def open_sub(state: CaseState, sub_case: str) -> SubCase:
    """Give an undecided sub-case; raises CaseRefusal."""
    try:
        sub = state.sub(sub_case)
    except KeyError:
        raise CaseRefusal(
            "unknown-sub-case",
            text("办件中没有这个子办件", "the case has no such sub-case"),
            text("请从列表中重新打开", "open it again from the list"),
            "input",
        ) from None
    if sub.decision is not None:
        raise CaseRefusal(
            "already-decided",
            text(
                f"“{sub.part.title['zh']}”已于 {sub.decision.at[:16].replace('T', ' ')} 办结，不能再办理",
                f"“{sub.part.title['en']}” was concluded on {sub.decision.at[:16].replace('T', ' ')}; "
                "nothing more can be done",
            ),
            text("请刷新页面查看结果", "reload the page to see the result"),
        )
    return sub


def need_taken(sub: SubCase) -> None:
    """Refuse while a referred sub-case waits for a person."""
    if sub.referred is not None:
        raise CaseRefusal(
            "referred",
            text(
                "系统未能给出一致结论，须先由工作人员接办",
                "no verdict was given: a person must take it over first",
            ),
            text("请先“接办”并写明意见", "take it over first and note the grounds"),
        )


def already_accepted(sub: SubCase) -> CaseRefusal:
    """Say that it was accepted, by somebody or by law."""
    if sub.deemed:
        return CaseRefusal(
            "deemed-accepted",
            text(
                f"五个工作日内未告知补正，自收到材料之日（{sub.accepted_on}）起即为受理",
                f"no notice was given within five working days: it counts as accepted since {sub.accepted_on}",
            ),
            text("请依法作出决定（行政许可法第三十二条）", "decide it (Administrative Licence Law art. 32)"),
        )
    return CaseRefusal(
        "already-accepted",
        text(f"已于 {sub.accepted_on} 受理", f"it was accepted on {sub.accepted_on}"),
        text(
            "受理后不能再要求补正，请依法作出决定",
            "after acceptance no corrections can be asked for: decide it",
        ),
    )


def need_decidable(state: CaseState, sub: SubCase) -> None:
    """Refuse unless it is accepted and nothing it waits for is open."""
    need_taken(sub)
    if sub.phase != "accepted":
        raise CaseRefusal(
            "not-accepted",
            text("尚未受理，不能作出决定", "it has not been accepted yet and cannot be decided"),
            text("请先受理或告知补正", "accept it first, or ask for corrections"),
        )
    if sub.procedure is not None:
        raise CaseRefusal(
            "procedure-running",
            text(
                "特别程序进行中，计时已停止，不能作出决定",
                "a special procedure runs and the clock stands still: it cannot be decided now",
            ),
            text("请先结束特别程序", "end the special procedure first"),
        )
    if waiting := state.pending(sub):
        zh = "、".join(f"“{each.part.title['zh']}”" for each in waiting)
        en = ", ".join(f"“{each.part.title['en']}”" for each in waiting)
        raise CaseRefusal(
            "predecessors-undecided",
            text(f"须等{zh}办结后才能决定", f"it can be decided only after {en}"),
            text("前置事项办结后会自动转为可决定", "it becomes ready as soon as they are decided"),
        )


def need_applicant(state: CaseState, actor: str) -> None:
    """Refuse anybody but the applicant."""
    if actor != state.applicant:
        raise CaseRefusal(
            "not-the-applicant",
            text("只有申请人本人可以这样做", "only the applicant can do this"),
            text("请用申请时的账号登录", "sign in with the account that applied"),
            "person",
        )


def check_items(sub: SubCase, items: Sequence[Item]) -> None:
    """Refuse a notice that is empty, too long, or repeats what was never asked for."""
    known = {item.id for notice in sub.notices for item in notice.items}
    ids = [item.id for item in items]
    if not 0 < len(items) <= MAX_ITEMS or any(not item.what.strip() for item in items):
        raise CaseRefusal(
            "items-required",
            text("请一次写明全部需要补正的内容", "state everything that has to be put right, all at once"),
            text(
                f"请填写 1 至 {MAX_ITEMS} 项，每项写明要求",
                f"fill in 1 to {MAX_ITEMS} items, each with what is asked",
            ),
            "input",
            "items",
        )
    if len(set(ids)) != len(ids) or known & set(ids):
        raise ValueError("the items of a notice need ids of their own")
    for item in items:
        check_length(item.what, "items")
        if item.repeats and item.repeats not in known:
            raise CaseRefusal(
                "unknown-item",
                text("所引用的补正项目不在此前的告知中", "an item repeats one that was never asked for"),
                text("请从此前告知的项目中选择", "choose from the items asked for earlier"),
                "input",
                "items",
            )


def told_before(item: Item, earlier: Sequence[Item]) -> bool:
    """Tell whether an earlier notice held the item: it is repeated, or concerns the same place."""
    return bool(item.repeats) or any(item.target and item.target == other.target for other in earlier)


def check_length(value: str, field: str) -> None:
    """Refuse a text that is too long."""
    if len(value) > MAX_TEXT:
        raise CaseRefusal(
            "text-too-long",
            text(f"文字超过 {MAX_TEXT} 字", f"the text is longer than {MAX_TEXT} characters"),
            text("请精简，详情可另附材料", "shorten it; details can go into a document"),
            "input",
            field,
        )
