"""Editions of one regulation: rulesets of a series whose periods should follow one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from ..definitions.types import Problem, text

Document = Mapping[str, Any]

_DAY = timedelta(days=1)


def series_findings(documents: Iterable[Document]) -> list[tuple[str, Problem]]:
    """Find holes and overlaps between the editions of a series; gives (code of the later one, problem)."""
    series: dict[str, list[Document]] = {}
    for document in documents:
        if isinstance(document.get("series"), str):
            series.setdefault(document["series"], []).append(document)
    found = []
    for name, editions in sorted(series.items()):
        ordered = sorted(editions, key=lambda each: str(each.get("effective_from", "")))
        for before, after in pairwise(ordered):
            problem = _between(name, before, after)
            if problem is not None:
                found.append((str(after["code"]), problem))
    return found


def _between(name: str, before: Document, after: Document) -> Problem | None:
    start = date.fromisoformat(str(after.get("effective_from", "0001-01-01")))
    end = date.fromisoformat(str(before.get("effective_to", "9999-12-31")))
    if end >= start:
        return Problem(
            "/effective_from",
            "editions-overlap",
            text(
                f"“{name}”自 {start} 至 {min(end, _last(after))} 有两版同时有效：{before['code']}、{after['code']}",
                f"of {name!r} two editions are in force from {start} to {min(end, _last(after))}: {before['code']}, {after['code']}",
            ),
            text("请让前一版止于后一版的前一日", "end the earlier one the day before the later begins"),
        )
    if end + _DAY < start:
        return Problem(
            "/effective_from",
            "editions-gap",
            text(
                f"“{name}”自 {end + _DAY} 至 {start - _DAY} 没有有效的版本",
                f"of {name!r} no edition is in force from {end + _DAY} to {start - _DAY}",
            ),
            text("请让各版首尾相接", "let one edition begin the day after the other ends"),
        )
    return None


def _last(document: Document) -> date:
    return date.fromisoformat(str(document.get("effective_to", "9999-12-31")))
