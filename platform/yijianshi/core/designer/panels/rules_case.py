"""One test case in the table of a ruleset's: what is answered, what is expected, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.pointer import MISSING, get
from ...definitions.types import Problem, Text, text
from ...forms.html import tag
from ...rules import reading_order
from ..controls import button, checks_field, id_of, name_of, select_field, text_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import title_of
from ..ruleset_fields import Field
from ..ruleset_parts import KINDS, free, outcome_kind, outcomes_of, phrase_of
from ..ruleset_tests import TRUTHS
from .rows import RowTools, beside
from .rules_controls import slug, tight
from .rules_coverage import Runs
from .rules_outcomes import target_word, two_texts
from .rules_trace import trace

WORDS: Mapping[str, Text] = {
    "met": text("成立", "met"),
    "unmet": text("不成立", "unmet"),
    "unknown": text("待定", "unknown"),
}


def case_of(desk: Desk, runs: Runs, case: Mapping[str, Any], codes: list[str], places: list[Field]) -> Part:
    """Show a case: its answers, what is expected and what comes, and opened, its rows and why."""
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
        tight(name) + _tools(desk, code, title, place, codes),
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


def title_name(desk: Desk, code: str) -> str:
    """Name the control of a case's title in the language of the page."""
    return name_of({"op": "case_title", "case": code, "lang": desk.lang})


def _tools(desk: Desk, code: str, title: str, place: str, codes: list[str]) -> str:
    at = codes.index(code)
    left = beside(codes, at)
    tools = RowTools(
        code,
        place,
        title,
        desk.word(f"用例“{title}”", f"the case “{title}”"),
        at,
        len(codes),
        {"op": "move_case", "case": code, "by": -1},
        {"op": "move_case", "case": code, "by": 1},
        {"op": "copy_case", "case": code},
        {"op": "drop_case", "case": code},
        id_of(title_name(desk, free(codes, "case"))),
        "dz-add-case" if left is None else f"dz-c-{slug(left)}-open",
    )
    return tools.html(desk)


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
