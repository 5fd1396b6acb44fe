"""What the designer refuses, said so that the person knows what to do."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.definitions.types import Problem, Text, text
from ..errors import Refusal


def taken(code: str) -> Refusal:
    """There is a definition with this code."""
    return Refusal(
        409,
        "code-taken",
        text(f"编码“{code}”已被使用", f"the code {code!r} is taken"),
        text("请换一个编码，或打开已有的定义", "choose another code, or open the definition that has it"),
    )


def untitled() -> Refusal:
    """A definition without a title."""
    return Refusal(
        422,
        "untitled",
        text("名称不能为空", "a definition needs a title"),
        text("请填写中文名称", "write its Chinese title"),
    )


def too_many(most: int) -> Refusal:
    """More events than one request may hold."""
    return Refusal(
        422,
        "too-many-operations",
        text(f"一次最多提交 {most} 个操作", f"one request holds {most} operations at most"),
        text("请分几次提交", "send them in several requests"),
    )


def under_review() -> Refusal:
    """A draft under review stays as the reviewer sees it."""
    return Refusal(
        409,
        "in-review-already",
        text("草稿正在审核中，不能修改", "the draft is under review and cannot be changed"),
        text("请先撤回审核申请，或等待审核结果", "take it back from review first, or wait for the result"),
    )


def held(holder: Text) -> Refusal:
    """Somebody else is at the draft."""
    return Refusal(
        409,
        "held-by-another",
        text(f"{holder['zh']}正在编辑这份草稿", f"{holder['en']} is editing this draft"),
        text(
            "请等待其完成，或在页面上接手编辑；对方的修改会先保存",
            "wait, or take over on the page: what they did is saved first",
        ),
    )


def draft_in_the_way() -> Refusal:
    """A version cannot be gone back to while something else is being written."""
    return Refusal(
        409,
        "draft-in-the-way",
        text("已有一份草稿，不能直接恢复旧版本", "there is a draft already"),
        text("请先发布或丢弃该草稿", "publish or discard that draft first"),
    )


def conflicting(conflicts: Iterable[Problem]) -> Refusal:
    """Two people changed the same places."""
    return Refusal(
        409,
        "edited-twice",
        text("您和他人修改了同一处内容", "you and somebody else changed the same places"),
        text(
            "没有写入任何修改；请按各处说明处理后重试", "nothing was changed: see each place, then try again"
        ),
        conflicts,
    )


def unreadable() -> Refusal:
    """What was sent is no request of the designer's."""
    return Refusal(
        422,
        "unreadable-request",
        text("请求无法识别", "the request cannot be read"),
        text("请刷新页面后重试", "reload the page and try again"),
    )


def not_done(problems: Iterable[Problem]) -> Refusal:
    """An operation was refused."""
    return Refusal(
        422,
        "operation-refused",
        text("操作未能完成", "the operation was not carried out"),
        text("请查看下面的原因", "see why below"),
        problems,
    )
