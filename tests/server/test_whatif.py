"""What-if over a real store: cases submitted, sealed and replayed under a draft; exactly who changes is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest

from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.server.cases.records import Records
from yijianshi.server.cases.tables import CASES
from yijianshi.server.engines.whatif import Difference
from yijianshi.server.errors import Refusal
from yijianshi.server.security.vault import Vault, VaultError
from yijianshi.server.whatif import Edition, generated, made_up, stored

from tests.postgres import postgres_server, store_url
from tests.server.town import CALENDAR, CODE, NOW, Town, draft_of, stadium

__all__ = ["postgres_server", "store_url"]

ELIGIBILITY = "construction-start.eligibility"
STADIUM = {"type": "select_matter", "target": "fire-design-review"}
AREAS = (15000, 18000, 18000.5, 19000, 20000, 20000.5, 25000)


@pytest.fixture
def town(store_url: str) -> Iterator[Town]:
    opened = Town(store_url)
    yield opened
    opened.store.close()


def told(difference: Difference) -> list[tuple[Any, str, str, int, tuple[str, ...]]]:
    return [
        ({k: v for k, v in c.outcome.items() if k in ("type", "target")}, c.old, c.new, c.cases, c.samples)
        for c in difference.changes
    ]


def test_a_changed_parameter_names_exactly_the_cases_it_changes(town: Town) -> None:
    numbers = {area: town.submit("construction-start", stadium(area)) for area in AREAS}
    others = [town.submit("construction-start", {"project": {"category": "building", "use": "school"}})]
    result = town.whatif(draft_of(CODE, area_stadium=18000))
    changed = sorted(numbers[area] for area in AREAS if 18000 < area <= 20000)
    assert len(changed) == 3
    assert (result.seen, result.difference.cases) == (len(AREAS) + len(others), len(AREAS) + len(others))
    assert told(result.difference) == [(STADIUM, "unmet", "met", 3, tuple(changed))]
    assert result.difference.changed == 3


def test_nothing_changed_changes_nobody(town: Town) -> None:
    for area in AREAS[:2]:
        town.submit("construction-start", stadium(area))
    result = town.whatif(draft_of(CODE))
    assert (result.difference.cases, result.difference.changed, result.difference.changes) == (2, 0, ())


def test_only_cases_that_ran_the_ruleset_are_opened(town: Town) -> None:
    town.submit("construction-start", stadium(19000))
    town.submit("individual-to-enterprise", {})
    assert town.whatif(draft_of(CODE, area_stadium=18000)).seen == 1


def test_an_erased_case_is_counted_apart(town: Town) -> None:
    first, second = (town.submit("construction-start", stadium(area)) for area in (19000, 19001))
    with town.store.write() as writer:
        (row,) = writer.find(CASES.name, (("number", "=", first),))
        writer.update(CASES.name, row["id"], {"wrapped_key": None})
    result = town.whatif(draft_of(CODE, area_stadium=18000))
    assert (result.seen, result.erased, result.difference.cases) == (2, 1, 1)
    assert result.difference.changes[0].samples == (second,)


def test_each_case_is_decided_as_of_its_own_day_or_the_day_given(town: Town) -> None:
    before = town.submit("construction-start", stadium(19000))
    town.now = NOW + timedelta(days=30)
    after = town.submit("construction-start", stadium(19000))
    draft = draft_of(CODE)
    draft["parameters"]["area_stadium"]["values"] = [{"from": "2026-12-01", "value": 18000}]
    assert told(town.whatif(draft).difference) == [(STADIUM, "unmet", "met", 1, (after,))]
    everybody = town.whatif(draft, on=date(2027, 1, 4)).difference
    assert told(everybody) == [(STADIUM, "unmet", "met", 2, tuple(sorted((before, after))))]
    assert town.whatif(draft, on=date(2026, 11, 30)).difference.changed == 0


def test_a_draft_that_is_not_in_force_on_the_day_gives_nothing(town: Town) -> None:
    number = town.submit("construction-start", stadium(25000))
    draft = {**draft_of(CODE), "effective_from": "2027-01-01"}
    changes = told(town.whatif(draft).difference)
    assert (STADIUM, "met", "unmet", 1, (number,)) in changes
    assert all(new == "unmet" for _, _, new, _, _ in changes)


def test_it_agrees_with_the_compiled_evaluator_case_by_case(town: Town) -> None:
    """Answers out of the rulesets' own limits, every outcome of every case decided one by one."""
    old = Edition(draft_of(CODE), CALENDAR)
    facts = (both[1] for both in made_up(old.on(NOW.date()), old.on(NOW.date())))
    for each in islice(facts, 60):
        answers: dict[str, Any] = {}
        for name, value in each.items():
            group, key = old.ruleset.facts[name].place.strip("/").split("/")
            answers.setdefault(group, {})[key] = value
        town.submit("construction-start", answers)
    draft = draft_of(CODE, area_stadium=20001)
    draft["rules"].pop("occupies_road")
    draft["order"].remove("occupies_road")
    new = Edition(draft, CALENDAR)
    expected: dict[str, set[tuple[str, str, str]]] = {}
    for number, answers in town.submitted.items():
        one, two = (_given(edition, answers) for edition in (old, new))
        changed = {(key, one.get(key, "unmet"), two.get(key, "unmet")) for key in {*one, *two}}
        expected[number] = {change for change in changed if change[1] != change[2]}
    result = town.whatif(draft, samples=1000).difference
    found: dict[str, set[tuple[str, str, str]]] = {number: set() for number in town.submitted}
    for change in result.changes:
        assert len(change.samples) == change.cases
        for number in change.samples:
            found[number].add((_key(change.outcome), change.old, change.new))
    assert found == expected
    assert result.changed == sum(bool(each) for each in expected.values()) > 0


def _given(edition: Edition, answers: dict[str, Any]) -> dict[str, str]:
    compiled, facts = edition.run(answers, NOW.date())
    given: dict[str, str] = {}
    for rule, truth in zip(compiled.ruleset.rules, compiled.decide(facts), strict=True):
        word = {True: "met", False: "unmet", None: "unknown"}[truth]
        for outcome in rule.outcomes:
            key = _key({"type": outcome.type, "target": outcome.target})
            # the best that any rule gives
            best = max((given.get(key, "unmet"), word), key=["unmet", "unknown", "met"].index)
            given[key] = best
    return given


def _key(outcome: Any) -> str:
    return f"{outcome['type']} {outcome.get('target')}"


def test_replaying_leaves_a_trace_in_the_journal_and_nothing_personal(town: Town) -> None:
    town.submit("construction-start", stadium(19000, name="银杏体育馆"))
    town.whatif(draft_of(CODE, area_stadium=18000))
    with town.store.read() as reader:
        entry = reader.head()
    assert entry is not None
    assert (entry.kind, entry.subject, entry.actor) == ("definition.replayed", f"ruleset:{CODE}", "u-admin")
    assert (entry.data["cases"], entry.data["changed"]) == (1, 1)
    assert "银杏" not in str(entry.data)


def test_it_tells_how_far_it_is(town: Town) -> None:
    for area in AREAS[:3]:
        town.submit("construction-start", stadium(area))
    steps: list[tuple[int, int]] = []
    town.whatif(draft_of(CODE), progress=lambda done, total: steps.append((done, total)))
    assert steps == [(0, 3), (3, 3)]


def test_without_a_published_edition_there_is_nothing_to_compare(town: Town) -> None:
    with pytest.raises(Refusal) as caught:
        town.whatif({**draft_of(CODE), "code": "other"})
    assert caught.value.code == "nothing-published"
    assert town.whatif({**draft_of(CODE), "code": "other"}, against=draft_of(CODE)).against == CODE


def test_another_secret_opens_no_case(town: Town) -> None:
    town.submit("construction-start", stadium(19000))
    stranger = Records(town.store, Vault("not the secret of this store"), CALENDAR, town.clock)
    with pytest.raises(VaultError):
        stored(town.registry, stranger, CALENDAR, draft_of(CODE), actor="u-admin")


def test_made_up_cases_meet_the_limits_of_both_editions() -> None:
    old, new = draft_of(CODE), draft_of(CODE, area_stadium=18000)
    result = generated(new, old, 3000, NOW.date(), samples=3000)
    editions = compile_ruleset(parse(old), NOW.date()), compile_ruleset(parse(new), NOW.date())
    changed = [
        f"{number:04}"
        for number, (before, after) in enumerate(islice(made_up(*editions), 3000))
        if editions[0].decide(before) != editions[1].decide(after)
    ]
    difference = result.difference
    assert difference.cases == 3000 and 0 < difference.changed <= len(changed)
    named = {number for change in difference.changes for number in change.samples}
    assert len(named) == difference.changed and named <= set(changed)
    areas = {before.get("floor_area") for before, _ in islice(made_up(*editions), 3000)}
    assert {18000, 20000} <= areas


def test_made_up_cases_share_the_facts_that_both_editions_read_alike() -> None:
    old, new = draft_of(ELIGIBILITY), draft_of(ELIGIBILITY)
    name = next(iter(new["facts"]))
    new["facts"][name] = {**new["facts"][name], "from": "/somewhere/else"}
    editions = [compile_ruleset(parse(each), NOW.date()) for each in (old, new)]
    pairs = list(islice(made_up(*editions), 200))
    others = [n for n in old["facts"] if n != name]
    assert all(before.get(n) == after.get(n) for before, after in pairs for n in others)
    assert any(before.get(name) != after.get(name) for before, after in pairs)
