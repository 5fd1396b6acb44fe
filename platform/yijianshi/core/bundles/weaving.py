"""Several orders of some of the same things woven into one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def woven(items: Sequence[T], orders: Iterable[Sequence[T]]) -> list[T]:
    """Order things so that each of the orders is kept: of those free to come next the first of ``items``.

    Where orders contradict one another, the first of ``items`` that is left comes next. What
    ``items`` lack counts in no order.
    """
    place = {item: number for number, item in enumerate(items)}
    followers: dict[int, set[int]] = {number: set() for number in place.values()}
    waits = dict.fromkeys(followers, 0)
    for order in orders:
        for one, next_ in pairwise([place[item] for item in order if item in place]):
            if one != next_ and next_ not in followers[one]:
                followers[one].add(next_)
                waits[next_] += 1
    free = [number for number, count in waits.items() if not count]
    heapify(free)
    result: list[T] = []
    left = dict(waits)
    while left:
        number = heappop(free) if free else min(left)
        if number not in left:
            continue
        del left[number]
        result.append(items[number])
        for each in followers[number]:
            if each in left:
                left[each] -= 1
                if not left[each]:
                    heappush(free, each)
    return result
