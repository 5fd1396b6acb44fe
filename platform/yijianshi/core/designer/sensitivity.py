"""How sensitive an answer is: what it is called, and what a field type asks for by itself."""

from __future__ import annotations

from ..definitions.types import text
from ..forms.fields import FIELD_TYPES
from .words import name_values

SENSITIVITIES = (
    ("public", text("公开", "public")),
    ("personal", text("个人信息", "personal")),
    ("sensitive", text("敏感个人信息", "sensitive")),
)
"""From what anybody may see to what is covered most."""

for _key in ("sensitivity", "x-sensitivity"):
    name_values(_key, SENSITIVITIES)


def of_type(kind: str) -> str:
    """Give how sensitive an answer of a field type is when nobody says."""
    return FIELD_TYPES[kind].sensitivity if kind in FIELD_TYPES else "public"


def raised(known: str, kind: str) -> str:
    """Give how sensitive an answer is once it is of a field type: never less than it was."""
    order = [code for code, _ in SENSITIVITIES]
    own = of_type(kind)
    return own if known not in order or order.index(own) > order.index(known) else known
