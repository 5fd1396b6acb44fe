"""What a person does in the designer, by name: the edits it stands for and the sentence that tells it.

An operation is ``{"op": name, …}`` with the arguments of its kind. The kinds are registered by
``@operation`` in the modules of each kind of document; the five edits are operations too.
``carry_out`` applies one to a document: whole, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..checks.findings import meta_findings, meta_registry
from ..definitions.canonical import canonical
from ..definitions.library import Library
from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Text, text
from .addresses import pointer
from .edits import KINDS, Edit, Misplaced, apply
from .sentences import shift_of, told
from .shifts import Shift

MAX_BYTES = 2_000_000
"""A document is no longer than this, written out."""


class Refused(ValueError):
    """An operation cannot be carried out; ``problems`` says why, where, and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message["en"] for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Step:
    """What an operation comes to: edits, and the sentence that tells of it.

    ``typing`` names what is being typed: consecutive steps with the same name are one to undo.
    ``shows`` are settings of the page to look at what came of it, ``focus`` the element to go to.
    ``shift`` is what was and what is now, where that is what the sentence says.
    """

    edits: tuple[Edit, ...]
    sentence: Text
    typing: str | None = None
    shows: Mapping[str, str] = field(default_factory=dict)
    focus: str | None = None
    shift: Shift | None = None

    @classmethod
    def of(cls, edits: Iterable[Edit], said: Text | Shift, typing: str | None = None) -> Step:
        """Make a step told by a sentence, or by what was and what is now."""
        if isinstance(said, Shift):
            return cls(tuple(edits), said.sentence, typing, shift=said)
        return cls(tuple(edits), said, typing)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an operation is carried out on: the document, and the library and meta-schemas around it."""

    document: Mapping[str, Any]
    library: Library
    metas: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """A document after an operation, with what was done and the edits that take it back."""

    document: Mapping[str, Any]
    step: Step
    inverse: tuple[Edit, ...]


Maker = Callable[[Ground, Mapping[str, Any]], Step]

_MAKERS: dict[str, Maker] = {}


def operation(name: str) -> Callable[[Maker], Maker]:
    """Register what makes the step of an operation; raises ValueError when the name is taken."""

    def register(make: Maker) -> Maker:
        if name in _MAKERS or name in KINDS:
            raise ValueError(f"the operation {name} is there already")
        _MAKERS[name] = make
        return make

    return register


def names() -> list[str]:
    """Give the names of every operation."""
    return sorted((*_MAKERS, *KINDS))


def refuse(at: str, code: str, message: Text, remedy: Text) -> Refused:
    """Make the refusal of one problem."""
    return Refused([Problem(at, code, message, remedy)])


def step_of(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give the step an operation stands for; raises Refused for one that is unknown or makes no sense."""
    name = given.get("op")
    if name in KINDS:
        try:
            edit = Edit.from_json(given)
        except Misplaced as error:
            raise _misplaced(ground.document, error) from error
        shift = shift_of(ground.document, edit, ground.library)
        return Step.of((edit,), shift or told(ground.document, edit, library=ground.library))
    maker = _MAKERS.get(name) if isinstance(name, str) else None
    if maker is None:
        raise refuse(
            "",
            "unknown-operation",
            text(f"没有名为“{name}”的操作", f"there is no operation {name!r}"),
            text("请刷新页面后重试", "reload the page and try again"),
        )
    try:
        return maker(ground, given)
    except (KeyError, TypeError) as error:
        raise refuse(
            "",
            "bad-operation",
            text(f"操作“{name}”的内容不完整", f"the operation {name} lacks something: {error}"),
            text("请刷新页面后重试", "reload the page and try again"),
        ) from error


def carry_out(ground: Ground, given: Mapping[str, Any]) -> Done | None:
    """Carry an operation out; None when it changes nothing. Raises Refused, and nothing is changed."""
    step = step_of(ground, given)
    return perform(ground, step)


class _Last:
    """The document that was spelled out last: the next operation is mostly on it."""

    known: tuple[Json, bytes] = (None, b"")


def _spelled(document: Json) -> bytes:
    known, spelled = _Last.known
    return spelled if known is document else canonical(document)


def perform(ground: Ground, step: Step, back: bool = False) -> Done | None:
    """Carry a step out; None when it changes nothing. Raises Refused, and nothing is changed.

    With ``back`` it goes back to how the document was: a new one begins as less than its meta-schema asks.
    """
    try:
        document, inverse = apply(ground.document, step.edits)
    except Misplaced as error:
        raise _misplaced(ground.document, error) from error
    spelled = canonical(document)
    if spelled == _spelled(ground.document):
        return None
    problems = [] if back else _worse(ground, document)
    if len(spelled) > MAX_BYTES:
        problems = [
            Problem(
                "",
                "too-large",
                text("定义过大", "the definition is too large"),
                text("请拆成几个定义", "make several definitions of it"),
            )
        ]
    if problems:
        raise Refused(problems)
    _Last.known = (document, spelled)
    return Done(document, step, tuple(inverse))


def _worse(ground: Ground, document: Any) -> list[Problem]:
    """Find what the meta-schema says of the new document that it did not say of the old one."""
    if not isinstance(document, Mapping) or (document.get("kind"), document.get("code")) != (
        ground.document.get("kind"),
        ground.document.get("code"),
    ):
        return [
            Problem(
                "",
                "other-definition",
                text("种类和编码不能修改", "kind and code cannot be changed"),
                text("要用另一个编码，请复制为新定义", "copy it to a new definition for another code"),
            )
        ]
    new = _meta_findings(ground, document)
    if not new:
        return []
    known = {(problem.pointer, problem.code) for problem in _meta_findings(ground, ground.document)}
    return [problem for problem in new if (problem.pointer, problem.code) not in known]


def _meta_findings(ground: Ground, document: Mapping[str, Any]) -> list[Problem]:
    meta = ground.metas.get(str(ground.document.get("kind")))
    return [] if meta is None else meta_findings(document, meta, meta_registry(ground.metas))


def _misplaced(document: Json, error: Misplaced) -> Refused:
    place = pointer(document, error.address) if error.address else join()
    return refuse(
        place,
        "misplaced",
        text(f"要修改的位置已不存在或不能这样改：{place or '/'}", f"this cannot be done at {place or '/'}"),
        text(
            "它可能已被删除或移动；请在最新内容上重做",
            "it may have been removed or moved: do it again on the newest content",
        ),
    )
