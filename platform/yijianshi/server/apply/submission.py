"""Submission: the draft is whole, two engines agree, and it becomes a case, once.

What the applicant reviewed is what is submitted: the form he saw (its package's hash) must
still be the form in force, and the draft the one he saw (its revision). Neither costs him
anything he has entered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.bundles.evaluate import Evaluation
from ...core.definitions.canonical import digest
from ...core.definitions.pointer import get
from ...core.definitions.types import Json, Problem, Text, text
from ..cases.service import Case, CaseService
from ..engines.decider import Agreement, Decider
from ..errors import Refusal
from .materials import Attached, MaterialService, missing
from .service import Applicant, DraftService, Work


@dataclass(frozen=True)
class Condition:
    """One condition as the applicant reads it before submitting."""

    ruleset: str
    rule: str
    truth: str
    kind: str
    reason: Text
    basis: str

    def to_json(self) -> dict[str, Json]:
        """Give the condition as the API does."""
        return {
            "ruleset": self.ruleset,
            "rule": self.rule,
            "truth": self.truth,
            "outcome": self.kind,
            "reason": dict(self.reason),
            "basis": self.basis,
        }


class SubmissionService:
    """Turns drafts into cases."""

    def __init__(
        self, drafts: DraftService, materials: MaterialService, cases: CaseService, decider: Decider
    ) -> None:
        self._drafts = drafts
        self._materials = materials
        self._cases = cases
        self._decider = decider

    def submit(
        self,
        applicant: Applicant,
        draft: str,
        package_digest: str,
        revision: int,
        idempotency_key: str,
    ) -> Case:
        """Submit a draft; the same draft submitted again gives the same case.

        Raises Refusal: 409 when the form or the draft has changed since it was reviewed,
        422 with every problem when something is missing or wrong.
        """
        known = self._drafts.get(applicant, draft)
        if known.case_id:
            return self._cases.own(applicant, known.case_id)
        work = self._drafts.work(known)
        self._unchanged(work, package_digest, revision)
        attached = self._materials.attached(known)
        problems = self.problems(work, attached)
        if problems:
            raise Refusal(
                422,
                "not-complete",
                text("申请还不完整，尚未提交", "the application is not complete and has not been submitted"),
                text(
                    "请按下列提示补充后再提交；已填写的内容都已保存",
                    "mend what is listed; everything entered is kept",
                ),
                problems,
            )
        evaluation = work.state.evaluation
        verdict = self._decider.decide([(run.compiled, run.facts, run.verdict) for run in evaluation.runs])
        agreed = isinstance(verdict, Agreement)
        return self._cases.submit(
            applicant,
            draft_id=draft,
            answers=work.state.answers,
            composition=work.composed.composition,
            active=list(evaluation.active),
            evaluation_json=record(evaluation, agreed),
            agreement=agreed,
            incident=None if agreed else verdict.to_json(),
            lock=work.composed.lock,
            materials=[_link(file, work) for file in attached if _used(file, work)],
            idempotency_key=idempotency_key,
            also=lambda writer, case: self._drafts.became(writer, draft, case),
        )

    def problems(self, work: Work, attached: list[Attached]) -> list[Problem]:
        """Give everything that stands between a draft and its submission."""
        found = [
            Problem(
                error.pointer,
                error.code,
                text(
                    f"{work.composed.composition.title(error.pointer)['zh']}：{error.message['zh']}",
                    f"{work.composed.composition.title(error.pointer)['en']}: {error.message['en']}",
                ),
                text("请返回对应页面修改", "go back to its page and mend it"),
            )
            for error in work.state.errors
        ]
        kept = {file.id for file in attached}
        found += [
            Problem(
                pointer,
                "file-missing",
                text(
                    f"{field.title['zh']}：文件已不存在", f"{field.title['en']}: the file is no longer there"
                ),
                text("请重新上传", "upload it again"),
            )
            for pointer, field in work.composed.composition.fields.items()
            if field.type == "file"
            and isinstance(value := get(work.state.answers, pointer), dict)
            and value.get("upload") not in kept
        ]
        found += [
            Problem(
                f"material:{material.code}",
                "material-missing",
                text(
                    f"缺少材料“{material.title['zh']}”", f"the material “{material.title['en']}” is missing"
                ),
                text("请在材料页上传", "hand it in on the materials page"),
            )
            for material in missing(work, attached)
        ]
        return found

    @staticmethod
    def _unchanged(work: Work, package_digest: str, revision: int) -> None:
        if work.composed.composition.digest != package_digest:
            raise Refusal(
                409,
                "form-changed",
                text(
                    "申请表在您核对之后已更新，尚未提交",
                    "the form has changed since you reviewed it; nothing was submitted",
                ),
                text(
                    "已填写的内容仍然保留，请重新核对后提交",
                    "what you entered is kept: review it again and submit",
                ),
            )
        if work.draft.revision != revision:
            raise Refusal(
                409,
                "draft-changed",
                text(
                    "草稿在您核对之后已被修改，尚未提交",
                    "the draft has changed since you reviewed it; nothing was submitted",
                ),
                text("请重新核对后提交", "review it again and submit"),
            )


def conditions(evaluation: Evaluation) -> list[Condition]:
    """List the conditions with an outcome, met, unmet and unknown, as the applicant reads them."""
    return [
        Condition(
            run.ruleset,
            rule.name,
            run.verdict.truths[rule.name],
            outcome.type,
            outcome.reason,
            outcome.basis or "",
        )
        for run in evaluation.runs
        for rule in run.compiled.ruleset.read
        for outcome in rule.outcomes
        if outcome.reason is not None
    ]


def record(evaluation: Evaluation, agreed: bool) -> dict[str, Any]:
    """Give what is kept of an evaluation with the case: outcomes, versions, and the trace's hash."""
    trace = evaluation.trace()
    return {
        **evaluation.to_json(),
        "trace": trace,
        "trace_digest": digest(trace),
        "engines": {"compiled": "yijianshi", "record": "durable_rules", "agreed": agreed},
    }


FIELD = "field:"


def _used(file: Attached, work: Work) -> bool:
    if file.material.startswith(FIELD):
        value = get(work.state.answers, file.material.removeprefix(FIELD))
        return isinstance(value, dict) and value.get("upload") == file.id
    return any(m.code == file.material and m.asked for m in work.state.materials)


def _link(file: Attached, work: Work) -> dict[str, Any]:
    if file.material.startswith(FIELD):
        field = work.composed.composition.fields[file.material.removeprefix(FIELD)]
        users = [code for code in work.state.active if code in field.used_by]
    else:
        material = next(m for m in work.state.materials if m.code == file.material)
        users = sorted({use.matter for use in material.uses})
    return {
        "material": file.material,
        "matters": users or list(work.state.active),
        "upload_id": file.id,
        "filename": file.filename,
        "media_type": file.media_type,
        "size": file.size,
        "digest": file.digest,
    }
