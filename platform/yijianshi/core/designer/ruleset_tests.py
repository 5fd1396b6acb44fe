"""What is done to the test cases of a ruleset; they stand in the ruleset itself (``tests``).

A case that has no code of its own yet is given one with the first operation on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..definitions.pointer import MISSING, join, put
from ..definitions.pointer import get as at_pointer
from ..definitions.types import Json, Text, text
from ..rules import RulesetError, parse
from .automatic import numbered
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import changed, gone, said, title_of, typed_value
from .ruleset_shape import free, phrase_of
from .ruleset_suggest import suggested

TRUTHS = ("met", "unmet", "unknown")


def cases_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the test cases, each with a code."""
    tests = document.get("tests")
    listed = tests.get("cases") if isinstance(tests, Mapping) else None
    cases = [dict(case) for case in listed if isinstance(case, Mapping)] if isinstance(listed, list) else []
    taken = [str(case["code"]) for case in cases if "code" in case]
    for case in cases:
        if "code" not in case:
            case["code"] = free(taken, "case")
            taken.append(case["code"])
    return cases


@operation("add_case")
def add_case(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a test case decided on a day (``on``)."""
    cases = cases_of(ground.document)
    number = len(cases) + 1
    made = {
        "code": free([case["code"] for case in cases], "case"),
        "title": numbered("case", number),
        "on": str(given["on"]),
        "answers": {},
        "expect": {"met": []},
    }
    return _cases(ground, [*cases, made], text(f"增加用例 {number}", f"Test case {number} added"))


@operation("suggest_cases")
def suggest_cases(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add test cases decided on a day (``on``) that reach what none reaches yet, expecting what now comes of them."""
    cases = cases_of(ground.document)
    try:
        ruleset = parse({**ground.document, "tests": {}})
    except RulesetError as error:
        raise refuse(
            "/rules",
            "not-sound",
            text("规则还有错误，不能建议用例", "the rules have errors: no cases can be suggested yet"),
            text("请先按检查结果改正规则", "mend the rules by the findings first"),
        ) from error
    made = list(suggested(ruleset, cases, str(given["on"])))
    if not made:
        return Step((), text("", ""))
    taken = [case["code"] for case in cases]
    for case in made:
        case["code"] = free(taken, "case")
        taken.append(case["code"])
    count = len(made)
    return _cases(
        ground, [*cases, *made], text(f"加入 {count} 个建议的用例", f"{count} suggested test cases added")
    )


@operation("copy_case")
def copy_case(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a copy of a case (``case``) after it."""
    cases, number = _case(ground, given)
    case = cases[number]
    title = text(f"{case['title']['zh']}（副本）"[-300:], f"{case['title']['en']} (copy)"[-300:])
    copy = {**case, "code": free([each["code"] for each in cases], "case"), "title": title}
    cases.insert(number + 1, copy)
    return _cases(ground, cases, _told("复制用例", "Test case copied", case))


@operation("drop_case")
def drop_case(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a case (``case``) out."""
    cases, number = _case(ground, given)
    case = cases.pop(number)
    return _cases(ground, cases, _told("删除用例", "Test case removed", case))


@operation("move_case")
def move_case(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a case (``case``) so many places (``by``) up or down."""
    cases, number = _case(ground, given)
    case = cases.pop(number)
    cases.insert(max(0, number + int(given["by"])), case)
    return _cases(ground, cases, _told("移动用例", "Test case moved", case))


@operation("case_title")
def case_title(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say what a case (``case``) is about in one language (``lang``, ``value``)."""
    cases, number = _case(ground, given)
    phrase = said(cases[number].get("title"), str(given["lang"]), given["value"])
    if phrase is not None:
        cases[number]["title"] = phrase
    told = _told("用例改名", "Test case called", cases[number])
    return _cases(ground, cases, told, f"{given['case']}/title/{given['lang']}")


@operation("case_day")
def case_day(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say the day (``value``) on which a case (``case``) is decided."""
    cases, number = _case(ground, given)
    day = typed_value("date", given["value"], join("tests", "cases", number, "on"))
    if day is not None:
        cases[number]["on"] = day
    return _cases(
        ground, cases, _told("用例日期", "The day of a test case", cases[number]), f"{given['case']}/on"
    )


@operation("case_answer")
def case_answer(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put an answer (``value``) of a type (``as``) at its place (``place``) in a case (``case``)."""
    cases, number = _case(ground, given)
    place, kind, typed = str(given["place"]), str(given["as"]), given["value"]
    pointer = join("tests", "cases", number, "answers") + place
    known = at_pointer(cases[number]["answers"], place)
    same = _written(known) == str(typed) or (known is MISSING and not any(typed))
    if same or (isinstance(known, Mapping | list) and kind != "list" and not typed):
        return Step((), text("", ""))
    if kind == "list":
        listed = typed if isinstance(typed, list) else [typed]
        value: Json = [str(each) for each in listed if str(each)] or None
    else:
        value = typed_value(kind, typed, pointer)
    cases[number]["answers"] = put(cases[number]["answers"], place, MISSING if value is None else value)
    told = _told("用例填写", "Answer of a test case", cases[number])
    return _cases(ground, cases, told, f"{given['case']}{place}")


@operation("case_row")
def case_row(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Add a row to the group at ``place`` of a case (``case``), or take row ``drop`` away."""
    cases, number = _case(ground, given)
    place = str(given["place"])
    known = at_pointer(cases[number]["answers"], place)
    rows = list(known) if isinstance(known, list) else []
    if "drop" in given:
        rows = [row for index, row in enumerate(rows) if index != int(given["drop"])]
    else:
        rows.append({})
    cases[number]["answers"] = put(cases[number]["answers"], place, rows)
    return _cases(ground, cases, _told("用例的行", "Rows of a test case", cases[number]))


@operation("case_expect")
def case_expect(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say what is expected of a rule (``rule``) in a case (``case``): met, unmet, unknown, or nothing."""
    cases, number = _case(ground, given)
    rule, truth = str(given["rule"]), str(given["value"])
    expect = cases[number]["expect"]
    made = {
        key: [each for each in expect.get(key, ()) if each != rule] + ([rule] if key == truth else [])
        for key in TRUTHS
    }
    kept = {key: listed for key, listed in made.items() if listed}
    if "outcomes" in expect:
        kept["outcomes"] = expect["outcomes"]
    if {key: sorted(listed) for key, listed in kept.items() if key != "outcomes"} == {
        key: sorted(listed) for key, listed in expect.items() if key != "outcomes" and listed
    }:
        return Step((), text("", ""))
    cases[number]["expect"] = kept or {"met": []}
    return _cases(ground, cases, _told("用例预期", "Expected of a test case", cases[number]))


@operation("case_outcomes")
def case_outcomes(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say which outcomes must come of a case (``case``): ``value`` lists them as ``type:target``."""
    cases, number = _case(ground, given)
    typed = given["value"]
    wanted = [str(each) for each in (typed if isinstance(typed, list) else [typed]) if str(each)]
    expect = {key: listed for key, listed in cases[number]["expect"].items() if key != "outcomes"}
    if wanted:
        pairs = (each.partition(":") for each in wanted)
        expect["outcomes"] = [{kind: target if target else True} for kind, _, target in pairs]
    # what is no choice of the page stays
    unasked = [
        each for each in cases[number]["expect"].get("outcomes", ()) if set(each) & {"assert", "set_limit"}
    ]
    if unasked:
        expect["outcomes"] = [*expect.get("outcomes", ()), *unasked]
    cases[number]["expect"] = expect or {"met": []}
    return _cases(ground, cases, _told("用例预期", "Expected of a test case", cases[number]))


@operation("case_record")
def case_record(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Expect of a case (``case``) what is given (``expect``): what now comes of it."""
    cases, number = _case(ground, given)
    kept = {key: given["expect"][key] for key in TRUTHS if given["expect"].get(key)}
    if "outcomes" in cases[number]["expect"]:
        kept["outcomes"] = cases[number]["expect"]["outcomes"]
    cases[number]["expect"] = kept or {"met": []}
    return _cases(
        ground, cases, _told("以现在的结果为预期", "What comes of it now is expected", cases[number])
    )


@operation("sign_unreached")
def sign_unreached(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say why no case reaches a rule (``rule``), in one language (``lang``, ``value``), signed ``by``, on a day (``on``)."""
    rule = str(given["rule"])
    tests = dict(ground.document.get("tests", {}))
    signed = dict(tests.get("unreached", {}))
    known = signed.get(rule, {})
    reason = said(known.get("reason"), str(given["lang"]), given["value"])
    by = str(given["by"]).strip()
    if reason == known.get("reason"):
        return Step((), text("", ""))
    if reason is None:
        signed.pop(rule, None)
    elif not by:
        raise refuse(
            join("tests", "unreached", rule),
            "unsigned",
            text("说明须有签名", "the reason must be signed for"),
            text("请登录后再签名", "sign in first"),
        )
    else:
        signed[rule] = {"reason": reason, "signed_by": by, "signed_on": str(given["on"])}
    made = {key: value for key, value in tests.items() if key != "unreached"}
    if signed:
        made["unreached"] = signed
    title = title_of(ground.document["rules"].get(rule), rule)
    return changed(
        ground,
        _with_tests(ground.document, made),
        text(f"说明“{title['zh']}”没有用例的原因", f"Why no case reaches “{title['en']}”"),
        f"unreached/{rule}/{given['lang']}",
    )


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _case(ground: Ground, given: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    cases = cases_of(ground.document)
    codes = [case["code"] for case in cases]
    if given["case"] not in codes:
        raise gone("/tests/cases")
    return cases, codes.index(given["case"])


def with_cases(ground: Ground, cases: list[dict[str, Any]], sentence: Text, focus: str | None = None) -> Step:
    """Give the step to other test cases."""
    return replace(_cases(ground, cases, sentence), focus=focus)


def _cases(ground: Ground, cases: list[dict[str, Any]], sentence: Text, typing: str | None = None) -> Step:
    if cases == cases_of(ground.document):
        return Step((), text("", ""))
    tests = {key: value for key, value in ground.document.get("tests", {}).items() if key != "cases"}
    if cases:
        tests["cases"] = cases
    return changed(
        ground, _with_tests(ground.document, tests), sentence, f"tests/{typing}" if typing else None
    )


def _with_tests(document: Mapping[str, Any], tests: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in document.items() if key != "tests"}
    return {**made, "tests": tests} if tests else made


def _told(zh: str, en: str, case: Mapping[str, Any]) -> Text:
    title = phrase_of(case.get("title"), str(case["code"]))
    return text(f"{zh}：{title['zh']}", f"{en}: {title['en']}")
