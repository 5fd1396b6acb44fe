"""A small case to play with: four matters, of which one waits for another and one for both."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from yijianshi.core.cases import commands
from yijianshi.core.cases.state import CaseState, fold
from yijianshi.core.cases.values import Limit, Part, Remedies
from yijianshi.core.deadlines import Calendar

FOLDER = Path(__file__).parents[3] / "schemas" / "calendars"
CALENDAR = Calendar.from_data(json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))
SHANGHAI = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)
REMEDIES = Remedies("六十日内向县政府申请行政复议", "六个月内向人民法院提起行政诉讼")
APPLICANT = "a-applicant"
STAFF = "s-staff"


def part(code: str, *after: str, promised: int = 3, statutory: int = 20) -> Part:
    return Part(
        f"id-{code}",
        code,
        {"zh": code, "en": code},
        f"dept-{code}",
        after,
        Limit(statutory),
        Limit(promised),
    )


PARTS = (
    part("review"),
    part("permit", "review", promised=2),
    part("water"),
    part("power", "permit", "water"),
)


def begun(parts: tuple[Part, ...] = PARTS, at: datetime = MONDAY, referral=None) -> CaseState:
    return fold(
        commands.submit(
            case="c1",
            number="371322-20260302-000001-1",
            bundle="construction-start",
            applicant=APPLICANT,
            package="sha256:x",
            parts=parts,
            at=at,
            referral=referral,
        )
    )


def days(count: int) -> datetime:
    return MONDAY + timedelta(days=count)
