"""Submitting: all at once or not at all, once however often it is tried, sealed, pinned, journaled."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from yijianshi.core.cases.numbers import is_case_number
from yijianshi.core.definitions.canonical import digest
from yijianshi.server.cases.verify import verify
from yijianshi.server.errors import Refusal
from yijianshi.server.store.journal import verify_journal

from tests.server.cases.samples import (
    ANSWERS,
    APPLICANT,
    AUDITOR,
    EVALUATION,
    HOUSING,
    ID_NUMBER,
    LOCK,
    OTHER,
    UTILITIES,
    Office,
)


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def test_a_submission_is_one_case_with_a_sub_case_for_every_matter(both: Office) -> None:
    case = both.submit()
    assert is_case_number(case.number)
    assert [sub.matter for sub in case.state.sub_cases] == ["permit", "review", "water"]
    assert case.state.by_matter("permit").part.after == ("review",)
    assert (case.status, case.lock) == ("submitted", LOCK)
    assert case.materials[0].filename == "王小明总图.pdf"
    assert both.cases.own(APPLICANT, case.id) == case
    assert [line.number for line in both.cases.mine(APPLICANT)] == [case.number]
    with both.store.read() as reader:
        entry = reader.entries()[0]
    assert (entry.kind, entry.subject, entry.actor) == ("case.submitted", f"case:{case.id}", APPLICANT.id)
    assert entry.data["lock"] == digest(LOCK)
    assert verify(both.store) == [] and verify_journal(both.store) == []


def test_a_retry_gives_the_same_case(both: Office) -> None:
    first = both.submit()
    assert both.submit().id == first.id
    assert both.submit(key="another-key").id == first.id, "one draft becomes one case"
    assert both.kinds() == ["case.submitted"]
    assert refused(lambda: both.submit(draft="d2")).code == "idempotency-key-reused"
    assert both.submit(draft="d2", key="key-2").number.split("-")[2] == "000002"


def test_racing_retries_give_the_same_case(both: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        cases = list(pool.map(lambda n: both.submit(key="k" if n % 2 else f"k{n}"), range(16)))
    assert len({case.id for case in cases}) == 1
    assert both.kinds() == ["case.submitted"]


def test_the_same_key_of_two_applicants_are_two_cases(office: Office) -> None:
    first, second = office.submit(), office.submit(draft="d9", applicant=OTHER)
    assert first.id != second.id
    assert refused(lambda: office.cases.own(OTHER, first.id)).status == 404
    assert [line.id for line in office.cases.mine(OTHER)] == [second.id]


def test_racing_submissions_of_many_drafts_get_numbers_of_their_own(both: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: both.submit(draft=f"d{n}", key=f"k{n}").number, range(12)))
    assert sorted(number.split("-")[2] for number in numbers) == [f"{n:06d}" for n in range(1, 13)]
    assert verify_journal(both.store) == []


def test_nothing_is_stored_when_anything_fails(both: Office) -> None:
    def fail(writer: Any, case_id: str) -> None:
        assert writer.get("cases", case_id) is not None
        raise RuntimeError("the lead's own write failed")

    with pytest.raises(RuntimeError):
        both.submit(also=fail)
    assert both.kinds() == [] and both.cases.mine(APPLICANT) == []
    assert both.submit().number.split("-")[2] == "000001"


def test_what_runs_beside_a_submission_runs_once(office: Office) -> None:
    seen: list[str] = []
    case = office.submit(also=lambda _, case_id: seen.append(case_id))
    office.submit(also=lambda _, case_id: seen.append(case_id))
    assert seen == [case.id]


def test_each_sub_case_has_exactly_its_own_data(office: Office) -> None:
    case = office.submit()
    water = office.cases.open(UTILITIES, office.sub(case, "water"), reveal=True)
    assert [v.pointer for v in water.values] == ["/project/name", "/water/daily"]
    permit = office.cases.open(HOUSING, office.sub(case, "permit"), reveal=True)
    # as the form asks: the review comes before the permit
    assert [v.pointer for v in permit.values] == ["/project/name", "/person/name", "/person/id_number"]


def test_nothing_personal_lies_open_in_the_database(office: Office, tmp_path: Any) -> None:
    office.submit()
    with office.store.write():
        pass
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert ID_NUMBER.encode() not in content
        assert "王小明".encode() not in content


def test_an_erased_case_cannot_be_read_and_still_proves_itself(office: Office) -> None:
    case = office.submit()
    with office.store.write() as writer:
        writer.update("cases", case.id, {"wrapped_key": None})
    assert refused(lambda: office.cases.own(APPLICANT, case.id)).code == "case-erased"
    assert refused(lambda: office.cases.open(HOUSING, office.sub(case, "permit"))).status == 410
    record = office.cases.record(case.id)
    assert record.erased and record.lock == LOCK
    assert verify(office.store) == []


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "汉字"])
def test_a_bad_key_is_refused(office: Office, key: str) -> None:
    assert refused(lambda: office.submit(key=key)).code == "bad-idempotency-key"


def test_a_case_without_matters_is_refused(office: Office) -> None:
    assert refused(lambda: office.submit(active=[])).code == "no-matters"
    case = office.submit(active=["permit"])
    assert case.state.by_matter("permit").part.after == (), "what is not in the case is not waited for"


def test_without_agreement_of_the_engines_no_verdict_is_given(both: Office) -> None:
    detail = {"kind": "engines-disagree", "ruleset": "start.rules", "facts": {"person": "王小明"}}
    case = both.submit(agreement=False, incident=detail)
    assert (case.status, {case.state.status_of(s) for s in case.state.sub_cases}) == (
        "referred",
        {"referred"},
    )
    incidents, total = both.incidents.all(AUDITOR)
    assert total == 1
    assert (incidents[0].case_id, incidents[0].status, incidents[0].detail) == (case.id, "open", detail)
    assert both.kinds() == ["case.submitted", *["case.referred"] * 3, "incident.raised"]
    view = both.cases.open(HOUSING, both.sub(case, "review"))
    assert (view.status, view.actions) == ("referred", {"take_over"})
    taken = both.cases.take_over(HOUSING, view.sub.id, "已人工核对规则", expected=view.sub.version)
    assert taken.status == "received"


def test_a_rule_can_refer_a_case_to_a_person(office: Office) -> None:
    outcome = {"type": "refer", "truth": "met", "reason": {"zh": "须现场核查", "en": "to be inspected"}}
    case = office.submit(evaluation_json={**EVALUATION, "referred": True, "outcomes": [outcome]})
    assert case.status == "referred"
    assert case.state.sub_cases[0].referred == outcome["reason"]
    assert office.incidents.all(AUDITOR)[1] == 0


@pytest.mark.parametrize(
    ("table", "column", "place"),
    [
        ("cases", "data", "/data"),
        ("cases", "evaluation", "/evaluation"),
        ("sub_cases", "data", "/sub_cases/water"),
    ],
)
def test_a_changed_case_is_found(office: Office, table: str, column: str, place: str) -> None:
    case = office.submit()
    key = case.id if table == "cases" else office.sub(case, "water")
    with office.store.write() as writer:
        writer.update(table, key, {column: b"something else"})
    assert [(p.file, p.pointer) for p in verify(office.store)] == [(f"case:{case.number}", place)]


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE case_events SET body = x'00' WHERE seq = 2", ("/events/2", "content-differs")),
        ("DELETE FROM case_events WHERE seq = 2", ("/events/2", "event-missing")),
        (
            "INSERT INTO case_events SELECT 'forged', case_id, 3, body FROM case_events WHERE seq = 2",
            ("/events/3", "event-not-in-journal"),
        ),
        ("""UPDATE case_locks SET lock = '{"bundle:start":{"version":9}}'""", ("/lock", "content-differs")),
        (
            "UPDATE sub_cases SET matter = 'other' WHERE matter = 'water'",
            ("/sub_cases/water", "content-differs"),
        ),
    ],
)
def test_whatever_an_intruder_does_to_the_database_is_found(
    office: Office, tmp_path: Any, statement: str, finding: tuple[str, str]
) -> None:
    case = office.submit()
    office.cases.accept(UTILITIES, office.sub(case, "water"))
    with sqlite3.connect(tmp_path / "cases.db") as intruder:
        for (name,) in intruder.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            intruder.execute(f'DROP TRIGGER "{name}"')
        intruder.execute(statement)
    intruder.close()
    assert [(p.pointer, p.code) for p in verify(office.store)] == [finding]


def test_text_that_is_no_valid_unicode_is_kept_and_can_be_shown(office: Office) -> None:
    case = office.submit(answers={**ANSWERS, "project": {"name": "\ud800", "floor_area": 1}})
    assert office.cases.open(UTILITIES, office.sub(case, "water")).values[0].shown["zh"] == "?"


def test_answers_survive_whatever_they_hold(office: Office) -> None:
    answers = {**ANSWERS, "project": {"name": "𬺈𬱖 \u202e \"'<script>", "floor_area": 0.1}}
    case = office.submit(answers=answers)
    view = office.cases.open(UTILITIES, office.sub(case, "water"))
    assert view.values[0].shown["zh"] == "𬺈𬱖 \u202e \"'<script>"
    assert json.loads(json.dumps(view.to_json())) == view.to_json()
