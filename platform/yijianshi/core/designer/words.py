"""What the keys of definitions are called, and values in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from ..definitions.canonical import canonical
from ..definitions.pointer import is_index
from ..definitions.types import Text, text

_IDENTITIES = ("code", "matter", "material", "value", "scope")
"""What an item without a title is called by."""

_NAMES: dict[str, Text] = {
    "title": text("名称", "title"),
    "hint": text("填报提示", "hint"),
    "schema": text("取值规则", "value rules"),
    "options": text("选项", "options"),
    "materials": text("材料", "materials"),
    "matters": text("联办事项", "matters"),
    "after": text("前置事项", "what it waits for"),
    "promised_limit": text("承诺时限", "promised limit"),
    "statutory_limit": text("法定时限", "statutory limit"),
    "warn_days": text("提前预警", "warning"),
    "parameters": text("参数", "parameters"),
    "rules": text("规则", "rules"),
    "facts": text("事实", "facts"),
    "continues": text("接上页", "continues the page"),
    "basis": text("依据", "legal basis"),
    "verified": text("核实标记", "verified mark"),
    "source": text("来源", "source"),
    "effective_from": text("生效日期", "effective from"),
    "effective_to": text("失效日期", "effective to"),
    "required": text("必填", "required"),
    "form": text("表单", "form"),
    "sections": text("表单分区", "form sections"),
    "baseline": text("改革前基线", "baseline"),
    "promise": text("整体承诺时限", "promise"),
    "results": text("办理结果", "results"),
    "rulesets": text("规则集", "rulesets"),
    "situations": text("情形", "situations"),
    "all": text("全部满足", "all"),
    "any": text("任一满足", "any"),
    "asserted": text("由规则得出", "asserted"),
    "autocomplete": text("自动填充", "autocomplete"),
    "batch": text("批次", "batch"),
    "catalog_code": text("基本编码", "catalogue code"),
    "changeable": text("申请人能否改变", "whether the applicant can change it"),
    "code": text("编码", "code"),
    "combine": text("合并方式", "combine"),
    "compute": text("计算", "compute"),
    "dated_by": text("按何日期", "dated by"),
    "days": text("天数", "days"),
    "decides": text("决定什么", "decides"),
    "department": text("实施部门", "department"),
    "derive": text("推导", "derive"),
    "description": text("说明", "description"),
    "doc_no": text("文号", "document number"),
    "en": text("英文", "English"),
    "extends": text("继承自", "extends"),
    "fields": text("字段", "fields"),
    "fill_note": text("填报须知", "how to fill it in"),
    "formats": text("格式", "formats"),
    "from": text("取自", "from"),
    "issuer": text("出具单位", "issuer"),
    "items": text("元素类型", "items"),
    "lead": text("牵头部门", "lead department"),
    "level": text("行使层级", "level"),
    "material": text("材料", "material"),
    "material_list": text("材料清单", "material list"),
    "matter": text("事项", "matter"),
    "max_count": text("份数上限", "count limit"),
    "max_size_mb": text("大小上限", "size limit"),
    "name": text("名称", "name"),
    "necessity": text("必要性", "necessity"),
    "obtain": text("取得方式", "obtain"),
    "order": text("顺序", "order"),
    "original": text("原件要求", "original"),
    "otherwise": text("否则", "otherwise"),
    "prefill": text("预填来源", "prefill"),
    "pri": text("优先级", "priority"),
    "project_type": text("办件类型", "case type"),
    "properties": text("属性", "properties"),
    "reason": text("理由", "reason"),
    "names": text("称呼", "names"),
    "route": text("分送", "route"),
    "run": text("结果", "outcome"),
    "sample": text("示例", "sample"),
    "selected": text("选取方式", "selected"),
    "sensitivity": text("敏感程度", "sensitivity"),
    "series": text("系列", "series"),
    "service_objects": text("服务对象", "whom it serves"),
    "set_limit": text("时限", "limit"),
    "shared_source": text("共享来源", "shared source"),
    "stage": text("生命周期阶段", "life-cycle stage"),
    "standard": text("标准", "standard"),
    "steps": text("环节数", "steps"),
    "step_days": text("环节天数", "days of the steps"),
    "accept": text("受理", "acceptance"),
    "examine": text("审核", "examination"),
    "approve": text("审批", "approval"),
    "conclude": text("办结", "conclusion"),
    "deliver": text("送达", "delivery"),
    "subject": text("服务对象", "subject"),
    "system": text("系统", "system"),
    "task_code": text("实施编码", "task code"),
    "type": text("字段类型", "field type"),
    "ui": text("版面", "ui"),
    "unit": text("单位", "unit"),
    "value": text("值", "value"),
    "values": text("取值", "values"),
    "visits": text("跑动次数", "visits"),
    "what": text("内容", "what"),
    "local_catalog_code": text("地方基本编码", "local catalogue code"),
    "local_task_code": text("地方实施编码", "local task code"),
    "handling_code": text("业务办理项编码", "handling item code"),
    "version": text("版本号", "version"),
    "state": text("事项状态", "state"),
    "power_source": text("权力来源", "source of power"),
    "department_nature": text("实施主体性质", "nature of the department"),
    "entrusted_by": text("委托部门", "entrusted by"),
    "joint_departments": text("联办机构", "joint departments"),
    "acceptance": text("受理条件", "conditions of acceptance"),
    "flow": text("办理流程", "flow"),
    "special_procedures": text("特别程序", "special procedures"),
    "quantity_limit": text("数量限制", "limit of quantity"),
    "handling_forms": text("办理形式", "how it is handled"),
    "handling_area": text("通办范围", "where it can be handled"),
    "in_hall": text("进驻政务大厅", "in the service hall"),
    "by_post": text("支持物流快递", "by courier"),
    "online": text("网上办理", "online"),
    "online_depth": text("网上办理深度", "how far online"),
    "online_url": text("网办地址", "online address"),
    "mobile_url": text("移动端地址", "mobile address"),
    "bookable": text("支持预约", "by appointment"),
    "terminal": text("自助终端办理", "at a terminal"),
    "visit_reason": text("必须现场办理原因", "why he must come"),
    "address": text("办理地点", "where"),
    "hours": text("办理时间", "when"),
    "consult_phone": text("咨询方式", "advice"),
    "complaint_phone": text("监督投诉方式", "complaints"),
    "charged": text("是否收费", "charged"),
    "fee_name": text("收费项目", "fee"),
    "fee_standard": text("收费标准", "fee standard"),
    "fee_basis": text("收费依据", "basis of the fee"),
    "fee_reduction": text("减免", "reductions"),
    "pays_online": text("网上支付", "paid online"),
    "person_topics": text("自然人主题分类", "topics for persons"),
    "enterprise_topics": text("法人主题分类", "topics for enterprises"),
    "intermediary": text("中介服务", "intermediary service"),
    "intermediary_service": text("中介服务内容", "which service"),
    "result_sample": text("结果样本", "sample of the result"),
    "rights": text("申请人权利", "rights"),
    "duties": text("申请人义务", "duties"),
    "faq": text("常见问题", "questions"),
    "question": text("问题", "question"),
    "answer": text("解答", "answer"),
    "x-title": text("名称", "title"),
    "x-hint": text("填报提示", "hint"),
    "x-sensitivity": text("敏感程度", "sensitivity"),
    "x-unit": text("单位", "unit"),
    "zh": text("中文", "Chinese"),
    "tests": text("测试", "tests"),
    "cases": text("用例", "cases"),
    "unreached": text("无用例的说明", "why no case reaches it"),
    "expect": text("预期", "expected"),
    "answers": text("填写内容", "answers"),
    "on": text("日期", "day"),
    "met": text("符合", "met"),
    "unmet": text("不符合", "not met"),
    "unknown": text("待补充", "unknown"),
    "outcomes": text("结果", "outcomes"),
    "signed_by": text("签名", "signed by"),
    "signed_on": text("签名日期", "signed on"),
    "deny": text("不予办理", "it cannot be granted"),
    "refer": text("转人工办理", "a person takes it over"),
    "select_matter": text("办理事项", "a matter is handled"),
    "require_material": text("须提交材料", "a material is needed"),
    "waive_material": text("免交材料", "a material is not needed"),
    "assert": text("得出事实", "a fact follows"),
    "parameter": text("参数", "parameter"),
    "fn": text("函数", "function"),
    "of": text("取自", "of"),
    "where": text("只算", "only where"),
    "rule": text("显示规则", "rule of showing"),
    "condition": text("条件", "condition"),
    "scope": text("字段", "field"),
    "const": text("等于", "is"),
    "effect": text("效果", "effect"),
    "enum": text("可选值", "values"),
    "x-options": text("选项", "options"),
    "x-type": text("字段类型", "field type"),
    "x-compute": text("计算", "compute"),
    "x-order": text("顺序", "order"),
    "x-show": text("显示条件", "condition of showing"),
    "allOf": text("填写要求", "what must be answered"),
    "if": text("如果", "if"),
    "then": text("则", "then"),
    "minimum": text("最小值", "least"),
    "maximum": text("最大值", "most"),
    "minLength": text("最少字数", "fewest characters"),
    "maxLength": text("最多字数", "most characters"),
    "minItems": text("最少行数", "fewest rows"),
    "maxItems": text("最多行数", "most rows"),
    "pattern": text("格式", "pattern"),
    "label": text("名称", "label"),
    "elements": text("内容", "contents"),
}


_VALUES: dict[str, dict[str, Text]] = {}


def name_values(key: str, names: Iterable[tuple[str, Text]]) -> None:
    """Say what the values of a key are called."""
    _VALUES.setdefault(key, {}).update(names)


def named_value(key: str, value: str) -> Text | None:
    """Give what a value of a key is called, None where it is no choice of a list."""
    return _VALUES.get(key, {}).get(value)


def word(token: str, lang: Literal["zh", "en"]) -> str:
    """Give the word for a key of a document, the key itself where there is none."""
    if is_index(token):
        return f"第 {int(token) + 1} 项" if lang == "zh" else f"item {int(token) + 1}"
    return _NAMES[token][lang] if token in _NAMES else token


def brief(value: Any, lang: Literal["zh", "en"]) -> str:
    """Give a value in a few words: its title, its text, its name, or its JSON, no longer than 80 characters."""
    if isinstance(value, Mapping):
        title = value.get("title")
        if isinstance(title, Mapping) and isinstance(title.get(lang), str):
            return str(title[lang])
        if isinstance(value.get(lang), str):
            return str(value[lang])
        for name in _IDENTITIES:
            if isinstance(value.get(name), str):
                return str(value[name])
    if isinstance(value, str):
        shown = value
    else:
        shown = canonical(value).decode("utf-8", "surrogatepass")
    return shown if len(shown) <= 80 else shown[:79] + "…"
