"""What a bundle is made of, as far as it is whole: what its laws read instead of a composition.

``compose`` needs every part; here a matter that is broken or not there leaves the others to be looked at.
What it might have held is *possible*: of that no law says that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from ..bundles.materials import MergedMaterial, merge_materials
from ..bundles.plan import find_cycles, plan
from ..bundles.schemas import Leaf, leaves
from ..definitions.pointer import get, join, tokens
from ..definitions.types import text
from ..rules import Reading, read
from .whole import Part, Shelf

SITUATIONS = "situations"


@dataclass(frozen=True)
class Joined:
    """A bundle with what it refers to."""

    part: Part
    shelf: Shelf

    @cached_property
    def entries(self) -> dict[str, Part]:
        """The entries of the bundle by the code of their matter; of two the later."""
        named = ((entry.text("/matter"), entry) for _, entry in self.part.each("/matters"))
        return {code: entry for code, entry in named if code is not None}

    @cached_property
    def matters(self) -> dict[str, Part]:
        """The matters that there are."""
        found = {code: self.shelf.find("matter", code) for code in sorted(self.entries)}
        return {code: matter for code, matter in found.items() if matter is not None}

    def may_be(self, code: str) -> bool:
        """Tell whether a matter is in the bundle, or would be if an entry were not broken."""
        return code in self.entries or (self.lacking and self.shelf.find("matter", code) is not None)

    @cached_property
    def lacking(self) -> bool:
        """Tell whether one of the matters is not there, or which one is meant is broken."""
        listed = self.part.document.get("matters")
        count = len(listed) if isinstance(listed, list) else 1
        return sum(entry.text("/matter") in self.matters for _, entry in self.part.each("/matters")) < count

    @cached_property
    def waits(self) -> dict[str, tuple[str, ...]]:
        """What each matter waits for, among those listed."""
        found = {}
        for code, entry in self.entries.items():
            named = [wait.text("") for _, wait in entry.each("/after")]
            found[code] = tuple(each for each in named if each is not None and each in self.entries)
        return found

    def waits_whole(self, code: str) -> bool:
        """Tell whether all that a matter waits for is known."""
        entry = self.entries[code]
        listed = entry.get("/after", list)
        count = len(listed) if isinstance(listed, list) else 0
        return entry.stands("/after") and len(self.waits[code]) == count

    @cached_property
    def circles(self) -> list[tuple[str, ...]]:
        """Matters that wait for one another."""
        return find_cycles(self.waits)

    @cached_property
    def days(self) -> int:
        """The days that the plan takes at least: limits that are broken, and circles, count nothing."""
        turning = {(one, two) for circle in self.circles for one, two in pairwise(circle)}
        after = {
            code: tuple(wait for wait in waits if (code, wait) not in turning)
            for code, waits in self.waits.items()
        }
        promised = {code: matter.number("/promised_limit/days") for code, matter in self.matters.items()}
        return plan(after, {code: {"days": promised.get(code) or 0} for code in after}).days

    @cached_property
    def forms(self) -> dict[str, Part]:
        """The forms by their owner: the situations, then the matters in the order of their codes."""
        own = {SITUATIONS: self.part.at("/situations")} if "situations" in self.part.document else {}
        return own | {code: matter.at("/form") for code, matter in self.matters.items()}

    @cached_property
    def fields(self) -> dict[str, list[tuple[str, Leaf]]]:
        """Each place in the answers with who asks there, and for what."""
        found: dict[str, list[tuple[str, Leaf]]] = {}
        for owner, form in self.forms.items():
            for leaf in leaves(form.mapping("/schema")):
                found.setdefault(leaf.pointer, []).append((owner, leaf))
        return found

    def asked(self, pointer: str) -> str | None:
        """Give the place of the field at a pointer, or of the one it lies in."""
        while pointer and pointer not in self.fields:
            pointer = pointer.rpartition("/")[0]
        return pointer or None

    def may_be_asked(self, pointer: str) -> bool:
        """Tell whether a broken form, or one that is not there, may ask for what stands at a pointer.

        It may ask for any element, and for what is its owner's alone.
        """
        unsure = {owner for owner, form in self.forms.items() if not form.whole("/schema")}
        if not self.part.stands("/situations"):
            unsure.add(SITUATIONS)
        if self.lacking:
            unsure |= {*self.entries, *(matter["code"] for matter in self.shelf.library.all("matter"))}
            unsure -= {code for code, matter in self.matters.items() if matter.whole("/form/schema")}
        if not unsure:
            return False
        names = tokens(pointer)
        own = {"situation" if owner == SITUATIONS else owner.replace("-", "_") for owner in unsure}
        places = (".".join(names[:length]) for length in range(1, len(names) + 1))
        return names[0] in own or any(self.shelf.library.has("element", place) for place in places)

    @cached_property
    def rulesets(self) -> dict[str, Part | None]:
        """The rulesets that the bundle and its matters name; None for one that is not there."""
        named = [each.text("") for _, each in self.part.each("/rulesets")]
        for matter in self.matters.values():
            named += [each.text("") for _, each in matter.each("/rulesets")]
        return {
            code: self.shelf.find("ruleset", code) for code in sorted({c for c in named if c is not None})
        }

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """The rulesets that there are, as far as they can be read."""
        return {code: read(part.document, part.broken) for code, part in self.rulesets.items() if part}

    def outcomes(self, key: str) -> tuple[dict[str, set[str]], bool]:
        """Give what the outcomes of a kind name, by ruleset, and whether that is all that they name."""
        found: dict[str, set[str]] = {}
        known = None not in self.rulesets.values() and self._lists_whole("/rulesets")
        for code, part in self.rulesets.items():
            named = found.setdefault(code, set())
            rules = part.document.get("rules") if part else None
            for name in rules if isinstance(rules, Mapping) else ():
                for outcome in self._run(code, name):
                    target = outcome.text("/" + key)
                    known = known and outcome.stands("/" + key)
                    named |= {target} if target is not None else set()
            known = known and part is not None and part.stands("/rules")
        return found, known

    def _run(self, code: str, rule: str) -> Iterator[Part]:
        """Yield the outcomes of a rule, broken ones too."""
        part = self.rulesets[code]
        if part is None:
            return
        place = join("rules", rule, "run")
        run = get(part.document, place)
        for index in range(len(run) if isinstance(run, list) else 0):
            yield part.at(place + join(index))
        if not isinstance(run, list):
            yield part.at(place)

    def _lists_whole(self, pointer: str) -> bool:
        return not self.lacking and all(each.whole(pointer) for each in (self.part, *self.matters.values()))

    @cached_property
    def materials(self) -> list[MergedMaterial]:
        """The one set of materials of every matter together, of the uses and results that are whole."""
        plain: dict[str, dict[str, Any]] = {}
        matters: list[Mapping[str, Any]] = []
        for code, matter in self.matters.items():
            keys = ("material", "necessity", "obtain")
            uses = [
                {key: use.text("/" + key) for key in keys}
                for _, use in matter.each("/materials")
                if all(use.text("/" + key) is not None for key in keys)
            ]
            made = [result.text("/material") for _, result in matter.each("/results")]
            for name in [*(use["material"] for use in uses), *made]:
                plain[str(name)] = self._material(str(name))
            matters.append(
                {
                    "code": code,
                    "title": text(code, code),
                    "materials": uses,
                    "results": [{"material": name} for name in made if name is not None],
                }
            )
        return merge_materials(matters, plain)

    def _material(self, code: str) -> dict[str, Any]:
        found = self.shelf.find("material", code)
        shared = found is not None and "shared_source" in found.document
        nobody = {"shared_source": {"system": text("", "")}} if shared else {}
        return {"code": code, "title": text(code, code), **nobody}

    @cached_property
    def counts_materials(self) -> bool:
        """Tell whether every use and result is whole, so that the materials are all there are."""
        documents = [self.shelf.find("material", material.code) for material in self.materials]
        return (
            self._lists_whole("/materials")
            and self._lists_whole("/results")
            and all(each is not None and each.stands("/shared_source") for each in documents)
        )
