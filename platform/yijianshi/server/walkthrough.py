"""走流程: made-up applicants who go through a whole bundle, on the services that serve real ones.

Each is in another situation. He opens a draft, fills the form in page by page with sample answers,
hands in what he is asked for, reads what the rules say, submits, and looks at his case. Where he
cannot go on he is stuck, and what the page told him there is kept. A rule that denies him is no
obstacle of the form: he is told why before he submits, and counted apart.

It writes drafts and cases, so it is only ever run on a store that is thrown away afterwards.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..core.bundles.compose import Composition
from ..core.definitions.pointer import MISSING, get
from ..core.definitions.types import Json, Text, text
from ..core.forms.page import page_fields
from ..core.forms.samples import sample_answers
from ..core.forms.situations import situations
from ..core.forms.state import field_of
from .accounts.service import Account
from .apply.filling import FIELD_FORMATS
from .apply.service import Work, fingerprint
from .context import Platform
from .errors import Refusal
from .uploads import inspect

Step = Literal["form", "materials", "review", "submission"]
PASSWORD = "a-walk-through-only"  # noqa: S105 - of an account in a store that is thrown away
_PAGES = 100
"""More pages than any form has; a form that leads in a circle ends here."""


@dataclass(frozen=True)
class Stop:
    """Why an applicant cannot go on: at which step, at which field, material or rule, and what he is told."""

    step: Step
    place: str
    code: str
    message: Text
    basis: str = ""


@dataclass(frozen=True)
class Walk:
    """One applicant: the situation he is in, the matters he got, and how it ended."""

    situation: dict[str, Json]
    matters: tuple[str, ...]
    ended: Literal["passed", "denied", "stuck"]
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True)
class Report:
    """All who went through one bundle; ``every`` tells whether no situation worth trying was left out."""

    composition: Composition
    every: bool
    walks: tuple[Walk, ...]

    def count(self, ended: str) -> int:
        """Give how many ended so."""
        return sum(walk.ended == ended for walk in self.walks)

    @property
    def unreached(self) -> list[str]:
        """The matters that nobody got."""
        return sorted(set(self.composition.matters) - {code for walk in self.walks for code in walk.matters})

    def to_json(self) -> dict[str, Json]:
        """Give the report as ``walkthrough --json`` prints it."""
        passed, stuck = self.count("passed"), self.count("stuck")
        could = passed + stuck
        rate = f"{passed / could:.1%}" if could else "—"
        return {
            "bundle": self.composition.bundle["code"],
            "title": dict(self.composition.bundle["title"]),
            "applicants": len(self.walks),
            "every_situation": self.every,
            "passed": passed,
            "denied": self.count("denied"),
            "stuck": stuck,
            "rate": passed / could if could else None,
            "formula": {
                "zh": f"畅通率 = 走通 ÷（走通 + 受阻）= {passed} ÷ {could} = {rate}",
                "en": f"pass rate = passed ÷ (passed + stuck) = {passed} ÷ {could} = {rate}",
            },
            "matters": {
                code: sum(code in walk.matters for walk in self.walks) for code in self.composition.matters
            },
            "unreached": list(self.unreached),
            "stops": self._stops("stuck"),
            "denials": self._stops("denied"),
        }

    def _stops(self, ended: str) -> list[Json]:
        """Give each different reason once, the most frequent first, with the first situation it met."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for walk in self.walks:
            for stop in walk.stops if walk.ended == ended else ():
                entry = found.setdefault(
                    (stop.step, stop.place, stop.code),
                    {
                        "step": stop.step,
                        "place": stop.place,
                        "title": dict(self.composition.title(stop.place)) if stop.step == "form" else None,
                        "code": stop.code,
                        "message": dict(stop.message),
                        "basis": stop.basis,
                        "count": 0,
                        "situation": walk.situation,
                    },
                )
                entry["count"] += 1
        return sorted(found.values(), key=lambda entry: (-entry["count"], entry["place"]))


def walk_through(
    platform: Platform, bundle: str, limit: int, seed: int = 0, progress: Callable[[int], None] | None = None
) -> Report:
    """Send at most ``limit`` applicants through a bundle, each in another situation."""
    today = platform.drafts.today()
    composition = platform.compositions.current(bundle, today).composition
    chosen, every = situations(composition, today, limit, seed, platform.calendar)
    name = f"walk-{bundle}"
    account = platform.accounts.create(name, PASSWORD, "applicant", "走流程 / walkthrough")
    walks = []
    for number, situation in enumerate(chosen):
        walks.append(_Applicant(platform, account, bundle, situation, seed + number).walk())
        if progress:
            progress(number + 1)
    return Report(composition, every, tuple(walks))


class _Stuck(Exception):
    def __init__(self, *stops: Stop) -> None:
        super().__init__(*stops)
        self.stops = stops


class _Applicant:
    """One applicant on his way."""

    def __init__(
        self, platform: Platform, account: Account, bundle: str, situation: dict[str, Json], seed: int
    ) -> None:
        self.platform, self.account, self.bundle = platform, account, bundle
        self.situation, self.seed = situation, seed

    def walk(self) -> Walk:
        """Go from the first page to the case."""
        draft = self.platform.drafts.begin(self.account, self.bundle, {})
        try:
            self._fill(draft)
            self._hand_in(draft)
            denied = self._read(draft)
            if denied:
                return Walk(self.situation, self._active(draft), "denied", denied)
            self._submit(draft)
        except _Stuck as stuck:
            return Walk(self.situation, self._active(draft), "stuck", stuck.stops)
        else:
            return Walk(self.situation, self._active(draft), "passed")
        finally:
            if self.platform.drafts.get(self.account, draft).case_id is None:
                self.platform.drafts.discard(self.account, draft)

    def _work(self, draft: str) -> Work:
        return self.platform.drafts.open(self.account, draft)

    def _active(self, draft: str) -> tuple[str, ...]:
        return self._work(draft).state.active

    def _fill(self, draft: str) -> None:
        """Fill in page after page; a page is behind him when nothing is said to be wrong on it."""
        work = self._work(draft)
        answers = sample_answers(
            work.composed.composition,
            self.platform.drafts.today(),
            self.seed,
            calendar=self.platform.calendar,
            given=self.situation,
        )
        done: set[str] = set()
        for _ in range(_PAGES):
            page = next((p for p in work.state.pages if p["code"] not in done), None)
            if page is None:
                return
            open_: list[str] = []
            shown = list(page["fields"])
            while shown != open_:  # what is answered may make more be asked on the same page
                open_ = shown
                self._save(draft, work, open_, answers)
                work = self._work(draft)
                shown = page_fields(work.state, page["code"])
            wrong = [e for e in work.state.errors if field_of(e.pointer, open_) is not None]
            if wrong:
                raise _Stuck(*(Stop("form", e.pointer, e.code, e.message) for e in wrong))
            done.add(page["code"])

    def _save(self, draft: str, work: Work, fields: list[str], answers: Mapping[str, Json]) -> None:
        changes: dict[str, Json] = {}
        for pointer in fields:
            field, value = work.composed.composition.fields[pointer], get(answers, pointer)
            if field.compute or field.type == "note" or value is MISSING:
                continue
            changes[pointer] = self._uploaded(draft, pointer) if field.type == "file" else value
        if changes:
            shown = fingerprint(work.draft.answers, changes)
            self.platform.drafts.save(self.account, draft, changes, base=shown)

    def _uploaded(self, draft: str, pointer: str) -> Json:
        upload = inspect("附件.pdf", sample_file("pdf"), FIELD_FORMATS)
        kept = self.platform.materials.attach_to_field(self.account, draft, pointer, upload)
        return {"upload": kept.id, "filename": kept.filename}

    def _hand_in(self, draft: str) -> None:
        """Hand in one file of a permitted format for everything asked for."""
        work = self._work(draft)
        for material in work.state.materials:
            if not material.asked:
                continue
            try:
                definition = self.platform.materials.definition(work, material.code)
                kind = definition["formats"][0]
                limit = int(float(definition.get("max_size_mb", 25)) * 1024 * 1024)
                upload = inspect(f"材料.{kind}", sample_file(kind), definition["formats"], limit)
                self.platform.materials.attach(self.account, draft, material.code, upload)
            except Refusal as refusal:
                raise _Stuck(Stop("materials", material.code, refusal.code, refusal.message)) from refusal

    def _read(self, draft: str) -> tuple[Stop, ...]:
        """Read the conditions before submitting; gives those that deny him."""
        return tuple(
            Stop(
                "review",
                f"{run.ruleset}/{outcome.rule}",
                outcome.target or "deny",
                outcome.reason or text("不予办理", "denied"),
                outcome.basis or "",
            )
            for run, outcome in self._work(draft).state.evaluation.denials
        )

    def _submit(self, draft: str) -> None:
        work = self._work(draft)
        digest, revision = work.composed.composition.digest, work.draft.revision
        try:
            case = self.platform.submissions.submit(
                self.account, draft, digest, revision, f"walkthrough-{draft}"
            )
        except Refusal as refusal:
            told = [Stop("submission", p.pointer, p.code, p.message) for p in refusal.problems]
            raise _Stuck(*(told or [Stop("submission", "", refusal.code, refusal.message)])) from refusal
        if not case.agreement:
            message = text("两个引擎结论不一致，转人工", "the engines differ: a person decides")
            raise _Stuck(Stop("submission", "", "engines-differ", message))


def sample_file(kind: str) -> bytes:
    """Make the smallest file that its content shows to be of a kind."""
    if kind == "pdf":
        return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    if kind == "png":
        return b"\x89PNG\r\n\x1a\n" + bytes(16)
    if kind == "jpeg":
        return b"\xff\xd8\xff\xe0" + bytes(16) + b"\xff\xd9"
    mark = {"ofd": "OFD.xml", "docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(mark), "<x/>")
    return content.getvalue()
