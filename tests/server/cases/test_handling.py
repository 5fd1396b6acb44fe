"""From acceptance to a closed case: who may do what, once, and what the other sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from yijianshi.core.cases.values import Answer, Remedies
from yijianshi.core.deadlines import Calendar
from yijianshi.server.cases.staff import CorrectionAsk
from yijianshi.server.cases.verify import verify
from yijianshi.server.errors import Refusal
from yijianshi.server.store.journal import verify_journal
from yijianshi.server.uploads import inspect

from tests.core.cases.samples import CALENDAR, REMEDIES
from tests.server.cases.samples import (
    ADMINISTRATOR,
    APPLICANT,
    AUDITOR,
    HOUSING,
    ID_NUMBER,
    OTHER,
    UTILITIES,
    WINDOW,
    Account,
    Office,
)


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def test_the_way_to_a_closed_case(both: Office) -> None:
    case, cases = both.submit(), both.cases
    review, permit, water = (both.sub(case, code) for code in ("review", "permit", "water"))
    for sub in (review, permit, water):
        cases.accept(WINDOW, sub)
    assert cases.own(APPLICANT, case.id).status == "in_progress"
    waiting = cases.open(HOUSING, permit)
    assert (waiting.status, waiting.actions) == ("waiting", frozenset())
    assert refused(lambda: cases.grant(HOUSING, permit)).code == "predecessors-undecided"
    cases.grant(HOUSING, review)
    cases.grant(HOUSING, permit, "证书已生成")
    closed = cases.grant(UTILITIES, water)
    assert closed.status == "granted"
    seen = cases.own(APPLICANT, case.id)
    assert (seen.status, seen.result) == ("closed", "all_granted")
    assert cases.mine(APPLICANT)[0].result == "all_granted"
    assert both.kinds().count("case.closed") == 1
    assert verify(both.store) == [] and verify_journal(both.store) == []


def test_a_refusal_reaches_the_applicant_with_reasons_and_remedies(office: Office) -> None:
    case, cases = office.submit(), office.cases
    review = office.sub(case, "review")
    cases.accept(HOUSING, review)
    empty = refused(lambda: cases.refuse(HOUSING, review, "", "依据", REMEDIES))
    assert (empty.status, empty.problems[0].pointer) == (422, "/reasons")
    assert refused(lambda: cases.refuse(HOUSING, review, "理由", "依据", Remedies("", ""))).status == 422
    cases.refuse(HOUSING, review, "疏散距离不足", "消防法第十二条", REMEDIES)
    told = cases.own(APPLICANT, case.id).to_json()["sub_cases"]
    by_matter = {sub["matter"]: sub for sub in told}
    assert by_matter["review"]["decision"]["reasons"] == "疏散距离不足"
    assert by_matter["review"]["decision"]["remedies"]["lawsuit"]
    assert by_matter["permit"]["status"] == "stopped"
    assert "消防设计审查" in by_matter["permit"]["decision"]["explanation"]["zh"]
    assert by_matter["water"]["status"] == "received"


def test_corrections_are_asked_for_once_and_answered(office: Office) -> None:
    case, cases = office.submit(), office.cases
    water = office.sub(case, "water")
    asks = [CorrectionAsk("用水量与面积不符", "/water/daily"), CorrectionAsk("请补总平面图", "material:plan")]
    view = cases.request_correction(WINDOW, water, asks, date(2026, 3, 13))
    assert view.status == "correction_requested"
    seen = cases.own(APPLICANT, case.id)
    items = seen.state.by_matter("water").open_items
    answers = [Answer(items[0].id, "更正为 20 立方米")]
    assert refused(lambda: cases.correct(APPLICANT, case.id, water, answers)).code == "item-unanswered"
    assert refused(lambda: cases.correct(OTHER, case.id, water, answers)).status == 404
    stray = [*answers, Answer(items[1].id, "", ("somebody-elses",))]
    assert refused(lambda: cases.correct(APPLICANT, case.id, water, stray)).code == "unknown-file"
    files = {items[1].id: [inspect("王小明新图.pdf", b"%PDF-1.7", ("pdf",))]}
    after = cases.correct(APPLICANT, case.id, water, answers, files)
    assert after.state.by_matter("water").phase == "corrected"
    view = cases.open(UTILITIES, water)
    added = [m for m in view.materials if m.source == "correction"]
    assert [m.filename for m in added] == ["王小明新图.pdf"]
    assert cases.sub_case_file(UTILITIES, water, added[0].id).content == b"%PDF-1.7"
    assert cases.own_file(APPLICANT, case.id, added[0].id).filename == "王小明新图.pdf"
    again = cases.request_correction(WINDOW, water, [CorrectionAsk("另缺授权委托书")], date(2026, 3, 20))
    assert again.sub.irregular


def test_staff_find_only_what_is_theirs(office: Office) -> None:
    case, cases = office.submit(), office.cases
    water, permit = office.sub(case, "water"), office.sub(case, "permit")
    assert {line.matter for line in cases.queue(WINDOW).lines} == {"permit", "review", "water"}
    assert {line.matter for line in cases.queue(HOUSING).lines} == {"permit", "review"}
    assert {line.matter for line in cases.queue(UTILITIES).lines} == {"water"}
    assert cases.queue(Account("u", "department")).lines == ()
    assert cases.queue(Account("u", "window", ("utilities",))).total == 1
    for call in (
        lambda: cases.open(UTILITIES, permit),
        lambda: cases.accept(UTILITIES, permit),
        lambda: cases.grant(UTILITIES, permit),
        lambda: cases.sub_case_file(UTILITIES, permit, case.materials[0].id),
        lambda: cases.sub_case_file(UTILITIES, water, case.materials[0].id),
        lambda: cases.open(HOUSING, "no-such-sub-case"),
    ):
        assert refused(call).status == 404
    assert cases.sub_case_file(HOUSING, permit, case.materials[0].id).content == b"d1/up1"


@pytest.mark.parametrize("account", [APPLICANT, AUDITOR, ADMINISTRATOR])
def test_others_have_no_business_at_the_desk(office: Office, account: Account) -> None:
    case, cases = office.submit(), office.cases
    water = office.sub(case, "water")
    for call in (
        lambda: cases.queue(account),
        lambda: cases.open(account, water),
        lambda: cases.accept(account, water),
        lambda: cases.grant(account, water),
        lambda: cases.request_correction(account, water, [CorrectionAsk("x")], date(2026, 3, 13)),
        lambda: cases.refuse(account, water, "r", "b", REMEDIES),
        lambda: cases.take_over(account, water, "n"),
    ):
        assert refused(call).status == 403


def test_the_window_accepts_but_does_not_decide(office: Office) -> None:
    case, cases = office.submit(), office.cases
    view = cases.accept(WINDOW, office.sub(case, "water"))
    assert view.actions == frozenset()
    assert refused(lambda: cases.grant(WINDOW, view.sub.id)).status == 403


def test_personal_data_are_masked_until_asked_for_and_reading_is_journaled(office: Office) -> None:
    case, cases = office.submit(), office.cases
    permit = office.sub(case, "permit")
    masked = {v.pointer: v for v in cases.open(HOUSING, permit).values}
    assert masked["/person/id_number"].shown["zh"] == "1101**********002X"
    assert masked["/person/name"].hidden and "小明" not in masked["/person/name"].shown["zh"]
    assert not masked["/project/name"].hidden
    shown = {v.pointer: v.shown["zh"] for v in cases.open(HOUSING, permit, reveal=True).values}
    assert shown["/person/id_number"] == ID_NUMBER
    with office.store.read() as reader:
        read = [e for e in reader.entries() if e.kind in ("case.viewed", "case.revealed")]
    assert [(e.kind, e.actor, e.data["sub_case"]) for e in read] == [
        ("case.viewed", HOUSING.id, permit),
        ("case.revealed", HOUSING.id, permit),
    ]


def test_two_decisions_on_one_sub_case_the_second_is_told(both: Office) -> None:
    case, cases = both.submit(), both.cases
    water = both.sub(case, "water")
    before = cases.accept(WINDOW, water).sub.version
    other = Account("u-utilities-2", "department", ("utilities",))

    def decide(account: Account) -> Any:
        try:
            if account is UTILITIES:
                return cases.grant(account, water, expected=before).status
            return cases.refuse(account, water, "理由", "依据", REMEDIES, expected=before).status
        except Refusal as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, (UTILITIES, other)))
    won = [r for r in results if isinstance(r, str)]
    lost = [r for r in results if isinstance(r, Refusal)]
    assert (len(won), len(lost), lost[0].status, lost[0].code) == (1, 1, 409, "changed-meanwhile")
    assert cases.open(UTILITIES, water).status == won[0]
    assert len([k for k in both.kinds() if k in ("case.granted", "case.refused")]) == 1
    assert refused(lambda: cases.grant(UTILITIES, water)).code == "already-decided"


def test_a_page_of_yesterday_changes_nothing(office: Office) -> None:
    case, cases = office.submit(), office.cases
    water = office.sub(case, "water")
    version = cases.open(WINDOW, water).sub.version
    cases.request_correction(WINDOW, water, [CorrectionAsk("补图")], date(2026, 3, 13), expected=version)
    stale = refused(lambda: cases.accept(UTILITIES, water, expected=version))
    assert (stale.status, stale.code) == (409, "changed-meanwhile")
    late = refused(lambda: cases.withdraw(APPLICANT, case.id, water, expected=version))
    assert late.code == "changed-meanwhile"


def test_withdrawing_closes_the_case(office: Office) -> None:
    case, cases = office.submit(), office.cases
    assert refused(lambda: cases.withdraw(OTHER, case.id)).status == 404
    gone = cases.withdraw(APPLICANT, case.id, reason="改期")
    assert (gone.status, gone.result) == ("closed", "withdrawn")
    assert cases.queue(WINDOW).lines == ()
    assert len(cases.queue(WINDOW, "withdrawn").lines) == 3
    assert refused(lambda: cases.withdraw(APPLICANT, case.id)).status == 409


def test_the_queue_is_sorted_by_what_is_due_and_says_how_pressing_it_is(office: Office) -> None:
    first = office.submit()
    office.cases.accept(UTILITIES, office.sub(first, "water"))
    office.clock.forward(days=2)
    office.submit("d2", "key-2")
    queue = office.cases.queue(UTILITIES)
    assert [(line.clock.severity, line.status) for line in queue.lines] == [
        ("overdue", "accepted"),
        ("in_time", "received"),
    ]
    assert queue.counts["accepted"] == 1
    assert office.cases.queue(UTILITIES, "received").total == 1
    assert refused(lambda: office.cases.queue(UTILITIES, "sleeping")).status == 422


def test_after_five_working_days_without_notice_a_sub_case_counts_as_accepted(both: Office) -> None:
    case, cases = both.submit(), both.cases
    water = both.sub(case, "water")
    both.clock.forward(days=8)
    line = next(each for each in cases.queue(UTILITIES).lines if each.id == water)
    assert (line.status, line.clock.severity) == ("accepted", "overdue")
    sub = cases.own(APPLICANT, case.id).state.by_matter("water")
    assert (sub.deemed, sub.accepted_on) == (True, "2026-03-02")
    assert both.kinds().count("case.accepted") == 3
    late = refused(
        lambda: cases.request_correction(UTILITIES, water, [CorrectionAsk("x")], date(2026, 3, 30))
    )
    assert late.code == "deemed-accepted"


def test_a_command_refused_because_of_the_law_leaves_what_the_law_did(office: Office) -> None:
    case, cases = office.submit(), office.cases
    office.clock.forward(days=8)
    asked = refused(
        lambda: cases.request_correction(
            HOUSING, office.sub(case, "review"), [CorrectionAsk("x")], date(2026, 3, 30)
        )
    )
    assert asked.code == "deemed-accepted"
    assert office.kinds().count("case.accepted") == 3


def test_an_auditor_finds_the_cases_decided_under_a_version(office: Office) -> None:
    case = office.submit()
    found, total = office.cases.records(decided_under=("ruleset:start.rules", 3))
    assert ([line.id for line in found], total) == ([case.id], 1)
    assert office.cases.records(decided_under=("ruleset:start.rules", 2)) == ([], 0)
    assert office.cases.records(status="closed")[1] == 0
    assert office.cases.records(bundle="start")[1] == 1
    record = office.cases.record(case.id)
    assert all("data" not in sub for sub in record.sub_cases)
    assert refused(lambda: office.cases.record("nothing")).status == 404


def test_due_days_beyond_the_calendar_are_worked_out_when_it_is_known(both: Office) -> None:
    both.calendar = Calendar([2025], [], [])
    case = both.submit()
    view = both.cases.accept(HOUSING, both.sub(case, "review"))
    assert (view.clock.due, view.clock.statutory_due, view.clock.severity) == (None, None, "unknown")
    assert {line.clock.severity for line in both.cases.queue(WINDOW).lines} == {"unknown"}
    both.calendar = CALENDAR
    assert both.cases.reschedule() == 3
    assert both.cases.reschedule() == 0
    queue = both.cases.queue(WINDOW)
    assert [(line.matter, line.clock.due) for line in queue.lines if line.status == "accepted"] == [
        ("review", date(2026, 3, 5))
    ]
    assert both.cases.open(HOUSING, view.sub.id).clock.statutory_due == date(2026, 3, 30)
