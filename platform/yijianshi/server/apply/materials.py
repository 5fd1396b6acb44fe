"""The materials of a draft: uploaded once, looked at by content, kept encrypted."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...core.bundles.materials import MergedMaterial
from ...core.definitions.types import Json, text
from ..errors import Refusal
from ..security.vault import Vault
from ..store.protocol import Row, Store
from ..uploads import Upload
from .service import Applicant, Draft, DraftService, Work, already_submitted

MAX_DRAFT_BYTES = 200 * 1024 * 1024
"""All uploads of one draft together."""


@dataclass(frozen=True)
class Attached:
    """One uploaded file of a draft, without its content."""

    id: str
    material: str
    filename: str
    media_type: str
    size: int
    digest: str
    uploaded_at: str

    def to_json(self) -> dict[str, Json]:
        """Give the file as the API does."""
        return {
            "id": self.id,
            "material": self.material,
            "filename": self.filename,
            "media_type": self.media_type,
            "size": self.size,
            "digest": self.digest,
            "uploaded_at": self.uploaded_at,
        }


class MaterialService:
    """What an applicant hands in with a draft."""

    def __init__(
        self, store: Store, vault: Vault, drafts: DraftService, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._vault = vault
        self._drafts = drafts
        self._clock = clock

    def attached(self, draft: Draft) -> list[Attached]:
        """Give what has been uploaded to a draft, oldest first."""
        with self._store.read() as reader:
            rows = reader.find("draft_materials", (("draft", "=", draft.id),), order=("uploaded_at", "id"))
        return [_attached(row) for row in rows]

    def definition(self, work: Work, material: str) -> dict[str, Any]:
        """Give the definition of a material this draft is asked for; raises Refusal 404 otherwise."""
        if not any(m.code == material and m.asked for m in work.state.materials):
            raise Refusal(
                404,
                "material-not-asked",
                text("这份申请不需要提交该材料", "this application does not ask for that material"),
                text("请只提交列出的材料", "hand in only the materials listed"),
            )
        found: dict[str, Any] = work.composed.composition.package["materials"][material]
        return found

    def attach(self, applicant: Applicant, draft: str, material: str, upload: Upload) -> Attached:
        """Keep an inspected upload; the same content twice for one material is kept once."""
        work = self._drafts.open(applicant, draft)
        if work.draft.case_id:
            raise already_submitted()
        definition = self.definition(work, material)
        row = {
            "id": secrets.token_hex(12),
            "draft": draft,
            "material": material,
            "filename": upload.filename,
            "media_type": upload.media_type,
            "size": upload.size,
            "digest": upload.digest,
            "content": self._vault.encrypt(work.draft.wrapped_key, upload.content, case_id=draft),
            "uploaded_at": self._clock().isoformat(),
        }
        with self._store.write() as writer:
            others = writer.find("draft_materials", (("draft", "=", draft),))
            same = [r for r in others if r["material"] == material]
            for known in same:
                if known["digest"] == upload.digest:
                    return _attached(known)
            limit = int(definition.get("max_count", 10))
            if len(same) >= limit:
                raise Refusal(
                    409,
                    "too-many-files",
                    text(f"该材料最多上传 {limit} 个文件", f"at most {limit} files for this material"),
                    text("请先删除一个再上传", "remove one before uploading another"),
                )
            if sum(r["size"] for r in others) + upload.size > MAX_DRAFT_BYTES:
                raise Refusal(
                    413,
                    "draft-too-large",
                    text(
                        "这份申请的附件总量已达上限", "the files of this application are too large together"
                    ),
                    text("请压缩文件后再上传", "make the files smaller"),
                )
            writer.insert("draft_materials", row)
        return _attached(row)

    def attach_to_field(self, applicant: Applicant, draft: str, pointer: str, upload: Upload) -> Attached:
        """Keep a file that answers a field of the form; it replaces the one before."""
        own = self._drafts.get(applicant, draft)
        if own.case_id:
            raise already_submitted()
        row = {
            "id": secrets.token_hex(12),
            "draft": draft,
            "material": "field:" + pointer,
            "filename": upload.filename,
            "media_type": upload.media_type,
            "size": upload.size,
            "digest": upload.digest,
            "content": self._vault.encrypt(own.wrapped_key, upload.content, case_id=draft),
            "uploaded_at": self._clock().isoformat(),
        }
        with self._store.write() as writer:
            for old in writer.find(
                "draft_materials", (("draft", "=", draft), ("material", "=", row["material"]))
            ):
                writer.delete("draft_materials", old["id"])
            writer.insert("draft_materials", row)
        return _attached(row)

    def content(self, applicant: Applicant, draft: str, upload: str) -> tuple[Attached, bytes]:
        """Give an uploaded file of the applicant's own draft back."""
        own = self._drafts.get(applicant, draft)
        with self._store.read() as reader:
            row = reader.get("draft_materials", upload)
        if row is None or row["draft"] != own.id:
            raise unknown_file()
        return _attached(row), self._vault.decrypt(own.wrapped_key, row["content"], case_id=own.id)

    def remove(self, applicant: Applicant, draft: str, upload: str) -> None:
        """Take an uploaded file away again; one that is already gone is no error."""
        own = self._drafts.get(applicant, draft)
        if own.case_id:
            raise already_submitted()
        with self._store.write() as writer:
            row = writer.get("draft_materials", upload)
            if row is not None:
                if row["draft"] != own.id:
                    raise unknown_file()
                writer.delete("draft_materials", upload)


def missing(work: Work, attached: list[Attached]) -> list[MergedMaterial]:
    """Give the materials still to be handed in before the draft may be submitted."""
    have = {file.material for file in attached}
    return [m for m in work.state.materials if m.asked and m.need == "required" and m.code not in have]


def unknown_file() -> Refusal:
    """Say that there is no such file."""
    return Refusal(
        404,
        "unknown-file",
        text("没有找到这个文件", "there is no such file"),
        text("请返回材料页重新选择", "go back to the materials page"),
    )


def _attached(row: Row) -> Attached:
    return Attached(
        row["id"],
        row["material"],
        row["filename"],
        row["media_type"],
        row["size"],
        row["digest"],
        row["uploaded_at"],
    )
