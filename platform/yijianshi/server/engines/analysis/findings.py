"""What is wrong with a ruleset, each finding with its place and facts that show it.

Nothing is said that the compiled evaluator does not confirm on the witness; what Z3 does not
settle in time is reported as not settled, never as sound.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from ....core.definitions.canonical import canonical
from ....core.definitions.pointer import join
from ....core.definitions.types import Json, Problem, Severity, Text, text
from ....core.rules import Compiled, say_condition, say_facts
from ....core.rules.combine import way
from ....core.rules.sentences import Lang, Options, Titles, say_fact, say_target
from ....core.rules.types import And, Compare, Condition, Match, Member, Not, Or, OutcomeSpec, Rule
from .domains import Domain
from .model import Formula, Model
from .settings import Words, freed, least, waiting

MILLISECONDS = 400
"""For one question."""

SECONDS = 20.0
"""For one ruleset."""


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """A problem with the facts that show it, where there are any."""

    facts: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Json]:
        """Give the finding as JSON, with its facts."""
        told = Problem.to_json(self)
        return told if self.facts is None else {**told, "facts": dict(self.facts)}


Progress = Callable[[int, int], None]

ONE_OF_MANY = ("route", "set_limit", "assert")
"""Outcomes of which a case has one: two that differ are an overlap, none is a gap."""

_DECIDED = {
    "route": text("分送到哪里", "where it is sent"),
    "set_limit": text("办理时限", "the time limit"),
    "assert": text("认定的事实", "the fact that follows"),
}
"""They as their authors call them."""

_MATERIAL = text("材料", "the material")


def analyse(
    compiled: Compiled,
    domains: Mapping[str, Domain] | None = None,
    progress: Progress | None = None,
    seconds: float = SECONDS,
    titles: Titles | None = None,
    options: Options | None = None,
) -> list[Problem]:
    """Find contradictions, rules that never fire, overlaps, gaps, redundancy, and what the form implies.

    ``domains`` give by fact what the form allows, ``titles`` and ``options`` what is spoken of is called. Places are
    pointers into the ruleset.
    """
    return list(_Analysis(compiled, domains or {}, seconds, (titles, options)).run(progress))


class _Analysis:
    def __init__(
        self, compiled: Compiled, domains: Mapping[str, Domain], seconds: float, words: Words
    ) -> None:
        self._compiled = compiled
        self._ruleset = compiled.ruleset
        self._words = words
        self._model = Model(compiled, domains)
        self._until = time.monotonic() + seconds
        numbers = {rule.name: number for number, rule in enumerate(self._ruleset.rules)}
        self._read = tuple(numbers[rule.name] for rule in self._ruleset.read)
        """The rules by number as they are read: so the findings are told."""
        self._met = [z3.Bool(f"met {n}") for n in range(len(self._ruleset.rules))]
        self._solver = z3.Solver()
        self._solver.set("timeout", MILLISECONDS)
        self._solver.set("random_seed", 1)
        self._solver.add(*self._model.limits)
        for name, (met, _) in zip(self._met, self._model.rules, strict=True):
            self._solver.add(name == met)
        self._in_form = z3.Bool("in the form")
        self._pleasant = z3.Bool("pleasant")
        self._solver.add(z3.Implies(self._in_form, z3.And(*self._model.form)))
        self._solver.add(z3.Implies(self._pleasant, z3.And(*self._model.modest)))
        self._open: list[str] = []
        other = freed(compiled, domains)
        self._any_setting = self if other is None else _Analysis(*other, seconds, words)
        """Asks what would be if parameters that are facts were set otherwise."""
        self._any_setting._open = self._open

    def run(self, progress: Progress | None) -> Iterator[Problem]:
        """Yield the findings, in the order of the kinds."""
        steps = [self._dead, self._leaves, self._overlaps, self._redundant, self._gaps]
        for number, step in enumerate(steps):
            if progress:
                progress(number, len(steps))
            yield from step()
        if self._open:
            yield Problem(
                "/rules",
                "not-settled",
                text(
                    f"有 {len(self._open)} 个问题在限定时间内未能判定，例如：{self._open[0]}",
                    f"{len(self._open)} question(s) were not settled in time, such as: {self._open[0]}",
                ),
                text(
                    "可简化条件，或用测试用例覆盖", "simplify the conditions, or cover them with test cases"
                ),
                severity="note",
            )

    def ask(self, what: str, *wanted: Formula, witness: bool = True) -> Any:
        """Give facts (None when there are none) that meet the formulas; ``unknown`` when not settled.

        Without ``witness`` that there are some is told by no facts in particular.
        """
        if time.monotonic() > self._until:
            self._open.append(what)
            return "unknown"
        for extra in ((self._pleasant,), ()) if witness else ((),):
            result = self._solver.check(*wanted, *extra)
            if result == z3.sat:
                return self._model.facts(self._solver.model()) if witness else {}
        if result == z3.unknown:
            self._open.append(what)
            return "unknown"
        return None

    def show(self, *wanted: Formula) -> Any:
        """Give facts that show what is already settled; that there was no time for them opens no question."""
        opened = len(self._open)
        found = self.ask("", *wanted)
        del self._open[opened:]
        return found

    def _dead(self) -> Iterator[Problem]:
        self._alive: dict[int, bool] = {}
        for number in self._read:
            rule = self._ruleset.rules[number]
            place = join("rules", rule.name)
            found = self.ask(f"{rule.called['zh']}?", self._met[number], self._in_form, witness=False)
            self._alive[number] = found is not None
            if found is not None:
                continue
            waits = self._waits(number)
            if waits is not None:
                yield from waits
                continue
            beyond = self.ask(f"{rule.called['zh']}?", self._met[number])
            wider = beyond
            if beyond is None and self._any_setting is not self:
                wider = self._any_setting.ask(f"{rule.called['zh']}?", self._any_setting._met[number])
            if wider is None:
                both = self._conflict(rule.condition)
                yield _problem(
                    place,
                    "contradiction",
                    text(
                        f"规则“{rule.called['zh']}”自相矛盾，永远不会成立{both['zh']}",
                        f"the rule {rule.called['en']!r} contradicts itself and is never met{both['en']}",
                    ),
                    text("请核对条件", "check the conditions"),
                    "error",
                )
            else:
                yield _problem(
                    place,
                    "never-in-form",
                    text(
                        f"按表单的取值规则，规则“{rule.called['zh']}”永远不会成立{self._such(wider, 'zh')}",
                        f"as the form limits its answers, the rule {rule.called['en']!r} is never met{self._such(wider, 'en')}",
                    ),
                    text("请放宽表单，或删除规则", "widen the form, or remove the rule"),
                    facts=beyond,
                )

    def _waits(self, number: int) -> list[Problem] | None:
        """Say with which other setting of parameters a rule would be met; None where with none."""
        other, rule = self._any_setting, self._ruleset.rules[number]
        met = other._met[number], other._in_form
        found = other.ask(f"{rule.called['zh']}?", *met) if other is not self else None
        if not isinstance(found, dict):
            # not settled it is told as such, and as no fault
            return None if found is None else []
        settings = {n: f.otherwise for n, f in self._ruleset.facts.items() if f.parameter}
        return [
            waiting(
                other._model,
                rule,
                settings,
                least(other.show, other._model, met, settings, found),
                self._words,
            )
        ]

    def _conflict(self, condition: Condition) -> Text:
        """Name two parts of a condition that cannot both be; nothing where no two do by themselves."""
        parts = condition.parts if isinstance(condition, And) else ()
        for one, two in itertools.combinations(parts, 2):
            met = [self._any_setting._model.rails(each, {})[0] for each in (one, two)]
            if self._any_setting.ask("?", *met, witness=False) is None:
                said = [
                    [say_condition(self._ruleset, part, lang, *self._words) for part in (one, two)]
                    for lang in ("zh", "en")
                ]
                return text(
                    f"：“{said[0][0]}”与“{said[0][1]}”不能同时成立",
                    f": “{said[1][0]}” and “{said[1][1]}” cannot both be",
                )
        return text("", "")

    def _such(self, facts: Any, lang: Lang) -> str:
        """Say what facts it would take; nothing where that was not settled."""
        said = say_facts(self._ruleset, facts, lang, *self._words) if isinstance(facts, dict) else ""
        return "" if not said else f"（须如：{said}）" if lang == "zh" else f" (it would take: {said})"

    def _as(self, facts: Any, lang: Lang) -> str:
        """Say facts as an example; nothing where that was not settled."""
        said = say_facts(self._ruleset, facts, lang, *self._words) if isinstance(facts, dict) else ""
        return "" if not said else f"，如：{said}" if lang == "zh" else f", as with {said}"

    def _leaves(self) -> Iterator[Problem]:
        """Comparisons that the form alone decides."""
        for number in self._read:
            rule = self._ruleset.rules[number]
            if not self._alive[number]:
                continue
            for leaf in _comparisons(rule.condition):
                if self._ruleset.scope[leaf.fact].asserted:
                    continue  # what rules assert is theirs, not the form's
                met, unmet = self._model.rails(leaf, {})
                for formula, always in ((unmet, True), (met, False)):
                    if self.ask(leaf.pointer, formula, self._in_form, witness=False) is None:
                        shown = self.show(met if always else unmet, self._in_form)
                        yield _problem(
                            leaf.pointer,
                            "implied-by-form",
                            text(
                                f"按表单和类型，此条件总是{'成立' if always else '不成立'}{self._as(shown, 'zh')}",
                                f"by the form and the types this condition is {'always' if always else 'never'} met{self._as(shown, 'en')}",
                            ),
                            text("请删去，或核对界限值", "remove it, or check the limit"),
                            facts=shown,
                        )
                        break

    def _overlaps(self) -> Iterator[Problem]:
        rules = self._ruleset.rules
        # of two that are met the one with the smaller priority stands, of equal ones the first by name
        ranked = sorted(range(len(rules)), key=lambda number: (rules[number].priority, number))
        for first, second in itertools.combinations(ranked, 2):
            clash = _clash(rules[first], rules[second])
            if clash is None or not (self._alive[first] and self._alive[second]):
                continue
            names = f"{rules[first].name} / {rules[second].name}"
            found = self.ask(names, self._met[first], self._met[second], self._in_form)
            if not isinstance(found, dict) or not self._confirmed(found, first, second):
                continue
            ordered = rules[first].priority != rules[second].priority
            stands = self._stands(clash.type, rules[first], rules[second])
            yield _problem(
                join("rules", rules[second].name),
                "overlap",
                text(
                    f"{say_facts(self._ruleset, found, 'zh', *self._words)}：规则“{rules[first].called['zh']}”与“{rules[second].called['zh']}”都成立，结果不同（{self._about(clash, 'zh')}）"
                    + stands["zh"],
                    f"{say_facts(self._ruleset, found, 'en', *self._words)}: the rules {rules[first].called['en']!r} and {rules[second].called['en']!r} are both met, with two outcomes ({self._about(clash, 'en')})"
                    + stands["en"],
                ),
                text(
                    "请让条件互斥，或用优先级排定先后",
                    "make the conditions exclude one another, or order them by priority",
                ),
                "note" if ordered else "warning",
                facts=found,
            )

    def _about(self, outcome: OutcomeSpec, lang: Lang) -> str:
        """Say what is decided: the kind of outcome in words, and the fact or material that it is of."""
        word = _DECIDED.get(outcome.type, _MATERIAL)[lang]
        if outcome.type == "assert":
            target = say_fact(self._ruleset, str(outcome.target), lang, self._words[0])
        elif outcome.type in _DECIDED:
            return word
        else:
            target = say_target(self._ruleset, outcome, lang, self._words[0])
        return f"{word}“{target}”" if lang == "zh" else f"{word} “{target}”"

    def _stands(self, kind: str, one: Rule, other: Rule) -> Text:
        """Say which of two rules that are met stands, and that it is read after the other where it is."""
        if way(self._ruleset, kind) != "first":
            return text("", "")
        ordered = one.priority != other.priority
        read = [rule.name for rule in self._ruleset.read]
        late = read.index(one.name) > read.index(other.name)
        zh = f"，{'按优先级' if ordered else '优先级相同，按编码'}取“{one.called['zh']}”"
        en = f", of which {'the priority' if ordered else 'the name, at equal priority,'} takes {one.called['en']!r}"
        return text(
            zh + ("（它排在后面）" if late else ""), en + (" (which stands after it)" if late else "")
        )

    def _redundant(self) -> Iterator[Problem]:
        rules = self._ruleset.rules
        for first, second in itertools.permutations(self._read, 2):
            if not (self._alive[first] and self._alive[second]) or not _same(rules[first], rules[second]):
                continue
            narrow, wide = rules[first], rules[second]
            beyond = self._met[first], z3.Not(self._met[second])
            if self.ask(f"{narrow.called['zh']} ⇒ {wide.called['zh']}", *beyond, witness=False) is None:
                if self._any_setting is not self and self._any_setting.beyond(first, second):
                    continue  # with another setting of a parameter it would not be
                back = self._met[second], z3.Not(self._met[first])
                both = self.ask(narrow.name, *back, witness=False) is None
                if both and self._read.index(first) < self._read.index(second):
                    continue  # the two are one: told of the later
                facts = self.show(self._met[first], self._in_form)
                yield _problem(
                    join("rules", narrow.name),
                    "redundant",
                    text(
                        f"规则“{narrow.called['zh']}”成立时“{wide.called['zh']}”总已成立且结果相同，属多余{self._as(facts, 'zh')}",
                        f"whenever the rule {narrow.called['en']!r} is met so is {wide.called['en']!r}, with the same outcome: it is redundant{self._as(facts, 'en')}",
                    ),
                    text("请删除其一", "remove one of them"),
                    facts=facts,
                )

    def beyond(self, one: int, other: int) -> bool:
        """Tell whether a rule may be met where another is not; also where that is not settled."""
        return self.show(self._met[one], z3.Not(self._met[other])) is not None

    def _gaps(self) -> Iterator[Problem]:
        for kind in ONE_OF_MANY:
            by_target: dict[str, list[int]] = {}
            kinds: dict[str, OutcomeSpec] = {}
            for number, rule in enumerate(self._ruleset.rules):
                for outcome in rule.outcomes:
                    if outcome.type == kind:
                        target = str(outcome.target) if kind == "assert" else ""
                        by_target.setdefault(target, []).append(number)
                        kinds.setdefault(target, outcome)
            for target, numbers in by_target.items():
                if target and self._ruleset.facts[target].otherwise is not None:
                    continue
                if kind != "assert":
                    # where a case is denied or handed to a person, nothing further is to be decided
                    numbers = numbers + self._stopping()
                unmet = [self._model.rules[number][1] for number in numbers]
                found = self.ask(f"{kind} {target}", *unmet, self._in_form)
                if isinstance(found, dict) and self._undecided(found, numbers):
                    yield _problem(
                        "/rules",
                        "gap",
                        text(
                            f"{say_facts(self._ruleset, found, 'zh', *self._words)}：没有规则给出结果（{self._about(kinds[target], 'zh')}）",
                            f"{say_facts(self._ruleset, found, 'en', *self._words)}: no rule decides ({self._about(kinds[target], 'en')})",
                        ),
                        text("请补一条规则，或写明“否则”", "add a rule, or say what holds otherwise"),
                        facts=found,
                    )

    def _stopping(self) -> list[int]:
        rules = enumerate(self._ruleset.rules)
        return [n for n, rule in rules if any(o.type in ("deny", "refer") for o in rule.outcomes)]

    def _confirmed(self, facts: Mapping[str, Any], *numbers: int) -> bool:
        truths = self._compiled.decide(facts)
        return all(truths[number] is True for number in numbers)

    def _undecided(self, facts: Mapping[str, Any], numbers: list[int]) -> bool:
        truths = self._compiled.decide(facts)
        return all(truths[number] is False for number in numbers)


def _problem(
    place: str, code: str, message: Text, remedy: Text, severity: Severity = "warning", facts: Any = None
) -> Finding:
    shown = facts if isinstance(facts, dict) else None
    return Finding(place, code, message, remedy, severity=severity, facts=shown)


def _comparisons(node: Condition) -> Iterator[Compare | Member | Match]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _comparisons(part)
    elif isinstance(node, Not):
        yield from _comparisons(node.part)
    elif isinstance(node, Compare | Member | Match):
        yield node


def _key(outcome: OutcomeSpec) -> tuple[str, str | None, bytes, str | None]:
    return outcome.type, outcome.target, canonical(outcome.value), outcome.matter


def _same(one: Rule, two: Rule) -> bool:
    return sorted(map(_key, one.outcomes)) == sorted(map(_key, two.outcomes))


def _clash(one: Rule, two: Rule) -> OutcomeSpec | None:
    """Give the outcome of the first in which two rules differ, when a case can have only one of it."""
    for mine in one.outcomes:
        for other in two.outcomes:
            if mine.type == other.type and mine.type in ONE_OF_MANY:
                same_fact = mine.type != "assert" or mine.target == other.target
                if same_fact and _key(mine) != _key(other):
                    return mine
            if {mine.type, other.type} == {
                "require_material",
                "waive_material",
            } and mine.target == other.target:
                return mine
    return None
