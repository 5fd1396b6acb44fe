"""The applicant's side of the case service: submit, follow, correct, withdraw."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...core.bundles.compose import Composition
from ...core.cases import commands
from ...core.cases.events import Event
from ...core.cases.numbers import case_number
from ...core.cases.refusal import CaseRefusal
from ...core.cases.values import Answer, Part
from ...core.definitions.canonical import digest
from ...core.definitions.types import Json, Text, text
from ..errors import Refusal
from ..incidents.service import record as record_incident
from ..store.protocol import Reader, Row, Writer
from ..uploads import Upload
from .intake import parts_of, referral_of
from .model import Case, CaseLine, File, Owner
from .records import Loaded, refusal, seal_digest, subject
from .tables import CASES, FILES, LOCKS, MATERIALS, NUMBERS
from .views import Views, check_version, line, unknown_case, unknown_file

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
MAX_CORRECTION_FILES = 20


class ApplicantSide(Views):
    """What an applicant can do with his own cases; anybody else's are not found."""

    def submit(
        self,
        applicant: Owner,
        draft_id: str,
        answers: Mapping[str, Json],
        composition: Composition,
        evaluation_json: Mapping[str, Json],
        agreement: bool,
        incident: Mapping[str, Json] | None,
        lock: Mapping[str, Json],
        materials: Sequence[Mapping[str, Any]],
        idempotency_key: str,
        *,
        active: Sequence[str] | None = None,
        also: Callable[[Writer, str], None] | None = None,
    ) -> Case:
        """Hand a draft in: the case, its sub-cases, materials and journal entry in one transaction.

        The same applicant's same key, or the same draft, gives the case that is there already.
        ``active`` are the matters to handle (default: ``evaluation_json["matters"]``); each sub-case
        gets exactly ``composition.project(matter, answers)``. Each of ``materials`` has ``material``,
        ``matters``, ``upload_id``, ``filename``, ``digest``. Without ``agreement`` of the engines, or
        when a rule refers the case, it waits for a person and ``incident`` is recorded with it.
        ``also(writer, case_id)`` runs in the same transaction, once, for a new case only.
        Raises Refusal 409 when the key was used for another draft, 422 for a bad key or no matter.
        """
        if not _KEY.fullmatch(idempotency_key):
            raise _bad_key()
        codes = list(active if active is not None else evaluation_json.get("matters", ()))
        case_id, now = secrets.token_hex(12), self._clock()
        wrapped = self._vault.new_case_key(case_id)
        # without a common verdict nothing that rules set is applied
        parts = parts_of(composition, codes, evaluation_json if agreement else {})
        row: Row = {
            "id": case_id,
            "bundle": composition.bundle["code"],
            "title": dict(composition.bundle["title"]),
            "applicant_id": applicant.id,
            "draft_id": draft_id,
            "idempotency_key": idempotency_key,
            "lock_digest": _lock_digest(composition, lock),
            "package_digest": composition.digest,
            "agreement": agreement,
            "received_on": now.date().isoformat(),
            "submitted_at": now.isoformat(),
            "wrapped_key": wrapped,
            "data": self.seal(case_id, wrapped, dict(answers)),
            "evaluation": self.seal(case_id, wrapped, dict(evaluation_json)),
        }
        data = {
            part.id: self.seal(case_id, wrapped, composition.project(part.matter, dict(answers)))
            for part in parts
        }
        kept = [self.material_row(case_id, wrapped, each, now.isoformat()) for each in materials]
        told = {
            "bundle": row["bundle"],
            "package": composition.digest,
            "lock": row["lock_digest"],
            "agreement": agreement,
            "data": seal_digest(row["data"]),
            "evaluation": seal_digest(row["evaluation"]),
            "sub_cases": {
                part.id: {"matter": part.matter, "data": seal_digest(data[part.id])} for part in parts
            },
            "materials": [{"material": each["material"], "digest": each["digest"]} for each in kept],
        }
        referral = referral_of(evaluation_json, agreement)
        with self._store.write() as writer:
            known = self._known(writer, applicant.id, draft_id, idempotency_key)
            if known is not None:
                return self.case(known, writer)
            row["number"] = self._next_number(writer, now)
            if writer.get(LOCKS.name, row["lock_digest"]) is None:
                pinned = {"digest": row["lock_digest"], "bundle": row["bundle"], "lock": dict(lock)}
                writer.insert(LOCKS.name, pinned)
            events = self._submission(row, parts, now, referral)
            loaded = self.begin(writer, row, events, data, told)
            for each in kept:
                writer.insert(MATERIALS.name, each)
            if incident is not None or not agreement:
                record_incident(
                    writer, self._vault, incident or {}, at=now.isoformat(), case=(case_id, row["number"])
                )
            if also is not None:
                also(writer, case_id)
        return self.view(loaded, kept, [], composition, lock)

    def mine(self, applicant: Owner) -> list[CaseLine]:
        """Give the applicant's cases, the latest first."""
        with self._store.read() as reader:
            rows = reader.find(
                CASES.name, (("applicant_id", "=", applicant.id),), order=("-submitted_at", "id")
            )
        return [line(row) for row in rows]

    def own(self, applicant: Owner, case_id: str) -> Case:
        """Give one of the applicant's own cases; raises Refusal 404 for any other."""
        self.settle_lapsed()
        with self._store.read() as reader:
            return self.case(self._own(reader, applicant, case_id), reader)

    def find_by_draft(self, applicant: Owner, draft_id: str) -> Case | None:
        """Give the case a draft of the applicant has become, or None."""
        with self._store.read() as reader:
            rows = reader.find(
                CASES.name, (("draft_id", "=", draft_id), ("applicant_id", "=", applicant.id)), limit=1
            )
            return self.case(rows[0], reader) if rows else None

    def own_file(self, applicant: Owner, case_id: str, material_id: str) -> File:
        """Give a document the applicant handed in; raises Refusal 404."""
        with self._store.read() as reader:
            row = self._own(reader, applicant, case_id)
            return self.file(reader, row, material_id)

    def correct(
        self,
        applicant: Owner,
        case_id: str,
        sub_case_id: str,
        answers: Sequence[Answer],
        files: Mapping[str, Sequence[Upload]] | None = None,
        expected: int | None = None,
    ) -> Case:
        """Answer every open item of a sub-case; ``files`` are new uploads by item, already inspected.

        Raises Refusal 404, 409 (nothing to correct; changed meanwhile), 422 (an item was left out).
        """
        handed = files or {}
        if sum(len(group) for group in handed.values()) > MAX_CORRECTION_FILES:
            raise Refusal(
                422,
                "too-many-files",
                text(
                    f"一次最多上传 {MAX_CORRECTION_FILES} 个文件",
                    f"at most {MAX_CORRECTION_FILES} files at once",
                ),
                text("请合并后再上传", "put several into one file"),
            )
        named = {
            item: [(secrets.token_hex(12), upload) for upload in group] for item, group in handed.items()
        }
        by_item = {answer.item: answer for answer in answers}
        for item, group in named.items():
            before = by_item.get(item, Answer(item, ""))
            by_item[item] = Answer(item, before.text, (*before.uploads, *(each for each, _ in group)))

        def command(state: Any, at: datetime) -> list[Event]:
            return commands.correct(state, sub_case_id, list(by_item.values()), actor=applicant.id, at=at)

        def keep(writer: Writer, loaded: Loaded) -> None:
            known = {row["id"] for row in writer.find(FILES.name, (("case_id", "=", loaded.id),))}
            known |= {row["upload_id"] for row in writer.find(MATERIALS.name, (("case_id", "=", loaded.id),))}
            known |= {each for group in named.values() for each, _ in group}
            if any(set(answer.uploads) - known for answer in by_item.values()):
                raise unknown_file()
            for group in named.values():
                for each, upload in group:
                    self._keep_file(writer, loaded, sub_case_id, each, upload)

        return self._applicant_acts(applicant, case_id, command, sub_case_id, expected, keep)

    def attach(self, applicant: Owner, case_id: str, sub_case_id: str, upload: Upload) -> str:
        """Keep an inspected file for the answer to a correction; gives the id an answer refers to.

        Raises Refusal 404, 409 when nothing has to be corrected or there are too many files.
        """
        file_id = secrets.token_hex(12)
        with self._store.write() as writer:
            self._own(writer, applicant, case_id)
            loaded = self.load(writer, case_id)
            if loaded is None or all(each.id != sub_case_id for each in loaded.state.sub_cases):
                raise unknown_case()
            sub = loaded.state.sub(sub_case_id)
            kept = writer.count(FILES.name, (("sub_case_id", "=", sub_case_id),))
            if sub.phase != "correction_requested" or kept >= MAX_CORRECTION_FILES:
                raise Refusal(
                    409,
                    "no-file-expected",
                    text("目前不能为这个子办件补充文件", "no more files can be added to this sub-case now"),
                    text("请查看办件进度", "look at the progress of the case"),
                )
            self._keep_file(writer, loaded, sub_case_id, file_id, upload)
        return file_id

    def withdraw(
        self,
        applicant: Owner,
        case_id: str,
        sub_case_id: str | None = None,
        reason: str = "",
        expected: int | None = None,
    ) -> Case:
        """Take back one sub-case, or everything undecided; raises Refusal 404, 409."""

        def command(state: Any, at: datetime) -> list[Event]:
            return commands.withdraw(state, actor=applicant.id, at=at, sub_case=sub_case_id, reason=reason)

        return self._applicant_acts(applicant, case_id, command, sub_case_id, expected)

    # inside

    def _keep_file(
        self, writer: Writer, loaded: Loaded, sub_case_id: str, file_id: str, upload: Upload
    ) -> None:
        writer.insert(FILES.name, self.file_row(loaded, sub_case_id, file_id, upload))
        writer.append(
            "case.file-received",
            subject(loaded.id),
            loaded.state.applicant,
            {
                "number": loaded.state.number,
                "sub_case": sub_case_id,
                "file": file_id,
                "digest": upload.digest,
            },
            self._clock(),
        )

    def _known(self, reader: Reader, applicant: str, draft: str, key: str) -> Row | None:
        same_key = (("applicant_id", "=", applicant), ("idempotency_key", "=", key))
        rows = reader.find(CASES.name, same_key, limit=1)
        if rows:
            if rows[0]["draft_id"] != draft:
                raise Refusal(
                    409,
                    "idempotency-key-reused",
                    text(
                        "该提交标识已用于另一份申请", "this idempotency key was used for another application"
                    ),
                    text("请为每份申请使用不同的标识", "use a new key for every application"),
                )
            return rows[0]
        rows = reader.find(CASES.name, (("applicant_id", "=", applicant), ("draft_id", "=", draft)), limit=1)
        return rows[0] if rows else None

    def _own(self, reader: Reader, applicant: Owner, case_id: str) -> Row:
        row = reader.get(CASES.name, case_id)
        if row is None or row["applicant_id"] != applicant.id:
            raise unknown_case()
        return row

    def _applicant_acts(
        self,
        applicant: Owner,
        case_id: str,
        command: Callable[[Any, datetime], list[Event]],
        sub_case_id: str | None,
        expected: int | None,
        keep: Callable[[Writer, Loaded], None] | None = None,
    ) -> Case:
        with self._store.write() as writer:
            self._own(writer, applicant, case_id)
            loaded = self.load(writer, case_id)
            if loaded is None:
                raise unknown_case()
            if sub_case_id is not None and expected is not None:
                check_version(loaded, sub_case_id, expected)
            try:
                events = command(loaded.state, self._clock())
            except CaseRefusal as error:
                raise refusal(error) from error
            if keep is not None:
                keep(writer, loaded)
            self.append(writer, loaded, events)
            return self.case(loaded.row, writer)

    def _submission(
        self, row: Row, parts: Sequence[Part], now: datetime, referral: Text | None
    ) -> list[Event]:
        try:
            return commands.submit(
                case=row["id"],
                number=row["number"],
                bundle=row["bundle"],
                applicant=row["applicant_id"],
                package=row["package_digest"],
                parts=parts,
                at=now,
                referral=referral,
            )
        except CaseRefusal as error:
            raise refusal(error) from error

    def _next_number(self, writer: Writer, now: datetime) -> str:
        day = now.date().isoformat()
        counter = writer.get(NUMBERS.name, day)
        running = 1 if counter is None else int(counter["last"]) + 1
        if counter is None:
            writer.insert(NUMBERS.name, {"day": day, "last": running})
        else:
            writer.update(NUMBERS.name, day, {"last": running})
        return case_number(self._region, now.date(), running)


def _lock_digest(composition: Composition, lock: Mapping[str, Any]) -> str:
    """Hash a lock, once for each: the submissions of a day share it."""
    pins = sorted((name, pin["version"], pin["digest"]) for name, pin in lock.items())
    return composition.remember(("lock digest", *pins), lambda: digest(dict(lock)))


def _bad_key() -> Refusal:
    return Refusal(
        422,
        "bad-idempotency-key",
        text(
            "提交标识须为 1 至 200 个可见 ASCII 字符",
            "an idempotency key has 1 to 200 visible ASCII characters",
        ),
        text("请刷新页面后重新提交", "reload the page and submit again"),
    )
