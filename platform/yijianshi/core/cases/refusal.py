"""Why a command on a case is refused, said so that it can be mended."""

from __future__ import annotations

from typing import Literal

from ..definitions.types import Text


class CaseRefusal(Exception):
    """The command cannot be carried out as things stand.

    ``why`` is "state" (the case does not allow it now), "input" (something was left out or is
    wrong, at ``field``) or "person" (not this person's to do).
    """

    def __init__(
        self,
        code: str,
        message: Text,
        remedy: Text,
        why: Literal["state", "input", "person"] = "state",
        field: str = "",
    ) -> None:
        super().__init__(f"{code}: {message['en']}")
        self.code = code
        self.message = message
        self.remedy = remedy
        self.why = why
        self.field = field
