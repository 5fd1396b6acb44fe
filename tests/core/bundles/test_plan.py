"""The parallel plan and its critical path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.bundles.plan import Cycle, find_cycle, plan


def days(**limits: int) -> dict:
    return {code: {"days": n, "unit": "working"} for code, n in limits.items()}


def test_side_by_side_is_the_longest_path_never_the_sum() -> None:
    made = plan({"a": (), "b": (), "c": ("a",), "d": ("a", "b")}, days(a=3, b=5, c=1, d=2))
    assert made.days == 7
    assert made.days_in_turn == 11
    assert made.critical_path == ("b", "d")
    assert [step.matter for step in made.steps if step.critical] == ["b", "d"]
    assert made.to_json()["stages"] == [["a", "b"], ["c", "d"]]


def test_an_inactive_predecessor_does_not_hold_anyone_up() -> None:
    assert plan({"c": ("a",)}, days(c=2)).days == 2


def test_same_day_matters_still_have_an_order() -> None:
    made = plan({"a": (), "b": ("a",), "c": ("b",)}, days(a=0, b=0, c=0))
    assert made.days == 0
    assert made.critical_path == ("a", "b", "c")


def test_an_empty_plan_takes_no_time() -> None:
    assert plan({}, {}).to_json()["critical_path"] == []


def test_mixed_units_are_said_to_be_mixed() -> None:
    limits = {"a": {"days": 1, "unit": "working"}, "b": {"days": 1, "unit": "natural"}}
    assert plan({"a": (), "b": ()}, limits).unit == "mixed"


def test_a_circle_is_named() -> None:
    with pytest.raises(Cycle) as caught:
        plan({"a": ("c",), "b": ("a",), "c": ("b",), "d": ()}, days(a=1, b=1, c=1, d=1))
    assert set(caught.value.codes) == {"a", "b", "c"}
    assert caught.value.codes[0] == caught.value.codes[-1]


CODES = "abcdefg"


@given(
    st.permutations(CODES),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12),
    st.lists(st.integers(0, 30), min_size=7, max_size=7),
)
def test_laws_of_the_plan(order: list[str], edges: list[tuple[int, int]], limits: list[int]) -> None:
    after: dict[str, set[str]] = {code: set() for code in CODES}
    for low, high in edges:
        if low < high:
            after[CODES[high]].add(CODES[low])
    frozen = {code: tuple(sorted(after[code])) for code in order}
    promised = days(**dict(zip(CODES, limits, strict=True)))
    made = plan(frozen, promised)
    by_code = {step.matter: step for step in made.steps}
    assert all(by_code[w].finish <= by_code[c].start for c, waits in frozen.items() for w in waits)
    assert sum(by_code[c].days for c in made.critical_path) == made.days <= made.days_in_turn
    assert made == plan({code: frozen[code] for code in CODES}, promised)
    assert find_cycle(frozen) is None
