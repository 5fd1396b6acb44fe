"""Situations worth walking through: answers to the guiding questions, all of them or a cover of them.

Where there are more than can be tried, every two answers that can meet do meet in one of those
given, as far as the limit goes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, islice, product
from math import prod
from typing import Any, Literal

from ..bundles.compose import SITUATIONS, Composition
from ..deadlines import Calendar
from ..definitions.canonical import canonical
from ..definitions.pointer import MISSING, get, put
from ..definitions.types import Json, Text, text
from .fields import FIELD_TYPES
from .samples import Answers, limits_at, values_at
from .state import form_state

_ROWS = 4
"""So many rows are made for one that is kept, at most: what is hidden makes rows alike."""


def situations(
    composition: Composition, on: date, limit: int, seed: int = 0, calendar: Calendar | None = None
) -> tuple[list[Answers], bool]:
    """Give different answers to the guiding questions, at most ``limit``, and whether they are all.

    "All" is meant of the values worth trying: every choice, and for numbers the limits of the rules
    and what lies beside them.
    """
    worlds = {p: _worth_asking(composition, p, on) for p in _questions(composition)}
    everything = prod(len(values) for values in worlds.values()) <= limit
    chosen: Iterable[tuple[Any, ...]] = product(*worlds.values())
    if not everything:
        chosen = islice(_pairs(list(worlds.values()), seed), _ROWS * limit)
    found: dict[bytes, Answers] = {}
    for values in chosen:
        answers: Any = {}
        for pointer, value in zip(worlds, values, strict=True):
            answers = put(answers, pointer, value)
        state = form_state(composition, answers, on, calendar)
        kept: Any = {}
        for pointer in worlds:
            kept = put(kept, pointer, get(state.answers, pointer))
        found.setdefault(canonical(kept), kept)
        if len(found) >= limit:
            break
    return list(found.values()), everything


def said(composition: Composition, case: Json) -> Text:
    """Name a situation by what is answered: choices by their words, a yes with its question."""
    zh, en = _said(composition, case, "zh"), _said(composition, case, "en")
    return text("；".join(zh) or "全部回答“否”", "; ".join(en) or "no to everything")


def _said(composition: Composition, case: Json, lang: Literal["zh", "en"]) -> list[str]:
    words = []
    for pointer in _questions(composition):
        field, value = composition.fields[pointer], get(case, pointer)
        if value is MISSING or value is False:
            continue
        shown = FIELD_TYPES[field.type].display(value, field, lang)
        if value is True:
            words.append(field.title[lang] + ("：是" if lang == "zh" else ": yes"))
        else:
            words.append(shown if field.type == "choice" else f"{field.title[lang]} {shown}")
    return words


def _questions(composition: Composition) -> list[str]:
    return [
        pointer
        for pointer, field in composition.fields.items()
        if SITUATIONS in field.used_by and not field.compute and field.type != "note"
    ]


def _worth_asking(composition: Composition, pointer: str, on: date) -> list[Any]:
    field = composition.fields[pointer]
    values: list[Any] = list(values_at(composition, pointer, on))
    if field.type in ("decimal", "integer", "money"):
        values = [*_numbers(composition, pointer, on, values), *values[:1]]
    elif field.type not in ("yes_no", "choice", "multiple_choice"):
        values = values[:2]
    if field.type == "multiple_choice":
        values.append(MISSING)
    return list({canonical(v) if v is not MISSING else b"": v for v in values}.values()) or [MISSING]


def _numbers(composition: Composition, pointer: str, on: date, values: list[Any]) -> list[Any]:
    """Give of the values that a number takes the limits of the rules and one between every two."""
    known = sorted({value for value in limits_at(composition, pointer, on) if value in values})
    limits = [value for value in known if value - 1 in known and value + 1 in known]
    return [limits[0] - 1, *(n for limit in limits for n in (limit, limit + 1))] if limits else []


def _pairs(worlds: list[list[Any]], seed: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows of values until every two values of two questions have stood in one row, then chance rows."""
    made = random.Random(seed)
    sizes = [range(len(values)) for values in worlds]
    open_ = {
        (one, first, two, second)
        for one, two in combinations(range(len(worlds)), 2)
        for first in sizes[one]
        for second in sizes[two]
    }
    while True:
        row = _row(sizes, open_, made) if open_ else [made.choice(size) for size in sizes]
        open_ -= {(one, row[one], two, row[two]) for one, two in combinations(range(len(row)), 2)}
        yield tuple(values[number] for values, number in zip(worlds, row, strict=True))


def _row(sizes: list[range], open_: set[tuple[int, int, int, int]], made: random.Random) -> list[int]:
    """Make a row around one open pair; every other question takes the value that settles most pairs."""
    one, first, two, second = min(open_)
    chosen = {one: first, two: second}
    for question in made.sample(range(len(sizes)), len(sizes)):
        if question not in chosen:
            gains = [
                (sum(_pair(question, number, *other) in open_ for other in chosen.items()), made.random())
                for number in sizes[question]
            ]
            chosen[question] = gains.index(max(gains))
    return [chosen[question] for question in range(len(sizes))]


def _pair(one: int, first: int, two: int, second: int) -> tuple[int, int, int, int]:
    return (one, first, two, second) if one < two else (two, second, one, first)
