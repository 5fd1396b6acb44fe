"""Special procedures of a case: on both stores, on the pages and by the API, after a restart, in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from yijianshi.server.cases.verify import verify
from yijianshi.server.errors import Refusal
from yijianshi.server.store import open_store
from yijianshi.server.store.journal import verify_journal

from tests.server.cases.conftest import TABLES
from tests.server.cases.samples import APPLICANT, AUDITOR, HOUSING, UTILITIES, WINDOW, Office
from tests.server.cases.web import as_, client_of

BASIS = "《行政许可法》第四十五条"
BODY = {"procedure": "expert-review", "days": 5, "note": "请专家论证消防设计"}


def accepted(office: Office) -> tuple[Any, str]:
    case = office.submit()
    review = office.sub(case, "review")
    office.cases.accept(HOUSING, review)
    return case, review


@pytest.fixture
def web(office: Office) -> Iterator[Any]:
    with client_of(office) as client:
        yield client


def test_the_clock_stops_and_goes_on_and_everything_is_in_the_journal(both: Office) -> None:
    _, review = accepted(both)
    before = both.cases.open(HOUSING, review)
    assert before.actions == {"start_procedure", "grant", "refuse"}
    paused = both.cases.start_procedure(HOUSING, review, "expert-review", 5, BASIS, "请专家论证")
    assert (paused.status, paused.actions) == ("paused", {"end_procedure"})
    both.clock.forward(days=1)
    (line,) = [each for each in both.cases.queue(HOUSING, "paused").lines if each.id == review]
    assert (line.clock.name, line.clock.severity) == ("procedure", "in_procedure")
    assert line.clock.due is not None and line.clock.due.isoformat() == "2026-03-09"
    assert review in {each.id for each in both.cases.queue(HOUSING).lines}
    both.clock.forward(days=7)
    (late,) = both.cases.queue(HOUSING, "paused").lines
    assert late.clock.severity == "procedure_overdue"
    ended = both.cases.end_procedure(HOUSING, review, "论证通过")
    assert (ended.status, ended.sub.promised_due, ended.sub.statutory_due) == (
        "accepted",
        "2026-03-13",
        "2026-04-08",
    )
    assert ended.clock.due is not None and ended.clock.due.isoformat() == "2026-03-13"
    assert both.kinds().count("case.procedure-started") == both.kinds().count("case.procedure-ended") == 1
    with both.store.read() as reader:
        told = {e.kind: e.data for e in reader.entries() if e.kind.startswith("case.procedure")}
    assert told["case.procedure-started"]["procedure"] == "expert-review"
    assert told["case.procedure-ended"]["statutory_due"] == "2026-04-08"
    assert "论证" not in str(told)
    both.cases.grant(HOUSING, review)
    assert verify(both.store) == [] and verify_journal(both.store) == []


def test_staff_are_warned_as_early_as_the_matter_says(both: Office) -> None:
    _, review = accepted(both)
    due = both.cases.open(HOUSING, review).clock.due
    assert due is not None and due.isoformat() == "2026-03-05"
    assert both.cases.open(HOUSING, review).clock.severity == "in_time"
    both.clock.forward(days=1)
    (line,) = [each for each in both.cases.queue(HOUSING).lines if each.id == review]
    assert line.clock.severity == both.cases.open(HOUSING, review).clock.severity == "due_soon"


def test_a_restart_in_the_middle_keeps_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    store = open_store(url, TABLES)
    first = Office(store)
    case, review = accepted(first)
    first.cases.start_procedure(HOUSING, review, "hearing", 10, BASIS)
    store.close()
    store = open_store(url, TABLES)
    second = Office(store, first.clock)
    second.clock.forward(days=1)
    assert second.cases.open(HOUSING, review).status == "paused"
    assert second.cases.end_procedure(HOUSING, review).sub.promised_due == "2026-03-06"
    assert second.cases.own(APPLICANT, case.id).state.sub(review).procedures[0].kind == "hearing"
    store.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_pages_the_applicant_reads_why_on_what_basis_and_until_when(
    web: Any, office: Office, lang: str
) -> None:
    case, review = accepted(office)
    offered = web.get(f"/desk/{review}", **as_(HOUSING, lang)).text
    assert 'value="expert-review"' in offered and 'value="testing"' not in offered
    typed = {**BODY, "days": "5", "basis": BASIS, "version": "2"}
    begun = web.post(f"/desk/{review}/procedure", data=typed, **as_(HOUSING, lang))
    assert begun.headers["location"] == f"/desk/{review}?done=procedure"
    page = web.get(f"/cases/{case.id}", **as_(APPLICANT, lang)).text
    for said in (
        {"zh": "专家评审", "en": "expert review"}[lang],
        {"zh": "已停止计时", "en": "The clock stands still"}[lang],
        BASIS,
        "2026-03-09",
        "请专家论证消防设计",
    ):
        assert said in page, said
    desk = web.get(f"/desk/{review}", **as_(HOUSING, lang)).text
    assert f'action="/desk/{review}/procedure-end"' in desk and f"/desk/{review}/grant" not in desk
    done = web.post(f"/desk/{review}/procedure-end", data={"version": "3"}, **as_(HOUSING, lang))
    assert done.headers["location"] == f"/desk/{review}?done=procedure_end"
    after = web.get(f"/cases/{case.id}", **as_(APPLICANT, lang)).text
    assert f"paused-{review}" not in after
    assert {"zh": "特别程序结束：专家评审", "en": "special procedure ended: expert review"}[lang] in after


def test_the_api_does_what_the_pages_do_and_the_auditor_sees_it(web: Any, office: Office) -> None:
    case, review = accepted(office)
    base = f"/api/v1/desk/{review}"
    begun = web.post(f"{base}/procedure", json={**BODY, "version": 2}, **as_(HOUSING)).json()
    assert begun["status"] == "paused" and begun["procedures_declared"] == ["expert-review", "hearing"]
    (running,) = begun["procedures"]
    assert (running["due"], running["basis"], running["ended_on"]) == ("2026-03-09", BASIS, None)
    own = web.get(f"/api/v1/cases/{case.id}", **as_(APPLICANT)).json()
    mine = next(each for each in own["sub_cases"] if each["id"] == review)
    assert (mine["status"], mine["procedures"]) == ("paused", [running])
    ended = web.post(f"{base}/procedure-end", json={"version": 3}, **as_(HOUSING)).json()
    assert ended["status"] == "accepted"
    kinds = [each["kind"] for each in ended["events"]]
    assert kinds == ["accepted", "procedure-started", "procedure-ended"]
    audited = web.get(f"/api/v1/audit/cases/{case.id}", **as_(AUDITOR))
    assert audited.status_code == 200, audited.text
    assert "case.procedure-started" in audited.text and "case.procedure-ended" in audited.text


def test_bad_input_is_told_and_what_was_typed_is_kept(web: Any, office: Office) -> None:
    case, review = accepted(office)
    base = f"/api/v1/desk/{review}"

    def refused(body: dict[str, Any], name: str = "procedure", who: Any = HOUSING, at: str = base) -> Any:
        answer = web.post(f"{at}/{name}", json=body, **as_(who))
        return answer.status_code, answer.json()["code"]

    assert refused({**BODY, "procedure": "séance"}) == (422, "unknown-procedure")
    assert refused({**BODY, "days": 0}) == (422, "days-out-of-range")
    assert refused({**BODY, "days": 10**30})[0] in (400, 422)
    assert refused({**BODY, "basis": ""}) == (422, "basis-required")
    assert refused({**BODY, "version": 1}) == (409, "changed-meanwhile")
    assert refused({}, "procedure-end") == (409, "no-procedure")
    assert refused(BODY, who=WINDOW)[0] == 403
    assert refused(BODY, who=UTILITIES)[0] == 404
    permit = f"/api/v1/desk/{office.sub(case, 'permit')}"
    assert refused(BODY, at=permit) == (409, "not-accepted")
    page = web.post(
        f"/desk/{review}/procedure",
        data={**BODY, "days": "ten", "basis": BASIS, "version": "2"},
        **as_(HOUSING),
    )
    assert page.status_code == 422 and "请专家论证消防设计" in page.text and "aria-invalid" in page.text
    assert web.post(f"{base}/procedure", json=BODY, **as_(HOUSING)).status_code == 200
    assert refused(BODY) == (409, "procedure-running")
    assert refused({}, "grant") == (409, "procedure-running")


def test_a_matter_that_declares_none_offers_none(office: Office) -> None:
    water = office.sub(office.submit(), "water")
    assert office.cases.accept(WINDOW, water).actions == frozenset()
    assert office.cases.open(UTILITIES, water).actions == {"grant", "refuse"}
    with pytest.raises(Refusal) as refused:
        office.cases.start_procedure(UTILITIES, water, "hearing", 5, BASIS)
    assert refused.value.code == "unknown-procedure"
