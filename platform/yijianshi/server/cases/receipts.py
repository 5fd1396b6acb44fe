"""The receipt an applicant can print: 收件凭证 (行政许可法 §32: every application is acknowledged in writing)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import segno

from ...core.cases.clocks import due_days, notice_deadline
from ...core.deadlines import Calendar, CalendarEnds
from ...core.definitions.types import Json, Text
from .model import Case, Material
from .wording import limit_text


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One matter on the receipt: its promise, and the day it ends on if accepted on the day of receipt."""

    matter: Text
    department: Text
    promise: Text
    by: date | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received, when, and what is promised."""

    number: str
    received_at: str
    title: Text
    lead: Text
    materials: tuple[Material, ...]
    matters: tuple[ReceiptLine, ...]
    notice_by: date | None
    digest: str

    def to_json(self) -> dict[str, Json]:
        """Give the receipt as JSON."""
        return {
            "number": self.number,
            "received_at": self.received_at,
            "title": dict(self.title),
            "lead": dict(self.lead),
            "materials": [material.to_json() for material in self.materials],
            "matters": [
                {
                    "matter": dict(each.matter),
                    "department": dict(each.department),
                    "promise": dict(each.promise),
                    "by": None if each.by is None else each.by.isoformat(),
                }
                for each in self.matters
            ],
            "notice_by": None if self.notice_by is None else self.notice_by.isoformat(),
            "digest": self.digest,
        }


def receipt_of(case: Case, calendar: Calendar) -> Receipt:
    """Make the receipt of a case."""
    parts = {sub.matter: sub.part for sub in case.state.sub_cases}
    received = date.fromisoformat(case.submitted_at[:10])
    lines = tuple(
        ReceiptLine(
            part.title,
            case.departments[matter],
            limit_text(part.promised),
            due_days(parts, matter, received, calendar)[0],
        )
        for matter, part in parts.items()
    )
    notice: date | None
    try:
        notice = notice_deadline(received, calendar)
    except CalendarEnds:
        notice = None
    handed_in = tuple(each for each in case.materials if each.source == "draft")
    return Receipt(
        case.number,
        case.submitted_at,
        case.title,
        case.lead,
        handed_in,
        lines,
        notice,
        case.package_digest,
    )


def qr_svg(address: str) -> str:
    """Draw an address as a QR code: inline SVG without style attributes, as the CSP asks."""
    return segno.make(address, error="m", micro=False).svg_inline(scale=4, border=2)
