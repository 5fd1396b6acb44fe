"""What a reviewer reads of every operation: what was and what is now, by titles, in the language that changed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.types import text
from yijianshi.core.designer.addresses import identity
from yijianshi.core.designer.between import changes_between
from yijianshi.core.designer.desk import PRESSED, Desk, World, after
from yijianshi.core.designer.log import Entry, History
from yijianshi.core.designer.operations import Ground, carry_out, names
from yijianshi.core.designer.sentences import place_of
from yijianshi.core.designer.shifts import phrase_shift
from yijianshi.core.designer.wording import LANGS, Words

from ..definitions.test_canonical import json_values
from .test_bundles import shipped
from .test_rulesets import DAY, LIBRARY, METAS, OWNED, PERMIT, PERMIT_OPERATIONS, WORLD

ROAD = "/road_occupation"
NEW = f"{ROAD}/integer_1"
CHOICE, GROUP, SUM = f"{ROAD}/choice_1", f"{ROAD}/group_1", f"{ROAD}/money_1"


def ground(document: Any) -> Ground:
    return Ground(document, LIBRARY.with_([document]), METAS)


def made(document: Any, *operations: dict[str, Any]) -> Any:
    for operation in operations:
        done = carry_out(ground(document), operation)
        assert done is not None, operation
        document = done.document
    return document


MATTER = made(
    LIBRARY.get("matter", "road-occupation"),
    *({"op": "add_field", "type": kind} for kind in ("choice", "group", "money", "integer")),
    {"op": "add_field", "type": "money", "group": GROUP},
    {"op": "add_field", "type": "choice", "group": GROUP},
    {"op": "compute", "field": SUM, "part": "fn", "value": "sum"},
    {"op": "filter_rows", "field": SUM, "part": "add"},
)
BUNDLE = shipped("individual-to-enterprise")
DENYING = made(
    PERMIT,
    {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "deny"},
    {"op": "add_outcome", "rule": "no_permit", "kind": "route"},
    {"op": "add_asserted"},
    {"op": "add_fact", "place": "/company/shareholders"},
)
OTHER_ROWS = {
    "from": "/materials",
    "type": "list",
    "items": "text",
    "title": {"zh": "所交材料", "en": "what was handed in"},
}
DENYING = {**DENYING, "facts": {**DENYING["facts"], "held_back": OTHER_ROWS}}
ROWS = made(
    DENYING, {"op": "add_condition", "rule": "no_permit", "path": "", "what": "$iall", "fact": "shareholders"}
)
GROUPED = {**PERMIT, "facts": {**PERMIT["facts"], "held": OWNED}}
SECTION = next(
    each["options"]["id"] for each in made(MATTER, {"op": "add_part"})["form"]["ui"]["elements"][-1:]
)
SECTIONED = made(MATTER, {"op": "add_part"})
OFFER = {
    "title": {"zh": "超过限额", "en": "above the limit"},
    "on": "2026-11-24",
    "answers": {"project": {"investment": 99}},
    "expect": {"met": ["permit_needed"]},
}
REWRITTEN = {**MATTER, "title": {**MATTER["title"], "en": "Use of the road"}}

ELEMENT = LIBRARY.get("element", "project.nature")
GROUP_ELEMENT = next(each for each in LIBRARY.all("element") if each.get("type") == "group")

Example = tuple[Any, dict[str, Any], str, str]
"""A document, an operation on it, and what its Chinese sentence must name: what was, what is now."""

EXAMPLES: list[Example] = [
    # the five edits, and what is typed
    (MATTER, {"op": "set", "at": ["promised_limit"], "value": {"days": 3, "unit": "working"}}, "承诺时限由“0 ", "3 个工作日"),
    (MATTER, {"op": "set", "at": ["materials", "road-plan", "obtain"], "value": "shared"}, "申请人提交", "数据共享获取"),
    (BUNDLE, {"op": "unset", "at": ["baseline"]}, "改革前基线去掉了", ""),
    (BUNDLE, {"op": "insert", "at": ["matters"], "value": {"matter": "water-connection"}, "before": None}, "", "用水报装"),
    (BUNDLE, {"op": "remove", "at": ["matters", "tax-change"]}, "税务信息变更与发票领用", ""),
    (BUNDLE, {"op": "move", "at": ["matters", "housing-fund"], "before": "seal-making"}, "住房公积金", "印章刻制备案"),
    (MATTER, {"op": "fill", "at": ["promised_limit", "days"], "as": "integer", "value": "7"}, "“0”", "“7”"),
    (MATTER, {"op": "fill", "at": ["standard", "online_depth"], "value": "whole"}, "网上办理深度", "全程网办"),
    (MATTER, {"op": "say", "at": ["title"], "lang": "en", "value": "Road"}, "（英文）由“Road occupation approval”", "“Road”"),
    (MATTER, {"op": "rewrite", "value": json.dumps(REWRITTEN)}, "Road occupation approval", "Use of the road"),
    # a form
    (MATTER, {"op": "add_field", "type": "date"}, "经办人", "日期"),
    (MATTER, {"op": "move_field", "field": CHOICE, "value": "占道"}, "“经办人”第", "“占道”第"),
    (MATTER, {"op": "remove_field", "field": CHOICE}, "单选", ""),
    (MATTER, {"op": "duplicate_field", "field": CHOICE}, "单选", ""),
    (MATTER, {"op": "share_field", "field": SUM, "element": "construction.contract_price"}, "“金额”", "改为共用数据元“合同价款”"),
    (MATTER, {"op": "require", "field": NEW, "value": "yes"}, "由“选填”", "“必填”"),
    (MATTER, {"op": "condition", "field": NEW, "which": "show", "part": "add"}, "由“无”", "‘是否挖掘路面’等于‘是’"),
    (MATTER, {"op": "limit_field", "field": NEW, "key": "maximum", "value": "9"}, "由“不限”", "“9”"),
    (MATTER, {"op": "option", "field": CHOICE, "part": "name", "option": "option_1", "lang": "en", "value": "Fence"}, "（英文）由“Option 1”", "“Fence”"),
    (MATTER, {"op": "option", "field": CHOICE, "part": "add"}, "单选", "选项 3"),
    (MATTER, {"op": "compute", "field": SUM, "part": "fn", "value": "max"}, "各行合计", "各行最大"),
    (MATTER, {"op": "filter_rows", "field": SUM, "part": "value", "row": "choice_1", "value": "option_2"}, "‘选项 1’", "‘选项 2’"),
    (MATTER, {"op": "rename_field", "field": CHOICE, "value": "way"}, "单选", "编码"),
    (MATTER, {"op": "rename_option", "field": CHOICE, "option": "option_1", "value": "fence"}, "单选", "存储值"),
    (SECTIONED, {"op": "name_part", "section": SECTION, "lang": "zh", "value": "其他"}, "“新分区 5”", "“其他”"),
    (MATTER, {"op": "add_part"}, "", "新分区 5"),
    (SECTIONED, {"op": "move_part", "section": SECTION, "by": -1}, "新分区 5", "第 4 位"),
    (SECTIONED, {"op": "remove_part", "section": SECTION}, "新分区 5", "0 个字段"),
    (MATTER, {"op": "duplicate_part", "section": "占道"}, "占道", "个字段"),
    (SECTIONED, {"op": "page_part", "section": SECTION, "value": "true"}, "新分区 5", "页"),
    # a matter
    (MATTER, {"op": "use_material", "material": "land-approval"}, "", LIBRARY.get("material", "land-approval")["title"]["zh"]),
    (MATTER, {"op": "drop_material", "material": "road-plan"}, "占道平面图及交通组织方案", ""),
    (made(MATTER, {"op": "use_material", "material": "land-approval"}), {"op": "move_material", "material": "land-approval", "by": -1}, LIBRARY.get("material", "land-approval")["title"]["zh"], "之前"),
    (MATTER, {"op": "decided_by", "value": "tancheng-police"}, "县行政审批服务局", "县公安局"),
    (MATTER, {"op": "steps", "value": ["accept", "deliver"]}, "办理环节由“", "改为“受理、送达”"),
    # a bundle
    (BUNDLE, {"op": "add_matter", "matter": "water-connection"}, "", "用水报装"),
    (BUNDLE, {"op": "remove_matter", "matter": "tax-change"}, "税务信息变更与发票领用", ""),
    (BUNDLE, {"op": "move_matter", "matter": "housing-fund", "before": "seal-making"}, "住房公积金", "印章刻制备案"),
    (BUNDLE, {"op": "select_matter", "matter": "tax-change", "value": "by_choice"}, "始终办理", "由申请人选择"),
    (BUNDLE, {"op": "wait_for", "matter": "housing-fund", "value": ["social-insurance"]}, "企业设立登记”", "社会保险登记"),
    (BUNDLE, {"op": "lead_by", "value": "tancheng-police"}, "县行政审批服务局", "县公安局"),
    (BUNDLE, {"op": "materials_before", "value": "营业执照 | Licence"}, "改革前的材料清单", "营业执照"),
    (BUNDLE, {"op": "use_ruleset", "value": "construction-start.situations"}, "", "办理哪些事项"),
    (BUNDLE, {"op": "drop_ruleset", "ruleset": "individual-to-enterprise.materials"}, "材料的减免与补充", ""),
    (BUNDLE, {"op": "take_leaf", "pointer": "/situation/path", "schema": {"$ref": "urn:yijianshi:element:company.name"}}, "转型方式", "拟用企业名称"),
    (BUNDLE, {"op": "add_section"}, "", "新分区"),
    (BUNDLE, {"op": "remove_section", "section": "company"}, "拟设企业", ""),
    (BUNDLE, {"op": "move_section", "section": "person", "before": "household"}, "经办人", "个体工商户"),
    (BUNDLE, {"op": "page_section", "section": "company"}, "拟设企业", "页"),
    (BUNDLE, {"op": "place_field", "field": "/person/phone", "value": "company"}, "联系电话", "拟设企业"),
    # the dictionary
    (ELEMENT, {"op": "element_type", "value": "multiple_choice"}, "单选", "多选"),
    (ELEMENT, {"op": "element_extends", "value": "company.name"}, "由“无”", "“拟用企业名称”"),
    (GROUP_ELEMENT, {"op": "row_item", "part": "add", "value": "project.nature"}, "建设性质", "每一行"),
    # rules
    *((PERMIT, each, "", "") for each in PERMIT_OPERATIONS if each["op"] not in ("drop_rule", "case_row")),
    (DENYING, {"op": "drop_rule", "rule": "no_permit"}, "不需要施工许可", ""),
    (PERMIT, {"op": "drop_column", "fact": "floor_area"}, "建筑面积大于面积限额", ""),
    (PERMIT, {"op": "rule_title", "rule": "no_permit", "lang": "en", "value": "None"}, "（英文）由“no permit needed”", "“None”"),
    (DENYING, {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "refer"}, "由“不予办理（", "“转人工办理（"),
    (DENYING, {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "reason", "lang": "zh", "value": "超限"}, "的理由（中文）由“按投资额", "“超限”"),
    (DENYING, {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "basis", "value": "某法"}, "的依据由“建筑工程", "“某法”"),
    (DENYING, {"op": "drop_outcome", "rule": "no_permit", "n": 1}, "删除结果“分送", ""),
    (made(PERMIT, {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "set_limit"}), {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "days", "value": "9"}, "5 个工作日", "9 个工作日"),
    (made(PERMIT, {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "require_material"}), {"op": "outcome_part", "rule": "no_permit", "n": 0, "part": "target", "value": "road-plan"}, "须提交材料", "占道平面图及交通组织方案"),
    (ROWS, {"op": "rows_of", "rule": "no_permit", "path": "2", "value": "held_back"}, "股东（出资人）中每一项都满足", "所交材料中每一项都满足"),
    (ROWS, {"op": "turn_condition", "rule": "no_permit", "path": "2", "value": "$iany"}, "每一项都满足", "至少有一项满足"),
    (PERMIT, {"op": "set_operand", "rule": "no_permit", "path": "0", "value": "12.5"}, "投资额不大于投资限额", "投资额不大于12.5 万元"),
    (DENYING, {"op": "drop_fact", "fact": "follows"}, "由规则得出的事实", ""),
    (DENYING, {"op": "otherwise", "fact": "follows", "value": "true"}, "“否”", "“是”"),
    (GROUPED, {"op": "derive_by", "fact": "held", "part": "of", "n": 0, "value": "/company/shareholders/*/share"}, "推导由“", "”改为“"),
    (PERMIT, {"op": "fact_type", "fact": "investment", "value": "money"}, "小数", "金额"),
    (PERMIT, {"op": "changeable", "fact": "investment", "value": "false"}, "“是”", "“否”"),
    (made(PERMIT, {"op": "add_parameter"}), {"op": "drop_parameter", "parameter": "parameter_3"}, "参数 3", ""),
    (PERMIT, {"op": "parameter_value", "parameter": "area_limit", "value": "500"}, "“300”", "“500”"),
    (PERMIT, {"op": "case_answer", "case": "case_01", "place": "/project/investment", "as": "decimal", "value": "31"}, "“30 万元”", "“31 万元”"),
    (PERMIT, {"op": "case_expect", "case": "case_01", "rule": "no_permit", "value": "unknown"}, "“符合”", "“待补充”"),
    (PERMIT, {"op": "case_row", "case": "case_01", "place": "/company/shareholders"}, "股东（出资人）由“0 行”", "“1 行”"),
    (made(PERMIT, {"op": "drop_case", "case": "case_02"}, {"op": "drop_case", "case": "case_01"}), {"op": "suggest_cases", "on": "2026-11-24"}, "", "个建议的用例"),
    (PERMIT, {"op": "accept_cases", "cases": [OFFER]}, "", "超过限额"),
    (PERMIT, {"op": "take_in", "value": json.dumps({**PERMIT, "basis": "某法"})}, "建筑工程施工许可管理办法", "某法"),
]  # fmt: skip

CODE = re.compile(
    r"[a-z][a-z0-9]*[_.\-][a-z0-9_.\-]+|\$[a-z]+|[{}\[\]]|\b(?:working|always|decimal|deny|zh|en)\b"
)
ASIDE = re.compile(r"存储值.*|的编码由.*|分送：[a-z:-]+|“(?:no|By|Road|None)[^”]*”|某法.*")
"""What may hold letters: what is a code itself, a route that has no title, English words that were changed."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: json.dumps(each[1], ensure_ascii=False)[:70])
def test_every_operation_names_what_was_and_what_is_by_titles(example: Example) -> None:
    document, operation, was, now = example
    done = carry_out(ground(document), operation)
    assert done is not None
    said = done.step.sentence
    for part in (was, now):
        assert part in said["zh"], said["zh"]
    assert not CODE.search(ASIDE.sub("", said["zh"])), said["zh"]
    assert (
        not re.search(r"[_$\[\]{}]", ASIDE.sub("", said["en"]))
        or "stored value" in said["en"]
        or "code" in said["en"]
    )
    assert said["zh"] != said["en"]


def test_no_operation_is_left_out() -> None:
    assert {example[1]["op"] for example in EXAMPLES} == set(names())


def test_the_words_of_the_language_that_changed_are_shown_to_who_reads_either() -> None:
    what = text("名称", "title")
    old = {"zh": "股东", "en": "Shareholder"}
    assert phrase_shift(what, old, {**old, "en": "Shareholders"}).sentence == {
        "zh": "名称（英文）由“Shareholder”改为“Shareholders”",
        "en": "title (English) changed from “Shareholder” to “Shareholders”",
    }
    assert phrase_shift(what, old, {**old, "zh": "出资人"}).sentence["en"] == (
        "title (Chinese) changed from “股东” to “出资人”"
    )
    both = phrase_shift(what, old, {"zh": "出资人", "en": "Investor"}).sentence
    assert both["zh"] == "名称由“股东 / Shareholder”改为“出资人 / Investor”"
    untranslated = phrase_shift(what, {"zh": "甲", "en": "甲"}, {"zh": "乙", "en": "乙"}).sentence
    assert untranslated["zh"] == "名称由“甲”改为“乙”"
    assert phrase_shift(what, None, old).sentence["zh"] == "填写名称：股东 / Shareholder"


WRITTEN = st.text("ab甲乙", min_size=1, max_size=5)


@given(WRITTEN, WRITTEN, WRITTEN, WRITTEN)
def test_a_phrase_that_changed_never_seems_the_same(a: str, b: str, c: str, d: str) -> None:
    old, new = {"zh": a, "en": b}, {"zh": c, "en": d}
    shift = phrase_shift(text("名称", "title"), old, new)
    assert old == new or shift.was != shift.now


def test_typing_is_told_from_before_its_first_letter() -> None:
    desk = Desk(ground(MATTER), view={"tab": "about"}, world=World(DAY, WORLD.calendar))
    say = [{"op": "say", "at": ["title"], "lang": "en", "value": value} for value in ("R", "Ro", "Road")]
    typed, entries = after(desk, [(PRESSED, json.dumps(each)) for each in say])
    told = "名称（英文）由“Road occupation approval”改为“Road”"
    assert [each["zh"] for each in typed.history.sentences] == [told]
    kept = [Entry.from_json(json.loads(canonical(entry.to_json()))) for entry in entries]
    assert kept == entries and [each["zh"] for each in History.of(kept).sentences] == [told]


def test_an_outcome_that_became_another_is_one_change_with_both() -> None:
    new = made(DENYING, {"op": "outcome_kind", "rule": "no_permit", "n": 0, "value": "refer"})
    one = {**DENYING, "rules": {**DENYING["rules"], "no_permit": _single(DENYING)}}
    two = {**new, "rules": {**new["rules"], "no_permit": _single(new)}}
    (change,) = changes_between(one, two, LIBRARY)
    assert "由“不予办理（理由：按投资额" in change.sentence["zh"]
    assert "”改为“转人工办理（理由：按投资额" in change.sentence["zh"]
    assert change.sentence["zh"].startswith("规则·“不需要施工许可”·结果由")


def _single(document: Any) -> Any:
    rule = document["rules"]["no_permit"]
    return {**rule, "run": rule["run"][0]}


def test_versions_compared_call_what_codes_name_by_title() -> None:
    new = made(BUNDLE, {"op": "wait_for", "matter": "housing-fund", "value": ["social-insurance"]})
    said = [each.sentence["zh"] for each in changes_between(BUNDLE, new, LIBRARY)]
    assert said and not any(CODE.search(each) for each in said), said
    conditioned = made(PERMIT, {"op": "set_operand", "rule": "no_permit", "path": "0", "value": "12.5"})
    (change,) = changes_between(PERMIT, conditioned, LIBRARY)
    assert (
        "投资额不大于投资限额" in change.sentence["zh"] and "投资额不大于12.5 万元" in change.sentence["zh"]
    )


@given(st.data())
def test_any_value_is_said(data: st.DataObject) -> None:
    value = data.draw(json_values)
    for lang in LANGS:
        assert isinstance(Words({"rules": {}}, lang, LIBRARY).value(value, data.draw(KEYS)), str)


KEYS = st.sampled_from(["", "run", "all", "matter", "order", "from", "rules", "type", "after", "$ref"])


def test_a_field_is_named_by_its_title_where_it_is_required_and_what_only_holds_it_is_not_named() -> None:
    document = LIBRARY.get("matter", "road-occupation")
    inside = ("form", "schema", "properties", "road_occupation")
    assert place_of(document, (*inside, "properties", "digs"), "zh", LIBRARY) == "表单·“是否挖掘路面”"
    assert place_of(document, (*inside, "required", "digs"), "zh", LIBRARY) == "表单·必填·“是否挖掘路面”"


def test_a_field_that_came_or_went_is_told_by_its_title_though_it_was_the_only_one_of_its_kind() -> None:
    before = LIBRARY.get("matter", "conversion-registration")
    section = identity(before["form"]["ui"]["elements"][0])
    after_ = made(before, {"op": "add_field", "section": section, "type": "text"})
    added = [change.sentence for change in changes_between(before, after_, LIBRARY)]
    gone = [change.sentence for change in changes_between(after_, before, LIBRARY)]
    assert len(added) == len(gone) == 2
    for sentence in (*added, *gone):
        assert "单行文本" in sentence["zh"] and "Text" in sentence["en"], sentence
        for code in ("text_1", "conversion_registration", "object", "#/", "Control"):
            assert code not in sentence["zh"] and code not in sentence["en"], sentence
    assert gone[0]["zh"] == "删除表单·“单行文本”"


def test_the_type_of_a_matter_and_of_its_result_are_not_called_a_field_type() -> None:
    done = carry_out(ground(MATTER), {"op": "fill", "at": ["type"], "as": "text", "value": "public-service"})
    assert done is not None
    assert done.step.sentence["zh"].startswith("事项类型由")
    assert done.step.sentence["en"].lower().startswith("matter type changed")
    result = ("results", MATTER["results"][0]["code"], "type")
    assert place_of(MATTER, result, "zh").endswith("结果类型")
