"""What must hold of a bundle and of the rulesets it uses, beyond the meta-schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..bundles.compose import SITUATIONS, Composition, CompositionError, compose
from ..bundles.pages import CONTINUES, continuing
from ..bundles.plan import find_cycle
from ..definitions.library import Library
from ..definitions.pointer import join
from ..definitions.types import Problem, text
from ..rules import RulesetError, parse
from .matters import SITUATION, check_form, continues_nothing


def check_bundle(document: Mapping[str, Any], library: Library) -> list[Problem]:
    """Check a bundle together with everything it is made of."""
    found = [*_parts(document), *_situations(document, library)]
    if any(problem.severity == "error" for problem in found):
        return found
    try:
        composition = compose(library, document["code"])
    except CompositionError as error:
        return [*found, *(p.at("", "/matters") if p.pointer == "" else _conflict(p) for p in error.problems)]
    except ValueError:
        return found  # an element that extends itself has its own finding
    return [
        *found,
        *_promise(document, composition),
        *_sections(document, composition),
        *_rules(document, composition),
        *_materials(composition),
        *_results(composition),
    ]


def _conflict(problem: Problem) -> Problem:
    return Problem("/matters", problem.code, problem.message, problem.remedy)


def _parts(document: Mapping[str, Any]) -> Iterator[Problem]:
    codes = [part["matter"] for part in document["matters"]]
    for index, part in enumerate(document["matters"]):
        if codes.index(part["matter"]) != index:
            yield Problem(
                join("matters", index),
                "matter-twice",
                text(f"事项“{part['matter']}”重复列出", f"the matter {part['matter']} is listed twice"),
                text("请只保留一条", "keep one entry"),
            )
        for number, code in enumerate(part.get("after", ())):
            if code not in codes:
                yield Problem(
                    join("matters", index, "after", number),
                    "unknown-predecessor",
                    text(
                        f"前置事项“{code}”不在本一件事之内",
                        f"it waits for {code}, which is not in this bundle",
                    ),
                    text("请加入该事项，或去掉这条前置关系", "add that matter, or remove the wait"),
                )
    after = {part["matter"]: tuple(part.get("after", ())) for part in document["matters"]}
    cycle = find_cycle(after)
    if cycle:
        yield Problem(
            "/matters",
            "cycle",
            text("事项互相等待：" + " → ".join(cycle), "matters wait for one another: " + " → ".join(cycle)),
            text("请去掉其中一条前置关系", "remove one of these waits"),
        )


def _situations(document: Mapping[str, Any], library: Library) -> list[Problem]:
    form = document.get("situations")
    return check_form(form, SITUATION, library, "/situations") if form else []


def _promise(document: Mapping[str, Any], composition: Composition) -> Iterator[Problem]:
    needed = composition.plan_for(composition.matters).days
    promised = document["promise"]["days"]
    if promised < needed:
        yield Problem(
            "/promise/days",
            "promise-under-plan",
            text(
                f"整体承诺 {promised} 日，但最长的办理路径需要 {needed} 日",
                f"{promised} days are promised, but the longest path of the plan takes {needed}",
            ),
            text(
                "请延长整体承诺，或缩短关键路径上的事项",
                "promise more, or shorten a matter on the critical path",
            ),
        )


def _sections(document: Mapping[str, Any], composition: Composition) -> Iterator[Problem]:
    listed: dict[str, str] = {}
    for index, section in enumerate(document.get("sections", ())):
        if index == 0 and continuing(section):
            yield continues_nothing(join("sections", index, CONTINUES))
        for number, pointer in enumerate(section.get("fields", ())):
            place = join("sections", index, "fields", number)
            if pointer not in composition.fields:
                yield Problem(
                    place,
                    "unknown-field",
                    text(f"没有事项用到“{pointer}”", f"no matter of the bundle asks for {pointer}"),
                    text("请改正或删去", "correct or remove it"),
                )
            elif pointer in listed:
                yield Problem(
                    place,
                    "field-twice",
                    text(
                        f"“{pointer}”已列在“{listed[pointer]}”中",
                        f"{pointer} is already listed in {listed[pointer]}",
                    ),
                    text("请只保留一处", "keep it in one section"),
                )
            listed.setdefault(pointer, section["code"])


def _rules(document: Mapping[str, Any], composition: Composition) -> Iterator[Problem]:
    selected: set[str] = set()
    for code, ruleset in composition.rulesets.items():
        own = code in document.get("rulesets", ())
        place = join("rulesets", document["rulesets"].index(code)) if own else "/matters"
        try:
            parsed = parse(ruleset)
        except RulesetError:
            continue  # the ruleset has its own findings
        for name, fact in parsed.facts.items():
            yield from _fact(code, name, fact.place, ruleset["decides"], place, composition)
        for rule in ruleset["rules"].values():
            run = rule["run"] if isinstance(rule["run"], list) else [rule["run"]]
            for outcome in run:
                target = outcome.get("select_matter")
                if target is None:
                    continue
                selected.add(target)
                if target not in composition.matters:
                    yield Problem(
                        place,
                        "unknown-matter-selected",
                        text(
                            f"规则集“{code}”选择了本一件事之外的事项“{target}”",
                            f"{code} selects {target}, which is not in this bundle",
                        ),
                        text("请加入该事项，或修改规则", "add the matter, or change the rule"),
                    )
    for index, part in enumerate(document["matters"]):
        if part.get("selected") == "by_rule" and part["matter"] not in selected:
            yield Problem(
                join("matters", index, "selected"),
                "never-selected",
                text(f"没有规则会选择事项“{part['matter']}”", f"no rule ever selects {part['matter']}"),
                text(
                    "请补充 select_matter 规则，或改为 always", "add a select_matter rule, or make it always"
                ),
            )


def _fact(
    code: str, name: str, pointer: str, decides: str, place: str, composition: Composition
) -> Iterator[Problem]:
    if not pointer:
        return
    field = composition.fields.get(pointer) or _containing(pointer, composition)
    if field is None:
        yield Problem(
            place,
            "fact-not-asked",
            text(
                f"规则集“{code}”的事实“{name}”取自“{pointer}”，但表单没有这一项",
                f"the fact {name!r} of {code} comes from {pointer}, which the form never asks",
            ),
            text("请在某个事项的表单或情形中加上它", "ask for it in a matter's form or in the situations"),
        )
    elif decides == "situations" and SITUATIONS not in field.used_by:
        yield Problem(
            place,
            "situation-not-asked-first",
            text(
                f"规则集“{code}”用“{pointer}”决定情形，但它不在情形引导中",
                f"{code} decides the situation by {pointer}, which the situations form does not ask",
            ),
            text("请把该字段加入情形引导", "add the field to the situations form"),
        )


def _containing(pointer: str, composition: Composition) -> Any:
    path = pointer
    while path:
        path = path.rpartition("/")[0]
        if path in composition.fields:
            return composition.fields[path]
    return None


def _materials(composition: Composition) -> Iterator[Problem]:
    wanted = {
        outcome["require_material"]
        for ruleset in composition.rulesets.values()
        for rule in ruleset["rules"].values()
        for outcome in (rule["run"] if isinstance(rule["run"], list) else [rule["run"]])
        if "require_material" in outcome
    }
    for code, matter in composition.matters.items():
        for use in matter.get("materials", ()):
            if use["necessity"] == "conditional" and use["material"] not in wanted:
                yield Problem(
                    "/rulesets",
                    "never-required",
                    text(
                        f"事项“{code}”的有条件材料“{use['material']}”没有规则会要求",
                        f"no rule ever asks for the conditional material {use['material']} of {code}",
                    ),
                    text(
                        "请补充 require_material 规则，或改变必要性",
                        "add a require_material rule, or change its necessity",
                    ),
                )
    after = {code: set(matter["after"]) for code, matter in composition.matters.items()}
    for material in composition.materials_for(composition.matters):
        if material.obtain != "produced":
            continue
        for use in material.uses:
            if use.matter != material.produced_by and material.produced_by not in _before(use.matter, after):
                yield Problem(
                    "/matters",
                    "produced-too-late",
                    text(
                        f"“{use.matter}”需要“{material.produced_by}”产生的材料“{material.code}”，但没有等待它",
                        f"{use.matter} needs {material.code} from {material.produced_by} but does not wait for it",
                    ),
                    text("请在 after 中加入该事项", "add that matter to its after"),
                )


def _before(code: str, after: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for previous in after.get(waiting.pop(), ()):
            if previous not in found:
                found.add(previous)
                waiting.append(previous)
    return found


def _results(composition: Composition) -> Iterator[Problem]:
    for measure, entry in composition.savings().items():
        if entry["after"] > entry["before"]:
            yield Problem(
                join("baseline", measure),
                "no-saving",
                text(
                    f"改革后（{entry['after']}）反而多于改革前（{entry['before']}）",
                    f"more than before: {entry['after']} against {entry['before']}",
                ),
                text("请核对基线与定义", "check the baseline and the definitions"),
                severity="warning",
            )
