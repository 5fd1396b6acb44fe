"""What the registry refuses, said so that the person knows what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...core.definitions.kinds import by_code, kind_name
from ...core.definitions.types import Problem, Text, text
from ..errors import Refusal
from .model import Draft


def not_found(kind: str, code: str, version: int | None = None) -> Refusal:
    """There is no such definition, or no such version of it."""
    named, name = by_code(kind, code), kind_name(kind)
    if version is None:
        said = text(f"没有{named['zh']}", f"there is no {named['en']}")
    else:
        said = text(f"{named['zh']}没有第 {version} 版", f"the {named['en']} has no version {version}")
    return Refusal(
        404,
        "definition-not-found",
        said,
        text(
            f"请核对编码，或在设计器、定义列表中查找{name['zh']}",
            f"check the code, or look for the {name['en']} in the designer or the list of definitions",
        ),
    )


def no_draft(kind: str, code: str) -> Refusal:
    """There is no draft to work on."""
    named = by_code(kind, code)
    return Refusal(
        404,
        "draft-not-found",
        text(f"{named['zh']}没有草稿", f"there is no draft of the {named['en']}"),
        text(
            "草稿可能已发布或被丢弃；请从设计器重新打开",
            "it may have been published or discarded: open the definition again from the designer",
        ),
    )


def stale(draft: Draft | None, expected: int | None) -> Refusal:
    """Somebody else saved in between."""
    if draft is None:
        found = text("草稿已不存在", "the draft is no longer there")
    else:
        found = text(
            f"草稿已由 {draft.author} 更新到第 {draft.revision} 次修改（您依据的是第 {expected or 0} 次）",
            f"{draft.author} has saved revision {draft.revision}; yours starts from revision {expected or 0}",
        )
    return Refusal(
        409,
        "stale-draft",
        found,
        text(
            "请打开最新草稿，将您的修改合并后再保存；您提交的内容没有被写入",
            "open the newest draft and merge your changes into it; what you sent was not saved",
        ),
    )


def own_review() -> Refusal:
    """Two people must see what is published."""
    return Refusal(
        403,
        "own-review",
        text("不能审核发布自己编写的定义", "nobody may approve a definition of his own"),
        text("请由另一位管理员审核发布", "ask another administrator to review and publish it"),
    )


def not_in_review() -> Refusal:
    """Only what was submitted for review can be decided on."""
    return Refusal(
        409,
        "not-in-review",
        text("草稿尚未提交审核", "the draft has not been submitted for review"),
        text("请由编写人先提交审核", "its author has to submit it first"),
    )


def in_review_already() -> Refusal:
    """It was submitted before."""
    return Refusal(
        409,
        "in-review-already",
        text("草稿已在审核中", "the draft is in review already"),
        text("请等待审核结果", "wait for the review"),
    )


def comment_needed() -> Refusal:
    """Whoever sends a draft back, or retires a definition, says why."""
    return Refusal(
        422,
        "comment-needed",
        text("请说明理由", "say why"),
        text("请填写一句话，让编写人知道要改什么", "write a sentence that tells the author what to do"),
    )


def not_in_this_set(draft: str) -> Refusal:
    """A comment is on a draft (``kind:code``) that is not reviewed with this one."""
    kind, _, code = draft.rpartition(":")
    named = by_code(kind, code)
    return Refusal(
        422,
        "not-in-this-set",
        text(f"{named['zh']}不在这次审核之内", f"the {named['en']} is not reviewed with this draft"),
        text("请从审核页列出的位置中选择", "choose a place that the review page lists"),
    )


def no_comment(number: int) -> Refusal:
    """There is no such comment."""
    return Refusal(
        404,
        "no-such-comment",
        text(f"没有第 {number + 1} 条审核意见", f"there is no comment {number + 1}"),
        text("请刷新页面查看最新内容", "reload the page for what stands now"),
    )


def broken(problems: Iterable[Problem]) -> Refusal:
    """The document, or one that stands on it, has errors."""
    found = list(problems)
    errors = sum(problem.severity == "error" for problem in found)
    return Refusal(
        422,
        "definition-has-errors",
        text(f"检查发现 {errors} 个错误", f"the check found {errors} errors"),
        text("请按每一条的提示修改后重试", "mend each of them as it says, then try again"),
        found,
    )


def in_use(users: Sequence[Text]) -> Refusal:
    """A definition that others refer to (by their titles) cannot be retired."""
    zh, en = "".join(f"《{each['zh']}》" for each in users), ", ".join(f"“{each['en']}”" for each in users)
    return Refusal(
        409,
        "definition-in-use",
        text(f"仍被{zh}引用，不能停用", f"it is still referred to by {en}"),
        text("请先修改或停用引用它的定义", "change or retire what refers to it first"),
    )


def retirement_asked_already() -> Refusal:
    """It waits for a second person already."""
    return Refusal(
        409,
        "retirement-asked-already",
        text("已有人申请停用", "its retirement has been asked for already"),
        text("请由另一位管理员确认或退回该申请", "another administrator confirms or declines that"),
    )


def own_retirement() -> Refusal:
    """Two people must see what is retired."""
    return Refusal(
        403,
        "own-retirement",
        text("不能确认自己提出的停用", "nobody may confirm a retirement that he asked for"),
        text("请由另一位管理员确认", "ask another administrator to confirm it"),
    )


def no_retirement(kind: str, code: str) -> Refusal:
    """Nobody has asked for it, or it is settled."""
    named = by_code(kind, code)
    return Refusal(
        404,
        "no-retirement",
        text(f"没有人申请停用{named['zh']}", f"nobody has asked to retire the {named['en']}"),
        text("它可能已确认或退回，请刷新页面", "it may have been confirmed or declined: reload the page"),
    )


def published_since(version: int) -> Refusal:
    """What is to be retired is no longer what was looked at."""
    return Refusal(
        409,
        "published-since",
        text(f"申请停用后又发布了第 {version} 版", f"version {version} was published since it was asked for"),
        text("请退回申请，按新版本重新提出", "decline it and ask again for the new version"),
    )


def system_only() -> Refusal:
    """Publishing without review is for the platform's own start and its commands."""
    return Refusal(
        403,
        "review-needed",
        text("导入的定义须经另一位管理员审核后发布", "imported definitions are published after a review"),
        text("请导入为草稿并提交审核", "import them as drafts and submit them for review"),
    )


def other_definition(kind: str, code: str) -> Refusal:
    """The document sent is not the one that is named."""
    named = by_code(kind, code)
    return Refusal(
        422,
        "other-definition",
        text(f"这份文档不是{named['zh']}", f"the document is not the {named['en']}"),
        text(
            "种类和编码不能修改；要另建定义，请以新的编码保存",
            "kind and code stay as they are; save it under a new code to make another definition",
        ),
    )


def no_workbook(kind: str, code: str) -> Refusal:
    """Only some kinds of definitions have an Excel view."""
    named = by_code(kind, code)
    return Refusal(
        404,
        "no-workbook",
        text(f"{named['zh']}不能导出为 Excel", f"there is no Excel workbook of the {named['en']}"),
        text(
            "规则集可单独导出；事项在事项清单中一并导出；其他定义请导出为 JSON",
            "export a ruleset, or matters as one list; other definitions are exported as JSON",
        ),
    )


def no_table(problems: Iterable[Problem]) -> Refusal:
    """A ruleset that is no ruleset cannot be laid out as a table."""
    return Refusal(
        422,
        "no-table",
        text("草稿有错误，还不能导出为 Excel", "the draft has errors; it cannot be laid out in Excel yet"),
        text("请先改正这些错误", "mend these first"),
        tuple(problems),
    )


def workbook_too_large() -> Refusal:
    """There is more than a workbook may hold."""
    return Refusal(
        422,
        "workbook-too-large",
        text("内容过多，超过一个工作簿的上限", "there is more than a workbook may hold"),
        text("请导出为 JSON", "export it as JSON"),
    )


def not_yours() -> Refusal:
    """Only who wrote a draft takes it back from review."""
    return Refusal(
        403,
        "not-your-draft",
        text("只有编写人可以撤回审核申请", "only its authors take a draft back from review"),
        text("需要修改时，请由审核人退回并说明理由", "as a reviewer, send it back and say why"),
    )
