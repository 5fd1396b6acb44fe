"""Other settings of the parameters that are facts: what a ruleset would decide if they were set otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ....core.definitions.pointer import join
from ....core.definitions.types import Problem, text
from ....core.rules import Compiled, compile_ruleset, say_facts
from ....core.rules.sentences import Options, Titles
from ....core.rules.types import Rule, Value
from .domains import Domain
from .model import Formula, Model

Words = tuple[Titles | None, Options | None]
"""What names the things that findings speak of."""


def freed(compiled: Compiled, domains: Mapping[str, Domain]) -> tuple[Compiled, Mapping[str, Domain]] | None:
    """Give the ruleset with its parameters that are facts answered instead; None when there are none."""
    facts = compiled.ruleset.facts
    held = {
        name: replace(fact, place=join(name), asserted=False, otherwise=None, parameter="")
        for name, fact in facts.items()
        if fact.parameter
    }
    if not held:
        return None
    allowed = {name: Domain(values=fact.values) for name, fact in held.items() if fact.values}
    ruleset = replace(compiled.ruleset, facts={**facts, **held})
    return compile_ruleset(ruleset, compiled.on), {**domains, **allowed}


def least(
    show: Callable[..., Any],
    model: Model,
    met: Sequence[Formula],
    settings: Mapping[str, Value | None],
    found: dict[str, Any],
) -> dict[str, Any]:
    """Give facts that ``show`` finds to meet the formulas with as many of the ``settings`` as they are."""
    kept = list(met)
    for name, value in settings.items():
        fewer = None if value is None else show(*kept, model.equals(name, value))
        if isinstance(fewer, dict):
            found, kept = fewer, [*kept, model.equals(name, value)]
    return found


def waiting(
    model: Model, rule: Rule, settings: Mapping[str, Any], found: Mapping[str, Any], words: Words
) -> Problem:
    """Say that a rule would be met with other ``settings`` than these, as in the facts that were found."""
    changed = {n: found[n] for n, value in settings.items() if n in found and found[n] != value}
    facts = {name: value for name, value in found.items() if name not in settings}
    zh, en = (say_facts(model.ruleset, changed, lang, *words) for lang in ("zh", "en"))
    shown = [say_facts(model.ruleset, facts, lang, *words) for lang in ("zh", "en")]
    such = [f"（如：{shown[0]}）", f" (as with {shown[1]})"] if facts else ["", ""]
    return Problem(
        join("rules", rule.name),
        "other-setting",
        text(
            f"规则“{rule.called['zh']}”等待参数的另一设定：按现值不会成立，“{zh}”时才会{such[0]}",
            f"the rule {rule.called['en']!r} waits for another setting of a parameter: it is not met as that is now, and would be with “{en}”{such[1]}",
        ),
        text(
            "如属预期，不必修改；发布时请写明为何没有用例能到达它",
            "nothing is wrong if that is meant; to publish it, sign why no test case reaches it",
        ),
        severity="note",
    )
