"""The law of the day of acceptance: rules asked again, differences told to staff, limits and routes applied."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.bundles.evaluate import evaluate
from yijianshi.core.definitions.library import Library
from yijianshi.server.apply.submission import record
from yijianshi.server.cases.service import CaseService
from yijianshi.server.cases.verify import verify
from yijianshi.server.engines.decider import Decider
from yijianshi.server.engines.durable import DurableEngine
from yijianshi.server.incidents.tables import TABLES as INCIDENT_TABLES
from yijianshi.server.store import open_store

from tests import credit
from tests.core.cases.samples import CALENDAR, MONDAY
from tests.core.rules.strategies import REASON
from tests.server.cases.conftest import TABLES
from tests.server.cases.samples import (
    ANSWERS,
    APPLICANT,
    DOCUMENTS,
    HOUSING,
    LOCK,
    UTILITIES,
    Account,
    Composed,
    Office,
    Uploads,
)
from tests.server.cases.web import as_, client_of

LAST_OLD, FIRST_NEW = MONDAY.date(), MONDAY.date() + timedelta(days=1)


def edition(code: str, limit: int, **period: str) -> dict[str, Any]:
    """An edition of a regulation: floor areas above a limit are denied."""
    return {
        "kind": "ruleset",
        "code": code,
        "title": REASON,
        "decides": "eligibility",
        "series": "area",
        **period,
        "facts": {"area": {"from": "/project/floor_area", "type": "decimal"}},
        "rules": {
            "too_large": {
                "all": [{"m": {"$gt": {"area": limit}}}],
                "run": {"deny": "too-large", "matter": "review", "reason": REASON, "basis": f"{code} 第一条"},
            }
        },
    }


def handling(*rules: tuple[Any, Any]) -> dict[str, Any]:
    """A ruleset of the bundle that sets limits and routes, each under a condition."""
    return {
        "kind": "ruleset",
        "code": "handling",
        "title": REASON,
        "decides": "routing",
        "facts": {
            "area": {"from": "/project/floor_area", "type": "decimal"},
            "urgent": {"from": "/project/urgent", "type": "boolean"},
        },
        "rules": {
            f"r{n}": {"all": [{"m": condition}], "run": {**run, "reason": REASON, "basis": "第二条"}}
            for n, (condition, run) in enumerate(rules)
        },
    }


EDITIONS = [
    edition("area.old", 2000, effective_to=LAST_OLD.isoformat()),
    edition("area.new", 1000, effective_from=FIRST_NEW.isoformat()),
]


class Rules:
    """A case service over the small bundle with rulesets, asked through both engines."""

    def __init__(self, store: Any, decider: Any) -> None:
        self.office = Office(store)
        self.decider = decider

    def begin(self, rulesets: list[dict[str, Any]]) -> None:
        documents = deepcopy(DOCUMENTS)
        documents[-1]["rulesets"] = [document["code"] for document in rulesets]
        self.open(compose(Library.of([*documents, *rulesets]), "start"))

    def open(self, composition: Composition) -> None:
        self.composition = composition
        office = self.office

        class Compositions:
            def locked(self, bundle: str, lock: Any) -> Composed:
                return Composed(composition)

        self.cases = CaseService(
            office.store,
            office.vault,
            office.calendar,
            office.clock,
            Compositions(),
            Uploads(),
            decider=self.decider,
        )

    def submit(self, agreement: bool = True, answers: Any = ANSWERS) -> Any:
        on = self.office.clock().date()
        evaluation = evaluate(self.composition, answers, on, CALENDAR)
        return self.cases.submit(
            APPLICANT,
            "d1",
            answers,
            self.composition,
            record(evaluation, agreement),
            agreement,
            None
            if agreement
            else {"agreed": False, "kind": "engines-disagree", "differences": [], "reason": ""},
            LOCK,
            [],
            "key",
            active=list(evaluation.active),
        )


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableEngine]:
    opened = DurableEngine(workers=1, seconds=20)
    yield opened
    opened.close()


@pytest.fixture
def rules(tmp_path: Path, engine: DurableEngine) -> Iterator[Rules]:
    store = open_store(f"sqlite:///{tmp_path / 'cases.db'}", TABLES)
    try:
        yield Rules(store, Decider(engine))
    finally:
        store.close()


def test_the_edition_in_force_at_acceptance_decides_and_staff_are_told(rules: Rules) -> None:
    rules.begin(EDITIONS)
    case = rules.submit()
    office, cases = rules.office, rules.cases
    review, water = office.sub(case, "review"), office.sub(case, "water")
    assert [o["truth"] for o in cases.open(HOUSING, review).outcomes] == []
    office.clock.now = MONDAY + timedelta(days=1)
    accepted = cases.accept(HOUSING, review)
    told = accepted.sub.assessment
    assert told is not None and told.agreed
    assert (told.on, [change.to_json() for change in told.changes]) == (
        FIRST_NEW.isoformat(),
        [{"ruleset": "area.new", "rule": "too_large", "before": None, "after": "met"}],
    )
    assert [(o["type"], o["basis"]) for o in told.outcomes] == [("deny", "area.new 第一条")]
    assert cases.open(HOUSING, review).to_json()["assessment"]["changes"]
    # what was said at submission stays as it was, and the applicant's view holds no assessment
    assert cases.own(APPLICANT, case.id).to_json()["events"][0].get("assessment") is None
    assert "assessment" not in cases.own(APPLICANT, case.id).to_json()["events"][0]
    # a matter that the denial does not name is told of the rule as well, without the outcome
    other = cases.accept(UTILITIES, water).sub.assessment
    assert other is not None and (len(other.changes), other.outcomes) == (1, ())
    with office.store.read() as reader:
        (entry, *_) = [e for e in reader.entries() if e.kind == "case.accepted"]
    assert entry.data["rules"] == {"on": FIRST_NEW.isoformat(), "agreed": True, "changed": 1}
    assert verify(office.store) == []


def test_on_the_same_day_nothing_differs(rules: Rules) -> None:
    rules.begin(EDITIONS)
    case = rules.submit()
    told = rules.cases.accept(HOUSING, rules.office.sub(case, "review")).sub.assessment
    assert told is not None and (told.on, told.changes) == (LAST_OLD.isoformat(), ())


def test_what_is_deemed_accepted_is_assessed_as_of_the_day_it_counts_from(rules: Rules) -> None:
    rules.begin(EDITIONS)
    case = rules.submit()
    rules.office.clock.now = MONDAY + timedelta(days=9)
    view = rules.cases.open(HOUSING, rules.office.sub(case, "review"))
    assert view.sub.deemed and view.sub.assessment is not None
    assert (view.sub.assessment.on, view.sub.assessment.changes) == (LAST_OLD.isoformat(), ())


def test_an_engine_that_does_not_answer_at_acceptance_hands_the_matter_to_a_person(rules: Rules) -> None:
    silent = DurableEngine(
        workers=1, seconds=0.5, program=[sys.executable, "-c", "import time; time.sleep(60)"]
    )
    rules.decider = Decider(silent)
    rules.begin(EDITIONS)
    case = rules.submit()
    view = rules.cases.accept(HOUSING, rules.office.sub(case, "review"))
    assert (view.status, view.actions) == ("referred", frozenset({"take_over"}))
    silent.close()
    assert view.sub.assessment is not None and not view.sub.assessment.agreed
    with rules.office.store.read() as reader:
        assert reader.count(INCIDENT_TABLES[0].name, ()) == 1


ALWAYS = {"$gt": {"area": 0}}


@pytest.mark.parametrize(
    ("limits", "days"),
    [
        ([], 3),
        ([(ALWAYS, {"days": 2, "unit": "working"})], 2),
        # longer than the promise, since a rule says so; never longer than the law's twenty
        ([(ALWAYS, {"days": 10, "unit": "working"})], 10),
        ([(ALWAYS, {"days": 40, "unit": "working"})], 20),
        # of several the strictest; five working days are a week
        ([(ALWAYS, {"days": 5, "unit": "working"}), (ALWAYS, {"days": 6, "unit": "natural"})], 6),
        ([(ALWAYS, {"days": 4, "unit": "working"}), (ALWAYS, {"days": 6, "unit": "natural"})], 4),
        # a rule that is not decided could set a stricter one: nothing is set
        ([(ALWAYS, {"days": 2}), ({"urgent": True}, {"days": 1})], 3),
    ],
)
def test_a_limit_that_rules_set_is_that_of_the_clock(rules: Rules, limits: Any, days: int) -> None:
    rules.begin([handling(*((when, {"set_limit": limit, "matter": "review"}) for when, limit in limits))])
    case = rules.submit()
    assert case.state.by_matter("review").part.promised.days == days
    assert case.state.by_matter("water").part.promised.days == 1
    view = rules.cases.accept(HOUSING, rules.office.sub(case, "review"))
    part = view.sub.part
    assert view.clock.due == CALENDAR.due(MONDAY.date(), part.promised.days, part.promised.unit)
    assert view.clock.statutory_due == CALENDAR.due(MONDAY.date(), 20, "working")


@pytest.mark.parametrize(
    ("routes", "department"),
    [
        ([], "housing"),
        ([(ALWAYS, "department:utilities")], "utilities"),
        ([({"$lt": {"area": 0}}, "department:utilities")], "housing"),
        # not decided: the matter's own department
        ([({"urgent": True}, "department:utilities")], "housing"),
        # another route names a way, and is told
        ([(ALWAYS, "simple-way")], "housing"),
    ],
)
def test_a_route_decides_whose_queue_it_is(rules: Rules, routes: Any, department: str) -> None:
    rules.begin([handling(*((when, {"route": to, "matter": "review"}) for when, to in routes))])
    case = rules.submit()
    cases = rules.cases
    seen = {name: {line.matter for line in cases.queue(who).lines} for name, who in (("housing", HOUSING), ("utilities", UTILITIES))}  # fmt: skip
    assert ("review" in seen[department]) and sum("review" in matters for matters in seen.values()) == 1
    assert "water" in seen["utilities"] and "permit" in seen["housing"]
    assert case.departments["review"]["zh"] == department


def test_without_agreement_nothing_that_rules_set_is_applied(rules: Rules) -> None:
    rules.begin([handling((ALWAYS, {"route": "department:utilities"}), (ALWAYS, {"set_limit": {"days": 1}}))])
    case = rules.submit(agreement=False)
    part = case.state.by_matter("review").part
    assert (part.department, part.promised.days) == ("housing", 3)


@pytest.mark.parametrize(
    ("applied", "edition", "truth"),
    [
        ("2026-03-31", credit.EDITIONS[0], "too_early_safety"),
        ("2026-04-01", credit.EDITIONS[1], "can_apply"),
    ],
)
def test_credit_repair_goes_by_the_day_of_application_however_late_it_is_accepted(
    rules: Rules, applied: str, edition: str, truth: str
) -> None:
    """The law names the day of application there: accepting later leaves the edition as it is."""
    rules.open(compose(Library.of(credit.documents()), "credit"))
    rules.office.clock.now = datetime.fromisoformat(f"{applied}T10:00:00+08:00")
    case = rules.submit(answers=credit.answers(applied))
    officer = Account("u-credit", "department", ("development",))
    sub = rules.office.sub(case, "repair")
    before = rules.cases.open(officer, sub).outcomes
    assert [(o["ruleset"], o["rule"]) for o in before if o["truth"] == "met"] == [(edition, truth)]
    rules.office.clock.now += timedelta(days=2)
    told = rules.cases.accept(officer, sub).sub.assessment
    assert told is not None and told.agreed and told.changes == ()
    assert [(o["ruleset"], o["rule"]) for o in told.outcomes if o["truth"] == "met"] == [(edition, truth)]


@pytest.mark.parametrize(
    ("lang", "heading", "cells"),
    [
        ("zh", "受理日的规则结论与提交时不同", ("当时无此规定", "满足")),
        ("en", "On the day of acceptance the rules say otherwise", ("not in force", "met")),
    ],
)
def test_staff_read_what_changed_on_the_page_of_the_matter(
    rules: Rules, lang: str, heading: str, cells: tuple[str, str]
) -> None:
    rules.begin(EDITIONS)
    review = rules.office.sub(rules.submit(), "review")
    rules.office.clock.now += timedelta(days=1)
    around = SimpleNamespace(
        store=rules.office.store, clock=rules.office.clock, cases=rules.cases, incidents=None
    )
    with client_of(around) as client:  # type: ignore[arg-type]
        assert heading not in client.get(f"/desk/{review}", **as_(HOUSING, lang)).text
        rules.cases.accept(HOUSING, review)
        page = client.get(f"/desk/{review}", **as_(HOUSING, lang)).text
    assert heading in page
    assert re.search(r"</th><td>{}</td><td>{}</td>".format(*cells), page)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "如果建筑面积大于1,000，则不予办理（面积过大）。"),
        ("en", "If en 建筑面积 is more than 1,000, then it cannot be granted (too large an area)."),
    ],
)
def test_staff_read_rules_by_their_titles_and_sentences_and_never_by_codes(
    rules: Rules, lang: str, sentence: str
) -> None:
    named = []
    for each in EDITIONS:
        document = deepcopy(each)
        document["rules"]["too_large"]["title"] = {"zh": "面积过大的不批", "en": "Too large is refused"}
        document["names"] = {"too-large": {"zh": "面积过大", "en": "too large an area"}}
        del document["effective_to" if "effective_to" in document else "effective_from"]
        named.append({**document, "series": document["code"]})
    rules.begin(named)
    review = rules.office.sub(rules.submit(), "review")
    around = SimpleNamespace(
        store=rules.office.store, clock=rules.office.clock, cases=rules.cases, incidents=None
    )
    with client_of(around) as client:  # type: ignore[arg-type]
        page = client.get(f"/desk/{review}", **as_(HOUSING, lang)).text
        told = client.get(f"/api/v1/desk/{review}", **as_(HOUSING)).json()["rules"]
    assert named[0]["rules"]["too_large"]["title"][lang] in page
    assert sentence in page
    assert "too_large" not in page and ".new /" not in page
    assert [each["rule"] for each in told] == ["too_large"] and told[0]["sentence"][lang] == sentence
