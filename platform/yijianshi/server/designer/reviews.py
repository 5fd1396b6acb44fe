"""What a reviewer is shown of a draft: every change, every finding by kind of check, and whom it touches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.checks import Source
from ...core.checks.ways import way_findings
from ...core.deadlines import Calendar
from ...core.definitions.library import Library
from ...core.definitions.pointer import join
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.automatic import unnamed
from ...core.designer.between import changes_between
from ...core.designer.filling import untranslated
from ...core.designer.log import History
from ...core.designer.sentences import Lang
from ..engines.analysis import Provers
from ..registry import reviewing
from ..registry.model import Draft, Version
from ..registry.service import RegistryService
from ..rule_analysis import analysis_findings
from .previews import Preview, Side, composed, preview
from .remarks import Place, places_of
from .service import DesignerService

CHECKS: Mapping[str, Text] = {
    "shape": text("结构", "Structure"),
    "references": text("引用", "References"),
    "conflicts": text("合并冲突", "Conflicts"),
    "rules": text("规则分析", "Rule analysis"),
    "cases": text("规则用例", "Rule tests"),
    "translations": text("翻译", "Translations"),
    "labels": text("标签与可访问性", "Labels and accessibility"),
    "walkthrough": text("走流程", "Walkthrough"),
    "staff": text("办理人员", "Staff"),
    "other": text("其他", "Other"),
}
"""The lines of the checklist, in order."""

_BY_CODE = {
    "dangling-reference": "references",
    "duplicate-code": "references",
    "place-conflict": "conflicts",
    "type-conflict": "conflicts",
    "rule-never-met": "cases",
}


UnderWay = Callable[[str], tuple[int, int]]
"""Counts the applicants' drafts and the cases of a bundle that are under way."""

Deciding = Callable[[], Collection[str]]
"""Gives the codes of the departments that somebody decides for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist: a kind of check, and what it found."""

    name: str
    title: Text
    findings: tuple[Problem, ...]

    @property
    def state(self) -> str:
        """The worst of what was found: error, warning, note, or ok."""
        found = {problem.severity for problem in self.findings}
        return next((word for word in ("error", "warning", "note") if word in found), "ok")

    def to_json(self) -> dict[str, Json]:
        """Give the line as JSON."""
        return {
            "name": self.name,
            "title": dict(self.title),
            "state": self.state,
            "findings": [problem.to_json() for problem in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """A bundle that a draft touches: who is in the middle of it, and what they will meet."""

    code: str
    title: Text
    drafts: int
    cases: int
    gone: tuple[Text, ...]
    new: tuple[Text, ...]
    required: tuple[Text, ...]

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON."""
        return {
            "bundle": self.code,
            "title": dict(self.title),
            "drafts": self.drafts,
            "cases": self.cases,
            "fields_gone": [dict(each) for each in self.gone],
            "fields_new": [dict(each) for each in self.new],
            "fields_required": [dict(each) for each in self.required],
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One draft of what is reviewed together: what was done to it, and what differs in the end."""

    draft: Draft
    base: Version | None
    steps: tuple[Text, ...]
    changes: tuple[Text, ...]
    places: tuple[Place, ...] = ()


class Reviews:
    """Puts together what a reviewer needs; reads only."""

    def __init__(
        self,
        registry: RegistryService,
        designer: DesignerService,
        under_way: UnderWay,
        deciding: Deciding,
        calendar: Calendar,
        provers: Provers,
    ) -> None:
        """Look at the registry's drafts, the designer's logs, whoever is under way, and who decides."""
        self._calendar = calendar
        self._provers = provers
        self._registry = registry
        self._designer = designer
        self._under_way = under_way
        self._deciding = deciding

    def parts(self, draft: Draft) -> list[Part]:
        """Give everything that is reviewed with a draft, itself first."""
        return [self._part(each) for each in reviewing.set_of(self._registry, draft)]

    def checklist(self, drafts: Sequence[Draft]) -> list[Line]:
        """Run every check over drafts as they would stand once published.

        What needs whole documents (rule analysis, walkthrough) is left out while there are errors.
        """
        library, today = self._library(drafts), self._registry.shelf.today()
        sources = [Source(each.id, each.document) for each in drafts]
        found: dict[str, list[Problem]] = {name: [] for name in CHECKS}
        for problem in reviewing.check_together(self._registry, drafts):
            found[line_of(problem)].append(problem)
        if not any(problem.severity == "error" for line in found.values() for problem in line):
            found["rules"] += analysis_findings(sources, library, today, analyse=self._provers.analyse)
            found["walkthrough"] += way_findings(sources, library, today, self._calendar)
        found["staff"] += undecided(drafts, library, self._deciding())
        for each in drafts:
            found["translations"] += list(translations(each.document, each.id))
            found["labels"] += list(labels(each.document, each.id))
        return [Line(name, title, tuple(found[name])) for name, title in CHECKS.items()]

    def form(self, draft: Draft, side: Side, lang: Lang) -> Preview | None:
        """Show what a draft is for: the applicant's whole form, or the rules, ``before`` or ``after`` publishing.

        None when there is none: the draft is no form, is new, or is unfinished.
        """
        before, after = self._registry.library(), self._library(reviewing.set_of(self._registry, draft))
        here, there = (before, after) if side == "before" else (after, before)
        data = {"regions": self._designer.world().data["regions"]}
        return preview(here, there, side, draft.kind, draft.code, data, lang)

    def touched(self, drafts: Sequence[Draft]) -> list[Touched]:
        """Give every bundle in force that the drafts change, with who is in the middle of it."""
        before, now = self._registry.library(), self._library(drafts)
        codes: set[str] = set()
        waiting = [(each.kind, each.code) for each in drafts]
        seen = set(waiting)
        while waiting:
            kind, code = waiting.pop()
            if kind == "bundle":
                codes.add(code)
            for user in before.users(kind, code):
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return [self._touched(code, before, now) for code in sorted(codes) if before.has("bundle", code)]

    def _part(self, draft: Draft) -> Part:
        opened = self._designer.opened(draft.kind, draft.code)
        versions = self._registry.versions(draft.kind, draft.code)
        base = next((v for v in versions if v.version == draft.base_version), None)
        steps = tuple(History.of(opened.log).sentences)
        library = self._library([draft])
        told = changes_between(base.document, draft.document, library) if base else None
        changes = tuple(each.sentence for each in told or ())
        return Part(draft, base, steps, changes, tuple(places_of(draft, told, library)))

    def _library(self, drafts: Sequence[Draft]) -> Library:
        return self._registry.library().with_(each.document for each in drafts)

    def _touched(self, code: str, before: Library, now: Library) -> Touched:
        drafts, cases = self._under_way(code)
        old, new = _fields(before, code), _fields(now, code)
        return Touched(
            code,
            before.get("bundle", code)["title"],
            drafts,
            cases,
            tuple(title for pointer, (title, _) in old.items() if pointer not in new),
            tuple(title for pointer, (title, _) in new.items() if pointer not in old),
            tuple(
                title
                for pointer, (title, needed) in new.items()
                if pointer in old and needed and not old[pointer][1]
            ),
        )


def translations(document: Json, file: str, pointer: str = "") -> Iterator[Problem]:
    """Yield a warning for every text whose English is missing or that nobody named, and every section that has only a label."""
    if isinstance(document, Mapping):
        if document.get("type") == "Group" and "title" not in (document.get("options") or {}):
            label = str(document.get("label", ""))
            yield from translations({"zh": label, "en": label}, file, pointer + join("label"))
        if set(document) == {"zh", "en"}:
            if untranslated(document):
                yield Problem(
                    pointer,
                    "untranslated",
                    text(f"“{document.get('zh')}”没有英文", f"“{document.get('zh')}” has no English"),
                    text("请填写英文", "write the English"),
                    file,
                    "warning",
                )
            elif unnamed(document):
                yield Problem(
                    pointer,
                    "unnamed",
                    text(
                        f"“{document['zh']}”是自动取的名称", f"“{document['en']}” is a name that nobody gave"
                    ),
                    text("请改成说明内容的名称", "give it one that says what it is"),
                    file,
                    "warning",
                )
            return
        for key, value in document.items():
            yield from translations(value, file, pointer + join(key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from translations(value, file, pointer + join(index))


def labels(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Yield a warning for every two fields of a form that are called the same, or one without a name."""
    schema: Any = document.get("form", document.get("situations", {}))
    seen: dict[str, str] = {}
    for pointer, title in _titles(schema.get("schema") if isinstance(schema, Mapping) else None, ""):
        if title in seen:
            yield Problem(
                ("/form/schema" if "form" in document else "/situations/schema") + pointer,
                "same-label",
                text(f"有两个字段都叫“{title}”", f"two fields are both called “{title}”"),
                text(
                    "请让名称能互相区分，读屏软件只读名称",
                    "let the names differ: a screen reader reads only those",
                ),
                file,
                "warning",
            )
        seen.setdefault(title, pointer)


def _titles(schema: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, Mapping):
        return
    for name, inner in (schema.get("properties") or {}).items():
        place = pointer + join("properties", name)
        title = inner.get("x-title") if isinstance(inner, Mapping) else None
        if isinstance(title, Mapping) and isinstance(title.get("zh"), str):
            yield place, title["zh"]
        yield from _titles(inner, place)


def _fields(library: Library, code: str) -> dict[str, tuple[Text, bool]]:
    composition = composed(library, "bundle", code)
    if composition is None:
        return {}
    raw: list[Mapping[str, Any]] = composition.package["fields"]
    return {each["pointer"]: (each["title"], bool(each["required_by"])) for each in raw}


def undecided(drafts: Sequence[Draft], library: Library, deciding: Collection[str]) -> Iterator[Problem]:
    """Find the matters of drafts, and of drafted bundles, whose department nobody decides for: cases would only wait."""
    for draft in drafts:
        at: dict[str, str] = {}
        if draft.kind == "matter":
            at = {draft.code: "/department"}
        elif draft.kind == "bundle":
            at = {part["matter"]: f"/matters/{n}" for n, part in enumerate(draft.document["matters"])}
        for code, pointer in at.items():
            department = library.get("matter", code)["department"] if library.has("matter", code) else {}
            if department.get("code") and department["code"] not in deciding:
                yield _undecided(draft.id, pointer, department)


def _undecided(file: str, pointer: str, department: Mapping[str, Any]) -> Problem:
    name, code = department.get("name", {}), department["code"]
    zh, en = name.get("zh") or code, name.get("en") or code
    return Problem(
        pointer,
        "nobody-decides",
        text(
            f"“{zh}”（{code}）还没有办理人员的账号，申请提交后无人审批",
            f"nobody has an account to decide for {en} ({code}): what is handed in would only wait",
        ),
        text(
            "发布前请系统管理员为该部门开设账号，或更正部门编码",
            "before it is published have an account made for the department, or mend the department's code",
        ),
        file,
        "warning",
    )


def line_of(problem: Problem) -> str:
    """Tell which line of the checklist a finding belongs to."""
    if problem.code in _BY_CODE:
        return _BY_CODE[problem.code]
    if problem.code.startswith(("schema-", "unknown-", "missing-", "no-document", "wrong-type", "not-")):
        return "shape"
    if (problem.file or "").startswith("ruleset:"):
        return "cases" if "case" in problem.code or "row" in problem.code else "rules"
    return "other"
