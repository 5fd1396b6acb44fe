"""What was done to a draft, in order: undo and redo, the list of changes, and two people's work in one.

A log only grows. Undoing is an entry too: it carries the inverse of what it undoes, so that a
draft is always what its base becomes when every entry's edits are carried out in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..definitions.pointer import MISSING
from ..definitions.types import Json, Problem, Text, text
from ..rules.order import order_problems, whole_order
from .addresses import get, pointer
from .between import edits_between
from .edits import Edit, apply, conflict
from .operations import Done, Ground, Refused, Step, perform, refuse
from .sentences import place_of
from .shifts import Shift

Act = Literal["do", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to a draft: by whom and when (ISO-8601, or empty), the edits, their inverse, the sentence."""

    act: Act
    edits: tuple[Edit, ...]
    inverse: tuple[Edit, ...]
    sentence: Text
    typing: str | None = None
    by: str = ""
    at: str = ""
    shift: Shift | None = None

    @classmethod
    def of(cls, done: Done, act: Act = "do", by: str = "", at: str = "") -> Entry:
        """Make the entry of something done."""
        step = done.step
        return cls(act, step.edits, done.inverse, step.sentence, step.typing, by, at, step.shift)

    def to_json(self) -> dict[str, Json]:
        """Give the entry as JSON."""
        return {
            "act": self.act,
            "edits": [edit.to_json() for edit in self.edits],
            "inverse": [edit.to_json() for edit in self.inverse],
            "sentence": dict(self.sentence),
            "typing": self.typing,
            "by": self.by,
            "at": self.at,
            **({"shift": self.shift.to_json()} if self.shift else {}),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Entry:
        """Read what ``to_json`` gave."""
        return cls(
            told["act"],
            tuple(Edit.from_json(edit) for edit in told["edits"]),
            tuple(Edit.from_json(edit) for edit in told["inverse"]),
            text(told["sentence"]["zh"], told["sentence"]["en"]),
            told["typing"],
            told["by"],
            told["at"],
            Shift.from_json(told["shift"]) if "shift" in told else None,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to undo: an entry, or several of typing in one place, told from before the first to after the last."""

    entries: tuple[Entry, ...]

    @property
    def sentence(self) -> Text:
        """The sentence that tells of it."""
        first, last = self.entries[0], self.entries[-1]
        if first is not last and first.shift and last.shift:
            return last.shift.since(first.shift).sentence
        return last.sentence

    @property
    def inverse(self) -> tuple[Edit, ...]:
        """The edits that take it back."""
        return tuple(edit for entry in reversed(self.entries) for edit in entry.inverse)


@dataclass(frozen=True, slots=True)
class History:
    """What can be undone and what can be done again, the last one last."""

    undo: tuple[Change, ...] = ()
    redo: tuple[Change, ...] = ()

    @classmethod
    def of(cls, log: Iterable[Entry]) -> History:
        """Read a log."""
        history = cls()
        for entry in log:
            history = history.after(entry)
        return history

    def after(self, entry: Entry) -> History:
        """Give the history with one more entry."""
        if entry.act == "undo":
            return History(self.undo[:-1], (*self.redo, self.undo[-1]))
        if entry.act == "redo":
            return History((*self.undo, Change((entry,))), self.redo[:-1])
        last = self.undo[-1] if self.undo and not self.redo else None
        known = last.entries[-1] if last else None
        if last and known and entry.typing and (known.typing, known.by) == (entry.typing, entry.by):
            return History((*self.undo[:-1], Change((*last.entries, entry))))
        return History((*self.undo, Change((entry,))))

    @property
    def sentences(self) -> list[Text]:
        """What was done and stands, in order: the list of changes."""
        return [change.sentence for change in self.undo]


def undo(ground: Ground, history: History) -> Done:
    """Take back what was done last; raises Refused when there is nothing, or it cannot be taken back."""
    if not history.undo:
        raise _nothing("没有可撤销的操作", "there is nothing to undo")
    change = history.undo[-1]
    sentence = text(f"撤销：{change.sentence['zh']}", f"Undone: {change.sentence['en']}")
    return _carried_out(ground, Step(change.inverse, sentence), back=True)


def redo(ground: Ground, history: History) -> Done:
    """Do again what was undone last; raises Refused when there is nothing, or it cannot be done again."""
    if not history.redo:
        raise _nothing("没有可重做的操作", "there is nothing to redo")
    change = history.redo[-1]
    edits = tuple(edit for entry in change.entries for edit in entry.edits)
    return _carried_out(ground, Step(edits, change.sentence))


def replay(base: Json, log: Iterable[Entry]) -> Json:
    """Give the draft that a log makes of its base; raises Misplaced when it is not the log of it."""
    document = base
    for entry in log:
        document, _ = apply(document, entry.edits)
    return document


@dataclass(frozen=True, slots=True)
class Merge:
    """Somebody's entries carried over to a document that others have changed meanwhile."""

    document: Mapping[str, Any]
    entries: tuple[Entry, ...]
    conflicts: tuple[Problem, ...] = field(default=())


def merge(ground: Ground, theirs: Sequence[Entry], mine: Sequence[Entry]) -> Merge:
    """Carry my entries over to the document that theirs have made; both logs start from the same draft.

    ``ground`` is the document after theirs. When the two touch the same place nothing of mine is
    carried over, and each place is told; so it is when an entry cannot be carried out on what theirs
    have made. Otherwise every entry of mine is carried over, with a fresh inverse.
    """
    others = [edit for entry in theirs for edit in entry.edits]
    places = {
        place: (entry, other)
        for entry in mine
        for edit in entry.edits
        for other in others
        if (place := conflict(edit, other)) is not None
    }
    if places:
        found = tuple(_conflict(ground, place, *pair) for place, pair in places.items())
        return Merge(ground.document, (), found)
    begun, carried = ground.document, list[Entry]()
    for entry in mine:
        step = Step(
            tuple(_reachable(ground.document, edit) for edit in entry.edits), entry.sentence, entry.typing
        )
        try:
            done = perform(ground, step)
        except Refused as error:
            # such as the same thing taken out, or put in, by both
            return Merge(begun, (), error.problems)
        if done is not None:
            done = _in_order(ground, done)
            carried.append(replace(entry, edits=done.step.edits, inverse=done.inverse))
            ground = replace(ground, document=done.document)
    return Merge(ground.document, tuple(carried))


def _in_order(ground: Ground, done: Done) -> Done:
    """Let the order of a ruleset name every rule also where one side ordered the rules and the other changed which there are.

    Alone each side leaves a whole order, and they touch different places: only what comes of both is not whole.
    """
    if done.document.get("kind") != "ruleset" or not order_problems(done.document):
        return done
    if order_problems(ground.document):
        return done
    more = edits_between(done.document, whole_order(done.document))
    step = replace(done.step, edits=(*done.step.edits, *more))
    return perform(ground, step) or done


def _reachable(document: Json, edit: Edit) -> Edit:
    """Let an edit put its item at the end where the one it was to stand before is gone."""
    if edit.before is None:
        return edit
    listed = edit.at if edit.kind == "insert" else edit.at[:-1]
    return edit if get(document, (*listed, edit.before)) is not MISSING else replace(edit, before=None)


def _conflict(ground: Ground, place: tuple[str, ...], entry: Entry, other: Edit) -> Problem:
    zh = place_of(ground.document, place, "zh", ground.library)
    en = place_of(ground.document, place, "en", ground.library)
    return Problem(
        pointer(ground.document, place),
        "edited-twice",
        text(
            f"{zh}在您编辑期间已被他人修改（您的修改：{entry.sentence['zh']}）",
            f"{en} was changed by somebody else meanwhile (yours: {entry.sentence['en']})",
        ),
        text(
            "请查看最新内容，决定保留哪一个，再重做您的修改",
            "look at the newest content, decide which is to stand, and make your change again",
        ),
    )


def _carried_out(ground: Ground, step: Step, back: bool = False) -> Done:
    return perform(ground, step, back) or Done(ground.document, step, ())


def _nothing(zh: str, en: str) -> Refused:
    return refuse("", "nothing-to-undo", text(zh, en), text("请继续编辑", "go on editing"))
