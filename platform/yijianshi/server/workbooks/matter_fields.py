"""The sheets of the list of matters: what their columns hold, what is chosen from, how to fill them."""

from __future__ import annotations

from typing import Final

from ...core.designer.panels.matter_materials import NECESSITIES, OBTAINED
from .fields import CODE, SEPARATOR, TITLES, Field, at
from .matter_standard import STANDARD, words

MATTERS_SHEET: Final = "事项"

UNITS: Final = {"working": "工作日", "natural": "自然日"}


def _limit(key: str, zh: str, en: str) -> tuple[Field, ...]:
    return (
        at(f"{key}.days", f"{zh}（天）\n{en}, days", 12, "value"),
        at(f"{key}.unit", f"{zh}单位\n{en}, unit", 16, "choice", UNITS),
        at(f"{key}.basis", f"{zh}依据\n{en}, basis", 30),
        at(f"{key}.verified", f"{zh}已核实\n{en}, verified", 12, "yes-no"),
    )


MATTERS: Final = (
    Field(CODE, "事项编码\nMatter", 26),
    *TITLES,
    at("department.code", "部门编码\nDepartment, code", 24),
    at("department.name.zh", "实施部门（中文）\nDepartment, Chinese", 22),
    at("department.name.en", "实施部门（英文）\nDepartment, English", 26),
    at(
        "type",
        "事项类型\nType",
        24,
        "choice",
        words(
            "administrative-permit",
            "administrative-penalty",
            "administrative-coercion",
            "administrative-levy",
            "administrative-payment",
            "administrative-inspection",
            "administrative-confirmation",
            "administrative-reward",
            "administrative-ruling",
            "other-administrative-power",
            "public-service",
        ),
    ),
    at(
        "level",
        "行使层级\nLevel",
        20,
        "choice",
        words("national", "province", "city", "county", "town", "village"),
    ),
    at("standard.catalog_code", "基本编码\nCatalogue code", 18),
    at("standard.task_code", "实施编码\nTask code", 38),
    at("standard.project_type", "办件类型\nCase type", 20, "choice", words("immediate", "promised")),
    at(
        "standard.service_objects",
        "服务对象（可多个）\nWhom it serves",
        28,
        "list",
        words(
            "person",
            "enterprise",
            "institution",
            "social-organisation",
            "unincorporated",
            "government",
            "other",
        ),
    ),
    *_limit("statutory_limit", "法定时限", "Statutory limit"),
    *_limit("promised_limit", "承诺时限", "Promised limit"),
    at("warn_days", "提前预警（工作日）\nWarning, working days before", 14, "value"),
    at("basis", "设定依据\nBasis", 40),
    at("source", "来源\nSource", 36),
    at("verified", "已核实\nVerified", 10, "yes-no"),
    at("effective_from", "生效日期\nEffective from", 14),
    at("effective_to", "失效日期\nEffective to", 14),
    at("rulesets", "规则集\nRulesets", 34, "list"),
    at("description.zh", "说明（中文）\nDescription, Chinese", 40),
    at("description.en", "说明（英文）\nDescription, English", 40),
    at("remedies.review.zh", "行政复议（中文）\nReview, Chinese", 36),
    at("remedies.review.en", "行政复议（英文）\nReview, English", 36),
    at("remedies.lawsuit.zh", "行政诉讼（中文）\nLawsuit, Chinese", 36),
    at("remedies.lawsuit.en", "行政诉讼（英文）\nLawsuit, English", 36),
    *STANDARD,
)

OWNER: Final = "matter"
_OWNER = Field(OWNER, "事项编码\nMatter", 26)

_FORMER_NECESSITIES: Final = {"可容缺": "deferrable", "选交": "optional"}
_FORMER_WAYS: Final = {
    "告知承诺": "commitment",
    "数据共享": "shared",
    "前置事项产生": "produced",
    "并入表单": "form",
}

PARTS: Final[dict[str, tuple[str, tuple[Field, ...]]]] = {
    "materials": (
        "材料",
        (
            _OWNER,
            at("material", "材料编码\nMaterial", 28),
            at(
                "necessity",
                "必要性\nNecessity",
                20,
                "choice",
                {value: said["zh"] for value, said in NECESSITIES},
                _FORMER_NECESSITIES,
            ),
            at(
                "obtain",
                "取得方式\nObtained",
                24,
                "choice",
                {value: said["zh"] for value, said in OBTAINED},
                _FORMER_WAYS,
            ),
            at("reason.zh", "理由（中文）\nReason, Chinese", 40),
            at("reason.en", "理由（英文）\nReason, English", 40),
            at("basis", "依据\nBasis", 40),
        ),
    ),
    "results": (
        "结果",
        (
            _OWNER,
            at("code", "结果编码\nResult", 28),
            *TITLES,
            at(
                "type",
                "结果类型\nType",
                20,
                "choice",
                words("licence", "document", "record"),
                {"登记": "record"},
            ),
            at("material", "可充当的材料\nServes as", 28),
        ),
    ),
}
"""The lists within a matter that have a sheet of their own, one row an item, by the matter's code."""

ABOUT: Final = (Field("note", "填写说明（不导入）\nHow to fill the table (not read)", 110),)
NOTES: Final = (
    "“事项”表：一行是一个事项。浅蓝色的第 2 行供系统识别，请勿改动；列的先后不限。",
    "Sheet 事项: one row is one matter. The keys in the shaded row 2 are read by the platform; columns may stand in any order.",
    "表单不在表中：已有事项的表单保持不变，新增的行成为表单为空的新事项。",
    "The form is not in the table: that of a matter that is there stays, a new row makes a matter with an empty form.",
    "清空单元格即删去该项内容；删去整列则该项内容保持不变；删去整行不会删去事项。",
    "To clear a cell takes that fact away; to delete a column leaves its facts as they are; to delete a row deletes no matter.",
    "“材料”“结果”表：一行是一个事项的一份材料或一项结果，合起来即该事项的全部。删去整个工作表则全部保持不变。",
    "Sheets 材料 and 结果: one row is one material or result of a matter; together they are all that it has. Without the sheet all stay as they are.",
    f"可多个的，用“{SEPARATOR}”分开。日期写作 2026-04-01。编码较长的数字请保持文本格式。",
    f"Several are separated by {SEPARATOR} or a comma. A date is 2026-04-01. Long codes of digits stay formatted as text.",
    "请勿使用公式、合并单元格、宏和密码。",
    "Use no formulas, merged cells, macros or passwords.",
)
