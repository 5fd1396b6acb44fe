"""Run a bundle's rulesets on answers: which matters, which materials, and who may have them.

The steps, in this order:

1. the rulesets that decide *situations* run; they select matters;
2. the other rulesets of the bundle, and those of each active matter, run;
3. the outcomes are combined as ``core.rules`` documents it (a denial beats, …).

Every run keeps its facts and its verdict, so that the engine of record can be asked the
same question and an auditor can ask it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..deadlines import Calendar
from ..definitions.canonical import digest
from ..definitions.pointer import get
from ..definitions.types import Json
from ..rules import Compiled, Outcome, Verdict, compile_ruleset, extract_facts, parse
from ..rules.combine import DEPARTMENT, length, limit, routes
from .compose import CHOSEN, Composition


@dataclass(frozen=True)
class Run:
    """One ruleset run on one set of facts; ``matter`` is None for the bundle's own."""

    ruleset: str
    matter: str | None
    compiled: Compiled
    facts: Mapping[str, Any]
    verdict: Verdict


@dataclass(frozen=True)
class Evaluation:
    """What the rules say of a set of answers on a date."""

    on: date
    active: tuple[str, ...]
    undecided: tuple[str, ...]
    runs: tuple[Run, ...]

    @property
    def outcomes(self) -> list[tuple[Run, Outcome]]:
        """Every outcome of every run, met and unknown, with the run it came from."""
        return [(run, outcome) for run in self.runs for outcome in run.verdict.outcomes]

    def targets(self, kind: str, truth: str = "met") -> list[str]:
        """Give the targets of all outcomes of a kind with a truth, sorted, each once."""
        return sorted(
            {
                str(o.target)
                for _, o in self.outcomes
                if o.type == kind and o.truth == truth and o.target is not None
            }
        )

    @property
    def denials(self) -> list[tuple[Run, Outcome]]:
        """The denials that are met, as one reads the rules."""
        return self._met("deny")

    @property
    def referrals(self) -> list[tuple[Run, Outcome]]:
        """The outcomes that hand the case to a person, as one reads the rules."""
        return self._met("refer")

    @property
    def required(self) -> list[str]:
        """Materials that rules require (and do not waive)."""
        waived = set(self.waived)
        return [code for code in self.targets("require_material") if code not in waived]

    @property
    def waived(self) -> list[str]:
        """Materials that rules waive."""
        return self.targets("waive_material")

    def limit_of(self, matter: str) -> Mapping[str, Json] | None:
        """Give the limit that rules set for a matter, of several rulesets' the strictest."""
        found = [limit(run.compiled.ruleset, run.verdict, matter) for run in self._runs_of(matter)]
        return min((each for each in found if each is not None), key=length, default=None)

    def department_of(self, matter: str) -> str | None:
        """Give the department that rules hand a matter to, None when they do not."""
        for run in self._runs_of(matter):
            for to in routes(run.compiled.ruleset, run.verdict, matter):
                if to.startswith(DEPARTMENT):
                    return to.removeprefix(DEPARTMENT)
        return None

    def _met(self, kind: str) -> list[tuple[Run, Outcome]]:
        """Give the outcomes of a kind that are met, in the order in which people read the rules."""
        found: list[tuple[Run, Outcome]] = []
        for run in self.runs:
            met = [o for o in run.verdict.outcomes if o.type == kind and o.truth == "met"]
            place = (
                {rule.name: number for number, rule in enumerate(run.compiled.ruleset.read)} if met else {}
            )
            found += [(run, outcome) for outcome in sorted(met, key=lambda outcome: place[outcome.rule])]
        return found

    def _runs_of(self, matter: str) -> list[Run]:
        return [run for run in self.runs if run.matter in (None, matter)]

    @property
    def unknown(self) -> list[dict[str, Json]]:
        """The facts still missing: name, place and the rulesets that wait for them."""
        waiting: dict[tuple[str, str], set[str]] = {}
        for run in self.runs:
            for name in run.verdict.unknown_facts:
                waiting.setdefault((run.compiled.ruleset.place_of(name), name), set()).add(run.ruleset)
        return [
            {"fact": name, "pointer": place, "rulesets": sorted(codes)}
            for (place, name), codes in sorted(waiting.items())
        ]

    def to_json(self) -> dict[str, Json]:
        """Give the evaluation as JSON, without the full trace (see ``trace``)."""
        return {
            "on": self.on.isoformat(),
            "matters": list(self.active),
            "undecided": list(self.undecided),
            "denied": bool(self.denials),
            "referred": bool(self.referrals),
            "required_materials": self.required,
            "waived_materials": self.waived,
            "outcomes": [
                {"ruleset": run.ruleset, "matter": run.matter, **outcome.to_json()}
                for run, outcome in self.outcomes
            ],
            "routes": sorted({to for run in self.runs for to in routes(run.compiled.ruleset, run.verdict)}),
            "limits": {code: dict(set_) for code in self.active if (set_ := self.limit_of(code))},
            "departments": {code: to for code in self.active if (to := self.department_of(code))},
            "unknown": self.unknown,
            "truths": [
                {"ruleset": run.ruleset, "matter": run.matter, "rules": dict(run.verdict.truths)}
                for run in self.runs
            ],
        }

    def trace(self) -> list[dict[str, Json]]:
        """Give the full trace of every rule of every run."""
        return [
            {"ruleset": run.ruleset, "matter": run.matter, "rules": run.compiled.trace(run.facts)}
            for run in self.runs
        ]


def compiled(composition: Composition, code: str, on: date) -> Compiled:
    """Compile one ruleset of the composition for a date (cached in the composition)."""
    return composition.remember(
        ("compiled", code, on), lambda: compile_ruleset(parse(composition.rulesets[code]), on)
    )


def evaluate(
    composition: Composition, answers: Mapping[str, Json], on: date, calendar: Calendar | None = None
) -> Evaluation:
    """Run the rulesets of a composed bundle on answers as of a date."""
    own = [
        code for code in composition.bundle.get("rulesets", ()) if _in_force(composition, code, answers, on)
    ]
    first = [code for code in own if composition.rulesets[code]["decides"] == "situations"]
    runs = [_run(composition, code, None, answers, on, calendar) for code in first]
    active, undecided = select_matters(composition, answers, runs)
    runs += [_run(composition, code, None, answers, on, calendar) for code in own if code not in first]
    for matter in active:
        runs += [
            _run(composition, code, matter, answers, on, calendar)
            for code in composition.matters[matter].get("rulesets", ())
            if _in_force(composition, code, answers, on)
        ]
    return Evaluation(on, active, undecided, tuple(runs))


def select_matters(
    composition: Composition, answers: Mapping[str, Json], runs: Iterable[Run]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the active matters, and those of which the answers so far do not decide."""
    met: set[str] = set()
    open_: set[str] = set()
    for run in runs:
        for outcome in run.verdict.outcomes:
            if outcome.type == "select_matter":
                (met if outcome.truth == "met" else open_).add(str(outcome.target))
    chosen = get(answers, CHOSEN)
    if isinstance(chosen, list):
        met |= {
            c
            for c in chosen
            if isinstance(c, str)
            and c in composition.matters
            and composition.matters[c]["selected"] == "by_choice"
        }
    active = tuple(
        code for code, matter in composition.matters.items() if matter["selected"] == "always" or code in met
    )
    undecided = tuple(code for code in composition.matters if code in open_ and code not in active)
    return active, undecided


def named_date(document: Mapping[str, Json], answers: Mapping[str, Json], on: date) -> date | None:
    """Give the date by which a ruleset is chosen: the answer it is ``dated_by``, else the day of decision.

    None when that answer is missing or no date.
    """
    if "dated_by" not in document:
        return on
    try:
        return date.fromisoformat(str(get(answers, str(document["dated_by"]))))
    except ValueError:
        return None


def _in_force(composition: Composition, code: str, answers: Mapping[str, Json], on: date) -> bool:
    document = composition.rulesets[code]
    day = (named_date(document, answers, on) or on).isoformat()
    return str(document.get("effective_from", day)) <= day <= str(document.get("effective_to", day))


def _run(
    composition: Composition,
    code: str,
    matter: str | None,
    answers: Mapping[str, Json],
    on: date,
    calendar: Calendar | None,
) -> Run:
    day = named_date(composition.rulesets[code], answers, on)
    rules = compiled(composition, code, day or on)
    # which edition applies is not known before its date is: until then nothing is decided by it
    facts = {} if day is None else extract_facts(rules.ruleset, answers, on, calendar)
    return Run(code, matter, rules, facts, rules.evaluate(facts))


def versions(composition: Composition) -> dict[str, str]:
    """Give the content hash of every ruleset used, for the record of a decision."""
    return {f"ruleset:{code}": digest(doc) for code, doc in sorted(composition.rulesets.items())}


__all__ = ["Evaluation", "Run", "evaluate", "select_matters", "versions"]
