"""Test cases that are offered: accepted as operations of the log, and told for what is still to be reached."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.desk import PRESSED, Desk, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import replay
from yijianshi.core.designer.offers import ASKED, Offer, Offers, Seeking, identity, rules_of, state_of
from yijianshi.core.designer.parts import patches
from yijianshi.core.designer.ruleset_offers import reached_by
from yijianshi.core.designer.ruleset_parts import cases_of
from yijianshi.core.rules import parse
from yijianshi.core.rules.aims import aims_of
from yijianshi.core.rules.compile import compile_ruleset

from .test_rulesets import DAY, METAS, PERMIT, carried, desk, refused

BARE = {key: value for key, value in PERMIT.items() if key != "tests"}
COMPILED = compile_ruleset(parse(BARE), DAY)
SIDES = {"恰": (30, 300), "上": (30.0001, 300.0001), "下": (29, 299)}


def case(name: str) -> dict[str, Any]:
    investment, area = SIDES[name]
    answers = {"project": {"investment": investment, "floor_area": area}}
    truths = compile_ruleset(parse(BARE), DAY).truths({"investment": investment, "floor_area": area})
    expect = {
        truth: names for truth in ("met", "unmet") if (names := [r for r, t in truths.items() if t == truth])
    }
    return {
        "title": {"zh": f"界限{name}", "en": f"limit {name}"},
        "on": DAY.isoformat(),
        "answers": answers,
        "expect": expect,
    }


CASES = [case(name) for name in SIDES]
ALL = {"op": "accept_cases", "cases": CASES}


def found(document: Any = BARE, **changes: Any) -> Offers:
    cases = cases_of(document)
    told = Offers(
        state_of(document, cases),
        rules_of(document),
        tuple(identity(each) for each in cases),
        DAY.isoformat(),
        tuple(Offer(each) for each in CASES),
        3,
        True,
    )
    return replace(told, **changes)


def offering(document: Any, offers: Offers | Seeking | None, lang: Any = "zh", asked: str = "") -> Desk:
    known = asked or (offers.asked if isinstance(offers, Offers) else "x")
    return replace(desk(document, "cases", lang, **{ASKED: known}), offers=offers)


def test_an_aim_is_reached_exactly_and_just_beside_its_limit() -> None:
    aims = aims_of(COMPILED)
    assert len(aims) == 2 * 2 + 2 * 3, "two rules met and not met; two limits and both their sides"
    at, above, below = reached_by(COMPILED.ruleset, CASES, aims)
    assert at | above | below == {aim.key for aim in aims}
    said = {aim.key: aim.said for aim in aims}
    assert {said[key]["en"].rpartition(": ")[2].partition(" ")[0] for key in at & above} == set()
    # a whole unit off is still beside the limit, more is not
    far = {**CASES[0], "answers": {"project": {"investment": 28.9999, "floor_area": 302}}}
    (reached,) = reached_by(COMPILED.ruleset, [far], aims)
    assert {key for key in reached if len(key) == 3} == set()
    # a fact that is not given reaches no limit
    (nothing,) = reached_by(COMPILED.ruleset, [{**far, "answers": {}}], aims)
    assert nothing == set()


def test_accepting_is_an_operation_that_undo_takes_back_and_the_changes_tell() -> None:
    now, (entry,) = after(desk(BARE, "cases"), [(PRESSED, json.dumps(ALL))])
    assert entry.sentence == {"zh": "接受 3 个建议的测试用例", "en": "3 suggested test cases accepted"}
    assert [each["code"] for each in cases_of(now.document)] == ["case_01", "case_02", "case_03"]
    assert canonical(replay(BARE, [entry])) == canonical(now.document)
    assert list(now.history.sentences) == [entry.sentence]
    back, _ = after(now, [(PRESSED, json.dumps({"op": "undo"}))])
    assert canonical(back.document) == canonical(BARE)
    one, (told,) = after(desk(BARE, "cases"), [(PRESSED, json.dumps({**ALL, "cases": CASES[:1]}))])
    assert told.sentence == {
        "zh": "接受建议的测试用例：界限恰",
        "en": "Suggested test case accepted: limit 恰",
    }
    # what is there is not taken twice
    again, entries = after(one, [(PRESSED, json.dumps(ALL))])
    assert len(entries) == 1 and len(cases_of(again.document)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        [{"title": "x"}],
        ["x"],
        [{**CASES[0], "code": "case_09"}],
        [{**CASES[0], "expect": {"maybe": ["no_permit"]}}],
        [{**CASES[0], "on": "gestern"}],
    ],
)
def test_what_is_no_case_is_refused_whole(wrong: list[Any]) -> None:
    refused(BARE, {"op": "accept_cases", "cases": [CASES[1], *wrong]})


def test_offers_come_over_as_json() -> None:
    offers = found(never=({"zh": "甲", "en": "a"},), apart=({"zh": "乙", "en": "b"},))
    assert Offers.from_json(json.loads(json.dumps(offers.to_json()))) == offers


def test_each_case_tells_what_it_reaches_first_and_what_comes_of_it() -> None:
    html = frame(offering(BARE, found())).html()
    assert "共建议 3 个：已证明是最少的" in html and "全部接受（3）" in html
    assert html.count("首次达到") == 3
    english = frame(offering(BARE, found(), "en")).html()
    assert "3 suggested: the smallest set (proven)" in english and "Accept all (3)" in english
    unproven = frame(offering(BARE, found(proven=False, least=2), "en")).html()
    assert "not proven smallest; at least 2 are needed" in unproven


def test_what_is_accepted_goes_from_the_list_and_comes_back_with_undo() -> None:
    before = offering(BARE, found())
    accepted, _ = after(before, [(PRESSED, json.dumps({**ALL, "cases": CASES[1:2]}))])
    html = frame(accepted).html()
    assert "全部接受（2）" in html and "已证明是最少的" in html
    ids = {part.id for part in patches(frame(before), frame(accepted))}
    assert "designer" not in ids and "dz-suggested" not in ids
    everything, _ = after(accepted, [(PRESSED, json.dumps(ALL))])
    assert "没有更多建议：现有用例已达到每条规则和每个界限" in frame(everything).html()
    undone, _ = after(everything, [(PRESSED, json.dumps({"op": "undo"}))])
    assert "全部接受（2）" in frame(undone).html()


def test_what_the_cases_reach_meanwhile_is_left_out_and_nothing_is_called_proven() -> None:
    offers = found()
    own = carried(BARE, {"op": "add_case", "on": "2026-11-25"})
    for place, value in (("/project/investment", "30"), ("/project/floor_area", "300")):
        own = carried(
            own, {"op": "case_answer", "case": "case_01", "place": place, "as": "decimal", "value": value}
        )
    html = frame(offering(own, offers)).html()
    assert "全部接受（2）" in html
    assert "用例在建议之后有改动" in html and "已证明是最少的" not in html
    assert "重新建议" in html


def test_other_rules_make_suggestions_void() -> None:
    changed = carried(BARE, {"op": "drop_rule", "rule": "no_permit"})
    html = frame(offering(changed, found())).html()
    assert "规则在建议之后有改动" in html and "全部接受" not in html and "重新建议" in html
    renamed = carried(BARE, {"op": "say", "at": ["title"], "lang": "zh", "value": "别的名称"})
    assert "全部接受（3）" in frame(offering(renamed, found())).html()


def test_goals_that_no_case_reaches_and_those_not_settled_are_told() -> None:
    said = {"zh": "“甲”成立", "en": "A: met"}
    html = frame(offering(BARE, found(never=(said,)))).html()
    assert "任何用例都达不到的目标" in html and "“甲”成立" in html
    late = frame(offering(BARE, found(cases=(), unsettled=(said,), proven=False, least=0), "en")).html()
    assert "Goals that were not settled in time" in late and "A: met" in late
    assert "Nothing more to suggest: the cases reach" not in late


def test_a_case_whose_answers_are_not_plain_says_so() -> None:
    offers = found(cases=(Offer(CASES[0], ("months",)),))
    assert "months”由其他填写内容算出" in frame(offering(BARE, offers)).html()
    assert "months comes from other answers" in frame(offering(BARE, offers, "en")).html()


@pytest.mark.parametrize(
    ("far", "zh", "en"),
    [
        (None, "正在等待开始", "waiting to begin"),
        (Seeking(), "正在等待开始", "waiting to begin"),
        (Seeking(4, 10, 2), "已有 2 个用例，达到 10 个目标中的 4 个", "2 cases so far reach 4 of 10 goals"),
        (Seeking(10, 10, 3), "正在求证能否更少", "now seeking whether fewer do"),
    ],
)
def test_the_search_says_how_far_it_is(far: Seeking | None, zh: str, en: str) -> None:
    html = frame(offering(BARE, far)).html()
    assert zh in html and "取消" in html and "<progress" in html
    assert en in frame(offering(BARE, far, "en")).html()
    # found for another state than was asked for: it goes on
    assert "<progress" in frame(offering(BARE, found(), asked="another")).html()


def test_rules_that_are_not_sound_or_not_there_get_no_suggestions() -> None:
    broken = {
        **BARE,
        "rules": {**BARE["rules"], "x": {"all": [{"m": {"$gt": {"nobody": 1}}}], "run": {"deny": True}}},
    }
    html = frame(offering(broken, None)).html()
    assert "规则还有错误" in html and "dz-suggest" not in html.replace("dz-suggested", "")
    none = {**BARE, "rules": {}, "order": []}
    empty = found(none, cases=(), least=0)
    assert "还没有规则，没有可建议的用例" in frame(offering(none, empty)).html()


def test_a_draft_that_can_only_be_read_is_offered_nothing() -> None:
    reading = replace(offering(BARE, found()), readonly=True)
    assert "全部接受" not in frame(reading).html()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(
            [
                *({**ALL, "cases": [each]} for each in CASES),
                ALL,
                {"op": "undo"},
                {"op": "redo"},
                {"op": "drop_case", "case": "case_01"},
            ]
        ),
        max_size=8,
    )
)
def test_any_sequence_is_replayed_inverted_and_accepted_by_the_meta_schema(operations: list[Any]) -> None:
    now, entries = after(offering(BARE, found()), [(PRESSED, json.dumps(each)) for each in operations])
    assert not meta_findings(now.document, METAS["ruleset"], meta_registry(METAS))
    assert canonical(replay(BARE, entries)) == canonical(now.document)
    frame(now).html()
    document: Any = now.document
    for entry in reversed(entries):
        assert entry.sentence["zh"] and entry.sentence["en"]
        document = apply(document, entry.inverse)[0]
    assert canonical(document) == canonical(BARE)
