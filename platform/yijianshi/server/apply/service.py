"""Drafts: begun, saved section by section, found again, and submitted."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from ...core.bundles.changes import form_changes
from ...core.deadlines import Calendar
from ...core.definitions.canonical import canonical, digest
from ...core.definitions.library import escape
from ...core.definitions.pointer import MISSING, get, put
from ...core.definitions.types import Json, Text, text
from ...core.forms.state import FormState, form_state
from ..errors import Refusal
from ..security.vault import Vault
from ..store.protocol import Reader, Row, Store, Writer
from .compositions import Composed, Compositions

MAX_ANSWERS_BYTES = 1_000_000


class Applicant(Protocol):
    """What is needed of the account that applies."""

    @property
    def id(self) -> str:
        """The account's id."""
        ...

    @property
    def display_name(self) -> str:
        """The name it is shown by."""
        ...


@dataclass(frozen=True)
class Draft:
    """One applicant's draft: its answers in the clear, and what it was last composed of."""

    id: str
    bundle: str
    applicant: str
    answers: dict[str, Json]
    revision: int
    package_digest: str | None
    updated_at: str
    case_id: str | None
    wrapped_key: bytes
    lock: dict[str, Any] | None


@dataclass(frozen=True)
class Work:
    """A draft with its form as it is today, and whether the form has changed since he was last here."""

    draft: Draft
    composed: Composed
    state: FormState
    form_changed: bool
    changes: tuple[Text, ...] = ()
    """What changed, as far as the form he was last told of is known."""


class Stale(Refusal):
    """The part of the draft that is being saved was changed elsewhere meanwhile."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            409,
            "draft-changed-elsewhere",
            text(
                "这一页的内容已在别处被修改。您刚填写的内容还在下面，尚未保存",
                "this page was changed elsewhere. What you have just filled in is still below and not saved",
            ),
            text(
                "请核对标出的字段，再次保存即以您当前填写的为准",
                "check the marked fields; saving again keeps what you see here",
            ),
        )
        self.fields = tuple(fields)


class DraftService:
    """The drafts of all applicants; every call names whose draft it is and is refused otherwise."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        compositions: Compositions,
        calendar: Calendar,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._vault = vault
        self._compositions = compositions
        self._calendar = calendar
        self._clock = clock

    def today(self) -> date:
        """Give today's date in the county."""
        return self._clock().date()

    def begin(self, applicant: Applicant, bundle: str, known: Mapping[str, Any]) -> str:
        """Open the applicant's draft of a bundle: the one he has, or a new one; gives its id.

        ``known`` are values the account holds, by prefill source (``account.name``, …).
        """
        composed = self._compositions.current(bundle, self.today())
        with self._store.read() as reader:
            found = self._open_drafts(reader, applicant.id, bundle)
        if found:
            return str(found[0]["id"])
        draft = secrets.token_hex(12)
        key = self._vault.new_case_key(draft)
        answers = prefilled(composed, known)
        now = self._clock().isoformat()
        with self._store.write() as writer:
            again = self._open_drafts(writer, applicant.id, bundle)
            if again:
                return str(again[0]["id"])
            writer.insert(
                "drafts",
                {
                    "id": draft,
                    "bundle": bundle,
                    "applicant": applicant.id,
                    "answers": self._seal(key, draft, answers),
                    "wrapped_key": key,
                    "revision": 1,
                    "package_digest": composed.composition.digest,
                    "lock": composed.lock,
                    "created_at": now,
                    "updated_at": now,
                },
            )
        return draft

    def under_way(self, bundle: str) -> int:
        """Count the drafts of a bundle that have not become cases."""
        with self._store.read() as reader:
            return reader.count("drafts", (("bundle", "=", bundle), ("case_id", "is null", None)))

    def mine(self, applicant: Applicant) -> list[Draft]:
        """Give the applicant's open drafts, the last changed first."""
        with self._store.read() as reader:
            rows = reader.find(
                "drafts",
                (("applicant", "=", applicant.id), ("case_id", "is null", None)),
                order=("-updated_at",),
            )
        return [self._draft(row) for row in rows]

    def get(self, applicant: Applicant, draft: str) -> Draft:
        """Give one draft of the applicant's own; raises Refusal 404 for any other."""
        with self._store.read() as reader:
            return self._own(reader, applicant, draft)

    def open(self, applicant: Applicant, draft: str) -> Work:
        """Give a draft with the form as it is in force today."""
        return self.work(self.get(applicant, draft))

    def work(self, draft: Draft, answers: Mapping[str, Json] | None = None) -> Work:
        """Put a draft (or other answers for it) together with today's form."""
        today = self.today()
        composed = self._compositions.current(draft.bundle, today)
        state = form_state(
            composed.composition, draft.answers if answers is None else answers, today, self._calendar
        )
        changed = draft.package_digest not in (None, composed.composition.digest)
        return Work(draft, composed, state, changed, self._changes(draft, composed) if changed else ())

    def _changes(self, draft: Draft, composed: Composed) -> tuple[Text, ...]:
        """Tell what is different since the form that the applicant was last told of."""
        if draft.lock is None:
            return ()
        old = self._compositions.locked(draft.bundle, draft.lock)
        return tuple(form_changes(old.composition, composed.composition))

    def save(
        self,
        applicant: Applicant,
        draft: str,
        changes: Mapping[str, Json],
        base: str | None = None,
        revision: int | None = None,
        form: str | None = None,
        page: Sequence[str] | None = None,
    ) -> Draft:
        """Save values by pointer (MISSING removes one); nothing else of the draft changes.

        ``base`` is the fingerprint of the same fields (or of all of ``page``: some of it may be hidden,
        and keeps its answers) as they were when the page was written; when they have changed since, Stale is raised and nothing is saved.
        ``revision``, if given, must be the draft's own (the API's If-Match). ``form`` is the digest of
        the form on the page that is saved; only a page of today's form tells that he has seen it.
        """
        with self._store.write() as writer:
            current = self._own(writer, applicant, draft)
            if current.case_id:
                raise already_submitted()
            if revision is not None and revision != current.revision:
                raise Stale(sorted(changes))
            if base is not None and base != fingerprint(current.answers, changes if page is None else page):
                raise Stale([p for p in changes if get(current.answers, p) != changes[p]])
            answers: Any = current.answers
            for pointer, value in changes.items():
                answers = put(answers, pointer, value)
            composed = self._compositions.current(current.bundle, self.today())
            row: Row = {
                "answers": self._seal(current.wrapped_key, draft, answers),
                "revision": current.revision + 1,
                "updated_at": self._clock().isoformat(),
            }
            if form in (None, composed.composition.digest):
                row |= {"package_digest": composed.composition.digest, "lock": composed.lock}
            writer.update("drafts", draft, row)
        return self.get(applicant, draft)

    def replace(self, applicant: Applicant, draft: str, answers: Mapping[str, Json], revision: int) -> Draft:
        """Replace all answers; raises Stale when the draft is no longer at ``revision``."""
        current = self.get(applicant, draft)
        changes: dict[str, Json] = {"/" + escape(name): MISSING for name in current.answers}
        changes |= {"/" + escape(name): value for name, value in answers.items()}
        return self.save(applicant, draft, changes, revision=revision)

    def discard(self, applicant: Applicant, draft: str) -> None:
        """Delete an open draft and what was uploaded to it."""
        with self._store.write() as writer:
            current = self._own(writer, applicant, draft)
            if current.case_id:
                raise already_submitted()
            for row in writer.find("draft_materials", (("draft", "=", draft),)):
                writer.delete("draft_materials", row["id"])
            writer.delete("drafts", draft)

    @staticmethod
    def became(writer: Writer, draft: str, case: str) -> None:
        """Note, in the transaction that makes it, that a draft has become a case."""
        writer.update("drafts", draft, {"case_id": case})

    def _open_drafts(self, reader: Reader, applicant: str, bundle: str) -> list[Row]:
        return reader.find(
            "drafts",
            (("applicant", "=", applicant), ("bundle", "=", bundle), ("case_id", "is null", None)),
            order=("-updated_at",),
            limit=1,
        )

    def _own(self, reader: Reader, applicant: Applicant, draft: str) -> Draft:
        row = reader.get("drafts", draft)
        if row is None or row["applicant"] != applicant.id:
            raise Refusal(
                404,
                "unknown-draft",
                text("没有找到这份草稿", "there is no such draft"),
                text("请从“我的办件”中打开", "open it from “My cases”"),
            )
        return self._draft(row)

    def _draft(self, row: Row) -> Draft:
        opened = self._vault.decrypt(row["wrapped_key"], row["answers"], case_id=row["id"])
        return Draft(
            row["id"],
            row["bundle"],
            row["applicant"],
            json.loads(opened),
            row["revision"],
            row["package_digest"],
            row["updated_at"],
            row["case_id"],
            row["wrapped_key"],
            row["lock"],
        )

    def _seal(self, key: bytes, draft: str, answers: Json) -> bytes:
        content = canonical(answers)
        if len(content) > MAX_ANSWERS_BYTES:
            raise Refusal(
                413,
                "answers-too-large",
                text("填写内容过大，无法保存", "the answers are too large to be saved"),
                text(
                    "请精简过长的文字；附件请在材料页上传",
                    "shorten long texts; hand in documents as materials",
                ),
            )
        return self._vault.encrypt(key, content, case_id=draft)


def fingerprint(answers: Json, pointers: Mapping[str, Any] | Sequence[str]) -> str:
    """Give a hash of the values at the pointers, to notice that they changed meanwhile."""
    values = {p: get(answers, p) for p in pointers}
    return digest({p: value for p, value in values.items() if value is not MISSING})


def prefilled(composed: Composed, known: Mapping[str, Any]) -> dict[str, Json]:
    """Give the answers that the account's own data already hold."""
    answers: Any = {}
    for raw in composed.composition.package["fields"]:
        for source in raw.get("prefill", ()):
            if known.get(source) not in (None, ""):
                answers = put(answers, raw["pointer"], known[source])
                break
    result: dict[str, Json] = answers
    return result


def already_submitted() -> Refusal:
    """Say that a draft has become a case and cannot change any more."""
    message: Text = text(
        "这份申请已经提交，不能再修改", "this application has been submitted and cannot be changed"
    )
    return Refusal(
        409, "already-submitted", message, text("请在“我的办件”中查看进度", "follow it under “My cases”")
    )
