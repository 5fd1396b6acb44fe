"""The laws of a ruleset among other definitions: whom it hands a matter to must be there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.library import Library
from ..definitions.pointer import join
from ..definitions.types import Problem, text
from ..rules import problems as ruleset_problems
from ..rules.combine import DEPARTMENT


def check_ruleset(document: Mapping[str, Any], library: Library) -> list[Problem]:
    """Find what is wrong with a ruleset, and the departments it routes to that no matter has."""
    found = ruleset_problems(document)
    if found:
        return found
    known = {matter["department"]["code"] for matter in library.all("matter")}
    for name, rule in document["rules"].items():
        several = isinstance(rule["run"], list)
        for index, outcome in enumerate(rule["run"] if several else [rule["run"]]):
            to = str(outcome.get("route", ""))
            code = to.removeprefix(DEPARTMENT)
            if to.startswith(DEPARTMENT) and code not in known:
                found.append(
                    Problem(
                        join("rules", name, "run", *([index] if several else []), "route"),
                        "unknown-department",
                        text(f"没有事项属于部门“{code}”", f"no matter is of the department {code!r}"),
                        text(
                            "请改正部门编码，如：" + "、".join(sorted(known)[:5]),
                            "correct the code, such as: " + ", ".join(sorted(known)[:5]),
                        ),
                    )
                )
    return found
