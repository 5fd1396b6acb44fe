"""What test cases reach: rows and conditions; every row before publishing, or a signature."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from yijianshi.cli import main
from yijianshi.core.checks import Source
from yijianshi.core.rules import parse, run_cases
from yijianshi.server.errors import Refusal
from yijianshi.server.registry import reviewing
from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.rule_cases import run_all, with_tests

from tests.server.registry.conftest import Clock, clock, registry
from tests.server.registry.samples import sources
from tests.server.test_rule_agreement import ruleset

__all__ = ["Clock", "clock", "registry"]

SIGNED = {"odd": {"reason": {"zh": "不会出现", "en": "never happens"}, "signed_by": "王某"}}


def case(area: Any, **expect: Any) -> dict[str, Any]:
    return {
        "title": {"zh": "一", "en": "a"},
        "on": "2026-11-23",
        "answers": {"area": area, "use": "shop"},
        "expect": expect,
    }


LARGE = case(301, met=["large"])
SMALL = case(300, unmet=["large"])
ODD = {**case(123.4567, met=["odd"]), "answers": {"area": 123.4567, "use": "house"}}


def with_cases(*cases: Any, **more: Any) -> dict[str, Any]:
    return ruleset(tests={"cases": list(cases), **more})


def findings(document: Any, publishing: bool = True) -> list[tuple[str, str, str]]:
    result = run_all([Source("x.json", document, "/0")], publishing)
    return [(p.pointer, p.code, p.severity) for p in result.findings if p.severity != "note"]


def test_rows_and_conditions_are_counted() -> None:
    report = run_cases(parse(ruleset()), {"cases": [LARGE, SMALL]})
    assert report.never_met == ("odd",)
    assert dict(report.conditions) == {
        "/rules/large/all/0/m": {True, False},
        "/rules/odd/all/0/m/$and/0": {False},
        "/rules/odd/all/0/m/$and/1": {False},
    }
    (coverage,) = run_all([Source("x.json", with_cases(LARGE, SMALL))]).coverage
    assert coverage.to_json() == {
        "ruleset": "x",
        "rows": {"reached": 1, "signed": 0, "of": 2},
        "conditions": {"both": 1, "of": 3},
    }


def test_conditions_seen_one_way_only_are_named_with_the_way_that_lacks() -> None:
    assert run_all([Source("x.json", with_cases(LARGE, ODD))]).findings == ()
    house = {**LARGE, "answers": {"area": 301, "use": "house"}}
    (note,) = run_all([Source("x.json", with_cases(house, unreached=SIGNED))]).findings
    assert (note.code, note.severity) == ("conditions-half-seen", "note")
    assert "of 3 conditions the cases see 0 both met and unmet" in note.message["en"]
    assert "/rules/large/all/0/m (never unmet)" in note.message["en"]
    assert "/rules/odd/all/0/m/$and/0 从未成立" in note.message["zh"]
    nothing = {**LARGE, "answers": {}, "expect": {"unknown": ["large"]}}
    *unmet, said = run_all([Source("x.json", with_cases(nothing))]).findings
    assert [each.code for each in unmet] == ["rule-never-met"] * 2
    assert "/rules/large/all/0/m (never decided)" in said.message["en"]
    assert "/rules/large/all/0/m 从未判断" in said.message["zh"]


def test_an_unreached_row_is_a_warning_and_to_be_published_an_error() -> None:
    assert findings(with_cases(LARGE), publishing=False) == [("/0/rules/odd", "rule-never-met", "warning")]
    assert findings(with_cases(LARGE)) == [("/0/rules/odd", "rule-never-met", "error")]
    assert findings(with_cases(LARGE, ODD)) == []


def test_a_row_that_no_case_meets_is_named_by_its_title_at_its_place_in_the_ruleset(tmp_path: Path) -> None:
    document = {**with_cases(case(1, unmet=["large"])), "order": ["odd", "large"]}
    document["rules"]["odd"]["title"] = {"zh": "怪数", "en": "An odd area"}
    first, second = (
        each for each in run_all([Source("x.json", document)]).findings if each.severity != "note"
    )
    assert (first.file, first.pointer, second.pointer) == ("x.json", "/rules/odd", "/rules/large")
    assert first.message == {
        "zh": "没有用例使规则“怪数”（odd）成立",
        "en": "no case meets the rule “An odd area” (odd)",
    }
    assert second.message["en"] == "no case meets the rule “large”"
    # with the cases in a file beside it the place is in the ruleset all the same
    (tmp_path / "x.cases.json").write_text(json.dumps({"ruleset": "x", **document.pop("tests")}), "utf-8")
    beside = run_all([Source(str(tmp_path / "x.json"), document)]).findings
    assert [(each.file, each.pointer) for each in beside if each.code == "rule-never-met"] == [
        (str(tmp_path / "x.json"), "/rules/odd"),
        (str(tmp_path / "x.json"), "/rules/large"),
    ]


def test_the_author_may_sign_for_a_row_that_no_case_reaches() -> None:
    assert findings(with_cases(LARGE, unreached=SIGNED)) == []
    (coverage,) = run_all([Source("x.json", with_cases(LARGE, unreached=SIGNED))]).coverage
    assert (coverage.reached, coverage.signed, coverage.rules) == (1, 1, 2)
    unsigned = {"odd": {"reason": SIGNED["odd"]["reason"]}}
    assert findings(with_cases(LARGE, unreached=unsigned))[0][0].startswith("/0/tests/unreached/odd")


def test_a_signature_for_a_row_that_is_reached_or_not_there_is_told() -> None:
    unreached = {"large": SIGNED["odd"], "odd": SIGNED["odd"], "gone": SIGNED["odd"]}
    assert findings(with_cases(LARGE, unreached=unreached)) == [
        ("/0/tests/unreached/large", "signed-in-vain", "warning"),
        ("/0/tests/unreached/gone", "signed-in-vain", "warning"),
    ]
    assert findings(ruleset(tests={"unreached": dict.fromkeys(("large", "odd"), SIGNED["odd"])})) == []


def test_a_failing_case_and_no_cases_at_all_are_errors() -> None:
    assert ("/0/tests/cases/0/expect/unmet/0", "case-failed", "error") in findings(
        with_cases(case(301, unmet=["large"]), ODD)
    )
    assert findings(ruleset()) == [("/0", "no-cases", "error")]
    assert findings(ruleset(), publishing=False) == [("/0", "no-cases", "warning")]


def test_cases_beside_the_file_are_run_and_go_with_the_ruleset(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    (tmp_path / "x.cases.json").write_text(json.dumps({"ruleset": "x", "cases": [LARGE]}), "utf-8")
    result = run_all([Source(str(file), ruleset())])
    assert result.cases == 1
    assert {p.file for p in result.findings if p.code != "rule-never-met"} == {str(tmp_path / "x.cases.json")}
    taken = with_tests(Source(str(file), ruleset()))
    assert taken.document == with_cases(LARGE)
    assert with_tests(taken) == taken
    (tmp_path / "x.cases.json").write_text("{", "utf-8")
    assert with_tests(Source(str(file), ruleset())).document == ruleset()
    assert [p.code for p in run_all([Source(str(file), ruleset())]).findings] == ["malformed-json"]


@pytest.mark.parametrize("broken", [[], {"cases": 5}, {"cases": [5]}, {"cases": [], "more": 1}])
def test_broken_cases_are_findings(tmp_path: Path, broken: Any) -> None:
    (tmp_path / "x.cases.json").write_text(json.dumps(broken), "utf-8")
    result = run_all([Source(str(tmp_path / "x.json"), ruleset())])
    assert result.findings and all(p.severity != "note" for p in result.findings)


def test_a_ruleset_with_an_unreached_row_is_not_published(registry: RegistryService) -> None:
    draft = registry.save_draft(with_cases(LARGE), "ann", None)
    with pytest.raises(Refusal) as caught:
        reviewing.submit(registry, "ruleset", "x", "ann", draft.revision)
    assert [(p.pointer, p.code) for p in caught.value.problems if p.severity == "error"] == [
        ("/rules/odd", "rule-never-met")
    ]
    draft = registry.save_draft(with_cases(LARGE, unreached=SIGNED), "ann", draft.revision)
    with pytest.raises(Refusal) as forged:
        reviewing.submit(registry, "ruleset", "x", "ann", draft.revision)
    assert [(p.pointer, p.code) for p in forged.value.problems if p.severity == "error"] == [
        ("/tests/unreached/odd/signed_by", "signed-by-another")
    ]
    own = {"odd": {**SIGNED["odd"], "signed_by": "ann"}}
    draft = registry.save_draft(with_cases(LARGE, unreached=own), "ann", draft.revision)
    reviewing.submit(registry, "ruleset", "x", "ann", draft.revision)
    version = reviewing.approve(registry, "ruleset", "x", "bo", draft.revision)
    assert version.document["tests"]["unreached"]["odd"]["signed_by"] == "ann"
    report = import_documents(registry, sources(ruleset()), "system:test", publish_now=True)
    assert [problem.code for problem in report.errors] == ["no-cases"]


def command(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], env=environment)


def test_check_tells_what_the_cases_reach(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(with_cases(LARGE, SMALL)), "utf-8")
    report = json.loads(command("check", file, "--json").stdout)
    assert report["coverage"][0]["rows"] == {"reached": 1, "signed": 0, "of": 2}
    assert "the cases reach 1 of 2 rows (0 more signed for); 1 of 3 conditions both ways" in (
        command("check", file, "--lang", "en").stdout
    )
    assert "规则 1/2" in command("check", file).stdout


@pytest.mark.parametrize(
    ("order", "place", "code"),
    [
        (["odd", "large", "gone"], "/order/2", "unknown-rule"),
        (["odd", "large", "odd"], "/order/2", "rule-listed-twice"),
        (["odd"], "/order", "rule-not-listed"),
        ("odd", "/order", "wrong-type"),
    ],
)
def test_check_refuses_an_order_that_does_not_name_each_rule_once_and_says_so_once(
    tmp_path: Path, order: Any, place: str, code: str
) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({**with_cases(LARGE, ODD), "order": order}), "utf-8")
    checked = command("check", file, "--json")
    found = [each for each in json.loads(checked.stdout)["findings"] if each["severity"] == "error"]
    assert checked.exit_code == 1
    assert [(each["file"], each["pointer"], each["code"]) for each in found] == [(str(file), place, code)]
    assert all(found[0][said][lang] for said in ("message", "remedy") for lang in ("zh", "en"))


def test_import_and_export_keep_the_cases(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(ruleset()), "utf-8")
    a, b = ({"YIJIANSHI_DATA": str(tmp_path / name)} for name in "ab")
    refused = command("import", file, **a)
    assert refused.exit_code == 1 and "no-cases" in refused.stdout
    (tmp_path / "x.cases.json").write_text(json.dumps({"ruleset": "x", "cases": [LARGE, ODD]}), "utf-8")
    assert command("import", file, **a).exit_code == 0
    exported = tmp_path / "all.json"
    assert command("export", "x", "-o", exported, **a).exit_code == 0
    assert json.loads(exported.read_text("utf-8")) == [copy.deepcopy(with_cases(LARGE, ODD))]
    assert command("import", exported, **b).exit_code == 0
