"""The columns of the national standard's fields (GB/T 39554.2) in the list of matters."""

from __future__ import annotations

from typing import Final

from ...core.checks.times import STEPS
from ...core.designer.panels.matter_about import AREAS, WORDS
from .fields import Field, at


def words(*values: str) -> dict[str, str]:
    """Give what values of the standard's lists are called, as in the designer."""
    return {value: WORDS[value]["zh"] for value in values}


STANDARD: Final[tuple[Field, ...]] = (
    at("standard.local_catalog_code", "地方基本编码\nLocal catalogue code", 28),
    at("standard.local_task_code", "地方实施编码\nLocal task code", 28),
    at("standard.handling_code", "业务办理项编码\nHandling item code", 28),
    at("standard.version", "版本号\nVersion", 12, "value"),
    at("standard.state", "事项状态\nState", 20, "choice", words("in-use", "suspended", "cancelled")),
    at(
        "standard.power_source",
        "权力来源\nSource of power",
        20,
        "choice",
        words("statutory", "handed-down", "authorised", "entrusted"),
    ),
    at(
        "standard.department_nature",
        "实施主体性质\nNature of the department",
        20,
        "choice",
        words("authority", "authorised", "entrusted"),
    ),
    at("standard.entrusted_by", "委托部门\nEntrusted by", 28),
    at("standard.joint_departments", "联办机构\nJoint departments", 28),
    at("standard.acceptance.zh", "受理条件（中文）\nConditions of acceptance, Chinese", 36),
    at("standard.acceptance.en", "受理条件（英文）\nConditions of acceptance, English", 36),
    at("standard.flow.zh", "办理流程（中文）\nFlow, Chinese", 36),
    at("standard.flow.en", "办理流程（英文）\nFlow, English", 36),
    at(
        "standard.steps",
        "办理环节（可多个）\nSteps",
        28,
        "list",
        words(*STEPS),
    ),
    *(
        at(f"standard.step_days.{step}", f"{word['zh']}天数\nDays of {word['en']}", 12, "value")
        for step, word in STEPS.items()
    ),
    at(
        "standard.special_procedures",
        "特别程序（可多个）\nSpecial procedures",
        28,
        "list",
        words("hearing", "tender", "auction", "inspection", "testing", "quarantine", "expert-review"),
    ),
    at("standard.quantity_limit.zh", "数量限制（中文）\nLimit of quantity, Chinese", 36),
    at("standard.quantity_limit.en", "数量限制（英文）\nLimit of quantity, English", 36),
    at(
        "standard.handling_forms",
        "办理形式（可多个）\nHow it is handled",
        28,
        "list",
        words("counter", "online", "post", "self-service"),
    ),
    at(
        "standard.handling_area",
        "通办范围\nWhere it can be handled",
        20,
        "choice",
        {value: said["zh"] for value, said in AREAS.items()},
        {"国家": "national", "省": "province", "市": "city", "县": "county"},
    ),
    at("standard.in_hall", "进驻政务大厅\nIn the service hall", 12, "yes-no"),
    at("standard.by_post", "支持物流快递\nBy courier", 12, "yes-no"),
    at("standard.online", "网上办理\nOnline", 12, "yes-no"),
    at(
        "standard.online_depth",
        "网上办理深度\nHow far online",
        20,
        "choice",
        words("advice", "preview", "acceptance", "whole"),
    ),
    at("standard.online_url", "网办地址\nOnline address", 28),
    at("standard.mobile_url", "移动端地址\nMobile address", 28),
    at("standard.bookable", "支持预约\nBy appointment", 12, "yes-no"),
    at("standard.terminal", "自助终端办理\nAt a terminal", 12, "yes-no"),
    at("standard.visits", "到现场次数\nVisits", 12, "value"),
    at("standard.visit_reason.zh", "必须现场办理原因（中文）\nWhy he must come, Chinese", 36),
    at("standard.visit_reason.en", "必须现场办理原因（英文）\nWhy he must come, English", 36),
    at("standard.address.zh", "办理地点（中文）\nWhere, Chinese", 36),
    at("standard.address.en", "办理地点（英文）\nWhere, English", 36),
    at("standard.hours.zh", "办理时间（中文）\nWhen, Chinese", 36),
    at("standard.hours.en", "办理时间（英文）\nWhen, English", 36),
    at("standard.consult_phone", "咨询方式\nAdvice", 28),
    at("standard.complaint_phone", "监督投诉方式\nComplaints", 28),
    at("standard.charged", "是否收费\nCharged", 12, "yes-no"),
    at("standard.fee_name", "收费项目\nFee", 28),
    at("standard.fee_standard", "收费标准\nFee standard", 28),
    at("standard.fee_basis", "收费依据\nBasis of the fee", 28),
    at("standard.fee_reduction", "减免\nReductions", 28),
    at("standard.pays_online", "网上支付\nPaid online", 12, "yes-no"),
    at("standard.person_topics", "自然人主题分类（可多个）\nTopics for persons", 28, "list"),
    at("standard.enterprise_topics", "法人主题分类（可多个）\nTopics for enterprises", 28, "list"),
    at("standard.intermediary", "中介服务\nIntermediary service", 12, "yes-no"),
    at("standard.intermediary_service", "中介服务内容\nWhich service", 28),
    at("standard.result_sample", "结果样本\nSample of the result", 28),
    at("standard.rights", "申请人权利\nRights", 28),
    at("standard.duties", "申请人义务\nDuties", 28),
    at("standard.faq", "常见问题（JSON）\nQuestions", 36, "value"),
)
