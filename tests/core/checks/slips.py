"""Slips that authors of definitions make, one of every kind, each at a place of its own.

A slip names the places that it spoils, or that the law it breaks must read: two slips that share such
a place are not independent of each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.types import Problem
from yijianshi.server.files import meta_schemas, shipped_library

Folder = dict[str, Any]
"""Documents by ``kind:code``, as their file names are."""

SHIPPED = shipped_library()
METAS = meta_schemas()
PERMIT, FIRE = "matter:construction-permit", "matter:fire-design-review"
START, CONVERSION = "bundle:construction-start", "bundle:individual-to-enterprise"
ELIGIBLE, SITUATIONS = "ruleset:construction-start.eligibility", "ruleset:construction-start.situations"


@dataclass(frozen=True)
class Slip:
    """What was done wrong, what is told of it (file, pointer, code), and what it touches."""

    name: str
    told: tuple[tuple[str, str, str], ...]
    touches: tuple[str, ...]
    make: Callable[[Folder], Any]


def folder() -> Folder:
    """Give the shipped definitions, to be spoilt."""
    return {f"{each['kind']}:{each['code']}": json.loads(json.dumps(each)) for each in SHIPPED}


def checked(slips: Iterable[Slip]) -> list[Problem]:
    """Check the shipped definitions with slips in them."""
    documents = folder()
    for slip in slips:
        slip.make(documents)
    return check([Source(name, document) for name, document in documents.items()], METAS)


def told(problems: Iterable[Problem]) -> set[tuple[str, str, str]]:
    """Say of findings where they are and what they are."""
    return {(problem.file or "", problem.pointer, problem.code) for problem in problems}


def independent(one: Slip, two: Slip) -> bool:
    """Tell whether neither slip touches what the other does."""
    return not any(
        a == b or a.startswith(b + "/") or b.startswith(a + "/") for a in one.touches for b in two.touches
    )


def slip(name: str, where: str, code: str, make: Callable[[Any], Any], *touches: str) -> Slip:
    """Describe a slip in one document that is told of once; ``where`` is ``kind:code#pointer``."""
    file, _, pointer = where.partition("#")
    places = touches or (where,)
    return Slip(name, ((file, pointer, code),), places, lambda documents: make(documents[file]))


def _extends(documents: Folder) -> None:
    documents["element:manager.name"]["extends"] = "legal_representative.name"
    documents["element:legal_representative.name"]["extends"] = "manager.name"


def _again(documents: Folder) -> None:
    documents["material:site-plan again"] = documents["material:site-plan"]


def _misnamed(documents: Folder) -> None:
    documents["material:road-plan"]["kind"] = "materiel"


def _groups(document: Any) -> Any:
    return document["form"]["ui"]["elements"]


def _properties(document: Any) -> Any:
    return document["form"]["schema"]["properties"]


def _rule(document: Any, name: str) -> Any:
    return document["rules"][name]


SLIPS = [
    # elements
    slip("unknown key", "element:project.name#/titel", "unknown-key", lambda d: d.update(titel="x")),
    slip("no translation", "element:project.code#/title", "missing-key", lambda d: d["title"].pop("en")),
    slip("wrong type", "element:project.height#/unit", "wrong-type", lambda d: d.update(unit=5)),
    slip("not allowed", "element:project.summary#/sensitivity", "not-allowed", lambda d: d.update(sensitivity="secret")),
    slip("no JSON Schema", "element:project.storeys#/schema/minimum", "no-json-schema",
         lambda d: d.setdefault("schema", {}).update(minimum="low")),
    slip("two in one schema", "element:project.storeys#/schema/title", "no-json-schema",
         lambda d: d.setdefault("schema", {}).update(title=5)),
    slip("options differ", "element:project.nature#/options", "options-differ",
         lambda d: d.setdefault("schema", {}).update(enum=["other"]), "element:project.nature#/options", "element:project.nature#/schema"),
    slip("extends nothing", "element:site.address#/extends", "dangling-reference",
         lambda d: d.update(extends="no.such")),
    slip("still to be written", "element:project.investment#/hint/zh", "to-be-written",
         lambda d: d.update(hint={"zh": "待填写", "en": "x"})),
    slip("no function", "element:construction.total_price#/compute/fn", "unknown-function",
         lambda d: d["compute"].update(fn="summ")),
    Slip("a circle of elements",
         (("element:manager.name", "/extends", "circular-extends"),
          ("element:legal_representative.name", "/extends", "circular-extends")),
         ("element:manager.name#/extends", "element:legal_representative.name#/extends"), _extends),
    # materials
    slip("a number as text", "material:spoil-plan#/max_count", "wrong-type", lambda d: d.update(max_count="3")),
    slip("a code twice", "material:site-plan again#/code", "duplicate-code", lambda d: None),
    slip("unknown kind", "material:road-plan#/kind", "unknown-kind", lambda d: None, "material:road-plan"),
    # matters
    slip("promise over statute", f"{PERMIT}#/promised_limit/days", "promise-over-statute",
         lambda d: d["promised_limit"].update(days=99), f"{PERMIT}#/promised_limit", f"{PERMIT}#/statutory_limit"),
    slip("unknown unit", f"{FIRE}#/promised_limit/unit", "not-allowed", lambda d: d["promised_limit"].update(unit="weeks")),
    slip("no such material", f"{PERMIT}#/materials/1/material", "dangling-reference",
         lambda d: d["materials"][1].update(material="no-such")),
    slip("a material twice", f"{PERMIT}#/materials/7", "material-twice",
         lambda d: d["materials"].append(dict(d["materials"][0]))),
    slip("no shared source", f"{FIRE}#/materials/0/obtain", "no-shared-source",
         lambda d: d["materials"][0].update(obtain="shared")),
    slip("a code of bad form", f"{FIRE}#/materials/1/material", "bad-form",
         lambda d: d["materials"][1].update(material="Drawing Review")),
    slip("no such ruleset", f"{PERMIT}#/rulesets/0", "dangling-reference", lambda d: d.update(rulesets=["no.such"])),
    slip("no such element", f"{FIRE}#/form/schema/properties/project/properties/height/$ref", "dangling-reference",
         lambda d: _properties(d)["project"]["properties"].update(height={"$ref": "urn:yijianshi:element:project.heihgt"})),
    slip("an element out of its place", f"{FIRE}#/form/schema/properties/project/properties/nname", "element-out-of-place",
         lambda d: _properties(d)["project"]["properties"].update(nname=_properties(d)["project"]["properties"].pop("name")),
         f"{FIRE}#/form/schema/properties/project/properties/name", f"{FIRE}#/form/schema/properties/project/required"),
    slip("an element with two types", f"{FIRE}#/form/schema/properties/project/properties/code/x-type", "type-conflict",
         lambda d: _properties(d)["project"]["properties"]["code"].update({"x-type": "date"})),
    slip("another's place", f"{PERMIT}#/form/schema/properties/person/properties/hobby", "not-its-own-place",
         lambda d: (_properties(d)["person"]["properties"].update(hobby={"type": "string", "x-type": "text"}),
                    _groups(d)[0]["elements"].append({"type": "Control", "scope": "#/properties/person/properties/hobby"})),
         f"{PERMIT}#/form/schema/properties/person/properties/hobby", f"{PERMIT}#/form/ui/elements/0/elements/2"),
    slip("no JSON Schema in a form", f"{PERMIT}#/form/schema/properties/manager/properties/elsewhere/minLength", "no-json-schema",
         lambda d: _properties(d)["manager"]["properties"]["elsewhere"].update(minLength=-1)),
    slip("an unknown scope", f"{PERMIT}#/form/ui/elements/1/elements/0/scope", "unknown-scope",
         lambda d: _groups(d)[1]["elements"][0].update(scope="#/properties/enterprise/properties/nmae")),
    slip("a control without a field", f"{FIRE}#/form/ui/elements/1/elements/2", "no-scope",
         lambda d: _groups(d)[1]["elements"].append({"type": "Control"})),
    slip("a layout that is none", f"{PERMIT}#/form/ui/elements/3/elements/2/rule/effect", "not-allowed",
         lambda d: _groups(d)[3]["elements"][2]["rule"].update(effect="VANISH")),
    slip("hidden and required", f"{PERMIT}#/form/schema/properties/project/properties/category", "hidden-but-required",
         lambda d: _groups(d)[3]["elements"][0].update(rule={"effect": "HIDE", "condition": {
             "scope": "#/properties/project/properties/nature", "schema": {"const": "x"}}}),
         f"{PERMIT}#/form/schema/properties/project/properties/category", f"{PERMIT}#/form/ui/elements/3/elements/0"),
    slip("no department's name", f"{PERMIT}#/department/name", "missing-key", lambda d: d["department"]["name"].pop("en")),
    slip("visits without a reason", f"{PERMIT}#/standard/visits", "visits-without-reason",
         lambda d: d["standard"].update(visits=2), f"{PERMIT}#/standard/visits", f"{PERMIT}#/standard/visit_reason"),
    slip("a fee that is not told", f"{PERMIT}#/standard/charged", "fee-not-told", lambda d: d["standard"].update(charged=True),
         *(f"{PERMIT}#/standard/{key}" for key in ("charged", "fee_name", "fee_standard", "fee_basis"))),
    slip("a misspelt key", f"{PERMIT}#/standard/fee_basiss", "unknown-key", lambda d: d["standard"].update(fee_basiss="x"),
         f"{PERMIT}#/standard/fee_basis", f"{PERMIT}#/standard/charged"),
    # bundles
    slip("a circle of matters", f"{START}#/matters", "cycle",
         lambda d: d["matters"][0].update(after=["construction-permit"]), f"{START}#/matters/0/after"),
    slip("waiting for nothing", f"{START}#/matters/8/after/1", "unknown-predecessor",
         lambda d: d["matters"][8]["after"].append("no-such")),
    slip("a matter twice", f"{START}#/matters/10", "matter-twice", lambda d: d["matters"].append(dict(d["matters"][4])),
         f"{START}#/matters/10", f"{START}#/matters/4"),
    slip("no such matter", f"{START}#/matters/6/matter", "dangling-reference",
         lambda d: d["matters"][6].update(matter="road-ocupation")),
    slip("promise under the plan", f"{CONVERSION}#/promise/days", "promise-under-plan",
         lambda d: d["promise"].update(days=0), f"{CONVERSION}#/promise"),
    slip("a section of nothing", f"{START}#/sections/0/fields/0", "unknown-field",
         lambda d: d["sections"][0]["fields"].__setitem__(0, "/nowhere/at_all")),
    slip("a field in two sections", f"{START}#/sections/1/fields/4", "field-twice",
         lambda d: d["sections"][1]["fields"].append("/project/nature"), f"{START}#/sections/1/fields/4", f"{START}#/sections/0/fields/2"),
    slip("a section without a title", f"{START}#/sections/2/title", "missing-key", lambda d: d["sections"][2]["title"].pop("en")),
    slip("more than before", f"{START}#/baseline/steps", "no-saving", lambda d: (d.update(steps=9), d["baseline"].update(steps=3)),
         f"{START}#/baseline/steps", f"{START}#/steps"),
    slip("an unknown key of a bundle", f"{CONVERSION}#/colour", "unknown-key", lambda d: d.update(colour="red")),
    slip("a circle of situations", f"{CONVERSION}#/matters", "cycle",
         lambda d: d["matters"][1].update(after=["enterprise-establishment"]), f"{CONVERSION}#/matters/1/after"),
    # rulesets
    slip("an unknown operator", f"{ELIGIBLE}#/rules/start_past/all/0/m/$less", "unknown-operator",
         lambda d: _rule(d, "start_past").update(all=[{"m": {"$less": {"days_to_start": 0}}}]), f"{ELIGIBLE}#/rules/start_past/all"),
    slip("no translation of a reason", f"{ELIGIBLE}#/rules/start_past/run/reason", "missing-key",
         lambda d: _rule(d, "start_past")["run"]["reason"].pop("en")),
    slip("an unknown fact", f"{ELIGIBLE}#/rules/manager_elsewhere/all/0/m/elsewere", "unknown-fact",
         lambda d: _rule(d, "manager_elsewhere").update(all=[{"m": {"elsewere": True}}]), f"{ELIGIBLE}#/rules/manager_elsewhere/all"),
    slip("a number held against text", f"{ELIGIBLE}#/rules/start_too_late/all/0/m/$gt/days_to_start", "wrong-value",
         lambda d: _rule(d, "start_too_late").update(all=[{"m": {"$gt": {"days_to_start": "late"}}}]), f"{ELIGIBLE}#/rules/start_too_late/all"),
    slip("a parameter without a value", f"{ELIGIBLE}#/parameters/start_within", "no-value",
         lambda d: d["parameters"]["start_within"].pop("value"), f"{ELIGIBLE}#/parameters/start_within/value", f"{ELIGIBLE}#/rules/start_too_late/all"),
    slip("a fact that nobody asks for", f"{START}#/rulesets/1", "fact-not-asked",
         lambda d: None, f"{ELIGIBLE}#/facts/nobody", f"{START}#/rulesets/1"),
    slip("a fact of another type", f"{ELIGIBLE}#/facts/investment/type", "type-conflict",
         lambda d: d["facts"]["investment"].update(type="text"), f"{ELIGIBLE}#/facts/investment", f"{ELIGIBLE}#/rules/below_scope"),
    slip("a department that there is not", f"{ELIGIBLE}#/rules/below_scope/run/1/route", "unknown-department",
         lambda d: _rule(d, "below_scope").update(run=[_rule(d, "below_scope")["run"], {
             "route": "department:nowhere", "reason": {"zh": "送", "en": "to"}, "basis": "b"}]),
         f"{ELIGIBLE}#/rules/below_scope/run"),
    slip("a period reversed", f"{ELIGIBLE}#/effective_to", "period-reversed", lambda d: d.update(effective_to="2020-01-01")),
    slip("a material that there is not", "ruleset:construction-start.materials#/rules/pit_opinion/run/require_material", "dangling-reference",
         lambda d: _rule(d, "pit_opinion")["run"].update(require_material="no-such")),
    slip("a matter of another bundle", f"{START}#/rulesets/0", "unknown-matter-selected",
         lambda d: None, f"{SITUATIONS}#/rules/elsewhere", f"{START}#/rulesets/0", f"{START}#/matters/10", f"{START}#/matters/6"),
]  # fmt: skip
"""Slips by their number; some are made in another document than the one that is told of."""


def _made(name: str, make: Callable[[Folder], Any]) -> None:
    number = next(number for number, each in enumerate(SLIPS) if each.name == name)
    SLIPS[number] = Slip(name, SLIPS[number].told, SLIPS[number].touches, make)


_made("a code twice", _again)
_made("unknown kind", _misnamed)
_made(
    "a fact that nobody asks for",
    lambda documents: documents[ELIGIBLE]["facts"].update(
        nobody={"from": "/no_form/asks", "type": "boolean"}
    ),
)


def _selects(documents: Folder) -> None:
    documents[SITUATIONS]["rules"]["elsewhere"] = {
        "all": [{"m": {"has_spoil": True}}],
        "run": {"select_matter": "seal-making", "reason": {"zh": "另", "en": "other"}, "basis": "b"},
    }
    documents[SITUATIONS]["order"].append("elsewhere")


_made("a matter of another bundle", _selects)
