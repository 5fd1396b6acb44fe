"""Counterfactual advice: what the applicant could change, on the review page, in the API and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from yijianshi.cli import main
from yijianshi.core.bundles.compose import Composition
from yijianshi.core.bundles.evaluate import Evaluation, Run
from yijianshi.core.definitions.library import Library
from yijianshi.core.rules import compile_ruleset, extract_facts, parse
from yijianshi.server.files import read_json, root, shipped_library
from yijianshi.server.rule_advice import counsel, counsels
from yijianshi.server.rule_elements import domains, fixed, of_library

from tests.server.shell.conftest import Program

ON = date(2026, 11, 23)
DENIED: dict[str, Any] = {
    "situation": {"path": "direct", "abnormal": True, "unpaid_tax": True},
    "household": {"operator_id": "371322199003070021"},
    "company": {"type": "limited", "capital": 30},
}


def ruleset(**facts: Any) -> dict[str, Any]:
    return {
        "kind": "ruleset",
        "code": "x",
        "decides": "eligibility",
        "facts": facts,
        "rules": {
            name: {
                "all": [{"m": condition}],
                "run": {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"},
            }
            for name, condition in {
                "young": {"$lt": {"age": 18}},
                "other_use": {"use": "stadium"},
            }.items()
        },
    }


USE = {"from": "/project/use", "type": "choice"}
DICTIONARY = of_library(
    Library.of(
        [
            {"kind": "element", "code": "person.id", "type": "resident_id", "changeable": False},
            {"kind": "element", "code": "operator.id", "extends": "person.id"},
            {
                "kind": "element",
                "code": "project.use",
                "type": "choice",
                "title": {"zh": "用途", "en": "use"},
                "options": [
                    {"value": "stadium", "title": {"zh": "体育馆", "en": "stadium"}},
                    {"value": "shop", "title": {"zh": "商店", "en": "shop"}},
                ],
            },
        ]
    )
)


def test_the_dictionary_says_what_cannot_be_changed_also_of_what_is_derived_from_it() -> None:
    age = {"derive": {"fn": "age", "of": "/operator/id"}, "type": "integer"}
    parsed = parse(ruleset(age=age, use=USE))
    assert fixed(parsed, DICTIONARY) == {"age"}
    assert domains(parsed, DICTIONARY)["use"].values == ("stadium", "shop")
    compiled = compile_ruleset(parsed, ON)
    young = counsel(compiled, {"age": 17, "use": "shop"}, DICTIONARY)
    assert young is not None and (young.status, dict(young.changes)) == ("none", {})
    # the same facts without the mark: then it would be told to be older
    told = counsel(compiled, {"age": 17, "use": "shop"}, lambda place: None)
    assert told is not None and told.changes == {"age": 18}


def test_the_advice_speaks_of_fields_and_options_by_their_titles() -> None:
    compiled = compile_ruleset(parse(ruleset(age={"from": "/a", "type": "integer"}, use=USE)), ON)
    told = counsel(compiled, {"age": 20, "use": "stadium"}, DICTIONARY)
    assert told is not None
    assert told.sentence == {
        "zh": "如果用途：商店，则符合条件",
        "en": "with use: shop the conditions would be met",
    }


def test_two_facts_out_of_one_answer_are_not_changed_one_without_the_other() -> None:
    months = {"derive": {"fn": "months_between", "of": ["/born", "/applied"]}, "type": "integer"}
    parsed = parse(ruleset(age=months, use=USE, applied={"from": "/applied", "type": "date"}))
    assert fixed(parsed, DICTIONARY) == {"age", "applied"}


def test_no_denial_no_advice() -> None:
    compiled = compile_ruleset(parse(ruleset(age={"from": "/a", "type": "integer"}, use=USE)), ON)
    assert counsel(compiled, {"age": 20, "use": "shop"}, DICTIONARY) is None
    assert counsel(compiled, {}, DICTIONARY) is None


def test_without_time_it_is_said_to_be_unknown() -> None:
    compiled = compile_ruleset(parse(ruleset(age={"from": "/a", "type": "integer"}, use=USE)), ON)
    told = counsel(compiled, {"age": 17, "use": "shop"}, DICTIONARY, seconds=0)
    assert told is not None and told.status == "unknown"
    assert "窗口" in told.sentence["zh"] and "not found in time" in told.sentence["en"]


@pytest.mark.parametrize("path", sorted((root() / "rules").glob("*.cases.json")), ids=lambda path: path.stem)
def test_for_the_cases_of_what_is_shipped_it_turns_the_decision_and_leaves_alone_what_is_fixed(
    path: Path, platform: Any
) -> None:
    parsed = parse(read_json(path.with_name(path.name.replace(".cases", ""))))
    elements = of_library(shipped_library())
    held = fixed(parsed, elements)
    for case in read_json(path)["cases"][:12]:
        on = date.fromisoformat(case["on"])
        compiled = compile_ruleset(parsed, on)
        facts = extract_facts(parsed, case["answers"], on, platform.calendar)
        told = counsel(compiled, facts, elements, seconds=20)
        denied = [o for o in compiled.evaluate(facts).outcomes if o.type == "deny" and o.truth == "met"]
        assert (told is not None) == bool(denied)
        if told is not None and told.status == "change":
            assert told.changes and held.isdisjoint(told.changes)
            after = compiled.evaluate({**facts, **told.changes}).outcomes
            assert not [o for o in after if o.type == "deny" and o.truth == "met"]


def test_the_command_advises(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(DENIED), "utf-8")
    asked = ["evaluate", "individual-to-enterprise", "--answers", str(file), "--on", "2026-11-23"]
    report = json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)
    assert report["denied"] is True
    (told,) = report["advice"]
    assert told["status"] == "change"
    assert told["changes"] == {"abnormal": False, "unpaid_tax": False}
    assert "What would change it:" in CliRunner().invoke(main, [*asked, "--lang", "en"]).output


def test_the_applicant_reads_it_before_submitting(bearing: Callable[[str], Program]) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": "individual-to-enterprise"}).json()
    saved = program.request(
        "PUT", f"/api/v1/drafts/{draft['id']}", json={"answers": DENIED, "revision": draft["revision"]}
    )
    assert saved.status_code == 200, saved.text
    (told,) = program.get(f"/api/v1/drafts/{draft['id']}/advice").json()["advice"]
    assert told["changes"] == {"abnormal": False, "unpaid_tax": False}
    page = program.get(f"/apply/{draft['id']}/review").text
    assert "怎样才符合条件" in page and told["sentence"]["zh"] in page
    public = program.post("/api/v1/bundles/individual-to-enterprise/evaluate", json={"answers": DENIED})
    assert public.json()["advice"] == [told]


def test_what_would_please_one_ruleset_and_not_another_is_not_advised() -> None:
    def run(code: str, condition: Any) -> Run:
        document = {
            "code": code,
            "decides": "eligibility",
            "facts": {"capital": {"from": "/company/capital", "type": "integer"}},
            "rules": {
                "r": {
                    "all": [{"m": condition}],
                    "run": {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"},
                }
            },
        }
        compiled = compile_ruleset(parse(document), ON)
        return Run(code, None, compiled, {"capital": 20}, compiled.evaluate({"capital": 20}))

    small = run("small", {"$lt": {"capital": 30}})
    composition = Composition({"fields": [], "matters": [], "materials": {}})
    alone = counsels(composition, Evaluation(ON, (), (), (small,)))
    assert [(each.status, dict(each.changes)) for each in alone] == [("change", {"capital": 30})]
    large = run("large", {"$gte": {"capital": 25}})
    both = counsels(composition, Evaluation(ON, (), (), (small, large)))
    assert [(each.ruleset, each.status) for each in both] == [("small", "unknown")]
