"""Rulesets gone wrong: real ones with a part replaced, removed, moved or put where none belongs."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

RULES = Path(__file__).parents[3] / "rules"
SHIPPED = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted(RULES.glob("*.json"))
    if ".cases." not in path.name and path.stat().st_size < 50_000
}
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**53, 2**70, 1e300, float("nan"), float("inf")),
    *("", "x", "/x", "\ud800", "\x00", "😀", "𠮷", "2026-02-30", "a" * 20_001),
    *([], {}, [[]], [None], [1, "a"], {"": 1}, {"a": {"b": 1}}, {"zh": 1}, {"zh": "a", "en": "b"}),
    *({"$and": []}, {"m": {}}, {"$gt": {}}, {"$mt": {"x": "(("}}, {"$l": 1, "$r": 2}, {"m": []}),
    *({"parameter": []}, {"parameter": "x"}, {"$nin": {"a": "x"}}, {"fn": []}, {"fn": "sum", "of": []}),
]
KEYS = [
    *("$and", "$or", "m", "x", "$i", "$gt", "", "from", "derive", "asserted", "$mt", "values", "items"),
    *(
        "where",
        "fn",
        "of",
        "run",
        "all",
        "pri",
        "combine",
        "dated_by",
        "effective_from",
        "series",
        "otherwise",
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        found += places(each, (*path, key))
    return found


@st.composite
def mutated(draw: st.DrawFn, documents: dict[str, Any]) -> Any:
    """A document of these with one to three slips in it."""
    document = deepcopy(documents[draw(st.sampled_from(sorted(documents)))])
    for _ in range(draw(st.integers(1, 3))):
        known = places(document)
        if not known:
            break
        *way, last = draw(st.sampled_from(known))
        around = document
        for key in way:
            around = around[key]
        how = draw(st.sampled_from(["replace", "replace", "remove", "move", "add"]))
        if how == "remove":
            del around[last]
        elif how == "move":
            moved = document
            for key in draw(st.sampled_from(known)):
                moved = moved[key]
            around[last] = deepcopy(moved)
        elif how == "add" and isinstance(around, dict):
            around[draw(st.sampled_from(KEYS))] = deepcopy(draw(st.sampled_from(JUNK)))
        else:
            around[last] = deepcopy(draw(st.sampled_from(JUNK)))
    return document
