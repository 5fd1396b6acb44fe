"""What staff see of cases: the queue, one sub-case with exactly its own data, its documents.

Who may see what is checked here as well as at the route. A sub-case of another department is not
found (404), so that its existence is not told. Reading one is written into the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...core.cases import commands
from ...core.cases.clocks import RANK, clock_of, pauses_of, running
from ...core.cases.state import SubCase
from ...core.cases.steps import ends_of
from ...core.cases.values import WARN_WORKING_DAYS
from ...core.checks.times import STEPS
from ...core.deadlines import CalendarEnds
from ...core.definitions.types import Json, Text, text
from ..errors import Refusal
from ..security.permissions import PERMISSIONS
from ..store.protocol import Condition, Reader, Row
from .applicant import ApplicantSide
from .model import File, Person, QueueLine, SubCaseView
from .records import Loaded, subject
from .remedies import remedies_of
from .spoken import spoken
from .tables import CASES, FILES, MATERIALS, SUB_CASES
from .values import shown_values
from .views import department_name

UNDECIDED = ("received", "correction_requested", "corrected", "referred", "waiting", "paused", "accepted")
STATUSES = (*UNDECIDED, "granted", "refused", "withdrawn", "stopped")
MAX_PAGE = 200

PERMISSION_OF = {
    "accept": "desk.accept",
    "request_correction": "desk.correct",
    "grant": "desk.decide",
    "refuse": "desk.decide",
    "take_over": "desk.accept",
    "start_procedure": "desk.decide",
    "end_procedure": "desk.decide",
}
"""The permission that each action needs."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, and how many sub-cases there are of each status."""

    lines: tuple[QueueLine, ...]
    total: int
    counts: dict[str, int]

    def to_json(self) -> dict[str, Json]:
        """Give the page as JSON."""
        return {
            "total": self.total,
            "counts": self.counts,
            "sub_cases": [each.to_json() for each in self.lines],
        }


class StaffViews(ApplicantSide):
    """What window and department staff can see."""

    def queue(
        self,
        account: Person,
        status: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Queue:
        """Give the sub-cases of the account's departments, the earliest due first.

        ``status`` is one of STATUSES, None for everything undecided. Raises Refusal 403, 422.
        """
        require(account, "desk.queue")
        if status is not None and status not in STATUSES:
            raise Refusal(
                422,
                "unknown-status",
                text(f"没有“{status[:40]}”这一状态", f"there is no status {status[:40]!r}"),
                text("请从列出的状态中选择", "choose one of those listed"),
            )
        self.settle_lapsed()
        mine = _mine(account)
        wanted: list[Condition] = [*mine, ("status", "in", [status] if status else list(UNDECIDED))]
        today = self.today()
        with self._store.read() as reader:
            rows = reader.find(
                SUB_CASES.name,
                wanted,
                ("due_on", "id"),
                limit=min(max(limit, 1), MAX_PAGE),
                offset=max(offset, 0),
            )
            total = reader.count(SUB_CASES.name, wanted)
            counts = {name: reader.count(SUB_CASES.name, (*mine, ("status", "=", name))) for name in STATUSES}
            cases = {
                row["id"]: row
                for row in reader.find(CASES.name, (("id", "in", sorted({r["case_id"] for r in rows})),))
            }
        lines = [self._line(row, cases[row["case_id"]], today) for row in rows]
        lines.sort(key=lambda each: (RANK[each.clock.severity], each.clock.due or date.max, each.id))
        return Queue(tuple(lines), total, counts)

    def open(self, account: Person, sub_case_id: str, reveal: bool = False) -> SubCaseView:
        """Give one sub-case with exactly its own data, personal data masked unless ``reveal``.

        That it was read, by whom, and whether unmasked, goes into the journal.
        """
        require(account, "desk.read")
        with self._store.write() as writer:
            loaded = self.settle(writer, self.load_sub(writer, account, sub_case_id))
            sub = loaded.state.sub(sub_case_id)
            writer.append(
                "case.revealed" if reveal else "case.viewed",
                subject(loaded.id),
                account.id,
                {"number": loaded.state.number, "sub_case": sub.id, "matter": sub.matter},
                self._clock(),
            )
            return self.sub_view(writer, account, loaded, sub_case_id, reveal)

    def sub_case_file(self, account: Person, sub_case_id: str, material_id: str) -> File:
        """Give a document that belongs to the sub-case; journaled. Raises Refusal 403, 404."""
        require(account, "desk.read")
        with self._store.write() as writer:
            loaded = self.load_sub(writer, account, sub_case_id)
            sub = loaded.state.sub(sub_case_id)
            handed_in = writer.get(MATERIALS.name, material_id)
            corrected = writer.get(FILES.name, material_id)
            belongs = (handed_in is not None and sub.matter in handed_in["matters"]) or (
                corrected is not None and corrected["sub_case_id"] == sub_case_id
            )
            if not belongs:
                raise _unknown_sub_case()
            writer.append(
                "case.file-read",
                subject(loaded.id),
                account.id,
                {"number": loaded.state.number, "sub_case": sub.id, "file": material_id},
                self._clock(),
            )
        with self._store.read() as reader:
            return self.file(reader, loaded.row, material_id)

    # inside

    def load_sub(self, reader: Reader, account: Person, sub_case_id: str) -> Loaded:
        """Load the case of a sub-case that the account may see; raises Refusal 404."""
        row = reader.get(SUB_CASES.name, sub_case_id)
        if row is None or not _may_see(account, row["department"]):
            raise _unknown_sub_case()
        loaded = self.load(reader, row["case_id"])
        if loaded is None:
            raise _unknown_sub_case()
        return loaded

    def _line(self, row: Row, case: Row, today: date) -> QueueLine:
        # sub-cases of before the matter could say so have no number of their own
        warn = WARN_WORKING_DAYS if row["warn_days"] is None else row["warn_days"]
        clock = running(
            row["clock"], _day(row["due_on"]), _day(row["statutory_due"]), today, self._calendar, warn
        )
        return QueueLine(
            row["id"],
            row["case_id"],
            case["number"],
            case["title"],
            row["matter"],
            row["title"],
            row["department"],
            row["status"],
            row["version"],
            row["submitted_at"],
            clock,
        )

    def sub_view(
        self, reader: Reader, account: Person, loaded: Loaded, sub_case_id: str, reveal: bool
    ) -> SubCaseView:
        """Give a sub-case as it is shown to staff."""
        row, state = loaded.row, loaded.state
        sub, today = state.sub(sub_case_id), self.today()
        composition, _ = self.pinned(reader, row)
        stored = reader.get(SUB_CASES.name, sub_case_id)
        data = self.unseal(row, stored["data"] if stored else None)
        where = (("case_id", "=", loaded.id),)
        materials = self.view_materials(
            row,
            reader.find(MATERIALS.name, where, order=("received_at", "id")),
            reader.find(FILES.name, where, order=("received_at", "id")),
            composition,
            loaded,
        )
        evaluation = self.unseal(row, row["evaluation"])
        allowed = {
            action
            for action in commands.possible(state, sub, today)
            if account.role in PERMISSIONS[PERMISSION_OF[action]]
        }
        outcomes = tuple(
            outcome
            for outcome in evaluation.get("outcomes", ())
            if outcome.get("matter") in (None, sub.matter)
        )
        assessed = () if sub.assessment is None else sub.assessment.changes
        names = [(str(each["ruleset"]), str(each["rule"])) for each in outcomes]
        names += [(change.ruleset, change.rule) for change in assessed]
        return SubCaseView(
            loaded.id,
            state.number,
            row["title"],
            department_name(composition, sub.part),
            sub,
            state.status_of(sub),
            clock_of(state, sub, today, self._calendar),
            tuple(each.part.title for each in state.pending(sub)),
            tuple(shown_values(composition, data, reveal, self._regions)),
            reveal,
            tuple(each for each in materials if sub.matter in each.matters),
            outcomes,
            row["agreement"],
            tuple(event for event in loaded.events if event.sub_case in ("", sub_case_id)),
            frozenset(allowed),
            remedies_of(composition.matters[sub.matter]),
            self._steps(composition.matters[sub.matter], sub),
            spoken(composition, names),
        )

    def _steps(self, matter: Mapping[str, Any], sub: SubCase) -> tuple[tuple[Text, date], ...]:
        """Give the day each step is due by, while nothing has been decided and no procedure stops the clock."""
        if sub.accepted_on is None or sub.decided or sub.procedure is not None:
            return ()
        try:
            ends = ends_of(matter, date.fromisoformat(sub.accepted_on), self._calendar, pauses_of(sub))
        except CalendarEnds:
            return ()
        return tuple((STEPS[step], day) for step, day in ends.items())


def require(account: Person, permission: str) -> None:
    """Raise Refusal 403 unless the account's role has the permission."""
    if account.role not in PERMISSIONS[permission]:
        raise Refusal(
            403,
            "not-permitted",
            text("您的账号没有这项权限", "your account may not do this"),
            text("请换用有权限的账号，或联系管理员", "use an account that may, or ask the administrator"),
        )


def _mine(account: Person) -> list[Condition]:
    """Limit to the account's departments; a window account without any serves every department."""
    if account.role == "window" and not account.departments:
        return []
    return [("department", "in", sorted(account.departments))]


def _may_see(account: Person, department: str) -> bool:
    if account.role == "window" and not account.departments:
        return True
    return account.role in ("window", "department") and department in account.departments


def _unknown_sub_case() -> Refusal:
    return Refusal(
        404,
        "unknown-sub-case",
        text("没有找到这个子办件", "there is no such sub-case"),
        text("请从待办列表中重新打开", "open it again from the queue"),
    )


def _day(raw: str | None) -> date | None:
    return None if raw is None else date.fromisoformat(raw)
