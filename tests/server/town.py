"""A store with everything shipped in it, and cases really submitted to it."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta, timezone
from typing import Any

from yijianshi.core.bundles.evaluate import evaluate
from yijianshi.server.apply.compositions import Compositions
from yijianshi.server.apply.submission import record
from yijianshi.server.cases.records import Records
from yijianshi.server.cases.service import CaseService
from yijianshi.server.context import shipped_calendar
from yijianshi.server.files import meta_schemas, shipped_library
from yijianshi.server.registry.imports import load_shipped
from yijianshi.server.registry.service import RegistryService
from yijianshi.server.security.vault import Vault
from yijianshi.server.store import open_store
from yijianshi.server.tables import TABLES
from yijianshi.server.whatif import WhatIf, stored

from tests.server.cases.samples import APPLICANT, Uploads

CALENDAR = shipped_calendar()
CODE = "construction-start.situations"
NOW = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))


class Town:
    """A store with everything shipped in it, and cases submitted to it."""

    def __init__(self, url: str, secret: str = "a secret that only tests have") -> None:
        self.now = NOW
        self.store = open_store(url, TABLES)
        self.registry = RegistryService(self.store, self.clock, meta_schemas())
        assert load_shipped(self.registry).errors == ()
        self.vault = Vault(secret)
        self.records = Records(self.store, self.vault, CALENDAR, self.clock)
        self.compositions = Compositions(self.registry)
        self.cases = CaseService(self.store, self.vault, CALENDAR, self.clock, self.compositions, Uploads())
        self.submitted: dict[str, dict[str, Any]] = {}

    def clock(self) -> datetime:
        return self.now

    def submit(self, bundle: str, answers: dict[str, Any]) -> str:
        composed = self.compositions.current(bundle, self.now.date())
        evaluation = evaluate(composed.composition, answers, self.now.date(), CALENDAR)
        number = len(self.submitted)
        case = self.cases.submit(
            APPLICANT,
            f"d{number}",
            answers,
            composed.composition,
            record(evaluation, True),
            True,
            None,
            composed.lock,
            [],
            f"k{number}",
            active=evaluation.active,
        )
        self.submitted[case.number] = answers
        return case.number

    def whatif(self, draft: dict[str, Any], **more: Any) -> WhatIf:
        return stored(self.registry, self.records, CALENDAR, draft, actor="u-admin", **more)


def stadium(area: float, **more: Any) -> dict[str, Any]:
    asked = ("occupies_road", "discharges_water", "has_spoil", "civil_basement", "needs_water", "needs_power")
    project = {
        "category": "building",
        "use": "stadium",
        "floor_area": area,
        "height": 20,
        "special_municipal": False,
        **more,
    }
    return {"project": project, "situation": dict.fromkeys(asked, False)}


def draft_of(code: str, **parameters: Any) -> dict[str, Any]:
    document = copy.deepcopy(dict(shipped_library().get("ruleset", code)))
    for name, value in parameters.items():
        document["parameters"][name]["value"] = value
    return document
