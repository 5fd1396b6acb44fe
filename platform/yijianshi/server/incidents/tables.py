"""The table of incidents; details may hold personal data and are sealed under a key of their own."""

from __future__ import annotations

from ..store.protocol import Table

INCIDENTS = Table(
    "incidents",
    {
        "id": "text",
        "kind": "text",
        "case_id": "text",
        "case_number": "text",
        "status": "text",
        "raised_at": "text",
        "settled_at": "text",
        "settled_by": "text",
        "wrapped_key": "blob",
        "detail": "blob",
        "note": "blob",
    },
    key="id",
    indexes=(("status", "raised_at"), ("case_id",)),
    required=("kind", "status", "raised_at", "detail"),
)

TABLES = (INCIDENTS,)
