"""What can be done to a case, and what the law does not allow."""

from datetime import date, datetime

import pytest

from yijianshi.core.cases import commands
from yijianshi.core.cases.events import Event, from_json
from yijianshi.core.cases.refusal import CaseRefusal
from yijianshi.core.cases.state import CaseState, apply
from yijianshi.core.cases.values import Answer, Item, Remedies

from tests.core.cases.samples import APPLICANT, CALENDAR, MONDAY, PARTS, REMEDIES, STAFF, begun, days, part

REASON = {"zh": "引擎结论不一致", "en": "the engines disagree"}


def after(state: CaseState, events: list[Event]) -> CaseState:
    for event in events:
        state = apply(state, event)
    return state


def accepted(state: CaseState, *codes: str) -> CaseState:
    for code in codes:
        state = after(state, commands.accept(state, f"id-{code}", actor=STAFF, at=MONDAY, calendar=CALENDAR))
    return state


def granted(state: CaseState, *codes: str) -> CaseState:
    for code in codes:
        state = after(state, commands.grant(state, f"id-{code}", actor=STAFF, at=MONDAY))
    return state


def asked(state: CaseState, *items: Item, at=MONDAY) -> CaseState:
    events = commands.request_correction(state, "id-water", items, date(2026, 3, 20), actor=STAFF, at=at)
    return after(state, events)


def refused(state: CaseState, code: str) -> CaseState:
    events = commands.refuse(
        state,
        f"id-{code}",
        reasons="不符合条件",
        basis="某法第八条",
        remedies=REMEDIES,
        actor=STAFF,
        at=MONDAY,
    )
    return after(state, events)


def code_of(call) -> str:
    with pytest.raises(CaseRefusal) as caught:
        call()
    assert caught.value.message["zh"] and caught.value.remedy["en"]
    return caught.value.code


def test_all_granted_in_turn_closes_the_case() -> None:
    state = accepted(begun(), "review", "permit", "water", "power")
    assert state.status == "in_progress"
    assert state.status_of(state.by_matter("power")) == "waiting"
    state = granted(state, "water", "review", "permit")
    assert state.result is None
    assert state.status_of(state.by_matter("power")) == "accepted"
    state = granted(state, "power")
    assert (state.status, state.result, state.closed_at) == ("closed", "all_granted", MONDAY.isoformat())


def test_nothing_is_decided_before_what_it_waits_for() -> None:
    state = accepted(begun(), "permit")
    assert code_of(lambda: granted(state, "permit")) == "predecessors-undecided"
    assert code_of(lambda: refused(state, "permit")) == "predecessors-undecided"


def test_a_refusal_stops_everything_that_waits_for_it_and_says_why() -> None:
    state = refused(granted(accepted(begun(), "water", "review", "permit"), "water"), "review")
    assert {s.matter: s.phase for s in state.sub_cases} == {
        "review": "refused",
        "permit": "stopped",
        "water": "granted",
        "power": "stopped",
    }
    assert (state.status, state.result) == ("closed", "partly_granted")
    decision = state.by_matter("power").decision
    assert decision and decision.because == "permit" and "permit" in decision.explanation["zh"]


def test_a_refusal_states_reasons_basis_and_both_remedies() -> None:
    state = accepted(begun(), "water")

    def refuse(reasons="理由", basis="依据", remedies=REMEDIES):
        return commands.refuse(
            state, "id-water", reasons=reasons, basis=basis, remedies=remedies, actor=STAFF, at=MONDAY
        )

    assert code_of(lambda: refuse(reasons=" ")) == "reasons-required"
    assert code_of(lambda: refuse(basis="")) == "basis-required"
    assert code_of(lambda: refuse(remedies=Remedies("", "起诉"))) == "review-required"
    assert code_of(lambda: refuse(remedies=Remedies("复议", ""))) == "lawsuit-required"
    assert code_of(lambda: refuse(reasons="长" * 4001)) == "text-too-long"
    assert refuse()[0].kind == "refused"


def test_a_refusal_before_acceptance_is_told_apart() -> None:
    decision = refused(begun(), "water").by_matter("water").decision
    assert decision and decision.stage == "acceptance"


def test_one_notice_with_everything_then_a_second_is_flagged() -> None:
    first = asked(
        begun(), Item("i1", "平面图不清晰", "material:plan"), Item("i2", "面积有误", "/project/area")
    )
    assert not first.by_matter("water").irregular
    answered = after(
        first,
        commands.correct(
            first,
            "id-water",
            [Answer("i2", "已更正"), Answer("i1", "", ("u1",))],
            actor=APPLICANT,
            at=days(1),
        ),
    )
    sub = answered.by_matter("water")
    assert (sub.phase, sub.open_items, [a.item for a in sub.answers]) == ("corrected", (), ["i1", "i2"])
    same_place = asked(answered, Item("i3", "仍不清晰", "material:plan"), at=days(2))
    assert not same_place.by_matter("water").irregular
    repeats = asked(answered, Item("i4", "面积仍有误", repeats="i2"), at=days(2))
    assert not repeats.by_matter("water").irregular
    new = asked(answered, Item("i5", "另缺授权书"), at=days(2))
    assert new.by_matter("water").notices[-1].late == ("i5",)
    assert new.by_matter("water").irregular


def test_corrections_answer_every_item_and_nothing_else() -> None:
    state = asked(begun(), Item("i1", "甲"), Item("i2", "乙"))

    def correct(*answers: Answer, actor=APPLICANT):
        return commands.correct(state, "id-water", answers, actor=actor, at=days(1))

    assert code_of(lambda: correct(Answer("i1", "好"))) == "item-unanswered"
    assert code_of(lambda: correct(Answer("i1", "好"), Answer("i2", "  "))) == "item-unanswered"
    assert code_of(lambda: correct(Answer("i9", "好"))) == "unknown-item"
    assert code_of(lambda: correct(Answer("i1", "好"), actor="another")) == "not-the-applicant"
    assert (
        code_of(lambda: commands.correct(begun(), "id-water", [], actor=APPLICANT, at=MONDAY))
        == "nothing-to-correct"
    )


def test_a_notice_has_items_and_a_later_deadline() -> None:
    state = begun()

    def ask(items, deadline=date(2026, 3, 20)):
        return commands.request_correction(state, "id-water", items, deadline, actor=STAFF, at=MONDAY)

    assert code_of(lambda: ask([])) == "items-required"
    assert code_of(lambda: ask([Item("i", " ")])) == "items-required"
    assert code_of(lambda: ask([Item(str(n), "x") for n in range(51)])) == "items-required"
    assert code_of(lambda: ask([Item("i", "x")], MONDAY.date())) == "deadline-not-later"
    assert code_of(lambda: ask([Item("i", "x", repeats="never")])) == "unknown-item"


def test_while_the_applicant_corrects_only_a_lapsed_deadline_lets_staff_end_it() -> None:
    state = asked(begun(), Item("i1", "甲"))
    assert code_of(lambda: accepted(state, "water")) == "waiting-for-applicant"
    assert code_of(lambda: refused(state, "water")) == "correction-running"
    assert commands.possible(state, state.by_matter("water"), date(2026, 3, 20)) == {"request_correction"}

    def end(at: datetime) -> list[Event]:
        return commands.refuse(
            state,
            "id-water",
            reasons="逾期未补正",
            basis="第三十二条",
            remedies=REMEDIES,
            actor=STAFF,
            at=at,
        )

    assert code_of(lambda: end(days(18))) == "correction-running", "the last day belongs to the applicant"
    ended = end(days(19))
    assert ended[0].to_json()["stage"] == "acceptance"


def test_after_acceptance_no_corrections_can_be_asked_for() -> None:
    state = accepted(begun(), "water")
    assert code_of(lambda: asked(state, Item("i1", "甲"))) == "already-accepted"
    assert code_of(lambda: accepted(state, "water")) == "already-accepted"


def test_five_working_days_without_notice_count_as_acceptance_as_of_receipt() -> None:
    state = begun()
    assert commands.lapsed(state, days(7), CALENDAR) == []
    events = commands.lapsed(state, days(8), CALENDAR)
    assert [event.sub_case for event in events] == [f"id-{p.matter}" for p in PARTS]
    late = after(state, events)
    water = late.by_matter("water")
    assert (water.deemed, water.accepted_on, water.promised_due) == (True, "2026-03-02", "2026-03-05")
    assert code_of(lambda: asked(late, Item("i1", "甲"))) == "deemed-accepted"
    assert commands.lapsed(late, days(30), CALENDAR) == []


def test_a_referred_case_waits_for_a_person_who_says_why_he_goes_on() -> None:
    state = begun(referral=REASON)
    assert (state.status, state.status_of(state.by_matter("water"))) == ("referred", "referred")
    assert code_of(lambda: accepted(state, "water")) == "referred"
    assert code_of(lambda: refused(state, "water")) == "referred"

    def take(state, note):
        return after(state, commands.take_over(state, "id-water", actor=STAFF, at=MONDAY, note=note))

    assert code_of(lambda: take(state, " ")) == "note-required"
    taken = take(state, "已人工核对")
    assert taken.by_matter("water").taken_over_by == STAFF
    assert code_of(lambda: take(taken, "再次")) == "not-referred"
    assert granted(accepted(taken, "water"), "water").by_matter("water").phase == "granted"
    assert taken.status == "referred"


def test_a_case_under_way_can_be_referred_and_ends_withdrawn_all_the_same() -> None:
    state = accepted(begun(), "water")
    referred = after(state, commands.refer(state, REASON, at=MONDAY))
    assert commands.refer(referred, REASON, at=MONDAY) == []
    assert commands.possible(referred, referred.by_matter("water"), MONDAY.date()) == {"take_over"}
    gone = after(referred, commands.withdraw(referred, actor=APPLICANT, at=days(1), reason="改期"))
    assert (gone.status, gone.result) == ("closed", "withdrawn")
    assert code_of(lambda: commands.withdraw(gone, actor=APPLICANT, at=days(1))) == "already-decided"


def test_withdrawing_one_matter_stops_what_waits_for_it() -> None:
    state = granted(accepted(begun(), "water"), "water")
    gone = after(state, commands.withdraw(state, actor=APPLICANT, at=days(1), sub_case="id-permit"))
    assert [s.phase for s in gone.sub_cases] == ["received", "withdrawn", "granted", "stopped"]
    assert code_of(lambda: commands.withdraw(gone, actor="another", at=days(1))) == "not-the-applicant"
    assert (
        code_of(lambda: commands.withdraw(gone, actor=APPLICANT, at=days(1), sub_case="id-water"))
        == "already-decided"
    )
    rest = after(gone, commands.withdraw(gone, actor=APPLICANT, at=days(2)))
    assert (rest.status, rest.result) == ("closed", "partly_granted")


def test_a_case_is_submitted_with_matters_that_fit_together() -> None:
    assert code_of(lambda: begun(())) == "no-matters"
    assert code_of(lambda: begun((part("a"), part("a")))) == "no-matters"
    with pytest.raises(ValueError, match="wait for one another"):
        begun((part("a", "b"), part("b", "a")))
    with pytest.raises(ValueError, match="outside the case"):
        begun((part("a", "z"),))


def test_an_unknown_sub_case_is_refused() -> None:
    assert code_of(lambda: granted(begun(), "nothing")) == "unknown-sub-case"


def test_an_event_of_an_unknown_kind_is_not_read() -> None:
    with pytest.raises(ValueError, match="no kind of event"):
        from_json({"kind": "vanished"})
