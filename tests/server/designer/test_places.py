"""Where the links of the checklist lead to."""

from __future__ import annotations

from yijianshi.server.designer.places import address


def test_a_finding_leads_to_the_tab_on_which_it_is_mended() -> None:
    rules = {"kind": "ruleset", "code": "some.rules", "rules": []}
    assert "tab=cases" in address(rules, "/rules", "rule-never-met")
    assert "tab=rules" in address(rules, "/rules")
