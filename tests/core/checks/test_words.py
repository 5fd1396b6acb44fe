"""Findings and rules are read by clerks: what they name has a title, and no word of a schema is among them."""

from __future__ import annotations

import re

import pytest

from yijianshi.core.checks.expected import FORMS
from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.types import Problem, text
from yijianshi.core.designer import frame
from yijianshi.core.designer.sentences import by_title
from yijianshi.server.registry.sentences import sentences

from .slips import METAS, SHIPPED, SLIPS, Slip, checked

SCHEMA = re.compile(
    r"select_matter|(require|waive)_material|set_limit|by_rule|by_choice|minItems|\bpri\b"
    r"|\bstring\b|\bboolean\b|\barray\b|of type (object|integer|number)|类型应为|模式|\^\["
)
RULESETS = [each for each in SHIPPED if each["kind"] == "ruleset"]


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_no_finding_speaks_in_words_of_a_schema(slip: Slip) -> None:
    for problem in checked([slip]):
        said = (*problem.message.values(), *problem.remedy.values())
        assert not any(SCHEMA.search(each) for each in said), said


def broken(kind: str, **changes: object) -> list[Problem]:
    document = {**SHIPPED.all(kind)[0], **changes}
    return meta_findings(document, METAS[kind], meta_registry(METAS))


def test_what_is_expected_is_said_with_the_title_of_the_field() -> None:
    (wrong,) = broken("matter", warn_days="soon")
    assert wrong.message == text("“提前预警”应为整数", "“warning” should be a whole number")
    (far,) = broken("matter", warn_days=200)
    assert far.message == text("“提前预警”不能大于 60", "“warning”: it is at most 60")
    (day,) = broken("matter", effective_from="明天")
    assert day.code == "bad-form" and "2026-01-31" in day.remedy["zh"] and "2026-01-31" in day.remedy["en"]
    (code,) = broken("matter", department={"code": "Big One", "name": {"zh": "局", "en": "Bureau"}})
    assert "“编码”" in code.message["zh"] and "小写字母" in code.remedy["zh"]
    (missing,) = broken("matter", department={"code": "bureau"})
    assert missing.message == text("缺少“名称”（name）", "“name” (name) is missing")


def test_what_one_branch_of_a_schema_wants_has_its_title_too() -> None:
    rule = {"all": [{"m": {"x": 1}}], "run": {"deny": True}}
    found = broken("ruleset", rules={"rule": rule})
    assert {"缺少“理由”（reason）", "缺少“依据”（basis）"} == {each.message["zh"] for each in found}


def test_the_choices_of_a_list_are_told_by_what_they_are_called() -> None:
    assert frame  # the panels tell what choices are called
    (wrong,) = broken("matter", level="galaxy")
    said = by_title({}, wrong.remedy, SHIPPED, wrong.pointer)
    assert wrong.message["zh"].startswith("“行使层级”")
    assert "“县级”（county）" in said["zh"] and "(county)" in said["en"]


def patterns(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        return own.union(*(patterns(each) for each in node.values()))
    return set().union(*(patterns(each) for each in node)) if isinstance(node, list) else set()


def test_every_form_that_the_meta_schemas_want_has_words() -> None:
    assert patterns(list(METAS.values())) == set(FORMS)


def test_findings_call_matters_materials_and_fields_by_title() -> None:
    matter, material = SHIPPED.get("matter", "seal-making"), SHIPPED.all("material")[0]
    message = text(f"“seal-making”需要“{material['code']}”", f"“seal-making” needs “{material['code']}”")
    said = by_title({}, message, SHIPPED)
    for lang in ("zh", "en"):
        assert matter["title"][lang] in said[lang] and material["title"][lang] in said[lang]
    element = SHIPPED.all("element")[0]
    place = "/" + element["code"].replace(".", "/")
    assert (
        by_title({}, text(f"“{place}”", f"“{place}”"), SHIPPED)["en"]
        == f"“{element['title']['en']}” ({place})"
    )
    assert by_title({}, text("“nowhere”", "“nowhere”"), SHIPPED) == text("“nowhere”", "“nowhere”")


@pytest.mark.parametrize("document", RULESETS, ids=[each["code"] for each in RULESETS])
def test_rules_call_matters_and_materials_by_title(document: dict[str, object]) -> None:
    said = dict(sentences(document, SHIPPED))
    rules = document["rules"]
    assert isinstance(rules, dict)
    for name, rule in rules.items():
        for outcome in rule["run"] if isinstance(rule["run"], list) else [rule["run"]]:
            for key in ("select_matter", "require_material", "waive_material"):
                if key in outcome:
                    named = SHIPPED.get(key.split("_")[1], outcome[key])["title"]
                    assert f"“{named['zh']}”" in said[name]["zh"]
                    assert named["en"] in said[name]["en"] and outcome[key] not in said[name]["zh"]
