"""A small bundle of three matters, and everything around a case service that a test sets up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.deadlines import Calendar
from yijianshi.core.definitions.library import Library
from yijianshi.server.cases.service import CaseService
from yijianshi.server.incidents.service import IncidentService
from yijianshi.server.security.vault import Vault
from yijianshi.server.store import Store

from tests.core.cases.samples import CALENDAR, MONDAY

Document = dict[str, Any]
ID_NUMBER = "11010519491231002X"
ANSWERS: Document = {
    "project": {"name": "银杏厂房", "floor_area": 1200},
    "person": {"name": "王小明", "id_number": ID_NUMBER},
    "water": {"daily": 30},
}
LOCK = {
    "bundle:start": {"version": 1, "digest": "sha256:b1"},
    "ruleset:start.rules": {"version": 3, "digest": "sha256:r3"},
}
EVALUATION: Document = {
    "matters": ["review", "permit", "water"],
    "outcomes": [
        {
            "ruleset": "start.rules",
            "matter": None,
            "rule": "large",
            "truth": "met",
            "type": "select_matter",
            "target": "review",
            "reason": t,
            "basis": "某办法第十四条",
        }
        for t in [{"zh": "面积超过标准", "en": "larger than the threshold"}]
    ],
}


def t(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or f"en {zh}"}


def _element(code: str, title: str, kind: str, schema: Document, sensitivity: str = "public") -> Document:
    return {
        "kind": "element",
        "code": code,
        "title": t(title),
        "type": kind,
        "schema": schema,
        "sensitivity": sensitivity,
    }


def _form(*codes: str) -> Document:
    properties: Document = {}
    for code in codes:
        group, name = code.split(".")
        inner = properties.setdefault(group, {"type": "object", "properties": {}, "required": []})
        inner["properties"][name] = {"$ref": f"urn:yijianshi:element:{code}"}
        inner["required"].append(name)
    return {
        "schema": {"type": "object", "properties": properties, "required": sorted(properties)},
        "ui": {
            "type": "VerticalLayout",
            "elements": [
                {"type": "Control", "scope": "#/properties/{}/properties/{}".format(*code.split("."))}
                for code in codes
            ],
        },
    }


def _matter(code: str, title: str, department: str, promised: int, *elements: str) -> Document:
    return {
        "kind": "matter",
        "code": code,
        "title": t(title, code),
        "department": {"code": department, "name": t(department)},
        "type": "administrative-permit",
        "level": "county",
        "statutory_limit": {"days": 20, "unit": "working"},
        "promised_limit": {"days": promised, "unit": "working"},
        "form": _form(*elements),
        "materials": [{"material": "plan", "necessity": "required", "obtain": "applicant"}],
        "results": [],
        "rulesets": [],
    }


DOCUMENTS: list[Document] = [
    _element("project.name", "项目名称", "text", {"type": "string"}),
    _element("project.floor_area", "建筑面积", "decimal", {"type": "number"}),
    _element("person.name", "姓名", "text", {"type": "string"}, "personal"),
    _element("person.id_number", "身份证号", "resident_id", {"type": "string"}, "sensitive"),
    _element("water.daily", "日用水量", "decimal", {"type": "number"}),
    {
        "kind": "material",
        "code": "plan",
        "title": t("总平面图", "site plan"),
        "formats": ["pdf"],
        "max_size_mb": 10,
        "max_count": 2,
        "original": "copy",
    },
    {
        **_matter("review", "消防设计审查", "housing", 3, "project.name", "project.floor_area"),
        "remedies": {"review": t("向县政府复议"), "lawsuit": t("向县法院起诉")},
        "standard": {"special_procedures": ["expert-review", "hearing"]},
        "warn_days": 2,
    },
    _matter("permit", "施工许可", "housing", 0, "project.name", "person.name", "person.id_number"),
    {
        **_matter("water", "用水报装", "utilities", 1, "project.name", "water.daily"),
        "standard": {"steps": ["accept", "approve"], "step_days": {"accept": 0, "approve": 1}},
    },
    {
        "kind": "bundle",
        "code": "start",
        "title": t("开工一件事", "Starting to build"),
        "subject": "enterprise",
        "lead": {"code": "housing", "name": t("住建局")},
        "matters": [
            {"matter": "review", "after": [], "selected": "always"},
            {"matter": "permit", "after": ["review"], "selected": "always"},
            {"matter": "water", "after": [], "selected": "always"},
        ],
        "sections": [],
        "rulesets": [],
        "promise": {"days": 3, "unit": "working"},
    },
]
COMPOSITION = compose(Library.of(DOCUMENTS), "start")


@dataclass(frozen=True)
class Account:
    """A person as the case service needs him."""

    id: str
    role: str
    departments: tuple[str, ...] = ()
    name: str = ""
    display_name: str = ""


APPLICANT = Account("u-applicant", "applicant")
OTHER = Account("u-other", "applicant")
WINDOW = Account("u-window", "window")
HOUSING = Account("u-housing", "department", ("housing",))
UTILITIES = Account("u-utilities", "department", ("utilities",))
AUDITOR = Account("u-auditor", "auditor")
ADMINISTRATOR = Account("u-admin", "administrator")


@dataclass(frozen=True)
class Composed:
    composition: Composition


class Compositions:
    """Gives the one composition there is, for the locks it is submitted with."""

    def __init__(self, *locks: Document) -> None:
        self._locks = locks or (LOCK,)

    def locked(self, bundle: str, lock: Mapping[str, Any]) -> Composed:
        assert bundle == "start" and dict(lock) in self._locks
        return Composed(COMPOSITION)


@dataclass(frozen=True)
class Description:
    filename: str
    media_type: str


class Uploads:
    """The files of drafts."""

    def content(self, applicant: Any, draft: str, upload: str) -> tuple[Description, bytes]:
        assert applicant.id == APPLICANT.id
        return Description(f"{upload}.pdf", "application/pdf"), f"{draft}/{upload}".encode()


@dataclass
class Clock:
    """A clock that the test sets."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass
class Office:
    """A case service with everything around it."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    vault: Vault = field(default_factory=lambda: Vault("a secret that only tests have"))
    compositions: Compositions = field(default_factory=Compositions)
    calendar: Calendar = CALENDAR

    @property
    def cases(self) -> CaseService:
        return CaseService(self.store, self.vault, self.calendar, self.clock, self.compositions, Uploads())

    @property
    def incidents(self) -> IncidentService:
        return IncidentService(self.store, self.vault, self.clock)

    def submit(self, draft: str = "d1", key: str = "key-1", **changes: Any) -> Any:
        arguments: dict[str, Any] = {
            "evaluation_json": EVALUATION,
            "agreement": True,
            "incident": None,
            "lock": LOCK,
            "materials": [
                {
                    "material": "plan",
                    "matters": ["review", "permit"],
                    "upload_id": "up1",
                    "filename": "王小明总图.pdf",
                    "digest": "sha256:f1",
                }
            ],
            "answers": ANSWERS,
            "composition": COMPOSITION,
            "applicant": APPLICANT,
            **changes,
        }
        return self.cases.submit(draft_id=draft, idempotency_key=key, **arguments)

    def sub(self, case: Any, matter: str) -> str:
        """Give the id of a matter's sub-case."""
        return str(case.state.by_matter(matter).id)

    def kinds(self) -> list[str]:
        """Give the kinds of all journal entries."""
        with self.store.read() as reader:
            return [entry.kind for entry in reader.entries()]
