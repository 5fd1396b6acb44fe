"""durable_rules as it comes: through its Host, and through its C module, without our worker.

It has neither a negation of conditions nor membership, so both are written out; more than twenty
rules go in slices, because beyond 64 conditions that match it answers wrongly.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

from .contestant import Contestant
from .made import NUMBERS, Suite
from .peers import conditions

HOST = "durable_rules, Host"
BARE = "durable_rules, C module"
SLICE = 20
_OPPOSITE = {"$eq": "$neq", "$neq": "$eq", "$gt": "$lte", "$lte": "$gt", "$lt": "$gte", "$gte": "$lt"}


def host(suite: Suite) -> Contestant:
    """durable_rules through its Host, as its documentation shows it; the session is deleted after."""
    from durable import engine

    hits: list[str] = []

    class Host(engine.Host):  # type: ignore[misc]
        def get_action(self, name: str) -> Callable[[Any], None]:
            return lambda context: hits.append(name)

    slices = _slices(suite, run=True)
    hosts = Host({f"{suite.rules}{suite.shape}{n}": rules for n, rules in enumerate(copy.deepcopy(slices))})
    names = [f"{suite.rules}{suite.shape}{n}" for n in range(len(slices))]
    sessions = itertools.count()

    def decide(case: Any) -> list[str]:
        hits.clear()
        session = f"s{next(sessions)}"
        for name in names:
            hosts.assert_fact(name, {**case, "sid": session})
            hosts.delete_state(name, session)
        return list(hits)

    return Contestant(HOST, suite.cases, decide, _numbers)


def bare(suite: Suite) -> Contestant:
    """durable_rules through its C module: a fact asserted, every rule that fires taken, the session deleted."""
    import durable_rules_engine as engine

    handles = [
        engine.create_ruleset(f"bare{suite.rules}{suite.shape}{n}", json.dumps(rules))
        for n, rules in enumerate(_slices(suite, run=False))
    ]
    sessions = itertools.count()

    def decide(case: Any) -> list[str]:
        fired: list[str] = []
        session = f"s{next(sessions)}"
        message = json.dumps({**case, "id": "1", "sid": session})
        for handle in handles:
            _, offset = engine.assert_fact(handle, message)
            started = engine.start_action_for_state(handle, offset)
            pending = started[1] if started else None
            while pending:
                fired += json.loads(pending)
                pending = engine.complete_and_start_action(handle, offset)
            engine.delete_state(handle, session)
        return fired

    return Contestant(BARE, suite.cases, decide, _numbers)


def _numbers(fired: list[str]) -> frozenset[int]:
    return frozenset(int(name[1:]) for name in fired if name != "end")


def _slices(suite: Suite, run: bool) -> list[dict[str, Any]]:
    """Give the rules in slices, each with a rule that always fires, without which a fact is an error."""
    rules = list(enumerate(conditions(suite)))
    made = []
    for start in range(0, len(rules), SLICE):
        some = {f"r{n}": {"all": [{"m": _positive(node, True)}]} for n, node in rules[start : start + SLICE]}
        some["end"] = {"all": [{"m": {"$ex": {NUMBERS[0]: 1}}}]}
        made.append({name: {**rule, **({"run": name} if run else {})} for name, rule in some.items()})
    return made


def _positive(node: Mapping[str, Any], holds: bool) -> dict[str, Any]:
    """Write a condition, or its negation, without ``$not`` and ``$in``."""
    ((key, value),) = node.items()
    if key == "$not":
        return _positive(value, not holds)
    if key in ("$and", "$or"):
        parts = [_positive(part, holds) for part in value]
        return {key if holds else {"$and": "$or", "$or": "$and"}[key]: parts}
    if not key.startswith("$"):
        return {key: value} if holds else {"$neq": {key: value}}
    ((fact, operand),) = value.items()
    if key == "$in":
        parts = [{fact: each} if holds else {"$neq": {fact: each}} for each in operand]
        return {"$or" if holds else "$and": parts}
    sign = key if holds else _OPPOSITE[key]
    return {fact: operand} if sign == "$eq" else {sign: {fact: operand}}
