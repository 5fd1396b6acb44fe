"""One run tells of every slip: what several slips give together is what each gives alone, and nothing else."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.checks import Source, check

from ..rules.odd import mutated
from .slips import METAS, SHIPPED, SLIPS, Slip, checked, folder, independent, told

KINDS = {
    *("unknown-key", "wrong-type", "dangling-reference", "duplicate-code", "cycle", "type-conflict"),
    *("promise-over-statute", "unknown-operator", "missing-key", "unknown-field", "no-json-schema"),
}


def test_the_slips_are_of_every_kind() -> None:
    assert {code for slip in SLIPS for _, _, code in slip.told} >= KINDS
    assert len({slip.name for slip in SLIPS}) == len(SLIPS) >= 50


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.name for slip in SLIPS])
def test_one_slip_is_told_of_once(slip: Slip) -> None:
    found = checked([slip])
    assert told(found) == set(slip.told), [problem.line("en") for problem in found]
    assert len(found) == len(slip.told)
    for problem in found:
        assert all((*problem.message.values(), *problem.remedy.values()))


@st.composite
def several(draw: st.DrawFn) -> list[Slip]:
    """Slips that are independent of one another, often in one document."""
    chosen: list[Slip] = []
    for slip in draw(
        st.lists(st.sampled_from(SLIPS), min_size=2, max_size=12, unique_by=lambda each: each.name)
    ):
        if all(independent(slip, other) for other in chosen):
            chosen.append(slip)
    return chosen


@settings(max_examples=60, deadline=None)
@given(several())
def test_slips_are_all_told_of_in_one_run(slips: list[Slip]) -> None:
    assert told(checked(slips)) == {each for slip in slips for each in slip.told}


def test_slips_in_one_document_are_all_told_of_in_one_run() -> None:
    """As many as go together, in the bundle, in what it is made of, and in its rules."""
    chosen: list[Slip] = []
    for slip in SLIPS:
        if all(independent(slip, other) for other in chosen):
            chosen.append(slip)
    documents = [file for slip in chosen for file, _, _ in slip.told]
    assert len(chosen) > 45
    assert max(map(documents.count, documents)) >= 8
    assert told(checked(chosen)) == {each for slip in chosen for each in slip.told}


def test_slips_that_touch_one_place_break_nothing() -> None:
    together = [pair for pair in combinations(SLIPS, 2) if not independent(*pair)]
    assert together
    for one, two in together:
        try:
            found = checked([one, two])
        except (KeyError, TypeError, AttributeError, IndexError):
            continue  # the second slip cannot be made where the first was
        assert found


def test_every_circle_is_told_of() -> None:
    documents = folder()
    matters = documents["bundle:construction-start"]["matters"]
    matters[0]["after"], matters[1]["after"] = ["safety-supervision"], ["quality-supervision"]
    matters[4]["after"], matters[5]["after"] = ["drainage-permit"], ["spoil-disposal"]
    found = check([Source(name, document) for name, document in documents.items()], METAS)
    assert [problem.code for problem in found] == ["cycle", "cycle"]
    assert {problem.message["en"].split(": ")[1] for problem in found} == {
        "“quality-supervision” → “safety-supervision” → “quality-supervision”",
        "“drainage-permit” → “spoil-disposal” → “drainage-permit”",
    }


DOCUMENTS = {f"{each['kind']}:{each['code']}": dict(each) for each in SHIPPED if len(str(each)) < 20_000}


@settings(max_examples=150, deadline=None)
@given(mutated(DOCUMENTS))
def test_whatever_is_done_to_a_document_is_told_of_or_nothing_is_wrong(document: object) -> None:
    """Beside everything that refers to it: no slip keeps the others from being checked, none breaks the check."""
    others = [Source(name, each) for name, each in DOCUMENTS.items()]
    for problem in check([*others, Source("spoilt", document)], METAS):
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert (problem.line("zh") + problem.line("en")).encode()
