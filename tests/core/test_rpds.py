"""The browser's plain-Python rpds beside the real one: whatever is done to both, both say the same."""

from __future__ import annotations

import copy
import importlib.util
import pickle
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rpds as real
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule


def _shim() -> ModuleType:
    """Load the browser's package under a name of its own, since the real one holds ``rpds``."""
    place = Path(__file__).resolve().parents[2] / "ui" / "pyscript" / "rpds" / "__init__.py"
    spec = importlib.util.spec_from_file_location("browser_rpds", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["browser_rpds"] = module
    spec.loader.exec_module(module)
    return module


shim = _shim()
# rpds-py itself panics where keys of different types share a hash (0 and ""): keys are as referencing has them
KEYS = st.one_of(
    st.text("ab一", min_size=1, max_size=2), st.tuples(st.text("ab", max_size=1), st.text("c", max_size=2))
)
# … and it takes a value of None for a missing one when it compares maps
VALUES = st.one_of(KEYS, st.integers(), st.booleans())
PAIRS = st.lists(st.tuples(KEYS, VALUES), max_size=6)


def outcome(act: Any) -> Any:
    """What an act gives, or the type of what it raises."""
    try:
        return act()
    except (KeyError, IndexError, TypeError) as error:
        return type(error)


class Maps(RuleBasedStateMachine):
    """The same changes to a map of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.ours, self.theirs = shim.HashTrieMap(), real.HashTrieMap()
        self.before: list[tuple[Any, dict[Any, Any]]] = []

    def change(self, act: Any) -> None:
        self.before.append((self.ours, dict(self.ours.items())))
        ours, theirs = outcome(lambda: act(self.ours)), outcome(lambda: act(self.theirs))
        if isinstance(ours, type) or isinstance(theirs, type):
            assert ours is theirs
        else:
            self.ours, self.theirs = ours, theirs

    @rule(key=KEYS, value=VALUES)
    def insert(self, key: Any, value: Any) -> None:
        self.change(lambda m: m.insert(key, value))

    @rule(key=KEYS)
    def remove(self, key: Any) -> None:
        self.change(lambda m: m.remove(key))

    @rule(key=KEYS)
    def discard(self, key: Any) -> None:
        self.change(lambda m: m.discard(key))

    @rule(pairs=PAIRS, more=PAIRS)
    def update(self, pairs: Any, more: Any) -> None:
        self.change(lambda m: m.update(dict(pairs), dict(more), named=1))

    @rule(pairs=PAIRS)
    def update_by_a_map_of_its_kind(self, pairs: Any) -> None:
        self.change(lambda m: m.update(type(m)(pairs)))

    @rule(pairs=PAIRS)
    def convert(self, pairs: Any) -> None:
        self.change(lambda m: type(m).convert(pairs))

    @invariant()
    def both_say_the_same(self) -> None:
        assert dict(self.ours.items()) == dict(self.theirs.items())
        assert set(self.ours) == set(self.theirs) == set(self.ours.keys()) == set(self.theirs.keys())
        assert sorted(map(repr, self.ours.values())) == sorted(map(repr, self.theirs.values()))
        assert len(self.ours) == len(self.theirs)
        assert type(self.ours).convert(self.ours) is self.ours
        for key in ("a", "b", "一", ("a", "c")):
            assert (key in self.ours) == (key in self.theirs)
            assert self.ours.get(key, "-") == self.theirs.get(key, "-")
            assert outcome(lambda key=key: self.ours[key]) == outcome(lambda key=key: self.theirs[key])

    @invariant()
    def what_was_before_is_unchanged(self) -> None:
        assert all(dict(old.items()) == items for old, items in self.before[-3:])


class Sets(RuleBasedStateMachine):
    """The same changes to a set of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.ours, self.theirs = shim.HashTrieSet(), real.HashTrieSet()

    def change(self, act: Any) -> None:
        ours, theirs = outcome(lambda: act(self.ours)), outcome(lambda: act(self.theirs))
        if isinstance(ours, type) or isinstance(theirs, type):
            assert ours is theirs
        else:
            self.ours, self.theirs = ours, theirs

    @rule(value=KEYS)
    def insert(self, value: Any) -> None:
        self.change(lambda s: s.insert(value))

    @rule(value=KEYS)
    def remove(self, value: Any) -> None:
        self.change(lambda s: s.remove(value))

    @rule(value=KEYS)
    def discard(self, value: Any) -> None:
        self.change(lambda s: s.discard(value))

    @rule(values=st.lists(KEYS, max_size=5), more=st.lists(KEYS, max_size=3))
    def update(self, values: Any, more: Any) -> None:
        self.change(lambda s: s.update(values, more))

    @rule(values=st.lists(KEYS, max_size=5), name=st.sampled_from(("union", "difference", "intersection", "symmetric_difference")))  # fmt: skip
    def combine(self, values: Any, name: str) -> None:
        self.change(lambda s: getattr(s, name)(type(s)(values)))

    @rule(values=st.lists(KEYS, max_size=5), name=st.sampled_from(("__or__", "__and__", "__sub__", "__xor__")))  # fmt: skip
    def operate(self, values: Any, name: str) -> None:
        self.change(lambda s: getattr(s, name)(type(s)(values)))

    @invariant()
    def both_say_the_same(self) -> None:
        assert set(self.ours) == set(self.theirs)
        assert len(self.ours) == len(self.theirs)
        for other in (set(), {"a"}, {"一", "a"}, set(self.ours)):
            for name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
                ours, theirs = getattr(self.ours, name)(other), getattr(self.theirs, name)(other)
                assert ours == theirs, name


TestMaps, TestSets = Maps.TestCase, Sets.TestCase


class Lists(RuleBasedStateMachine):
    """The same changes to a list of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.ours, self.theirs = shim.List(), real.List()

    @rule(values=st.lists(VALUES, max_size=5))
    def begin(self, values: Any) -> None:
        self.ours, self.theirs = shim.List(values), real.List(values)

    @rule(values=st.lists(VALUES, min_size=2, max_size=5))
    def begin_with_values(self, values: Any) -> None:
        self.ours, self.theirs = shim.List(*values), real.List(*values)

    @rule(value=VALUES)
    def push(self, value: Any) -> None:
        self.ours, self.theirs = self.ours.push_front(value), self.theirs.push_front(value)

    @rule()
    def drop(self) -> None:
        ours, theirs = outcome(self.ours.drop_first), outcome(self.theirs.drop_first)
        assert isinstance(ours, type) == isinstance(theirs, type)
        if isinstance(ours, type):
            assert ours is theirs
        else:
            self.ours, self.theirs = ours, theirs

    @rule()
    def rest(self) -> None:
        self.ours, self.theirs = self.ours.rest, self.theirs.rest

    @invariant()
    def both_say_the_same(self) -> None:
        assert list(self.ours) == list(self.theirs)
        assert list(reversed(self.ours)) == list(reversed(self.theirs))
        assert len(self.ours) == len(self.theirs)
        assert repr(self.ours) == repr(self.theirs)
        assert outcome(lambda: self.ours.first) == outcome(lambda: self.theirs.first)


TestLists = Lists.TestCase


@given(PAIRS, PAIRS)
def test_equal_maps_are_equal_and_hash_alike(first: Any, second: Any) -> None:
    for kind in (shim.HashTrieMap, real.HashTrieMap):
        one, other = kind(first), kind(dict(reversed(list(dict(first).items()))))
        assert one == other and hash(one) == hash(other)
    assert (shim.HashTrieMap(first) == shim.HashTrieMap(second)) == (
        real.HashTrieMap(first) == real.HashTrieMap(second)
    )


@given(st.lists(KEYS, max_size=5), st.lists(KEYS, max_size=5))
def test_equal_lists_and_sets_are_equal_and_hash_alike(first: Any, second: Any) -> None:
    for name in ("List", "HashTrieSet"):
        ours, theirs = getattr(shim, name), getattr(real, name)
        assert (ours(first) == ours(second)) == (theirs(first) == theirs(second))
        assert ours(first) == ours(first) and hash(ours(first)) == hash(ours(first))
    assert hash(shim.HashTrieSet(first)) == hash(frozenset(first))


@pytest.mark.parametrize(
    "act",
    [
        lambda m: m.HashTrieMap({"a": 1}) == {"a": 1},
        lambda m: m.List([1]) == [1],
        lambda m: m.HashTrieSet([1]) | {2},
        lambda m: hash(m.HashTrieMap({"a": []})),
        lambda m: hash(m.List([[]])),
        lambda m: m.HashTrieSet([[]]),
        lambda m: m.HashTrieMap(3),
        lambda m: m.HashTrieMap([1]),
        lambda m: m.List(1),
        lambda m: m.List([1])[0],
        lambda m: m.HashTrieSet([1]).union([2]),
        lambda m: m.HashTrieMap() < m.HashTrieMap(),
        lambda m: repr(m.HashTrieMap({"a": 1})),
        lambda m: repr(m.HashTrieSet([1])),
        lambda m: repr(m.HashTrieSet()),
        lambda m: repr(m.List()),
        lambda m: dict(m.HashTrieMap.fromkeys("ab", 1).items()),
        lambda m: dict(m.HashTrieMap({"a": 1}, b=2).items()),
        lambda m: set(m.HashTrieMap({"a": 1}).keys() & {"a", "b"}),
        lambda m: m.HashTrieMap.convert(None),
        lambda m: m.HashTrieMap().remove("a"),
    ],
)
def test_the_edges_are_the_same(act: Any) -> None:
    assert outcome(lambda: act(shim)) == outcome(lambda: act(real))


@pytest.mark.parametrize("value", [shim.HashTrieMap({"a": 1}), shim.HashTrieSet([1, 2]), shim.List([1, 2])])
def test_they_can_be_copied_and_pickled(value: Any) -> None:
    assert copy.copy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value
