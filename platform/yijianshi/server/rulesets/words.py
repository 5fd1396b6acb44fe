"""What is entered for a ruleset: the day, and what is wrong with sample facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ...core.definitions.pointer import join
from ...core.definitions.types import Problem, text
from ...core.forms.facts import Sample
from ..errors import Refusal


def day_of(raw: str | None, today: date) -> date:
    """Read a day, today when there is none; Refusal 422 for what is no day."""
    if not raw:
        return today
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Refusal(
            422,
            "no-date",
            text("日期写法不对", "this is no date"),
            text("请写成 2026-11-23 这样", "write it like 2026-11-23"),
        ) from None


def not_values(sample: Sample, unknown: Iterable[str]) -> Refusal:
    """Refuse sample facts that are no values of their type, or of which the ruleset knows nothing."""
    remedy = text("请核对规则集的事实", "check the facts of the ruleset")
    problems = [
        Problem(join("facts", name), "wrong-value", message, remedy)
        for name, message in sample.errors.items()
    ]
    problems += [
        Problem(
            join("facts", name),
            "unknown-fact",
            text(f"没有事实“{name[:40]}”", f"there is no fact {name[:40]!r}"),
            remedy,
        )
        for name in unknown
    ]
    return Refusal(
        422,
        "wrong-facts",
        text("有事实的值不对", "some facts are no values of their type"),
        text("请按所列改正", "mend what is listed"),
        problems,
    )
