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
from .ruleset_fields import field_at
from .ruleset_parts import CASES_OF_PAGE, cases_of, free, phrase_of
from .ruleset_shape import Named
from .ruleset_suggest import suggested
from .shifts import Shift, is_phrase, phrase_shift
from .wording import LANGS, Words, both
from .words import word

TRUTHS = ("met", "unmet", "unknown")


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
    said = text(f"增加用例 {number}", f"Test case {number} added")
    return _shown(_cases(ground, [*cases, made], said), len(cases))


def _shown(step: Step, at: int) -> Step:
    """Give a step with the page on which a case then stands."""
    return replace(step, shows={"page": str(at // CASES_OF_PAGE)})


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
    said = text(f"加入 {count} 个建议的用例", f"{count} suggested test cases added")
    return _shown(_cases(ground, [*cases, *made], said), len(cases))


@operation("copy_case")
def copy_case(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put a copy of a case (``case``) after it."""
    cases, number = _case(ground, given)
    case = cases[number]
    title = text(f"{case['title']['zh']}（副本）"[-300:], f"{case['title']['en']} (copy)"[-300:])
    copy = {**case, "code": free([each["code"] for each in cases], "case"), "title": title}
    cases.insert(number + 1, copy)
    return _shown(_cases(ground, cases, _told("复制用例", "Test case copied", case)), number + 1)


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
    to = cases.index(case)
    after = cases[to + 1 :][:1]
    if not after:
        return _shown(_cases(ground, cases, _told("移到最后的用例", "Test case moved to the end", case)), to)
    other = phrase_of(after[0].get("title"), str(after[0]["code"]))
    title = phrase_of(case.get("title"), str(case["code"]))
    said = text(
        f"用例“{title['zh']}”移到“{other['zh']}”之前",
        f"The test case “{title['en']}” moved before “{other['en']}”",
    )
    return _shown(_cases(ground, cases, said), to)


@operation("case_title")
def case_title(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say what a case (``case``) is about in one language (``lang``, ``value``)."""
    cases, number = _case(ground, given)
    was = cases[number].get("title")
    phrase = said(was, str(given["lang"]), given["value"])
    if phrase is not None:
        cases[number]["title"] = phrase
    old = phrase_of(was, str(given["case"]))
    what = text(f"用例“{old['zh']}”的名称", f"The title of the test case “{old['en']}”")
    told = phrase_shift(what, was, cases[number].get("title"))
    return _cases(ground, cases, told, f"{given['case']}/title/{given['lang']}")


@operation("case_day")
def case_day(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say the day (``value``) on which a case (``case``) is decided."""
    cases, number = _case(ground, given)
    day = typed_value("date", given["value"], join("tests", "cases", number, "on"))
    was = cases[number].get("on")
    if day is not None:
        cases[number]["on"] = day
    told = _shift(ground, cases[number], text("日期", "day"), was, cases[number].get("on"))
    return _cases(ground, cases, told, f"{given['case']}/on")


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
    shift = _answered(ground, cases[number], place, known, value)
    return _cases(ground, cases, shift, f"{given['case']}{place}")


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
    speakers = [Words(ground.document, lang, ground.library) for lang in LANGS]
    group = text(*(each.place(place) or place for each in speakers))
    count = [len(known) if isinstance(known, list) else 0, len(rows)]
    was, now = (text(f"{each} 行", f"{each} rows") for each in count)
    return _cases(ground, cases, _of_case(cases[number], group, was, now))


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
    title = title_of(ground.document.get("rules", {}).get(rule), rule)
    what = text(f"规则“{title['zh']}”的预期", f"expected of the rule “{title['en']}”")
    was, now = (next((key for key in TRUTHS if rule in each.get(key, ())), None) for each in (expect, kept))
    return _cases(ground, cases, _shift(ground, cases[number], what, *map(_truth, (was, now))))


@operation("case_outcomes")
def case_outcomes(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say which outcomes must come of a case (``case``): ``value`` lists them as ``type:target``."""
    cases, number = _case(ground, given)
    typed = given["value"]
    wanted = [str(each) for each in (typed if isinstance(typed, list) else [typed]) if str(each)]
    was = cases[number]["expect"]
    expect = {key: listed for key, listed in was.items() if key != "outcomes"}
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
    what = text("预期的结果", "expected outcomes")
    told = _shift(ground, cases[number], what, was.get("outcomes"), expect.get("outcomes"))
    return _cases(ground, cases, told)


@operation("case_record")
def case_record(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Expect of a case (``case``) what is given (``expect``): what now comes of it."""
    cases, number = _case(ground, given)
    kept = {key: given["expect"][key] for key in TRUTHS if given["expect"].get(key)}
    was = cases[number]["expect"]
    if "outcomes" in was:
        kept["outcomes"] = was["outcomes"]
    cases[number]["expect"] = kept or {"met": []}
    what = text("预期（以现在的结果为准）", "expected (what comes of it now)")
    return _cases(ground, cases, _shift(ground, cases[number], what, was, cases[number]["expect"]))


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
        phrase_shift(
            text(f"“{title['zh']}”没有用例的原因", f"Why no case reaches “{title['en']}”"),
            known.get("reason"),
            reason,
        ),
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


def _cases(
    ground: Ground, cases: list[dict[str, Any]], sentence: Text | Shift, typing: str | None = None
) -> Step:
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


def _of_case(case: Mapping[str, Any], what: Text, was: Text | None, now: Text | None) -> Shift:
    title = phrase_of(case.get("title"), str(case["code"]))
    said = text(f"用例“{title['zh']}”：{what['zh']}", f"The test case “{title['en']}”: {what['en']}")
    return Shift(said, was, now)


def _shift(ground: Ground, case: Mapping[str, Any], what: Text, was: Json, now: Json) -> Shift:
    """Tell what of a case was and what it is now; a text in both languages is told as it is."""
    old, new = (
        each if each is None or is_phrase(each) else both(ground.document, ground.library, each)
        for each in (was, now)
    )
    return _of_case(case, what, old, new)


def _answered(ground: Ground, case: Mapping[str, Any], place: str, was: Json, now: Json) -> Shift:
    field = field_at(ground.library, place, ground.document)
    what = field.title if field else text(place, place)
    fact = Named(place, field.type if field else "text", what, place, field.unit if field else "")

    def told(value: Json) -> Text | None:
        if value is None or value is MISSING:
            return None
        listed = value if isinstance(value, list) else [value]
        speakers = [Words(ground.document, lang, ground.library) for lang in LANGS]
        return text(*("、".join(each.of_fact(fact, one) for one in listed) for each in speakers))

    return _of_case(case, what, told(was), told(now))


def _truth(truth: str | None) -> Text:
    return text(word(truth, "zh"), word(truth, "en")) if truth else text("不作要求", "anything")
