"""The bundles on offer: what each is, what it saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.bundles.compose import CompositionError
from ...core.definitions.library import UnknownReference
from ..errors import Refusal

if TYPE_CHECKING:
    from ..context import Platform


def listing(platform: Platform) -> list[dict[str, Any]]:
    """List the bundles in force today with their savings; one that cannot be composed is left out."""
    today = platform.drafts.today()
    found = []
    for bundle in platform.registry.library(today).all("bundle"):
        try:
            composition = platform.compositions.current(bundle["code"], today).composition
        except (Refusal, CompositionError, UnknownReference):
            continue
        found.append(
            {
                "code": bundle["code"],
                "title": dict(bundle["title"]),
                "description": dict(bundle["description"]) if "description" in bundle else None,
                "subject": bundle.get("subject"),
                "lead": dict(bundle["lead"]["name"]),
                "matters": len(composition.matters),
                "promise": dict(bundle["promise"]),
                "savings": composition.savings(),
            }
        )
    return found
