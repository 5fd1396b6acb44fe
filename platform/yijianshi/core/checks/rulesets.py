"""The laws of a ruleset among other definitions: whom it hands a matter to must be there."""

from __future__ import annotations

from collections.abc import Mapping

from ..definitions.pointer import join
from ..definitions.types import Problem, text
from ..rules import read
from ..rules.combine import DEPARTMENT
from .whole import Part, Shelf


def check_ruleset(part: Part, shelf: Shelf) -> list[Problem]:
    """Find what is wrong with a ruleset, and the departments it routes to that no matter has."""
    found = read(part.document, part.broken).problems
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
