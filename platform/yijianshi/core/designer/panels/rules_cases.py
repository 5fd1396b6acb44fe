"""The test cases of a ruleset as a table, run as they are typed; what they reach, and what is signed for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.pointer import tokens
from ...definitions.types import text
from ...forms.html import tag
from ...rules import CaseReport, Ruleset, RulesetError, reading_order, run_cases
from ...rules.types import Fact
from ...units import unit_in
from ..addresses import address_of
from ..controls import button, id_of, link
from ..desk import Desk
from ..parts import Part
from ..ruleset_fields import Field, field_at
from ..ruleset_parts import CASES_OF_PAGE, ROWS_OF_PAGE, cases_of, free, phrase_of
from ..sentences import place_of
from .panel import Panel
from .rows import page_of, pages
from .rules_case import case_of, title_name
from .rules_controls import parsed
from .rules_coverage import Runs, reach
from .rules_offers import ask, offered
from .rules_table import guide

_OPERANDS: Mapping[str, str] = {
    **dict.fromkeys(("months_between", "days_between", "working_days_between"), "date"),
    **dict.fromkeys(("total", "difference", "product", "sum", "min", "max"), "decimal"),
}
"""The type of what a function takes, where it takes one; others take a text, or what is compared with."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the cases, how each went, and what they reach."""
    ruleset = parsed(desk)
    if isinstance(ruleset, RulesetError):
        return guide(desk), broken(desk, ruleset)
    cases = cases_of(desk.document)
    places = _places(desk, ruleset)
    page = page_of(desk, len(cases), CASES_OF_PAGE)
    shown = cases[page * CASES_OF_PAGE : (page + 1) * CASES_OF_PAGE]
    head = Part("dz-ct-head", _head(desk, places), "thead")
    report = run_cases(ruleset, {"cases": cases}, desk.world.calendar)
    runs = Runs(desk, ruleset, report)
    codes = [case["code"] for case in cases]
    rows = tuple(case_of(desk, runs, case, codes, places) for case in shown)
    table = Part(
        "dz-ct",
        (head, *rows),
        "table",
        {"class": "dz-rt dz-ct", "aria-label": desk.word("用例", "Test cases")},
    )
    around = Part("dz-ct-around", (table,) if cases else (_empty(desk),), "div", {"class": "dz-rt-around"})
    return (
        guide(desk),
        _tools(desk, report, cases),
        offered(desk, ruleset, cases),
        around,
        pages(
            desk,
            "dz-c-pages",
            desk.word("用例分页", "Pages of cases"),
            page,
            len(cases),
            CASES_OF_PAGE,
        ),
        reach(desk, report),
    )


def broken(desk: Desk, error: RulesetError) -> Part:
    """Say that the rules cannot be run yet, and what is to be mended first, with the way there."""
    said = desk.word(
        "规则还有错误，改正后才能运行：", "The rules have errors; they run once these are mended: "
    )
    first = error.problems[0]
    path = tokens(first.pointer)
    where = escape(place_of(desk.document, address_of(desk.document, path), desk.lang, desk.ground.library))
    names = reading_order(desk.document)
    if path[:1] == ["rules"] and path[1:2] and path[1] in names:
        page = names.index(path[1]) // ROWS_OF_PAGE
        way = {"tab": "rules", "select": path[1], "page": str(page) if page else None}
        where = link(desk, {**way, "focus": first.pointer}, where)
    told = escape(desk.word("：", ": ") + desk.say(first.message))
    return Part(
        "dz-c-broken", tag("p", {}, escape(said) + where + told), "div", {"class": "alert alert-warning"}
    )


def _empty(desk: Desk) -> Part:
    said = desk.word(
        "还没有用例。可先让系统建议一组，再逐一核对预期；没有用例覆盖的规则不能发布。",
        "No cases yet. Have a set suggested and check what is expected; a rule no case reaches cannot be published.",
    )
    return Part("dz-c-none", escape(said), "p", {"class": "dz-empty"})


def _tools(desk: Desk, report: CaseReport, cases: list[dict[str, Any]]) -> Part:
    new = free([case["code"] for case in cases], "case")
    on = desk.world.today.isoformat()
    add = button(
        desk,
        {"op": "add_case", "on": on},
        desk.word("＋ 增加用例", "＋ Add a case"),
        attributes={
            "id": "dz-add-case",
            "class": "btn-primary",
            "aria-keyshortcuts": "Alt+N",
            "data-focus": id_of(title_name(desk, new)),
        },
    )
    suggest = ask(
        desk, cases, desk.word("建议测试用例", "Suggest test cases"), "dz-suggest", "btn-outline-primary"
    )
    quick = button(
        desk,
        {"op": "suggest_cases", "on": on},
        desk.word("快速补充用例", "Add quick cases"),
        attributes={
            "id": "dz-suggest-cases",
            "class": "btn-outline-secondary",
            "title": desk.word("使每条规则成立、不成立，不论界限", "every rule met and unmet, limits aside"),
        },
    )
    failed = len({problem.pointer.split("/")[2] for problem in report.failures})
    passed = report.cases - failed
    said = desk.word(f"通过 {passed} 个，未通过 {failed} 个", f"{passed} pass, {failed} fail")
    state = tag(
        "span", {"class": f"dz-mark dz-{'error' if failed else 'pass'}", "id": "dz-c-state"}, escape(said)
    )
    return Part(
        "dz-c-tools", add + suggest + quick + (state if cases else ""), "div", {"class": "dz-r-tools"}
    )


def _places(desk: Desk, ruleset: Ruleset) -> list[Field]:
    """Give the fields a case fills in: those that facts read, and those they are derived from."""
    found: dict[str, Field] = {}
    for name, fact in ruleset.facts.items():
        if fact.asserted:
            continue
        of = (fact.derive or {}).get("of", fact.place)
        for place in of if isinstance(of, list) else [of]:
            plain = str(place).partition("/*")[0]
            if not plain.startswith("/") or plain in found:
                continue
            known = field_at(desk.ground.library, plain, desk.document)
            if fact.derive is None:
                title = phrase_of(desk.document["facts"][name].get("title"), name)
                rows = tuple(
                    Field(inner.place, inner.type, phrase_of(inner.title, key))
                    for key, inner in fact.items.items()
                    if key
                )
                options = known.options if known else tuple((v, text(v, v)) for v in fact.values)
                found[plain] = Field(plain, fact.type, title, fact.unit or "", options, rows)
            else:
                found[plain] = known or _unlisted(plain, str(place), fact, name)
    return list(found.values())


def _unlisted(place: str, of: str, fact: Fact, name: str) -> Field:
    """Give a field for an answer that no form asks for: what is worked out from it, and where it stands."""
    title = phrase_of(fact.title, name)
    said = text(f"“{title['zh']}”所依据的 {place}", f"{place}, for “{title['en']}”")
    kind = _OPERANDS.get(str((fact.derive or {}).get("fn")), "text")
    if place == of:
        return Field(place, kind, said)
    inner = of.partition("/*")[2]
    return Field(
        place, "group", said, properties=(Field(inner, kind, text(inner[1:], inner[1:])),) if inner else ()
    )


def _head(desk: Desk, places: list[Field]) -> str:
    words = [desk.word("用例", "Case"), desk.word("日期", "Day")]
    cells = "".join(
        tag("th", {"scope": "col", "class": "dz-rt-name" if number == 0 else None}, escape(word))
        for number, word in enumerate(words)
    )
    for field in places:
        unit = tag("span", {"class": "dz-unit"}, escape(unit_in(field.unit, desk.lang))) if field.unit else ""
        cells += tag("th", {"scope": "col"}, escape(desk.say(field.title)) + unit)
    return tag(
        "tr",
        {},
        cells + tag("th", {"scope": "col", "class": "dz-rt-out"}, escape(desk.word("结果", "Result"))),
    )


PANEL = Panel("cases", text("用例", "Test cases"), show)
