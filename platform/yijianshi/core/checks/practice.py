"""What practice holds the fields of a matter against one another for: warnings, never errors.

After the audits of implementation lists that cities run (承诺时限与办件类型、到现场次数、收费、结果类型 …).
What a list entry must have besides is asked for once the matter has its task code.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..deadlines import days_said, promised
from ..definitions.pointer import join
from ..definitions.types import Problem, Text, text
from .times import STEPS
from .whole import Part

_LICENCES = ("证", "照")
_DOCUMENTS = ("文", "批复", "意见", "意见书", "决定", "决定书", "通知书", "文件")
_CODE_LENGTHS = {"catalog_code": 12, "task_code": 31}
_LEVELS = {"national": "1", "province": "2", "city": "3", "county": "4", "town": "5", "village": "6"}


def check_practice(part: Part) -> Iterator[Problem]:
    """Check a matter's fields of the national standard against one another."""
    standard = part.at("/standard")
    yield from _limits(part, standard)
    yield from _results(part, standard)
    yield from _visits(standard)
    yield from _fees(standard)
    yield from _people(standard)
    yield from _codes(part, standard)
    if standard.text("/task_code") is not None and part.text("/type") == "administrative-permit":
        yield from _permit(standard)


def _lacks(standard: Part, key: str) -> bool:
    """Tell whether a key is not there, as distinct from one that is broken."""
    return standard.whole("/" + key) and key not in standard.mapping("")


def _limits(part: Part, standard: Part) -> Iterator[Problem]:
    kind, days = standard.text("/project_type"), part.number("/promised_limit/days")
    if kind is not None and days is not None and (kind == "immediate") != (days == 0):
        yield _warning(
            "/standard/project_type",
            "type-and-promise-differ",
            text(
                f"{promised(days)['zh']}与办件类型“{'即办件' if kind == 'immediate' else '承诺件'}”不一致",
                f"a promise of {days_said(days)['en']} does not go with the case type "
                + ("“decided on the spot”" if kind == "immediate" else "“decided as promised”"),
            ),
            text(
                "承诺当日办结的是即办件，其他是承诺件",
                "what is decided the same day is immediate, all else is promised",
            ),
        )


def _results(part: Part, standard: Part) -> Iterator[Problem]:
    for place, result in part.each("/results"):
        name, kind = result.text("/title/zh"), result.text("/type")
        if name is None or kind is None:
            continue
        wanted = "licence" if name.endswith(_LICENCES) else "document" if name.endswith(_DOCUMENTS) else None
        if wanted is not None and kind != wanted:
            yield _warning(
                place + "/type",
                "result-type-differs",
                text(
                    f"结果“{name}”按名称应为{'证照' if wanted == 'licence' else '文书'}",
                    f"by its name the result {result.text('/title/en') or name} is a {wanted}",
                ),
                text("请修改结果类型，或改正名称", "change its type, or correct its name"),
            )
    coded = standard.text("/task_code") is not None
    if part.get("/results", list) and coded and _lacks(standard, "result_sample"):
        yield _warning(
            "/standard",
            "no-sample",
            text("有办理结果，但没有结果样本", "there are results, but no sample of them"),
            text("请补充结果样本", "add a sample of the result"),
        )


def _visits(standard: Part) -> Iterator[Problem]:
    visits = standard.number("/visits")
    if visits is None:
        return
    said = standard.mapping("")
    if visits and _lacks(standard, "visit_reason"):
        yield _warning(
            "/standard/visits",
            "visits-without-reason",
            text(f"需到现场 {visits} 次，但没有写明原因", f"{visits} visits are asked for without a reason"),
            text("请填写必须现场办理的原因，或改为 0 次", "write why he must come, or ask for no visit"),
        )
    if not visits and "visit_reason" in said:
        yield _warning(
            "/standard/visit_reason",
            "reason-without-visits",
            text(
                "到现场次数为 0，不应有现场办理原因", "no visit is asked for, so there is no reason for one"
            ),
            text("请删去原因，或改正次数", "remove the reason, or correct the number"),
        )
    no_post = standard.stands("/by_post") and not said.get("by_post")
    if not visits and said.get("online") is False and no_post:
        yield _warning(
            "/standard/by_post",
            "no-way-without-visit",
            text("不到现场又不能网办，必须支持邮寄", "without a visit and not online, it must go by courier"),
            text("请设为支持物流快递，或开通网办", "allow it by courier, or online"),
        )
    if visits and said.get("online_depth") == "whole":
        yield _warning(
            "/standard/online_depth",
            "whole-online-with-visits",
            text("全程网办的事项到现场次数应为 0", "what is wholly online needs no visit"),
            text("请将次数改为 0，或改正网办深度", "ask for no visit, or correct how far it is online"),
        )


def _fees(standard: Part) -> Iterator[Problem]:
    said = standard.mapping("")
    charged = said.get("charged")
    names = {
        "fee_name": text("收费项目", "what is charged"),
        "fee_standard": text("收费标准", "how much"),
        "fee_basis": text("收费依据", "on what ground"),
    }
    missing = [name for key, name in names.items() if _lacks(standard, key)] if charged else []
    if missing:
        yield _warning(
            "/standard/charged",
            "fee-not-told",
            text(
                "收费事项缺少：" + "、".join(name["zh"] for name in missing),
                "a fee is charged, but not told: " + ", ".join(name["en"] for name in missing),
            ),
            text("请补充", "add them"),
        )
    if charged is False and said.get("pays_online"):
        yield _warning(
            "/standard/pays_online",
            "payment-without-fee",
            text("不收费的事项不应支持网上支付", "nothing is charged, so nothing is paid online"),
            text("请改正其中一项", "correct one of the two"),
        )


def _people(standard: Part) -> Iterator[Problem]:
    phone = standard.text("/consult_phone")
    if phone is not None and phone == standard.text("/complaint_phone"):
        yield _warning(
            "/standard/complaint_phone",
            "same-telephone",
            text("咨询方式与监督投诉方式相同", "advice and complaints have the same telephone"),
            text("监督投诉应由另外的部门受理，请改正", "complaints go to somebody else: correct it"),
        )
    said = standard.mapping("")
    whole = standard.whole("/service_objects")
    objects = said.get("service_objects") if whole else None
    for key, fits, who in (
        ("person_topics", "person" in (objects or ()), text("自然人", "natural persons")),
        ("enterprise_topics", bool(set(objects or ()) - {"person"}), text("法人", "legal persons")),
    ):
        if objects is not None and said.get(key) and not fits:
            yield _warning(
                join("standard", key),
                "topic-for-nobody",
                text(
                    f"有面向{who['zh']}的主题，但服务对象不含{who['zh']}",
                    f"a topic for {who['en']}, whom the matter does not serve",
                ),
                text("请改正服务对象或主题分类", "correct whom it serves, or its topics"),
            )


def _codes(part: Part, standard: Part) -> Iterator[Problem]:
    for key, length in _CODE_LENGTHS.items():
        code = standard.text("/" + key)
        if code is not None and len(code) != length:
            yield _warning(
                join("standard", key),
                "code-length",
                text(f"编码应为 {length} 位", f"the code has {length} characters"),
                text(
                    "请对照基本目录或实施清单改正", "correct it by the catalogue or the implementation list"
                ),
            )
    task, catalog = standard.text("/task_code") or "", standard.text("/catalog_code") or ""
    if len(task) != _CODE_LENGTHS["task_code"]:
        return
    if len(catalog) == _CODE_LENGTHS["catalog_code"] and not task.endswith(catalog):
        yield _warning(
            "/standard/task_code",
            "codes-differ",
            text("实施编码的后 12 位应为基本编码", "the task code ends with the catalogue code"),
            text("请改正其中一个编码", "correct one of the two"),
        )
    level = _LEVELS.get(str(part.text("/level")))
    if level is not None and task[18] != level:
        yield _warning(
            "/standard/task_code",
            "level-differs",
            text(
                f"实施编码第 19 位应为行使层级 {level}",
                f"character 19 of the task code is the level, {level}",
            ),
            text("请改正实施编码或行使层级", "correct the task code or the level"),
        )


def _permit(standard: Part) -> Iterator[Problem]:
    said = standard.mapping("")
    if standard.stands("/faq") and not said.get("faq"):
        yield _warning(
            "/standard",
            "no-questions",
            text("行政许可事项至少要有一条常见问题", "a permit has at least one question often asked"),
            text("请补充常见问题和解答", "add a question with its answer"),
        )
    missing = (
        [step for step in STEPS if step not in said.get("steps", ())] if standard.whole("/steps") else []
    )
    if missing:
        yield _warning(
            "/standard",
            "steps-missing",
            text(
                "行政许可的办理环节缺少：" + "、".join(STEPS[step]["zh"] for step in missing),
                "steps of a permit that are missing: " + ", ".join(STEPS[step]["en"] for step in missing),
            ),
            text("请补充办理环节", "add the steps"),
        )


def _warning(pointer: str, code: str, message: Text, remedy: Text) -> Problem:
    return Problem(pointer, code, message, remedy, severity="warning")
