"""The immutable collections of rpds-py in plain Python, for the browser, where its wheel cannot be had.

What ``referencing`` and ``jsonschema`` use, and the rest of the interface of the three types
they use, faithful to rpds-py; tests/core/test_rpds.py holds the two side by side. A map or set
is a ``dict`` that is copied when it changes: registries of schemas are small. A list shares
its tail, because resolvers push and drop at the front all the time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from typing import Any

__all__ = ["HashTrieMap", "HashTrieSet", "List"]


class HashTrieMap(Mapping[Any, Any]):
    """An immutable map; every change gives a new one."""

    __slots__ = ("_items",)

    def __init__(self, value: Any = (), **kwds: Any) -> None:
        items = value._items if isinstance(value, HashTrieMap) else dict(value)
        self._items: dict[Any, Any] = {**items, **kwds}

    @classmethod
    def _of(cls, items: dict[Any, Any]) -> HashTrieMap:
        made = cls.__new__(cls)
        made._items = items
        return made

    @classmethod
    def convert(cls, value: Any) -> HashTrieMap:
        """Give the value itself when it is a map of this kind, else one made of it."""
        return value if isinstance(value, cls) else cls(value)

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], value: Any = None) -> HashTrieMap:
        """Give a map of the keys, all with one value."""
        return cls._of(dict.fromkeys(keys, value))

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: Any) -> bool:
        return key in self._items

    def get(self, key: Any, default: Any = None) -> Any:
        """Give the value of a key, or the default."""
        return self._items.get(key, default)

    def __eq__(self, other: object) -> Any:
        return self._items == other._items if isinstance(other, HashTrieMap) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"HashTrieMap({self._items!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return HashTrieMap, (list(self._items.items()),)

    def insert(self, key: Any, val: Any) -> HashTrieMap:
        """Give a map with the key set."""
        return self._of({**self._items, key: val})

    def update(self, *maps: Any, **kwds: Any) -> HashTrieMap:
        """Give a map with the items of the others in it."""
        items = dict(self._items)
        for each in maps:
            items.update(each._items if isinstance(each, HashTrieMap) else each)
        items.update(kwds)
        return self._of(items)

    def remove(self, key: Any) -> HashTrieMap:
        """Give a map without the key; raises KeyError when it is not there."""
        items = dict(self._items)
        del items[key]
        return self._of(items)

    def discard(self, key: Any) -> HashTrieMap:
        """Give a map without the key, whether it was there or not."""
        return self.remove(key) if key in self._items else self


class HashTrieSet(Set[Any]):
    """An immutable set; every change gives a new one."""

    __slots__ = ("_members",)

    def __init__(self, value: Iterable[Any] = ()) -> None:
        self._members: dict[Any, None] = dict.fromkeys(value)

    @classmethod
    def _of(cls, members: dict[Any, None]) -> HashTrieSet:
        made = cls.__new__(cls)
        made._members = members
        return made

    def __contains__(self, value: Any) -> bool:
        return value in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __hash__(self) -> int:
        return hash(frozenset(self._members))

    def __repr__(self) -> str:
        return f"HashTrieSet({{{', '.join(map(repr, self._members))}}})"

    def __reduce__(self) -> tuple[Any, ...]:
        return HashTrieSet, (list(self._members),)

    def insert(self, value: Hashable) -> HashTrieSet:
        """Give a set with the value in it."""
        return self._of({**self._members, value: None})

    def remove(self, value: Any) -> HashTrieSet:
        """Give a set without the value; raises KeyError when it is not there."""
        members = dict(self._members)
        del members[value]
        return self._of(members)

    def discard(self, value: Any) -> HashTrieSet:
        """Give a set without the value, whether it was there or not."""
        return self.remove(value) if value in self._members else self

    def update(self, *values: Iterable[Any]) -> HashTrieSet:
        """Give a set with the values of the others in it."""
        members = dict(self._members)
        for each in values:
            members.update(dict.fromkeys(each))
        return self._of(members)

    def union(self, other: HashTrieSet) -> HashTrieSet:
        """Give the values in either."""
        return self | other

    def intersection(self, other: HashTrieSet) -> HashTrieSet:
        """Give the values in both."""
        return self & other

    def difference(self, other: HashTrieSet) -> HashTrieSet:
        """Give the values that are not in the other."""
        return self - other

    def symmetric_difference(self, other: HashTrieSet) -> HashTrieSet:
        """Give the values in just one of the two."""
        return self ^ other

    def __or__(self, other: object) -> Any:
        return self.update(other) if isinstance(other, HashTrieSet) else NotImplemented

    def __and__(self, other: object) -> Any:
        if not isinstance(other, HashTrieSet):
            return NotImplemented
        return HashTrieSet(value for value in self if value in other)

    def __sub__(self, other: object) -> Any:
        if not isinstance(other, HashTrieSet):
            return NotImplemented
        return HashTrieSet(value for value in self if value not in other)

    def __xor__(self, other: object) -> Any:
        return (self - other) | (other - self) if isinstance(other, HashTrieSet) else NotImplemented

    # only sets of this kind are combined, so whichever side is asked first has answered
    __ror__ = __rand__ = __rsub__ = __rxor__ = lambda self, other: NotImplemented


class List(Iterable[Any]):
    """An immutable linked list that shares its tail with those made from it."""

    __slots__ = ("_first", "_length", "_rest")

    _first: Any
    _rest: List | None
    _length: int

    def __init__(self, *values: Any) -> None:
        given = list(values[0]) if len(values) == 1 else list(values)
        tail: List | None = None
        for value in reversed(given[1:]):
            tail = self._cell(value, tail)
        if given:
            self._first, self._rest, self._length = given[0], tail, len(given)
        else:
            self._first, self._rest, self._length = None, None, 0

    @classmethod
    def _cell(cls, first: Any, rest: List | None) -> List:
        made = cls.__new__(cls)
        made._first, made._rest = first, rest
        made._length = 1 + (rest._length if rest is not None else 0)
        return made

    @property
    def first(self) -> Any:
        """The first value; raises IndexError for an empty list."""
        if not self._length:
            raise IndexError("empty list has no first element")
        return self._first

    @property
    def rest(self) -> List:
        """The list without its first value; empty for an empty list."""
        return List() if self._rest is None else self._rest

    def push_front(self, other: Any) -> List:
        """Give a list with the value before all others."""
        return self._cell(other, self if self._length else None)

    def drop_first(self) -> List:
        """Give the list without its first value; raises IndexError for an empty list."""
        if not self._length:
            raise IndexError("empty list has no first element")
        return self.rest

    def __iter__(self) -> Iterator[Any]:
        cell: List | None = self if self._length else None
        while cell is not None:
            yield cell._first
            cell = cell._rest

    def __reversed__(self) -> Iterator[Any]:
        return reversed(list(self))

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> Any:
        return list(self) == list(other) if isinstance(other, List) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"List([{', '.join(map(repr, self))}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return List, (list(self),)
