"""The staff's side of the case service: what can be done with a sub-case.

Who may do what is checked here as well as at the route.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...core.cases import commands, procedures
from ...core.cases.events import Event
from ...core.cases.refusal import CaseRefusal
from ...core.cases.state import CaseState
from ...core.cases.values import Item, Remedies
from ..errors import Refusal
from .model import Person, SubCaseView
from .records import refusal
from .staff_views import PERMISSION_OF, StaffViews, require
from .views import Rules, check_version

Command = Callable[[CaseState, datetime], list[Event]]


@dataclass(frozen=True, slots=True)
class CorrectionAsk:
    """One item of a notice as staff fill it in; ids are given by the service."""

    what: str
    target: str = ""
    repeats: str = ""


class StaffSide(StaffViews):
    """What window and department staff can do."""

    def accept(self, account: Person, sub_case_id: str, expected: int | None = None) -> SubCaseView:
        """受理; raises Refusal 403, 404, 409. The rules are asked again, as of today."""
        require(account, PERMISSION_OF["accept"])
        with self._store.read() as reader:
            # before the one writer is taken: an engine may keep one waiting
            rules = self.rules_on(reader, self.load_sub(reader, account, sub_case_id).row, self.today())

        def command(state: CaseState, at: datetime) -> list[Event]:
            return commands.accept(state, sub_case_id, actor=account.id, at=at, calendar=self._calendar)

        return self._act(account, "accept", sub_case_id, expected, command, rules)

    def request_correction(
        self,
        account: Person,
        sub_case_id: str,
        items: Sequence[CorrectionAsk],
        deadline: date,
        expected: int | None = None,
    ) -> SubCaseView:
        """Give one notice of everything to correct; raises Refusal 403, 404, 409, 422."""
        asked = tuple(
            Item(secrets.token_hex(6), each.what.strip(), each.target, each.repeats) for each in items
        )

        def command(state: CaseState, at: datetime) -> list[Event]:
            return commands.request_correction(state, sub_case_id, asked, deadline, actor=account.id, at=at)

        return self._act(account, "request_correction", sub_case_id, expected, command)

    def grant(
        self, account: Person, sub_case_id: str, note: str = "", expected: int | None = None
    ) -> SubCaseView:
        """准予; raises Refusal 403, 404, 409."""

        def command(state: CaseState, at: datetime) -> list[Event]:
            return commands.grant(state, sub_case_id, actor=account.id, at=at, note=note)

        return self._act(account, "grant", sub_case_id, expected, command)

    def refuse(
        self,
        account: Person,
        sub_case_id: str,
        reasons: str,
        basis: str,
        remedies: Remedies,
        expected: int | None = None,
    ) -> SubCaseView:
        """不予许可 or 不予受理; raises Refusal 403, 404, 409, 422 when something the law asks for is missing."""

        def command(state: CaseState, at: datetime) -> list[Event]:
            return commands.refuse(
                state,
                sub_case_id,
                reasons=reasons,
                basis=basis,
                remedies=remedies,
                actor=account.id,
                at=at,
            )

        return self._act(account, "refuse", sub_case_id, expected, command)

    def take_over(
        self, account: Person, sub_case_id: str, note: str, expected: int | None = None
    ) -> SubCaseView:
        """Take a referred sub-case over; raises Refusal 403, 404, 409, 422."""

        def command(state: CaseState, at: datetime) -> list[Event]:
            return commands.take_over(state, sub_case_id, actor=account.id, at=at, note=note)

        return self._act(account, "take_over", sub_case_id, expected, command)

    def start_procedure(
        self,
        account: Person,
        sub_case_id: str,
        procedure: str,
        days: int,
        basis: str,
        note: str = "",
        expected: int | None = None,
    ) -> SubCaseView:
        """启动特别程序: stop the clock; raises Refusal 403, 404, 409, 422."""

        def command(state: CaseState, at: datetime) -> list[Event]:
            return procedures.start(
                state,
                sub_case_id,
                procedure,
                days,
                basis,
                actor=account.id,
                at=at,
                calendar=self._calendar,
                note=note,
            )

        return self._act(account, "start_procedure", sub_case_id, expected, command)

    def end_procedure(
        self, account: Person, sub_case_id: str, note: str = "", expected: int | None = None
    ) -> SubCaseView:
        """特别程序结束: let the clock run again; raises Refusal 403, 404, 409, 422."""

        def command(state: CaseState, at: datetime) -> list[Event]:
            return procedures.end(
                state, sub_case_id, actor=account.id, at=at, calendar=self._calendar, note=note
            )

        return self._act(account, "end_procedure", sub_case_id, expected, command)

    # inside

    def _act(
        self,
        account: Person,
        action: str,
        sub_case_id: str,
        expected: int | None,
        command: Command,
        rules: Rules | None = None,
    ) -> SubCaseView:
        require(account, PERMISSION_OF[action])
        refused: Refusal | None = None
        with self._store.write() as writer:
            loaded = self.load_sub(writer, account, sub_case_id)
            if expected is not None:
                check_version(loaded, sub_case_id, expected)
            # what the law has brought about is kept even when the command is refused because of it
            loaded = self.settle(writer, loaded)
            try:
                events = self.assessed(writer, loaded, command(loaded.state, self._clock()), rules)
                loaded = self.append(writer, loaded, events)
            except CaseRefusal as error:
                refused = refusal(error)
            else:
                return self.sub_view(writer, account, loaded, sub_case_id, False)
        raise refused
