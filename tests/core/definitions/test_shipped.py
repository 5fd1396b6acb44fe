"""The shipped definitions: sound, green in their own cases, and composing to the promised figures."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from yijianshi.core.bundles.alone import alone
from yijianshi.core.bundles.compose import SITUATIONS, Composition, compose
from yijianshi.core.bundles.schemas import with_groups
from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.library import KINDS, Library
from yijianshi.core.definitions.pointer import MISSING, get, put
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.core.forms.formats import FORMAT_CHECKER
from yijianshi.core.forms.page import render_page
from yijianshi.core.forms.state import form_state
from yijianshi.server.context import shipped_calendar
from yijianshi.server.designer.reviews import translations
from yijianshi.server.files import meta_schemas, read_json, read_sources, root, shipped_library, shipped_paths
from yijianshi.server.rule_cases import run_all

LIBRARY = shipped_library()
BUNDLES = ["construction-start", "individual-to-enterprise"]
ON = date(2026, 11, 23)


def test_every_definition_passes_every_check() -> None:
    sources, problems = read_sources(shipped_paths())
    assert problems == []
    assert [p.line("en") for p in check(sources, meta_schemas())] == []


def test_every_text_and_every_section_of_a_form_is_there_in_english() -> None:
    sources, _ = read_sources(shipped_paths())
    documents = [s.document for s in sources if isinstance(s.document, dict) and s.document["kind"] in KINDS]
    assert len(documents) > 100
    assert [p.line("en") for each in documents for p in translations(each, str(each["code"]))] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_matters_own_form_shows_its_sections_in_the_language_asked_for(lang: str) -> None:
    headings = []
    for matter in LIBRARY.all("matter"):
        bundle = alone(matter, "one")
        # all on one page, each under its heading
        bundle["sections"] = [{**each, "continues": n > 0} for n, each in enumerate(bundle["sections"])]
        state = form_state(compose(LIBRARY.with_([bundle]), "one"), {}, ON)
        page = render_page(state, {}, bundle["sections"][0]["code"], lang)
        headings += re.findall(r"<h2 id=\"section-[^>]*>([^<]+)</h2>", page)
    assert len(headings) >= 60
    han = re.compile(r"[\u3400-\u9fff]")
    assert [each for each in headings if bool(han.search(each)) != (lang == "zh")] == []


def test_every_rule_case_is_green_and_every_rule_is_met_by_one() -> None:
    sources, _ = read_sources(shipped_paths())
    tested = run_all(sources, publishing=True)
    assert tested.cases >= 40
    assert [p.line("en") for p in tested.findings if p.severity != "note"] == []


def test_the_meta_schemas_title_and_describe_everything_in_both_languages() -> None:
    def walk(part: Any, place: str) -> None:
        if isinstance(part, dict):
            for name, inner in part.get("properties", {}).items():
                if isinstance(inner, dict):
                    assert " / " in inner["title"], f"{place}/{name}"
                    assert kind == "catalogue" or " / " in inner["description"], f"{place}/{name}"
        for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(inner, dict | list):
                walk(inner, f"{place}/{name}")

    for kind, schema in meta_schemas().items():
        Draft202012Validator.check_schema(schema)
        walk(schema, kind)


def test_the_national_list_is_data_and_its_counts_are_its_documents() -> None:
    folder = root() / "schemas" / "catalogue"
    metas = meta_schemas()
    documents = [read_json(path) for path in sorted(folder.glob("*.json"))]
    assert [document["code"] for document in documents] == ["national"]
    for document in documents:
        assert list(Draft202012Validator(metas["catalogue"]).iter_errors(document)) == []
        assert [item["no"] for item in document["items"]] == list(range(1, len(document["items"]) + 1))
        counted = Counter(item["batch"] for item in document["items"])
        assert counted == {batch["code"]: batch["count"] for batch in document["batches"]}
        codes = {item["bundle"] for item in document["items"] if "bundle" in item}
        assert codes == set(BUNDLES)
    national = documents[0]
    assert len(national["items"]) == 42
    assert sum(item["evidence"] == "open" for item in national["items"]) == 9
    assert all(item["title"]["zh"] == "待核实" for item in national["items"] if item["evidence"] == "open")


def test_the_countys_remedies_are_data_in_both_languages() -> None:
    document = read_json(root() / "schemas" / "settings" / "remedies.json")
    shape = meta_schemas()["matter"]["properties"]["remedies"]
    told = {part: document[part] for part in shape["required"]}
    assert list(Draft202012Validator(shape).iter_errors(told)) == []
    assert document["basis"] and document["verified"] is False


def test_construction_start_keeps_its_promise() -> None:
    composition = compose(LIBRARY, "construction-start")
    savings = composition.savings()
    assert len(composition.matters) == 10
    assert (savings["materials"]["before"], savings["materials"]["after"]) == (17, 10)
    assert savings["materials"]["percent"] == "−41.2%"
    assert savings["materials"]["formula"]["en"] == "(17 − 10) ÷ 17 = 41.2%"
    assert (savings["days"]["before"], savings["days"]["after"]) == (20, 0)
    assert len(composition.plan_for(composition.matters).critical_path) >= 2


@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_composition_does_not_depend_on_the_order_of_matters(bundle: str) -> None:
    digest = compose(LIBRARY, bundle).digest
    for seed in range(5):
        document = dict(LIBRARY.get("bundle", bundle))
        document["matters"] = random.Random(seed).sample(document["matters"], len(document["matters"]))
        assert compose(LIBRARY.with_([document]), bundle).digest == digest


def test_every_field_type_is_used() -> None:
    used = {f.type for b in BUNDLES for f in compose(LIBRARY, b).fields.values()}
    items = {i.type for b in BUNDLES for f in compose(LIBRARY, b).fields.values() for i in f.items}
    assert used | items == set(FIELD_TYPES)


def answered(composition: Composition, seed: int, fill: float) -> dict[str, Any]:
    chance = random.Random(seed)
    answers: Any = {}
    for pointer, field in composition.fields.items():
        if chance.random() < fill:
            value = FIELD_TYPES[field.type].example(field, chance.randrange(1000))
            if value is not MISSING:
                answers = put(answers, pointer, value)
    return answers  # type: ignore[no-any-return]


@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_laws_of_one_form(bundle: str) -> None:
    """Valid for the bundle is valid for each active matter; nothing needed is missing, nothing idle is asked."""
    composition = compose(LIBRARY, bundle)
    calendar = shipped_calendar()
    complete = 0
    for seed in range(60):
        state = form_state(composition, answered(composition, seed, 1.0 if seed % 2 else 0.7), ON, calendar)
        owners = {SITUATIONS, *state.active}
        for pointer in state.visible:
            assert owners & set(composition.fields[pointer].used_by)
        for pointer in state.required:
            missing = get(state.answers, pointer) is MISSING
            told = any(e.pointer == pointer or e.pointer.startswith(pointer + "/") for e in state.errors)
            assert not missing or told
        if state.complete:
            complete += 1
            for code in state.active:
                schema = composition.matters[code]["schema"]
                part = with_groups(schema, composition.project(code, state.answers))
                assert Draft202012Validator(schema, format_checker=FORMAT_CHECKER).is_valid(part)
    assert complete > 5


BAD: list[tuple[str, str, Any]] = [
    ("unknown-key", "element/project.name", lambda d: d.update(titel="x")),
    ("missing-key", "matter/construction-permit", lambda d: d.pop("form")),
    ("wrong-type", "material/site-plan", lambda d: d.update(max_count="3")),
    ("not-allowed", "matter/construction-permit", lambda d: d["promised_limit"].update(unit="weeks")),
    ("dangling-reference", "bundle/construction-start", lambda d: d["rulesets"].append("no.such")),
    ("promise-over-statute", "matter/construction-permit", lambda d: d["promised_limit"].update(days=99)),
    ("unknown-kind", "element/project.name", lambda d: d.update(kind="elemint")),
    ("cycle", "bundle/construction-start", lambda d: d["matters"][0].update(after=["construction-permit"])),
    ("element-out-of-place", "matter/water-connection",
     lambda d: d["form"]["schema"]["properties"].update(
         wrong={"type": "object", "properties": {"x": {"$ref": "urn:yijianshi:element:project.name"}}})),
    ("place-conflict", "matter/water-connection",
     lambda d: d["form"]["schema"]["properties"]["project"]["properties"].update(
         name={"x-type": "text", "type": "string"})),
    ("hidden-but-required", "matter/water-connection",
     lambda d: d["form"]["ui"].update(rule={"effect": "SHOW", "condition": {
         "scope": "#/properties/project", "schema": {}}})),
]  # fmt: skip


@pytest.mark.parametrize(("code", "which", "harm"), BAD, ids=[code for code, _, _ in BAD])
def test_what_is_wrong_is_found_with_its_place_and_remedy(code: str, which: str, harm: Any) -> None:
    kind, _, name = which.partition("/")
    sources = []
    for document in LIBRARY:
        copy = json.loads(json.dumps(document))
        if (copy["kind"], copy["code"]) == (kind, name):
            harm(copy)
        sources.append(Source(f"{document['kind']}:{document['code']}", copy))
    found = check(sources, meta_schemas())
    hits = [p for p in found if p.code == code]
    if code == "place-conflict":  # a place of an element cannot be another's: told at the matter itself
        hits = hits or [p for p in found if p.code == "not-its-own-place"]
    assert hits, [p.line("en") for p in found][:5]
    assert all(p.file and p.message["zh"] and p.remedy["en"] for p in hits)


def test_a_code_used_twice_is_found() -> None:
    document = LIBRARY.get("material", "site-plan")
    found = check([Source("a.json", document), Source("b.json", document)], meta_schemas(), Library({}))
    assert [(p.file, p.code) for p in found] == [("b.json", "duplicate-code")]


def test_any_document_at_all_is_checked_without_breaking() -> None:
    for document in (None, 3, [], {}, {"kind": 7}, {"kind": "matter"}, {"kind": "ruleset", "code": "x"}):
        assert check([Source("f.json", document)], meta_schemas())
