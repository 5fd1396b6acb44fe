"""The test cases of a ruleset as a table, run as they are typed; what they reach, and what is signed for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.pointer import MISSING, get
from ...definitions.types import Problem, Text, text
from ...forms.html import tag
from ...rules import CaseReport, Ruleset, RulesetError, reading_order, run_cases
from ...rules.types import Fact
from ...units import unit_in
from ..controls import button, checks_field, id_of, link, name_of, select_field, text_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_fields import Field, field_at
from ..ruleset_shape import KINDS, free, outcome_kind, outcomes_of, phrase_of
from ..ruleset_tests import TRUTHS, cases_of
from .panel import Panel
from .rules_controls import parsed, slug, tight
from .rules_coverage import Runs, reach
from .rules_details import target_word, two_texts
from .rules_offers import ask, offered
from .rules_table import guide
from .rules_trace import trace

SHOWN_CASES = 20
WORDS: Mapping[str, Text] = {
    "met": text("成立", "met"),
    "unmet": text("不成立", "unmet"),
    "unknown": text("待定", "unknown"),
}


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
    wanted = desk.view.get("page", "0")
    page = min(int(wanted) if wanted.isdecimal() else 0, max(0, (len(cases) - 1) // SHOWN_CASES))
    shown = cases[page * SHOWN_CASES : (page + 1) * SHOWN_CASES]
    head = Part("dz-ct-head", _head(desk, places), "thead")
    report = run_cases(ruleset, {"cases": cases}, desk.world.calendar)
    runs = Runs(desk, ruleset, report)
    codes = [case["code"] for case in cases]
    rows = tuple(_case(desk, runs, case, codes, places) for case in shown)
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
        _pages(desk, page, len(cases)),
        reach(desk, report),
    )


def broken(desk: Desk, error: RulesetError) -> Part:
    """Say that the rules cannot be run yet."""
    said = desk.word(
        "规则还有错误，改正后才能运行：", "The rules have errors; they run once these are mended: "
    )
    inner = tag("p", {}, escape(said + desk.say(error.problems[0].message)))
    return Part("dz-c-broken", inner, "div", {"class": "alert alert-warning"})


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
            "data-focus": id_of(name_of({"op": "case_title", "case": new, "lang": desk.lang})),
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


def _case(desk: Desk, runs: Runs, case: Mapping[str, Any], codes: list[str], places: list[Field]) -> Part:
    code = str(case["code"])
    place, at = f"dz-c-{slug(code)}", codes.index(code)
    title = desk.say(phrase_of(case.get("title"), code))
    opened = desk.view.get("select") == code
    failures, truths = runs.failures(at), runs.compiled(case).truths(runs.facts(case))
    name = text_field(
        desk,
        desk.word(f"用例 {at + 1} 的名称", f"Title of case {at + 1}"),
        (),
        operation={"op": "case_title", "case": code, "lang": desk.lang},
        value=title,
    )
    day = text_field(
        desk,
        desk.word(f"{title}：日期", f"{title}: day"),
        (),
        kind="date",
        operation={"op": "case_day", "case": code},
        value=case.get("on", ""),
    )
    cells = "".join(
        tag(
            "td",
            {"data-label": desk.say(field.title)},
            tight(_answer(desk, code, title, field, case.get("answers", {}))),
        )
        for field in places
    )
    failed = len(failures)
    verdict = desk.word("通过", "pass") if not failed else desk.word("未通过", "fail")
    mark = tag("span", {"class": f"dz-mark dz-{'error' if failed else 'pass'}"}, escape(verdict))
    head = tag(
        "th",
        {"scope": "row", "class": "dz-rt-name"},
        tight(name) + _case_tools(desk, code, title, place, at, len(codes)),
    )
    row = head + tag("td", {}, tight(day)) + cells + tag("td", {"class": "dz-rt-out"}, mark)
    width = len(places) + 3
    expected = _expected(desk, case, truths, failures)
    parts = [
        Part(f"{place}-row", row, "tr", {"class": "dz-rt-row"}),
        Part(f"{place}-said", tag("td", {"colspan": width}, expected), "tr", {"class": "dz-rt-said"}),
    ]
    if opened:
        inner = tag("td", {"colspan": width}, _opened(desk, runs, case, places))
        parts.append(Part(f"{place}-more", inner, "tr", {"class": "dz-rt-more"}))
    return Part(place, tuple(parts), "tbody", {"class": "dz-rt-rule"})


def _case_tools(desk: Desk, code: str, title: str, place: str, at: int, count: int) -> str:
    opened = desk.view.get("select") == code
    said = desk.word(f"用例“{title}”", f"the case “{title}”")
    buttons = (
        ("up", "↑", {"op": "move_case", "case": code, "by": -1}, desk.word("上移", "Move up "), at == 0),
        (
            "down",
            "↓",
            {"op": "move_case", "case": code, "by": 1},
            desk.word("下移", "Move down "),
            at + 1 == count,
        ),
        ("copy", "×2", {"op": "copy_case", "case": code}, desk.word("复制", "Copy "), False),
        ("drop", "✕", {"op": "drop_case", "case": code}, desk.word("删除", "Remove "), False),
    )
    tools = "".join(
        button(
            desk,
            operation,
            word + said,
            icon=icon,
            attributes={
                "id": f"{place}-{kind}",
                "disabled": shut,
                "data-focus": "dz-add-case" if kind == "drop" else None,
            },
        )
        for kind, icon, operation, word, shut in buttons
    )
    tools += link(
        desk,
        {"select": None if opened else code},
        escape(desk.word("收起", "Close") if opened else desk.word("详情", "Details"))
        + tag("span", {"class": "visually-hidden"}, escape(desk.word("：", ": ") + title)),
        {"id": f"{place}-open", "class": "dz-open", "aria-expanded": "true" if opened else "false"},
    )
    return tag("div", {"class": "dz-rowtools"}, tools)


def _answer(desk: Desk, code: str, where: str, field: Field, answers: Any, at: str | None = None) -> str:
    """Write the field of one answer of a case."""
    place = at or field.place
    value = get(answers, place)
    shown = "" if value is MISSING or isinstance(value, Mapping | list) else value
    operation = {"op": "case_answer", "case": code, "place": place, "as": field.type}
    label = f"{where}{desk.word('：', ': ')}{desk.say(field.title)}"
    if field.type == "group":
        count = len(value) if isinstance(value, list) else 0
        return tag(
            "p",
            {"class": "dz-rows"},
            escape(desk.word(f"{count} 行（在详情中填写）", f"{count} rows (see details)")),
        )
    if field.type == "boolean":
        words = [("true", desk.word("是", "yes")), ("false", desk.word("否", "no"))]
        known = "true" if value is True else "false" if value is False else ""
        return select_field(
            desk, label, (), words, operation=operation, value=known, empty=desk.word("未填", "not given")
        )
    options = [(each, desk.say(title)) for each, title in field.options]
    if field.type == "list":
        chosen = value if isinstance(value, list) else []
        return checks_field(desk, label, (), options, operation=operation, value=chosen)
    if field.type == "choice" and options:
        return select_field(
            desk, label, (), options, operation=operation, value=shown, empty=desk.word("未填", "not given")
        )
    kind = {"date": "date", "integer": "integer", "decimal": "number", "money": "number"}.get(
        field.type, "text"
    )
    return text_field(desk, label, (), kind=kind, operation=operation, value=shown)


def _expected(desk: Desk, case: Mapping[str, Any], truths: Mapping[str, str], failures: list[Problem]) -> str:
    """Say what comes of each rule, and let what is expected be chosen."""
    code, items = str(case["code"]), ""
    expect = case.get("expect", {})
    for name in reading_order(desk.document):
        title = desk.say(title_of(desk.document["rules"][name], name))
        wanted = next((truth for truth in TRUTHS if name in expect.get(truth, ())), "")
        now = truths.get(name, "unknown")
        if desk.view.get("select") != code and not wanted and now == "unmet":
            continue
        field = select_field(
            desk,
            desk.word(f"预期“{title}”", f"Expect “{title}”"),
            (),
            [(truth, desk.say(WORDS[truth])) for truth in TRUTHS],
            operation={"op": "case_expect", "case": code, "rule": name},
            value=wanted,
            empty=desk.word("不检查", "not checked"),
        )
        good = not wanted or wanted == now
        said = desk.word(f"实际：{desk.say(WORDS[now])}", f"is {desk.say(WORDS[now])}")
        mark = tag("span", {"class": f"dz-mark dz-{'pass' if good else 'error'}"}, escape(said))
        items += tag("li", {}, tag("div", {"class": "dz-expect"}, field + mark))
    others = [problem for problem in failures if "/outcomes/" in problem.pointer]
    told = "".join(tag("p", {"class": "field-error"}, escape(desk.say(p.message))) for p in others)
    now_ = {truth: [n for n, each in truths.items() if each == truth] for truth in TRUTHS}
    record = button(
        desk,
        {"op": "case_record", "case": code, "expect": now_},
        desk.word("以实际结果为预期", "Expect what comes now"),
        attributes={"class": "btn-outline-secondary", "id": f"dz-c-{slug(code)}-record"},
    )
    return tag("ul", {"class": "dz-expects"}, items) + told + record


def _opened(desk: Desk, runs: Runs, case: Mapping[str, Any], places: list[Field]) -> str:
    code = str(case["code"])
    title = desk.say(phrase_of(case.get("title"), code))
    inner = two_texts(
        desk,
        desk.word("用例名称", "Title of the case"),
        {"op": "case_title", "case": code},
        case.get("title"),
        other=True,
    )
    for field in places:
        if field.type == "group":
            inner += _rows(desk, code, title, field, case.get("answers", {}))
    wanted = [
        f"{k}:{v if isinstance(v, str) else ''}"
        for each in case["expect"].get("outcomes", ())
        for k, v in each.items()
    ]
    options: dict[str, str] = {}
    for rule in desk.document["rules"].values():
        for outcome in outcomes_of(rule):
            kind = outcome_kind(outcome)
            if kind and kind not in ("assert", "set_limit"):
                value = outcome[kind]
                key = f"{kind}:{value if isinstance(value, str) else ''}"
                word = target_word(desk, outcome)
                options[key] = f"{desk.say(KINDS[kind])}{desk.word('：', ': ') if word else ''}{word}"
    inner += checks_field(
        desk,
        desk.word("应有的结果", "Outcomes that must come"),
        (),
        list(options.items()),
        operation={"op": "case_outcomes", "case": code},
        value=wanted,
    )
    return tag("div", {"class": "dz-r-more"}, inner + _trace(desk, runs, case))


def _trace(desk: Desk, runs: Runs, case: Mapping[str, Any]) -> str:
    head = tag("h2", {"class": "h3"}, escape(desk.word("为何如此判断", "Why it is decided so")))
    return head + trace(desk, runs.ruleset, runs.compiled(case).trace(runs.facts(case)))


def _rows(desk: Desk, code: str, where: str, field: Field, answers: Any) -> str:
    value = get(answers, field.place)
    rows = value if isinstance(value, list) else []
    items = ""
    for number in range(len(rows)):
        inner = "".join(
            _answer(
                desk,
                code,
                desk.word(f"第 {number + 1} 行", f"Row {number + 1}"),
                part,
                answers,
                f"{field.place}/{number}{part.place}",
            )
            for part in field.properties
        )
        drop = button(
            desk,
            {"op": "case_row", "case": code, "place": field.place, "drop": number},
            desk.word(f"删除第 {number + 1} 行", f"Remove row {number + 1}"),
            icon="✕",
        )
        items += tag("li", {"class": "dz-row"}, inner + drop)
    add = button(
        desk,
        {"op": "case_row", "case": code, "place": field.place},
        desk.word(f"＋ {desk.say(field.title)}：增加一行", f"＋ {desk.say(field.title)}: add a row"),
        attributes={"class": "btn-outline-secondary"},
    )
    legend = tag("legend", {"class": "dz-legend"}, escape(desk.say(field.title)))
    return tag("fieldset", {"class": "dz-group"}, legend + tag("ul", {"class": "list-plain"}, items) + add)


def _pages(desk: Desk, page: int, count: int) -> Part:
    pages = (count + SHOWN_CASES - 1) // SHOWN_CASES
    if pages < 2:
        return Part("dz-c-pages", "", "div")
    items = "".join(
        tag(
            "li",
            {},
            link(
                desk,
                {"page": str(number) if number else None},
                escape(f"{number * SHOWN_CASES + 1}–{min(count, (number + 1) * SHOWN_CASES)}"),
                {"aria-current": "page" if number == page else None},
            ),
        )
        for number in range(pages)
    )
    label = desk.word("用例分页", "Pages of cases")
    return Part("dz-c-pages", tag("ul", {"class": "dz-pages"}, items), "nav", {"aria-label": label})


PANEL = Panel("cases", text("用例", "Test cases"), show)
