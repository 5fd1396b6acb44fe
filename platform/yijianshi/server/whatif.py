"""What a draft of a ruleset would change: stored cases, or made-up ones, decided under both editions.

Nothing personal leaves: cases are opened with their keys one after the other, only what the rules
read is held, in memory, and the answer is counts and case numbers. That it was done is in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from ..core.bundles.evaluate import named_date
from ..core.deadlines import Calendar
from ..core.definitions.canonical import digest
from ..core.definitions.library import Library
from ..core.definitions.types import Json, text
from ..core.rules import Compiled, Facts, Ruleset, compile_ruleset, extract_facts, parse
from ..core.rules.boundaries import at_random
from .cases.records import Records
from .cases.replay import Replayed, count, pinned, replayed
from .engines.whatif import SAMPLES, Difference, Editions, compare, merged
from .errors import Refusal
from .registry.service import RegistryService
from .store.protocol import Reader

TOGETHER = 200_000
"""Cases held in memory at a time."""

Progress = Callable[[int, int], None]
Document = Mapping[str, Any]
Both = tuple[Compiled, Facts]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would change: over how many cases, how many do not run the ruleset, and who is decided differently.

    ``cases`` of the difference are those that at least one of the editions is run for.
    """

    ruleset: str
    against: str
    seen: int
    erased: int
    difference: Difference

    def to_json(self) -> dict[str, Json]:
        """Give the report as JSON."""
        return {
            "ruleset": self.ruleset,
            "against": self.against,
            "seen": self.seen,
            "erased": self.erased,
            **self.difference.to_json(),
        }


class Edition:
    """A ruleset as it is run on a case: of the day its own document names, or not at all."""

    def __init__(self, document: Document, calendar: Calendar | None) -> None:
        """Raises RulesetError for a document that cannot be read."""
        self.document = document
        self.ruleset = parse(document)
        self._calendar = calendar
        self._compiled: dict[tuple[Any, ...], Compiled] = {}
        self._absent = compile_ruleset(_without_rules(self.ruleset), date.min)

    def on(self, day: date) -> Compiled:
        """Compile for a day; days on which every parameter is the same share one."""
        key = tuple(parameter.on(day) for parameter in self.ruleset.parameters.values())
        if key not in self._compiled:
            self._compiled[key] = compile_ruleset(self.ruleset, day)
        return self._compiled[key]

    def run(self, answers: Mapping[str, Json], on: date) -> Both:
        """Give the compiled edition and the facts it is run on; one without rules when it is not in force.

        As ``core.bundles.evaluate`` does it.
        """
        named = named_date(self.document, answers, on)
        day = named or on
        if not self.in_force(day):
            return self._absent, {}
        return self.on(day), {} if named is None else extract_facts(self.ruleset, answers, on, self._calendar)

    def in_force(self, day: date) -> bool:
        """Tell whether the day lies in the edition's period."""
        told = day.isoformat()
        return (self.ruleset.effective_from or told) <= told <= (self.ruleset.effective_to or told)


class Comparison:
    """Cases gathered by the parameters that hold for them, each group decided by one query."""

    def __init__(self, samples: int = SAMPLES) -> None:
        self._samples = samples
        self._groups: dict[tuple[int, int], tuple[Editions, list[tuple[str, Facts, Facts]]]] = {}
        self._held = 0
        self._found: list[Difference] = []

    def add(self, case: str, old: Both, new: Both) -> None:
        """Add a case under both editions; one that neither is run for counts for nothing."""
        if not old[0].ruleset.rules and not new[0].ruleset.rules:
            return
        key = id(old[0]), id(new[0])
        if key not in self._groups:
            self._groups[key] = Editions(old[0], new[0]), []
        self._groups[key][1].append((case, old[1], new[1]))
        self._held += 1
        if self._held >= TOGETHER:
            self._decide()

    def result(self) -> Difference:
        """Decide what is still held, and give everything found."""
        self._decide()
        return merged(self._found, self._samples)

    def _decide(self) -> None:
        for editions, cases in self._groups.values():
            if cases:
                self._found.append(compare(editions, cases, self._samples))
                cases.clear()
        self._held = 0


def stored(
    registry: RegistryService,
    records: Records,
    calendar: Calendar | None,
    draft: Document,
    *,
    actor: str,
    against: Document | None = None,
    on: date | None = None,
    samples: int = SAMPLES,
    progress: Progress | None = None,
) -> WhatIf:
    """Decide every stored case that ran the ruleset under the draft and under the published edition.

    Each case is decided as of the day it was received, or as of ``on``. ``against`` is another edition
    than the one in force. Raises Refusal 404 when nothing is published to hold the draft against, and
    422 when a document cannot be read; writes one journal entry.
    """
    old = Edition(against or published(registry.library(on), str(draft["code"])), calendar)
    new = Edition(draft, calendar)
    name = f"ruleset:{old.ruleset.code}"
    comparison = Comparison(samples)
    seen = erased = 0
    with registry.store.read() as reader:
        locks = pinned(reader, name)
        concerned = _Concerned(registry, old.ruleset.code)
        total = count(reader, locks) if locks else 0
        for case in _told(records, reader, locks, total, progress):
            if not concerned(case):
                continue
            seen += 1
            if case.answers is None:
                erased += 1
                continue
            day = on or case.received_on
            comparison.add(case.number, old.run(case.answers, day), new.run(case.answers, day))
    result = WhatIf(new.ruleset.code, old.ruleset.code, seen, erased, comparison.result())
    with registry.store.write() as writer:
        entry = {
            "draft": digest(draft),
            "against": digest(old.document),
            "cases": seen - erased,
            "changed": result.difference.changed,
        }
        writer.append("definition.replayed", name, actor, entry, registry.now())
    return result


def generated(
    draft: Document,
    against: Document,
    number: int,
    on: date,
    *,
    samples: int = SAMPLES,
    progress: Progress | None = None,
) -> WhatIf:
    """Decide so many made-up cases, of values at the limits of both editions, under both."""
    old, new = Edition(against, None), Edition(draft, None)
    editions = old.on(on), new.on(on)
    comparison = Comparison(samples)
    width = len(str(max(number - 1, 0)))
    for index, (before, after) in enumerate(islice(made_up(*editions), number)):
        if progress and index % 1000 == 0:
            progress(index, number)
        comparison.add(f"{index:0{width}}", (editions[0], before), (editions[1], after))
    if progress:
        progress(number, number)
    return WhatIf(new.ruleset.code, old.ruleset.code, number, 0, comparison.result())


def made_up(old: Compiled, new: Compiled) -> Iterator[tuple[Facts, Facts]]:
    """Yield facts for both editions, by turns of the values of the one and the other.

    A fact that both read from one place, of one type, is the same for both.
    """
    shared = [name for name, fact in new.ruleset.facts.items() if old.ruleset.facts.get(name) == fact]
    endless = 1 << 62
    for before, after in zip(at_random(old, endless, 1), at_random(new, endless, 2), strict=True):
        yield before, _over(after, before, shared)
        yield _over(before, after, shared), after


def published(library: Library, code: str) -> Document:
    """Give the edition in force; Refusal 404 when there is none."""
    if not library.has("ruleset", code):
        raise Refusal(
            404,
            "nothing-published",
            text(
                f"没有已发布的规则集“{code}”可供比较",
                f"no ruleset {code} is published that the draft could be held against",
            ),
            text("请指明与哪一版比较", "name the edition to hold it against"),
        )
    return library.get("ruleset", code)


class _Concerned:
    """Tells whether a case runs a ruleset: its bundle does, or a matter that it is for."""

    def __init__(self, registry: RegistryService, code: str) -> None:
        self._registry = registry
        self._code = code
        self._users: dict[str, frozenset[str]] = {}

    def __call__(self, case: Replayed) -> bool:
        key = digest(dict(case.lock))
        if key not in self._users:
            library = self._registry.locked_library(dict(case.lock))
            self._users[key] = frozenset(
                f"{kind}:{code}" for kind, code in library.users("ruleset", self._code)
            )
        users = self._users[key]
        return f"bundle:{case.bundle}" in users or any(f"matter:{code}" in users for code in case.matters)


def _told(
    records: Records, reader: Reader, locks: Any, total: int, progress: Progress | None
) -> Iterable[Replayed]:
    for number, case in enumerate(replayed(records, reader, locks) if locks else ()):
        if progress and number % 100 == 0:
            progress(number, total)
        yield case
    if progress:
        progress(total, total)


def _over(facts: Facts, others: Facts, shared: Iterable[str]) -> Facts:
    result = {name: value for name, value in facts.items() if name not in shared}
    return result | {name: others[name] for name in shared if name in others}


def _without_rules(ruleset: Ruleset) -> Ruleset:
    """Give the edition that is not in force: it gives no outcome to anybody."""
    return replace(ruleset, rules=(), facts={}, parameters={}, order=())
