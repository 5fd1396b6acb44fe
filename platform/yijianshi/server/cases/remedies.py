"""What a refused applicant is told of reconsideration and lawsuit: the matter's own words, or the county's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ...core.definitions.types import Text
from ..files import read_json, root

PARTS = ("review", "lawsuit")


def remedies_of(matter: Mapping[str, Any]) -> dict[str, Text]:
    """Give both remedies for a matter; staff may complete them in the decision."""
    return dict(matter.get("remedies") or _of_the_county())


@lru_cache(maxsize=1)
def _of_the_county() -> dict[str, Text]:
    document = read_json(root() / "schemas" / "settings" / "remedies.json")
    return {part: document[part] for part in PARTS}
