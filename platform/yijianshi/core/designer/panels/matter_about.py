"""The fields of a matter that the national standard names (GB/T 39554.2), in groups as people look for them.

Labels, hints and the kind of each control come from the meta-schema; what is not in it is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...checks.times import STEPS
from ...definitions.types import Text, text
from ...forms.html import tag
from ..addresses import get
from ..bundles import departments
from ..controls import button, checks_field, group, phrase_field, select_field, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from ..words import name_values
from .dictionary import common, usage, warned
from .panel import Panel

WORDS: Mapping[str, Text] = {
    "administrative-permit": text("行政许可", "administrative permit"),
    "administrative-penalty": text("行政处罚", "administrative penalty"),
    "administrative-coercion": text("行政强制", "administrative coercion"),
    "administrative-levy": text("行政征收", "administrative levy"),
    "administrative-payment": text("行政给付", "administrative payment"),
    "administrative-inspection": text("行政检查", "administrative inspection"),
    "administrative-confirmation": text("行政确认", "administrative confirmation"),
    "administrative-reward": text("行政奖励", "administrative reward"),
    "administrative-ruling": text("行政裁决", "administrative ruling"),
    "other-administrative-power": text("其他行政权力", "other administrative power"),
    "public-service": text("公共服务", "public service"),
    "national": text("国家级", "national"),
    "province": text("省级", "province"),
    "city": text("市级", "city"),
    "county": text("县级", "county"),
    "town": text("镇（乡、街道）级", "town or street"),
    "village": text("村（社区）级", "village or community"),
    "none": text("不通办", "only here"),
    "immediate": text("即办件", "decided at once"),
    "promised": text("承诺件", "decided within a promise"),
    "person": text("自然人", "natural persons"),
    "enterprise": text("企业法人", "enterprises"),
    "institution": text("事业法人", "public institutions"),
    "social-organisation": text("社会组织法人", "social organisations"),
    "unincorporated": text("非法人企业", "unincorporated businesses"),
    "government": text("行政机关", "public authorities"),
    "other": text("其他", "others"),
    "in-use": text("在用", "in use"),
    "suspended": text("暂停", "suspended"),
    "cancelled": text("取消", "cancelled"),
    "statutory": text("法定本级行使", "by law at this level"),
    "handed-down": text("上级下放", "handed down"),
    "authorised": text("授权", "authorised"),
    "entrusted": text("委托", "entrusted"),
    "authority": text("法定机关", "authority by law"),
    **STEPS,
    "hearing": text("听证", "hearing"),
    "tender": text("招标", "tender"),
    "auction": text("拍卖", "auction"),
    "inspection": text("检验", "inspection"),
    "testing": text("检测", "testing"),
    "quarantine": text("检疫", "quarantine"),
    "expert-review": text("专家评审（鉴定）", "expert review"),
    "counter": text("窗口办理", "at the counter"),
    "online": text("网上办理", "online"),
    "post": text("邮寄办理", "by post"),
    "self-service": text("自助终端", "self-service"),
    "advice": text("网上咨询", "advice"),
    "preview": text("网上预审", "preview"),
    "acceptance": text("网上受理", "acceptance"),
    "whole": text("全程网办", "the whole of it"),
    "licence": text("证照", "licence"),
    "document": text("文书", "document"),
    "record": text("登记（备案）", "record"),
}
"""What the values of the standard's lists are called."""
AREAS: Mapping[str, Text] = {
    "national": text("全国", "the whole country"),
    "province": text("全省", "the whole province"),
    "city": text("全市", "the whole city"),
    "county": text("全县", "the whole county"),
    "none": WORDS["none"],
}
"""Where a matter can be handled: the same values as of the level, which say something else here."""
for _key in (
    "department_nature",
    "flow",
    "handling_area",
    "handling_forms",
    "level",
    "online_depth",
    "power_source",
    "project_type",
    "service_objects",
    "special_procedures",
    "state",
    "type",
):
    name_values(_key, WORDS.items())
name_values("handling_area", AREAS.items())

GROUPS: tuple[tuple[Text, tuple[tuple[str, ...], ...]], ...] = (
    (
        text("事项和编码", "Matter and codes"),
        (
            ("type",),
            ("standard", "state"),
            ("standard", "version"),
            ("standard", "catalog_code"),
            ("standard", "task_code"),
            ("standard", "handling_code"),
            ("standard", "local_catalog_code"),
            ("standard", "local_task_code"),
        ),
    ),
    (
        text("实施主体", "Who decides"),
        (
            ("department", "name"),
            ("department", "code"),
            ("level",),
            ("standard", "department_nature"),
            ("standard", "power_source"),
            ("standard", "entrusted_by"),
            ("standard", "joint_departments"),
        ),
    ),
    (
        text("服务对象和主题", "Whom it serves"),
        (
            ("standard", "service_objects"),
            ("standard", "person_topics"),
            ("standard", "enterprise_topics"),
        ),
    ),
    (
        text("受理和办理", "Acceptance and handling"),
        (
            ("standard", "project_type"),
            ("standard", "acceptance"),
            ("standard", "flow"),
            ("standard", "quantity_limit"),
            ("standard", "intermediary"),
            ("standard", "intermediary_service"),
        ),
    ),
    (
        text("办理渠道", "Where and how"),
        (
            ("standard", "handling_forms"),
            ("standard", "handling_area"),
            ("standard", "in_hall"),
            ("standard", "online"),
            ("standard", "online_depth"),
            ("standard", "online_url"),
            ("standard", "mobile_url"),
            ("standard", "by_post"),
            ("standard", "bookable"),
            ("standard", "terminal"),
            ("standard", "visits"),
            ("standard", "visit_reason"),
            ("standard", "address"),
            ("standard", "hours"),
        ),
    ),
    (
        text("收费", "Fees"),
        (
            ("standard", "charged"),
            ("standard", "fee_name"),
            ("standard", "fee_standard"),
            ("standard", "fee_basis"),
            ("standard", "fee_reduction"),
            ("standard", "pays_online"),
        ),
    ),
    (
        text("咨询、监督和权利义务", "Advice, complaints, rights and duties"),
        (
            ("standard", "consult_phone"),
            ("standard", "complaint_phone"),
            ("standard", "rights"),
            ("standard", "duties"),
        ),
    ),
)


def show(desk: Desk) -> tuple[Part, ...]:
    """Show what the matter is: titles, basis, and the standard's fields."""
    meta = desk.ground.metas.get("matter", {})
    parts = [warned(desk), Part("dz-matter-common", common(desk), "section")]
    for number, (title, places) in enumerate(GROUPS):
        fields = "".join(_field(desk, place, _described(meta, place)) for place in places)
        if ("department", "code") in places:
            fields = _known_department(desk) + fields
        inner = tag("div", {"class": "dz-columns"}, fields)
        parts.append(Part(f"dz-matter-{number}", group(desk.say(title), (inner,)), "section"))
    parts += [_results(desk), _questions(desk), usage(desk)]
    return tuple(parts)


def _known_department(desk: Desk) -> str:
    """Offer the departments that matters and bundles have already; another is written in the fields below."""
    known = departments(desk.ground.library)
    now = get(desk.document, ("department", "code"))
    return select_field(
        desk,
        desk.word("从已有部门中选择", "Pick a known department"),
        ("department", "code"),
        [(code, desk.say(name)) for code, name in known.items()],
        operation={"op": "decided_by"},
        value=now if now in known else "",
        empty=desk.word("请选择", "choose"),
        hint=desk.word("没有的部门，请在下面填写", "write one that is not listed below"),
    )


def _described(meta: Any, place: tuple[str, ...]) -> Mapping[str, Any]:
    """Give what the meta-schema says of a place."""
    found = meta
    for name in place:
        found = found.get("properties", {}).get(name, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _side(desk: Desk, said: Any) -> str:
    """Give one language of a meta-schema's title or description (``中文 / English``)."""
    zh, _, en = str(said or "").partition(" / ")
    return zh if desk.lang == "zh" else (en or zh)


def _field(desk: Desk, place: tuple[str, ...], schema: Mapping[str, Any]) -> str:
    label, hint = _side(desk, schema.get("title")), _side(desk, schema.get("description"))
    if place[0] == "department":
        label = desk.word(f"部门{label}", f"department's {label}")
    if hint in (label, _side(desk, schema.get("title"))):
        hint = ""  # it only says again what the field is called
    kind = schema.get("type")
    if "enum" in schema:
        called = AREAS if place[-1] == "handling_area" else WORDS
        options = [(value, desk.say(called[value])) for value in schema["enum"]]
        needed = place == ("type",)
        empty = None if needed else desk.word("未填写", "not said")
        return select_field(desk, label, place, options, empty=empty, hint=hint)
    if kind == "boolean":
        return yes_no_field(desk, label, place, hint=hint)
    if kind == "array" and "enum" in schema.get("items", {}):
        words = [(value, desk.say(WORDS[value])) for value in schema["items"]["enum"]]
        return tag("div", {"class": "dz-across"}, checks_field(desk, label, place, words))
    if kind == "array":
        per = desk.word("每行一个", "one a line")
        return text_field(
            desk, label, place, kind="lines", hint=f"{hint}；{per}" if desk.lang == "zh" else f"{hint}; {per}"
        )
    if kind == "object":
        optional = place[0] == "standard"
        long = _described(schema, ("zh",)).get("maxLength", 0) > 300
        return tag(
            "div",
            {"class": "dz-across"},
            phrase_field(desk, label, place, long=long, optional=optional, hint=hint),
        )
    if kind == "integer":
        return text_field(desk, label, place, kind="integer", hint=hint)
    return text_field(desk, label, place, hint=hint)


def _results(desk: Desk) -> Part:
    """Show what comes of the matter."""
    known = get(desk.document, ("results",))
    results = known if isinstance(known, list) else []
    rows = ""
    kinds = [(value, desk.say(WORDS[value])) for value in ("licence", "document", "record")]
    materials = [(m["code"], desk.say(m["title"])) for m in desk.ground.library.all("material")]
    for result in results:
        at = ("results", str(result["code"]))
        fields = phrase_field(desk, desk.word("结果名称", "Result"), (*at, "title"))
        fields += select_field(desk, desk.word("结果类型", "Kind of result"), (*at, "type"), kinds)
        fields += select_field(
            desk,
            desk.word("可充当的材料", "Serves as the material"),
            (*at, "material"),
            materials,
            empty=desk.word("无", "none"),
        )
        rows += tag("li", {"class": "dz-option"}, fields + _remove(desk, at, desk.say(result["title"])))
    code = _fresh("result", [str(each["code"]) for each in results])
    made = {"code": code, "title": text("新的结果", "New result"), "type": "document"}
    sample = text_field(
        desk,
        desk.word("结果样本", "Sample"),
        ("standard", "result_sample"),
        hint=desk.word("样本的网址或编号", "its address or number"),
    )
    add = _add(desk, ("results",), made, desk.word("＋ 新增结果", "+ Add a result"))
    inner = (tag("ul", {"class": "list-plain"}, rows) if rows else "") + add + sample
    return Part("dz-matter-results", group(desk.word("办理结果", "Results"), (inner,)), "section")


def _questions(desk: Desk) -> Part:
    """Show the questions often asked."""
    known = get(desk.document, ("standard", "faq"))
    listed = known if isinstance(known, list) else []
    rows = ""
    for each in listed:
        at = ("standard", "faq", str(each["code"]))
        fields = phrase_field(desk, desk.word("问题", "Question"), (*at, "question"))
        fields += phrase_field(desk, desk.word("解答", "Answer"), (*at, "answer"), long=True)
        rows += tag("li", {"class": "dz-option"}, fields + _remove(desk, at, desk.say(each["question"])))
    code = _fresh("question", [str(each["code"]) for each in listed])
    made = {"code": code, "question": text("问题", "Question"), "answer": text("解答", "Answer")}
    add = _add(desk, ("standard", "faq"), made, desk.word("＋ 新增问题", "+ Add a question"))
    inner = (tag("ul", {"class": "list-plain"}, rows) if rows else "") + add
    return Part("dz-matter-faq", group(desk.word("常见问题", "Questions often asked"), (inner,)), "section")


def _remove(desk: Desk, at: tuple[str, ...], name: str) -> str:
    label = desk.word(f"删除：{name}", f"Remove: {name}")
    look = {"class": "btn-outline-secondary"}
    return button(desk, {"op": "remove", "at": list(at)}, label, icon="✕", attributes=look)


def _add(desk: Desk, at: tuple[str, ...], value: Mapping[str, Any], label: str) -> str:
    operation = {"op": "insert", "at": list(at), "value": value, "before": None}
    identifier = "dz-add-" + at[-1]
    return tag(
        "p", {}, button(desk, operation, label, attributes={"class": "btn-outline-primary", "id": identifier})
    )


def _fresh(stem: str, taken: list[str]) -> str:
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}-{n}") not in taken)


PANEL = Panel("about", text("基本", "Basics"), show)
