"""What must hold of a bundle and of the rulesets it uses, beyond the meta-schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..bundles.fields import conflicts
from ..bundles.pages import CONTINUES
from ..bundles.savings import savings
from ..deadlines import days_said
from ..deadlines import promised as promise_said
from ..definitions.pointer import join
from ..definitions.types import Problem, text
from .joined import SITUATIONS, Joined
from .matters import SITUATION, check_form, continues_nothing
from .whole import Part, Shelf


def check_bundle(part: Part, shelf: Shelf) -> list[Problem]:
    """Check a bundle together with everything it is made of."""
    found: list[Problem] = []
    if "situations" in part.document:
        form = check_form(part.at("/situations"), SITUATION, shelf)
        found += (problem.at("", "/situations") for problem in form)
    part = part.but(problem.pointer for problem in found if problem.severity == "error")
    laws = (_parts, _promise, _conflicts, _sections, _rules, _materials, _results)
    return [*found, *(problem for law in laws for problem in law(Joined(part, shelf)))]


def _parts(joined: Joined) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, entry in joined.part.each("/matters"):
        code = entry.text("/matter")
        if code in seen:
            yield Problem(
                place,
                "matter-twice",
                text(f"事项“{code}”重复列出", f"the matter “{code}” is listed twice"),
                text("请只保留一条", "keep one entry"),
            )
        seen |= {code} if code is not None else set()
        for where, wait in entry.each("/after"):
            code = wait.text("")
            if code is not None and not joined.may_be(code):
                yield Problem(
                    place + where,
                    "unknown-predecessor",
                    text(
                        f"前置事项“{code}”不在本一件事之内",
                        f"it waits for “{code}”, which is not in this bundle",
                    ),
                    text("请加入该事项，或去掉这条前置关系", "add that matter, or remove the wait"),
                )
    for cycle in joined.circles:
        yield Problem(
            "/matters",
            "cycle",
            text(
                "事项互相等待：" + " → ".join(f"“{code}”" for code in cycle),
                "matters wait for one another: " + " → ".join(f"“{code}”" for code in cycle),
            ),
            text("请去掉其中一条前置关系", "remove one of these waits"),
        )


def _promise(joined: Joined) -> Iterator[Problem]:
    promised = joined.part.number("/promise/days")
    if promised is not None and promised < joined.days:
        yield Problem(
            "/promise/days",
            "promise-under-plan",
            text(
                f"整体{promise_said(promised)['zh']}，但最长的办理路径需要 {joined.days} 日",
                f"{days_said(promised)['en']} is promised, but the longest path of the plan takes {joined.days}",
            ),
            text(
                "请延长整体承诺，或缩短关键路径上的事项",
                "promise more, or shorten a matter on the critical path",
            ),
        )


def _conflicts(joined: Joined) -> Iterator[Problem]:
    forms = [(owner, form.mapping("/schema")) for owner, form in joined.forms.items()]
    for problem in conflicts(joined.shelf.library, forms):
        yield Problem("/matters", problem.code, problem.message, problem.remedy)


def _sections(joined: Joined) -> Iterator[Problem]:
    listed: dict[str, str] = {}
    for index, (place, section) in enumerate(joined.part.each("/sections")):
        if place == "/sections/0" and index == 0 and section.get("/" + CONTINUES, bool) is True:
            yield continues_nothing(place + "/" + CONTINUES)
        for where, each in section.each("/fields"):
            pointer = each.text("")
            if pointer is None:
                continue
            if pointer not in joined.fields and not joined.may_be_asked(pointer):
                yield Problem(
                    place + where,
                    "unknown-field",
                    text(f"没有事项用到“{pointer}”", f"no matter of the bundle asks for “{pointer}”"),
                    text("请改正或删去", "correct or remove it"),
                )
            elif pointer in listed:
                yield Problem(
                    place + where,
                    "field-twice",
                    text(
                        f"“{pointer}”已列在“{listed[pointer]}”中",
                        f"“{pointer}” is already listed in “{listed[pointer]}”",
                    ),
                    text("请只保留一处", "keep it in one section"),
                )
            listed.setdefault(pointer, section.text("/code") or place)


def _rules(joined: Joined) -> Iterator[Problem]:
    places = {each.text(""): place for place, each in joined.part.each("/rulesets")}
    for code, reading in joined.readings.items():
        place = places.get(code, "/matters")
        ruleset = joined.rulesets[code]
        decides = ruleset.text("/decides") if ruleset else None
        for name, fact in reading.facts.items():
            if fact.place:
                yield from _fact(code, name, fact.place, decides, place, joined)
    selected, known = joined.outcomes("select_matter")
    for code, targets in selected.items():
        for target in sorted(targets):
            if target in joined.entries:
                continue
            known = False  # it may be meant for one that else is never selected
            if not joined.may_be(target):
                yield Problem(
                    places.get(code, "/matters"),
                    "unknown-matter-selected",
                    text(
                        f"规则集“{code}”选择了本一件事之外的事项“{target}”",
                        f"the ruleset “{code}” selects “{target}”, which is not in this bundle",
                    ),
                    text("请加入该事项，或修改规则", "add the matter, or change the rule"),
                )
    for place, entry in joined.part.each("/matters"):
        matter = entry.text("/matter")
        by_rule = entry.text("/selected") == "by_rule"
        if known and by_rule and matter is not None and not any(matter in t for t in selected.values()):
            yield Problem(
                place + "/selected",
                "never-selected",
                text(f"没有规则会选择事项“{matter}”", f"no rule ever selects “{matter}”"),
                text(
                    "请补充一条结果为“办理事项”的规则，或把办理条件改为“始终办理”",
                    "add a rule with the outcome “a matter is handled”, or let the matter always be handled",
                ),
            )


def _fact(
    code: str, name: str, pointer: str, decides: str | None, place: str, joined: Joined
) -> Iterator[Problem]:
    field = joined.asked(pointer)
    if joined.may_be_asked(pointer) and (field is None or decides == "situations"):
        return
    if field is None:
        yield Problem(
            place,
            "fact-not-asked",
            text(
                f"规则集“{code}”的事实“{name}”取自“{pointer}”，但表单没有这一项",
                f"the fact “{name}” of the ruleset “{code}” comes from “{pointer}”, which the form never asks",
            ),
            text("请在某个事项的表单或情形中加上它", "ask for it in a matter's form or in the situations"),
        )
    elif decides == "situations" and all(owner != SITUATIONS for owner, _ in joined.fields[field]):
        yield Problem(
            place,
            "situation-not-asked-first",
            text(
                f"规则集“{code}”用“{pointer}”决定情形，但它不在情形引导中",
                f"the ruleset “{code}” decides the situation by “{pointer}”, which the situations form does not ask",
            ),
            text("请把该字段加入情形引导", "add the field to the situations form"),
        )


def _materials(joined: Joined) -> Iterator[Problem]:
    required, known = joined.outcomes("require_material")
    wanted = {target for targets in required.values() for target in targets}
    # one that leads nowhere may be meant for one that else is never required
    known = known and all(joined.shelf.find("material", target) is not None for target in wanted)
    for code, matter in joined.matters.items():
        for _, use in matter.each("/materials"):
            material = use.text("/material")
            conditional = use.text("/necessity") == "conditional"
            there = joined.shelf.find("material", material) is not None
            if known and conditional and there and material not in wanted:
                yield Problem(
                    "/rulesets",
                    "never-required",
                    text(
                        f"事项“{code}”的有条件材料“{material}”没有规则会要求",
                        f"no rule ever asks for the conditional material “{material}” of “{code}”",
                    ),
                    text(
                        "请补充一条结果为“须提交材料”的规则，或改变材料的必要性",
                        "add a rule with the outcome “a material is needed”, or change the necessity",
                    ),
                )
    for merged in joined.materials:
        if merged.obtain != "produced" or merged.produced_by is None:
            continue
        for each in merged.uses:
            before = _before(each.matter, joined.waits)
            sure = all(joined.waits_whole(code) for code in (each.matter, *before))
            if sure and merged.produced_by not in before | {each.matter}:
                yield Problem(
                    "/matters",
                    "produced-too-late",
                    text(
                        f"“{each.matter}”需要“{merged.produced_by}”产生的材料“{merged.code}”，但没有等待它",
                        f"“{each.matter}” needs “{merged.code}” from “{merged.produced_by}” but does not wait for it",
                    ),
                    text("请把该事项设为前置事项", "let it wait for that matter"),
                )


def _before(code: str, after: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for previous in after.get(waiting.pop(), ()):
            if previous not in found:
                found.add(previous)
                waiting.append(previous)
    return found


def _results(joined: Joined) -> Iterator[Problem]:
    part = joined.part
    now = {"days": max(joined.days, part.number("/promise/days") or 0)}
    if joined.counts_materials:
        now["materials"] = sum(material.asked for material in joined.materials)
    for measure in ("steps", "visits"):
        told = part.number("/" + measure)
        if told is not None:
            now[measure] = told
    for measure, entry in savings(part.mapping("/baseline"), now).items():
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
