"""Whatever is done to a case, in whatever order, its laws hold."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from yijianshi.core.cases import commands, procedures
from yijianshi.core.cases.events import Event, from_json
from yijianshi.core.cases.refusal import CaseRefusal
from yijianshi.core.cases.state import CaseState, apply, fold
from yijianshi.core.cases.values import Answer, Item

from tests.core.cases.samples import APPLICANT, CALENDAR, MONDAY, PARTS, REMEDIES, STAFF

DECLARING = tuple(replace(each, procedures=("hearing",)) for each in PARTS)
SUBS = st.sampled_from([p.id for p in PARTS])


class Life(RuleBasedStateMachine):
    """A case to which anybody does anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.count = 0
        self.events: list[Event] = commands.submit(
            case="c1",
            number="n",
            bundle="b",
            applicant=APPLICANT,
            package="p",
            parts=DECLARING,
            at=MONDAY,
        )
        self.state: CaseState = fold(self.events)

    def carry_out(self, name: str, sub_case: str, call) -> None:
        before = self.state
        offered = (
            commands.possible(before, before.sub(sub_case), self.now.date()) if sub_case else frozenset()
        )
        try:
            events = call()
        except CaseRefusal:
            # what is offered to staff is never refused for the state it is in
            assert name not in offered
            assert self.state == before
            return
        if name in (
            "accept",
            "request_correction",
            "grant",
            "refuse",
            "take_over",
            "start_procedure",
            "end_procedure",
        ):
            assert name in offered
        for event in events:
            decided = {s.id: s.decision for s in self.state.sub_cases if s.decided}
            self.state = apply(self.state, event)
            for sub_id, decision in decided.items():
                assert self.state.sub(sub_id).decision == decision
        self.events += events

    @precondition(lambda self: self.now < MONDAY + timedelta(days=90))
    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.carry_out("lapse", "", lambda: commands.lapsed(self.state, self.now, CALENDAR))

    @rule(sub=SUBS)
    def accept(self, sub: str) -> None:
        self.carry_out(
            "accept",
            sub,
            lambda: commands.accept(self.state, sub, actor=STAFF, at=self.now, calendar=CALENDAR),
        )

    @rule(sub=SUBS, count=st.integers(1, 3), place=st.sampled_from(["", "material:plan"]))
    def ask(self, sub: str, count: int, place: str) -> None:
        self.count += count
        items = [Item(f"i{self.count - n}", "改", place) for n in range(count)]
        until = self.now.date() + timedelta(days=10)
        self.carry_out(
            "request_correction",
            sub,
            lambda: commands.request_correction(self.state, sub, items, until, actor=STAFF, at=self.now),
        )

    @rule(sub=SUBS)
    def correct(self, sub: str) -> None:
        answers = [Answer(item.id, "好") for item in self.state.sub(sub).open_items]
        self.carry_out(
            "correct", sub, lambda: commands.correct(self.state, sub, answers, actor=APPLICANT, at=self.now)
        )

    @rule(sub=SUBS, count=st.integers(1, 20))
    def start_procedure(self, sub: str, count: int) -> None:
        self.carry_out(
            "start_procedure",
            sub,
            lambda: procedures.start(
                self.state, sub, "hearing", count, "第四十五条", actor=STAFF, at=self.now, calendar=CALENDAR
            ),
        )

    @rule(sub=SUBS)
    def end_procedure(self, sub: str) -> None:
        before = self.state.sub(sub)
        self.carry_out(
            "end_procedure",
            sub,
            lambda: procedures.end(self.state, sub, actor=STAFF, at=self.now, calendar=CALENDAR),
        )
        if before.promised_due is not None:
            assert (self.state.sub(sub).promised_due or "") >= before.promised_due

    @rule(sub=SUBS)
    def grant(self, sub: str) -> None:
        self.carry_out("grant", sub, lambda: commands.grant(self.state, sub, actor=STAFF, at=self.now))

    @rule(sub=SUBS)
    def refuse(self, sub: str) -> None:
        self.carry_out(
            "refuse",
            sub,
            lambda: commands.refuse(
                self.state, sub, reasons="r", basis="b", remedies=REMEDIES, actor=STAFF, at=self.now
            ),
        )

    @rule(sub=st.one_of(st.none(), SUBS))
    def withdraw(self, sub: str | None) -> None:
        self.carry_out(
            "withdraw",
            sub or "",
            lambda: commands.withdraw(self.state, actor=APPLICANT, at=self.now, sub_case=sub),
        )

    @rule(sub=SUBS)
    def refer(self, sub: str) -> None:
        reason = {"zh": "不一致", "en": "disagreement"}
        self.carry_out("refer", sub, lambda: commands.refer(self.state, reason, at=self.now, sub_case=sub))

    @rule(sub=SUBS)
    def take_over(self, sub: str) -> None:
        self.carry_out(
            "take_over",
            sub,
            lambda: commands.take_over(self.state, sub, actor=STAFF, at=self.now, note="核对"),
        )

    @invariant()
    def closed_exactly_when_all_are_decided(self) -> None:
        closed = all(sub.decision is not None for sub in self.state.sub_cases)
        assert (self.state.status == "closed") == closed
        assert (self.state.result is not None) == closed
        assert (self.state.closed_at is not None) == closed

    @invariant()
    def decided_means_one_decision(self) -> None:
        ends = [e.sub_case for e in self.events if e.kind in ("granted", "refused", "withdrawn", "stopped")]
        assert len(ends) == len(set(ends))
        assert set(ends) == {sub.id for sub in self.state.sub_cases if sub.decided}

    @invariant()
    def granted_only_after_everything_before_it_was_granted(self) -> None:
        for sub in self.state.sub_cases:
            before = [self.state.by_matter(code) for code in sub.part.after]
            if sub.phase == "granted":
                assert sub.accepted_on and all(each.phase == "granted" for each in before)
            if any(each.decided and each.phase != "granted" for each in before):
                assert sub.decided

    @invariant()
    def replaying_what_is_stored_gives_the_same_state(self) -> None:
        stored = json.dumps([event.to_json() for event in self.events], ensure_ascii=False)
        read = [from_json(raw) for raw in json.loads(stored)]
        assert read == self.events
        assert fold(read) == self.state
        assert self.state.version == 1 + len(self.events[1:])

    @invariant()
    def promises_do_not_outlast_the_law(self) -> None:
        for sub in self.state.sub_cases:
            if sub.promised_due and sub.statutory_due:
                assert sub.accepted_on <= sub.promised_due <= sub.statutory_due


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
