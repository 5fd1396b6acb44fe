"""Findings and rules are read by clerks: what they name has a title, and no word of a schema is among them."""

from __future__ import annotations

import re

import pytest

from yijianshi.core.definitions.types import text
from yijianshi.core.designer.sentences import by_title
from yijianshi.server.registry.sentences import sentences

from .slips import SHIPPED, SLIPS, Slip, checked

SCHEMA = re.compile(r"select_matter|(require|waive)_material|set_limit|by_rule|by_choice|minItems|\bpri\b")
RULESETS = [each for each in SHIPPED if each["kind"] == "ruleset"]


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_no_finding_speaks_in_words_of_a_schema(slip: Slip) -> None:
    for problem in checked([slip]):
        said = (*problem.message.values(), *problem.remedy.values())
        assert not any(SCHEMA.search(each) for each in said), said


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
