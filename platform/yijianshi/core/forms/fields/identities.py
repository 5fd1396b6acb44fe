"""Identity: resident ID number, unified social credit code, telephone number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ..identifiers import Resident, example_credit, example_resident, narrow, resident
from ..messages import FieldError
from .base import Field, FieldState, FieldType, Posted, as_text, first, input_tag


class _Code(FieldType):
    """A code typed into one line: spaces do not count, small letters become capitals."""

    format: str
    keyboard: str | None = None

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Text in the code's own format."""
        return {"type": "string", "format": self.format, "maxLength": 64}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Full-width characters, spaces and small letters are understood."""
        raw = narrow(first(posted, name))
        return "".join(raw.split()).upper() or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A text input."""
        extra = {"inputmode": self.keyboard, "spellcheck": "false"}
        return input_tag(field, state, "text", as_text(state.value), extra)


class ResidentIdField(_Code):
    """A resident's ID number (公民身份号码, GB 11643)."""

    name = "resident_id"
    title = text("公民身份号码", "Resident ID number")
    format = "resident-id"
    sensitivity = "sensitive"

    def check(self, value: Any, field: Field, on: date) -> list[FieldError]:
        """Nobody is born after today."""
        read = resident(value) if isinstance(value, str) else None
        if isinstance(read, Resident) and read.birth_date > on:
            message = text(
                "公民身份号码中的出生日期晚于今天，请核对",
                "The birth date in this ID number is after today: check it",
            )
            return [FieldError(field.pointer, "future-birth", message)]
        return []

    def masked(self, value: Any) -> str:
        """First four and last four characters (``3701**********1234``)."""
        shown = as_text(value)
        return shown[:4] + "*" * 10 + shown[-4:] if len(shown) == 18 else super().masked(value)

    def example(self, field: Field, seed: int = 0) -> Any:
        """A number of 郯城县 with a right check digit; it belongs to nobody we know of."""
        return example_resident(seed)


class CreditCodeField(_Code):
    """A unified social credit code (统一社会信用代码, GB 32100)."""

    name = "uscc"
    title = text("统一社会信用代码", "Unified social credit code")
    format = "uscc"

    def masked(self, value: Any) -> str:
        """The code of a body is public."""
        return as_text(value)

    def example(self, field: Field, seed: int = 0) -> Any:
        """A code of 郯城县 with a right check character."""
        return example_credit(seed)


class PhoneField(_Code):
    """A telephone number."""

    name = "phone"
    title = text("联系电话", "Telephone number")
    format = "cn-phone"
    keyboard = "tel"
    sensitivity = "personal"

    def masked(self, value: Any) -> str:
        """First three and last two digits."""
        shown = as_text(value)
        return shown[:3] + "*" * (len(shown) - 5) + shown[-2:] if len(shown) > 6 else "*" * len(shown)

    def example(self, field: Field, seed: int = 0) -> Any:
        """A mobile number."""
        return f"139{seed % 100_000_000:08}"
