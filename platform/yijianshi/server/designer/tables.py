"""The designer's tables: what was done to drafts, and who is at them."""

from __future__ import annotations

from ..store import Table

LOG = Table(
    "designer_log",
    {
        "id": "text",  # draft's birth and number: kind:code@born#7
        "draft": "text",  # kind:code@born
        "number": "integer",
        "revision": "integer",  # of the draft, with this entry carried out
        "entry": "text",
        "actor": "text",
        "at": "text",
    },
    key="id",
    unique=(("draft", "number"),),
    required=("draft", "number", "revision", "entry", "actor", "at"),
    immutable=("id", "draft", "number", "revision", "entry", "actor", "at"),
)

LEASES = Table(
    "designer_leases",
    {
        "id": "text",  # kind:code
        "holder": "text",
        "since": "text",
        "beat": "text",
        "wanted_by": "text",
        "wanted_at": "text",
    },
    key="id",
    required=("holder", "since", "beat"),
)

TABLES = (LOG, LEASES)
