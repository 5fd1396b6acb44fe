"""A file inside the form. The value names an upload of the draft; the content is kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ..html import identifier, tag
from .base import Field, FieldState, FieldType, Posted, described, first


class FileField(FieldType):
    """A file; the server replaces what was chosen by the name of the upload it has kept."""

    name = "file"
    title = text("文件", "File")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """The upload's id (24 hexadecimal digits) and the file's name."""
        return {
            "type": "object",
            "properties": {
                "upload": {"type": "string", "pattern": "^[0-9a-f]{24}$"},
                "filename": {"type": "string", "minLength": 1, "maxLength": 255},
            },
            "required": ["upload", "filename"],
            "additionalProperties": False,
        }

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """The upload kept so far, unless the box to remove it is ticked."""
        if first(posted, f"{name}/remove"):
            return MISSING
        upload, filename = first(posted, f"{name}/upload"), first(posted, f"{name}/filename")
        return {"upload": upload, "filename": filename} if upload and filename else MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A file input, and what has been uploaded so far."""
        kept = ""
        if isinstance(state.value, dict) and state.value.get("upload"):
            for part in ("upload", "filename"):
                hidden = {
                    "type": "hidden",
                    "name": f"{field.pointer}/{part}",
                    "value": str(state.value.get(part, "")),
                }
                kept += tag("input", hidden, None)
            place = identifier(field.pointer) + "-remove"
            box = {
                "type": "checkbox",
                "class": "form-check-input",
                "id": place,
                "name": f"{field.pointer}/remove",
                "value": "1",
            }
            word = "Remove" if lang == "en" else "删除"
            shown = escape(str(state.value.get("filename", "")))
            caption = tag("label", {"class": "form-check-label", "for": place}, f"{word} {shown}")
            kept += tag("div", {"class": "form-check"}, tag("input", box, None) + caption)
        chooser = tag(
            "input",
            {
                "type": "file",
                "class": "form-control" + (" is-invalid" if field.pointer in state.errors else ""),
                "id": identifier(field.pointer),
                "name": field.pointer,
                **described(field, state),
            },
            None,
        )
        return kept + chooser

    def display(self, value: Any, field: Field, lang: str) -> str:
        """The file's name."""
        return (
            str(value.get("filename", "")) if isinstance(value, dict) else super().display(value, field, lang)
        )

    def masked(self, value: Any) -> str:
        """The ending of the file's name."""
        return "*." + self.display(value, Field("", "file", self.title), "zh").rpartition(".")[2]

    def example(self, field: Field, seed: int = 0) -> Any:
        """A made-up upload."""
        return {"upload": f"{seed:024x}", "filename": f"附件{seed + 1}.pdf"}
