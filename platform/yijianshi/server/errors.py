"""A refusal: something is not to be done, said so that the person knows why and how to go on."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.definitions.types import Json, Problem, Text


class Refusal(Exception):
    """An expected refusal with its HTTP status; ``problems`` are single findings with their places.

    Services raise it; the application shows it as a page or as problem details (RFC 9457).
    """

    def __init__(
        self, status: int, code: str, message: Text, remedy: Text, problems: Iterable[Problem] = ()
    ) -> None:
        super().__init__(f"{code}: {message['en']}")
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy
        self.problems = list(problems)

    def to_json(self) -> dict[str, Json]:
        """Give the refusal as problem details (RFC 9457)."""
        return {
            "type": f"urn:yijianshi:problem:{self.code}",
            "title": self.message["en"],
            "status": self.status,
            "detail": self.remedy["en"],
            "code": self.code,
            "message": dict(self.message),
            "remedy": dict(self.remedy),
            "problems": [problem.to_json() for problem in self.problems],
        }
