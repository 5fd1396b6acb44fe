"""Findings stand beside what they are about, in every panel, and their links lead to the very control."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest

from yijianshi.core.definitions.pointer import tokens
from yijianshi.core.definitions.types import Problem
from yijianshi.core.designer.addresses import get, pointer
from yijianshi.core.designer.controls import id_of, name_of
from yijianshi.core.designer.desk import Desk, World, after
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.operations import Ground
from yijianshi.core.designer.panels import PANELS
from yijianshi.core.designer.places import focus_of, way_to
from yijianshi.core.designer.standing import field_at, place_of, typed_at
from yijianshi.server.context import shipped_calendar
from yijianshi.server.designer.places import address
from yijianshi.server.files import meta_schemas, shipped_library

LIBRARY = shipped_library()
WORLD = World(date(2026, 11, 24), shipped_calendar())
MATTER = LIBRARY.get("matter", "road-occupation")
BUNDLE = LIBRARY.get("bundle", "construction-start")
PERMIT = LIBRARY.get("matter", "construction-permit")
OWN = "/form/schema/properties/road_occupation/properties"
FIELD = next(iter(get(MATTER, tokens(OWN))))
"""A field of the matter's own."""


def desk(document: Mapping[str, Any], *pointers: str, **view: str) -> Desk:
    found = tuple(
        Problem(each, "probe", {"zh": f"有误 {each}", "en": "wrong"}, {"zh": "请改正", "en": "mend it"})
        for each in pointers
    )
    return Desk(
        Ground(document, LIBRARY.with_([document]), meta_schemas()), view=view, findings=found, world=WORLD
    )


def panel(shown: Desk) -> str:
    return frame(shown).html().split('id="dz-findings"')[0]


@pytest.mark.parametrize(
    ("document", "place", "operation"),
    [
        (MATTER, "/promised_limit/days", {"op": "fill", "at": ["promised_limit", "days"], "as": "integer"}),
        (MATTER, "/promised_limit", {"op": "fill", "at": ["promised_limit", "days"], "as": "integer"}),
        (MATTER, "/title", {"op": "say", "at": ["title"], "lang": "zh"}),
        (MATTER, "/title/en", {"op": "say", "at": ["title"], "lang": "en"}),
        (PERMIT, "/materials/0/basis", {"op": "fill"}),
        (MATTER, f"{OWN}/{FIELD}/x-title/en", {"op": "say", "lang": "en"}),
        (MATTER, f"{OWN}/{FIELD}/x-title", {"op": "say", "lang": "zh"}),
        (BUNDLE, "/promise/days", {"op": "fill", "at": ["promise", "days"], "as": "integer"}),
        (BUNDLE, "/matters/1/selected", {"op": "select_matter"}),
    ],
)
def test_a_finding_stands_beside_the_control_of_its_place_and_leads_there(
    document: Mapping[str, Any], place: str, operation: dict[str, Any]
) -> None:
    before = desk(document, place, tab="json")
    link = re.search(r'class="dz-findings".*?<a href="\?([^"]*)"', frame(before).html())
    assert link is not None
    events = [(f"view:{key}", value or "") for key, value in way_to(document, place).items()]
    there, entries = after(before, events)
    focus = focus_of(there)
    assert focus is not None and entries == [] and "focus" not in there.view
    shown = panel(there)
    control = re.search(rf'<(?:input|select|textarea)[^>]* id="{focus}" name="([^"]*)"[^>]*>', shown)
    assert control is not None
    found = json.loads(unescape(control[1]))
    assert operation.items() <= found.items()
    # what is heard with the control is what was found at its place, and it stands there once
    assert f"{focus}-found" in control[0].split('aria-describedby="')[1].split('"')[0].split()
    beside = shown.split(f'id="{focus}-found"')
    assert len(beside) == 2 and f"有误 {place}" in beside[1].split("</div>")[0]


def test_what_was_found_at_no_control_stands_on_its_card() -> None:
    matter = str(BUNDLE["matters"][1]["matter"])
    shown = panel(desk(BUNDLE, "/matters/1", "/matters/1/selected", tab="matters"))
    card = shown.split(f'<li id="dz-m-{matter}"')[1].split("</li>")[0]
    assert card.count("有误 /matters/1。") == 1 and card.count("有误 /matters/1/selected") == 1
    shown = panel(desk(BUNDLE, "/rulesets/0", tab="rulesets"))
    assert shown.count("有误 /rulesets/0") == 1
    place = f"{OWN}/{FIELD}"
    shown = panel(desk(MATTER, place, "/form/ui/elements/0", tab="form"))
    assert shown.count(f"有误 {place}。") == 1 and shown.count("有误 /form/ui/elements/0") == 1


def test_a_finding_in_a_layout_is_about_its_field() -> None:
    elements = MATTER["form"]["ui"]["elements"]
    number = next(n for n, each in enumerate(elements) if any("rule" in c for c in each.get("elements", ())))
    inner = next(n for n, each in enumerate(elements[number]["elements"]) if "rule" in each)
    place = f"/form/ui/elements/{number}/elements/{inner}/rule"
    field = field_at(MATTER, typed_at(MATTER, place))
    scope = elements[number]["elements"][inner]["scope"]
    assert field is not None and "#/properties" + field.replace("/", "/properties/")[11:] == scope
    assert way_to(MATTER, place)["select"] == field


@pytest.mark.parametrize("kind", list(PANELS))
def test_every_place_that_a_control_names_is_one_of_the_document(kind: str) -> None:
    """A control whose place were wrong would have findings of something else beside it."""
    for document in LIBRARY.all(kind):
        for each in PANELS[kind]:
            if each.name in ("json", "preview", "try"):
                continue
            view = {"tab": each.name}
            for name in re.findall(r' name="(\{[^"]*)"', panel(replace(desk(document), view=view))):
                place = place_of(kind, unescape(name))
                if place is not None:
                    assert typed_at(document, pointer(document, place))[: len(place)] == place


def test_links_from_other_pages_name_the_control() -> None:
    place = f"{OWN}/{FIELD}/x-title/en"
    link = address(MATTER, place)
    assert link.startswith("/designer/matter/road-occupation?tab=form&select=%2F")
    assert "focus=%2Fform%2Fschema" in link


def test_a_control_with_nothing_found_at_it_says_nothing() -> None:
    shown = panel(desk(MATTER, "/statutory_limit/days", tab="limits"))
    assert shown.count('class="dz-beside"') == 1
    other = id_of(name_of({"op": "fill", "at": ["promised_limit", "days"], "as": "integer"}))
    assert f"{other}-found" not in shown


def test_a_field_as_such_is_looked_at_from_its_title_on() -> None:
    place = f"{OWN}/{FIELD}"
    events = [(f"view:{key}", value or "") for key, value in way_to(MATTER, place).items()]
    focus = focus_of(after(desk(MATTER), events)[0])
    at = ["form", "schema", "properties", "road_occupation", "properties", FIELD, "x-title"]
    assert focus == id_of(name_of({"op": "say", "at": at, "lang": "zh"}))


RULES = LIBRARY.get("ruleset", "individual-to-enterprise.paths")
TOLD = {
    "": {},
    "/order": {"order": ["gone", "gone"]},
    "/names/gone/en": {"names": {"gone": {"zh": "没有用到"}}},
    "/decides": {"decides": "all"},
    "/effective_to": {"effective_from": "2026-02-01", "effective_to": "2026-01-01"},
    "/rules": {"rules": {}},
    "/facts": {"facts": {}},
    "/parameters": {"parameters": {}},
    "/tests/cases/1/expect/met/0": {},
    "/tests/cases/0/answers/company": {},
    "/tests/unreached/gone": {"tests": {"unreached": {"gone": {}}}},
    "/odd": {"odd": 1},
}
"""Places of a ruleset that something is found at, and what is wrong there."""


def places(document: Any, *at: str) -> Iterator[str]:
    """Yield the places of a document that are not far below a rule, a fact, a case."""
    yield pointer(document, at)
    inner = get(document, at)
    if isinstance(inner, Mapping) and len(at) < 4:
        for key in inner:
            yield from places(document, *at, key)


@pytest.mark.parametrize("readonly", [False, True])
def test_the_link_of_every_finding_on_a_ruleset_leads_to_something_that_takes_the_focus(
    readonly: bool,
) -> None:
    cases = [
        {"on": "2026-11-24", "answers": {}, "expect": {"met": [name]}} for name in list(RULES["rules"])[:2]
    ]
    whole = {**RULES, "tests": {"cases": cases}}
    wrong = {place: {**whole, **change} for place, change in TOLD.items()}
    asked = [
        *((whole, each) for each in places(whole)),
        *((document, place) for place, document in wrong.items()),
    ]
    codes = {"": "", "/rules": "rule-never-met"}
    for document, place in asked:
        events = [
            (f"view:{key}", value or "")
            for key, value in way_to(document, place, codes.get(place, "")).items()
        ]
        there = after(replace(desk(document, place), readonly=readonly), events)[0]
        focus = focus_of(there)
        held = re.search(rf'<(\w+)[^<>]* id="{focus}"[^<>]*>', frame(there).html())
        assert held is not None and " disabled" not in held[0], place
        assert held[1] in ("input", "select", "textarea", "button", "a") or "tabindex" in held[0], place


def test_what_a_code_is_called_and_what_is_wrong_with_a_case_lead_to_where_they_are_typed() -> None:
    name, rule = next((name, rule) for name, rule in RULES["rules"].items() if "route" in rule["run"])
    code = rule["run"]["route"]
    cases = [{"on": "2026-11-24", "answers": {}, "expect": {"met": [name]}}]
    document = {**RULES, "names": {code: {"zh": "登记", "en": "registration"}}, "tests": {"cases": cases}}

    def control(place: str) -> Any:
        events = [(f"view:{key}", value or "") for key, value in way_to(document, place).items()]
        there = after(desk(document, place), events)[0]
        found = re.search(rf' id="{focus_of(there)}(?:-0)?" name="([^"]*)"', frame(there).html())
        return json.loads(unescape(found[1])) if found else None

    assert control(f"/names/{code}/en")["at"] == ["names", code]
    assert control("/tests/cases/0/expect/met/0")["op"] == "case_expect"
    assert control(f"/rules/{name}/run/basis")["part"] == "basis"
    assert control(f"/rules/{name}/run/reason/en").items() >= {"part": "reason", "lang": "en"}.items()
    assert control(f"/rules/{name}/title/en") == {"op": "rule_title", "rule": name, "lang": "en"}
    assert "path" in control(f"/rules/{name}/all/0/m")
    assert control("/tests/cases/0/on") == {"op": "case_day", "case": "case_01"}
    assert control("/basis")["at"] == ["basis"] and control("/combine/route")["at"] == ["combine", "route"]
