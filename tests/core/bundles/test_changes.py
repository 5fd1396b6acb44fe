"""What an applicant is told when his form was published anew."""

from __future__ import annotations

import json
from typing import Any

from yijianshi.core.bundles.changes import form_changes
from yijianshi.core.bundles.compose import compose
from yijianshi.server.files import shipped_library

LIBRARY = shipped_library()
BUNDLE = "construction-start"
OLD = compose(LIBRARY, BUNDLE)


def changed(kind: str, code: str, **with_: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(LIBRARY.get(kind, code)))
    return {**document, **with_}


def told(*documents: dict[str, Any]) -> list[str]:
    return [change["en"] for change in form_changes(OLD, compose(LIBRARY.with_(documents), BUNDLE))]


def test_the_same_form_has_no_changes() -> None:
    assert form_changes(OLD, compose(LIBRARY, BUNDLE)) == []


def test_questions_added_taken_out_and_asked_otherwise() -> None:
    name = changed("element", "project.name", schema={"minLength": 5})
    worded = changed("element", "project.structure", title={"zh": "结构", "en": "Kind of structure"})
    assert told(name) == ["what is asked changed: Project name"]
    assert told(worded) == ["the wording changed: Kind of structure"]
    without = changed("matter", "water-connection")
    del without["form"]["schema"]["properties"]["site"]["properties"]["water_daily"]
    without["form"]["schema"]["properties"]["site"]["required"].remove("water_daily")
    water = OLD.title("/site/water_daily")["en"]
    assert told(without) == [f"a question was taken out: {water}"]
    back = form_changes(compose(LIBRARY.with_([without]), BUNDLE), OLD)
    assert [change["en"] for change in back] == [f"a question was added: {water}"]


def test_matters_materials_and_rules() -> None:
    bundle = changed("bundle", BUNDLE)
    bundle["matters"] = [m for m in bundle["matters"] if m["matter"] != "power-connection"]
    assert "a matter was taken out: " + OLD.matters["power-connection"]["title"]["en"] in told(bundle)
    permit = changed("matter", "construction-permit")
    gone = next(
        m.code
        for m in OLD.materials_for(OLD.matters)
        if m.asked and [u.matter for u in m.uses] == [permit["code"]]
    )
    permit["materials"] = [use for use in permit["materials"] if use["material"] != gone]
    assert told(permit) == [f"a material is no longer needed: {LIBRARY.get('material', gone)['title']['en']}"]
    rules = changed("ruleset", "construction-start.eligibility")
    rules["parameters"]["permit_investment"]["value"] = 100
    assert told(rules) == [f"the rules changed: {rules['title']['en']}"]
