"""Uploaded files: judged by their content, never by their name."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core.definitions.types import text
from .errors import Refusal

MAX_BYTES = 25 * 1024 * 1024
"""No single file is larger, whatever a material allows."""

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "ofd": "application/ofd",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NAMES = {"pdf": "PDF", "png": "PNG", "jpeg": "JPEG", "ofd": "OFD", "docx": "Word", "xlsx": "Excel"}
_ENDINGS = {"jpg": "jpeg", "jpe": "jpeg"}
_ZIP_MARKS = {"OFD.xml": "ofd", "word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


@dataclass(frozen=True, slots=True)
class Upload:
    """An inspected file."""

    filename: str
    format: str
    media_type: str
    size: int
    digest: str
    content: bytes = field(repr=False)


def inspect(filename: str, content: bytes, allowed: Sequence[str], max_bytes: int = MAX_BYTES) -> Upload:
    """Look at a file and take it, or say why not.

    Raises Refusal 413 (too large), 415 (not an allowed type, or another than its name says),
    422 (empty).
    """
    limit = min(max_bytes, MAX_BYTES)
    if not content:
        raise Refusal(
            422,
            "empty-file",
            text("文件是空的", "the file is empty"),
            text("请选择有内容的文件", "choose a file with content"),
        )
    if len(content) > limit:
        shown = f"{limit / 1024 / 1024:g} MB"
        raise Refusal(
            413,
            "file-too-large",
            text(f"文件超过 {shown}", f"the file is larger than {shown}"),
            text("请压缩或降低扫描分辨率后重新上传", "compress it or scan it at a lower resolution"),
        )
    found = format_of(content)
    named = [_NAMES.get(name, name) for name in allowed]
    if found is None or found not in allowed:
        raise Refusal(
            415,
            "file-type",
            text(
                f"文件内容不是允许的类型（{'、'.join(named)}）",
                f"the content of the file is none of: {', '.join(named)}",
            ),
            text(
                "请另存为允许的类型后上传；只改扩展名没有用",
                "save it as one of these; renaming it is not enough",
            ),
        )
    name = safe_name(filename)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending != found and _ENDINGS.get(ending) != found:
        raise Refusal(
            415,
            "file-lies",
            text(
                f"文件名以 .{ending} 结尾，但内容是 {_NAMES[found]}",
                f"the name ends in .{ending} but the content is {_NAMES[found]}",
            ),
            text("请确认选对了文件，或改正扩展名", "make sure it is the right file, or correct its ending"),
        )
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return Upload(name, found, MEDIA_TYPES[found], len(content), digest, content)


def format_of(content: bytes) -> str | None:
    """Tell a file's format by its content; None when it is none that the platform takes."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return None
        return next((kind for mark, kind in _ZIP_MARKS.items() if mark in names), None)
    return None


def safe_name(filename: str) -> str:
    """Give a file name without folders, control characters or signs that a file system dislikes."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    if len(name) > 120:
        stem, _, ending = name.rpartition(".")
        name = stem[: 119 - len(ending)] + "." + ending if stem and len(ending) < 10 else name[:120]
    return name or "file"
