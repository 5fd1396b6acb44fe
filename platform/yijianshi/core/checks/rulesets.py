"""The laws of a ruleset among other definitions: what its facts are, and whom it hands a matter to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..definitions.pointer import join, tokens
from ..definitions.types import Problem, text
from ..rules import Reading, read
from ..rules.combine import DEPARTMENT
from .elements import type_of
from .whole import Part, Shelf

_TAKEN_AS = {
    **{name: {"text"} for name in ("text", "long_text", "resident_id", "uscc", "phone")},
    "choice": {"choice", "text"},
    "integer": {"integer", "decimal", "money"},
    "decimal": {"decimal", "money"},
    "money": {"decimal", "money"},
    "date": {"date"},
    "yes_no": {"boolean"},
    "multiple_choice": {"list"},
    "group": {"group"},
}
"""The types of facts that the answers of a field type can be."""


def check_ruleset(part: Part, shelf: Shelf) -> list[Problem]:
    """Find what is wrong with a ruleset, facts of another type than their elements, unknown departments."""
    reading = read(part.document, part.broken)
    found = list(_types(reading, shelf))
    if found:  # what else such a fact is used for is no slip of its own
        reading = read(part.document, part.broken | {problem.pointer for problem in found})
    found += reading.problems
    matters = [shelf.find("matter", matter["code"]) for matter in shelf.library.all("matter")]
    known = {matter.text("/department/code") for matter in matters if matter is not None}
    rules = part.document.get("rules")
    if None in known:
        return found  # a matter's department is broken: it may be the one
    names = sorted(str(code) for code in known)
    for name, rule in rules.items() if isinstance(rules, Mapping) else ():
        run = rule.get("run") if isinstance(rule, Mapping) else None
        several = isinstance(run, list)
        for index in range(len(run) if isinstance(run, list) else 1):
            place = join("rules", name, "run", *([index] if several else []), "route")
            to = part.text(place) or ""
            code = to.removeprefix(DEPARTMENT)
            if to.startswith(DEPARTMENT) and code not in known:
                found.append(
                    Problem(
                        place,
                        "unknown-department",
                        text(f"没有事项属于部门“{code}”", f"no matter is of the department {code!r}"),
                        text(
                            "请改正部门编码，如：" + "、".join(names[:5]),
                            "correct the code, such as: " + ", ".join(names[:5]),
                        ),
                    )
                )
    return found


def _types(reading: Reading, shelf: Shelf) -> Iterator[Problem]:
    """Find facts that take an element for another type than it is of."""
    for name, fact in reading.facts.items():
        code = ".".join(tokens(fact.place)) if fact.place and fact.derive is None else ""
        kind = type_of(code, shelf)
        if kind in _TAKEN_AS and fact.type not in _TAKEN_AS[kind]:
            yield Problem(
                join("facts", name, "type"),
                "type-conflict",
                text(
                    f"数据元“{code}”的类型是“{kind}”，事实“{name}”却当作“{fact.type}”",
                    f"the element “{code}” is of the type “{kind}”, and the fact “{name}” takes it for “{fact.type}”",
                ),
                text(
                    "可选：" + "、".join(f"“{each}”" for each in sorted(_TAKEN_AS[kind])),
                    "choose one of: " + ", ".join(f"“{each}”" for each in sorted(_TAKEN_AS[kind])),
                ),
            )
